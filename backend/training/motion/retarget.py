"""Recorded motion on our body: segments point where the recorded ones do, twists come from hinges, palms and soles.

Directions carry over between bodies of any proportions, joint angles do not. The twist of thigh and upper arm is that
of the knee's and elbow's hinge, and both are spread over two bones; spine and neck share their bend equally; the
shoulder girdle follows the arm, as in `body/posture.py` (markers hardly see it; in most of the files it stands still).
So recorded poses lie among the same rotations as the authored anchors and the fitting rig's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from backend.body.hands import finger_rotations
from backend.body.model import ShapedBody, Skeleton
from backend.body.posture import palm_normal
from backend.body.rotations import exp, frame, log, unit

from .anatomy import SIDES, Anatomy, axes, learn
from .clip import Clip
from .roles import Roles

SPINE = ("spine05", "spine04", "spine03", "spine02", "spine01")
NECK = ("neck01", "neck02", "neck03", "head")
_FRONT = torch.tensor([0.0, -1.0, 0.0], dtype=torch.float64)
_CERTAIN = 0.35  # sine of a hinge's bend from which its own plane tells the twist
_LARGEST_ROLL = 1.9  # radians that a forearm and wrist turn a hand from the upper arm's middle position
_SUFFIX = {"left": ".L", "right": ".R"}


@dataclass(frozen=True)
class Motion:
    """A clip on our body."""

    clip: Clip
    rotations: Tensor  # (T, B, 3, 3) float32, local rotations in the convention of body/model.py; the root's is world

    def __len__(self) -> int:
        return len(self.rotations)


class Retargeter:
    """Carries clips over to one body; what it learns of a recorded skeleton is kept for its other clips."""

    def __init__(self, skeleton: Skeleton, shaped: ShapedBody) -> None:
        self.skeleton = skeleton
        self.heads = shaped.heads.double()

    def all(self, clips: Sequence[Clip]) -> list[Motion]:
        """Every clip, with one calibration for each recorded skeleton."""
        by_skeleton: dict[str, list[Clip]] = {}
        for clip in clips:
            by_skeleton.setdefault(clip.skeleton, []).append(clip)
        anatomies = {name: learn(members) for name, members in by_skeleton.items()}
        return [self.one(clip, anatomies[clip.skeleton]) for clip in clips]

    def one(self, clip: Clip, anatomy: Anatomy) -> Motion:
        source = _Source(clip, anatomy)
        world: dict[str, Tensor] = {"root": source.axes("pelvis", anatomy.pelvis)}
        chest = source.axes("chest", anatomy.chest)
        head = source.axes("head", anatomy.head)
        for chain, start, end in ((SPINE, world["root"], chest), (NECK, chest, head)):
            bend = log(start.mT @ end)
            for step, bone in enumerate(chain, start=1):
                world[bone] = start @ exp(bend * (step / len(chain)))
        local: dict[int, Tensor] = {}
        for side in SIDES:
            self._arm(side, source, chest, world)
            self._leg(side, source, world)
            local.update(finger_rotations(self.skeleton, self.heads, _SUFFIX[side], "relaxed"))
        return Motion(clip, self._rotations(world, local, len(clip)))

    def _arm(self, side: str, source: _Source, chest: Tensor, world: dict[str, Tensor]) -> None:
        suffix = _SUFFIX[side]
        upper_rest = self._segment("upperarm01", "lowerarm01", suffix)
        fore_rest = self._segment("lowerarm01", "wrist", suffix)
        hand_rest = self._segment("wrist", "finger3-1", suffix)
        palm_rest = palm_normal(self.skeleton, self.heads, suffix)
        upper, fore = source.segment(side, "shoulder", "elbow"), source.segment(side, "elbow", "wrist")
        fold = hinge(fore, upper, source.fold(side, chest))
        swing = log(align(chest @ upper_rest, upper))
        raised = (upper * chest[..., 2]).sum(-1, keepdim=True).clamp_min(0)
        clavicle = exp(swing * (0.12 + 0.16 * raised)) @ chest
        world[f"clavicle{suffix}"] = world[f"shoulder01{suffix}"] = clavicle

        rest_fold = hinge(fore_rest, upper_rest, _FRONT)
        full = frame(upper, fold) @ frame(upper_rest, rest_fold).mT
        world[f"upperarm01{suffix}"], world[f"upperarm02{suffix}"] = _half_twist(clavicle, upper_rest, full)
        hinged = align((full @ fore_rest[:, None])[..., 0], fore) @ full
        hand, palm = source.hand(side, fore, upper, fold)
        wrist = frame(hand, palm) @ frame(hand_rest, palm_rest).mT
        settled = align((wrist @ hand_rest[:, None])[..., 0], (hinged @ hand_rest[:, None])[..., 0]) @ wrist
        roll = _twist(hinged, settled, fore)
        bounded = roll.clamp(-_LARGEST_ROLL, _LARGEST_ROLL)
        wrist = exp(hand * (bounded - roll)) @ wrist
        world[f"lowerarm01{suffix}"] = exp(fore * bounded * 0.15) @ hinged
        world[f"lowerarm02{suffix}"] = exp(fore * bounded * 0.6) @ hinged
        world[f"wrist{suffix}"] = wrist

    def _leg(self, side: str, source: _Source, world: dict[str, Tensor]) -> None:
        suffix = _SUFFIX[side]
        thigh_rest = self._segment("upperleg01", "lowerleg01", suffix)
        shin_rest = self._segment("lowerleg01", "foot", suffix)
        thigh, shin = source.segment(side, "hip", "knee"), source.segment(side, "knee", "ankle")
        cap = hinge(-shin, thigh, source.kneecap(side, world["root"]))
        full = frame(thigh, cap) @ frame(thigh_rest, _FRONT).mT
        world[f"upperleg01{suffix}"], world[f"upperleg02{suffix}"] = _half_twist(world["root"], thigh_rest, full)
        world[f"lowerleg01{suffix}"] = align((full @ shin_rest[:, None])[..., 0], shin) @ full
        toes = self.heads[self.skeleton.index(f"toe3-1{suffix}")] - self.heads[self.skeleton.index(f"foot{suffix}")]
        toes[2] = 0
        left = np.cross(-toes.numpy(), [0, 0, 1])
        rest = torch.as_tensor(axes(left, np.array([0.0, 0.0, 1.0])))
        world[f"foot{suffix}"] = source.foot(side) @ rest.mT

    def _segment(self, start: str, end: str, suffix: str) -> Tensor:
        """(3,) unit direction at rest."""
        return unit(
            self.heads[self.skeleton.index(end + suffix)] - self.heads[self.skeleton.index(start + suffix)]
        )

    def _rotations(self, world: dict[str, Tensor], local: dict[int, Tensor], count: int) -> Tensor:
        """Local rotations (T, B, 3, 3) float32; bones without an orientation follow their parent."""
        identity = torch.eye(3, dtype=torch.float64)
        placed: list[Tensor] = []
        found = identity.repeat(count, len(self.skeleton.bone_names), 1, 1)
        for bone, (name, parent) in enumerate(zip(self.skeleton.bone_names, self.skeleton.bone_parents, strict=True)):
            above = placed[parent] if parent >= 0 else identity.expand(count, 3, 3)
            if name in world:
                found[:, bone] = above.mT @ world[name]
            elif bone in local:
                found[:, bone] = local[bone]
            placed.append(above @ found[:, bone])
        return found.float()


class _Source:
    """Directions of a clip, world, float64."""

    def __init__(self, clip: Clip, anatomy: Anatomy) -> None:
        self.anatomy, self.roles = anatomy, Roles(clip)
        self.positions = torch.as_tensor(clip.positions)
        self.orientations = torch.as_tensor(clip.orientations)

    def turn(self, role: str) -> Tensor:
        return self.orientations[:, self.roles[role]]

    def axes(self, role: str, constant: np.ndarray) -> Tensor:
        return self.turn(role) @ torch.as_tensor(constant)

    def segment(self, side: str, start: str, end: str) -> Tensor:
        """(T, 3) unit."""
        first, last = self.roles[f"{side}_{start}"], self.roles[f"{side}_{end}"]
        return unit(self.positions[:, last] - self.positions[:, first])

    def _carried(self, role: str, constant: np.ndarray | None, otherwise: Tensor) -> Tensor:
        return otherwise if constant is None else self.turn(role) @ torch.as_tensor(constant)

    def kneecap(self, side: str, pelvis: Tensor) -> Tensor:
        return self._carried(f"{side}_hip", self.anatomy.knees[SIDES.index(side)], -pelvis[..., 1])

    def fold(self, side: str, chest: Tensor) -> Tensor:
        return self._carried(f"{side}_shoulder", self.anatomy.elbows[SIDES.index(side)], -chest[..., 1])

    def foot(self, side: str) -> Tensor:
        return self.axes(f"{side}_ankle", self.anatomy.feet[SIDES.index(side)])

    def hand(self, side: str, fore: Tensor, upper: Tensor, fold: Tensor) -> tuple[Tensor, Tensor]:
        """Directions of fingers and palm (T, 3); without recorded fingers the hand goes on as the forearm does."""
        sign = 1.0 if side == "left" else -1.0
        middle = torch.linalg.cross(upper, fold) * sign
        palm = self._carried(f"{side}_wrist", self.anatomy.palms[SIDES.index(side)], middle)
        if self.roles.get(f"{side}_fingers") is None:
            return fore, palm
        return self.segment(side, "wrist", "fingers"), palm


def hinge(direction: Tensor, axis: Tensor, otherwise: Tensor) -> Tensor:
    """The part of `direction` (…, 3) across `axis`, blended into that of `otherwise` as the two become parallel."""
    part = direction - (direction * axis).sum(-1, keepdim=True) * axis
    other = unit(otherwise - (otherwise * axis).sum(-1, keepdim=True) * axis)
    certainty = (part.norm(dim=-1, keepdim=True) / _CERTAIN).clamp(0, 1).square()
    return unit(certainty * unit(part) + (1 - certainty) * other)


def align(source: Tensor, target: Tensor) -> Tensor:
    """The smallest rotations (…, 3, 3) that take directions (…, 3) to `target`."""
    a, b = unit(source), unit(target)
    a, b = torch.broadcast_tensors(a, b)
    axis = torch.linalg.cross(a, b)
    sine, cosine = axis.norm(dim=-1, keepdim=True), (a * b).sum(-1, keepdim=True)
    helper = torch.where(a[..., :1].abs() < 0.9, a.new_tensor([1.0, 0, 0]), a.new_tensor([0, 1.0, 0]))
    axis = torch.where(sine > 1e-7, unit(axis), unit(torch.linalg.cross(a, helper)))
    return exp(axis * torch.atan2(sine, cosine))


def _twist(start: Tensor, end: Tensor, axis: Tensor) -> Tensor:
    """(T, 1) radians of the rotation from `start` to `end` about world `axis`, without its swing."""
    return (log(end @ start.mT) * axis).sum(-1, keepdim=True)


def _half_twist(parent: Tensor, rest: Tensor, full: Tensor) -> tuple[Tensor, Tensor]:
    """Orientations of the two bones of a ball joint: the first takes half the twist, the second the rest."""
    target = (full @ rest[:, None])[..., 0]
    swing = align((parent @ rest[:, None])[..., 0], target) @ parent
    return exp(target * _twist(swing, full, target) * 0.5) @ swing, full
