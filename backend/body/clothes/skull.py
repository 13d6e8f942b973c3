"""The head without its ears as a function of direction: what hair grows on. Reference body, metres."""

from __future__ import annotations

import functools

import numpy as np
from scipy.interpolate import LinearNDInterpolator

from .measures import Measures

Array = np.ndarray


class Skull:
    """Seen from a point inside the head; `eye` is the middle between the eyes."""

    def __init__(self, m: Measures) -> None:
        self.eye = (m.joint("eye.L") + m.joint("eye.R")) / 2
        head = m.surface_vertices & (m.level > m.neck[2] + 0.045) & (m.arm < 0.1)
        self.top = float(m.vertices[head, 2].max())
        self.height = self.top - float(self.eye[2])  # about 0.1 m
        back = float(m.vertices[head & (m.level > self.eye[2]), 1].max())
        self.center = np.array([0.0, back - 0.095, self.eye[2] + 0.008])
        self.ears = head & _ears(m.vertices - self.eye)
        points = m.vertices[head & ~self.ears] - self.center
        radius = np.linalg.norm(points, axis=1)
        plane = _plane(points / radius[:, None])
        # The same directions seen the other way round close the seam at the back.
        self._radius = LinearNDInterpolator(plane, radius, fill_value=float(np.median(radius)))

    def surface(self, directions: Array) -> Array:
        """Points (…, 3) of the skull in unit directions (…, 3) from the centre."""
        flat = directions.reshape(-1, 3)
        radius = self._radius(_plane(flat))
        return (self.center + radius[:, None] * flat).reshape(directions.shape)


def _ears(points: Array) -> Array:
    """(V,) bool, from points relative to the middle of the eyes."""
    x, y, z = np.abs(points[:, 0]), points[:, 1], points[:, 2]
    return (x > 0.061) & (y > 0.058) & (y < 0.128) & (z > -0.072) & (z < 0.014)


def _plane(directions: Array) -> Array:
    """Directions (N, 3) → (N, 2): angle from the top as distance, azimuth kept; no seam but straight down."""
    angle = np.arccos(np.clip(directions[:, 2], -1, 1))
    flat = directions[:, :2] / np.maximum(np.linalg.norm(directions[:, :2], axis=1, keepdims=True), 1e-9)
    return angle[:, None] * flat


@functools.cache
def skull(m: Measures) -> Skull:
    return Skull(m)
