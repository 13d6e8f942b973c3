"""Anchor poses: leaning against things, on them and out of them."""

from __future__ import annotations

from ..posture import Arm, Leg, Posture, both_arms
from .base import FEET, Anchor, Contact


def lean() -> list[Anchor]:
    return [*_back(), _on_one_hand(), _on_hands(), *_on_elbows(), *_out()]


def _back() -> list[Anchor]:
    feet_out = Posture(
        pelvis_up=(0.02, 0.2, 1), chest_up=(0, 0.2, 1), head_up=(0, 0.03, 1), head_front=(0.1, -1, -0.04),
        left_leg=Leg((0.1, -0.24, -1), (0.02, -0.2, -1), (0.25, -1, 0)),
        right_leg=Leg((-0.12, -0.34, -1), (-0.02, -0.1, -1), (-0.3, -1, 0)),
        left_arm=Arm((0.22, -0.02, -1), (0.0, -0.3, -1), (-1, 0.2, 0)),
        right_arm=Arm((-0.24, -0.04, -1), (0.0, -0.36, -1), (1, 0.2, 0)),
    )  # fmt: skip
    foot_on_wall = feet_out.but(
        pelvis_up=(-0.02, 0.16, 1), chest_up=(0.02, 0.16, 1), head_front=(-0.12, -1, -0.05),
        left_leg=Leg((0.06, -0.2, -1), (0.02, -0.2, -1), (0.28, -1, 0)),
        right_leg=Leg((-0.14, -0.8, -1), (0.04, 1, -0.5), (-0.12, 0, -1), (0, -1, 0)),
    )  # fmt: skip
    back = (Contact("back", "touch"), Contact("buttocks", "touch", 0.4))
    return [
        Anchor("leaning back", "lean back", feet_out, (*FEET, *back)),
        Anchor("leaning back, a foot on the wall", "lean back", foot_on_wall,
               (FEET[0], *back, Contact("right_soles", "touch", 0.6)), unusual=0.008),
    ]  # fmt: skip


def _on_one_hand() -> Anchor:
    """The right hand on a table that is beside and a little in front; the weight on the leg next to it."""
    posture = Posture(
        pelvis_up=(0.04, -0.02, 1), chest_up=(-0.12, -0.1, 1), chest_front=(-0.05, -1, 0), head_up=(0.0, -0.06, 1),
        head_front=(0.1, -1, -0.04),
        right_leg=Leg((0.02, -0.02, -1), (-0.02, 0.08, -1), (-0.25, -1, 0)),
        left_leg=Leg((0.14, -0.16, -1), (0.04, 0.16, -1), (0.4, -1, 0)),
        right_arm=Arm((-0.42, -0.2, -1), (-0.05, -0.28, -1), (0, 0, -1), (-0.3, -1, -0.1), (0, 1, 0)),
        left_arm=Arm((0.24, 0.03, -1), (0.02, -0.34, -1), (-1, 0.15, 0)), right_hand="flat",
    )  # fmt: skip
    return Anchor("leaning on one hand", "lean on one hand", posture, (*FEET, Contact("right_palms", "touch")))


def _on_hands() -> Anchor:
    posture = Posture(
        pelvis_up=(0, -0.28, 1), chest_up=(0, -0.42, 1), head_up=(0, -0.2, 1), head_front=(0.06, -1, -0.2),
        left_leg=Leg((0.1, 0.16, -1), (0.04, 0.22, -1), (0.2, -1, 0)),
        right_leg=Leg((-0.12, -0.1, -1), (-0.04, 0.26, -1), (-0.25, -1, 0)),
        **both_arms(Arm((0.22, -0.4, -1), (0.04, -0.54, -1), (0, 0, -1), (-0.05, -1, -0.12), (-0.6, -1, 0)), "flat"),
    )  # fmt: skip
    contacts = (*FEET, Contact("left_palms", "touch"), Contact("right_palms", "touch"))
    return Anchor("leaning on both hands", "lean on hands", posture, contacts, arms_free=False)


def _on_elbows() -> list[Anchor]:
    """Bent at the hips over a counter, the forearms flat on it."""
    crossed_feet = Posture(
        pelvis_up=(-0.07, -0.42, 1), chest_up=(0, -0.62, 1), head_up=(0, -0.12, 1), head_front=(0.1, -1, -0.05),
        left_leg=Leg((0.06, 0.1, -1), (0.04, 0.16, -1), (0.2, -1, 0)),
        right_leg=Leg((-0.06, -0.2, -1), (-0.05, 0.27, -1), (-0.25, -1, 0)),
        left_arm=Arm((0.2, -0.62, -1), (-0.75, -1, 0.0), (0, 0, -1), (-0.8, -1, 0.0)),
        right_arm=Arm((-0.2, -0.6, -1), (0.8, -1, 0.06), (0.1, 0, -1), (0.9, -1, 0.05)),
    )  # fmt: skip
    chin = crossed_feet.but(
        chest_up=(0, -0.7, 1), head_up=(0, -0.2, 1), head_front=(0, -1, 0.0),
        right_arm=Arm((-0.15, -0.75, -1), (0.35, -0.15, 1), (0.2, 1, 0.35), (0.3, 0.3, 1)), right_hand="cupped",
    )  # fmt: skip
    return [
        Anchor("leaning on elbows", "lean on elbows", crossed_feet,
               (*FEET, Contact("left_forearms", "touch"), Contact("right_forearms", "touch")), arms_free=False),
        Anchor("leaning on elbows, chin in hand", "lean on elbows", chin,
               (*FEET, Contact("left_forearms", "touch"), Contact("right_elbows", "touch"),
                Contact("right_palms", "self", 0.6, "chin")), arms_free=False, unusual=0.008),
    ]  # fmt: skip


def _out() -> list[Anchor]:
    """Over a sill or a rail: weight on arms that stand on it, belly against it, the head beyond."""
    on_hands = Posture(
        pelvis_up=(0, -0.24, 1), chest_up=(0, -0.62, 1), head_up=(0, -0.24, 1), head_front=(0.3, -1, -0.25),
        left_leg=Leg((0.1, 0.14, -1), (0.04, 0.14, -1), (0.2, -1, 0)),
        right_leg=Leg((-0.12, 0.02, -1), (-0.04, 0.3, -1), (-0.2, -1, -0.1), (0, -0.1, 1)),
        **both_arms(Arm((0.42, 0.05, -1), (0.1, -0.62, -1), (0, 0, -1), (0.2, -1, -0.1), (0, 1, 0)), "flat"),
    )  # fmt: skip
    on_forearms = on_hands.but(
        pelvis_up=(0, -0.34, 1), chest_up=(0, -0.66, 1), head_up=(0, -0.2, 1), head_front=(-0.25, -1, -0.2),
        left_arm=Arm((0.28, -0.5, -1), (-0.9, -1, 0.0), (0, 0, -1), (-1, -0.8, 0.0)),
        right_arm=Arm((-0.28, -0.48, -1), (0.9, -0.9, 0.05), (0, 0, -1), (1, -0.7, 0.0)),
        left_hand="relaxed", right_hand="relaxed",
    )  # fmt: skip
    return [
        Anchor("leaning out on the hands", "lean out", on_hands,
               (*FEET, Contact("left_palms", "touch"), Contact("right_palms", "touch"), Contact("belly", "touch", 0.2)),
               arms_free=False),
        Anchor("leaning out on the forearms", "lean out", on_forearms,
               (*FEET, Contact("left_forearms", "touch"), Contact("right_forearms", "touch")), arms_free=False),
    ]  # fmt: skip
