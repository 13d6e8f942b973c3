"""Anchor poses: with others. Everybody of a pair takes the same anchor and faces the other, so both are one posture
turned by half a circle about the point in the middle: what is at (x, y) here is the partner's at (−x, −distance − y).

`partner_distance` is the metres between two grown people's pelvises; who are smaller stand closer. In a conversation
it is the distance to the neighbours on the circle.
"""

from __future__ import annotations

from ..posture import Arm, Leg, Posture
from .base import AT_EASE, FEET, Anchor, Contact


def together() -> list[Anchor]:
    return [*_talk(), _handshake(), _hug()]


def _talk() -> list[Anchor]:
    explaining = AT_EASE.but(
        chest_up=(0.0, -0.04, 1), chest_front=(0.1, -1, 0), head_up=(0.04, -0.05, 1), head_front=(0.05, -1, -0.02),
        right_arm=Arm((-0.3, -0.22, -1), (-0.06, -1, 0.32), (0.8, -0.1, 0.75), (-0.1, -1, 0.12)),
        left_arm=Arm((0.22, 0.0, -1), (-0.02, -0.55, -1), (-0.9, 0.2, 0.3)),
    )  # fmt: skip
    both_hands = AT_EASE.but(
        pelvis_up=(0.03, 0.0, 1), chest_up=(-0.02, -0.06, 1), head_up=(-0.05, -0.04, 1), head_front=(-0.06, -1, 0.0),
        left_arm=Arm((0.3, -0.2, -1), (0.1, -1, 0.2), (-0.9, -0.1, 0.8), (0.18, -1, 0.06)),
        right_arm=Arm((-0.28, -0.14, -1), (-0.02, -1, 0.02), (0.9, -0.1, 0.6), (-0.08, -1, -0.05)),
    )  # fmt: skip
    listening = AT_EASE.but(
        pelvis_up=(-0.06, 0.02, 1), chest_up=(0.04, 0.02, 1), head_up=(0.1, -0.06, 1), head_front=(-0.04, -1, -0.03),
        left_leg=Leg((-0.05, 0.01, -1), (-0.04, 0.09, -1), (0.28, -1, 0)),
        right_leg=Leg((-0.12, -0.18, -1), (-0.03, 0.14, -1), (-0.5, -1, 0)),
        left_arm=Arm((0.4, 0.26, -0.9), (-0.14, -0.4, -0.9), (-1, 0.1, 0.1), (-0.1, -0.25, -1), (0.2, -1, 0)),
        right_arm=Arm((-0.28, 0.0, -1), (-0.08, -0.34, -1), (1, 0.1, 0)),
        left_hand="flat",
    )  # fmt: skip
    pocket = Contact("left_palms", "self", 0.6, "left_hips")
    return [
        Anchor("talking", "talk", explaining, FEET, partner_distance=0.95),
        Anchor("talking, both hands", "talk", both_hands, FEET, partner_distance=0.95),
        Anchor("talking, listening", "talk", listening, (*FEET, pocket), partner_distance=0.95),
    ]


def _handshake() -> Anchor:
    posture = AT_EASE.but(
        pelvis_up=(0, -0.04, 1), pelvis_front=(0.08, -1, 0), chest_up=(0, -0.1, 1), chest_front=(0.2, -1, 0),
        head_up=(0, -0.06, 1), head_front=(0.02, -1, -0.02),
        left_leg=Leg((0.03, 0.08, -1), (0.02, 0.16, -1), (0.3, -1, 0)),
        right_leg=Leg((-0.04, -0.24, -1), (-0.02, 0.08, -1), (-0.2, -1, 0)),
        right_arm=Arm((-0.06, -0.24, -0.97), (0.62, -0.71, -0.33), (1, 0.12, -0.05), (0.1, -1, 0.0)),
        right_hand="relaxed",
    )  # fmt: skip
    contacts = (*FEET, Contact("right_palms", "partner:right_palms"))
    return Anchor("shaking hands", "shake hands", posture, contacts, arms_free=False, partner_distance=0.85)


def _hug() -> Anchor:
    """The right arm over the partner's shoulder, the left below the partner's right arm; heads to each one's left."""
    posture = Posture(
        pelvis_up=(0.02, -0.1, 1), chest_up=(0.1, -0.2, 1), chest_front=(0.0, -1, 0), head_up=(0.26, -0.24, 1),
        head_front=(0.2, -1, -0.12),
        left_leg=Leg((0.03, 0.12, -1), (0.02, 0.14, -1), (0.3, -1, 0)),
        right_leg=Leg((-0.06, -0.08, -1), (-0.02, 0.1, -1), (-0.3, -1, 0)),
        right_arm=Arm((-0.3, -0.95, 0.1), (0.83, -0.4, -0.4), (0.2, 1, 0.1), (1, 0.05, -0.25)),
        left_arm=Arm((0.31, -0.83, -0.47), (-0.62, -0.7, -0.28), (-0.1, 1, 0.1), (-0.97, -0.04, 0.03)),
        left_hand="flat", right_hand="flat",
    )  # fmt: skip
    contacts = (*FEET, Contact("chest", "partner:chest"), Contact("left_palms", "partner:back", 0.8),
                Contact("right_palms", "partner:back", 0.8))  # fmt: skip
    return Anchor("hugging", "hug", posture, contacts, arms_free=False, partner_distance=0.39)
