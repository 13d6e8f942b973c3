"""Closed solids as triangles with shared vertices: boxes, slabs, turned bodies, tubes, lofted hulls, cushions.

All of them are lofts: rings of equally many points, joined one to the next, with a lid at either end; so each is
closed and manifold by construction, and `loft` turns it so that it is wound outwards. Metres, Z up, degrees for turns.
The shapes of `backend.evaluation.living_room` are made to be looked at (quads, open ends, many small faces on edges);
these are made to be measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.interpolate import PchipInterpolator

Array = np.ndarray
Point = Sequence[float]


@dataclass(frozen=True, eq=False)
class Solid:
    vertices: Array  # (V, 3) float64, metres
    triangles: Array  # (T, 3) int64, wound outwards

    def at(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Solid:
        return replace(self, vertices=self.vertices + np.array([x, y, z]))

    def turned(self, *, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Solid:
        """Rotated about the origin by degrees about X, then Y, then Z."""
        return replace(self, vertices=self.vertices @ (_turn(2, z) @ _turn(1, y) @ _turn(0, x)).T)

    def scaled(self, x: float, y: float, z: float) -> Solid:
        """By positive factors."""
        return replace(self, vertices=self.vertices * np.array([x, y, z]))

    def mirrored(self) -> Solid:
        """Left for right: x changes its sign."""
        return Solid(self.vertices * np.array([-1.0, 1.0, 1.0]), self.triangles[:, ::-1])

    def sheared(self, x: float, y: float) -> Solid:
        """What is below z = 0 moves: by (x, y) for each metre that it is lower."""
        return replace(self, vertices=self.vertices - self.vertices[:, 2:] * np.array([x, y, 0.0]))


def _turn(axis: int, degrees: float) -> Array:
    matrix, angle = np.eye(3), np.radians(degrees)
    i, j = (axis + 1) % 3, (axis + 2) % 3
    matrix[i, i] = matrix[j, j] = np.cos(angle)
    matrix[i, j], matrix[j, i] = -np.sin(angle), np.sin(angle)
    return matrix


def loft(rings: Array, *, wrap: bool = False) -> Solid:
    """A body through rings (R, S, 3): lids at both ends (star-shaped about their means), or joined end to end.

    A first or last ring whose points are all one is the body's tip.
    """
    rings = np.asarray(rings, float)
    count, sides = rings.shape[:2]
    index = np.arange(count * sides).reshape(count, sides)
    vertices, lids = [rings.reshape(-1, 3)], []
    if not wrap:
        for end in (0, count - 1):
            if np.ptp(rings[end], axis=0).max() < 1e-9:
                index[end] = index[end, 0]
            else:
                middle = count * sides + len(lids)
                around = index[end] if end else index[end][::-1]
                lids.append(np.stack([around, np.roll(around, -1), np.full(sides, middle)], axis=1))
                vertices.append(rings[end].mean(0)[None])
    above = np.roll(index, -1, axis=0) if wrap else index[1:]
    below = index if wrap else index[:-1]
    a, b, c, d = below, np.roll(below, -1, axis=1), np.roll(above, -1, axis=1), above
    faces = np.stack([np.stack([a, b, c], -1), np.stack([a, c, d], -1)], axis=2).reshape(-1, 3)
    faces = np.concatenate([faces, *lids])
    faces = faces[(faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 2] != faces[:, 0])]
    used, compact = np.unique(faces, return_inverse=True)
    points, faces = np.concatenate(vertices)[used], compact.reshape(-1, 3)
    first, second, third = (points[faces[:, corner]] - points.mean(0) for corner in range(3))
    outwards = np.einsum("ij,ij->", first, np.cross(second, third)) > 0
    return Solid(points, faces if outwards else faces[:, ::-1])


# --- outlines: (S, 2), counter-clockwise -----------------------------------------------------------------------------


def rectangle(width: float, depth: float, radius: float = 0.0, steps: int = 3) -> Array:
    """Centred, its corners rounded by `radius` in so many steps."""
    radius = min(radius, 0.49 * min(width, depth))
    half = np.array([width, depth]) / 2 - radius
    corners = []
    for turn, sign in enumerate(((1, 1), (-1, 1), (-1, -1), (1, -1))):
        angles = np.pi / 2 * (turn + (np.linspace(0, 1, steps + 1) if radius > 0 else np.array([0.5])))
        corners.append(half * sign + radius * np.stack([np.cos(angles), np.sin(angles)], 1))
    return np.concatenate(corners)


def ellipse(width: float, depth: float, sides: int = 24, power: float = 2.0) -> Array:
    """An ellipse, or with a higher power a rounder or squarer superellipse."""
    angles = 2 * np.pi * np.arange(sides) / sides
    c, s = np.round(np.cos(angles), 12), np.round(np.sin(angles), 12)
    return np.stack(
        [width / 2 * np.sign(c) * np.abs(c) ** (2 / power), depth / 2 * np.sign(s) * np.abs(s) ** (2 / power)], 1
    )


def smooth_outline(points: Sequence[Point], steps: int = 5) -> Array:
    """A closed smooth curve through points (N, 2): Catmull and Rom's."""
    knots = np.array(points, float)
    t = (np.arange(steps) / steps)[:, None]
    parts = []
    for i in range(len(knots)):
        p, q, r, s = (knots[(i + k) % len(knots)] for k in (-1, 0, 1, 2))
        parts.append(0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t**2 + (3 * q - p - 3 * r + s) * t**3))
    return np.concatenate(parts)


# --- solids ----------------------------------------------------------------------------------------------------------


def slab(outline: Array, height: float, bevel: float = 0.0) -> Solid:
    """An outline made `height` thick, from z = 0 up, its edges taken off by `bevel`."""
    outline = np.asarray(outline, float)
    middle = outline.mean(0)
    inset = max(1 - bevel / max(float(np.abs(outline - middle).max()), 1e-6), 0.5)
    if bevel <= 0:
        levels = [(0.0, 1.0), (height, 1.0)]
    else:
        bevel = min(bevel, 0.45 * height)
        levels = [(0.0, inset), (bevel, 1.0), (height - bevel, 1.0), (height, inset)]
    return loft(np.array([_level(middle + (outline - middle) * scale, z) for z, scale in levels]))


def _level(outline: Array, z: float) -> Array:
    return np.concatenate([outline, np.full((len(outline), 1), z)], axis=1)


def box(width: float, depth: float, height: float, bevel: float = 0.0, corner: float = 0.0) -> Solid:
    """From z = 0 up, centred in x and y; `bevel` rounds edges above and below, `corner` (or that) the upright ones."""
    bevel = min(bevel, 0.45 * min(width, depth, height))
    radius = max(corner, bevel)
    if bevel <= 0:
        return slab(rectangle(width, depth, radius), height)
    levels = [(0.0, bevel), (0.3 * bevel, 0.3 * bevel), (bevel, 0.0)]
    levels += [(height - z, inset) for z, inset in reversed(levels)]
    return loft(
        np.array([_level(rectangle(width - 2 * i, depth - 2 * i, max(radius - i, 0.1 * radius)), z) for z, i in levels])
    )


def tub(bottom: Array, top: Array, height: float, wall: float, floor: float) -> Solid:
    """A vessel open above: outlines (S, 2) of its foot and its rim."""
    bottom, top = np.asarray(bottom, float), np.asarray(top, float)

    def inside(outline: Array) -> Array:
        return outline * (1 - wall / np.maximum(np.abs(outline).max(0), wall * 2))

    return loft(
        np.array([_level(bottom, 0.0), _level(top, height), _level(inside(top), height), _level(inside(bottom), floor)])
    )


def lathe(profile: Sequence[Point], sides: int = 24) -> Solid:
    """(radius, z) pairs turned about Z, from one end of the axis to the other; a hollow is entered over its rim."""
    return loft(_turned(profile, sides))


def ring(profile: Sequence[Point], sides: int = 32) -> Solid:
    """A closed profile of (radius, z), nowhere on the axis, turned about Z."""
    return loop(_turned(profile, sides))


def _turned(profile: Sequence[Point], sides: int) -> Array:
    """(P, sides, 3)"""
    angles = 2 * np.pi * np.arange(sides) / sides
    r, z = np.array(profile, float).T
    r, z = r[:, None], np.repeat(z[:, None], sides, axis=1)
    return np.stack([r * np.cos(angles), r * np.sin(angles), z], axis=-1)


def torus(radius: float, thick: float, sides: int = 32, around: int = 10, flat: float = 1.0) -> Solid:
    """A ring about Z; `thick` is the tube's radius, `flat` its height over its width."""
    angles = 2 * np.pi * np.arange(around) / around
    profile = np.stack([radius + thick * np.cos(angles), flat * thick * np.sin(angles)], 1)
    return loop(_turned(profile, sides))


def loop(rings: Array) -> Solid:
    """Closed both ways: (P, S, 3) points of P closed lines that together close."""
    return loft(np.asarray(rings).transpose(1, 0, 2), wrap=True)


def ball(width: float, depth: float, height: float, square: float = 2.0, sides: int = 24, rows: int = 12) -> Solid:
    """From z = 0 up: an ellipsoid; with `square` of 3 to 8 a cushion, ever more like a box."""
    angles = np.linspace(-np.pi / 2, np.pi / 2, rows + 1)
    c, s = np.cos(angles), np.sin(angles)
    scale, z = np.abs(c) ** (2 / square), np.sign(s) * np.abs(s) ** (2 / square)
    scale[0] = scale[-1] = 0.0
    outline = ellipse(width, depth, sides, square)
    return loft(np.array([_level(outline * k, height / 2 * (1 + at)) for k, at in zip(scale, z, strict=True)]))


def curve(points: Sequence[Point], steps: int = 6) -> Array:
    """A smooth line through points (N, D) that does not overshoot them."""
    knots = np.array(points, float)
    if len(knots) < 3:
        return knots
    way = np.linspace(0, len(knots) - 1, (len(knots) - 1) * steps + 1)
    return PchipInterpolator(np.arange(len(knots)), knots, axis=0)(way)


def sweep(path: Array, section: Array, *, scale: Array | None = None, up: Point | None = None, wrap=False) -> Solid:
    """An outline (S, 2) carried along a path (N, 3); its first axis lies across the path and `up`, its second along up.

    Without `up` it turns as little as it can. A path that closes (`wrap`) is plane and `up` across its plane.
    """
    path = np.asarray(path, float)
    tangents = (np.roll(path, -1, 0) - np.roll(path, 1, 0)) if wrap else np.gradient(path, axis=0)
    tangents /= np.linalg.norm(tangents, axis=1, keepdims=True)
    scale = np.ones(len(path)) if scale is None else scale
    reference = np.array(up, float) if up is not None else np.eye(3)[int(np.abs(tangents[0]).argmin())]
    rings = []
    for point, tangent, size in zip(path, tangents, scale, strict=True):
        across = np.cross(reference, tangent)
        across /= np.linalg.norm(across)
        upwards = np.cross(tangent, across)
        if up is None:
            reference = upwards
        rings.append(point + size * (section[:, :1] * across + section[:, 1:] * upwards))
    return loft(np.array(rings), wrap=wrap)


def tube(points: Sequence[Point], radius: float | Sequence[float], *, sides: int = 10, smooth: int = 6) -> Solid:
    """A round bar along a smooth line through points; one radius, or one for each point."""
    path = curve(points, smooth)
    radii = np.broadcast_to(np.asarray(radius, float), len(points))
    scale = np.interp(np.linspace(0, 1, len(path)), np.linspace(0, 1, len(points)), radii)
    return sweep(path, ellipse(2, 2, sides), scale=scale)


def rod(start: Point, end: Point, radius: float, tip: float | None = None, *, sides: int = 10) -> Solid:
    return tube([start, end], [radius, radius if tip is None else tip], sides=sides)


def beam(start: Point, end: Point, width: float, depth: float, up: Point = (0.0, 0.0, 1.0)) -> Solid:
    """A square bar; `depth` is measured along `up`, `width` across."""
    along = np.array(end, float) - np.array(start, float)
    if np.linalg.norm(np.cross(along, up)) < 0.05 * np.linalg.norm(along) * np.linalg.norm(up):
        up = (0.0, 1.0, 0.0)
    return sweep(np.array([start, end], float), rectangle(width, depth), up=up)


def hull(stations: Sequence[Point], *, sides: int = 24, steps: int = 4) -> Solid:
    """A body along Y: rows of y, middle z, half width, half height and the section's power (2 round, 5 boxy)."""
    rows = curve(stations, steps)
    rings = []
    for y, z, wide, high, power in rows:
        outline = ellipse(2 * wide, 2 * high, sides, power)
        rings.append(np.stack([outline[:, 0], np.full(sides, y), z + outline[:, 1]], 1))
    return loft(np.array(rings))


def wing(root: Point, tip: Point, chord: float, tip_chord: float, thick: float, *, sides: int = 12) -> Solid:
    """A wing from the middle of its root's chord to that of its tip's; chords lie along Y."""
    root, tip = np.array(root, float), np.array(tip, float)
    across = np.cross(tip - root, [0.0, 1.0, 0.0])
    across /= np.linalg.norm(across)
    outline = ellipse(1.0, 1.0, sides, 2.0)
    # An aerofoil: thickest before its middle, sharp behind.
    outline[:, 1] *= 1 - 0.9 * outline[:, 0]
    places = ((root, chord), (tip, tip_chord))
    rings = [
        p + np.outer(c * outline[:, 0], [0, 1, 0]) + np.outer(c * thick * outline[:, 1], across) for p, c in places
    ]
    return loft(np.array(rings))


def leaf(path: Array, width: float, thick: float, *, up: Point = (0.0, 0.0, 1.0), pointed: float = 1.0) -> Solid:
    """A blade along a path (N, 3) from its stalk to its point, broadest before its middle."""
    t = np.linspace(0.04, 0.98, len(path))
    breadth = np.sin(np.pi * t**0.8) ** pointed
    section = np.array([[0.5, 0.0], [0.0, 0.5], [-0.5, 0.0], [0.0, -0.5]])
    tangents = np.gradient(np.asarray(path, float), axis=0)
    tangents /= np.linalg.norm(tangents, axis=1, keepdims=True)
    rings = []
    for point, tangent, size in zip(path, tangents, breadth, strict=True):
        across = np.cross(up, tangent)
        across /= max(np.linalg.norm(across), 1e-9)
        upwards = np.cross(tangent, across)
        size = max(size, 0.06)
        rings.append(point + section[:, :1] * width * size * across + section[:, 1:] * thick * upwards)
    return loft(np.array(rings))
