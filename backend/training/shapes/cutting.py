"""Cuts the object out of a picture with alpha: a square around it, brought to any size, no light lost or doubled.

Pictures are (H, W, 4) uint8 sRGB with straight alpha. Colours are weighed by their alpha, so that nothing of what is
behind transparent pixels comes in; what lies beyond the picture's rim is transparent.
"""

from __future__ import annotations

import numpy as np

SEEN = 64  # alpha from which a pixel counts as the object's


def cut_out(picture: np.ndarray, pixels: int, filled: float) -> np.ndarray:
    """(pixels, pixels, 4) uint8: the object in the middle, its longer side `filled` of the whole."""
    low, high = extent(picture[..., 3] >= SEEN)
    side = max(float((high - low).max()), 1.0) / filled
    start = (low + high) / 2 - side / 2
    rows = _weights(start[0], side, picture.shape[0], pixels)
    columns = _weights(start[1], side, picture.shape[1], pixels)
    straight = picture.astype(np.float32)
    alpha = straight[..., 3:] / 255
    color = _resized(straight[..., :3] * alpha, rows, columns)
    covered = _resized(alpha, rows, columns)
    color = np.where(covered > 1 / 512, color / np.maximum(covered, 1 / 512), 0)
    return np.round(np.clip(np.concatenate([color, covered * 255], axis=-1), 0, 255)).astype(np.uint8)


def extent(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and behind-the-last (row, column) of what is set, (2,) float64 each; all of the picture if nothing is."""
    found = []
    for axis in (1, 0):
        where = np.flatnonzero(mask.any(axis=axis))
        found.append((where[0], where[-1] + 1) if len(where) else (0, mask.shape[1 - axis]))
    return np.array([pair[0] for pair in found], float), np.array([pair[1] for pair in found], float)


def _weights(start: float, side: float, size: int, pixels: int) -> np.ndarray:
    """(pixels, size): how much each of `size` pixels in a line gives to each new one; tent-shaped."""
    step = side / pixels
    centers = start + (np.arange(pixels) + 0.5) * step
    away = np.abs(np.arange(size) + 0.5 - centers[:, None]) / max(step, 1.0)
    weights = np.maximum(1 - away, 0)
    # Over an endless line the weights add up to one; those beyond the rim are transparent, so nothing is made up for.
    return (weights / max(step, 1.0)).astype(np.float32)


def _resized(values: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    height, width, channels = values.shape
    down = (rows @ values.reshape(height, -1)).reshape(len(rows), width, channels)
    return columns @ down
