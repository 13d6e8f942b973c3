"""Anchor poses: riding. The front is where the ride goes, also on a skateboard, where the body is side-on to it.

Contact targets are the parts of the mount: "saddle", "handlebar", "left_pedal", "right_pedal", "pegs" (or any other
place for both feet); what is missing on a mount is no contact.
"""

from __future__ import annotations

import math
from dataclasses import replace

from ..posture import Arm, Direction, Leg, Posture, both_arms, both_legs
from .base import Anchor, Contact

SADDLE = Contact("buttocks", "saddle")
AT_BARS = (Contact("left_palms", "handlebar"), Contact("right_palms", "handlebar"))


def ride() -> list[Anchor]:
    return [_bicycle(), _motorcycle(), _horse(), *_skateboard()]


def _bicycle() -> Anchor:
    """One pedal at one o'clock, the other at seven, the saddle high enough for a nearly straight leg."""
    posture = Posture(
        pelvis_up=(0.02, -0.32, 1), chest_up=(0, -0.55, 1), head_up=(0, -0.16, 1), head_front=(0, -1, -0.08),
        left_leg=Leg((0.05, -0.89, -0.46), (0.02, 0.32, -0.34), (0.1, -1, -0.12), (0, -0.12, 1)),
        right_leg=Leg((-0.02, -0.38, -0.92), (-0.01, 0.09, -0.45), (-0.1, -1, -0.22), (0, -0.22, 1)),
        **both_arms(Arm((0.34, -0.5, -0.8), (-0.06, -0.72, -0.68), (0.1, 0.2, -1), (-0.06, -1, -0.45)), "grip"),
    )  # fmt: skip
    contacts = (SADDLE, *AT_BARS, Contact("left_soles", "left_pedal"), Contact("right_soles", "right_pedal"))
    return Anchor("riding a bicycle", "ride a bicycle", posture, contacts, "mount", still=False, arms_free=False)


def _motorcycle() -> Anchor:
    posture = Posture(
        pelvis_up=(0, -0.06, 1), chest_up=(0, -0.26, 1), head_up=(0, -0.08, 1), head_front=(0, -1, -0.06),
        **both_legs(Leg((0.34, -1, -0.42), (-0.06, 0.6, -1), (0.2, -1, -0.1), (0, -0.1, 1))),
        **both_arms(Arm((0.42, -0.8, -0.72), (0.08, -1, -0.16), (0.0, 0.15, -1), (-0.12, -1, -0.12)), "grip"),
    )  # fmt: skip
    contacts = (SADDLE, *AT_BARS, Contact("left_soles", "pegs"), Contact("right_soles", "pegs"))
    return Anchor("riding a motorcycle", "ride a motorcycle", posture, contacts, "mount", still=False, arms_free=False)


def _horse() -> Anchor:
    """Astride, the lower legs along the flanks, heels down; the hands hold the reins, which most horses here lack."""
    posture = Posture(
        pelvis_up=(0, 0.04, 1), chest_up=(0, 0.0, 1), head_up=(0, 0.0, 1), head_front=(0, -1, -0.06),
        **both_legs(Leg((0.56, -0.64, -0.8), (-0.08, 0.2, -1), (0.25, -1, 0.16), (0, 0.16, 1))),
        left_arm=Arm((0.18, -0.24, -1), (-0.24, -1, -0.08), (-1, -0.1, -0.3), (-0.26, -1, 0.0)),
        right_arm=Arm((-0.18, -0.2, -1), (0.24, -1, -0.04), (1, -0.1, -0.3), (0.26, -1, 0.02)),
        left_hand="grip", right_hand="grip",
    )  # fmt: skip
    stirrups = (Contact("left_soles", "pegs"), Contact("right_soles", "pegs"))
    contacts = (SADDLE, Contact("inner_thighs", "saddle", 0.3), *stirrups)
    return Anchor("riding a horse", "ride a horse", posture, contacts, "mount", still=False)


def _skateboard() -> list[Anchor]:
    """Left foot in front. Written facing −Y with the left side leading, then turned so that the left side is at −Y."""
    cruising = Posture(
        pelvis_up=(0.03, -0.2, 1), chest_up=(0.06, -0.34, 1), chest_front=(0.3, -1, -0.1), head_up=(0, -0.06, 1),
        head_front=(1, -0.25, -0.06),
        left_leg=Leg((0.26, -0.62, -1), (0.06, 0.5, -1), (0.5, -1, 0)),
        right_leg=Leg((-0.24, -0.66, -1), (-0.06, 0.54, -1), (-0.16, -1, 0)),
        left_arm=Arm((0.8, -0.25, -0.75), (0.62, -0.75, 0.1), (-0.1, 0.2, -1), (0.8, -0.5, 0.12)),
        right_arm=Arm((-0.85, 0.25, -0.55), (-0.6, -0.75, 0.25), (0.1, 0.1, -1), (-0.75, -0.5, 0.2)),
    )  # fmt: skip
    low = cruising.but(
        pelvis_up=(0.05, -0.42, 1), chest_up=(0.1, -0.62, 1), chest_front=(0.4, -1, -0.3),
        left_leg=Leg((0.34, -0.95, -0.62), (0.04, 0.66, -1), (0.5, -1, 0)),
        right_leg=Leg((-0.32, -1, -0.6), (-0.04, 0.72, -1), (-0.16, -1, 0)),
        left_arm=Arm((0.9, -0.45, -0.15), (0.9, -0.5, 0.15), (0, 0.1, -1), (0.9, -0.2, 0.2)),
        right_arm=Arm((-0.85, 0.3, -0.1), (-0.8, -0.4, 0.5), (0, -0.3, -1), (-0.9, -0.1, 0.3)),
    )  # fmt: skip
    soles = (Contact("left_soles", "support"), Contact("right_soles", "support"))
    return [
        Anchor(name, "ride a skateboard", turned(posture, -90), soles, "mount", still=False, unusual=unusual)
        for name, posture, unusual in (("riding a skateboard", cruising, 0.0),
                                       ("riding a skateboard, low", low, 0.004))
    ]  # fmt: skip


def turned(posture: Posture, degrees: float) -> Posture:
    """The posture turned about the vertical, anticlockwise seen from above."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

    def turn(d: Direction) -> Direction:
        return (c * d[0] - s * d[1], s * d[0] + c * d[1], d[2])

    def part(whole: Posture | Leg | Arm) -> Posture | Leg | Arm:
        directions = {name: turn(value) for name, value in vars(whole).items() if isinstance(value, tuple)}
        return replace(whole, **directions)

    limbs = {name: part(getattr(posture, name)) for name in ("left_leg", "right_leg", "left_arm", "right_arm")}
    return replace(part(posture), **limbs)
