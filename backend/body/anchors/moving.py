"""Anchor poses: in motion, where balance is not asked for; and standing on the hands.

In walking and running the hip of the leg in front is in front, and the shoulders turn the other way.
"""

from __future__ import annotations

from ..posture import Arm, Leg, Posture, both_arms
from .base import Anchor, Contact


def move() -> list[Anchor]:
    return [*_walk(), *_run(), *_climb(), *_jump(), *_dance(), _handstand()]


def _walk() -> list[Anchor]:
    stride = Posture(
        pelvis_up=(0, -0.03, 1), chest_up=(0, -0.07, 1), pelvis_front=(-0.12, -1, 0), chest_front=(0.14, -1, 0),
        head_front=(0.03, -1, -0.02),
        left_leg=Leg((-0.02, -0.42, -1), (-0.01, -0.24, -1), (0.12, -1, 0.34), (0, 0.34, 1), toes_up=8),
        right_leg=Leg((0.02, 0.22, -1), (0.02, 0.76, -1), (-0.1, -1, -0.7), (0, -0.7, 1), toes_up=34),
        left_arm=Arm((0.17, 0.4, -1), (0.04, 0.12, -1), (-1, 0.15, 0.1)),
        right_arm=Arm((-0.15, -0.24, -1), (0.1, -0.66, -1), (1, 0.1, 0.05)),
    )  # fmt: skip
    passing = Posture(
        pelvis_up=(-0.03, -0.03, 1), chest_up=(0.01, -0.06, 1), head_front=(-0.04, -1, -0.02),
        left_leg=Leg((-0.1, -0.02, -1), (-0.06, 0.1, -1), (0.12, -1, 0)),
        right_leg=Leg((-0.02, -0.34, -1), (0.0, 0.72, -1), (-0.12, -1, -0.42), (0, -0.42, 1)),
        left_arm=Arm((0.18, -0.04, -1), (0.06, -0.36, -1), (-1, 0.15, 0.1)),
        right_arm=Arm((-0.22, 0.12, -1), (-0.06, -0.12, -1), (1, 0.1, 0.05)),
    )  # fmt: skip
    toe_off = Contact("right_toes", "floor")
    return [
        Anchor("walking", "walk", stride, (Contact("left_heels", "floor"), toe_off), still=False),
        Anchor("walking, passing", "walk", passing, (Contact("left_soles", "floor"),), still=False),
    ]


def _run() -> list[Anchor]:
    push_off = Posture(
        pelvis_up=(0, -0.12, 1), chest_up=(0, -0.2, 1), pelvis_front=(-0.16, -1, 0), chest_front=(0.26, -1, -0.05),
        head_up=(0, -0.08, 1), head_front=(0, -1, -0.04),
        left_leg=Leg((-0.02, -1, -0.78), (0.0, 0.4, -1), (0.08, -1, -0.1), (0, -0.1, 1)),
        right_leg=Leg((0.03, 0.3, -1), (0.02, 0.55, -1), (-0.08, -1, -1.0), (0, -1, 1), toes_up=45),
        left_arm=Arm((0.3, 0.8, -0.9), (-0.02, -0.9, -0.5), (-1, 0.1, 0.2)),
        right_arm=Arm((-0.2, -0.3, -1), (0.32, -1, 0.5), (1, 0.2, 0.1)),
        left_hand="cupped", right_hand="cupped",
    )  # fmt: skip
    landing = Posture(
        pelvis_up=(0, -0.08, 1), chest_up=(0, -0.14, 1), pelvis_front=(0.1, -1, 0), chest_front=(-0.14, -1, -0.03),
        head_up=(0, -0.05, 1), head_front=(0, -1, -0.04),
        left_leg=Leg((-0.03, 0.05, -1), (0.0, 1, -0.3), (0.05, -0.5, -1), (0, -1, 0.5)),
        right_leg=Leg((0.02, -0.42, -1), (0.02, 0.2, -1), (-0.1, -1, 0.06), (0, 0.06, 1)),
        left_arm=Arm((0.2, -0.12, -1), (-0.22, -1, 0.18), (-1, 0.1, 0.15)),
        right_arm=Arm((-0.26, 0.5, -1), (0.08, -0.95, -0.4), (1, 0.15, 0.1)),
        left_hand="cupped", right_hand="cupped",
    )  # fmt: skip
    sprint = push_off.but(
        pelvis_up=(0, -0.24, 1), chest_up=(0, -0.38, 1), head_up=(0, -0.2, 1), head_front=(0, -1, -0.08),
        left_leg=Leg((-0.02, -1, -0.38), (0.0, 0.46, -1), (0.08, -1, -0.2), (0, -0.2, 1)),
        right_leg=Leg((0.03, 0.55, -1), (0.02, 0.72, -1), (-0.08, -1, -1.25), (0, -1.25, 1), toes_up=48),
        left_arm=Arm((0.36, 1, -0.62), (-0.05, -0.6, -1), (-1, 0.1, 0.2)),
        right_arm=Arm((-0.16, -0.62, -0.9), (0.3, -1, 0.95), (1, 0.2, 0.1)),
        left_hand="flat", right_hand="flat",
    )  # fmt: skip
    return [
        Anchor("jogging", "run", push_off, (Contact("right_toes", "floor"),), still=False, arms_free=False),
        Anchor("jogging, landing", "run", landing, (Contact("right_soles", "floor"),), still=False, arms_free=False),
        Anchor("sprinting", "run", sprint, (Contact("right_toes", "floor"),), still=False, arms_free=False,
               unusual=0.004),
    ]  # fmt: skip


def _climb() -> list[Anchor]:
    """The rear toes carry; the other foot is on the next step, which is part of the same support."""
    climb = Posture(
        pelvis_up=(-0.03, -0.1, 1), chest_up=(0.02, -0.2, 1), pelvis_front=(-0.08, -1, 0), chest_front=(0.12, -1, 0),
        head_up=(0, -0.14, 1), head_front=(0, -1, -0.16),
        left_leg=Leg((0.02, -0.84, -0.8), (0.0, 0.12, -1), (0.12, -1, 0)),
        right_leg=Leg((0.02, 0.1, -1), (0.0, 0.34, -1), (-0.14, -1, -0.5), (0, -0.5, 1), toes_up=26),
        left_arm=Arm((0.18, 0.28, -1), (0.03, -0.1, -1), (-1, 0.15, 0.1)),
        right_arm=Arm((-0.16, -0.26, -1), (0.1, -0.72, -0.9), (1, 0.1, 0.05)),
    )  # fmt: skip
    railed = climb.but(
        chest_up=(0.04, -0.24, 1),
        right_arm=Arm((-0.42, -0.6, -1), (-0.1, -1, 0.0), (0.1, 0.1, -1), (0.05, -1, -0.06)), right_hand="cupped",
    )  # fmt: skip
    feet = (Contact("right_toes", "support"), Contact("left_soles", "support", 0.9))
    return [
        Anchor("climbing stairs", "climb", climb, feet, still=False),
        Anchor("climbing stairs, a hand on the rail", "climb", railed, (*feet, Contact("right_palms", "touch", 0.8)),
               still=False, arms_free=False, unusual=0.05),
    ]  # fmt: skip


def _jump() -> list[Anchor]:
    tucked = Posture(
        pelvis_up=(0, 0.06, 1), chest_up=(0, 0.02, 1), head_up=(0, 0.1, 1), head_front=(0, -1, 0.14),
        left_leg=Leg((0.2, -0.4, -1), (0.06, 0.95, -0.75), (0.15, -0.55, -1), (0, -1, 0.55)),
        right_leg=Leg((-0.22, -0.2, -1), (-0.1, 1, -0.45), (-0.15, -0.4, -1), (0, -1, 0.4)),
        left_arm=Arm((0.62, -0.14, 1), (0.22, -0.2, 1), (-0.3, -1, 0.1), (0.35, -0.1, 1)),
        right_arm=Arm((-0.66, -0.1, 0.9), (-0.1, -0.26, 1), (0.3, -1, 0.1), (-0.3, -0.1, 1)),
    )  # fmt: skip
    leap = Posture(
        pelvis_up=(0, -0.04, 1), chest_up=(0, 0.02, 1), pelvis_front=(-0.14, -1, 0), chest_front=(0.2, -1, 0.05),
        head_front=(0, -1, 0.08),
        left_leg=Leg((0.02, -1, -0.1), (0.0, -0.45, -1), (0.08, -1, -0.7), (0, -0.7, 1)),
        right_leg=Leg((-0.02, 0.85, -0.8), (0.0, 1, -0.32), (-0.05, 0.05, -1), (0, -1, -0.05)),
        left_arm=Arm((0.7, 0.62, -0.25), (0.4, 0.1, -0.3), (-0.1, -0.4, -1), (0.6, 0.1, -0.1)),
        right_arm=Arm((-0.42, -0.95, 0.45), (-0.02, -0.9, 0.75), (0.6, -0.1, -1), (0.0, -1, 0.4)),
    )  # fmt: skip
    return [
        Anchor("jumping", "jump", tucked, (), still=False, arms_free=False, clearance=0.35),
        Anchor("jumping, leaping", "jump", leap, (), still=False, arms_free=False, clearance=0.3),
    ]


def _dance() -> list[Anchor]:
    swing = Posture(
        pelvis_up=(-0.26, 0.0, 1), pelvis_front=(0.22, -1, 0), chest_up=(0.2, 0.02, 1), chest_front=(-0.2, -1, 0),
        head_up=(0.16, -0.02, 1), head_front=(0.3, -1, -0.02),
        left_leg=Leg((-0.06, -0.12, -1), (-0.1, 0.22, -1), (0.4, -1, 0)),
        right_leg=Leg((-0.3, -0.52, -1), (0.16, 0.6, -1), (-0.4, -1, -0.45), (0, -0.45, 1), toes_up=26),
        left_arm=Arm((0.6, 0.3, -0.75), (0.1, -0.9, 0.55), (-0.6, 0.1, -0.5), (0.2, -1, 0.1)),
        right_arm=Arm((-0.75, -0.5, -0.35), (0.3, -0.45, 0.9), (0.8, -0.4, 0.1), (0.2, -0.6, 0.8)),
        left_hand="cupped", right_hand="cupped",
    )  # fmt: skip
    twirl = Posture(
        pelvis_up=(-0.04, 0.02, 1), chest_up=(0.04, 0.05, 1), pelvis_front=(0.1, -1, 0), chest_front=(-0.3, -1, 0),
        head_up=(0.05, 0.08, 1), head_front=(-0.75, -1, 0.06),
        left_leg=Leg((-0.12, 0.0, -1), (-0.1, 0.03, -1), (0.18, -1, -0.9), (0.1, -0.9, 1), toes_up=40),
        right_leg=Leg((-0.7, -0.62, -0.75), (0.85, 0.38, -0.74), (0.4, -0.25, -1), (-0.6, -0.9, 0.1)),
        left_arm=Arm((0.9, -0.42, 0.12), (0.6, -0.9, 0.2), (-0.5, 0.3, -1), (0.3, -0.9, 0.05)),
        right_arm=Arm((-0.62, -0.25, 0.9), (0.35, -0.3, 1), (0.7, -0.3, -0.4), (0.7, -0.35, 0.75)),
    )  # fmt: skip
    arabesque = Posture(
        pelvis_up=(-0.03, -0.42, 1), chest_up=(0.02, -0.05, 1), chest_front=(0.06, -1, 0), head_up=(0, 0.06, 1),
        head_front=(0.1, -1, 0.1),
        left_leg=Leg((-0.1, 0.06, -1), (-0.05, 0.08, -1), (0.4, -1, 0)),
        right_leg=Leg((-0.16, 1, -0.42), (-0.02, 1, -0.28), (-0.1, 1, -0.7), (-0.25, -0.7, -1), (-0.6, -0.2, -1)),
        left_arm=Arm((0.22, -1, 0.28), (-0.08, -1, 0.42), (-0.3, 0.0, -1), (-0.05, -1, 0.2)),
        right_arm=Arm((-1, 0.25, 0.02), (-1, -0.25, -0.05), (0, -0.3, -1), (-1, -0.1, -0.15)),
    )  # fmt: skip
    return [
        Anchor("dancing", "dance", swing, (Contact("left_soles", "floor"), Contact("right_toes", "floor", 0.6)),
               still=False),
        Anchor("dancing, twirling", "dance", twirl, (Contact("left_toes", "floor"),), still=False, arms_free=False),
        Anchor("dancing, an arabesque", "dance", arabesque, (Contact("left_soles", "floor"),), still=False,
               arms_free=False),
    ]  # fmt: skip


def _handstand() -> Anchor:
    """The front to +Y, the fingers to the back: shoulders a little behind the wrists bend these by less than a right
    angle."""
    handstand = Posture(
        pelvis_up=(0, 0.1, -1), pelvis_front=(0, 1, 0.1), chest_up=(0, 0.2, -1), chest_front=(0, 1, 0.2),
        head_up=(0, -0.35, -1), head_front=(0, 1, -0.5),
        left_leg=Leg((0.05, -0.1, 1), (0.0, -0.16, 1), (0.1, 0.85, 1), (0, 1, -0.85), (0, 1, 0)),
        right_leg=Leg((-0.04, 0.1, 1), (0.0, -0.22, 1), (-0.1, 0.85, 1), (0, 1, -0.85), (0, 1, 0)),
        **both_arms(Arm((0.2, -0.08, -1), (0.04, -0.2, -1), (0, 0, -1), (0.12, -1, 0), (-1, 1, 0)), "flat"),
    )  # fmt: skip
    palms = (Contact("left_palms", "floor"), Contact("right_palms", "floor"))
    return Anchor("handstand", "handstand", handstand, palms, arms_free=False)
