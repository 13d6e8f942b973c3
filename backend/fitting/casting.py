"""Choosing where each person begins: cells of the supports, what makes a place or a heading good, companions apart."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from backend.body.anchors import Contact
from backend.body.model import BodyModel, ShapedBody
from backend.body.posture import resolve
from backend.body.regions import Regions
from backend.body.rotations import about_z
from backend.language.prompt import Reading
from backend.place.supports import Support, find_supports
from protocol.errors import TargetBlocked, UnsuitableSupport

from .conduct import conduct_of
from .gaze import looking
from .manners import anchors_for, for_seat, surface_key
from .mounting import mounted
from .pairing import opposite, room_ahead
from .placement import CoarseBody, Search, Stance, coarse_body, search
from .preferences import cell_cost, companion_cost, heading_cost, long_axis
from .problem import Distance
from .stage import Stage
from .surfaces import Surroundings
from .survey import COMFORTABLE_SEAT, HANDY, SMALLEST_SEAT
from .variation import varied

GROWN = 1.72  # metres: the people whom an anchor's partner distance is written for
MAX_CELLS = 260
SEAT_HEIGHTS = (0.12, 1.15)  # metres above the floor


@dataclass(frozen=True)
class Cast:
    """The people of one candidate, each with a place to begin."""

    people: tuple[ShapedBody, ...]
    stances: tuple[Stance, ...]


def cast(
    reading: Reading, stage: Stage, place: Surroundings, people: list[ShapedBody], model: BodyModel, regions: Regions,
    count: int, generator: torch.Generator, check: Callable[[], None],
) -> list[Cast]:  # fmt: skip
    """`count` different ways to begin, good ones first. Raises `UnsuitableSupport` or `TargetBlocked`."""
    supports = () if place.mount else _suitable(reading, stage, place)
    if place.mount:
        task = mounted(place, place.mount, len(people))
    else:
        task = _task(reading, stage, supports, place, max(p.height for p in people), generator)
    coarse = [_bodies(reading, stage, supports, place, person, model, regions) for person in people]
    check()
    embrace = coarse[0][0].anchor.partner_distance if len(people) > 1 else None
    first = search(coarse[0], task, embrace and room_ahead(place, embrace)).best(count, generator)
    casts = [[stance] for stance in first]
    for person in range(1, len(people)):
        check()
        for stances in casts:
            if embrace and person % 2 and (distance := stances[-1].body.anchor.partner_distance):
                size = (people[person - 1].height + people[person].height) / 2 / GROWN
                found = search(coarse[person], opposite(task, stances[-1], distance * size))
            else:
                found = search(coarse[person], task, lambda c, f, s=stances: companion_cost(c, f, s, reading))
            stances.append(found.best(1, generator)[0])
    return [Cast(tuple(people), looking(stances, reading, stage, people, model)) for stances in casts]


def recast(
    one: Cast, people: Sequence[ShapedBody], reading: Reading, stage: Stage, model: BodyModel, regions: Regions,
    generator: torch.Generator,
) -> Cast:  # fmt: skip
    """The same stances taken by other people in their own way: candidates differ in who is seen and how, too."""
    stances = []
    for stance, person in zip(one.stances, people, strict=True):
        anchor, rotations = varied(stance.body.anchor, reading, stage, person, model, generator)
        body = coarse_body(model, regions, person, anchor, rotations, lambda contact: None)
        position = stance.carried_at + about_z(torch.tensor(stance.yaw)) @ body.root
        stances.append(replace(stance, body=body, position=position))
    return Cast(tuple(people), tuple(stances))


def _task(
    reading: Reading, stage: Stage, supports: tuple[Support, ...], place: Surroundings, height: float,
    generator: torch.Generator,
) -> Search:  # fmt: skip
    """Where on the supports and which way; `height` of the tallest person, metres."""
    cells, owners = _cells(supports, stage, place, generator)
    return Search(
        place.signed_distance,
        {key: field.sample for key, field in place.surfaces.items()},
        cells,
        cell_cost(cells, owners, supports, stage, place, reading, height),
        _first_heading(supports, reading),
        heading_cost(owners, supports, stage, place, reading),
        _handled(stage, place),
    )


def _handled(stage: Stage, place: Surroundings) -> dict[str, tuple[Tensor, Distance]]:
    """The middles (3,) of the things among those touched that a hand can be around, with the distance to each."""
    boxes = {f"touch{k}": stage.scene.box_of(touch.match.objects) for k, touch in enumerate(stage.touches)}
    small = {key: box for key, box in boxes.items() if max(box.size) < HANDY}
    wholes = {key: getattr(place.surfaces[key], "whole", place.surfaces[key]) for key in small}
    return {key: (torch.tensor(box.center, dtype=torch.float32), wholes[key].sample) for key, box in small.items()}


def _first_heading(supports: tuple[Support, ...], reading: Reading) -> float:
    """Yaw at which people sit straight on the main support, or lie along it."""
    main = max(supports, key=lambda s: s.area)
    front = long_axis(supports) if conduct_of(reading.action).along else main.front
    return 0.0 if front is None else math.atan2(float(front[0]), -float(front[1]))


def _suitable(reading: Reading, stage: Stage, place: Surroundings) -> tuple[Support, ...]:
    """The supports that can carry the action, or an error that says why none can."""
    seated = conduct_of(reading.action).seated
    objects = tuple(o for m in stage.support for o in m.objects)
    found = find_supports(stage.scene, place.field, objects)
    name = stage.support[0].name
    if not found:
        raise UnsuitableSupport(
            f"“{name}” has no upward face with free space above it.", remedy="Name another object, or clear its top."
        )
    if not seated or stage.carried_by_floor:
        return found
    low, high = COMFORTABLE_SEAT if stage.seat_wanted else SEAT_HEIGHTS
    fitting = tuple(s for s in found if low <= s.height - stage.ground_level <= high and s.area >= SMALLEST_SEAT)
    if not fitting:
        heights = ", ".join(f"{s.height - stage.ground_level:.2f} m" for s in found[:4])
        raise UnsuitableSupport(
            f"“{name}” has faces at {heights} above the floor; to {reading.action} takes {low:.2f} to {high:.2f} m.",
            remedy="Name an object with a seat at a usual height, or use “standing”.",
        )
    return fitting


def _cells(
    supports: tuple[Support, ...], stage: Stage, place: Surroundings, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Up to MAX_CELLS points (C, 3) on the supports, and which support each is of (C,)."""
    points = [torch.tensor(np.column_stack((s.cells, s.heights)), dtype=torch.float32) for s in supports]
    owners = torch.cat([torch.full((len(p),), k) for k, p in enumerate(points)])
    cells = torch.cat(points)
    margin = 0.35
    box = place.field.box
    inside = (cells[:, 0] > box.minimum[0] + margin) & (cells[:, 0] < box.maximum[0] - margin)
    inside &= (cells[:, 1] > box.minimum[1] + margin) & (cells[:, 1] < box.maximum[1] - margin)
    if inside.any():
        cells, owners = cells[inside], owners[inside]
    if stage.cursor_weight >= 1:
        cursor = torch.tensor(stage.cursor, dtype=torch.float32)
        near = (cells[:, :2] - cursor[:2]).norm(dim=1) < 0.7
        if not near.any():
            raise TargetBlocked(
                "There is no free spot within 0.7 m of the 3D cursor.",
                remedy="Move the 3D cursor onto a free surface, or choose “As the prompt says”.",
            )
        cells, owners = cells[near], owners[near]
    if len(cells) > MAX_CELLS:
        # Each support keeps its share, small seats at least a few cells.
        weight = torch.ones(len(cells))
        for k in range(len(supports)):
            mine = owners == k
            weight[mine] = 1 / mine.sum().clamp_min(1) ** 0.7
        chosen = torch.multinomial(weight, MAX_CELLS, generator=generator)
        cells, owners = cells[chosen], owners[chosen]
    return cells, owners


def _bodies(
    reading: Reading, stage: Stage, supports: tuple[Support, ...], place: Surroundings, person: ShapedBody,
    model: BodyModel, regions: Regions,
) -> list[CoarseBody]:  # fmt: skip
    backrest = any(s.front is not None for s in supports)

    def surface_of(contact: Contact) -> str | None:
        return surface_key(contact, stage, place, backrest)

    bodies = []
    for anchor in anchors_for(reading):
        if conduct_of(reading.action).carried_by == "seat" and anchor.carried_by == "seat":
            anchor = for_seat(anchor, max(supports, key=lambda s: s.area).height - stage.ground_level, person, model)
        rotations = resolve(anchor.posture, model.skeleton, person)
        bodies.append(coarse_body(model, regions, person, anchor, rotations, surface_of))
    return bodies
