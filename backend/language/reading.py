"""What a prompt asks for, as the rest of the backend uses it."""

from __future__ import annotations

from dataclasses import dataclass

from .people import PersonSpec


@dataclass(frozen=True)
class Touch:
    """`regions` of the body touch the object that `phrase` names."""

    regions: tuple[str, ...]
    phrase: str
    optional: bool = False  # "a mug": if the scene has none, the hands only act as if
    taken: bool = False  # done with the thing in the hand: "drinking from the mug"


@dataclass(frozen=True)
class Reading:
    """One group of people who do the same in the same place."""

    people: tuple[PersonSpec, ...]
    action: str  # one of body.anchors.ACTIONS
    overlays: tuple[str, ...] = ()  # names in body.overlays.OVERLAYS
    support: str = ""  # noun phrase of what carries the people, or empty
    relation: str = ""  # near | front | behind | left | right | under | toward, of `landmark` or `beside_group`
    landmark: str = ""
    touches: tuple[Touch, ...] = ()
    together: bool = False  # they face each other
    manner: str = ""  # narrows the action's anchors to those whose names contain it
    gaze: str = ""  # noun phrase of what they look at, wave at or point at, or empty
    prop: str = ""  # noun phrase of what they have in their hands and bring along: "guitar", "box"
    interaction: str = ""  # the row of body.interactions that the action comes from, or empty
    beside_group: int | None = None  # index in `read_all` of the people that `relation` is about ("next to him")
    warnings: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """One line for the user."""
        parts = [" and ".join(p.name.lower() for p in self.people), self.action, *self.overlays]
        if self.support:
            parts.append(f"on “{self.support}”")
        if self.landmark:
            parts.append(f"{self.relation} “{self.landmark}”")
        parts += [f"touching “{t.phrase}”" for t in self.touches if t.phrase]
        if self.gaze:
            parts.append(f"looking at “{self.gaze}”")
        return ", ".join(parts)
