"""Anchor poses: sitting on seats and on the floor."""

from __future__ import annotations

from ..posture import UP, Arm, Leg, Posture, both_arms, both_legs
from .base import SEAT, SEAT_AND_FEET, SITTING, Anchor, Contact


def sit() -> list[Anchor]:
    relaxed = SITTING.but(pelvis_up=(0, 0.3, 1), chest_up=(0, 0.18, 1), head_up=(0, 0.0, 1))
    forward = SITTING.but(
        pelvis_up=(0, -0.1, 1), chest_up=(0, -0.42, 1), head_up=(0, -0.3, 1), head_front=(0, -1, -0.15),
        **both_legs(Leg((0.3, -1, 0.0), (0.0, 0.05, -1), (0.3, -1, 0))),
        **both_arms(Arm((0.3, -0.62, -0.75), (-0.55, -0.75, -0.12), (-0.5, 0, -1))),
    )
    apart = SITTING.but(**both_legs(Leg((0.4, -1, 0.0), (0.0, 0.0, -1), (0.5, -1, 0))))
    return [
        Anchor("sitting upright", "sit", SITTING, SEAT_AND_FEET, "seat"),
        Anchor("sitting relaxed", "sit", relaxed, SEAT_AND_FEET, "seat"),
        Anchor("sitting, legs apart", "sit", apart, SEAT_AND_FEET, "seat"),
        Anchor("sitting, leaning forward", "sit", forward, (*SEAT, *SEAT_AND_FEET[-2:]), "seat", arms_free=False,
               unusual=0.012),
    ]


def sit_floor() -> list[Anchor]:
    hands_on_knees = both_arms(Arm((0.42, -0.5, -1), (0.1, -1, -0.35), (0, 0, -1), (0.05, -1, -0.5)))
    crossed = Posture(
        pelvis_up=(0, 0.16, 1), chest_up=(0, -0.08, 1), head_up=(0, -0.05, 1),
        left_leg=Leg((0.85, -0.72, 0.14), (-1, -0.14, -0.2), (-0.6, -0.8, -0.2), (-0.6, 0.5, 0.6)),
        right_leg=Leg((-0.85, -0.72, 0.16), (1, 0.2, -0.26), (0.7, -0.7, -0.2), (0.5, 0.4, 0.7)),
        **hands_on_knees,
    )  # fmt: skip
    stretched = Posture(
        pelvis_up=(0, 0.2, 1), chest_up=(0, 0.15, 1), head_up=(0, 0, 1),
        left_leg=Leg((0.14, -1, -0.02), (0.05, -1, -0.1), (0.15, -0.35, 1), (0.1, -1, 0.15), UP),
        right_leg=Leg((-0.14, -1, 0.5), (-0.02, -0.75, -0.75), (-0.15, -1, -0.12), (0, -0.1, 1), UP),
        **both_arms(Arm((0.3, 0.55, -1), (0.12, 0.3, -1), (0.1, -0.3, -1), (0.3, 0.9, -0.15), (0, 1, 0)), "flat"),
    )  # fmt: skip
    knees_up = Posture(
        pelvis_up=(0, 0.2, 1), chest_up=(0, -0.22, 1), head_up=(0, -0.1, 1),
        **both_legs(Leg((0.16, -0.8, 0.85), (0.0, -0.25, -1), (0.2, -1, 0))),
        **both_arms(Arm((0.25, -0.75, -0.7), (-0.35, -1, 0.05), (-1, 0.2, -0.3))),
    )  # fmt: skip
    seat = (Contact("buttocks", "support"),)
    feet = (Contact("left_soles", "support", 0.6), Contact("right_soles", "support", 0.6))
    return [
        Anchor("sitting cross-legged", "sit on the floor", crossed,
               (*seat, Contact("calves", "support", 0.15), Contact("left_palms", "self", 0.6, "left_knees"),
                Contact("right_palms", "self", 0.6, "right_knees")), "floor"),
        Anchor("sitting with knees up", "sit on the floor", knees_up, (*seat, *feet), "floor"),
        Anchor("sitting, one leg stretched", "sit on the floor", stretched,
               (*seat, Contact("left_calves", "support", 0.5), Contact("right_soles", "support", 0.6),
                Contact("palms", "support", 0.6)), "floor", arms_free=False),
    ]  # fmt: skip
