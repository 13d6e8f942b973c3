"""Anchor poses: lying."""

from __future__ import annotations

from ..posture import UP, Arm, Leg, Posture, both_arms, both_legs
from .base import LYING, Anchor, Contact


def lie() -> list[Anchor]:
    """On the back the head points to +Y, the feet to −Y, the front up."""
    flat = Posture(
        pelvis_up=(0, 1, 0.02), pelvis_front=UP, chest_up=(0, 1, 0.03), chest_front=UP, head_up=(0, 1, 0.22),
        head_front=(0, -0.2, 1),
        **both_legs(Leg((0.1, -1, 0.03), (0.05, -1, -0.06), (0.35, -0.55, 1), (0.1, 0.1, 1), (0, 1, 0.5))),
        **both_arms(Arm((0.32, -1, -0.03), (0.1, -1, 0.06), (-0.8, 0, -0.6), None, (0, 0, 1))),
    )  # fmt: skip
    arms_on_belly = both_arms(Arm((0.5, -1, -0.1), (-0.85, -0.5, 0.5), (0, 0.2, -1), (-1, -0.3, -0.1), (-1, 0, 1)))
    knees_up = flat.but(
        **both_legs(Leg((0.1, -0.78, 0.75), (0.0, -0.45, -1), (0.15, -1, -0.05), (0, 0.7, 1))), **arms_on_belly
    )
    one_knee = flat.but(
        right_leg=Leg((-0.1, -0.85, 0.62), (-0.02, -0.5, -0.9), (-0.15, -1, -0.05), (0, 0.7, 1)),
        left_arm=arms_on_belly["left_arm"],
    )
    side = Posture(
        # On the right side, knees drawn up: the front looks to −X.
        pelvis_up=(0, 1, 0.02), pelvis_front=(-1, 0, 0.08), chest_up=(0, 1, 0.06), chest_front=(-1, 0, 0.12),
        head_up=(0, 1, 0.12), head_front=(-1, 0, 0.05),
        right_leg=Leg((-0.72, -0.85, 0.0), (0.62, -0.9, -0.02), (-0.5, -0.8, 0.1), (-1, 0, 0), (0.75, -0.7, 0.0)),
        left_leg=Leg((-0.85, -0.75, -0.02), (0.55, -0.9, -0.15), (-0.5, -0.8, 0.0), (-1, 0, 0), (0.75, -0.7, 0.2)),
        right_arm=Arm((-0.95, 0.3, -0.05), (0.35, 1, -0.02), (0.1, 0.1, 1), None, (0, 1, 0)),
        left_arm=Arm((-0.45, -1, -0.05), (-1, 0.1, -0.5), (0.1, 0.1, -1), None, (-1, 0, 0)),
    )  # fmt: skip
    side_contacts = (Contact("right_waist", "support"), Contact("right_thighs", "support", 0.2))
    return [
        Anchor("lying on the back", "lie", flat, LYING, "bed"),
        Anchor("lying, one knee up", "lie", one_knee, (*LYING[:3], Contact("right_soles", "support", 0.5)), "bed"),
        Anchor("lying, knees up", "lie", knees_up,
               (*LYING[:3], Contact("soles", "support", 0.5)), "bed"),
        Anchor("lying on the side", "lie", side, side_contacts, "bed", arms_free=False, unusual=0.012),
    ]  # fmt: skip
