"""The surface patch about a point: samples of what a person there would touch, each with its outward normal.

Faces that reach into a small ball are taken as far as they lie in it, of those the connected piece nearest to the point
(a cushion, not the book on it), of that the side towards open space. Windings are not trusted: the outside of a face is
the side with more room. Metres, world.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from backend.place.nearest import SurfaceTree

Array = np.ndarray
DENSITY = 12_000.0  # samples per square metre
MOST = 4_000  # samples before those out of the ball are dropped
WELD = 1e-4  # metres between corners that are one vertex
ROOM = 0.3  # metres looked out for to tell a face's outside
LIFT = 1e-3  # metres that rays start off a surface


@dataclass(frozen=True)
class Patch:
    points: Array  # (N, 3) spread evenly over the patch
    normals: Array  # (N, 3) unit, outward
    normal: Array  # (3,) unit, their mean


def patch_about(
    point: Array, corners: Array, tree: SurfaceTree, radius: float, towards: Array, generator: np.random.Generator
) -> Patch | None:
    """`corners` (T, 3, 3): the triangles about `point`; `towards` (3,): on the side where people will be.

    None if no face reaches into the ball.
    """
    corners = np.asarray(corners, np.float64)
    near = SurfaceTree(np.ascontiguousarray(corners, np.float32)).nearest(point[None], radius)
    if near.face[0] < 0:
        return None
    inside = _reaching(corners, point, radius)
    inside[near.face[0]] = True
    corners, start = corners[inside], int(inside[: near.face[0]].sum())
    corners = corners[_connected(corners, start)]
    points, normals = _samples(corners, point, radius, generator)
    if len(points) == 0:  # only a corner of a face is in the ball: its nearest point stands for the patch
        cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        points, normals = near.foot.astype(np.float64), _unit(cross[:1])
    normals = _outward(points, normals, tree, towards)
    first = normals[np.linalg.norm(points - near.foot[0], axis=1).argmin()]
    same = normals @ first > 0
    mean = normals[same].mean(0)
    return Patch(points[same], normals[same], mean / np.linalg.norm(mean))


def _reaching(corners: Array, point: Array, radius: float) -> Array:
    """(T,) bool: triangles whose bounds come within `radius` of the point."""
    away = np.maximum(np.maximum(corners.min(1) - point, point - corners.max(1)), 0)
    return np.linalg.norm(away, axis=1) <= radius


def _connected(corners: Array, start: int) -> Array:
    """(T,) bool: triangles that hang together with triangle `start` by their vertices."""
    keys = np.round(corners.reshape(-1, 3) / WELD).astype(np.int64)
    vertex = np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1)
    count, faces = int(vertex.max()) + 1, len(corners)
    rows = np.repeat(np.arange(faces), 3)
    links = coo_matrix((np.ones(len(rows)), (rows, faces + vertex)), shape=(faces + count, faces + count))
    label = connected_components(links, directed=False)[1][:faces]
    return label == label[start]


def _samples(corners: Array, point: Array, radius: float, generator: np.random.Generator) -> tuple[Array, Array]:
    """Points (N, 3) evenly on the triangles as far as they are in the ball, and the triangles' normals (N, 3)."""
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    areas = 0.5 * np.linalg.norm(cross, axis=1)
    # A floor is one huge triangle: of such only the part about the ball is sampled, by cutting it up first.
    pieces, owners = [], []
    for index in np.flatnonzero(areas > 1e-10):
        cut = _cut(corners[index], point, radius)
        pieces.append(cut)
        owners.append(np.full(len(cut), index))
    if not pieces:
        return np.zeros((0, 3)), np.zeros((0, 3))
    small, owner = np.concatenate(pieces), np.concatenate(owners)
    area = 0.5 * np.linalg.norm(np.cross(small[:, 1] - small[:, 0], small[:, 2] - small[:, 0]), axis=1)
    count = int(np.clip(area.sum() * DENSITY, 64, MOST))
    chosen = generator.choice(len(small), count, p=area / area.sum())
    u, v = generator.random((2, count))
    over = u + v > 1
    u[over], v[over] = 1 - u[over], 1 - v[over]
    a, b, c = small[chosen].transpose(1, 0, 2)
    points = a + u[:, None] * (b - a) + v[:, None] * (c - a)
    kept = np.linalg.norm(points - point, axis=1) <= radius
    return points[kept], _unit(cross[owner[chosen[kept]]])


def _cut(triangle: Array, point: Array, radius: float) -> Array:
    """(P, 3, 3) pieces of a triangle no larger than the ball, of those the ones about it."""
    pieces = triangle[None]
    for _ in range(24):
        edges = np.linalg.norm(pieces - np.roll(pieces, -1, axis=1), axis=2)
        if edges.max() <= 2 * radius:
            break
        longest = edges.argmax(1)
        a, b, c = (np.take_along_axis(pieces, ((longest + k) % 3)[:, None, None], 1)[:, 0] for k in range(3))
        middle = (a + b) / 2
        halves = np.concatenate([np.stack([a, middle, c], 1), np.stack([middle, b, c], 1)])
        kept = _reaching(halves, point, radius)
        pieces = halves[kept] if kept.any() else halves[:1]
    return pieces


def _outward(points: Array, normals: Array, tree: SurfaceTree, towards: Array) -> Array:
    """Normals turned to the side with more room; where both have as much, to the side of `towards`."""
    room = [tree.first_hit(points + sign * LIFT * normals, sign * normals, ROOM)[0] for sign in (1.0, -1.0)]
    side = np.sign(np.einsum("ij,ij->i", normals, towards - points))
    side[side == 0] = 1
    clear = np.abs(room[0] - room[1]) > LIFT
    return normals * np.where(clear, np.sign(room[0] - room[1]), side)[:, None]


def _unit(vectors: Array) -> Array:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
