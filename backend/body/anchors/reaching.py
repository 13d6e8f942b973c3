"""Anchor poses: reaching for things, a foot on something, standing on the hands."""

from __future__ import annotations

from ..posture import Arm, Leg, Posture, both_arms, both_legs
from .base import AT_EASE, FEET, Anchor, Contact


def reach() -> list[Anchor]:
    reach = Posture(
        pelvis_up=(0, -0.1, 1), chest_up=(0.05, -0.25, 1), chest_front=(0.25, -1, 0), head_up=(0, -0.2, 1),
        head_front=(-0.1, -1, -0.3),
        left_leg=Leg((0.12, 0.02, -1), (0.04, 0.14, -1), (0.25, -1, 0)),
        right_leg=Leg((-0.12, -0.16, -1), (-0.04, 0.12, -1), (-0.2, -1, 0)),
        right_arm=Arm((-0.12, -1, -0.55), (0.02, -1, -0.25), (0.5, 0, -1)), right_hand="cupped",
        left_arm=Arm((0.24, 0.12, -1), (0.08, -0.3, -1), (-1, 0.25, 0)),
    )  # fmt: skip
    reach_down = reach.but(
        pelvis_up=(0, -0.75, 1), chest_up=(0.05, -1.35, 1), chest_front=(0.15, -1, -0.9), head_up=(0, -1, 0.5),
        head_front=(-0.05, -0.7, -1),
        left_leg=Leg((0.13, -0.3, -1), (0.03, 0.3, -1), (0.2, -1, 0)),
        right_leg=Leg((-0.13, -0.42, -1), (-0.03, 0.3, -1), (-0.2, -1, 0)),
        right_arm=Arm((-0.08, -0.75, -1), (0.0, -0.8, -1), (0.4, 0.3, -1)),
        left_arm=Arm((0.2, -0.25, -1), (-0.1, -0.8, -0.6), (0, 0, -1)),
    )  # fmt: skip
    foot_up = AT_EASE.but(
        pelvis_up=(0, -0.06, 1), chest_up=(0, -0.12, 1),
        left_leg=Leg((0.22, -1, -0.2), (0.03, 0.05, -1), (0.2, -1, 0)),
        right_leg=Leg((-0.1, 0.04, -1), (-0.03, 0.08, -1), (-0.3, -1, 0)),
        left_arm=Arm((0.3, -0.5, -1), (-0.05, -1, -0.4), (0, 0, -1)),
    )  # fmt: skip
    handstand = Posture(
        pelvis_up=(0, 0.02, -1), pelvis_front=(0, 1, 0.02), chest_up=(0, 0.04, -1), chest_front=(0, 1, 0.04),
        head_up=(0, -0.2, -1), head_front=(0, 1, -0.35),
        **both_legs(Leg((0.1, 0.03, 1), (0.04, 0.0, 1), (0.15, 0.35, 1), (0, -1, 0.35), (0, 1, 0))),
        **both_arms(Arm((0.28, 0.02, -1), (0.06, 0.0, -1), (0, -0.1, -1), (0.2, 1, -0.05), (1, 0, 0)), "flat"),
    )  # fmt: skip
    palms = (Contact("left_palms", "floor"), Contact("right_palms", "floor"))
    return [
        Anchor("reaching out", "reach", reach, (*FEET, Contact("right_fingertips", "touch")), arms_free=False),
        Anchor("reaching down", "reach", reach_down, (*FEET, Contact("right_fingertips", "touch")), arms_free=False),
        Anchor("one foot up", "foot up", foot_up, (Contact("right_soles", "floor"), Contact("left_soles", "touch"))),
        Anchor("handstand", "handstand", handstand, palms, arms_free=False),
    ]
