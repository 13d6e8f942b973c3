"""Cuts the object out of a picture with alpha: a square around it, brought to any size, no light lost or doubled.

Pictures are (H, W, 4) uint8 sRGB with straight alpha. Colours are weighed by their alpha, so that nothing of what is
behind transparent pixels comes in; what lies beyond the picture's rim is transparent.
"""

from __future__ import annotations

import numpy as np

SEEN = 64  # alpha from which a pixel counts as the object's
ALIKE = 0.15  # of the whole range of sRGB: neighbours that differ by less are taken for one surface with noise
REACH = 2  # pixels, to the neighbours that are averaged


def cut_out(picture: np.ndarray, pixels: int, filled: float) -> np.ndarray:
    """(pixels, pixels, 4) uint8: the object in the middle, its longer side `filled` of the whole."""
    low, high = extent(picture[..., 3] >= SEEN)
    side = max(float((high - low).max()), 1.0) / filled
    start = (low + high) / 2 - side / 2
    return _window(picture, start, side, pixels)


def _window(picture: np.ndarray, start: np.ndarray, side: float, pixels: int) -> np.ndarray:
    """The square from `start` (row, column) on, `side` pixels wide."""
    rows = _weights(start[0], side, picture.shape[0], pixels)
    columns = _weights(start[1], side, picture.shape[1], pixels)
    straight = picture.astype(np.float32)
    alpha = straight[..., 3:] / 255
    color = _blended(straight[..., :3] * alpha, rows, columns)
    covered = _blended(alpha, rows, columns)
    color = np.where(covered > 1 / 512, color / np.maximum(covered, 1 / 512), 0)
    return np.round(np.clip(np.concatenate([color, covered * 255], axis=-1), 0, 255)).astype(np.uint8)


def resized(picture: np.ndarray, pixels: int) -> np.ndarray:
    """(pixels, pixels, 4) uint8: all of a square picture."""
    return _window(picture, np.zeros(2), float(picture.shape[0]), pixels)


def cleaned(picture: np.ndarray) -> np.ndarray:
    """The picture with less of the noise of few rays: pixels and their alike neighbours averaged, edges kept."""
    low, high = (corner.astype(int) for corner in extent(picture[..., 3] > 0))
    inner = (slice(low[0], high[0]), slice(low[1], high[1]))
    height, width = high - low
    around = np.pad(picture[inner].astype(np.float32) / 255, ((REACH, REACH), (REACH, REACH), (0, 0)))
    color, alpha = np.ascontiguousarray(around[..., :3].transpose(2, 0, 1)), np.ascontiguousarray(around[..., 3])
    own = color[:, REACH : REACH + height, REACH : REACH + width]
    total, weight = np.zeros_like(own), np.full((height, width), 1e-6, np.float32)
    for row in range(2 * REACH + 1):
        for column in range(2 * REACH + 1):
            other = color[:, row : row + height, column : column + width]
            apart = np.abs(other - own).max(axis=0) / (2 * ALIKE)
            share = np.maximum(1 - apart * apart, 0)
            share *= share * alpha[row : row + height, column : column + width]
            total += share * other
            weight += share
    result = picture.copy()
    mean = np.round(255 * total / weight).clip(0, 255).astype(np.uint8).transpose(1, 2, 0)
    result[inner][..., :3] = np.where(picture[inner][..., 3:] > 0, mean, picture[inner][..., :3])
    return result


def extent(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and behind-the-last (row, column) of what is set, (2,) float64 each; all of the picture if nothing is."""
    found = []
    for axis in (1, 0):
        where = np.flatnonzero(mask.any(axis=axis))
        found.append((where[0], where[-1] + 1) if len(where) else (0, mask.shape[1 - axis]))
    return np.array([pair[0] for pair in found], float), np.array([pair[1] for pair in found], float)


def _weights(start: float, side: float, size: int, pixels: int) -> np.ndarray:
    """(pixels, size): how much each of `size` pixels in a line gives to each new one.

    Quadratic splines: unlike tents they smooth all places alike, or fine noise would turn into a grid.
    """
    step = side / pixels
    centers = start + (np.arange(pixels) + 0.5) * step
    away = np.abs(np.arange(size) + 0.5 - centers[:, None]) / max(step, 1.0)
    weights = np.where(away < 0.5, 0.75 - away**2, np.maximum(1.5 - away, 0) ** 2 / 2)
    # Over an endless line the weights add up to one; those beyond the rim are transparent, so nothing is made up for.
    return (weights / max(step, 1.0)).astype(np.float32)


def _blended(values: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    height, width, channels = values.shape
    down = (rows @ values.reshape(height, -1)).reshape(len(rows), width, channels)
    return columns @ down
