"""Anchor poses: standing, from the everyday to stretching and tiptoe."""

from __future__ import annotations

from ..posture import Arm, Leg, Posture, both_arms, both_legs
from .base import AT_EASE, FEET, Anchor, Contact

# Weight on the left leg: the foot under the middle of the body, the left hip high, the left shoulder low.
_HIP_SHOT = AT_EASE.but(
    pelvis_up=(-0.12, 0.02, 1), pelvis_front=(-0.08, -1, 0), chest_up=(0.07, 0.01, 1), chest_front=(0.06, -1, 0),
    head_up=(-0.03, 0, 1), head_front=(0.22, -1, 0),
    left_leg=Leg((-0.12, 0.03, -1), (-0.09, 0.1, -1), (0.28, -1, 0)),
    right_leg=Leg((-0.12, -0.2, -1), (-0.02, 0.16, -1), (-0.5, -1, 0)),
    left_arm=Arm((0.2, 0.08, -1), (0.0, -0.24, -1), (-1, 0.2, 0)),
    right_arm=Arm((-0.27, 0.0, -1), (-0.06, -0.34, -1), (1, 0.1, 0)),
)  # fmt: skip
# Raised on the toes, which lie flat under lifted heels.
ON_TOES = both_legs(Leg((-0.02, 0.09, -1), (-0.02, 0.1, -1), (0.14, -1, -0.95), (0.1, -0.95, 1), toes_up=42))
UNUSUAL = 0.05  # only when asked for


def stand() -> list[Anchor]:
    straight = Posture(
        chest_up=(0, -0.01, 1),
        **both_legs(Leg((-0.02, 0.0, -1), (0.0, 0.09, -1), (0.25, -1, 0))),
        **both_arms(Arm((0.22, 0.06, -1), (0.05, -0.2, -1), (-1, 0.2, 0))),
    )  # fmt: skip
    clasped = AT_EASE.but(
        pelvis_up=(0.03, 0.03, 1), chest_up=(-0.02, 0.02, 1), head_up=(0.03, -0.04, 1), head_front=(-0.1, -1, -0.04),
        left_arm=Arm((0.16, -0.13, -0.98), (-0.54, -0.43, -0.72), (-0.1, 1, -0.3), (-0.75, -0.15, -0.65)),
        right_arm=Arm((-0.16, -0.2, -0.97), (0.55, -0.47, -0.69), (0.1, 1, -0.25), (0.8, 0.0, -0.62)),
        left_hand="cupped", right_hand="cupped",
    )  # fmt: skip
    pocket = _HIP_SHOT.but(
        head_front=(-0.14, -1, 0.0),
        right_arm=Arm((-0.41, 0.2, -0.9), (0.1, -0.38, -0.9), (1, 0.1, 0.1), (0.1, -0.28, -1), (-0.2, -1, 0)),
        right_hand="flat",
    )
    behind = straight.but(
        pelvis_up=(0.0, 0.0, 1), chest_up=(0, 0.05, 1), head_front=(0.06, -1, 0.02),
        **both_legs(Leg((0.06, 0.0, -1), (0.03, 0.07, -1), (0.3, -1, 0))),
        left_arm=Arm((0.28, 0.32, -0.9), (-0.6, 0.02, -0.8), (0.1, 1, 0.1), (-0.75, 0.05, -0.6), (-1, 0.2, 0)),
        right_arm=Arm((-0.22, 0.35, -0.9), (0.54, 0.14, -0.83), (-0.1, 1, 0.1), (0.75, 0.05, -0.6), (1, 0.2, 0)),
    )  # fmt: skip
    tiptoe = straight.but(
        pelvis_up=(0, -0.03, 1), chest_up=(0, 0.02, 1), head_up=(0, 0.06, 1), head_front=(0, -1, 0.1), **ON_TOES,
        **both_arms(Arm((0.34, 0.02, -1), (0.24, -0.18, -1), (-0.75, 0.2, -0.5), (0.4, -0.2, -0.8))),
    )  # fmt: skip
    stretching = straight.but(
        pelvis_up=(0.0, -0.06, 1), chest_up=(0.05, 0.26, 1), head_up=(0.02, 0.45, 1), head_front=(-0.06, -1, 0.45),
        left_arm=Arm((0.42, 0.1, 1), (-0.02, 0.02, 1), (-0.3, -1, 0.1), (0.12, 0.0, 1), (-1, -0.2, 0)),
        right_arm=Arm((-0.32, 0.1, 1), (0.04, 0.02, 1), (0.3, -1, 0.1), (-0.1, 0, 1), (1, -0.2, 0)),
        left_hand="relaxed", right_hand="relaxed",
    )  # fmt: skip
    wrist_held = stretching.but(
        pelvis_up=(-0.06, 0.0, 1), chest_up=(-0.2, 0.08, 1), head_up=(-0.12, 0.05, 1), head_front=(-0.05, -1, 0.05),
        left_leg=Leg((0.04, 0.0, -1), (0.04, 0.07, -1), (0.3, -1, 0)),
        right_leg=Leg((-0.12, 0.0, -1), (-0.06, 0.07, -1), (-0.3, -1, 0)),
        left_arm=Arm((0.06, -0.17, 0.98), (-0.61, 0.06, 0.79), (-0.2, -1, -0.1), (-0.6, 0.0, 0.6), (-1, 0, 0)),
        right_arm=Arm((-0.13, -0.14, 0.96), (0.53, 0.22, 0.84), (0.3, -1, -0.1), (0.8, -0.05, 0.6)), right_hand="grip",
    )  # fmt: skip
    toes = (Contact("left_toes", "floor"), Contact("right_toes", "floor"))
    return [
        Anchor("standing at ease", "stand", AT_EASE, FEET),
        Anchor("standing straight", "stand", straight, FEET),
        Anchor("standing, weight on one leg", "stand", _HIP_SHOT, FEET),
        Anchor("standing at ease, hands clasped", "stand", clasped,
               (*FEET, Contact("right_palms", "self", 0.6, "left_palms")), arms_free=False, unusual=0.004),
        Anchor("standing at ease, a hand in the pocket", "stand", pocket,
               (*FEET, Contact("right_palms", "self", 0.6, "right_hips")), arms_free=False, unusual=0.004),
        Anchor("standing at ease, hands behind the back", "stand", behind,
               FEET, arms_free=False, unusual=0.008),
        Anchor("standing on tiptoe", "stand", tiptoe, toes, unusual=UNUSUAL),
        Anchor("stretching", "stand", stretching, FEET, arms_free=False, unusual=UNUSUAL),
        Anchor("stretching, a wrist held", "stand", wrist_held,
               (*FEET, Contact("right_palms", "self", 0.4, "left_forearms")), arms_free=False, unusual=UNUSUAL),
    ]  # fmt: skip
