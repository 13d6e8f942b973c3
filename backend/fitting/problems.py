"""From stances to the `Problem` that the optimiser solves: contact groups, allowances, balance, companions."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from backend.body.regions import Regions
from backend.language.prompt import Reading

from .placement import Stance
from .problem import ContactGroup, Problem, SelfContact, padded
from .rig import FittingRig
from .surfaces import Surroundings

# Metres that skin gives way: flesh that is sat or lain on, and everything else.
SOFT = 0.010
FIRM = 0.0015
_SOFT_REGIONS = ("buttocks", "thighs", "back")
_BALANCED_ACTIONS = ("stand", "squat", "kneel", "raise arms", "reach", "foot up")


def pose_problem(
    rig: FittingRig, stances: Sequence[Stance], place: Surroundings, regions: Regions, reading: Reading,
    surface_of: Callable[[str], str | None], people: int,
) -> Problem:  # fmt: skip
    """`stances` are ordered candidate by candidate, `people` of them each."""
    local = torch.full((rig.model.topology.vertex_count,), -1, dtype=torch.long)
    local[rig.chosen] = torch.arange(len(rig.chosen))

    def vertices(region: str) -> Tensor:
        indices = local[regions[region]]
        return indices[indices >= 0]

    surfaces = {key: field.sample for key, field in place.surfaces.items()}
    contacts: list[ContactGroup] = []
    selves: list[SelfContact] = []
    for body, stance in enumerate(stances):
        for c in stance.body.anchor.contacts:
            if c.to == "self":
                selves.append(SelfContact(body, vertices(c.region), vertices(c.partner), c.weight))
            elif (surface := surface_of(c.to)) is not None:
                contacts.append(_contact(body, c.region, vertices(c.region), surface, c.weight))
    return Problem(
        signed_distance=place.field.sample,
        surfaces=surfaces,
        contacts=tuple(contacts),
        self_contacts=tuple(selves),
        allowance=_allowance(rig, regions, local),
        balanced=torch.full((len(stances),), reading.action in _BALANCED_ACTIONS),
        feet=_base_of(reading, vertices),
        companions=tuple(
            pair
            for first in range(0, len(stances), people)
            for pair in itertools.combinations(range(first, first + people), 2)
        ),
    )


def _contact(body: int, region: str, vertices: Tensor, surface: str, weight: float) -> ContactGroup:
    by_hand = region.endswith(("palms", "fingertips"))
    return ContactGroup(body, padded(vertices), surface, weight, region, _share(region), 0.004 if by_hand else 0.0)


def _share(region: str) -> float:
    """How much of a region must touch: a sole stands flat, of a palm the heel or the fingers do."""
    return {"left_soles": 0.5, "right_soles": 0.5, "buttocks": 0.25, "back": 0.15}.get(region, 0.2)


def _base_of(reading: Reading, vertices: Callable[[str], Tensor]) -> Tensor:
    if reading.action == "kneel":
        return torch.cat((vertices("shins"), vertices("knees"), vertices("toes"), vertices("soles")))
    return vertices("soles")


def _allowance(rig: FittingRig, regions: Regions, local: Tensor) -> Tensor:
    allowance = torch.full((len(rig.chosen),), FIRM)
    for region in _SOFT_REGIONS:
        indices = local[regions[region]]
        allowance[indices[indices >= 0]] = SOFT
    return allowance
