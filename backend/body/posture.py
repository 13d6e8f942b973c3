"""Key poses written as directions: where each segment of the body points, seen in the person's own frame.

Frame: front −Y, left +X, up +Z; directions need not be unit length. A posture fits every body model and shape, because
each segment's rest direction is measured on the body at hand. Twist comes from the hinges: elbows and knees bend about
the axis that their two directions span, palms and soles face where they are told to.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from .hands import finger_rotations
from .model import ShapedBody, Skeleton
from .rotations import align, exp, frame, log, unit

Direction = tuple[float, float, float]
UP: Direction = (0, 0, 1)
DOWN: Direction = (0, 0, -1)
FRONT: Direction = (0, -1, 0)


@dataclass(frozen=True)
class Leg:
    """Thigh: hip to knee. Shin: knee to ankle. Toes: heel to ball. `knee`: where a straight knee's cap faces."""

    thigh: Direction = (0.09, 0, -1)
    shin: Direction = (0.04, 0.06, -1)
    toes: Direction = (0.25, -1, 0)
    instep: Direction = UP
    knee: Direction = FRONT
    toes_up: float = 0.0  # degrees that the toes bend up at the ball: 40 under a heel that is lifted by 40


@dataclass(frozen=True)
class Arm:
    """Upper: shoulder to elbow. Fore: elbow to wrist. `palm`: where it faces. `hand`: wrist to fingers, else `fore`."""

    upper: Direction = (0.18, 0.05, -1)
    fore: Direction = (0.08, -0.3, -1)
    palm: Direction = (-1, 0.25, 0)
    hand: Direction | None = None
    fold: Direction = FRONT  # where the forearm of a straight arm would bend to


@dataclass(frozen=True)
class Posture:
    """Sides are written for the left (+X); `mirrored` turns one into its right twin."""

    pelvis_up: Direction = UP
    pelvis_front: Direction = FRONT
    chest_up: Direction = UP
    chest_front: Direction = FRONT
    head_up: Direction = UP
    head_front: Direction = FRONT
    left_leg: Leg = Leg()
    right_leg: Leg = Leg()
    left_arm: Arm = Arm()
    right_arm: Arm = Arm()
    left_hand: str = "relaxed"
    right_hand: str = "relaxed"

    def but(self, **changes: object) -> Posture:
        return replace(self, **changes)


def mirrored(part: Leg | Arm) -> Leg | Arm:
    """The same limb on the other side: x changes sign."""
    flipped = {
        name: (-value[0], value[1], value[2]) for name, value in vars(part).items() if isinstance(value, tuple)
    }
    return replace(part, **flipped)


def both_legs(leg: Leg) -> dict[str, Leg]:
    return {"left_leg": leg, "right_leg": mirrored(leg)}


def both_arms(arm: Arm, hand: str = "relaxed") -> dict[str, object]:
    return {"left_arm": arm, "right_arm": mirrored(arm), "left_hand": hand, "right_hand": hand}


_SPINE = ("spine05", "spine04", "spine03", "spine02", "spine01")
_NECK = ("neck01", "neck02", "neck03", "head")


def resolve(posture: Posture, skeleton: Skeleton, shaped: ShapedBody) -> Tensor:
    """Local rotations (B, 3, 3) that take `shaped` from rest into the posture."""
    builder = _Builder(skeleton, shaped)
    builder.trunk(posture)
    for side, arm, leg, hand in (
        (".L", posture.left_arm, posture.left_leg, posture.left_hand),
        (".R", posture.right_arm, posture.right_leg, posture.right_hand),
    ):
        builder.arm(side, arm)
        builder.leg(side, leg)
        builder.local.update(finger_rotations(skeleton, builder.heads, side, hand))
    return builder.rotations()


class _Builder:
    """Collects global orientations bone by bone and turns them into local rotations."""

    def __init__(self, skeleton: Skeleton, shaped: ShapedBody) -> None:
        self.skeleton = skeleton
        self.heads = shaped.heads.double()  # a chain of ten bones adds up ten roundings
        self.world: dict[int, Tensor] = {}
        self.local: dict[int, Tensor] = {}

    def head_of(self, bone: str) -> Tensor:
        return self.heads[self.skeleton.index(bone)]

    def turn(self, bone: str, orientation: Tensor) -> None:
        self.world[self.skeleton.index(bone)] = orientation

    def orientation(self, bone: str) -> Tensor:
        return self.world[self.skeleton.index(bone)]

    def trunk(self, posture: Posture) -> None:
        rest = frame(_t(UP), _t(FRONT))
        pelvis = frame(_t(posture.pelvis_up), _t(posture.pelvis_front)) @ rest.T
        chest = frame(_t(posture.chest_up), _t(posture.chest_front)) @ rest.T
        head = frame(_t(posture.head_up), _t(posture.head_front)) @ rest.T
        self.turn("root", pelvis)
        for chain, start, end in ((_SPINE, pelvis, chest), (_NECK, chest, head)):
            bend = log(start.T @ end)
            for step, bone in enumerate(chain, start=1):
                self.turn(bone, start @ exp(bend * (step / len(chain))))

    def arm(self, side: str, arm: Arm) -> None:
        upper_rest = unit(self.head_of(f"lowerarm01{side}") - self.head_of(f"upperarm01{side}"))
        fore_rest = unit(self.head_of(f"wrist{side}") - self.head_of(f"lowerarm01{side}"))
        fingers = self.head_of(f"finger3-1{side}")
        hand_rest = unit(fingers - self.head_of(f"wrist{side}"))
        palm_rest = palm_normal(self.skeleton, self.heads, side)
        upper, fore = unit(_t(arm.upper)), unit(_t(arm.fore))
        hand = unit(_t(arm.hand)) if arm.hand else fore
        fold = _across(fore, upper, _t(arm.fold))

        chest = self.orientation("spine01")
        # The shoulder girdle follows the upper arm, more so as the arm rises above the horizontal.
        swing = log(align(chest @ upper_rest, upper))
        clavicle = exp(swing * (0.12 + 0.16 * max(0.0, float(upper @ chest[:, 2])))) @ chest
        self.turn(f"clavicle{side}", clavicle)
        self.turn(f"shoulder01{side}", clavicle)

        full = frame(upper, fold) @ frame(upper_rest, _across(fore_rest, upper_rest, _t(FRONT))).T
        self._twisted(f"upperarm01{side}", f"upperarm02{side}", clavicle, upper_rest, full)
        # The forearm's hinge part keeps the upper arm's twist; half of the hand's roll happens along it.
        hinge = align(full @ fore_rest, fore) @ full
        wrist = frame(hand, _t(arm.palm)) @ frame(hand_rest, palm_rest).T
        roll = _twist_angle(hinge, align(wrist @ hand_rest, hinge @ hand_rest) @ wrist, fore)
        self.turn(f"lowerarm01{side}", exp(fore * roll * 0.15) @ hinge)
        self.turn(f"lowerarm02{side}", exp(fore * roll * 0.6) @ hinge)
        self.turn(f"wrist{side}", wrist)

    def leg(self, side: str, leg: Leg) -> None:
        thigh_rest = unit(self.head_of(f"lowerleg01{side}") - self.head_of(f"upperleg01{side}"))
        shin_rest = unit(self.head_of(f"foot{side}") - self.head_of(f"lowerleg01{side}"))
        thigh, shin = unit(_t(leg.thigh)), unit(_t(leg.shin))
        # A bent knee's cap faces away from where the shin goes.
        cap = _across(-shin, thigh, _t(leg.knee))
        full = frame(thigh, cap) @ frame(thigh_rest, _t(FRONT)).T
        self._twisted(f"upperleg01{side}", f"upperleg02{side}", self.orientation("root"), thigh_rest, full)
        lower = align(full @ shin_rest, shin) @ full
        self.turn(f"lowerleg01{side}", lower)
        toes_rest = self.head_of(f"toe3-1{side}") - self.head_of(f"foot{side}")
        toes_rest = unit(toes_rest * toes_rest.new_tensor([1.0, 1.0, 0.0]))
        self.turn(f"foot{side}", frame(_t(leg.instep), _t(leg.toes)) @ frame(_t(UP), toes_rest).T)
        bend = exp(torch.linalg.cross(toes_rest, _t(UP)) * math.radians(leg.toes_up))
        self.local.update({self.skeleton.index(f"toe{k}-1{side}"): bend for k in range(1, 6)})

    def _twisted(self, first: str, second: str, parent: Tensor, rest: Tensor, full: Tensor) -> None:
        """Spread the twist of a ball joint over its two bones, or the skin wrings like a candy wrapper."""
        target = full @ rest
        swing = align(parent @ rest, target) @ parent
        twist = _twist_angle(swing, full, target)
        self.turn(first, exp(target * twist * 0.5) @ swing)
        self.turn(second, full)

    def rotations(self) -> Tensor:
        count = len(self.skeleton.bone_names)
        world: list[Tensor] = []
        identity = torch.eye(3, dtype=torch.float64)
        local = identity.repeat(count, 1, 1)
        for bone, parent in enumerate(self.skeleton.bone_parents):
            above = world[parent] if parent >= 0 else identity
            if bone in self.world:
                local[bone] = above.T @ self.world[bone]
            elif bone in self.local:
                local[bone] = self.local[bone]
            world.append(above @ local[bone])
        return local.float()


def palm_normal(skeleton: Skeleton, heads: Tensor, side: str) -> Tensor:
    """(3,) unit, out of the palm at rest."""
    wrist, index, little = (heads[skeleton.index(n + side)] for n in ("wrist", "finger2-1", "finger5-1"))
    normal = unit(torch.linalg.cross(index - wrist, little - wrist))
    return -normal if side == ".L" else normal


def _t(direction: Direction) -> Tensor:
    return torch.tensor(direction, dtype=torch.float64)


def _across(direction: Tensor, axis: Tensor, otherwise: Tensor) -> Tensor:
    """The part of `direction` across `axis`; of `otherwise` when the two are nearly parallel, blended in between."""
    part = direction - (direction @ axis) * axis
    other = unit(otherwise - (otherwise @ axis) * axis)
    certainty = float((part.norm() / 0.35).clamp(0, 1)) ** 2
    return unit(certainty * unit(part) + (1 - certainty) * other)


def _twist_angle(start: Tensor, end: Tensor, axis: Tensor) -> float:
    """Angle in radians (−π, π] of the rotation from `start` to `end` about world `axis`, ignoring the swing."""
    vector = log(end @ start.T)
    return float(vector @ axis)
