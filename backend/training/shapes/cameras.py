"""Random cameras around a shape in the unit cube, each with the whole object in its square picture.

Azimuth 0 is in front of the object (at −Y) and grows counter-clockwise seen from above, so that a camera at +X is at
+90°; elevation is above the horizon. Both say where the camera stands as seen from the cube's middle. It looks near
the object's middle: how far beside it is chosen by panning, which moves the picture without changing what is seen.
Camera frames are Blender's: x right, y up, looking along −z. Radians; lengths in edges of the cube.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .dice import Dice

ELEVATION = (np.radians(-10.0), np.radians(50.0))
FIELD_OF_VIEW = (np.radians(20.0), np.radians(60.0))
FILL = (0.55, 0.95)  # of the picture, by the object's longer side in it
MARGIN = 0.02  # of the picture, that stays free around the object
MIDDLE = np.array([0.5, 0.5, 0.5])
ROUNDS = 14  # of the search for a distance; each halves what is left of it
ASIDE = (0.25, 0.75)  # where in the room that is left the object lies: further out it would look tilted


@dataclass(frozen=True, eq=False)
class Camera:
    """A pinhole camera with a square picture."""

    azimuth: float
    elevation: float
    field_of_view: float  # across the picture
    camera_to_world: np.ndarray  # (4, 4) float64, in the unit cube's frame


def choose_camera(points: np.ndarray, dice: Dice) -> Camera:
    """A random camera for an object of points (N, 3) in the unit cube."""
    azimuth = dice.between(-np.pi, np.pi)
    elevation = dice.between(*ELEVATION)
    view = dice.between(*FIELD_OF_VIEW)
    fill = dice.between(*FILL)
    return aimed(points, azimuth, elevation, view, fill, (dice.between(*ASIDE), dice.between(*ASIDE)))


def aimed(
    points: np.ndarray, azimuth: float, elevation: float, field_of_view: float, fill: float = 0.8,
    place: tuple[float, float] = (0.5, 0.5),
) -> Camera:  # fmt: skip
    """From that direction, so far away that the object fills that share of the picture.

    `place` says where it then lies in the room that is left, from left to right and from bottom to top.
    """
    away = direction(azimuth, elevation)
    near, far = 0.3, 30.0
    for _ in range(ROUNDS):
        distance = np.sqrt(near * far)
        matrix = _panned(points, MIDDLE + distance * away, field_of_view, (0.5, 0.5))
        if matrix is None or _extent(points, matrix, field_of_view) > fill:
            near = distance
        else:
            far = distance
    matrix = _panned(points, MIDDLE + far * away, field_of_view, place)
    return Camera(azimuth, elevation, field_of_view, matrix)


def direction(azimuth: float, elevation: float) -> np.ndarray:
    """(3,) from the object towards the camera."""
    flat = np.cos(elevation)
    return np.array([np.sin(azimuth) * flat, -np.cos(azimuth) * flat, np.sin(elevation)])


def project(points: np.ndarray, camera_to_world: np.ndarray, field_of_view: float) -> np.ndarray:
    """(N, 2) places in the picture: 0…1 from left to right and from bottom to top; not a number behind the camera."""
    local = (points - camera_to_world[:3, 3]) @ camera_to_world[:3, :3]
    depth = np.where(local[:, 2] < -1e-6, -local[:, 2], np.nan)
    return 0.5 + local[:, :2] / depth[:, None] / (2 * np.tan(field_of_view / 2))


def _panned(
    points: np.ndarray, eye: np.ndarray, field_of_view: float, place: tuple[float, float]
) -> np.ndarray | None:  # fmt: skip
    """A camera at `eye` turned until the object lies at `place`; None when it is too near for that."""
    target = MIDDLE
    for _ in range(3):
        matrix = _looking(eye, target)
        seen = project(points, matrix, field_of_view)
        if np.isnan(seen).any():
            return None
        low, high = seen.min(0), seen.max(0)
        room = np.maximum(1 - 2 * MARGIN - (high - low), 0)
        shift = low - (0.5 - (high - low) / 2 + (np.asarray(place) - 0.5) * room)
        step = 2 * np.tan(field_of_view / 2) * shift
        target = eye + matrix[:3, :3] @ np.array([step[0], step[1], -1.0])
    return matrix


def _looking(eye: np.ndarray, target: np.ndarray) -> np.ndarray:
    """(4, 4): at `eye`, looking at `target`, upright."""
    back = (eye - target) / np.linalg.norm(eye - target)
    right = np.cross([0.0, 0.0, 1.0], back)
    right /= np.linalg.norm(right)
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2], matrix[:3, 3] = right, np.cross(back, right), back, eye
    return matrix


def _extent(points: np.ndarray, matrix: np.ndarray, field_of_view: float) -> float:
    """The object's longer side, in pictures."""
    seen = project(points, matrix, field_of_view)
    return float((seen.max(0) - seen.min(0)).max())
