"""Layers lie over one another: outer ones are moved out of what is beneath them, inner ones are tucked in.

Layers are compared limb by limb (`limbs.py`). Rest or posed frame, metres.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from backend.place.nearest import SurfaceTree

from ..model import BodyModel
from .joined import Joined
from .limbs import apart, faces_by_limb, limb_shares
from .measures import measures
from .patch import boundary_loops
from .piece import Piece, mesh_normals
from .skirts import Tube
from .wardrobe import piece

Array = np.ndarray
GAP = 0.0035  # metres between two layers of cloth
REACH = 0.06  # how far apart two layers may be to be neighbours
ROUNDS = 7
RINGS = 3  # of vertices around a push that go along
STANDING_OUT = 0.05  # metres at most
CARRIERS = 4  # vertices of the outside that a turned-in one goes with
TURNED = 0.025  # metres between a hem or collar and the outside next to it at most
FARTHEST, FARTHEST_SKIRT = 0.035, 0.09  # metres by which an outer layer gives way at most
TUCKED, TUCKS = 0.04, 3  # metres by which an inner layer goes in at most, and how often


@dataclass(frozen=True, eq=False)
class Sheet:
    """A piece as a layer; the same for everybody who wears it."""

    piece: Piece
    outside: Array  # (V,) bool: vertices of the shell
    shell: Array  # (F, 4) int32
    rows: Array  # (M,) int into `shell`: every face …
    row_limbs: Array  # (M,) … for every limb it belongs to
    limbs: Array  # (V,) int
    smooth: sparse.csr_matrix  # (V, V) mean of the neighbours
    carry: sparse.csr_matrix  # (V, V) hems and collars go with the outside next to them
    turned: Array  # (T,) int: vertices of hems and collars …
    heights: Array  # (T,) metres over the outside that they have on the reference body
    border: Array  # (E, 2) int: edges where the outside ends
    linings: tuple[tuple[int, sparse.csr_matrix], ...]  # of skirts: the first vertex, and how the skirt's make them

    @property
    def faces(self) -> Array:
        return self.piece.topology.faces

    def lined(self, vertices: Array) -> Array:
        """`vertices` (V, 3) with linings where the skirts around them are."""
        vertices = vertices.copy()
        for first, mean in self.linings:
            end = first + mean.shape[1]
            vertices[end : end + mean.shape[0]] = mean @ vertices[first:end]
        return vertices


@functools.cache
def sheet(model: BodyModel, name: str) -> Sheet:
    own = piece(model, name)
    return _sheet(model, own, own.shell)


@functools.cache
def skirt_of(model: BodyModel, name: str) -> tuple[Sheet, Array] | None:
    """Of a dress: its skirt as a layer of its own, and how deep (V,) the bodice is inside the skirt's border."""
    own = piece(model, name)
    if not (isinstance(own, Joined) and any(isinstance(part, Tube) for part in own.parts)):
        return None
    tube = next(part for part in own.parts if isinstance(part, Tube))
    depth = np.concatenate([part.under(tube.cover) * (part is not tube) for part in own.parts])
    skirt = np.concatenate([part.shell & (part is tube) for part in own.parts])
    return _sheet(model, own, skirt), depth


def _sheet(model: BodyModel, own: Piece, shown: Array) -> Sheet:
    faces, shares = own.topology.faces, limb_shares(model, own.topology)
    shell = faces[shown]
    outside = np.zeros(len(shares), bool)
    outside[shell] = True
    reaching, linings = shares.copy(), []
    reaching[shares[:, 0] > 0.5, 3:] = 1.0  # thighs lie beneath what hangs from the trunk
    parts, first = (own.parts if isinstance(own, Joined) else (own,)), 0
    for part in parts:
        if isinstance(part, Tube):  # a skirt is over trunk and legs alike
            reaching[first : first + len(part.topology.weights), [0, 3, 4]] = 1.0
            linings.append((first, part.lining))
        first += len(part.topology.weights)
    rows, limbs = faces_by_limb(shell, reaching)
    made = own.vertices(measures(model).reference)
    whole = Sheet(
        own, outside, shell, rows, limbs, shares.argmax(1), _neighbours(faces, len(shares)), _carry(made, outside),
        np.zeros(0, int), np.zeros(0), _border(shell), tuple(linings),
    )  # fmt: skip
    for first, lining in linings:
        end = first + lining.shape[1]
        outside[end : end + lining.shape[0]] = True
    turned = np.flatnonzero(~outside)
    outside[:] = False
    outside[shell] = True
    face, _, _, height = Shell(made, whole).sides(made[turned], whole.limbs[turned], TURNED)
    return replace(whole, turned=turned[face >= 0], heights=height[face >= 0])


class Shell:
    """The outside of a garment in a pose: (V, 3) vertices."""

    def __init__(self, vertices: Array, of: Sheet) -> None:
        faces, limbs = of.shell[of.rows], np.concatenate([of.row_limbs, of.row_limbs])
        self.triangles = np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])
        corners = vertices[self.triangles]
        normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        self._normals = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
        self._tree = SurfaceTree(apart(corners, limbs[:, None]).astype(np.float32))

    def sides(self, points: Array, limbs: Array, reach: float) -> tuple[Array, Array, Array, Array]:
        """For points (N, 3) of limbs (N,): nearest triangles or −1, their normals, offsets and heights over them."""
        points = apart(points, limbs)
        nearest = self._tree.nearest(points, reach)
        normal = self._normals[np.maximum(nearest.face, 0)]
        offset = points - nearest.foot
        return nearest.face, normal, offset, (offset * normal).sum(1)

    def behind(self, starts: Array, normals: Array, reach: float, depths: Array) -> tuple[Array, Array]:
        """For points (N, 3) as they are looked at: which triangle lies behind each along its normal, and where.

        Where there is none, or much farther than it stands out (N,), the nearest one.
        """
        far, face = self._tree.first_hit(starts, -normals, reach)
        beside = (face < 0) | (far > 2 * depths + 0.01)
        nearest = self._tree.nearest(starts, reach)
        foot = np.where(beside[:, None], nearest.foot, starts - far[:, None] * normals)
        return np.where(beside, nearest.face, face), foot

    def standing_out(self, points: Array, limbs: Array, asked: Array) -> Array:
        """(N,) bool: which of the `asked` (N,) points (N, 3) stand out of it."""
        result = np.zeros(len(points), bool)
        face, _, _, side = self.sides(points[asked], limbs[asked], STANDING_OUT)
        result[asked] = (face >= 0) & (side > 0)
        return result


def over(vertices: Array, own: Sheet, inner: Array, limbs: Array, scale: float) -> Array:
    """`vertices` (V, 3) of a piece, moved outwards where points (N, 3) of inner layers would stick out of it."""
    if len(inner) < 3:
        return vertices
    reach, shown = REACH * scale, np.flatnonzero(own.outside)
    inner = apart(inner, limbs)
    tree = cKDTree(inner)
    for _ in range(ROUNDS):
        normals = mesh_normals(vertices, own.shell)
        moved = apart(vertices[shown], own.limbs[shown])
        away, nearest = tree.query(moved, 3, distance_upper_bound=reach)
        away, nearest = np.minimum(away, reach), np.minimum(nearest, len(inner) - 1)  # there may be none in reach
        off = ((moved[:, None] - inner[nearest]) * normals[shown, None]).sum(2)
        lateral = np.sqrt(np.maximum(away**2 - off**2, 0))
        wanted = np.where((away < reach) & (lateral < 0.03 * scale), GAP * scale - off, 0).max(1)
        need = np.zeros(len(vertices))
        need[shown] = np.clip(wanted, 0, 0.012 * scale)
        if not (need > 1e-5).any():
            break
        spread = np.maximum(need, 0.7 * (own.smooth @ need))  # neighbours go along a little
        vertices = vertices + own.carry @ (spread[:, None] * normals)
    return vertices


def clear(vertices: Array, own: Sheet, inner: Array, limbs: Array, scale: float) -> Array:
    """`vertices` (V, 3) of a piece in a pose, moved outwards over points (N, 3) beneath it that stand out."""
    if len(inner) < 3:
        return vertices
    gap, start = 0.6 * GAP * scale, vertices
    farthest = scale * (FARTHEST_SKIRT if own.linings else FARTHEST)
    best, least = vertices, np.inf
    for _ in range(ROUNDS):
        shell = Shell(vertices, own)
        face, normal, offset, side = shell.sides(inner, limbs, 1.15 * farthest)
        out = (face >= 0) & (side > -0.5 * gap)
        left = side[out].clip(0).sum()
        if left < least:  # where cloth lies in folds, a push can do more harm than good
            best, least = vertices, left
        if not out.any():
            break
        push = offset[out] * (side[out] > 0)[:, None] + gap * normal[out]
        length = np.linalg.norm(push, axis=1)
        order = np.argsort(length)  # the farthest comes last and counts
        corners = shell.triangles[face[out][order]].reshape(-1)
        pushed, longest = np.zeros_like(vertices), np.zeros(len(vertices))
        pushed[corners], longest[corners] = np.repeat(push[order], 3, 0), np.repeat(length[order], 3)
        way = vertices + _spread(pushed, longest, own, RINGS) - start
        length = np.linalg.norm(way, axis=1, keepdims=True)
        vertices = start + way * np.minimum(1.0, farthest / np.maximum(length, 1e-9))
    return best


def tucked(vertices: Array, own: Sheet, asked: Array, outer: Shell, scale: float) -> Array:
    """`vertices` (V, 3) of an inner layer in a pose; those `asked` (V,) that stand out of an outer one go below it."""
    chosen, gap = np.flatnonzero(asked), 0.5 * GAP * scale
    for _ in range(TUCKS):
        face, normal, offset, side = outer.sides(vertices[chosen], own.limbs[chosen], TUCKED * scale)
        out = (face >= 0) & (side > -0.5 * gap)
        if not (out & (side > 0)).any():
            break
        pushed, longest = np.zeros_like(vertices), np.zeros(len(vertices))
        pushed[chosen[out]] = -offset[out] * (side[out] > 0)[:, None] - gap * normal[out]
        longest[chosen[out]] = np.linalg.norm(pushed[chosen[out]], axis=1)
        vertices = vertices + _spread(pushed, longest, own, 1)
    return vertices


def turned(vertices: Array, own: Sheet, outside: Shell, scale: float) -> Array:
    """`vertices` (V, 3) in a pose, where the shell is `outside`, hems inside of it and collars over it, as made."""
    face, normal, _, height = outside.sides(vertices[own.turned], own.limbs[own.turned], TURNED * scale)
    made = scale * own.heights
    inner, outer = (made < 0) & (height > 0.4 * made), (made > 0) & (height < 0.6 * made)
    wrong = (face >= 0) & (inner | outer)
    vertices = vertices.copy()
    vertices[own.turned[wrong]] += ((made - height)[:, None] * normal)[wrong]
    return vertices


def _spread(pushed: Array, longest: Array, own: Sheet, rings: int) -> Array:
    """(V, 3) pushes of some vertices with their neighbours going along; nobody moves less than it is pushed."""
    moved = pushed
    for _ in range(rings):
        around = own.smooth @ moved
        moved = np.where((np.linalg.norm(around, axis=1) > longest)[:, None], around, pushed)
    return own.carry @ moved


def _border(faces: Array) -> Array:
    edges = [np.stack([loop, np.roll(loop, -1)], 1) for loop in boundary_loops(faces)]
    return np.concatenate([np.zeros((0, 2), np.int32), *edges])


def _carry(vertices: Array, outside: Array) -> sparse.csr_matrix:
    rest, shown = np.flatnonzero(~outside), np.flatnonzero(outside)
    count = min(CARRIERS, len(shown))
    away, nearest = cKDTree(vertices[shown]).query(vertices[rest], count)
    share = 1 / (away.reshape(len(rest), count) + 0.003)
    share /= share.sum(1, keepdims=True)
    rows = np.concatenate([shown, np.repeat(rest, count)])
    columns = np.concatenate([shown, shown[nearest].reshape(-1)])
    values = np.concatenate([np.ones(len(shown)), share.reshape(-1)])
    return sparse.csr_matrix((values, (rows, columns)), (len(vertices), len(vertices)))


def _neighbours(faces: Array, count: int) -> sparse.csr_matrix:
    pairs = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 3]], faces[:, [3, 0]]])
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    pairs = np.unique(np.concatenate([pairs, pairs[:, ::-1]]), axis=0)
    graph = sparse.coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (count, count)).tocsr()
    return (sparse.diags(1 / np.maximum(np.asarray(graph.sum(1))[:, 0], 1)) @ graph).tocsr()
