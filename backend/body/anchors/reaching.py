"""Anchor poses: hands at things: reaching, picking up, lifting, carrying, pushing, pulling; a foot on something."""

from __future__ import annotations

from ..posture import Arm, Leg, Posture, both_arms
from .base import AT_EASE, FEET, Anchor, Contact

PALMS = (Contact("left_palms", "touch"), Contact("right_palms", "touch"))


def reach() -> list[Anchor]:
    return [*_reach(), *_low(), *_with_force(), _foot_up()]


def _reach() -> list[Anchor]:
    out = Posture(
        pelvis_up=(0, -0.1, 1), chest_up=(0.04, -0.24, 1), chest_front=(0.28, -1, 0), head_up=(0.02, -0.2, 1),
        head_front=(-0.06, -1, -0.26),
        left_leg=Leg((0.04, 0.12, -1), (0.02, 0.2, -1), (0.25, -1, 0)),
        right_leg=Leg((-0.08, -0.28, -1), (-0.02, 0.14, -1), (-0.2, -1, 0)),
        right_arm=Arm((-0.14, -1, -0.5), (0.02, -1, -0.16), (0.8, 0, -0.7), (0.02, -1, 0.02)), right_hand="cupped",
        left_arm=Arm((0.24, 0.2, -1), (0.06, -0.3, -1), (-1, 0.2, 0)),
    )  # fmt: skip
    down = out.but(
        pelvis_up=(0, -0.75, 1), chest_up=(0.05, -1.35, 1), chest_front=(0.15, -1, -0.9), head_up=(0, -1, 0.5),
        head_front=(-0.05, -0.7, -1),
        left_leg=Leg((0.06, -0.22, -1), (0.02, 0.42, -1), (0.2, -1, 0)),
        right_leg=Leg((-0.08, -0.5, -1), (-0.02, 0.3, -1), (-0.2, -1, 0)),
        right_arm=Arm((-0.08, -0.7, -1), (0.04, -0.62, -1), (0.6, 0.5, -0.3), (0.05, -0.8, -0.8)),
        left_arm=Arm((0.26, -0.35, -1), (-0.35, -0.9, -0.5), (-0.3, 0.3, -1)),
    )  # fmt: skip
    table = out.but(
        pelvis_up=(0, -0.3, 1), chest_up=(0.05, -0.72, 1), chest_front=(0.2, -1, -0.5), head_up=(0, -0.5, 1),
        head_front=(-0.05, -1, -0.6),
        right_arm=Arm((-0.14, -0.42, -1), (0.04, -1, -0.5), (0.9, 0, -0.4), (0.05, -1, -0.12)),
        left_arm=Arm((0.26, -0.05, -1), (0.0, -0.5, -1), (-0.9, 0.2, -0.3)),
    )  # fmt: skip
    up = Posture(
        pelvis_up=(0.03, -0.04, 1), chest_up=(0.1, -0.02, 1), chest_front=(0.14, -1, 0.02), head_up=(0.06, 0.3, 1),
        head_front=(-0.12, -1, 0.42),
        left_leg=Leg((-0.02, 0.1, -1), (-0.02, 0.15, -1), (0.15, -1, -0.5), (0, -0.5, 1), toes_up=27),
        right_leg=Leg((0.02, 0.04, -1), (0.03, 0.14, -1), (-0.15, -1, -0.5), (0, -0.5, 1), toes_up=27),
        right_arm=Arm((-0.2, -0.42, 1), (0.04, -0.3, 1), (0.3, -1, 0.2), (0.02, -0.4, 1)), right_hand="relaxed",
        left_arm=Arm((0.24, 0.08, -1), (0.1, -0.24, -1), (-1, 0.2, 0)),
    )  # fmt: skip
    fingers = Contact("right_fingertips", "touch")
    return [
        Anchor("reaching out", "reach", out, (*FEET, fingers), arms_free=False),
        Anchor("reaching out to a table", "reach", table, (*FEET, fingers), arms_free=False),
        Anchor("reaching down", "reach", down, (*FEET, fingers), arms_free=False),
        Anchor("reaching up", "reach up", up,
               (Contact("left_toes", "floor"), Contact("right_toes", "floor"), fingers), arms_free=False),
    ]  # fmt: skip


def _low() -> list[Anchor]:
    """At something on the floor in front, with bent knees."""
    lunge = Posture(
        pelvis_up=(0.02, -0.5, 1), chest_up=(0.14, -1.1, 1), chest_front=(0.24, -1, -0.9), head_up=(0, -0.7, 0.8),
        head_front=(-0.08, -1, -0.75),
        left_leg=Leg((0.1, -0.99, 0.11), (0.01, 0.03, -1), (0.15, -1, 0)),
        right_leg=Leg((-0.11, -0.26, -0.96), (0.02, 1, 0.2), (-0.05, -0.35, -1), (0, -1, 0.35), toes_up=66),
        right_arm=Arm((-0.1, -0.55, -1), (0.06, -0.5, -1), (0.8, 0.4, -0.2), (0.04, -0.7, -0.8)),
        left_arm=Arm((0.6, 0.3, -0.72), (-0.72, -0.64, -0.1), (0.0, 0.0, -1), (-0.75, -0.6, -0.2)), right_hand="cupped",
    )  # fmt: skip
    squat = Posture(
        pelvis_up=(0, -0.55, 1), chest_up=(0.08, -1.0, 1), chest_front=(0.18, -1, -0.8), head_up=(0, -0.6, 0.9),
        head_front=(0, -1, -0.7),
        left_leg=Leg((0.36, -1, 0.0), (0.04, 0.62, -1), (0.4, -1, 0)),
        right_leg=Leg((-0.36, -1, 0.04), (-0.04, 0.56, -1), (-0.4, -1, 0)),
        right_arm=Arm((-0.14, -0.62, -1), (0.2, -0.5, -1), (0.7, 0.5, -0.2), (0.1, -0.75, -0.7)),
        left_arm=Arm((0.6, 0.2, -0.75), (-0.45, -0.78, -0.28), (-0.1, 0.2, -1), (-0.35, -0.8, -0.5)),
        right_hand="cupped",
    )  # fmt: skip
    lift = Posture(
        pelvis_up=(0, -0.85, 1), chest_up=(0, -0.9, 1), head_up=(0, -0.55, 1), head_front=(0, -1, -0.5),
        left_leg=Leg((0.42, -0.88, -0.14), (-0.12, 0.48, -0.87), (0.36, -1, 0)),
        right_leg=Leg((-0.42, -0.86, -0.2), (0.12, 0.52, -0.84), (-0.36, -1, 0)),
        **both_arms(Arm((0.1, -0.26, -1), (-0.1, -0.3, -1), (-1, 0.0, 0.15), (-0.04, -0.4, -1)), "cupped"),
    )  # fmt: skip
    fingers = Contact("right_fingertips", "touch")
    one_knee = (Contact("left_soles", "floor"), Contact("right_toes", "floor"), fingers,
                Contact("left_palms", "self", 0.4, "left_thigh_tops"))  # fmt: skip
    return [
        Anchor("picking up", "pick up", lunge, one_knee, arms_free=False),
        Anchor("picking up, squatting", "pick up", squat,
               (*FEET, fingers, Contact("left_forearms", "self", 0.3, "left_thigh_tops")), arms_free=False,
               unusual=0.002),
        Anchor("lifting", "lift", lift, (*FEET, *PALMS), arms_free=False),
    ]  # fmt: skip


def _with_force() -> list[Anchor]:
    carry = Posture(
        pelvis_up=(0.02, 0.05, 1), chest_up=(0, 0.12, 1), head_up=(0, 0.02, 1), head_front=(0, -1, -0.03),
        left_leg=Leg((0.02, -0.26, -1), (0.02, 0.04, -1), (0.2, -1, 0)),
        right_leg=Leg((-0.04, 0.02, -1), (-0.02, 0.3, -1), (-0.25, -1, 0)),
        **both_arms(Arm((0.16, -0.06, -1), (-0.14, -1, 0.0), (-0.7, 0.1, 0.75), (-0.3, -1, 0.1)), "cupped"),
    )  # fmt: skip
    push = Posture(
        pelvis_up=(0, -0.55, 1), chest_up=(0, -0.6, 1), head_up=(0, -0.42, 1), head_front=(0, -1, -0.25),
        left_leg=Leg((0.06, -0.62, -1), (0.0, 0.5, -1), (0.15, -1, 0)),
        right_leg=Leg((-0.02, 0.55, -1), (-0.02, 0.85, -1), (-0.12, -1, -0.55), (0, -0.55, 1), toes_up=28),
        **both_arms(Arm((0.3, -0.8, -0.8), (-0.12, -1, 0.28), (0.0, -1, -0.2), (-0.08, -0.35, 1)), "flat"),
    )  # fmt: skip
    pull = Posture(
        pelvis_up=(0, 0.32, 1), chest_up=(0.02, 0.38, 1), head_up=(0, 0.2, 1), head_front=(0, -1, -0.1),
        left_leg=Leg((0.05, -0.75, -0.78), (0.04, -0.38, -0.9), (0.15, -1, 0.05), (0, 0.05, 1)),
        right_leg=Leg((-0.22, -0.68, -0.75), (0.05, 0.36, -0.93), (-0.4, -1, 0)),
        **both_arms(Arm((0.16, -0.5, -1), (-0.16, -1, 0.02), (-1, 0.05, -0.3), (-0.06, -1, 0)), "grip"),
    )  # fmt: skip
    return [
        Anchor("carrying", "carry", carry, FEET, arms_free=False),
        Anchor("pushing", "push", push,
               (Contact("left_soles", "floor"), Contact("right_toes", "floor"), *PALMS), still=False, arms_free=False),
        Anchor("pulling", "pull", pull, (*FEET, *PALMS), still=False, arms_free=False),
    ]  # fmt: skip


def _foot_up() -> Anchor:
    foot_up = AT_EASE.but(
        pelvis_up=(0.02, -0.06, 1), chest_up=(0, -0.16, 1), head_up=(0, -0.06, 1), head_front=(0.1, -1, -0.05),
        left_leg=Leg((0.18, -1, -0.35), (0.03, 0.0, -1), (0.2, -1, 0)),
        right_leg=Leg((-0.02, 0.06, -1), (-0.03, 0.1, -1), (-0.4, -1, 0)),
        left_arm=Arm((0.44, -0.12, -0.89), (-0.47, -0.51, -0.72), (-0.1, -0.2, -1), (-0.1, -1, -0.35)),
    )  # fmt: skip
    return Anchor("one foot up", "foot up", foot_up,
                  (Contact("right_soles", "floor"), Contact("left_soles", "touch"),
                   Contact("left_palms", "self", 0.5, "left_thigh_tops")))  # fmt: skip
