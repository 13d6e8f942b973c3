"""Anchor poses: the posture each action starts from, and which parts of the body touch what.

An anchor is a whole-body posture plus contacts. Arms, legs and head can be overlaid ("sitting" + "arms crossed"), so a
prompt's modifiers combine with any action they make sense for. Contact targets: "support" is what carries the body,
"floor" what the feet reach, "touch" the object the prompt names as touched, "self" another region of the same body.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from .posture import FRONT, UP, Arm, Leg, Posture, both_arms, both_legs, mirrored


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
    carried_by: str = "floor"  # what the support must offer: "floor", "seat" or "bed"
    still: bool = True  # False in motion: balance is not asked for
    arms_free: bool = True  # an overlay may replace the arms
    unusual: float = 0.0  # cost that keeps special manners from being everybody's first choice

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
        contacts = tuple(replace(c, region=_swap(c.region), partner=_swap(c.partner)) for c in self.contacts)
        return replace(self, posture=twin, contacts=contacts)


def _swap(region: str) -> str:
    if region.startswith("left_"):
        return "right_" + region.removeprefix("left_")
    return "left_" + region.removeprefix("right_") if region.startswith("right_") else region


_FEET = (Contact("left_soles", "floor"), Contact("right_soles", "floor"))
_SEAT = (Contact("buttocks", "support"), Contact("thighs", "support", 0.3))
_HANDS_ON_THIGHS = (Contact("left_palms", "self", 0.6, "left_thigh_tops"),
                    Contact("right_palms", "self", 0.6, "right_thigh_tops"))  # fmt: skip
_SEAT_AND_FEET = (*_SEAT, *_HANDS_ON_THIGHS, Contact("left_soles", "floor", 0.6), Contact("right_soles", "floor", 0.6))
_LYING = (Contact("buttocks", "support"), Contact("back", "support"), Contact("back_of_head", "support", 0.5),
          Contact("calves", "support", 0.4))  # fmt: skip

_AT_EASE = Posture(
    left_leg=Leg((0.09, -0.02, -1), (0.05, 0.07, -1), (0.3, -1, 0)),
    right_leg=Leg((-0.12, -0.1, -1), (-0.04, 0.12, -1), (-0.3, -1, 0)),
    left_arm=Arm((0.24, 0.08, -1), (0.1, -0.28, -1), (-1, 0.25, 0)),
    right_arm=Arm((-0.24, 0.05, -1), (-0.08, -0.35, -1), (1, 0.25, 0)),
)
_ARMS_ON_THIGHS = both_arms(Arm((0.32, -0.22, -1), (-0.22, -1, -0.12), (0.1, 0, -1), (-0.15, -1, -0.3)), "relaxed")
_SITTING = Posture(
    pelvis_up=(0, 0.12, 1), chest_up=(0, -0.02, 1), head_up=(0, -0.04, 1),
    **both_legs(Leg((0.16, -1, 0.0), (0.02, 0.02, -1), (0.2, -1, 0))), **_ARMS_ON_THIGHS,
)  # fmt: skip


def _stand() -> list[Anchor]:
    straight = Posture(**both_legs(Leg((0.1, -0.03, -1), (0.05, 0.08, -1), (0.25, -1, 0))),
                       **both_arms(Arm((0.24, 0.07, -1), (0.08, -0.28, -1), (-1, 0.25, 0))))  # fmt: skip
    return [
        Anchor("standing at ease", "stand", _AT_EASE, _FEET),
        Anchor("standing straight", "stand", straight, _FEET),
        Anchor("standing, weight on one leg", "stand", _AT_EASE.but(
            pelvis_up=(0.07, 0, 1), chest_up=(-0.04, 0, 1), head_front=(0.2, -1, 0),
            right_leg=Leg((-0.2, -0.14, -1), (-0.02, 0.14, -1), (-0.5, -1, 0))), _FEET),
    ]  # fmt: skip


def _sit() -> list[Anchor]:
    relaxed = _SITTING.but(pelvis_up=(0, 0.3, 1), chest_up=(0, 0.18, 1), head_up=(0, 0.0, 1))
    forward = _SITTING.but(
        pelvis_up=(0, -0.1, 1), chest_up=(0, -0.42, 1), head_up=(0, -0.3, 1), head_front=(0, -1, -0.15),
        **both_legs(Leg((0.3, -1, 0.0), (0.0, 0.05, -1), (0.3, -1, 0))),
        **both_arms(Arm((0.3, -0.62, -0.75), (-0.55, -0.75, -0.12), (-0.5, 0, -1))),
    )
    apart = _SITTING.but(**both_legs(Leg((0.4, -1, 0.0), (0.0, 0.0, -1), (0.5, -1, 0))))
    return [
        Anchor("sitting upright", "sit", _SITTING, _SEAT_AND_FEET, "seat"),
        Anchor("sitting relaxed", "sit", relaxed, _SEAT_AND_FEET, "seat"),
        Anchor("sitting, legs apart", "sit", apart, _SEAT_AND_FEET, "seat"),
        Anchor("sitting, leaning forward", "sit", forward, (*_SEAT, *_SEAT_AND_FEET[-2:]), "seat", arms_free=False,
               unusual=0.012),
    ]


def _sit_floor() -> list[Anchor]:
    hands_on_knees = both_arms(Arm((0.42, -0.5, -1), (0.1, -1, -0.35), (0, 0, -1), (0.05, -1, -0.5)))
    crossed = Posture(
        pelvis_up=(0, 0.16, 1), chest_up=(0, -0.08, 1), head_up=(0, -0.05, 1),
        left_leg=Leg((0.85, -0.72, 0.14), (-1, -0.14, -0.2), (-0.6, -0.8, -0.2), (-0.6, 0.5, 0.6)),
        right_leg=Leg((-0.85, -0.72, 0.16), (1, 0.2, -0.26), (0.7, -0.7, -0.2), (0.5, 0.4, 0.7)),
        **hands_on_knees,
    )  # fmt: skip
    stretched = Posture(
        pelvis_up=(0, 0.2, 1), chest_up=(0, 0.15, 1), head_up=(0, 0, 1),
        left_leg=Leg((0.14, -1, -0.02), (0.05, -1, -0.1), (0.15, -0.35, 1), (0.1, -1, 0.15), UP),
        right_leg=Leg((-0.14, -1, 0.5), (-0.02, -0.75, -0.75), (-0.15, -1, -0.12), (0, -0.1, 1), UP),
        **both_arms(Arm((0.3, 0.55, -1), (0.12, 0.3, -1), (0.1, -0.3, -1), (0.3, 0.9, -0.15), (0, 1, 0)), "flat"),
    )  # fmt: skip
    knees_up = Posture(
        pelvis_up=(0, 0.2, 1), chest_up=(0, -0.22, 1), head_up=(0, -0.1, 1),
        **both_legs(Leg((0.16, -0.8, 0.85), (0.0, -0.25, -1), (0.2, -1, 0))),
        **both_arms(Arm((0.25, -0.75, -0.7), (-0.35, -1, 0.05), (-1, 0.2, -0.3))),
    )  # fmt: skip
    seat = (Contact("buttocks", "support"),)
    feet = (Contact("left_soles", "support", 0.6), Contact("right_soles", "support", 0.6))
    return [
        Anchor("sitting cross-legged", "sit on the floor", crossed,
               (*seat, Contact("calves", "support", 0.15), Contact("left_palms", "self", 0.6, "left_knees"),
                Contact("right_palms", "self", 0.6, "right_knees")), "floor"),
        Anchor("sitting with knees up", "sit on the floor", knees_up, (*seat, *feet), "floor"),
        Anchor("sitting, one leg stretched", "sit on the floor", stretched,
               (*seat, Contact("left_calves", "support", 0.5), Contact("right_soles", "support", 0.6),
                Contact("palms", "support", 0.6)), "floor", arms_free=False),
    ]  # fmt: skip


def _lie() -> list[Anchor]:
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
        Anchor("lying on the back", "lie", flat, _LYING, "bed"),
        Anchor("lying, one knee up", "lie", one_knee, (*_LYING[:3], Contact("right_soles", "support", 0.5)), "bed"),
        Anchor("lying, knees up", "lie", knees_up,
               (*_LYING[:3], Contact("soles", "support", 0.5)), "bed"),
        Anchor("lying on the side", "lie", side, side_contacts, "bed", arms_free=False, unusual=0.012),
    ]  # fmt: skip


def _lean() -> list[Anchor]:
    back = Posture(
        pelvis_up=(0, 0.2, 1), chest_up=(0, 0.2, 1), head_up=(0, 0.05, 1), head_front=(0, -1, -0.02),
        left_leg=Leg((0.12, -0.24, -1), (0.04, -0.2, -1), (0.25, -1, 0)),
        right_leg=Leg((-0.12, -0.32, -1), (-0.04, -0.14, -1), (-0.25, -1, 0)),
        **both_arms(Arm((0.26, -0.04, -1), (0.05, -0.35, -1), (-1, 0.2, 0))),
    )  # fmt: skip
    hands = Posture(
        pelvis_up=(0, -0.28, 1), chest_up=(0, -0.4, 1), head_up=(0, -0.2, 1), head_front=(0, -1, -0.12),
        left_leg=Leg((0.12, 0.1, -1), (0.05, 0.2, -1), (0.2, -1, 0)),
        right_leg=Leg((-0.12, -0.02, -1), (-0.05, 0.2, -1), (-0.2, -1, 0)),
        **both_arms(Arm((0.28, -0.42, -1), (0.0, -0.55, -1), (0, 0.1, -1), (-0.05, -1, -0.12), (0, 1, 0)), "flat"),
    )  # fmt: skip
    return [
        Anchor("leaning back", "lean back", back,
               (*_FEET, Contact("back", "touch"), Contact("buttocks", "touch", 0.4))),
        Anchor("leaning on both hands", "lean on hands", hands,
               (*_FEET, Contact("left_palms", "touch"), Contact("right_palms", "touch")), arms_free=False),
    ]  # fmt: skip


def _low() -> list[Anchor]:
    tall = Posture(
        chest_up=(0, -0.03, 1),
        **both_legs(Leg((0.12, 0.04, -1), (0.02, 1, -0.05), (0, 1, -0.25), FRONT, (0, 0.2, -1))),
        **both_arms(Arm((0.26, -0.1, -1), (-0.05, -0.5, -1), (-1, 0.2, 0))),
    )  # fmt: skip
    on_heels = Posture(
        pelvis_up=(0, 0.05, 1), chest_up=(0, -0.02, 1),
        **both_legs(Leg((0.24, -1, -0.32), (-0.1, 1, -0.12), (-0.1, 1, -0.1), UP, (0, 0.1, -1))), **_ARMS_ON_THIGHS,
    )  # fmt: skip
    one_knee = Posture(
        pelvis_up=(0, -0.03, 1), chest_up=(0, -0.08, 1),
        left_leg=Leg((0.12, -1, 0.06), (0.0, 0.04, -1), (0.1, -1, 0)),
        right_leg=Leg((-0.1, 0.06, -1), (-0.02, 1, 0.2), (0, 0.15, -1), (0, 1, 0.15)),
        left_arm=Arm((0.25, -0.5, -1), (-0.1, -1, 0.0), (0, 0.0, -1)),
        right_arm=Arm((-0.28, 0.05, -1), (-0.05, -0.45, -1), (1, 0.2, 0)),
    )  # fmt: skip
    squat = Posture(
        pelvis_up=(0, -0.3, 1), chest_up=(0, -0.5, 1), head_up=(0, -0.2, 1), head_front=(0, -1, -0.05),
        **both_legs(Leg((0.46, -1, 0.42), (0.02, 0.62, -1), (0.45, -1, 0))),
        **both_arms(Arm((0.3, -0.8, -0.75), (-0.45, -1, -0.1), (-0.6, 0, -1))),
    )  # fmt: skip
    shins = (Contact("left_shins", "floor"), Contact("right_shins", "floor"))
    return [
        Anchor("kneeling upright", "kneel", tall, (*shins, Contact("knees", "floor", 0.5)), "floor"),
        Anchor("kneeling on one knee", "kneel", one_knee,
               (Contact("right_knees", "floor"), Contact("left_soles", "floor"), Contact("right_toes", "floor", 0.4),
                Contact("left_palms", "self", 0.6, "left_thigh_tops")),
               "floor"),
        Anchor("sitting on the heels", "kneel", on_heels, shins, "floor"),
        Anchor("squatting", "squat", squat, _FEET, "floor"),
    ]  # fmt: skip


def _move() -> list[Anchor]:
    walk = Posture(
        pelvis_up=(0, -0.04, 1), chest_up=(0, -0.06, 1), chest_front=(-0.16, -1, 0), pelvis_front=(0.12, -1, 0),
        left_leg=Leg((0.05, -0.42, -1), (0.03, -0.22, -1), (0.08, -1, 0.2), FRONT, (0, 0.2, 1)),
        right_leg=Leg((-0.07, 0.2, -1), (-0.03, 0.62, -1), (-0.1, -1, -0.75), FRONT, (0, -0.75, 1)),
        left_arm=Arm((0.2, 0.38, -1), (0.06, 0.05, -1), (-1, 0.1, 0)),
        right_arm=Arm((-0.2, -0.35, -1), (0.05, -0.75, -1), (1, 0.1, 0)),
    )  # fmt: skip
    run = Posture(
        pelvis_up=(0, -0.14, 1), chest_up=(0, -0.18, 1), chest_front=(-0.22, -1, 0), pelvis_front=(0.16, -1, 0),
        left_leg=Leg((0.05, -0.85, -0.75), (0.02, 0.35, -1), (0.05, -1, 0.0), FRONT, (0, 0.05, 1)),
        right_leg=Leg((-0.06, 0.26, -1), (-0.03, 0.55, -1), (-0.08, -1, -0.7), FRONT, (0, -0.7, 1)),
        left_arm=Arm((0.26, 0.75, -0.9), (0.0, -1, -0.35), (-1, 0, 0)),
        right_arm=Arm((-0.22, -0.25, -1), (0.25, -1, 0.45), (1, 0, 0)),
        left_hand="cupped", right_hand="cupped",
    )  # fmt: skip
    toe_off = Contact("right_toes", "floor")
    return [
        Anchor("walking", "walk", walk, (Contact("left_heels", "floor"), toe_off), still=False),
        Anchor("jogging", "run", run, (toe_off,), still=False, arms_free=False),
    ]


def _reach() -> list[Anchor]:
    reach = Posture(
        pelvis_up=(0, -0.1, 1), chest_up=(0.05, -0.25, 1), chest_front=(0.25, -1, 0), head_up=(0, -0.2, 1),
        head_front=(-0.1, -1, -0.3),
        left_leg=Leg((0.12, 0.02, -1), (0.04, 0.14, -1), (0.25, -1, 0)),
        right_leg=Leg((-0.12, -0.16, -1), (-0.04, 0.12, -1), (-0.2, -1, 0)),
        right_arm=Arm((-0.12, -1, -0.55), (0.02, -1, -0.25), (0.5, 0, -1)), right_hand="cupped",
        left_arm=Arm((0.24, 0.12, -1), (0.08, -0.3, -1), (-1, 0.25, 0)),
    )  # fmt: skip
    reach_down = reach.but(
        pelvis_up=(0, -0.75, 1), chest_up=(0.05, -1.35, 1), chest_front=(0.15, -1, -0.9), head_up=(0, -1, 0.5),
        head_front=(-0.05, -0.7, -1),
        left_leg=Leg((0.13, -0.3, -1), (0.03, 0.3, -1), (0.2, -1, 0)),
        right_leg=Leg((-0.13, -0.42, -1), (-0.03, 0.3, -1), (-0.2, -1, 0)),
        right_arm=Arm((-0.08, -0.75, -1), (0.0, -0.8, -1), (0.4, 0.3, -1)),
        left_arm=Arm((0.2, -0.25, -1), (-0.1, -0.8, -0.6), (0, 0, -1)),
    )  # fmt: skip
    foot_up = _AT_EASE.but(
        pelvis_up=(0, -0.06, 1), chest_up=(0, -0.12, 1),
        left_leg=Leg((0.22, -1, -0.2), (0.03, 0.05, -1), (0.2, -1, 0)),
        right_leg=Leg((-0.1, 0.04, -1), (-0.03, 0.08, -1), (-0.3, -1, 0)),
        left_arm=Arm((0.3, -0.5, -1), (-0.05, -1, -0.4), (0, 0, -1)),
    )  # fmt: skip
    handstand = Posture(
        pelvis_up=(0, 0.02, -1), pelvis_front=(0, 1, 0.02), chest_up=(0, 0.04, -1), chest_front=(0, 1, 0.04),
        head_up=(0, -0.2, -1), head_front=(0, 1, -0.35),
        **both_legs(Leg((0.1, 0.03, 1), (0.04, 0.0, 1), (0.15, 0.35, 1), (0, -1, 0.35), (0, 1, 0))),
        **both_arms(Arm((0.28, 0.02, -1), (0.06, 0.0, -1), (0, -0.1, -1), (0.2, 1, -0.05), (1, 0, 0)), "flat"),
    )  # fmt: skip
    palms = (Contact("left_palms", "floor"), Contact("right_palms", "floor"))
    return [
        Anchor("reaching out", "reach", reach, (*_FEET, Contact("right_fingertips", "touch")), arms_free=False),
        Anchor("reaching down", "reach", reach_down, (*_FEET, Contact("right_fingertips", "touch")), arms_free=False),
        Anchor("one foot up", "foot up", foot_up, (Contact("right_soles", "floor"), Contact("left_soles", "touch"))),
        Anchor("handstand", "handstand", handstand, palms, arms_free=False),
    ]


ANCHORS: tuple[Anchor, ...] = (
    *_stand(), *_sit(), *_sit_floor(), *_lie(), *_lean(), *_low(), *_move(), *_reach(),
)  # fmt: skip
ACTIONS: tuple[str, ...] = tuple(dict.fromkeys(a.action for a in ANCHORS)) + ("raise arms",)


def anchors_of(action: str) -> tuple[Anchor, ...]:
    return tuple(a for a in ANCHORS if a.action == action)
