"""From stances to the `Problem` that the optimiser solves: contact groups, allowances, balance, companions."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from backend.body.anchors import Contact
from backend.body.regions import Regions
from backend.language.prompt import Reading

from .conduct import conduct_of
from .placement import CARRYING, Stance
from .problem import ContactGroup, Problem, SkinContact, padded
from .rig import FittingRig
from .surfaces import Level, Surroundings

# Metres that skin gives way: flesh that is sat or lain on, and everything else.
SOFT = 0.010
FIRM = 0.0005
_SOFT_REGIONS = ("buttocks", "thighs", "back")
# What bears weight wherever it touches, also the wall that is leaned on.
_CARRYING_REGIONS = ("palms", "forearms", "elbows", "back", "soles", "buttocks")
# Targets that are narrower than the region that is on them: the share of it that can touch.
_NARROW = {"left_pedal": 0.15, "right_pedal": 0.15, "pegs": 0.15, "handlebar": 0.08}
HELD = 0.6  # of a palm that is around a small thing
PUT_UP = 0.8  # of a sole that is put on a thing: not the toes alone, on its edge
APART = 0.03  # metres between companions
EMBRACE = -0.015


def pose_problem(
    rig: FittingRig, stances: Sequence[Stance], place: Surroundings, regions: Regions, reading: Reading,
    surface_of: Callable[[Contact], str | None], people: int,
) -> Problem:  # fmt: skip
    """`stances` are ordered candidate by candidate, `people` of them each."""
    local = torch.full((rig.model.topology.vertex_count,), -1, dtype=torch.long)
    local[rig.chosen] = torch.arange(len(rig.chosen))

    def vertices(region: str) -> Tensor:
        indices = local[regions[region]]
        return indices[indices >= 0]

    def contacts_of(body: int, stance: Stance) -> None:
        """Sort the anchor's contacts into those with the place, the own skin and the partner's."""
        for c in stance.body.anchor.contacts:
            if c.to == "self":
                skins.append(SkinContact(body, vertices(c.region), body, vertices(c.partner), c.weight))
            elif c.to.startswith("partner:"):
                if (other := _partner(body, people)) is not None:
                    region = vertices(c.to.removeprefix("partner:"))
                    skins.append(SkinContact(body, vertices(c.region), other, region, c.weight))
            elif (surface := surface_of(c)) is not None:
                held = c.region.endswith("palms") and isinstance(place.surfaces[surface], Level)
                contacts.append(_contact(body, c, vertices(c.region), surface, held))

    surfaces = {key: field.sample for key, field in place.surfaces.items()}
    contacts: list[ContactGroup] = []
    skins: list[SkinContact] = []
    for body, stance in enumerate(stances):
        contacts_of(body, stance)
    return Problem(
        signed_distance=place.signed_distance,
        surfaces=surfaces,
        contacts=tuple(contacts),
        skin_contacts=tuple(skins),
        allowance=_allowance(rig, regions, local),
        balanced=torch.tensor([stance.body.anchor.still for stance in stances]),
        companions=tuple(
            pair
            for first in range(0, len(stances), people)
            for pair in itertools.combinations(range(first, first + people), 2)
        ),
        apart=EMBRACE if conduct_of(reading.action).partner else APART,
    )


def _partner(body: int, people: int) -> int | None:
    """Who `body` is with: people pair up in order, and the odd one out has nobody."""
    first = body - body % people
    other = first + ((body - first) ^ 1)
    return other if other < first + people else None


def _contact(body: int, contact: Contact, vertices: Tensor, surface: str, held: bool = False) -> ContactGroup:
    """`held`: the hand goes around the thing, so that all of the palm faces it."""
    region = contact.region
    near_enough = 0.004 if region.endswith(("palms", "fingertips")) else 0.0
    carries = contact.to in CARRYING or region.endswith(_CARRYING_REGIONS)
    share = HELD if held else _share(contact)
    return ContactGroup(body, padded(vertices), surface, contact.weight, region, share, near_enough, carries)


def _share(contact: Contact) -> float:
    """How much of a region must touch: a sole stands flat, of a palm the heel or the fingers do."""
    if contact.to in _NARROW:
        return _NARROW[contact.to]
    if contact.to.startswith("touch") and contact.region.endswith("soles"):
        return PUT_UP
    return {"left_soles": 0.5, "right_soles": 0.5, "buttocks": 0.25, "back": 0.15}.get(contact.region, 0.2)


def _allowance(rig: FittingRig, regions: Regions, local: Tensor) -> Tensor:
    allowance = torch.full((len(rig.chosen),), FIRM)
    for region in _SOFT_REGIONS:
        indices = local[regions[region]]
        allowance[indices[indices >= 0]] = SOFT
    return allowance
