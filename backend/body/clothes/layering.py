"""Outer garments lie over inner ones: at rest they are moved out of what is worn beneath them."""

from __future__ import annotations

import functools

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from backend.place.nearest import SurfaceTree

from .piece import Piece, mesh_normals

Array = np.ndarray
GAP = 0.0035  # metres between two layers of cloth
REACH = 0.06  # how far apart two layers may be to be neighbours
ROUNDS = 5
STANDING_OUT = 0.05  # metres at most


class Shell:
    """The outside of a garment in a pose: (V, 3) vertices, (F, 4) faces."""

    def __init__(self, vertices: Array, faces: Array) -> None:
        corners = vertices[np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])].astype(np.float32)
        self.triangles = np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])
        normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        self._normals = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
        self._tree = SurfaceTree(corners)

    def pushes(self, points: Array, gap: float, reach: float) -> tuple[Array, Array]:
        """Triangles (M,) that points (N, 3) stand out of, and how they have to move for `gap` metres, (M, 3)."""
        nearest = self._tree.nearest(points, reach)
        normal = self._normals[np.maximum(nearest.face, 0)]
        offset = points - nearest.foot
        side = (offset * normal).sum(1)
        out = (nearest.face >= 0) & (side > -0.5 * gap)
        return nearest.face[out], offset[out] * (side[out] > 0)[:, None] + gap * normal[out]

    def standing_out(self, points: Array, asked: Array) -> Array:
        """(N,) bool: which of the `asked` (N,) points (N, 3) stand out of it."""
        result = np.zeros(len(points), bool)
        nearest = self._tree.nearest(points[asked], STANDING_OUT)
        side = ((points[asked] - nearest.foot) * self._normals[np.maximum(nearest.face, 0)]).sum(1)
        result[asked] = (nearest.face >= 0) & (side > 0)
        return result


def over(vertices: Array, piece: Piece, inner: Array, scale: float) -> Array:
    """`vertices` (V, 3) of a piece, moved outwards where points (N, 3) of inner layers would stick out of it."""
    if len(inner) < 3:
        return vertices
    shell = piece.topology.faces[piece.shell]
    outside = np.zeros(len(vertices), bool)
    outside[shell] = True
    tree = cKDTree(inner)
    smooth = _neighbours(piece)
    for _ in range(ROUNDS):
        normals = mesh_normals(vertices, shell)
        away, nearest = tree.query(vertices, 3)
        off = ((vertices[:, None] - inner[nearest]) * normals[:, None]).sum(2)
        lateral = np.sqrt(np.maximum(away**2 - off**2, 0))
        need = np.where((away < REACH * scale) & (lateral < 0.03 * scale), GAP * scale - off, 0).max(1)
        need = np.clip(need, 0, 0.012 * scale) * outside
        if not (need > 1e-5).any():
            break
        # The turned-in edge goes with the edge, and neighbours go along a little.
        spread = np.maximum(need, 0.7 * (smooth @ need))
        vertices = vertices + spread[:, None] * _carried(normals, outside, smooth)
    return vertices


def clear(vertices: Array, piece: Piece, inner: Array, scale: float) -> Array:
    """`vertices` (V, 3) of a piece in a pose, moved outwards over points (N, 3) beneath it that stand out."""
    if len(inner) < 3:
        return vertices
    faces, smooth = piece.topology.faces[piece.shell], _neighbours(piece)
    outside = np.zeros(len(vertices), bool)
    outside[faces] = True
    for _ in range(ROUNDS):
        shell = Shell(vertices, faces)
        face, push = shell.pushes(inner, 0.6 * GAP * scale, 0.04 * scale)
        if not len(face):
            break
        moved, longest = np.zeros_like(vertices), np.zeros(len(vertices))
        length = np.linalg.norm(push, axis=1)
        for k in np.argsort(length):  # the farthest comes last and counts
            corners = shell.triangles[face[k]]
            moved[corners], longest[corners] = push[k], length[k]
        around = smooth @ moved
        fades = np.linalg.norm(around, axis=1) > longest
        vertices = vertices + np.where((fades | ~outside)[:, None], around, moved)
    return vertices


def _carried(normals: Array, outside: Array, smooth: sparse.csr_matrix) -> Array:
    """Normals of the shell, and for what is turned in those of the shell next to it."""
    known = np.where(outside[:, None], normals, 0)
    for _ in range(4):
        known = np.where(outside[:, None], normals, smooth @ known)
    return known / np.maximum(np.linalg.norm(known, axis=1, keepdims=True), 1e-9)


@functools.cache
def _neighbours(piece: Piece) -> sparse.csr_matrix:
    faces, count = piece.topology.faces, len(piece.topology.weights)
    pairs = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 3]], faces[:, [3, 0]]])
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    pairs = np.unique(np.concatenate([pairs, pairs[:, ::-1]]), axis=0)
    graph = sparse.coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (count, count)).tocsr()
    return (sparse.diags(1 / np.maximum(np.asarray(graph.sum(1))[:, 0], 1)) @ graph).tocsr()
