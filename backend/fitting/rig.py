"""A batch of bodies made light enough to optimise: the joints that move, a subset of the skin, the medial spheres.

Bones that keep their anchor rotation (fingers, toes, eyes) move rigidly with their parent, so their bend is folded
into the rest shape once: x ↦ R (x − h) + h in the parent's rest frame (see body/posing.py for the convention).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import torch
from torch import Tensor

from backend.body.medial import medial_spheres
from backend.body.model import BodyModel, ShapedBody
from backend.body.rotations import exp

from .skinning import skin_batch

# Degrees of freedom: name → bones that share the rotation equally.
JOINTS: dict[str, tuple[str, ...]] = {
    "spine": ("spine05", "spine04", "spine03", "spine02", "spine01"),
    "neck": ("neck01", "neck02", "neck03", "head"),
    **{
        f"{side}_{joint}": (bone + suffix,)
        for side, suffix in (("left", ".L"), ("right", ".R"))
        for joint, bone in (
            ("clavicle", "clavicle"), ("shoulder", "upperarm01"), ("elbow", "lowerarm01"), ("forearm", "lowerarm02"),
            ("wrist", "wrist"), ("hip", "upperleg01"), ("knee", "lowerleg01"), ("ankle", "foot"),
        )
    },
}  # fmt: skip
JOINT_NAMES = tuple(JOINTS)
_STATIC_MOVERS = ("root", "upperarm02", "upperleg02", "shoulder01")  # bend in the anchor, but have no freedom
# How far a body may deviate from the described shape to fit: ± this much of the phenotype axis.
SLACK = {"height": 0.012, "weight": 0.05}


@dataclass(frozen=True)
class Pose:
    """What is optimised, for N bodies."""

    position: Tensor  # (N, 3) world, of the root bone's head
    turn: Tensor  # (N, 3) axis-angle applied to the anchor's root orientation, in world axes
    joints: Tensor  # (N, J, 3) axis-angle after the anchor's local rotation, in rest axes
    slack: Tensor  # (N, len(SLACK)) in −1…1

    @staticmethod
    def zeros(position: Tensor) -> Pose:
        count = len(position)
        return Pose(
            position, torch.zeros(count, 3), torch.zeros(count, len(JOINT_NAMES), 3), torch.zeros(count, len(SLACK))
        )

    def detach(self) -> Pose:
        return Pose(*(value.detach().clone() for value in vars(self).values()))


@dataclass(frozen=True)
class Bodies:
    """Posed geometry in world, metres."""

    vertices: Tensor  # (N, P, 3)
    spheres: Tensor  # (N, S, 3)
    orientations: Tensor  # (N, M, 3, 3) of the moving bones
    positions: Tensor  # (N, M, 3)


class FittingRig:
    def __init__(
        self, model: BodyModel, shaped: Sequence[ShapedBody], anchors: Tensor, yaws: Tensor, chosen: Tensor
    ) -> None:
        """`anchors` (N, B, 3, 3) local rotations, `yaws` (N, 3, 3) world turns, `chosen` (P,) vertex ids."""
        self.model, self.shaped, self.anchors, self.chosen = model, tuple(shaped), anchors.clone(), chosen
        self.anchors[:, 0] = yaws @ anchors[:, 0]
        names = model.skeleton.bone_names
        moving = {bone for bones in JOINTS.values() for bone in bones}
        self.moving = [i for i, name in enumerate(names) if name in moving or name.split(".")[0] in _STATIC_MOVERS]
        self.local_of = {bone: k for k, bone in enumerate(self.moving)}
        self.parents = [self._moving_parent(bone) for bone in self.moving]
        self._by_depth()
        self._folded(shaped)
        # Joint freedom j feeds bone k with a share of its rotation vector.
        self.spread = torch.zeros(len(self.moving), len(JOINT_NAMES))
        for j, bones in enumerate(JOINTS.values()):
            for bone in bones:
                self.spread[self.local_of[names.index(bone)], j] = 1 / len(bones)
        spheres = [medial_spheres(model, body) for body in shaped]
        self.sphere_bones = torch.tensor([self._carrier(int(bone)) for bone in spheres[0].bones])
        self.sphere_groups = spheres[0].groups
        self.sphere_centers = torch.stack([s.centers for s in spheres])
        self.sphere_radii = torch.stack([s.radii for s in spheres])

    def __len__(self) -> int:
        return len(self.shaped)

    def pose(self, pose: Pose) -> Bodies:
        """Differentiable forward pass."""
        heads = self.rest_heads + torch.einsum("nk,nkmc->nmc", pose.slack, self.slack_heads)
        orientations, positions = self._kinematics(heads, pose)
        shifts = positions - (orientations @ heads[..., None])[..., 0]
        transforms = torch.cat((orientations, shifts[..., None]), -1).flatten(2).mT
        vertices = skin_batch(transforms, pose.slack, self._rest, self._ways, self._weights)
        # index_select: its gradient is an addition, that of plain indexing a slow scatter.
        bones = self.sphere_bones
        turned = (orientations.index_select(1, bones) @ self.sphere_centers[..., None])[..., 0]
        return Bodies(vertices, turned + shifts.index_select(1, bones), orientations, positions)

    @torch.no_grad()
    def exact(self, pose: Pose, *, slack: bool = True) -> list[tuple[ShapedBody, Tensor, Tensor]]:
        """Every body for the full model: shape with the slack, local rotations (B, 3, 3), root position (3,).

        Without `slack` the shapes are those that the rig was made of: good enough to be looked at, and free.
        """
        shaped = self._with_slack(pose.slack) if slack else self.shaped
        rotations = self.anchors.clone()
        rotations[:, self.moving] = self._local_rotations(pose)
        return list(zip(shaped, rotations, pose.position.detach().clone(), strict=True))

    def _with_slack(self, slack: Tensor) -> list[ShapedBody]:
        """The shapes (N,) after changes of `slack` (N, K) times SLACK, in one batch."""
        values = {name: torch.tensor([float(body.phenotype[name]) for body in self.shaped]) for name in
                  self.shaped[0].phenotype}  # fmt: skip
        for k, (name, size) in enumerate(SLACK.items()):
            values[name] = (values[name] + size * slack[:, k]).clamp(0, 1)
        vertices, poses = self.model.rest(values)
        return [
            ShapedBody({name: float(value[n]) for name, value in values.items()}, vertices[n], poses[n])
            for n in range(len(self))
        ]

    def _local_rotations(self, pose: Pose) -> Tensor:
        deltas = exp(torch.einsum("mj,njc->nmc", self.spread, pose.joints))
        local = self.anchors[:, self.moving] @ deltas
        return torch.cat(((exp(pose.turn) @ local[:, 0])[:, None], local[:, 1:]), 1)

    def _kinematics(self, heads: Tensor, pose: Pose) -> tuple[Tensor, Tensor]:
        local = self._local_rotations(pose)
        offsets = torch.cat((pose.position[:, None], heads[:, 1:] - heads.index_select(1, self._parents)), 1)
        last = torch.tensor([0.0, 0, 0, 1]).expand(*local.shape[:2], 1, 4)
        steps = torch.cat((torch.cat((local, offsets[..., None]), -1), last), 2).index_select(1, self._order)
        found: list[Tensor] = []
        for step, slots in zip(steps.split(self._widths, 1), self._slots, strict=True):
            found.append(step if slots is None else found[-1].index_select(1, slots) @ step)
        placed = torch.cat(found, 1).index_select(1, self._unsort)
        return placed[:, :, :3, :3], placed[:, :, :3, 3]

    def _by_depth(self) -> None:
        """Bones sorted by how many are above them: those of one depth move in one step, each with its parent."""
        depth: list[int] = []
        for parent in self.parents:
            depth.append(0 if parent < 0 else depth[parent] + 1)
        levels = [[k for k, d in enumerate(depth) if d == level] for level in range(max(depth) + 1)]
        order = [k for members in levels for k in members]
        self._order = torch.tensor(order)
        self._unsort = self._order.argsort()
        self._widths = [len(members) for members in levels]
        self._parents = torch.tensor(self.parents[1:])
        self._slots: list[Tensor | None] = [None]
        for above, members in pairwise(levels):
            self._slots.append(torch.tensor([above.index(self.parents[k]) for k in members]))

    def _moving_parent(self, bone: int) -> int:
        parent = self.model.skeleton.bone_parents[bone]
        while parent >= 0 and parent not in self.local_of:
            parent = self.model.skeleton.bone_parents[parent]
        return self.local_of[parent] if parent >= 0 else -1

    def _carrier(self, bone: int) -> int:
        while bone not in self.local_of:
            bone = self.model.skeleton.bone_parents[bone]
        return self.local_of[bone]

    def _folded(self, shaped: Sequence[ShapedBody]) -> None:
        """Rest shapes with the static bends inside, their change with slack, and the weights of the moving bones."""
        carriers = torch.tensor([self._carrier(b) for b in range(len(self.model.skeleton.bone_names))])
        dense = self.model.topology.dense_weights(len(carriers))[self.chosen]
        self.weights = torch.zeros(len(self.chosen), len(self.moving)).index_add_(1, carriers, dense)
        # Of each person the shape itself and both ends of each axis of slack: (N, K, …).
        each = 1 + 2 * len(SLACK)
        changed = iter(self._slackened(shaped))
        bodies = [[body, *(next(changed) for _ in range(each - 1))] for body in shaped]
        heads = torch.stack([torch.stack([body.heads for body in own]) for own in bodies])
        folded = self._fold(heads, bodies, dense)
        moving = heads[:, :, self.moving]
        self.rest_vertices, self.rest_heads = folded[:, 0], moving[:, 0]
        self.slack_vertices = (folded[:, 2::2] - folded[:, 1::2]) / 2
        self.slack_heads = (moving[:, 2::2] - moving[:, 1::2]) / 2
        self._rest, self._ways = self.rest_vertices.mT.contiguous(), self.slack_vertices.mT.contiguous()
        self._weights = self.weights.T.contiguous()

    def _slackened(self, shaped: Sequence[ShapedBody]) -> list[ShapedBody]:
        """For each body and slack axis the shapes at −1 and +1, computed in one batch."""
        values: dict[str, list[float]] = {name: [] for name in shaped[0].phenotype}
        for body in shaped:
            for name, size in SLACK.items():
                for sign in (-1, 1):
                    for key, value in body.phenotype.items():
                        moved = value + sign * size if key == name else value
                        values[key].append(min(1.0, max(0.0, moved)))
        with torch.no_grad():
            vertices, poses = self.model.rest({k: torch.tensor(v) for k, v in values.items()})
        return [ShapedBody({}, v, p) for v, p in zip(vertices, poses, strict=True)]

    def _fold(self, heads: Tensor, bodies: list[list[ShapedBody]], dense: Tensor) -> Tensor:
        """Chosen rest vertices (N, K, P, 3) with the anchors' bend of the static bones applied; heads (N, K, B, 3)."""
        count, kinds = heads.shape[:2]
        linear: list[Tensor] = []  # of each bone (N, 3, 3), and
        shift: list[Tensor] = []  # … (N, 3, K)
        for bone, parent in enumerate(self.model.skeleton.bone_parents):
            if bone in self.local_of:
                linear.append(torch.eye(3).expand(count, 3, 3))
                shift.append(torch.zeros(count, 3, kinds))
                continue
            turn, head = self.anchors[:, bone], heads[:, :, bone].mT
            linear.append(linear[parent] @ turn)
            shift.append(linear[parent] @ (head - turn @ head) + shift[parent])
        turned = dense @ torch.stack(linear, 1).flatten(2)  # (N, P, 9)
        moved = dense @ torch.stack(shift, 1).flatten(2)  # (N, P, 3 K)
        vertices = torch.stack([torch.stack([body.vertices[self.chosen] for body in own], -1) for own in bodies])
        return (turned.unflatten(2, (3, 3)) @ vertices + moved.unflatten(2, (3, kinds))).permute(0, 3, 1, 2)

    @cached_property
    def self_pairs(self) -> tuple[Tensor, Tensor]:
        """Sphere pairs (K,) that belong to different limbs and are apart at rest: they must not overlap."""
        groups = self.sphere_groups
        number = torch.tensor([groups.index(group) for group in groups])
        first, second = torch.triu_indices(len(groups), len(groups), 1)
        differ = number[first] != number[second]
        centers, radii = self.sphere_centers[0], self.sphere_radii[0]
        gap = (centers[first] - centers[second]).norm(dim=1) - radii[first] - radii[second]
        keep = differ & (gap > 0.02)
        return first[keep], second[keep]


def sample_skin(model: BodyModel, shaped: ShapedBody, count: int, always: Tensor) -> Tensor:
    """About `count` outer vertices spread evenly over the skin by farthest-point sampling, and all of `always`."""
    outer = model.topology.outer.nonzero()[:, 0]
    points = shaped.vertices[outer]
    # Voxel thinning first: farthest-point sampling on 12 000 points is slow, on 4 000 it is not.
    nearest = torch.full((len(points),), float("inf"))
    picked = torch.zeros(count, dtype=torch.long)
    current = 0
    for k in range(count):
        picked[k] = current
        nearest = torch.minimum(nearest, (points - points[current]).square().sum(1))
        current = int(nearest.argmax())
    return torch.cat((outer[picked], always)).unique()
