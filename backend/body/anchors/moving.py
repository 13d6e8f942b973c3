"""Anchor poses: in motion: balance is not asked for."""

from __future__ import annotations

from ..posture import FRONT, Arm, Leg, Posture
from .base import Anchor, Contact


def move() -> list[Anchor]:
    walk = Posture(
        pelvis_up=(0, -0.04, 1), chest_up=(0, -0.06, 1), chest_front=(-0.16, -1, 0), pelvis_front=(0.12, -1, 0),
        left_leg=Leg((0.05, -0.42, -1), (0.03, -0.22, -1), (0.08, -1, 0.2), FRONT, (0, 0.2, 1)),
        right_leg=Leg((-0.07, 0.2, -1), (-0.03, 0.62, -1), (-0.1, -1, -0.75), FRONT, (0, -0.75, 1)),
        left_arm=Arm((0.2, 0.38, -1), (0.06, 0.05, -1), (-1, 0.1, 0)),
        right_arm=Arm((-0.2, -0.35, -1), (0.05, -0.75, -1), (1, 0.1, 0)),
    )  # fmt: skip
    run = Posture(
        pelvis_up=(0, -0.14, 1), chest_up=(0, -0.18, 1), chest_front=(-0.22, -1, 0), pelvis_front=(0.16, -1, 0),
        left_leg=Leg((0.05, -0.85, -0.75), (0.02, 0.35, -1), (0.05, -1, 0.0), FRONT, (0, 0.05, 1)),
        right_leg=Leg((-0.06, 0.26, -1), (-0.03, 0.55, -1), (-0.08, -1, -0.7), FRONT, (0, -0.7, 1)),
        left_arm=Arm((0.26, 0.75, -0.9), (0.0, -1, -0.35), (-1, 0, 0)),
        right_arm=Arm((-0.22, -0.25, -1), (0.25, -1, 0.45), (1, 0, 0)),
        left_hand="cupped", right_hand="cupped",
    )  # fmt: skip
    toe_off = Contact("right_toes", "floor")
    return [
        Anchor("walking", "walk", walk, (Contact("left_heels", "floor"), toe_off), still=False),
        Anchor("jogging", "run", run, (toe_off,), still=False, arms_free=False),
    ]
