"""From rendered light to a picture: exposure and sRGB, straight alpha.

The lights are set so that a white surface shines at about 1; what the object makes of them may still be too dark or too
bright to be seen, and is then brought back, as a photographer's camera would.
"""

from __future__ import annotations

import numpy as np

BRIGHT = 95.0  # percentile of the object's brightness that is looked at
MOST, LEAST = 0.9, 0.1  # what it may be, where 1 is white
SHOULDER = 0.8  # from here on brightness is pressed together, so that highlights keep their colour


def develop(combined: np.ndarray) -> np.ndarray:
    """(H, W, 4) linear, premultiplied → (H, W, 4) uint8 sRGB, straight alpha."""
    alpha = np.clip(combined[..., 3:], 0, 1)
    linear = np.where(alpha > 0, combined[..., :3] / np.maximum(alpha, 1e-3), 0)
    linear = np.maximum(np.nan_to_num(linear, posinf=10.0), 0) * _exposure(linear, alpha[..., 0])
    color = srgb(_pressed(linear))
    return np.round(np.concatenate([color, alpha], axis=-1) * 255).astype(np.uint8)


def srgb(linear: np.ndarray) -> np.ndarray:
    """Linear 0…1 as displayed."""
    linear = np.clip(linear, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def _exposure(linear: np.ndarray, alpha: np.ndarray) -> float:
    solid = alpha > 0.5
    if not solid.any():
        return 1.0
    bright = float(np.percentile(linear[solid] @ np.array([0.2126, 0.7152, 0.0722]), BRIGHT))
    return MOST / bright if bright > MOST else LEAST / bright if 0 < bright < LEAST else 1.0


def _pressed(linear: np.ndarray) -> np.ndarray:
    """The same up to the shoulder, then ever closer to 1."""
    over = np.maximum(linear - SHOULDER, 0) / (1 - SHOULDER)
    return np.where(linear > SHOULDER, SHOULDER + (1 - SHOULDER) * (1 - np.exp(-over)), linear)
