"""Looks at a volume of signed distances through a camera: silhouette, and a plain shaded picture.

Rays step by the distance that the volume tells, never more than it can be sure of. What is thinner than the grid can
hold has no negative values; so a ray meets a surface within `NEAR` cells of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import map_coordinates

NEAR = 0.3  # cells
STEPS = 160
BOLD = 0.9  # of the distance told: interpolation is not exact
GREY, SURFACE = 240 / 255, 0.62  # the ground, and what the object is made of


@dataclass(frozen=True, eq=False)
class Seen:
    silhouette: np.ndarray  # (P, P) bool, the top row first
    picture: np.ndarray  # (P, P, 3) float32 in [0, 1]


def look(volume: np.ndarray, camera_to_world: np.ndarray, field_of_view: float, pixels: int = 128) -> Seen:
    """Volume (R, R, R) in the unit cube, camera as in `training/shapes/cameras.py`."""
    volume = np.asarray(volume, np.float32)
    origin, rays = _rays(np.asarray(camera_to_world, np.float64), float(field_of_view), pixels)
    start, end = _through_cube(origin, rays)
    hit, at = _march(volume, origin, rays, start, end)
    silhouette = hit.reshape(pixels, pixels)
    picture = np.full((pixels * pixels, 3), GREY, np.float32)
    if hit.any():
        points = origin + at[hit, None] * rays[hit]
        normal = _normal(volume, points)
        # A lamp at the camera's left shoulder, and light from the sky.
        right, up, back = (np.asarray(camera_to_world, np.float64)[:3, k] for k in range(3))
        lamp = back + 0.5 * up - 0.4 * right
        lamp /= np.linalg.norm(lamp)
        light = 0.25 + 0.65 * np.maximum(normal @ lamp, 0) + 0.15 * (0.5 + 0.5 * normal[:, 2])
        picture[hit] = np.clip(SURFACE * light, 0, 1)[:, None] ** (1 / 2.2)
    return Seen(silhouette, picture.reshape(pixels, pixels, 3))


def _rays(camera_to_world: np.ndarray, field_of_view: float, pixels: int) -> tuple[np.ndarray, np.ndarray]:
    """(3,) and (P², 3) unit directions through the pixels' middles."""
    side = np.tan(field_of_view / 2)
    line = ((np.arange(pixels) + 0.5) / pixels * 2 - 1) * side
    y, x = np.meshgrid(-line, line, indexing="ij")
    local = np.stack([x, y, -np.ones_like(x)], axis=-1).reshape(-1, 3)
    rays = local @ camera_to_world[:3, :3].T
    return camera_to_world[:3, 3], rays / np.linalg.norm(rays, axis=1, keepdims=True)


def _through_cube(origin: np.ndarray, rays: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each ray enters and leaves [0, 1]³; it leaves before it enters if it misses."""
    safe = np.where(np.abs(rays) < 1e-9, 1e-9, rays)
    first, second = (0 - origin) / safe, (1 - origin) / safe
    return np.maximum(np.minimum(first, second).max(1), 0), np.maximum(first, second).min(1)


def _march(
    volume: np.ndarray, origin: np.ndarray, rays: np.ndarray, start: np.ndarray, end: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Which rays meet the surface, and how far away."""
    near, least = NEAR / len(volume), 0.25 / len(volume)
    at, hit = start.copy(), np.zeros(len(rays), bool)
    active = np.flatnonzero(start < end)
    for _ in range(STEPS):
        if len(active) == 0:
            break
        distance = _sampled(volume, origin + at[active, None] * rays[active])
        found = distance < near
        hit[active[found]] = True
        active, distance = active[~found], distance[~found]
        at[active] += np.maximum(BOLD * (distance - near), least)
        active = active[at[active] < end[active]]
    return hit, at


def _sampled(volume: np.ndarray, points: np.ndarray) -> np.ndarray:
    return map_coordinates(volume, (points * len(volume) - 0.5).T, order=1, mode="nearest")


def _normal(volume: np.ndarray, points: np.ndarray) -> np.ndarray:
    step = 1.0 / len(volume)
    slope = np.stack(
        [_sampled(volume, points + step * axis) - _sampled(volume, points - step * axis) for axis in np.eye(3)], axis=1
    )
    return slope / np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-9)
