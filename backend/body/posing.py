"""Forward kinematics and linear blend skinning over the joints that move.

Convention of `model.py`: local rotations R_k in axes parallel to the object frame, Q_k = Q_p R_k,
p_k = p_p + Q_p (h_k − h_p), skin point x ↦ Σ_k w_k (Q_k (x − h_k) + p_k). It equals Anny's own skinning with
bone_pose_k = [Q_k · rest orientation | p_k].
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .model import BodyModel, ShapedBody, Skeleton


def forward_kinematics(
    skeleton: Skeleton, heads: Tensor, rotations: Tensor, root_position: Tensor
) -> tuple[Tensor, Tensor]:
    """Orientations Q (N, B, 3, 3) and head positions p (N, B, 3) from heads (N, B, 3), local rotations (N, B, 3, 3)."""
    orientations: list[Tensor] = []
    positions: list[Tensor] = []
    for bone, parent in enumerate(skeleton.bone_parents):
        if parent < 0:
            orientations.append(rotations[:, bone])
            positions.append(root_position)
            continue
        offset = (heads[:, bone] - heads[:, parent])[..., None]
        orientations.append(orientations[parent] @ rotations[:, bone])
        positions.append(positions[parent] + (orientations[parent] @ offset)[..., 0])
    return torch.stack(orientations, 1), torch.stack(positions, 1)


def skin(vertices: Tensor, heads: Tensor, orientations: Tensor, positions: Tensor, weights: Tensor) -> Tensor:
    """Posed vertices (N, V, 3); `weights` (V, B) or (N, V, B), rows sum to 1."""
    offsets = positions - (orientations @ heads[..., None])[..., 0]
    transforms = torch.cat((orientations.flatten(2), offsets), -1)  # (N, B, 12)
    blended = weights @ transforms
    linear = blended[..., :9].reshape(*blended.shape[:-1], 3, 3)
    return (linear @ vertices[..., None])[..., 0] + blended[..., 9:]


@dataclass(frozen=True)
class PosedBody:
    """A body in a pose: everything the extension needs to build the rig."""

    shaped: ShapedBody
    rotations: Tensor  # (B, 3, 3) local
    root_position: Tensor  # (3,) metres, the root bone's head
    bone_poses: Tensor  # (B, 4, 4) bone to object frame, posed
    vertices: Tensor  # (V, 3) metres


def pose(model: BodyModel, shaped: ShapedBody, rotations: Tensor, root_position: Tensor) -> PosedBody:
    """Pose one body exactly. `rotations` (B, 3, 3) local, `root_position` (3,) metres."""
    heads = shaped.heads[None]
    orientations, positions = forward_kinematics(model.skeleton, heads, rotations[None], root_position[None])
    weights = model.topology.dense_weights(len(model.skeleton.bone_names))
    vertices = skin(shaped.vertices[None], heads, orientations, positions, weights)[0]
    bone_poses = shaped.bone_poses.clone()
    bone_poses[:, :3, :3] = orientations[0] @ shaped.bone_poses[:, :3, :3]
    bone_poses[:, :3, 3] = positions[0]
    return PosedBody(shaped, rotations, root_position, bone_poses, vertices)
