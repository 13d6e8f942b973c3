"""What all pieces have in common: a topology that is everybody's, and vertices for one person.

Rest frame of the body, metres. Lengths in designs are those of the reference body; `Wearer.scale` makes them fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

Array = np.ndarray
INFLUENCES = 6  # bones per vertex


@dataclass(frozen=True)
class Topology:
    """Shared by all who wear the piece."""

    faces: Array  # (F, 4) int32 quads; a triangle repeats its last index
    uvs: Array  # (U, 2) float32
    face_uvs: Array  # (F, 4) int32
    face_materials: Array  # (F,) uint8
    weights: Array  # (V, K) float32, rows sum to 1
    weight_bones: Array  # (V, K) int32


@dataclass(frozen=True)
class Wearer:
    """One person at rest, as pieces want to know them."""

    vertices: Array  # (V, 3) float64 metres
    normals: Array  # (V, 3)
    heads: Array  # (B, 3) where bones start
    bones: tuple[str, ...]
    scale: float  # of lengths, 1 on the reference body

    def joint(self, bone: str) -> Array:
        return self.heads[self.bones.index(bone)]


class Piece(Protocol):
    name: str
    topology: Topology
    shell: Array  # (F,) bool: the outside, without what is turned in
    cover: Array  # (body vertices,) float64: metres inside the piece's border on the reference body, negative outside

    def vertices(self, wearer: Wearer) -> Array:
        """(V, 3) float64, metres, rest."""
        ...

    def under(self, cover: Array) -> Array:
        """Another piece's `cover` at this piece's vertices."""
        ...


def strongest(weights: Array) -> tuple[Array, Array]:
    """(V, B) → the largest few as (V, K) float32 that sum to 1, and their bones (V, K) int32."""
    order = np.argsort(-weights, axis=1, kind="stable")[:, :INFLUENCES]
    kept = np.take_along_axis(weights, order, 1)
    kept = np.where(kept < 0.004, 0.0, kept)
    kept[:, 0] = np.maximum(kept[:, 0], 1e-6)
    return (kept / kept.sum(1, keepdims=True)).astype(np.float32), order.astype(np.int32)


def indexed(corner_uvs: Array) -> tuple[Array, Array]:
    """(F, 4, 2) → (U, 2) float32 and (F, 4) int32: equal coordinates once."""
    rounded = np.round(corner_uvs.reshape(-1, 2), 5)
    uvs, numbers = np.unique(rounded, axis=0, return_inverse=True)
    return uvs.astype(np.float32), numbers.reshape(-1, 4).astype(np.int32)


def unit(vectors: Array) -> Array:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)


def mesh_normals(vertices: Array, faces: Array) -> Array:
    """(V, 3) unit, area-weighted, of quads that may be triangles."""
    corners = vertices[faces]
    across = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    normals = np.zeros_like(vertices)
    for corner in range(4):
        np.add.at(normals, faces[:, corner], across)
    return unit(normals)
