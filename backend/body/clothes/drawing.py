"""The last word between layers in a pose: cloth is drawn over what one would still see outside of it.

What may be left near a garment's border, where nothing can be hidden without a hole, is looked for as an eye would:
vertices, edges and faces beneath it that lie on its outer side, with no cloth and no fold of their own surface before
them. Along its own normal each of them tells where the cloth behind it has to be; cloth around goes along, less with
the distance. Posed frame, metres.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from backend.place.nearest import Nearest, SurfaceTree

from .layering import GAP, Sheet, Shell
from .limbs import apart
from .piece import mesh_normals, unit

Array = np.ndarray
ROUNDS = 6
THICK = 0.05  # metres of air and cloth through which one sees nothing
CLOSE = 0.012  # metres from cloth: edges and faces are looked at, too
BEHIND = 0.09  # metres behind a point where cloth is looked for
FARTHEST = 0.08  # metres by which cloth is drawn at most
AROUND, WIDER = 0.02, 2.0  # how far cloth goes along: metres, and lengths of the push
MOST = 48  # places in a round, the worst ones
AT_EDGE = 0.003  # metres from where cloth ends
AT_RIDGE = 0.15  # of the distance: nearest to a ridge one is not sure of the side; more would crumple hems
GAP_LEFT = 0.6 * GAP  # metres between cloth and what it was drawn over
ALIKE = 0.1  # cosine between the normals of cloth that goes along
OFF_FOLD = 0.002  # metres off its own surface where a point looks out


@dataclass(frozen=True, eq=False)
class Surface:
    """What lies beneath a layer: skin or another layer."""

    points: Array  # (V, 3)
    faces: Array  # (F, 4)
    limbs: Array  # (V,)
    firm: bool = True  # cloth bends between its vertices, skin and shoes are looked at there, too

    @functools.cached_property
    def normals(self) -> Array:
        return mesh_normals(self.points, self.faces)

    @functools.cached_property
    def tree(self) -> SurfaceTree:
        faces = self.faces
        return SurfaceTree(self.points[np.concatenate([faces[:, :3], faces[:, [0, 2, 3]]])].astype(np.float32))


@dataclass(frozen=True)
class _Places:
    """Where one would see something: (N, …)."""

    points: Array
    normals: Array
    limbs: Array
    depths: Array  # metres outside of the cloth

    @classmethod
    def of(cls, some: Sequence[_Places]) -> _Places:
        columns = ([getattr(one, name) for one in some] for name in ("points", "normals", "limbs", "depths"))
        return cls(*(np.concatenate(column) for column in columns))

    def worst(self, count: int) -> _Places:
        order = np.argsort(-self.depths, kind="stable")[:count]
        return _Places(self.points[order], self.normals[order], self.limbs[order], self.depths[order])


NOWHERE = _Places(np.zeros((0, 3)), np.zeros((0, 3)), np.zeros(0, int), np.zeros(0))


def drawn_over(vertices: Array, own: Sheet, beneath: Sequence[Surface], asked: Sequence[Array], scale: float) -> Array:
    """`vertices` (V, 3) of a layer over the surfaces beneath it.

    `asked`: of each surface, which vertices (V',) bool have to be beneath and could be seen.
    """
    start = best = vertices
    least = np.inf
    for _ in range(ROUNDS):
        eye = _Eye(vertices, own)
        places = _Places.of([eye.places(surface, those) for surface, those in zip(beneath, asked, strict=True)])
        left = float(places.depths.sum())
        if left < least:
            best, least = vertices, left
        if left == 0:
            break
        way = vertices + _outwards(vertices, own, places.worst(MOST), scale) - start
        length = np.linalg.norm(way, axis=1, keepdims=True)
        vertices = own.lined(start + way * np.minimum(1.0, FARTHEST * scale / np.maximum(length, 1e-9)))
    return best


class _Eye:
    """Looks at a layer from outside, at all limbs alike."""

    def __init__(self, vertices: Array, own: Sheet) -> None:
        corners = vertices[np.concatenate([own.shell[:, :3], own.shell[:, [0, 2, 3]]])]
        self._across = unit(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]))
        self._tree = SurfaceTree(corners.astype(np.float32))
        self._edges = vertices[own.border]  # (E, 2, 3)

    def places(self, under: Surface, asked: Array) -> _Places:
        """Where one sees those vertices of a surface that are `asked` (V,) bool, and the faces between them."""
        chosen = np.flatnonzero(asked)
        near, outside = self._nearest(under.points[chosen])
        close = chosen[outside | (near.distance < CLOSE)]
        if not len(close):
            return NOWHERE
        points, normals, limbs = _samples(under, asked, close)
        near, outside = self._nearest(points)
        seen = np.flatnonzero(outside)
        seen = seen[self._tree.first_hit(points[seen], normals[seen], THICK)[1] < 0]
        seen = seen[self._off_edges(near.foot[seen])]
        if len(seen):
            seen = seen[under.tree.first_hit(points[seen] + OFF_FOLD * normals[seen], normals[seen], THICK)[1] < 0]
        return _Places(points[seen], normals[seen], limbs[seen], near.distance[seen].astype(float))

    def _nearest(self, points: Array) -> tuple[Nearest, Array]:
        """What is nearest to points (N, 3), and whether they may lie outside of it (N,) bool."""
        near = self._tree.nearest(points, THICK)
        height = ((points - near.foot) * self._across[np.maximum(near.face, 0)]).sum(1)
        return near, (near.face >= 0) & (height > -AT_RIDGE * near.distance)

    def _off_edges(self, feet: Array) -> Array:
        """(N,) bool: which are not at an edge; what is nearest to the edge is beside the cloth, not outside of it."""
        if not len(self._edges) or not len(feet):
            return np.ones(len(feet), bool)
        along = np.linspace(0, 1, 5)[:, None]
        samples = (self._edges[:, None, 0] * (1 - along) + self._edges[:, None, 1] * along).reshape(-1, 3)
        return cKDTree(samples).query(feet)[0] > AT_EDGE


def _samples(under: Surface, asked: Array, close: Array) -> tuple[Array, Array, Array]:
    """Points, normals and limbs: the `close` vertices and the middles of edges and faces next to them."""
    if not under.firm:
        return under.points[close], under.normals[close], under.limbs[close]
    is_close = np.zeros(len(asked), bool)
    is_close[close] = True
    faces = under.faces[asked[under.faces].all(1)]
    faces = faces[is_close[faces].any(1)]
    sides = np.concatenate([faces[:, [k, (k + 1) % 4]] for k in range(4)])
    sides = np.unique(np.sort(sides[sides[:, 0] != sides[:, 1]], axis=1), axis=0)
    points, normals = (
        np.concatenate([values[close], values[sides].mean(1), values[faces].mean(1)])
        for values in (under.points, under.normals)
    )
    return points, unit(normals), under.limbs[np.concatenate([close, sides[:, 0], faces[:, 0]])]


def _outwards(vertices: Array, own: Sheet, places: _Places, scale: float) -> Array:
    """(V, 3) by which cloth goes out over the places."""
    shell = Shell(vertices, own)
    starts = apart(places.points, places.limbs)
    face, foot = shell.behind(starts, places.normals, BEHIND * scale, places.depths)
    found = face >= 0
    if not found.any():
        return np.zeros_like(vertices)
    foot, limbs, corners = foot[found], places.limbs[found], shell.triangles[face[found]]
    push = starts[found] + GAP_LEFT * scale * places.normals[found] - foot
    center = foot - apart(np.zeros_like(foot), limbs)
    away = np.linalg.norm(vertices[None] - center[:, None], axis=2)  # (N, V)
    rim = np.take_along_axis(away, corners, 1).max(1)
    sides = vertices[corners[:, 1:]] - vertices[corners[:, :1]]
    facing = unit(np.cross(sides[:, 0], sides[:, 1]))
    pushed = _falling(away, rim, push, AROUND * scale, mesh_normals(vertices, own.shell), facing)
    return own.carry @ (pushed * own.outside[:, None])


def _falling(away: Array, rim: Array, push: Array, around: float, normals: Array, facing: Array) -> Array:
    """(V, 3): for each vertex the strongest of N pushes (N, 3), which fall off from a distance `rim` (N,) on.

    `away` (N, V) metres between both; only cloth whose `normals` (V, 3) are like `facing` (N, 3) goes along.
    """
    length = np.linalg.norm(push, axis=1)
    rim = rim[:, None]
    share = np.clip(1 - (away - rim) / (around + WIDER * length)[:, None], 0, 1)
    share = share * share * (3 - 2 * share) * ((away <= rim) | (facing @ normals.T > ALIKE))
    most = (share * length[:, None]).argmax(0)
    return share[most, np.arange(len(normals))][:, None] * push[most]
