"""Anchor poses: the posture each action starts from, and which parts of the body touch what.

An anchor is a whole-body posture plus contacts. Arms, legs and head can be overlaid ("sitting" + "arms crossed"), so a
prompt's modifiers combine with any action they make sense for. Contact targets: "support" is what carries the body,
"floor" what the feet reach, "touch" the object the prompt names as touched, "self" another region of the same body,
"backrest" the back of what is sat on. A mount has more of them: "saddle", "handlebar", "pegs", "left_pedal" and
"right_pedal". "partner:chest" is the region `chest` of the person one is with, who does the same and faces one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..posture import Arm, Leg, Posture, both_arms, both_legs, mirrored


@dataclass(frozen=True)
class Contact:
    """`region` (see regions.py) should touch `to`. `weight` 1 is a firm contact, less is a wish."""

    region: str
    to: str
    weight: float = 1.0
    partner: str = ""  # for "self": the other region


@dataclass(frozen=True)
class Anchor:
    name: str
    action: str
    posture: Posture
    contacts: tuple[Contact, ...]
    carried_by: str = "floor"  # what the support must offer: "floor", "seat", "bed" or "mount"
    still: bool = True  # False in motion: balance is not asked for
    arms_free: bool = True  # an overlay may replace the arms
    unusual: float = 0.0  # cost that keeps special manners from being everybody's first choice
    clearance: float = 0.0  # metres of air between the lowest skin and what is below: a leap, with no contacts
    partner_distance: float | None = None  # metres between the pelvises of two grown people who do this together

    @property
    def mirrored(self) -> Anchor:
        """The left-right twin."""
        p = self.posture
        flip = {
            name: (-value[0], value[1], value[2]) for name, value in vars(p).items() if isinstance(value, tuple)
        }
        twin = replace(
            p, **flip, left_leg=mirrored(p.right_leg), right_leg=mirrored(p.left_leg), left_arm=mirrored(p.right_arm),
            right_arm=mirrored(p.left_arm), left_hand=p.right_hand, right_hand=p.left_hand,
        )  # fmt: skip
        contacts = tuple(
            replace(c, region=swap(c.region), to=swap(c.to), partner=swap(c.partner)) for c in self.contacts
        )
        return replace(self, posture=twin, contacts=contacts)


def swap(region: str) -> str:
    """The other side's name of a region, of a pedal, or of a partner's region."""
    if region.startswith("partner:"):
        return "partner:" + swap(region.removeprefix("partner:"))
    if region.startswith("left_"):
        return "right_" + region.removeprefix("left_")
    return "left_" + region.removeprefix("right_") if region.startswith("right_") else region


FEET = (Contact("left_soles", "floor"), Contact("right_soles", "floor"))
SEAT = (Contact("buttocks", "support"), Contact("thighs", "support", 0.3))
HANDS_ON_THIGHS = (Contact("left_palms", "self", 0.6, "left_thigh_tops"),
                    Contact("right_palms", "self", 0.6, "right_thigh_tops"))  # fmt: skip
SEAT_AND_FEET = (*SEAT, *HANDS_ON_THIGHS, Contact("left_soles", "floor", 0.6), Contact("right_soles", "floor", 0.6))
LYING = (Contact("buttocks", "support"), Contact("back", "support"), Contact("back_of_head", "support", 0.7),
          Contact("calves", "support", 0.9))  # fmt: skip

AT_EASE = Posture(
    # A little more weight on the left leg; nobody stands quite square.
    pelvis_up=(-0.02, 0.02, 1), chest_up=(0.015, -0.01, 1), chest_front=(0.03, -1, 0), head_front=(0.08, -1, 0),
    left_leg=Leg((-0.01, 0.02, -1), (0.0, 0.1, -1), (0.3, -1, 0)),
    right_leg=Leg((-0.07, -0.09, -1), (-0.04, 0.12, -1), (-0.42, -1, 0)),
    left_arm=Arm((0.22, 0.06, -1), (0.04, -0.2, -1), (-1, 0.2, 0)),
    right_arm=Arm((-0.25, 0.03, -1), (-0.04, -0.32, -1), (1, 0.1, 0)),
)  # fmt: skip
ARMS_ON_THIGHS = both_arms(Arm((0.36, -0.02, -1), (-0.34, -1, -0.44), (0.1, 0, -1), (-0.18, -1, -0.18)))
SITTING = Posture(
    pelvis_up=(0, 0.12, 1), chest_up=(0, -0.02, 1), head_up=(0, -0.04, 1),
    **both_legs(Leg((0.16, -1, 0.0), (0.02, 0.02, -1), (0.2, -1, 0))), **ARMS_ON_THIGHS,
)  # fmt: skip
