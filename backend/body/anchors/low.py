"""Anchor poses: kneeling, squatting, crawling, bending down and whatever else is close to the floor."""

from __future__ import annotations

from ..posture import Arm, Leg, Posture, both_arms, both_legs
from .base import FEET, Anchor, Contact

_SHINS = (Contact("left_shins", "floor"), Contact("right_shins", "floor"))
_KNEES = (Contact("left_knees", "floor"), Contact("right_knees", "floor"))
_HANDS_ON_THIGHS = (Contact("left_palms", "self", 0.6, "left_thigh_tops"),
                    Contact("right_palms", "self", 0.6, "right_thigh_tops"))  # fmt: skip


def low() -> list[Anchor]:
    return [*_kneeling(), *_squatting(), *_crouching(), _crawling(), *_bending()]


def _kneeling() -> list[Anchor]:
    upright = Posture(
        pelvis_up=(0, 0.03, 1), chest_up=(0, -0.02, 1), head_front=(0.05, -1, -0.08),
        left_leg=Leg((0.1, 0.03, -1), (0.03, 1, 0.12), (0.09, 1, -0.72), (0.06, -0.72, -1)),
        right_leg=Leg((-0.14, -0.03, -1), (-0.03, 1, 0.12), (-0.09, 1, -0.72), (-0.06, -0.72, -1)),
        left_arm=Arm((0.22, -0.06, -1), (0.0, -0.4, -1), (-1, 0.2, 0)),
        right_arm=Arm((-0.24, -0.08, -1), (0.0, -0.45, -1), (1, 0.2, 0)),
    )  # fmt: skip
    on_heels = Posture(
        pelvis_up=(0, 0.1, 1), chest_up=(0, -0.02, 1), head_front=(0, -1, -0.06),
        **both_legs(Leg((0.24, -1, -0.32), (-0.1, 1, 0.06), (0.05, 1, -0.5), (0.2, -0.51, -1))),
        **both_arms(Arm((0.36, 0.2, -1), (-0.56, -1, -0.55), (0.1, 0, -1), (-0.4, -1, -0.3))),
    )  # fmt: skip
    one_knee = Posture(
        pelvis_up=(0, -0.03, 1), chest_up=(0, -0.1, 1), head_front=(0, -1, -0.1),
        left_leg=Leg((0.12, -1, 0.145), (0.02, 0.04, -1), (0.1, -1, 0)),
        right_leg=Leg((-0.1, 0.06, -1), (-0.02, 1, 0.34), (0, -0.1, -1), (0, -1, 0.1), toes_up=72),
        left_arm=Arm((0.2, -0.02, -1), (-0.14, -1, -0.1), (0, 0, -1), (-0.14, -1, -0.1)),
        right_arm=Arm((-0.28, 0.05, -1), (-0.05, -0.45, -1), (1, 0.2, 0)),
    )  # fmt: skip
    return [
        Anchor("kneeling upright", "kneel", upright, (*_SHINS, Contact("knees", "floor", 0.5)), "floor"),
        Anchor("kneeling on one knee", "kneel", one_knee,
               (Contact("right_knees", "floor"), Contact("left_soles", "floor"), Contact("right_toes", "floor", 0.4),
                Contact("left_palms", "self", 0.6, "left_thigh_tops")), "floor"),
        Anchor("sitting on the heels", "kneel", on_heels, (*_SHINS, *_HANDS_ON_THIGHS), "floor"),
    ]  # fmt: skip


def _squatting() -> list[Anchor]:
    flat = Posture(
        pelvis_up=(0, -0.2, 1), chest_up=(0, -0.5, 1), head_up=(0, -0.16, 1), head_front=(0, -1, -0.08),
        **both_legs(Leg((0.74, -1, 0.2), (0.0, 0.62, -1), (0.66, -1, 0))),
        left_arm=Arm((0.16, -0.9, -0.7), (-0.6, -1, -0.1), (-0.6, 0, -1)),
        right_arm=Arm((-0.16, -0.85, -0.75), (0.6, -1, -0.15), (0.6, 0, -1)),
    )  # fmt: skip
    on_toes = flat.but(
        pelvis_up=(0, -0.1, 1), chest_up=(0, -0.3, 1), head_up=(0, -0.08, 1),
        left_leg=Leg((0.4, -1, 0.04), (-0.02, 0.81, -1), (0.35, -1, -0.7), (0, -0.7, 1), toes_up=35),
        right_leg=Leg((-0.42, -1, -0.1), (0.02, 1, -0.89), (-0.4, -1, -0.75), (0, -0.75, 1), toes_up=37),
        left_arm=Arm((0.55, 0.14, -1), (-0.34, -1, -0.42), (0, 0, -1), (-0.24, -1, -0.1)),
        right_arm=Arm((-0.52, 0.2, -1), (0.38, -1, -0.5), (0, 0, -1), (0.26, -1, -0.25)),
    )  # fmt: skip
    return [
        Anchor("squatting", "squat", flat, FEET, "floor"),
        Anchor("squatting on the toes", "squat", on_toes,
               (Contact("left_toes", "floor"), Contact("right_toes", "floor"),
                Contact("left_palms", "self", 0.4, "left_thigh_tops"),
                Contact("right_palms", "self", 0.4, "right_thigh_tops")), "floor", unusual=0.02),
    ]  # fmt: skip


def _crouching() -> list[Anchor]:
    ready = Posture(
        # Feet apart, one ahead; the back long and low, the eyes up.
        pelvis_up=(0, -0.75, 1), chest_up=(0, -1.0, 0.8), chest_front=(0.06, -0.8, -1), head_up=(0, -0.35, 1),
        head_front=(0.1, -1, -0.05),
        left_leg=Leg((0.28, -0.96, -1), (0.02, 0.53, -1), (0.2, -1, 0)),
        right_leg=Leg((-0.32, -0.64, -1), (-0.04, 1, -0.98), (-0.3, -1, -0.3), (0, -0.3, 1), toes_up=17),
        left_arm=Arm((0.28, -0.35, -1), (-0.1, -1, -0.35), (-0.6, 0.1, -0.6), (-0.1, -1, -0.3)),
        right_arm=Arm((-0.3, -0.05, -1), (0.08, -1, -0.4), (0.7, 0.1, -0.5), (0.1, -1, -0.4)),
    )  # fmt: skip
    hiding = ready.but(
        pelvis_up=(0, -0.5, 1), chest_up=(0, -1, 0.75), head_up=(0, -0.6, 1), head_front=(0.08, -1, -0.35),
        left_leg=Leg((0.22, -1, 0.08), (0.02, 0.5, -1), (0.2, -1, 0)),
        right_leg=Leg((-0.24, -0.5, -1), (-0.02, 1, 0.27), (-0.1, -0.35, -1), (0, -1, 0.35), toes_up=68),
        left_arm=Arm((0.4, -0.12, -1), (-0.62, -1, 0.1), (0, 0, -1), (-0.5, -1, -0.1)),
        right_arm=Arm((-0.05, -0.1, -1), (0.0, -0.02, -1), (0, 0.6, -0.3), (0.02, -0.3, -1)),
    )  # fmt: skip
    return [
        Anchor("crouching", "crouch", ready, (FEET[0], Contact("right_toes", "floor")), "floor"),
        Anchor("crouching low", "crouch", hiding,
               (FEET[0], Contact("right_toes", "floor"), Contact("right_fingertips", "floor", 0.5),
                Contact("left_forearms", "self", 0.5, "left_thigh_tops")), "floor", unusual=0.006),
    ]


def _crawling() -> Anchor:
    """The trunk level on hands and knees; right hand and left knee ahead."""
    posture = Posture(
        pelvis_up=(0, -1, 0.38), pelvis_front=(0, -0.38, -1), chest_up=(0, -1, 0.32), chest_front=(0, -0.32, -1),
        head_up=(0, -0.5, 1), head_front=(0, -1, -0.3),
        left_leg=Leg((0.1, -0.24, -1), (0.02, 1, 0.08), (0.04, 1, -0.5), (0.09, -0.54, -1)),
        right_leg=Leg((-0.1, 0.1, -1), (-0.02, 1, 0.08), (-0.04, 1, -0.5), (-0.09, -0.54, -1)),
        left_arm=Arm((0.14, 0.12, -1), (0.0, 0.06, -1), (0, 0, -1), (0.1, -1, -0.05), (0, -1, 0)),
        right_arm=Arm((-0.14, -0.2, -1), (0.0, -0.16, -1), (0, 0, -1), (-0.1, -1, -0.05), (0, -1, 0)),
        left_hand="flat", right_hand="flat",
    )  # fmt: skip
    return Anchor("crawling", "crawl", posture,
                  (*_KNEES, *(Contact(c.region, "floor", 0.5) for c in _SHINS), Contact("left_palms", "floor"),
                   Contact("right_palms", "floor")), "floor", still=False, arms_free=False)  # fmt: skip


def _bending() -> list[Anchor]:
    to_floor = Posture(
        # Hinged at the hips with soft knees: the hips go back as far as the hands go forward.
        pelvis_up=(0, -1, 0.25), pelvis_front=(0, -0.25, -1), chest_up=(0, -1, -0.42), chest_front=(0, 0.42, -1),
        head_up=(0, -1, -0.3), head_front=(0, 0.0, -1),
        left_leg=Leg((0.12, -0.34, -1), (0.03, 0.1, -1), (0.2, -1, 0)),
        right_leg=Leg((-0.12, -0.3, -1), (-0.03, 0.08, -1), (-0.2, -1, 0)),
        left_arm=Arm((0.08, -0.25, -1), (-0.02, -0.3, -1), (-0.6, 0.6, 0), (0, -0.3, -1)),
        right_arm=Arm((-0.08, -0.3, -1), (0.02, -0.35, -1), (0.6, 0.6, 0), (0, -0.3, -1)),
    )  # fmt: skip
    on_knees = to_floor.but(
        pelvis_up=(0, -0.75, 1), pelvis_front=(0, -1, -0.75), chest_up=(0, -1, 0.6), chest_front=(0, -0.6, -1),
        head_up=(0, -0.6, 1), head_front=(0, -1, -0.5),
        left_leg=Leg((0.14, -0.86, -1), (0.03, 0.42, -1), (0.2, -1, 0)),
        right_leg=Leg((-0.16, -0.8, -1), (-0.03, 0.4, -1), (-0.2, -1, 0)),
        **both_arms(Arm((0.62, 0.3, -1), (-0.55, -0.04, -1), (-0.2, 0.6, -0.6), (-0.26, -0.5, -1), (0, -1, 0))),
    )  # fmt: skip
    return [
        Anchor("bending down", "bend down", to_floor, FEET, "floor", arms_free=False),
        Anchor("bending down, hands on the knees", "bend down", on_knees,
               (*FEET, Contact("left_palms", "self", 0.6, "left_knees"),
                Contact("right_palms", "self", 0.6, "right_knees")), "floor", arms_free=False, unusual=0.008),
    ]  # fmt: skip
