"""Fewer triangles for the same surface: quadric error edge collapse (Garland and Heckbert 1997) that keeps a manifold.

Edges collapse many at a time, which numpy is quick at: in every pass the cheapest ones that do not touch each other's
surroundings. A collapse is allowed if the ends' only common neighbours are the two corners opposite the edge (the link
condition, which keeps the surface a manifold of the same genus) and if no triangle turns over. Any unit of length.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

Array = np.ndarray


@dataclass(frozen=True)
class Parameters:
    share: float = 0.5  # of the edges, the cheapest, are looked at in a pass
    rounds: int = 6  # of choosing in one pass
    turn: float = 0.2  # least cosine between a triangle's normals before and after
    slimmest: float = 0.03  # of an equilateral triangle's area for its longest side
    even: float = 1e-3  # how much long edges cost, so that flat parts get even triangles


def decimate(
    vertices: Array, triangles: Array, faces: int, parameters: Parameters = Parameters()
) -> tuple[Array, Array]:
    """At most `faces` triangles if that can be; vertices (V, 3) float32, triangles (T, 3) int32.

    The mesh must be closed and a manifold (see `soundness`), and the result is. Where the rules about shape leave too
    many, they are loosened step by step; what cannot be fewer without tearing stays.
    """
    work = _Work(vertices.astype(np.float64), triangles.astype(np.int64), parameters)
    strict = 1.0
    while len(work.triangles) > faces:
        before = len(work.triangles)
        work.step((before - faces + 1) // 2, strict)
        if before - len(work.triangles) < 0.005 * before and len(work.triangles) > faces:
            if len(work.triangles) == before and strict < -1.0:
                break
            strict -= 0.5
    kept, named = np.unique(work.triangles, return_inverse=True)
    return work.vertices[kept].astype(np.float32), named.reshape(-1, 3).astype(np.int32)


class _Work:
    def __init__(self, vertices: Array, triangles: Array, parameters: Parameters) -> None:
        self.vertices, self.triangles, self._parameters = vertices, triangles, parameters
        self._quadrics = _quadrics(vertices, triangles)

    def step(self, wanted: int, strict: float) -> None:
        """One pass: at most `wanted` collapses. `strict`: 1 for the rules as they are, less for looser ones."""
        edges, opposite = _edges(self.triangles, len(self.vertices))
        cost = self._costs(edges)
        count = min(len(edges), max(int(self._parameters.share * len(edges)), 64))
        order = np.argpartition(cost, count - 1)[:count]
        order = order[np.argsort(cost[order], kind="stable")]
        order = order[self._linked(edges, opposite, order)]
        pairs = edges[_apart(edges, order, len(self.vertices), self._parameters.rounds)]
        places = self._best_places(pairs)
        good = np.flatnonzero(self._unturned(pairs, places, strict))[:wanted]
        self._collapse(pairs[good], places[good])

    def _costs(self, edges: Array) -> Array:
        """(E,): the least error at the ends and the middle, and a little for the length."""
        a, b = self.vertices[edges[:, 0]], self.vertices[edges[:, 1]]
        together = self._quadrics[edges[:, 0]] + self._quadrics[edges[:, 1]]
        least = np.minimum(np.minimum(_error(together, a), _error(together, b)), _error(together, 0.5 * (a + b)))
        length = np.einsum("ij,ij->i", a - b, a - b)
        return np.maximum(least, 0.0) + self._parameters.even * _area(together) * length

    def _linked(self, edges: Array, opposite: Array, order: Array) -> Array:
        """(len(order),) bool: whether an edge's ends have no common neighbours but the two opposite it."""
        count = len(self.vertices)
        ones = np.ones(2 * len(edges), np.int8)
        ends = np.concatenate([edges, edges[:, ::-1]])
        near = csr_matrix((ones, (ends[:, 0], ends[:, 1])), (count, count))
        degree = np.diff(near.indptr)
        first, second = near[edges[order, 0]], near[edges[order, 1]]
        common = np.asarray(first.multiply(second).sum(1)).reshape(-1)
        apexes = degree[opposite[order]]
        return (common == 2) & (apexes[:, 0] > 3) & (apexes[:, 1] > 3)

    def _best_places(self, pairs: Array) -> Array:
        """(C, 3): where the error is least; near the edge's middle where that is not decided."""
        together = self._quadrics[pairs[:, 0]] + self._quadrics[pairs[:, 1]]
        ends = self.vertices[pairs]
        middle, length = ends.mean(1), np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1)
        slopes, pull = _split(together)
        weight = 1e-3 * _area(together)[:, None, None] * np.eye(3)
        right = -pull - np.einsum("nij,nj->ni", slopes, middle)
        step = np.linalg.solve(slopes + weight + 1e-300 * np.eye(3), right[..., None])[..., 0]
        far = np.linalg.norm(step, axis=1)
        return middle + step * np.minimum(1.0, length / np.maximum(far, 1e-300))[:, None]

    def _unturned(self, pairs: Array, places: Array, strict: float) -> Array:
        """(C,) bool: whether all triangles around a collapsing edge keep their side and stay wide enough."""
        owner = np.full(len(self.vertices), -1)
        owner[pairs] = np.arange(len(pairs))[:, None]
        owners = owner[self.triangles]
        one, two, three = owners.T
        whose = np.maximum(np.maximum(one, two), three)
        gone = ((one == two) & (one >= 0)) | ((two == three) & (two >= 0)) | ((three == one) & (three >= 0))
        kept = np.flatnonzero((whose >= 0) & ~gone)
        before = self.vertices[self.triangles[kept]]
        after = np.where((owners[kept] >= 0)[..., None], places[whose[kept]][:, None], before)
        old, new = _normals(before), _normals(after)
        size_old, size_new = np.linalg.norm(old, axis=1), np.linalg.norm(new, axis=1)
        cosine = (old * new).sum(1) / np.maximum(size_old * size_new, 1e-300)
        slim = np.minimum(self._parameters.slimmest, 0.5 * size_old / np.maximum(_longest(before), 1e-300))
        bad = (cosine < self._parameters.turn + strict - 1.0) | (size_new < max(strict, 0.0) * slim * _longest(after))
        good = np.ones(len(pairs), bool)
        good[whose[kept[bad]]] = False
        return good

    def _collapse(self, pairs: Array, places: Array) -> None:
        keep, drop = pairs[:, 0], pairs[:, 1]
        self.vertices[keep] = places
        self._quadrics[keep] += self._quadrics[drop]
        name = np.arange(len(self.vertices))
        name[drop] = keep
        moved = name[self.triangles]
        whole = (moved[:, 0] != moved[:, 1]) & (moved[:, 1] != moved[:, 2]) & (moved[:, 2] != moved[:, 0])
        self.triangles = moved[whole]


def _apart(edges: Array, order: Array, count: int, rounds: int) -> Array:
    """Of the edges in `order`, cheapest first, those that no edge joins to a cheaper one that is chosen."""
    chosen = []
    free = np.ones(count, bool)  # vertices with nothing chosen at them or beside them
    for _ in range(rounds):
        ends = edges[order]
        open_ = order[free[ends[:, 0]] & free[ends[:, 1]]]
        if len(open_) == 0:
            break
        rank = np.full(count, len(open_))
        ranks = np.repeat(np.arange(len(open_))[::-1], 2)
        rank[edges[open_[::-1]].reshape(-1)] = ranks  # the last one written, the cheapest, stays
        best = rank.copy()
        np.minimum.at(best, edges[:, 0], rank[edges[:, 1]])
        np.minimum.at(best, edges[:, 1], rank[edges[:, 0]])
        ends = edges[open_]
        found = open_[np.minimum(best[ends[:, 0]], best[ends[:, 1]]) == np.arange(len(open_))]
        chosen.append(found)
        taken = np.zeros(count, bool)
        taken[edges[found].reshape(-1)] = True
        free[edges[taken[edges[:, 0]] | taken[edges[:, 1]]].reshape(-1)] = False
    return np.concatenate(chosen) if chosen else np.zeros(0, np.int64)


def _edges(triangles: Array, count: int) -> tuple[Array, Array]:
    """(E, 2) each: the ends of every edge, and the corners opposite it in its two triangles."""
    first, second = triangles.reshape(-1), triangles[:, [1, 2, 0]].reshape(-1)
    third = triangles[:, [2, 0, 1]].reshape(-1)
    low, high = np.minimum(first, second), np.maximum(first, second)
    order = np.argsort(low * count + high, kind="stable")
    one, other = order[0::2], order[1::2]
    return np.stack([low[one], high[one]], 1), np.stack([third[one], third[other]], 1)


def _normals(corners: Array) -> Array:
    """(T, 3): twice the area long."""
    return np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])


def _longest(corners: Array) -> Array:
    """(T,): the longest side, squared."""
    a, b, c = (((corners[:, k] - corners[:, k - 1]) ** 2).sum(1) for k in range(3))
    return np.maximum(np.maximum(a, b), c)


# A quadric as ten numbers: xx xy xz yy yz zz, x y z, 1, and as the eleventh the area it was summed over.


def _quadrics(vertices: Array, triangles: Array) -> Array:
    corners = vertices[triangles]
    normal = _normals(corners)
    area = np.linalg.norm(normal, axis=1)
    unit = normal / np.maximum(area, 1e-300)[:, None]
    offset = -(unit * corners[:, 0]).sum(1)
    x, y, z = unit.T
    ones = np.ones_like(x)
    terms = [x * x, x * y, x * z, y * y, y * z, z * z, x * offset, y * offset, z * offset, offset * offset, ones]
    rows = np.stack(terms, 1) * (area / 6)[:, None]
    return np.stack([np.bincount(triangles.reshape(-1), np.repeat(row, 3), len(vertices)) for row in rows.T], 1)


def _error(quadric: Array, place: Array) -> Array:
    x, y, z = place.T
    xx, xy, xz, yy, yz, zz, u, v, w, rest, _ = quadric.T
    return x * (xx * x + 2 * (xy * y + xz * z + u)) + y * (yy * y + 2 * (yz * z + v)) + z * (zz * z + 2 * w) + rest


def _area(quadric: Array) -> Array:
    return quadric[:, 10]


def _split(quadric: Array) -> tuple[Array, Array]:
    """The matrices (N, 3, 3) and vectors (N, 3) of quadrics."""
    return quadric[:, [0, 1, 2, 1, 3, 4, 2, 4, 5]].reshape(-1, 3, 3), quadric[:, 6:9]
