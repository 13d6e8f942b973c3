"""Shapes that furniture is made of, as plain arrays: rounded boxes, cushions, turned profiles, leaves.

Convention: metres, Z up, every shape centred on x = y = 0; boxes and cushions are centred in z too, turned shapes give
their own heights. A piece's faces are quads and triangles (a triangle repeats its last index), wound outwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Piece:
    """One shape with one material."""

    vertices: Array  # (V, 3) float64, metres
    faces: Array  # (F, 4) int; a triangle repeats its last index
    material: str
    smooth: bool = True

    def at(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Piece:
        return replace(self, vertices=self.vertices + np.array([x, y, z]))

    def turned(self, *, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Piece:
        """Rotated about the origin by degrees about X, then Y, then Z."""
        return replace(self, vertices=self.vertices @ rotation(x, y, z).T)


def rotation(x: float, y: float, z: float) -> Array:
    """(3, 3) rotation by degrees about X, then Y, then Z."""
    turn = np.eye(3)
    for axis, degrees in enumerate((x, y, z)):
        cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        matrix = np.eye(3)
        first, second = (axis + 1) % 3, (axis + 2) % 3
        matrix[first, first] = matrix[second, second] = cosine
        matrix[first, second], matrix[second, first] = -sine, sine
        turn = matrix @ turn
    return turn


def box(width: float, depth: float, height: float, material: str, *, radius: float = 0.004) -> Piece:
    """A box with edges rounded just enough to catch the light."""
    return rounded_box(width, depth, height, material, radius=radius, steps=2)


def rounded_box(
    width: float, depth: float, height: float, material: str, *, radius: float = 0.03, puff: float = 0.0, steps: int = 6
) -> Piece:
    """A box with round edges of `radius`; `puff` lets its faces swell by that much in the middle, as a cushion's do."""
    half = np.array([width, depth, height]) / 2
    radius = min(radius, float(half.min()) * 0.999)
    inner = half - radius
    directions, faces = _cube_sphere(steps if puff == 0.0 else max(steps, 12))
    if puff == 0.0:
        return Piece(np.sign(directions) * inner + radius * _unit(directions), faces, material)
    flat = directions / np.abs(directions).max(axis=1, keepdims=True)
    vertices = np.clip(flat * half, -inner, inner)
    offset = flat * half - vertices
    length = np.linalg.norm(offset, axis=1, keepdims=True)
    vertices = vertices + radius * offset / np.maximum(length, 1e-9)
    middle = np.stack([(1 - flat[:, (i + 1) % 3] ** 2) * (1 - flat[:, (i + 2) % 3] ** 2) for i in range(3)], axis=1)
    on_face = np.abs(flat) > 1 - 1e-9
    return Piece(vertices + np.sign(flat) * on_face * np.sqrt(np.maximum(middle, 0)) * puff, faces, material)


def turned_profile(profile: Sequence[tuple[float, float]], material: str, *, sides: int = 32) -> Piece:
    """A profile of (radius, height) pairs turned about Z, from bottom to top."""
    angles = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    rings = [np.stack([r * np.cos(angles), r * np.sin(angles), np.full(sides, z)], axis=1) for r, z in profile]
    faces = []
    for ring in range(len(profile) - 1):
        here, above = ring * sides, (ring + 1) * sides
        for side in range(sides):
            after = (side + 1) % sides
            faces.append((here + side, here + after, above + after, above + side))
    return Piece(np.concatenate(rings), np.array(faces), material)


def rod(
    start: Sequence[float], end: Sequence[float], radius: float, material: str, *, end_radius: float | None = None
) -> Piece:
    """A round bar from one point to another, tapering to `end_radius`, closed at both ends."""
    origin, axis = np.array(start, float), np.array(end, float) - np.array(start, float)
    length = float(np.linalg.norm(axis))
    tip = radius if end_radius is None else end_radius
    straight = turned_profile([(0.0, 0.0), (radius, 0.0), (tip, length), (0.0, length)], material, sides=16)
    forward = axis / length
    side = np.cross(forward, [0.0, 1.0, 0.0] if abs(forward[1]) < 0.9 else [1.0, 0.0, 0.0])
    side /= np.linalg.norm(side)
    frame = np.stack([side, np.cross(forward, side), forward], axis=1)
    return Piece(straight.vertices @ frame.T + origin, straight.faces, material)


def sheet(points: Array, material: str, *, thickness: float = 0.0) -> Piece:
    """A grid of points (R, C, 3) as a surface; with a thickness, a closed slab grown along +Y and −Y."""
    rows, columns = points.shape[:2]
    index = np.arange(rows * columns).reshape(rows, columns)
    faces = np.stack([index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]], axis=-1).reshape(-1, 4)
    flat = points.reshape(-1, 3)
    if thickness == 0.0:
        return Piece(flat, faces, material)
    back = flat + np.array([0.0, thickness, 0.0])
    count = len(flat)
    border = [*index[0, :-1], *index[:-1, -1], *index[-1, :0:-1], *index[:0:-1, 0]]
    rim = [(b, a, a + count, b + count) for a, b in zip(border, [*border[1:], border[0]], strict=True)]
    return Piece(np.concatenate([flat, back]), np.concatenate([faces, faces[:, ::-1] + count, np.array(rim)]), material)


def leaf(length: float, width: float, droop: float, material: str) -> Piece:
    """A leaf from the origin along +X, rising and drooping over its length, folded a little along its midrib."""
    along, across = np.meshgrid(np.linspace(0, 1, 9), np.linspace(-1, 1, 5), indexing="ij")
    half = width / 2 * np.sin(np.pi * np.clip(along * 0.96 + 0.03, 0, 1)) ** 0.8
    height = length * (0.35 * along - droop * along**2) + 0.25 * half * np.abs(across)
    return sheet(np.stack([length * along, half * across, height], axis=-1), material)


def _cube_sphere(steps: int) -> tuple[Array, Array]:
    """Vertices on the cube [−1, 1]³, `steps` per edge, dense near its edges, and its quads wound outwards."""
    if steps <= 6:  # rounded boxes: both sides of every coordinate, nothing between, so that faces stay flat
        quarter = np.tan(np.linspace(0, np.pi / 4, steps + 1))[1:]
        line = np.concatenate([-quarter[::-1], [-1e-6, 1e-6], quarter])
    else:
        line = np.sin(np.linspace(-np.pi / 2, np.pi / 2, 2 * steps + 1))
    count = len(line)
    vertices, faces, known = [], [], {}

    def vertex(point: tuple[float, float, float]) -> int:
        key = tuple(round(value, 9) for value in point)
        if key not in known:
            known[key] = len(vertices)
            vertices.append(point)
        return known[key]

    for axis in range(3):
        for sign in (-1.0, 1.0):
            grid = np.empty((count, count), int)
            for i, u in enumerate(line):
                for j, v in enumerate(line):
                    point = [0.0, 0.0, 0.0]
                    point[axis], point[(axis + 1) % 3], point[(axis + 2) % 3] = sign, float(u), float(v)
                    grid[i, j] = vertex(tuple(point))
            quads = np.stack([grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]], axis=-1).reshape(-1, 4)
            faces.append(quads if sign > 0 else quads[:, ::-1])
    return np.array(vertices), np.concatenate(faces)


def _unit(directions: Array) -> Array:
    return directions / np.linalg.norm(directions, axis=1, keepdims=True)
