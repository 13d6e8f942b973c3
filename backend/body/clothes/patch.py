"""Pieces of the body's surface, cut along smooth lines.

A patch vertex is a mixture of body vertices, so that a patch made once fits every shape of the body, and what is known
at body vertices (weights, fields) is known on the patch. Faces are quads (F, 4); a triangle repeats its last index.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

Array = np.ndarray
SNAP = 0.34  # a vertex this near to a cut (share of the edge) moves onto it: no slivers


@dataclass(frozen=True)
class Patch:
    mix: sparse.csr_matrix  # (V, body vertices), rows sum to 1
    faces: Array  # (F, 4) int32
    corner_uvs: Array  # (F, 4, 2) float32, the body's texture coordinates

    @property
    def sizes(self) -> Array:
        """(F,) 3 or 4."""
        return np.where(self.faces[:, 3] == self.faces[:, 2], 3, 4)

    def keep(self, chosen: Array) -> Patch:
        """The faces where `chosen` (F,) is true, without the vertices that nobody needs then."""
        faces = self.faces[chosen]
        used = np.unique(faces)
        number = np.zeros(self.mix.shape[0], np.int32)
        number[used] = np.arange(len(used), dtype=np.int32)
        return Patch(self.mix[used].tocsr(), number[faces], self.corner_uvs[chosen])

    def cut(self, field: Array) -> Patch:
        """The part where `field` (body vertices,) is positive, bounded by the line on which it is 0."""
        return _Cut(self, self.mix @ field).result()


def whole(faces: Array, corner_uvs: Array, body_vertices: int) -> Patch:
    """The body itself as a patch."""
    return Patch(sparse.identity(body_vertices, np.float64, "csr"), faces.astype(np.int32), corner_uvs)


def boundary_loops(faces: Array) -> list[Array]:
    """Closed loops of vertices along the open edges, in the direction of their faces."""
    following: dict[int, int] = {}
    edges: set[tuple[int, int]] = set()
    for face in faces.tolist():
        corners = list(dict.fromkeys(face))
        edges.update(zip(corners, corners[1:] + corners[:1], strict=True))
    for a, b in edges:
        if (b, a) not in edges:
            following[a] = b
    loops = []
    while following:
        start, at = next(iter(following.items()))
        loop = [start]
        del following[start]
        while at != start and at in following:
            loop.append(at)
            at = following.pop(at)
        loops.append(np.array(loop, np.int32))
    return loops


class _Cut:
    """One cut: near vertices are moved onto the line, other crossed edges get a vertex there."""

    def __init__(self, patch: Patch, values: Array) -> None:
        self.patch, self.values = patch, values.astype(np.float64).copy()
        self.rows: list[tuple[int, int, float]] = []
        self.count = patch.mix.shape[0]
        self.on_edge: dict[tuple[int, int], int] = {}
        self.moved = self._snap()

    def _snap(self) -> sparse.csr_matrix:
        faces, values = self.patch.faces, self.values
        pairs = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 3]], faces[:, [3, 0]]])
        pairs = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0)
        crossing = pairs[(values[pairs[:, 0]] > 0) != (values[pairs[:, 1]] > 0)]
        best: dict[int, tuple[float, int]] = {}
        for a, b in crossing.tolist():
            share = values[a] / (values[a] - values[b])
            for own, other, along in ((a, b, share), (b, a, 1 - share)):
                if along < SNAP and along < best.get(own, (1.0, 0))[0]:
                    best[own] = (along, other)
        values[list(best)] = 0.0
        own = np.array(list(best), int)
        along = np.zeros(len(values))
        along[own] = [share for share, _ in best.values()]
        other = np.arange(len(values))
        other[own] = [target for _, target in best.values()]
        mix = self.patch.mix
        return (sparse.diags(1 - along) @ mix + sparse.diags(along) @ mix[other]).tocsr()

    def _between(self, a: int, b: int, share: float) -> int:
        key = (min(a, b), max(a, b))
        if key not in self.on_edge:
            self.on_edge[key] = self.count
            self.rows.append((a, b, share))
            self.count += 1
        return self.on_edge[key]

    def result(self) -> Patch:
        values = self.values
        of_faces = values[self.patch.faces]
        inside = (of_faces >= 0).all(1) & (of_faces > 0).any(1)
        split = (of_faces > 0).any(1) & (of_faces < 0).any(1)
        faces, uvs = [*self.patch.faces[inside]], [*self.patch.corner_uvs[inside]]
        for index in np.flatnonzero(split):
            for corners, corner_uvs in self._clip(index):
                faces.append(corners)
                uvs.append(corner_uvs)
        mix = self.moved
        if self.rows:
            one, other, share = (np.array(column) for column in zip(*self.rows, strict=True))
            between = sparse.diags(1 - share) @ mix[one] + sparse.diags(share) @ mix[other]
            mix = sparse.vstack([mix, between]).tocsr()
        whole_patch = Patch(mix, np.array(faces, np.int32), np.array(uvs, np.float32))
        return whole_patch.keep(np.ones(len(faces), bool))

    def _clip(self, index: int) -> list[tuple[Array, Array]]:
        corners = list(dict.fromkeys(self.patch.faces[index].tolist()))
        texture = self.patch.corner_uvs[index][: len(corners)]
        polygon: list[int] = []
        coordinates: list[Array] = []
        for k, a in enumerate(corners):
            b = corners[(k + 1) % len(corners)]
            value, following = self.values[a], self.values[b]
            if value >= 0:
                polygon.append(a)
                coordinates.append(texture[k])
            if value * following < 0:
                share = value / (value - following)
                polygon.append(self._between(a, b, share))
                coordinates.append((1 - share) * texture[k] + share * texture[(k + 1) % len(corners)])
        pieces = {3: [(0, 1, 2, 2)], 4: [(0, 1, 2, 3)], 5: [(0, 1, 2, 3), (0, 3, 4, 4)]}.get(len(polygon), [])
        return [(np.array([polygon[k] for k in piece]), np.array([coordinates[k] for k in piece])) for piece in pieces]
