"""Anchor poses: kneeling, squatting and whatever else is close to the floor."""

from __future__ import annotations

from ..posture import FRONT, UP, Arm, Leg, Posture, both_arms, both_legs
from .base import ARMS_ON_THIGHS, FEET, Anchor, Contact


def low() -> list[Anchor]:
    tall = Posture(
        chest_up=(0, -0.03, 1),
        **both_legs(Leg((0.12, 0.04, -1), (0.02, 1, -0.05), (0, 1, -0.25), FRONT, (0, 0.2, -1))),
        **both_arms(Arm((0.26, -0.1, -1), (-0.05, -0.5, -1), (-1, 0.2, 0))),
    )  # fmt: skip
    on_heels = Posture(
        pelvis_up=(0, 0.05, 1), chest_up=(0, -0.02, 1),
        **both_legs(Leg((0.24, -1, -0.32), (-0.1, 1, -0.12), (-0.1, 1, -0.1), UP, (0, 0.1, -1))), **ARMS_ON_THIGHS,
    )  # fmt: skip
    one_knee = Posture(
        pelvis_up=(0, -0.03, 1), chest_up=(0, -0.08, 1),
        left_leg=Leg((0.12, -1, 0.06), (0.0, 0.04, -1), (0.1, -1, 0)),
        right_leg=Leg((-0.1, 0.06, -1), (-0.02, 1, 0.2), (0, 0.15, -1), (0, 1, 0.15)),
        left_arm=Arm((0.25, -0.5, -1), (-0.1, -1, 0.0), (0, 0.0, -1)),
        right_arm=Arm((-0.28, 0.05, -1), (-0.05, -0.45, -1), (1, 0.2, 0)),
    )  # fmt: skip
    squat = Posture(
        pelvis_up=(0, -0.3, 1), chest_up=(0, -0.5, 1), head_up=(0, -0.2, 1), head_front=(0, -1, -0.05),
        **both_legs(Leg((0.46, -1, 0.42), (0.02, 0.62, -1), (0.45, -1, 0))),
        **both_arms(Arm((0.3, -0.8, -0.75), (-0.45, -1, -0.1), (-0.6, 0, -1))),
    )  # fmt: skip
    shins = (Contact("left_shins", "floor"), Contact("right_shins", "floor"))
    return [
        Anchor("kneeling upright", "kneel", tall, (*shins, Contact("knees", "floor", 0.5)), "floor"),
        Anchor("kneeling on one knee", "kneel", one_knee,
               (Contact("right_knees", "floor"), Contact("left_soles", "floor"), Contact("right_toes", "floor", 0.4),
                Contact("left_palms", "self", 0.6, "left_thigh_tops")),
               "floor"),
        Anchor("sitting on the heels", "kneel", on_heels, shins, "floor"),
        Anchor("squatting", "squat", squat, FEET, "floor"),
    ]  # fmt: skip
