"""How each action behaves in a place: what carries it, how much air it takes, what it touches and which way it faces.

One row per action of the anchor library; whatever is not listed stands on the floor.
"""

from __future__ import annotations

from dataclasses import dataclass

PALMS = ("left_palms", "right_palms")


@dataclass(frozen=True)
class Conduct:
    carried_by: str = "floor"  # "floor", "seat", "bed", "mount" (a vehicle or an animal) or "board" (stood on)
    air: float = 0.97  # free height above the support that it takes, as a share of the person's height
    touches: tuple[str, ...] = ()  # regions that touch the object meant, when the prompt does not say which
    faces_touched: bool = False  # turned towards what is touched
    sided: bool = False  # its mirror image is another way to do it
    looks_at_touched: bool = False
    rests_on_top: bool = False  # weight is put on the top of what is touched, where it has one
    astride: bool = False  # one leg on each side of what is sat on
    partner: bool = False  # two people face and touch each other
    run_up: float = 0.0  # metres of floor that it takes beyond what people need around a thing: a leaning body's feet

    @property
    def seated(self) -> bool:
        """Whether it is done on furniture rather than on the ground."""
        return self.carried_by in ("seat", "bed")

    @property
    def along(self) -> bool:
        """Whether the body is in line with what carries it."""
        return self.carried_by in ("bed", "board") or self.astride

    @property
    def on_ground(self) -> bool:
        return self.carried_by == "floor"


CONDUCT: dict[str, Conduct] = {
    "sit": Conduct("seat", 0.5),
    "sit astride": Conduct("seat", 0.55, astride=True),
    "lie": Conduct("bed", 0.25, sided=True),
    "sit on the floor": Conduct(air=0.5, sided=True),
    "kneel": Conduct(air=0.65, sided=True),
    "squat": Conduct(air=0.6),
    "crouch": Conduct(air=0.65, sided=True),
    "crawl": Conduct(air=0.5, sided=True),
    "bend down": Conduct(air=0.75),
    "foot up": Conduct(touches=("left_soles",), faces_touched=True, sided=True),
    "lean back": Conduct(touches=("back",), sided=True),
    "lean on one hand": Conduct(touches=("right_palms",), faces_touched=True, sided=True, rests_on_top=True),
    "lean on hands": Conduct(touches=PALMS, faces_touched=True, rests_on_top=True),
    "lean on elbows": Conduct(touches=("left_forearms", "right_forearms"), faces_touched=True, rests_on_top=True),
    "lean out": Conduct(touches=PALMS, faces_touched=True),
    "reach": Conduct(touches=("right_fingertips",), faces_touched=True, sided=True, looks_at_touched=True),
    "reach up": Conduct(touches=("right_fingertips",), faces_touched=True, sided=True, looks_at_touched=True),
    "pick up": Conduct(air=0.8, touches=("right_fingertips",), faces_touched=True, sided=True, looks_at_touched=True),
    "lift": Conduct(air=0.8, touches=PALMS, faces_touched=True, looks_at_touched=True),
    "push": Conduct(touches=PALMS, faces_touched=True, sided=True, run_up=0.4),
    "pull": Conduct(touches=PALMS, faces_touched=True, sided=True, run_up=0.2),
    "climb": Conduct(sided=True),
    "ride a bicycle": Conduct("mount", 0.6, sided=True),  # either pedal may be up
    "ride a motorcycle": Conduct("mount", 0.6),
    "ride a horse": Conduct("mount", 0.6),
    "ride a skateboard": Conduct("board", 0.9, sided=True),
    "shake hands": Conduct(partner=True),
    "hug": Conduct(partner=True),
}
_PLAIN = Conduct()


def conduct_of(action: str) -> Conduct:
    return CONDUCT.get(action, _PLAIN)
