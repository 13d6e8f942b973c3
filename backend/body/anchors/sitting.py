"""Anchor poses: sitting on seats, astride, and on the floor."""

from __future__ import annotations

from ..posture import UP, Arm, Leg, Posture, both_arms, both_legs
from .base import SEAT, SEAT_AND_FEET, SITTING, Anchor, Contact

_SOLES = (Contact("left_soles", "floor", 0.6), Contact("right_soles", "floor", 0.6))
_HANDS_ON_SEAT = (Contact("left_palms", "support", 0.6), Contact("right_palms", "support", 0.6))


def sit() -> list[Anchor]:
    relaxed = SITTING.but(
        pelvis_up=(0.02, 0.3, 1), chest_up=(0, 0.16, 1), head_up=(0, -0.03, 1), head_front=(0.08, -1, -0.06),
        left_leg=Leg((0.24, -1, 0.0), (0.02, -0.16, -1), (0.28, -1, 0)),
        right_leg=Leg((-0.16, -1, 0.0), (0.0, 0.1, -1), (-0.2, -1, 0)),
    )  # fmt: skip
    forward = SITTING.but(
        pelvis_up=(0, -0.42, 1), chest_up=(0, -1, 0.76), head_up=(0, -0.4, 1), head_front=(0.08, -1, -0.15),
        left_leg=Leg((0.36, -1, 0.0), (-0.04, 0.02, -1), (0.34, -1, 0)),
        right_leg=Leg((-0.34, -1, 0.0), (0.04, 0.12, -1), (-0.3, -1, 0)),
        left_arm=Arm((0.3, -0.34, -1), (-0.55, -1, -0.3), (-0.5, 0, -1)),
        right_arm=Arm((-0.27, -0.35, -1), (0.6, -1, -0.28), (0.5, 0, -1)),
    )  # fmt: skip
    apart = SITTING.but(
        pelvis_up=(0, 0.2, 1), chest_up=(0, 0.06, 1),
        **both_legs(Leg((0.42, -1, 0.0), (-0.02, -0.04, -1), (0.45, -1, 0))),
    )
    return [
        Anchor("sitting upright", "sit", SITTING, SEAT_AND_FEET, "seat"),
        Anchor("sitting relaxed", "sit", relaxed, SEAT_AND_FEET, "seat"),
        Anchor("sitting, legs apart", "sit", apart, SEAT_AND_FEET, "seat"),
        Anchor("sitting, leaning forward", "sit", forward,
               (*SEAT, Contact("left_forearms", "self", 0.6, "left_thigh_tops"),
                Contact("right_forearms", "self", 0.6, "right_thigh_tops"), *_SOLES),
               "seat", arms_free=False, unusual=0.012),
        *_on_an_edge(),
        _side_saddle(),
    ]  # fmt: skip


def _on_an_edge() -> list[Anchor]:
    """Half the thighs are over the edge: the feet carry, one of them back under the seat."""
    perched = SITTING.but(
        pelvis_up=(0, -0.04, 1), chest_up=(0, -0.08, 1), head_front=(0.1, -1, -0.04),
        left_leg=Leg((0.16, -1, -0.17), (0.02, -0.14, -1), (0.22, -1, 0)),
        right_leg=Leg((-0.14, -1, -0.08), (0.02, 0.32, -1), (-0.16, -1, -0.36), (0, -0.36, 1), toes_up=20),
        left_arm=Arm((0.38, 0.37, -1), (-0.05, -0.36, -1), (0, 0, -1), (0.25, -1, -0.3), (0, -1, 0)),
        right_arm=Arm((-0.34, 0.43, -1), (0.05, -0.35, -1), (0, 0, -1), (-0.25, -1, -0.3), (0, -1, 0)),
        left_hand="cupped", right_hand="cupped",
    )  # fmt: skip
    on_knees = perched.but(
        pelvis_up=(0, -0.1, 1), chest_up=(0, -0.16, 1), head_up=(0, -0.06, 1),
        left_arm=Arm((0.18, -0.34, -1), (0.02, -1, -0.7), (0, 0, -1), (-0.05, -1, -0.6)),
        right_arm=Arm((-0.18, -0.33, -1), (-0.02, -1, -0.76), (0, 0, -1), (0.05, -1, -0.6)),
        left_hand="relaxed", right_hand="relaxed",
    )  # fmt: skip
    contacts = (Contact("buttocks", "support"), _SOLES[0], Contact("right_toes", "floor", 0.5))
    return [
        Anchor("sitting on an edge", "sit", perched, (*contacts, *_HANDS_ON_SEAT), "seat", unusual=0.012),
        Anchor("sitting on an edge, hands on the knees", "sit", on_knees,
               (*contacts, Contact("left_palms", "self", 0.6, "left_knees"),
                Contact("right_palms", "self", 0.6, "right_knees")), "seat", unusual=0.012),
    ]  # fmt: skip


def _side_saddle() -> Anchor:
    """Both legs to the left of what is sat on, the trunk turned back to the front."""
    posture = SITTING.but(
        pelvis_up=(-0.05, 0.06, 1), pelvis_front=(0.3, -1, 0), chest_up=(0.03, -0.02, 1), chest_front=(0.08, -1, 0),
        head_front=(-0.1, -1, -0.04),
        left_leg=Leg((0.55, -1, -0.06), (0.16, 0.02, -1), (0.5, -1, 0)),
        right_leg=Leg((0.85, -1, 0.03), (0.2, 0.25, -1), (0.55, -1, -0.3), (0, -0.3, 1)),
        left_arm=Arm((0.48, 0.02, -1), (-0.13, -1, -0.5), (0, 0, -1), (0.08, -1, -0.08)),
        right_arm=Arm((-0.45, 0.16, -1), (-0.02, -0.5, -1), (0, 0, -1), (-0.5, -1, -0.25), (0, -1, 0)),
    )  # fmt: skip
    contacts = (
        Contact("buttocks", "support"), Contact("thighs", "support", 0.2), Contact("right_palms", "support", 0.5),
        Contact("left_palms", "self", 0.5, "left_thigh_tops"), *_SOLES,
    )  # fmt: skip
    return Anchor("sitting side-saddle", "sit", posture, contacts, "seat", unusual=0.015)


def sit_astride() -> list[Anchor]:
    """On a bench, a box or an animal, a leg on either side."""
    upright = SITTING.but(
        pelvis_up=(0, 0.1, 1), chest_up=(0, -0.04, 1), head_front=(0.08, -1, -0.03),
        left_leg=Leg((0.95, -1, -0.12), (-0.12, 0.08, -1), (0.65, -1, 0)),
        right_leg=Leg((-0.9, -1, -0.12), (0.12, -0.02, -1), (-0.6, -1, 0)),
        left_arm=Arm((0.6, 0.1, -1), (-0.12, -1, -0.7), (0, 0, -1), (0.25, -1, -0.11)),
        right_arm=Arm((-0.62, 0.14, -1), (0.16, -1, -0.76), (0, 0, -1), (-0.22, -1, -0.12)),
    )  # fmt: skip
    on_hands = upright.but(
        pelvis_up=(0, -0.1, 1), chest_up=(0, -0.16, 1), head_up=(0, -0.06, 1),
        **both_arms(Arm((0.44, -0.2, -1), (-0.24, -0.5, -1), (0, 0, -1), (0.15, -1, -0.2), (0.4, 1, 0)), "flat"),
    )  # fmt: skip
    contacts = (
        Contact("buttocks", "support"), Contact("left_inner_thighs", "support", 0.2),
        Contact("right_inner_thighs", "support", 0.2), *_SOLES,
    )  # fmt: skip
    return [
        Anchor("sitting astride", "sit astride", upright,
               (*contacts, Contact("left_palms", "self", 0.6, "left_thigh_tops"),
                Contact("right_palms", "self", 0.6, "right_thigh_tops")), "seat"),
        Anchor("sitting astride, leaning on the hands", "sit astride", on_hands, (*contacts, *_HANDS_ON_SEAT), "seat",
               unusual=0.006),
    ]  # fmt: skip


def sit_floor() -> list[Anchor]:
    hands_on_knees = both_arms(Arm((0.62, 0.02, -1), (0.05, -1, -0.22), (0, 0, -1), (0.1, -1, -0.5)))
    crossed = Posture(
        pelvis_up=(0, 0.16, 1), chest_up=(0, -0.08, 1), head_up=(0, -0.05, 1),
        left_leg=Leg((0.8, -0.72, 0.24), (-1, -0.1, -0.2), (-0.61, -1, -0.15), (1, -0.64, 0.17)),
        right_leg=Leg((-0.8, -0.72, 0.28), (1, 0.2, -0.26), (1, -0.86, -0.38), (-0.81, -1, 0.12)),
        **hands_on_knees,
    )  # fmt: skip
    stretched = Posture(
        pelvis_up=(0, 0.46, 1), chest_up=(0, 0.2, 1), head_up=(0, 0.02, 1), head_front=(-0.12, -1, -0.02),
        left_leg=Leg((0.14, -1, -0.06), (0.05, -1, -0.02), (0.25, -0.3, 1), (0.1, 1, 0.3), UP),
        right_leg=Leg((-0.13, -1, 0.7), (-0.02, -0.76, -0.65), (-0.15, -1, 0), UP),
        left_arm=Arm((0.24, 0.38, -1), (-0.04, 0.14, -1), (0, 0, -1), (0.5, 0.9, -0.15), (0, -1, 0)),
        right_arm=Arm((-0.24, 0.36, -1), (0.04, 0.12, -1), (0, 0, -1), (-0.6, 0.8, -0.15), (0, -1, 0)),
        left_hand="flat", right_hand="flat",
    )  # fmt: skip
    knees_up = Posture(
        pelvis_up=(0, 0.26, 1), chest_up=(0, -0.2, 1), head_up=(0, -0.1, 1),
        left_leg=Leg((0.12, -0.76, 1), (0.0, -0.66, -0.8), (0.2, -1, 0)),
        right_leg=Leg((-0.12, -0.8, 1), (0.0, -0.72, -0.8), (-0.2, -1, 0)),
        left_arm=Arm((0.5, -0.9, -1), (-0.38, -1, -0.5), (0, 0.7, -0.7), (-0.6, -1, -0.4)),
        right_arm=Arm((-0.55, -0.9, -1), (0.55, -1, -0.5), (0, 0.7, -0.7), (0.8, -1, -0.4)),
    )  # fmt: skip
    aside = Posture(
        # Leaning on the left hand, the legs folded to the right.
        pelvis_up=(0.22, 0.1, 1), pelvis_front=(-0.1, -1, 0), chest_up=(0.12, -0.04, 1), chest_front=(0, -1, 0),
        head_up=(-0.04, -0.04, 1), head_front=(-0.1, -1, -0.06),
        left_leg=Leg((0.12, -1, -0.12), (-1, -0.02, 0.04), (-1, -0.38, -0.1), (0.38, -1, -0.04)),
        right_leg=Leg((-0.95, -0.75, -0.12), (-0.25, 1, -0.06), (-1, 0.66, -0.09), (-0.65, -1, -0.09)),
        left_arm=Arm((0.45, 0.32, -1), (0.06, -0.18, -1), (0, 0, -1), (0.7, -1, -0.2), (0, -1, 0)),
        right_arm=Arm((-0.5, -0.1, -1), (-0.4, -0.9, -0.6), (0, 0, -1), (-0.5, -1, -0.3)),
        left_hand="flat",
    )  # fmt: skip
    seat = (Contact("buttocks", "support"),)
    feet = (Contact("left_soles", "support", 0.6), Contact("right_soles", "support", 0.6))
    return [
        Anchor("sitting cross-legged", "sit on the floor", crossed,
               (*seat, Contact("calves", "support", 0.15), Contact("left_palms", "self", 0.6, "left_knees"),
                Contact("right_palms", "self", 0.6, "right_knees")), "floor"),
        Anchor("sitting with knees up", "sit on the floor", knees_up,
               (*seat, *feet, Contact("left_palms", "self", 0.5, "left_shins"),
                Contact("right_palms", "self", 0.5, "right_shins")), "floor"),
        Anchor("sitting, one leg stretched", "sit on the floor", stretched,
               (*seat, Contact("left_calves", "support", 0.5), Contact("right_soles", "support", 0.6),
                Contact("left_palms", "support", 0.6), Contact("right_palms", "support", 0.6)), "floor",
               arms_free=False),
        Anchor("sitting, legs to one side", "sit on the floor", aside,
               (*seat, Contact("left_palms", "support", 0.6), Contact("right_shins", "support", 0.4),
                Contact("right_palms", "self", 0.5, "right_thigh_tops")), "floor", unusual=0.006),
    ]  # fmt: skip
