"""A person's keypoints drawn over a picture, to see what was found: left limbs warm, right limbs cool."""

from __future__ import annotations

import numpy as np

from backend.vision.keypoints import LIMBS, NAMES, PersonKeypoints

Array = np.ndarray
LEFT, RIGHT, MIDDLE = (255, 140, 40), (60, 160, 255), (240, 240, 240)  # sRGB
THINNEST = 1.2  # pixels


def draw_keypoints(picture: Array, person: PersonKeypoints, least: float = 0.1) -> Array:
    """A copy of the picture (H, W, 3) uint8 with the person's limbs and joints, the fainter the less certain.

    What is below the confidence `least` is left out.
    """
    drawn = picture.astype(np.float32)
    width = max(THINNEST, 0.004 * max(picture.shape[:2]))
    for first, second in LIMBS:
        a, b = NAMES.index(first), NAMES.index(second)
        certain = min(person.confidences[a], person.confidences[b])
        if certain >= least:
            color = MIDDLE if _side(first) != _side(second) else _color(first)
            _stroke(drawn, person.pixels[a], person.pixels[b], width, color, certain)
    for name, pixel, certain in zip(NAMES, person.pixels, person.confidences, strict=True):
        if certain >= least:
            _stroke(drawn, pixel, pixel, 1.8 * width, _color(name), certain)
    return (drawn + 0.5).astype(np.uint8)


def _side(name: str) -> str:
    return name.partition("_")[0]


def _color(name: str) -> tuple[int, int, int]:
    return {"left": LEFT, "right": RIGHT}.get(_side(name), MIDDLE)


def _stroke(picture: Array, start: Array, end: Array, width: float, color: tuple[int, ...], opacity: float) -> None:
    """A line with round ends, anti-aliased, painted into the picture."""
    if not np.isfinite([*start, *end]).all():
        return
    margin = width + 1
    low = np.floor(np.minimum(start, end) - margin).astype(int).clip(0)
    high = np.ceil(np.maximum(start, end) + margin).astype(int)
    right, bottom = min(high[0], picture.shape[1]), min(high[1], picture.shape[0])
    if right <= low[0] or bottom <= low[1]:
        return
    x, y = np.meshgrid(np.arange(low[0], right) + 0.5, np.arange(low[1], bottom) + 0.5)
    along = np.asarray(end, float) - start
    length = float(along @ along)
    t = ((x - start[0]) * along[0] + (y - start[1]) * along[1]) / length if length > 0 else np.zeros_like(x)
    t = t.clip(0, 1)
    distance = np.hypot(x - start[0] - t * along[0], y - start[1] - t * along[1])
    cover = opacity * (width + 0.5 - distance).clip(0, 1)[..., None]
    region = picture[low[1] : bottom, low[0] : right]
    region += cover * (np.array(color, np.float32) - region)
