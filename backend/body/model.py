"""What every body model offers, so that Anny and later SMPL-X are interchangeable.

Poses are rotations relative to rest, written in axes parallel to the object frame (as in SMPL): a bone k with parent p,
rest head h_k and local rotation R_k has Q_k = Q_p R_k and carries a rest point x to Q_k (x − h_k) + p_k. A bone whose
rotation is the identity therefore moves exactly as its parent does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor

PHENOTYPES = ("gender", "age", "muscle", "weight", "height", "proportions")


@dataclass(frozen=True)
class Skeleton:
    bone_names: tuple[str, ...]
    bone_parents: tuple[int, ...]  # −1 for the root; parents before children

    def index(self, name: str) -> int:
        return self.bone_names.index(name)

    @property
    def children(self) -> tuple[tuple[int, ...], ...]:
        lists: list[list[int]] = [[] for _ in self.bone_names]
        for bone, parent in enumerate(self.bone_parents):
            if parent >= 0:
                lists[parent].append(bone)
        return tuple(map(tuple, lists))


@dataclass(frozen=True)
class Topology:
    """What does not change with shape or pose."""

    faces: Tensor  # (F, 4) int64 quads
    triangles: Tensor  # (T, 3) int64
    uvs: Tensor  # (U, 2) float32
    face_uvs: Tensor  # (F, 4) int64
    face_materials: Tensor  # (F,) uint8: 0 skin, 1 eyes, 2 mouth
    weights: Tensor  # (V, K) float32, rows sum to 1
    weight_bones: Tensor  # (V, K) int64
    outer: Tensor  # (V,) bool: the skin one can touch, without eyeballs and mouth cavity

    @property
    def vertex_count(self) -> int:
        return self.weights.shape[0]

    def dense_weights(self, bone_count: int) -> Tensor:
        """(V, B) float32."""
        dense = torch.zeros(self.vertex_count, bone_count)
        return dense.scatter_add_(1, self.weight_bones, self.weights)


@dataclass(frozen=True)
class ShapedBody:
    """A person at rest, in the object frame."""

    phenotype: Mapping[str, float]
    vertices: Tensor  # (V, 3) float32, metres
    bone_poses: Tensor  # (B, 4, 4) float32, bone to object frame; Y along the bone
    extra: Mapping[str, float] = field(default_factory=dict)

    @property
    def heads(self) -> Tensor:
        """(B, 3) metres, where each bone starts."""
        return self.bone_poses[:, :3, 3]

    @property
    def height(self) -> float:
        return float(self.vertices[:, 2].max() - self.vertices[:, 2].min())


class BodyModel(Protocol):
    name: str
    skeleton: Skeleton
    topology: Topology

    def shape(self, phenotype: Mapping[str, float]) -> ShapedBody:
        """Rest body of a phenotype (values 0…1, names in PHENOTYPES; missing ones are average)."""
        ...

    def rest(self, phenotype: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Differentiable: rest vertices (N, V, 3) and bone poses (N, B, 4, 4) for phenotype values (N,)."""
        ...

    def keypoints(self, vertices: Tensor) -> Tensor:
        """(…, V, 3) → (…, 23, 3): COCO-17 and big toe, small toe, heel of both feet."""
        ...

    @property
    def keypoint_weights(self) -> Tensor:
        """(23, V) float32: keypoints are these times the vertices."""
        ...
