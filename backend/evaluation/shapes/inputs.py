"""The pictures that are asked with, all through the product's own cutting out: plain, cluttered, drawn.

A cut-out picture of the test data is shown as it is, or among other objects before a wall and a floor, of which
GrabCut must find the right one in a rough crop, as the panel lets a user draw one. What cannot be cut out stays out
and counts as a shape that was missed.
"""

from __future__ import annotations

import numpy as np

from backend.shapes.cutout import cut_out, for_network
from backend.shapes.pictures import Crop, cropped
from backend.training.shapes.cutting import extent
from protocol.errors import StaffageError

KINDS = ("plain", "cluttered", "sketch")
CANVAS = 224  # pixels of a cluttered picture; the object's own are 128
BEHIND = 3  # other objects
CROP = 0.15  # of the object's longer side: how much of what is around it a user's crop leaves


def plain(picture: np.ndarray) -> np.ndarray | None:
    """(96, 96, 3) float32 of a picture (H, W, 4) uint8 with alpha; None if nothing could be cut out."""
    return _framed(picture)


def sketch(drawing: np.ndarray) -> np.ndarray | None:
    """Of a line drawing (H, W) uint8, 255 paper."""
    return _framed(np.repeat(drawing[..., None], 3, axis=2), sketch=True)


def cluttered(picture: np.ndarray, others: list[np.ndarray], generator: np.random.Generator) -> np.ndarray | None:
    """Of a picture that was put among others."""
    canvas, crop = clutter(picture, others, generator)
    return _framed(canvas, crop=crop)


def clutter(
    picture: np.ndarray, others: list[np.ndarray], generator: np.random.Generator
) -> tuple[np.ndarray, tuple[float, float, float, float]]:
    """(224, 224, 3) uint8: the object near the middle, some others behind it towards the rim, before wall and floor;

    and a user's crop of it: left, top, right, bottom, 0 … 1.
    """
    canvas = _ground(generator)
    for other in others[:BEHIND]:
        angle = generator.uniform(0, 2 * np.pi)
        middle = CANVAS / 2 * (1 + 0.85 * np.array([np.sin(angle), np.cos(angle)]))
        canvas = _laid(canvas, other, middle - np.array(other.shape[:2]) / 2)
    corner = np.round((CANVAS - np.array(picture.shape[:2])) / 2 + generator.uniform(-12, 12, 2))
    canvas = _laid(canvas, picture, corner)
    low, high = extent(picture[..., 3] > 127)
    around = CROP * (high - low).max()
    top, left = np.clip((corner + low - around) / CANVAS, 0, 1)
    bottom, right = np.clip((corner + high + around) / CANVAS, 0, 1)
    return np.round(canvas * 255).astype(np.uint8), (float(left), float(top), float(right), float(bottom))


def _ground(generator: np.random.Generator) -> np.ndarray:
    """(224, 224, 3) float: a wall and a floor of two colours, each a little uneven."""
    line = generator.integers(CANVAS // 3, 2 * CANVAS // 3)
    ground = np.empty((CANVAS, CANVAS, 3))
    for rows in (slice(0, line), slice(line, CANVAS)):
        height = ground[rows].shape[0]
        slope = np.linspace(0, 1, CANVAS)[None, :, None] * generator.uniform(-0.15, 0.15, 3)
        color = generator.uniform(0.3, 0.85) + generator.uniform(-0.12, 0.12, 3)
        ground[rows] = color + slope + generator.normal(0, 0.02, (height, CANVAS, 1))
    return ground.clip(0, 1)


def _laid(canvas: np.ndarray, picture: np.ndarray, corner: np.ndarray) -> np.ndarray:
    """A picture with alpha over the canvas, its first row and column at `corner`; what lies beyond is cut off."""
    top, left = np.round(corner).astype(int)
    height, width = picture.shape[:2]
    rows, columns = slice(max(top, 0), min(top + height, CANVAS)), slice(max(left, 0), min(left + width, CANVAS))
    if rows.stop <= rows.start or columns.stop <= columns.start:
        return canvas
    part = picture[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left] / 255
    result = canvas.copy()
    result[rows, columns] = part[..., :3] * part[..., 3:] + result[rows, columns] * (1 - part[..., 3:])
    return result


def _framed(picture: np.ndarray, crop: Crop | None = None, sketch: bool = False) -> np.ndarray | None:
    try:
        return for_network(cut_out(cropped(picture, crop), sketch=sketch).pixels)
    except StaffageError:
        return None
