"""Line drawings from what a renderer knows: where depth jumps, surfaces bend, parts meet, and the outline.

Lines are found at twice the drawing's resolution and drawn as a hand would: one thickness per drawing, a little
wobble, sometimes without the finer lines, now and then fading. 0 is a line, 255 is paper.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates

from .dice import Dice

BEND = np.cos(np.radians(35.0))  # of two neighbours' normals: less is a crease
JUMP = 0.02  # of 1/depth, relative, beyond what a flat surface does
CROWDED = 0.1  # share of the object's pixels that are on lines
WOBBLE = 3.0  # pixels of the survey, at most


def draw(depth: np.ndarray, normal: np.ndarray, part: np.ndarray, dice: Dice) -> np.ndarray:
    """(H/2, W/2) uint8 from a survey: depth (H, W), normal (H, W, 3), part (H, W), 0 where nothing is."""
    lines = outlines(depth, part)
    if dice.chance(0.85):
        lines = lines | creases(normal, part)
    if dice.chance(0.85):
        lines = lines | borders(part)
    thickness, strength = dice.between(0.7, 1.7), dice.between(0.6, 1.0)
    # Where there are many lines they are drawn finer, or nothing but ink is left of a bicycle.
    crowd = lines.sum() / max(float((part > 0).sum()), 1.0)
    thickness = 0.6 + (thickness - 0.6) * min(1.0, CROWDED / max(crowd, 1e-6))
    ink = _wobbled(lines.astype(np.float32), dice)
    ink = gaussian_filter(ink, thickness)
    ink = np.clip(ink * 2.2 * thickness, 0, 1) * strength
    if dice.chance(0.4):
        ink = ink * _fading(ink.shape, dice)
    small = ink.reshape(ink.shape[0] // 2, 2, ink.shape[1] // 2, 2).mean(axis=(1, 3))
    return np.round(255 * (1 - small)).astype(np.uint8)


def outlines(depth: np.ndarray, part: np.ndarray) -> np.ndarray:
    """(H, W) bool: beside the background, or nearer than what is next to it by more than a slope explains."""
    near = np.where(part > 0, 1 / np.maximum(depth, 1e-6), 0)
    found = np.zeros(part.shape, bool)
    for axis in (0, 1):
        # 1/depth is linear in the picture on a plane: its second difference there is zero.
        before, after = _shifted(near, 1, axis), _shifted(near, -1, axis)
        bent = 2 * near - before - after
        step = np.maximum(near - before, near - after)
        found |= (bent > JUMP * near) & (step > JUMP * near) & (part > 0)
    return found


def creases(normal: np.ndarray, part: np.ndarray) -> np.ndarray:
    """(H, W) bool: two neighbours of one object face different ways."""
    found = np.zeros(part.shape, bool)
    for axis in (0, 1):
        other, there = _shifted(normal, 1, axis), _shifted(part, 1, axis)
        found |= ((normal * other).sum(-1) < BEND) & (part > 0) & (there > 0)
    return found


def borders(part: np.ndarray) -> np.ndarray:
    """(H, W) bool: where one part meets another."""
    found = np.zeros(part.shape, bool)
    for axis in (0, 1):
        there = _shifted(part, 1, axis)
        found |= (part != there) & (part > 0) & (there > 0)
    return found


def _shifted(values: np.ndarray, by: int, axis: int) -> np.ndarray:
    """The neighbours' values; the rim's own beyond the rim."""
    moved = np.roll(values, by, axis)
    rim = [slice(None)] * values.ndim
    rim[axis] = 0 if by > 0 else -1
    moved[tuple(rim)] = values[tuple(rim)]
    return moved


def _wobbled(ink: np.ndarray, dice: Dice) -> np.ndarray:
    """Shifted by a smooth random field, as an unsure hand does."""
    amount = dice.between(0.0, WOBBLE)
    height, width = ink.shape
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    shift = [amount * _smooth(ink.shape, 8, dice) for _ in range(2)]
    return map_coordinates(ink, [rows + shift[0], columns + shift[1]], order=1, mode="constant")


def _fading(shape: tuple[int, int], dice: Dice) -> np.ndarray:
    """(H, W) 0.35…1: a pencil's uneven pressure."""
    return np.clip(0.85 + 0.5 * _smooth(shape, 6, dice), 0.35, 1.0)


def _smooth(shape: tuple[int, int], knots: int, dice: Dice) -> np.ndarray:
    """(H, W) float32, −1…1, from random knots."""
    coarse = np.array([[dice.between(-1, 1) for _ in range(knots)] for _ in range(knots)])
    return (_blend(shape[0], knots) @ coarse @ _blend(shape[1], knots).T).astype(np.float32)


def _blend(size: int, knots: int) -> np.ndarray:
    """(size, knots): how much of each knot is at each place; round, so that nothing kinks."""
    away = np.abs(np.linspace(0, knots - 1, size)[:, None] - np.arange(knots))
    return np.where(away < 1, 0.5 + 0.5 * np.cos(np.pi * away), 0)
