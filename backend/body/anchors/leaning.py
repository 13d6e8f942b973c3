"""Anchor poses: leaning against things and on them."""

from __future__ import annotations

from ..posture import Arm, Leg, Posture, both_arms
from .base import FEET, Anchor, Contact


def lean() -> list[Anchor]:
    back = Posture(
        pelvis_up=(0, 0.2, 1), chest_up=(0, 0.2, 1), head_up=(0, 0.05, 1), head_front=(0, -1, -0.02),
        left_leg=Leg((0.12, -0.24, -1), (0.04, -0.2, -1), (0.25, -1, 0)),
        right_leg=Leg((-0.12, -0.32, -1), (-0.04, -0.14, -1), (-0.25, -1, 0)),
        **both_arms(Arm((0.26, -0.04, -1), (0.05, -0.35, -1), (-1, 0.2, 0))),
    )  # fmt: skip
    hands = Posture(
        pelvis_up=(0, -0.28, 1), chest_up=(0, -0.4, 1), head_up=(0, -0.2, 1), head_front=(0, -1, -0.12),
        left_leg=Leg((0.12, 0.1, -1), (0.05, 0.2, -1), (0.2, -1, 0)),
        right_leg=Leg((-0.12, -0.02, -1), (-0.05, 0.2, -1), (-0.2, -1, 0)),
        **both_arms(Arm((0.28, -0.42, -1), (0.0, -0.55, -1), (0, 0.1, -1), (-0.05, -1, -0.12), (0, 1, 0)), "flat"),
    )  # fmt: skip
    return [
        Anchor("leaning back", "lean back", back,
               (*FEET, Contact("back", "touch"), Contact("buttocks", "touch", 0.4))),
        Anchor("leaning on both hands", "lean on hands", hands,
               (*FEET, Contact("left_palms", "touch"), Contact("right_palms", "touch")), arms_free=False),
    ]  # fmt: skip
