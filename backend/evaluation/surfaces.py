"""Exact distances from points to a scene's triangles, for judging: no grid, no approximation.

Triangles near the points are cut until their edges are short; a tree over the pieces' centres then gives, for each
point, every piece that can be nearest. World frame, metres, float64.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

Array = np.ndarray
NEIGHBOURS = 24


@dataclass(frozen=True)
class Nearest:
    """The surface point nearest to each query."""

    distance: Array  # (N,) metres, unsigned; inf beyond the surfaces' reach
    point: Array  # (N, 3) metres
    triangle: Array  # (N,) index into the triangles given; −1 beyond reach


class Surfaces:
    """The triangles within `reach` of a box, ready for exact nearest-point queries from inside that box."""

    def __init__(self, corners: Array, low: Array, high: Array, *, reach: float = 0.3, edge: float = 0.05) -> None:
        """`corners`: (T, 3, 3) metres, world; `low`, `high`: (3,) the box that queries come from."""
        self.reach = reach
        pieces, owner = cut(np.asarray(corners, float), np.asarray(low) - reach, np.asarray(high) + reach, edge)
        self._pieces, self._owner = pieces, owner
        centres = pieces.mean(axis=1)
        self._radius = float(np.linalg.norm(pieces - centres[:, None], axis=2).max()) if len(pieces) else 0.0
        self._tree = cKDTree(centres) if len(pieces) else None

    def nearest(self, points: Array) -> Nearest:
        """The nearest surface point of each of `points` (N, 3), if it is within reach."""
        points = np.asarray(points, float)
        distance, point = np.full(len(points), np.inf), points.copy()
        triangle = np.full(len(points), -1)
        if self._tree is None:
            return Nearest(distance, point, triangle)
        pending, neighbours = np.arange(len(points)), min(NEIGHBOURS, len(self._pieces))
        while len(pending):
            to_centre, piece = self._tree.query(points[pending], k=neighbours)
            to_centre, piece = to_centre.reshape(len(pending), -1), piece.reshape(len(pending), -1)
            closest = closest_points(points[pending][:, None], self._pieces[piece])
            gaps = np.linalg.norm(closest - points[pending][:, None], axis=2)
            best = gaps.argmin(axis=1)
            rows = np.arange(len(pending))
            distance[pending], point[pending] = gaps[rows, best], closest[rows, best]
            triangle[pending] = self._owner[piece[rows, best]]
            # A piece further down the list is at least (its centre's distance − the largest radius) away.
            unsure = to_centre[:, -1] - self._radius < distance[pending]
            if neighbours == len(self._pieces):
                break
            pending, neighbours = pending[unsure], min(neighbours * 4, len(self._pieces))
        beyond = distance > self.reach
        distance[beyond], triangle[beyond] = np.inf, -1
        return Nearest(distance, point, triangle)


def cut(corners: Array, low: Array, high: Array, edge: float) -> tuple[Array, Array]:
    """Pieces (P, 3, 3) of the triangles whose boxes overlap low…high, edges at most `edge`, and each one's triangle."""
    owner = np.arange(len(corners))
    pieces, owners = [], []
    while len(corners):
        overlaps = np.all((corners.min(axis=1) <= high) & (corners.max(axis=1) >= low), axis=1)
        corners, owner = corners[overlaps], owner[overlaps]
        lengths = np.linalg.norm(corners - np.roll(corners, -1, axis=1), axis=2)  # edge i runs from corner i to i + 1
        small = lengths.max(axis=1, initial=0.0) <= edge
        pieces.append(corners[small])
        owners.append(owner[small])
        corners, owner, longest = corners[~small], owner[~small], lengths[~small].argmax(axis=1)
        rows = np.arange(len(corners))
        start, end, other = (corners[rows, (longest + step) % 3] for step in range(3))
        middle = (start + end) / 2
        corners = np.concatenate([np.stack([start, middle, other], 1), np.stack([middle, end, other], 1)])
        owner = np.concatenate([owner, owner])
    if not pieces:
        return np.zeros((0, 3, 3)), np.zeros(0, int)
    return np.concatenate(pieces), np.concatenate(owners)


def closest_points(points: Array, corners: Array) -> Array:
    """The point of each triangle (…, 3, 3) closest to each of `points` (…, 3), broadcast; degenerate ones allowed."""
    a, b, c = corners[..., 0, :], corners[..., 1, :], corners[..., 2, :]
    normal = np.cross(b - a, c - a)
    square = np.maximum((normal**2).sum(-1, keepdims=True), 1e-300)
    offset = points - a
    inside = points - normal * ((offset * normal).sum(-1, keepdims=True) / square)
    result, best = None, None
    within = np.ones(np.broadcast_shapes(points.shape, a.shape)[:-1], bool)
    for start, end in ((a, b), (b, c), (c, a)):
        along = end - start
        length = np.maximum((along**2).sum(-1, keepdims=True), 1e-300)
        place = np.clip(((points - start) * along).sum(-1, keepdims=True) / length, 0.0, 1.0)
        on_edge = start + place * along
        gap = ((points - on_edge) ** 2).sum(-1)
        result = on_edge if result is None else np.where((gap < best)[..., None], on_edge, result)
        best = gap if best is None else np.minimum(gap, best)
        within &= (np.cross(along, points - start) * normal).sum(-1) >= 0.0
    flat = (normal**2).sum(-1) < 1e-24
    return np.where((within & ~flat)[..., None], inside, result)


def winding_number(points: Array, corners: Array, chunk: int = 256) -> Array:
    """(N,) how often a closed surface (T, 3, 3) winds around each point: 1 inside, 0 outside."""
    result = np.empty(len(points))
    for begin in range(0, len(points), chunk):
        arms = corners[None].astype(np.float32) - points[begin : begin + chunk, None, None].astype(np.float32)
        a, b, c = arms[:, :, 0], arms[:, :, 1], arms[:, :, 2]
        la, lb, lc = (np.linalg.norm(arm, axis=2) for arm in (a, b, c))
        volume = np.einsum("ntk,ntk->nt", a, np.cross(b, c))
        spread = la * lb * lc + (a * b).sum(2) * lc + (b * c).sum(2) * la + (c * a).sum(2) * lb
        result[begin : begin + chunk] = np.arctan2(volume, spread).sum(axis=1) / (2 * np.pi)
    return result
