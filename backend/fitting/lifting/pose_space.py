"""Poses as latent codes in which zero is the middle and one a usual deviation, with what implausible ones cost.

`AnnyPoses` uses the pose prior that ships with us: the code is its whitened vector of sixteen joint rotations, the cost
its energy. VPoser's (`vposer.py`) is the same interface for SMPL-X: its code, and the mean of the squares.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from backend.body.hands import finger_rotations
from backend.body.model import BodyModel, ShapedBody
from backend.body.pose_joints import CHAINS, POSE_JOINTS, mirrored, smooth_log
from backend.body.prior import PosePrior
from backend.body.rotations import exp, unit

from .angles import JointAngles

NATS = 24.0  # that one unit of cost stands for: the mean of 48 squares is twice the nats over 48


@dataclass(frozen=True)
class Decoded:
    bones: Tensor  # (N, M − 1, 3, 3) local rotations of the moving bones but the root
    joints: Tensor  # (N, J, 3, 3) what the angle term looks at


class PoseSpace(Protocol):
    size: int
    bones: tuple[str, ...]  # the moving ones, the root first; others keep `held`
    held: Tensor  # (B, 3, 3) local rotations of the bones that do not move: relaxed fingers

    def decode(self, latent: Tensor) -> Decoded:
        """(N, size) → rotations, differentiable."""
        ...

    def cost(self, latent: Tensor) -> Tensor:
        """(N,) how implausible; about 1 for a code whose numbers are about 1, not below 0."""
        ...

    def angles(self, decoded: Decoded) -> Tensor:
        """(N,) radians beyond what joints can do, mean over the limits."""
        ...

    def starts(self) -> Tensor:
        """(S, size) codes of different usual poses to begin from."""
        ...


_SHARED = {"spine": CHAINS["spine"], "neck": CHAINS["neck"]}
# Joint → its two bones, the bone where they end, the second one's share of the twist (as in pose_joints.to_bones).
_TWISTED = {
    "shoulder": ("upperarm01", "upperarm02", "lowerarm01", 0.5),
    "elbow": ("lowerarm01", "lowerarm02", "wrist", 0.75),
    "hip": ("upperleg01", "upperleg02", "lowerleg01", 0.5),
}
_PLAIN = {"clavicle": "clavicle", "wrist": "wrist", "knee": "lowerleg01", "ankle": "foot"}


class AnnyPoses:
    def __init__(self, model: BodyModel, shaped: ShapedBody) -> None:
        """Twists are shared about the bones of `shaped`, an average person."""
        self._prior = PosePrior.load()
        self._space = self._prior.space
        self.size = self._space.mean.numel()
        names = model.skeleton.bone_names
        heads = {name: shaped.heads[k] for k, name in enumerate(names)}
        self.bones, order = self._bones()
        self._order = torch.tensor(order)
        twisted = [(j, *_TWISTED[kind], suffix) for j, kind, suffix in _sided(_TWISTED)]
        self._twisted = torch.tensor([row[0] for row in twisted])
        self._axes = torch.stack([unit(heads[row[3] + row[5]] - heads[row[1] + row[5]]) for row in twisted])
        self._twist_shares = torch.tensor([row[4] for row in twisted])[:, None]
        self._plain = torch.tensor([j for j, _, _ in _sided(_PLAIN)])
        self._shared = torch.tensor([POSE_JOINTS.index(name) for name in _SHARED])
        self._shares = torch.tensor([1 / len(chain) for chain in _SHARED.values()])[:, None]
        self._limits = JointAngles(model, shaped)
        self.held = torch.eye(3).repeat(len(names), 1, 1)
        for suffix in (".L", ".R"):
            for bone, turn in finger_rotations(model.skeleton, shaped.heads.double(), suffix, "relaxed").items():
                self.held[bone] = turn.float()

    @staticmethod
    def _bones() -> tuple[tuple[str, ...], list[int]]:
        """Names of the moving bones, and where in [shared, first of twisted, second, plain] each of them stands."""
        names, order, shared = ["root"], [], len(_SHARED)
        for k, chain in enumerate(_SHARED.values()):
            names += chain
            order += [k] * len(chain)
        twisted, plain = _sided(_TWISTED), _sided(_PLAIN)
        for k, (_, kind, suffix) in enumerate(twisted):
            names += [_TWISTED[kind][0] + suffix, _TWISTED[kind][1] + suffix]
            order += [shared + k, shared + len(twisted) + k]
        for k, (_, kind, suffix) in enumerate(plain):
            names.append(_PLAIN[kind] + suffix)
            order.append(shared + 2 * len(twisted) + k)
        return tuple(names), order

    def decode(self, latent: Tensor) -> Decoded:
        joints = self._space.joints(self._space.color(latent))
        shares = exp(smooth_log(joints.index_select(1, self._shared)) * self._shares)
        turn = joints.index_select(1, self._twisted)
        tip = exp(self._twist_shares * _twist(turn, self._axes)[..., None] * self._axes)
        parts = torch.cat((shares, turn @ tip.mT, tip, joints.index_select(1, self._plain)), 1)
        return Decoded(parts.index_select(1, self._order), joints)

    def encode(self, joints: Tensor) -> Tensor:
        """Joint rotations (N, 16, 3, 3) → codes (N, 48)."""
        return self._space.whiten(self._space.vectors(joints))

    def cost(self, latent: Tensor) -> Tensor:
        energy = -self._prior.density.log_density(self._space.color(latent)) - self._prior._typical
        return energy.clamp_min(0) / NATS

    def angles(self, decoded: Decoded) -> Tensor:
        return self._limits(decoded.joints)

    def starts(self) -> Tensor:
        """The middles of the prior's components and their mirror images."""
        density = self._prior.density
        middles = torch.linalg.solve_triangular(density.whiteners, density.offsets[..., None], upper=False)[:-1, :, 0]
        poses = self._space.joints(middles)
        return self.encode(torch.cat((poses, mirrored(poses))))


def _sided(kinds: dict) -> list[tuple[int, str, str]]:
    """(joint index, kind, bone suffix) of both sides of the joints."""
    return [
        (POSE_JOINTS.index(f"{side}_{kind}"), kind, suffix)
        for side, suffix in (("left", ".L"), ("right", ".R"))
        for kind in kinds
    ]


def _twist(turn: Tensor, axis: Tensor) -> Tensor:
    """(N, J) radians of the twist about `axis` (J, 3) in (N, J, 3, 3) = swing · twist; differentiable everywhere."""
    skew = torch.stack(
        (turn[..., 2, 1] - turn[..., 1, 2], turn[..., 0, 2] - turn[..., 2, 0], turn[..., 1, 0] - turn[..., 0, 1]), -1
    )
    # Quaternion w ∝ 1 + trace, its vector ∝ skew. Half a turn has neither; the floor keeps its gradient finite.
    whole = (1 + turn.diagonal(dim1=-2, dim2=-1).sum(-1)).clamp_min(1e-3)
    return 2 * torch.atan2((skew * axis).sum(-1), whole)
