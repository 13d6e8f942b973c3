"""Anchor poses: lying."""

from __future__ import annotations

from ..posture import DOWN, UP, Arm, Leg, Posture, both_arms
from .base import LYING, Anchor, Contact


def lie() -> list[Anchor]:
    return [*_on_the_back(), *_on_the_side(), *_on_the_front(), *_propped()]


def _on_the_back() -> list[Anchor]:
    """The head points to +Y, the feet to −Y, the front up."""
    flat = Posture(
        pelvis_up=(0, 1, 0.02), pelvis_front=UP, chest_up=(0, 1, 0.03), chest_front=UP, head_up=(0.06, 1, 0.03),
        head_front=(0.1, -0.03, 1),
        left_leg=Leg((0.12, -1, 0.03), (0.08, -1, -0.06), (0.5, -0.55, 1), (0.1, 0.8, 0.6), (0.15, 1, 0.5)),
        right_leg=Leg((-0.16, -1, 0.05), (-0.1, -1, -0.12), (-0.6, -0.55, 1), (-0.1, 0.8, 0.6), (-0.2, 1, 0.5)),
        left_arm=Arm((0.34, -1, -0.08), (0.06, -1, 0.02), (-0.8, 0, -0.6), None, (0, 0, 1)),
        right_arm=Arm((-0.4, -1, -0.08), (-0.02, -1, 0.02), (0.7, 0, -0.7), None, (0, 0, 1)),
    )  # fmt: skip
    on_belly = Arm((1, -1, 0.12), (-1, -0.72, 0.72), (0, 0.2, -1), (-1, -0.35, -0.25), (-1, 0, 1))
    knees_up = flat.but(
        left_leg=Leg((0.12, -0.7, 1), (0.0, -0.62, -0.95), (0.2, -1, 0), (0, 0, 1)),
        right_leg=Leg((-0.1, -0.76, 1), (0.0, -0.7, -0.95), (-0.15, -1, 0), (0, 0, 1)), **both_arms(on_belly),
    )
    one_knee = flat.but(
        right_leg=Leg((-0.1, -0.8, 1), (-0.02, -0.75, -0.95), (-0.15, -1, 0), (0, 0, 1)), left_arm=on_belly,
    )
    behind_head = flat.but(
        head_up=(0, 1, 0.42), head_front=(0.05, -0.4, 1),
        left_leg=Leg((0.1, -1, 0.03), (-0.12, -1, -0.06), (0.2, -0.55, 1), (0.1, 0.8, 0.6), (0.1, 1, 0.5)),
        left_arm=Arm((1, 0.65, -0.3), (-1, 0.48, 0.24), (-0.2, -0.2, 1), (-1, 0.1, 0.05), (-1, 0, 1)),
        right_arm=Arm((-1, 0.6, -0.3), (1, 0.5, 0.24), (0.2, -0.2, 1), (1, 0.1, 0.05), (1, 0, 1)),
    )  # fmt: skip
    on_waist = Contact("left_palms", "self", 0.4, "belly")
    legs = (Contact("left_calves", "support", 0.4), Contact("right_calves", "support", 0.4))
    return [
        Anchor("lying on the back", "lie", flat,
               (*LYING, Contact("left_palms", "support", 0.3), Contact("right_palms", "support", 0.3)), "bed"),
        Anchor("lying on the back, one knee up", "lie", one_knee,
               (*LYING[:3], Contact("left_calves", "support", 0.4), Contact("right_soles", "support", 0.5), on_waist),
               "bed"),
        Anchor("lying on the back, knees up", "lie", knees_up,
               (*LYING[:3], Contact("left_soles", "support", 0.5), Contact("right_soles", "support", 0.5), on_waist,
                Contact("right_palms", "self", 0.4, "belly")), "bed"),
        Anchor("lying on the back, hands behind the head", "lie", behind_head,
               (*LYING[:2], *legs, Contact("left_palms", "self", 0.5, "back_of_head"),
                Contact("right_palms", "self", 0.5, "back_of_head"), Contact("left_elbows", "support", 0.3),
                Contact("right_elbows", "support", 0.3)), "bed", unusual=0.008),
    ]  # fmt: skip


def _on_the_side() -> list[Anchor]:
    """On the right side, knees drawn up: the front looks to −X."""
    curled = Posture(
        pelvis_up=(0, 1, 0.02), pelvis_front=(-1, 0, 0.08), chest_up=(-0.1, 1, 0.06), chest_front=(-1, 0, 0.1),
        head_up=(-0.2, 1, -0.3), head_front=(-1, -0.25, -0.1),
        right_leg=Leg((-0.72, -0.85, 0.0), (0.62, -0.9, -0.02), (-0.4, -1, 0.0), (-1, 0.4, 0.02)),
        left_leg=Leg((-1, -0.72, -0.14), (0.6, -0.9, -0.22), (-0.4, -1, -0.15), (-1, 0.4, 0.16)),
        right_arm=Arm((-1, 0.45, 0.02), (0.6, 0.8, -0.02), (0.1, -0.1, 1), None, (0, 1, 0)),
        left_arm=Arm((-0.85, -0.9, -0.14), (-0.75, 0.17, -1), (0.1, 0.1, -1), (-1, 0.3, -0.4), (-1, 0, 0)),
    )  # fmt: skip
    contacts = (
        Contact("right_hips", "support"), Contact("right_shoulders", "support", 0.6),
        Contact("right_waist", "support", 0.2), Contact("right_cheeks", "support", 0.3),
        Contact("left_palms", "support", 0.3),
    )  # fmt: skip
    return [Anchor("lying on the side", "lie", curled, contacts, "bed", arms_free=False, unusual=0.012)]


def _on_the_front() -> list[Anchor]:
    """The face is turned to a side, so that nothing needs a hole for it."""
    folded = Posture(
        pelvis_up=(0, 1, 0.0), pelvis_front=DOWN, chest_up=(0, 1, 0.05), chest_front=DOWN, head_up=(0.12, 1, 0.1),
        head_front=(-1, 0.1, -0.25),
        left_leg=Leg((-0.1, -1, -0.13), (-0.04, -1, 0.03), (-0.2, -1, -0.8), (-0.1, 0.8, -1), (-0.1, 0, -1)),
        right_leg=Leg((0.16, -1, -0.13), (0.06, -1, 0.03), (0.3, -1, -0.8), (0.1, 0.8, -1), (0.1, 0, -1)),
        left_arm=Arm((-1, 0.46, -0.42), (1, 0.4, 0.2), (0, 0, -1), (1, 0.05, 0), (1, 1, 0)),
        right_arm=Arm((1, 0.5, -0.42), (-1, 0.36, 0.24), (0, 0, -1), (-1, 0.05, 0), (-1, 1, 0)),
    )  # fmt: skip
    bent = folded.but(
        # A knee drawn up beside, an arm up, the other along the body: how many sleep.
        pelvis_front=(0.04, 0, -1), chest_front=(0.02, 0, -1), head_up=(-0.12, 1, 0.1), head_front=(1, 0.1, -0.25),
        right_leg=Leg((1, -0.8, -0.16), (-0.25, -1, 0.04), (0.87, -1, -0.04), (1, 0.87, -0.03), (0.3, 1, -0.6)),
        right_arm=Arm((1, 0.3, -0.22), (-0.05, 1, -0.06), (0, 0, -1), (-0.2, 1, 0), (0, 1, 0)),
        left_arm=Arm((-0.36, -1, -0.2), (-0.1, -1, -0.2), (0, 0, 1), (0, -1, -0.05), (0, 0, -1)),
    )  # fmt: skip
    trunk = (Contact("belly", "support"), Contact("chest", "support", 0.8), Contact("knees", "support", 0.9),
             Contact("shins", "support", 0.3))
    return [
        Anchor("lying on the front", "lie", folded,
               (*trunk, Contact("left_forearms", "support", 0.5), Contact("right_forearms", "support", 0.5)), "bed",
               arms_free=False, unusual=0.01),
        Anchor("lying on the front, a knee drawn up", "lie", bent,
               (Contact("belly", "support"), Contact("chest", "support", 0.8), Contact("left_knees", "support", 0.5),
                Contact("right_inner_thighs", "support", 0.3), Contact("right_palms", "support", 0.5),
                Contact("left_palms", "support", 0.2)), "bed", arms_free=False, unusual=0.014),
    ]  # fmt: skip


def _propped() -> list[Anchor]:
    """On the right side with the trunk raised on the elbow, a Roman at table."""
    forearm = Posture(
        pelvis_up=(0, 1, 0.18), pelvis_front=(-1, 0, 0.3), chest_up=(0.2, 1, 0.78), chest_front=(-1, 0, 0.22),
        head_up=(0, 0.5, 1), head_front=(-1, -0.25, 0.0),
        right_leg=Leg((-0.5, -1, -0.02), (0.3, -1, 0.0), (-0.6, -1, -0.02), (-1, 0.6, 0.1)),
        left_leg=Leg((-0.55, -1, -0.02), (0.5, -1, -0.3), (-0.5, -1, -0.1), (-1, 0.5, 0.3)),
        right_arm=Arm((-0.35, 0.38, -1), (-1, -0.11, 0.08), (0, 0, -1), (-1, -0.1, 0.06), (-1, 0, 0)),
        left_arm=Arm((0.1, -1, 0.4), (-0.3, -1, -0.8), (0, 0, -1), (-0.4, -1, -0.5), (-1, 0, 0)), right_hand="flat",
    )  # fmt: skip
    head_in_hand = forearm.but(
        chest_up=(0.15, 1, 0.52), head_up=(0.02, 1, 0.6), head_front=(-1, -0.2, 0.0),
        right_arm=Arm((-0.4, 0.95, -0.9), (0.26, -0.16, 1), (0.1, -1, 0.35), (0.24, 0.16, 1), (-1, 0, 0)),
        right_hand="cupped",
    )  # fmt: skip
    contacts = (
        Contact("right_hips", "support"), Contact("right_thighs", "support", 0.2),
        Contact("left_palms", "self", 0.4, "left_hips"),
    )  # fmt: skip
    return [
        Anchor("lying propped on an elbow", "lie", forearm, (*contacts, Contact("right_forearms", "support")), "bed",
               arms_free=False, unusual=0.012),
        Anchor("lying propped on an elbow, head in hand", "lie", head_in_hand,
               (*contacts, Contact("right_elbows", "support"), Contact("right_palms", "self", 0.6, "right_cheeks")),
               "bed", arms_free=False, unusual=0.016),
    ]  # fmt: skip
