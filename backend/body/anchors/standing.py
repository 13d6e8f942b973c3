"""Anchor poses: standing."""

from __future__ import annotations

from ..posture import Arm, Leg, Posture, both_arms, both_legs
from .base import AT_EASE, FEET, Anchor


def stand() -> list[Anchor]:
    straight = Posture(**both_legs(Leg((0.1, -0.03, -1), (0.05, 0.08, -1), (0.25, -1, 0))),
                       **both_arms(Arm((0.24, 0.07, -1), (0.08, -0.28, -1), (-1, 0.25, 0))))  # fmt: skip
    return [
        Anchor("standing at ease", "stand", AT_EASE, FEET),
        Anchor("standing straight", "stand", straight, FEET),
        Anchor("standing, weight on one leg", "stand", AT_EASE.but(
            pelvis_up=(0.07, 0, 1), chest_up=(-0.04, 0, 1), head_front=(0.2, -1, 0),
            right_leg=Leg((-0.2, -0.14, -1), (-0.02, 0.14, -1), (-0.5, -1, 0))), FEET),
    ]  # fmt: skip
