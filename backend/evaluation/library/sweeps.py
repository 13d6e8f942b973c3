"""Swept shapes that things to ride are made of: tubes along a curve, bodies lofted through oval sections.

Convention: metres, Z up; faces are quads wound outwards, ends are closed. They go with the shapes of
`living_room.shapes`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.interpolate import PchipInterpolator

from ..living_room.shapes import Piece, turned_profile

Array = np.ndarray


def tube(
    points: Sequence[Sequence[float]], radius: float | Sequence[float], material: str, *, sides: int = 14
) -> Piece:
    """A round tube along a smooth curve through `points`; one radius, or one at each point."""
    path, way = _curve(np.array(points, float), 1 if len(points) == 2 else 8)
    radii = np.broadcast_to(np.asarray(radius, float), len(points))
    widths = np.interp(way, np.linspace(0, 1, len(points)), radii)
    frames = _frames(path)
    angles = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    rings = path[:, None] + widths[:, None, None] * np.einsum("sk,rkc->rsc", circle, frames)
    return loft(rings, material)


def loft(rings: Array, material: str) -> Piece:
    """A closed body through rings (R, S, 3), whichever way they turn."""
    count, sides = rings.shape[:2]
    index = np.arange(count * sides).reshape(count, sides)
    after = np.roll(index, -1, axis=1)
    faces = np.stack([index[:-1], after[:-1], after[1:], index[1:]], axis=-1).reshape(-1, 4)
    first, last = count * sides, count * sides + 1
    start = np.stack([after[0], index[0], np.full(sides, first), np.full(sides, first)], axis=1)
    end = np.stack([index[-1], after[-1], np.full(sides, last), np.full(sides, last)], axis=1)
    vertices = np.concatenate([rings.reshape(-1, 3), rings[:1].mean(1), rings[-1:].mean(1)])
    quads = np.concatenate([faces, start, end])
    return Piece(vertices, quads if _volume(vertices, quads) > 0 else quads[:, [1, 0, 3, 2]], material)


def ovals(
    stations: Sequence[Sequence[float]], material: str, *, steps: int = 6, sides: int = 28, egg: float = 0.0
) -> Piece:
    """A body through oval sections: rows of centre x, y, z, half width (along X) and half depth (across the spine).

    The spine runs in a plane x = const; `egg` makes sections broader below (positive) or above their middle.
    """
    rows = np.array(stations, float)
    centers, way = _curve(rows[:, :3], steps)
    knots = np.linspace(0, 1, len(rows))
    widths, depths = (PchipInterpolator(knots, rows[:, column])(way) for column in (3, 4))
    spine = np.gradient(centers, axis=0)
    spine /= np.linalg.norm(spine, axis=1, keepdims=True)
    across = np.array([1.0, 0.0, 0.0])
    up = np.cross(spine, across)
    angles = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    wide = np.cos(angles) * (1 - egg * np.sin(angles))
    rings = (
        centers[:, None]
        + widths[:, None, None] * wide[None, :, None] * across
        + depths[:, None, None] * np.sin(angles)[None, :, None] * up[:, None]
    )
    return loft(_rounded(rings), material)


def torus(radius: float, thickness: float, material: str, *, sides: int = 64) -> Piece:
    """A ring around X through the origin: a tyre, a rim. `thickness` is the tube's radius."""
    angles = np.linspace(0, 2 * np.pi, 17)
    profile = [(radius + thickness * np.cos(a), thickness * np.sin(a)) for a in angles]
    return turned_profile(profile, material, sides=sides).turned(y=90)


def _volume(vertices: Array, quads: Array) -> float:
    """Of a closed body, m³; negative if it is wound inwards."""
    a, b, c, d = (vertices[quads[:, corner]] for corner in range(4))
    return float(np.einsum("ij,ij->", a, np.cross(b, c) + np.cross(c, d))) / 6


def _rounded(rings: Array) -> Array:
    """The rings with three small ones at either end, so that the body ends round instead of flat."""
    starts, ends = [], []
    for at, beside, found in ((0, 1, starts), (-1, -2, ends)):
        center = rings[at].mean(0)
        outwards = center - rings[beside].mean(0)
        outwards /= np.linalg.norm(outwards)
        radius = np.linalg.norm(rings[at] - center, axis=1).min()
        for angle in np.radians([75, 55, 30]):
            found.append(center + np.cos(angle) * (rings[at] - center) + 0.7 * radius * np.sin(angle) * outwards)
    return np.concatenate([np.stack(starts), rings, np.stack(ends[::-1])])


def _curve(points: Array, steps: int) -> tuple[Array, Array]:
    """A smooth curve through points (N, 3): its points, and how far along each is, 0…1 in even parts per point."""
    knots = np.linspace(0, 1, len(points))
    way = np.linspace(0, 1, (len(points) - 1) * steps + 1)
    return np.stack([PchipInterpolator(knots, points[:, axis])(way) for axis in range(3)], axis=1), way


def _frames(path: Array) -> Array:
    """(N, 2, 3) two directions across a path (N, 3) that turn no more than the path does."""
    tangents = np.gradient(path, axis=0)
    tangents /= np.linalg.norm(tangents, axis=1, keepdims=True)
    first = np.cross(tangents[0], [0.0, 0.0, 1.0] if abs(tangents[0, 2]) < 0.9 else [1.0, 0.0, 0.0])
    frames = []
    for tangent in tangents:
        first = first - (first @ tangent) * tangent
        first /= np.linalg.norm(first)
        frames.append((first, np.cross(tangent, first)))
    return np.array(frames)
