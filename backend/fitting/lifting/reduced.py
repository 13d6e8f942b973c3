"""A body model reduced to what a lifting looks at: 23 keypoints exactly, a thinned skin, the spheres inside.

Keypoints are fixed sums of skinned vertices, so no vertex is needed for them. With the regressor's weights r and the
skinning weights w, keypoint j is
    Σ_v r_jv Σ_k w_vk (Q_k (x_v − h_k) + p_k) = Σ_k Q_k (m_jk − s_jk h_k) + s_jk p_k,
where m_jk = Σ_v r_jv w_vk x_v and s_jk = Σ_v r_jv w_vk: a hundred small vectors that are linear in the rest shape,
hence in the corner weights of shape_space.py. Everything is relative to the root bone's head.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import torch
from torch import Tensor

from backend.body.medial import MedialSpheres, medial_spheres
from backend.body.model import BodyModel, ShapedBody
from backend.body.posing import forward_kinematics, skin
from backend.fitting.rig import sample_skin

from .pose_space import PoseSpace
from .shape_space import ShapeSpace

_CHUNK = 32  # corner shapes at a time
_PRESENT = 1e-6


@dataclass(frozen=True)
class Frames:
    """The moving bones of N bodies in world."""

    orientations: Tensor  # (N, M, 3, 3)
    positions: Tensor  # (N, M, 3)
    heads: Tensor  # (N, M, 3) at rest, relative to the root


class ReducedBody:
    def __init__(self, model: BodyModel, poses: PoseSpace, shapes: ShapeSpace, skin_points: int) -> None:
        self.model, self.poses, self.shapes = model, poses, shapes
        names = model.skeleton.bone_names
        self.moving = [names.index(name) for name in poses.bones]
        local = {bone: k for k, bone in enumerate(self.moving)}
        self._carriers = torch.tensor([local[self._carrier(bone, local)] for bone in range(len(names))])
        self._levels, self._unsort = _levels([self._parent(bone, local) for bone in self.moving])
        dense = model.topology.dense_weights(len(names))
        carried = torch.zeros(len(dense), len(self.moving)).index_add_(1, self._carriers, dense)
        average = shaped_of(model, shapes.names, shapes.corners().mean(0))
        self.chosen = sample_skin(model, average, skin_points, torch.zeros(0, dtype=torch.long))
        self.skin_weights = carried[self.chosen]
        self._spheres(average)
        share = model.keypoint_weights @ carried
        joint, bone = (share.abs() > _PRESENT).nonzero(as_tuple=True)
        self._pair_bones, self._pair_share = bone, share[joint, bone][:, None]
        self._sum = torch.zeros(len(share), len(joint)).index_put_((joint, torch.arange(len(joint))), torch.ones(()))
        self._position_share = share
        self._corners(dense, model.keypoint_weights[joint] * carried.T[bone])

    def frames(self, weights: Tensor, local: Tensor, position: Tensor) -> Frames:
        """Corner weights (N, C), local rotations (N, M, 3, 3) of the moving bones, root positions (N, 3)."""
        heads = (weights @ self._corner_heads).unflatten(1, (-1, 3))
        orientation, place = local[:, :1], position[:, None]
        orientations, positions = [orientation], [place]
        for members, parents, slots in self._levels:
            above = orientation.index_select(1, slots)
            offset = (heads.index_select(1, members) - heads.index_select(1, parents))[..., None]
            place = place.index_select(1, slots) + (above @ offset)[..., 0]
            orientation = above @ local.index_select(1, members)
            orientations.append(orientation)
            positions.append(place)
        order = self._unsort
        return Frames(
            torch.cat(orientations, 1).index_select(1, order), torch.cat(positions, 1).index_select(1, order), heads
        )

    def keypoints(self, weights: Tensor, frames: Frames) -> Tensor:
        """(N, 23, 3) metres, world."""
        moments = (weights @ self._corner_moments).unflatten(1, (-1, 3))
        moments = moments - self._pair_share * frames.heads.index_select(1, self._pair_bones)
        turned = (frames.orientations.index_select(1, self._pair_bones) @ moments[..., None])[..., 0]
        return self._sum @ turned + self._position_share @ frames.positions

    def skin(self, weights: Tensor, frames: Frames) -> Tensor:
        """(N, P, 3) metres, world: the thinned skin."""
        rest = (weights @ self._corner_skin).unflatten(1, (-1, 3))
        return skin(rest, frames.heads, frames.orientations, frames.positions, self.skin_weights)

    def spheres(self, frames: Frames) -> Tensor:
        """(N, S, 3) centres of the medial spheres of the average body, moved with the bones."""
        start = self._sphere_local
        turned = (frames.orientations.index_select(1, self._sphere_bones) @ start[..., None])[..., 0]
        return turned + frames.positions.index_select(1, self._sphere_bones)

    def self_penetration(self, frames: Frames) -> Tensor:
        """(N,) squared metres by which spheres of different limbs overlap."""
        spheres = self.spheres(frames)
        first, second = self._sphere_pairs
        apart = spheres.index_select(1, first) - spheres.index_select(1, second)
        distance = (apart.square().sum(-1) + 1e-12).sqrt()
        return (self._least_apart - distance).clamp_min(0).square().sum(1)

    def full_rotations(self, local: Tensor) -> Tensor:
        """(N, M, 3, 3) of the moving bones → (N, B, 3, 3) of all."""
        found = self.poses.held.repeat(len(local), 1, 1, 1)
        found[:, self.moving] = local
        return found

    def _carrier(self, bone: int, local: dict[int, int]) -> int:
        while bone not in local:
            bone = self.model.skeleton.bone_parents[bone]
        return bone

    def _parent(self, bone: int, local: dict[int, int]) -> int:
        parent = self.model.skeleton.bone_parents[bone]
        return -1 if parent < 0 else local[self._carrier(parent, local)]

    @torch.no_grad()
    def _corners(self, dense: Tensor, pairs: Tensor) -> None:
        """Heads, keypoint moments and thinned skin of every corner shape, with the bones that do not move bent.

        `pairs` (P, V): products of a keypoint's and a bone's weights on the vertices.
        """
        heads, moments, skins = [], [], []
        turned = (self.poses.held - torch.eye(3)).abs().amax((1, 2)) > 0
        turned[self.moving] = False
        # Skin is bent where it follows a bone that is, or one that hangs on it.
        for bone, parent in enumerate(self.model.skeleton.bone_parents):
            turned[bone] |= bool(parent >= 0 and turned[parent])
        bent = dense[:, turned].sum(1) > 0
        for chunk in self.shapes.corners().split(_CHUNK):
            rest, poses = self.model.rest({name: chunk[:, k] for k, name in enumerate(self.shapes.names)})
            at = poses[:, :, :3, 3]
            rest, at = rest - at[:, :1], at - at[:, :1]
            turns = self.poses.held.expand(len(chunk), -1, 3, 3).clone()
            turns[:, self.moving] = torch.eye(3)
            frames = forward_kinematics(self.model.skeleton, at, turns, at[:, 0])
            rest[:, bent] = skin(rest[:, bent], at, *frames, dense[bent])
            heads.append(at[:, self.moving].flatten(1))
            skins.append(rest[:, self.chosen].flatten(1))
            moments.append((pairs @ rest).flatten(1))
        self._corner_heads, self._corner_moments = torch.cat(heads), torch.cat(moments)
        self._corner_skin = torch.cat(skins)

    def _spheres(self, average: ShapedBody) -> None:
        medial: MedialSpheres = medial_spheres(self.model, average)
        self._sphere_bones = self._carriers[medial.bones]
        heads = average.heads[self.moving]
        self._sphere_local = medial.centers - heads[self._sphere_bones]
        groups, radii = medial.groups, medial.radii
        first, second = torch.triu_indices(len(groups), len(groups), 1)
        differ = torch.tensor([groups[i] != groups[j] for i, j in zip(first, second, strict=True)])
        gap = (medial.centers[first] - medial.centers[second]).norm(dim=1) - radii[first] - radii[second]
        keep = differ & (gap > 0.02)
        self._sphere_pairs = first[keep], second[keep]
        self._least_apart = 0.95 * (radii[first[keep]] + radii[second[keep]])


def shaped_of(model: BodyModel, names: tuple[str, ...], values: Tensor) -> ShapedBody:
    """The rest body of shape values (K,)."""
    return model.shape({name: float(value) for name, value in zip(names, values, strict=True)})


def _levels(parents: list[int]) -> tuple[list[tuple[Tensor, Tensor, Tensor]], Tensor]:
    """Bones by depth: (members, their parents, the parents' places in the level above), and the way back to all."""

    def depth_of(bone: int) -> int:
        return 0 if parents[bone] < 0 else depth_of(parents[bone]) + 1

    depth = [depth_of(bone) for bone in range(len(parents))]
    by_depth = [[k for k, d in enumerate(depth) if d == level] for level in range(max(depth) + 1)]
    levels = []
    for above, members in itertools.pairwise(by_depth):
        over = [parents[k] for k in members]
        levels.append((torch.tensor(members), torch.tensor(over), torch.tensor([above.index(k) for k in over])))
    return levels, torch.tensor([k for level in by_depth for k in level]).argsort()
