"""Choosing where each person begins: cells of the supports, what makes a place or a heading good, companions apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from backend.body.anchors import Anchor, Contact, anchors_of
from backend.body.model import BodyModel, ShapedBody
from backend.body.overlays import OVERLAYS, with_overlay
from backend.body.posture import resolve
from backend.body.regions import Regions
from backend.language.prompt import Reading
from backend.place.supports import Support, find_supports
from protocol.errors import TargetBlocked, UnsuitableSupport

from .gaze import looking
from .placement import CoarseBody, Search, Stance, coarse_body, search
from .stage import Stage, Surroundings

MAX_CELLS = 260
SEAT_HEIGHTS = (0.12, 1.15)  # metres above the floor
COMFORTABLE_SEAT = (0.25, 0.85)
APART = 0.5  # metres between people, hip to hip


@dataclass(frozen=True)
class Cast:
    """The people of one candidate, each with a place to begin."""

    stances: tuple[Stance, ...]


def cast(
    reading: Reading, stage: Stage, place: Surroundings, people: list[ShapedBody], model: BodyModel, regions: Regions,
    count: int, generator: torch.Generator, check: Callable[[], None],
) -> list[Cast]:  # fmt: skip
    """`count` different ways to begin, good ones first. Raises `UnsuitableSupport` or `TargetBlocked`."""
    supports = _suitable(reading, stage, place)
    cells, owners = _cells(supports, stage, place, generator)
    task = Search(
        place.field.sample,
        {key: field.sample for key, field in place.surfaces.items()},
        cells,
        _cell_cost(cells, owners, supports, stage, place, reading),
        _heading_cost(owners, supports, stage, place, reading),
    )
    coarse = [_bodies(reading, stage, supports, place, person, model, regions) for person in people]
    check()
    first = search(coarse[0], task).best(count, generator)
    casts = [[stance] for stance in first]
    for person in range(1, len(people)):
        check()
        for stances in casts:
            task_with = search(coarse[person], task, extra=lambda c, f, s=stances: _companion_cost(c, f, s, reading))
            stances.append(task_with.best(1, generator)[0])
    return [Cast(looking(stances, reading, stage, people, model)) for stances in casts]


def _suitable(reading: Reading, stage: Stage, place: Surroundings) -> tuple[Support, ...]:
    """The supports that can carry the action, or an error that says why none can."""
    seated = reading.action in ("sit", "lie")
    objects = None if stage.seat_wanted else tuple(o for m in stage.support for o in m.objects)
    found = find_supports(stage.scene, place.field, objects)
    name = stage.support[0].name if objects is not None else "anything here"
    if not found:
        raise UnsuitableSupport(
            f"“{name}” has no upward face with free space above it.", remedy="Name another object, or clear its top."
        )
    if not seated or (stage.carried_by_floor and not stage.seat_wanted):
        return found
    level = _floor_level(stage, place)
    low, high = COMFORTABLE_SEAT if stage.seat_wanted else SEAT_HEIGHTS
    fitting = tuple(s for s in found if low <= s.height - level <= high and s.area >= 0.035)
    if not fitting:
        heights = ", ".join(f"{s.height - level:.2f} m" for s in found[:4])
        raise UnsuitableSupport(
            f"“{name}” has faces at {heights} above the floor; to {reading.action} takes {low:.2f} to {high:.2f} m.",
            remedy="Name an object with a seat at a usual height, or use “standing”.",
        )
    return fitting


def _floor_level(stage: Stage, place: Surroundings) -> float:
    if stage.floor is None:
        return float(place.field.box.minimum[2]) + 0.15
    bounds = stage.scene.box_of(stage.floor.objects)
    return float(bounds.maximum[2]) if bounds.size[2] < 0.6 else float(place.field.box.minimum[2]) + 0.15


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


def _cell_cost(
    cells: Tensor, owners: Tensor, supports: tuple[Support, ...], stage: Stage, place: Surroundings, reading: Reading
) -> Tensor:
    cost = torch.zeros(len(cells))
    if stage.landmark is not None:
        cost += _relation_cost(cells, stage, place)
    if stage.cursor_weight > 0:
        away = (cells[:, :2] - torch.tensor(stage.cursor[:2], dtype=torch.float32)).norm(dim=1)
        reach = 0.35 if stage.cursor_weight >= 0.5 else 1.0
        cost += 0.02 * stage.cursor_weight * (away / reach).square().clamp(max=9)
    for key in (k for k in place.surfaces if k.startswith("touch")):
        away = place.surfaces[key].sample(cells + torch.tensor([0, 0, 0.5]))
        cost += 0.01 * (away - 0.7).clamp_min(0).square()
    cost += _elbow_room_cost(cells, place)
    if reading.action in ("sit", "lie"):
        largest = max(s.area for s in supports)
        for k, support in enumerate(supports):
            mine = owners == k
            # The seat, not the armrest or the top of the back.
            cost[mine] += 0.08 * max(0.0, 1 - support.area / min(largest, 0.5))
            off = (cells[mine, 2] - support.height).abs() - 0.03
            cost[mine] += 0.02 * (off / 0.05).clamp(0, 2).square()
            if mine.any() and len(reading.people) == 1 and reading.action == "sit":
                # Wide seats are sat on in their middle rather than at their ends.
                low, high = cells[mine, :2].amin(0), cells[mine, :2].amax(0)
                side = ((cells[mine, :2] - (low + high) / 2).abs() / (high - low).clamp_min(0.3)).amax(1)
                cost[mine] += 0.016 * side.square()
    return cost


def _elbow_room_cost(cells: Tensor, place: Surroundings) -> Tensor:
    """Nobody squeezes in between furniture where there is room elsewhere: the share of directions that are blocked."""
    angles = torch.arange(8) * (torch.pi / 4)
    around = 0.42 * torch.stack((angles.cos(), angles.sin(), torch.zeros(8)), -1)
    points = cells[:, None] + around[None] + torch.tensor([0, 0, 0.55])
    return 0.05 * ((place.field.sample(points) < 0.05).float().mean(1) - 0.3).clamp_min(0)


def _relation_cost(cells: Tensor, stage: Stage, place: Surroundings) -> Tensor:
    """How badly a cell is "next to", "in front of", "under" … the landmark."""
    assert stage.landmark is not None
    bounds = stage.scene.box_of(stage.landmark.objects)
    low = torch.tensor(bounds.minimum, dtype=torch.float32)
    high = torch.tensor(bounds.maximum, dtype=torch.float32)
    outside = torch.maximum(low[:2] - cells[:, :2], cells[:, :2] - high[:2]).clamp_min(0)
    gap = outside.norm(dim=1)
    offset = cells[:, :2] - (low + high)[:2] / 2
    if stage.relation == "under":
        return 0.03 * (gap / 0.3).square().clamp(max=4) + 0.004 * offset.norm(dim=1)
    ideal = 0.35
    cost = 0.02 * ((gap - ideal) / 0.4).square().clamp(max=6)
    front = _front_of(stage, place)
    if front is not None and stage.relation in ("front", "behind", "left", "right"):
        sideways = torch.stack((-front[1], front[0]))
        wanted = {"front": front, "behind": -front, "left": -sideways, "right": sideways}[stage.relation]
        along = (offset / offset.norm(dim=1, keepdim=True).clamp_min(0.05)) @ wanted
        cost = cost + 0.02 * (1 - along)
    return cost


def _front_of(stage: Stage, place: Surroundings) -> Tensor | None:
    """Where the landmark's front is (2,): away from its backrest, or None if it has no front."""
    assert stage.landmark is not None
    fronts = [s.front for s in find_supports(stage.scene, place.field, stage.landmark.objects) if s.front is not None]
    return torch.tensor(fronts[0], dtype=torch.float32) if fronts else None


def _heading_cost(
    owners: Tensor, supports: tuple[Support, ...], stage: Stage, place: Surroundings, reading: Reading
) -> Callable[[Tensor, Tensor], Tensor]:
    fronts = torch.zeros(len(supports), 2)
    if reading.action == "sit":
        for k, support in enumerate(supports):
            if support.front is not None:
                fronts[k] = torch.tensor(support.front, dtype=torch.float32)
    facing_landmark = (stage.landmark is not None and stage.relation in ("front", "toward")) or reading.action in (
        "reach", "lean on hands", "foot up")  # fmt: skip
    target = None
    matches = [*(t.match for t in stage.touches), *([stage.landmark] if stage.landmark else [])]
    if facing_landmark and matches:
        box = stage.scene.box_of(matches[0].objects)
        low = torch.tensor(box.minimum[:2], dtype=torch.float32)
        high = torch.tensor(box.maximum[:2], dtype=torch.float32)
        target = (low, high)

    def cost(cells: Tensor, facings: Tensor) -> Tensor:
        front = fronts[owners]
        has = front.norm(dim=1, keepdim=True) > 0.5
        total = 0.03 * has * (1 - front @ facings.T)
        if reading.action in ("lie", "lean back"):
            return total
        if target is not None:
            nearest = torch.minimum(torch.maximum(cells[:, :2], target[0]), target[1])
            towards = nearest - cells[:, :2]
            towards = towards / towards.norm(dim=1, keepdim=True).clamp_min(0.05)
            return total + 0.012 * (1 - towards @ facings.T)
        # Nobody likes to stare at a wall half a metre away.
        ahead = torch.cat((facings, torch.zeros(len(facings), 1)), 1)
        eyes = cells[:, None] + torch.tensor([0, 0, 1.0]) + 0.7 * ahead[None]
        return total + 0.02 * (0.4 - place.field.sample(eyes)).clamp(0, 0.5)

    return cost


def _companion_cost(cells: Tensor, facings: Tensor, others: list[Stance], reading: Reading) -> Tensor:
    """Not on each other's laps, not far apart, and turned to each other when they talk."""
    cost = torch.zeros(len(cells), len(facings))
    for other in others:
        offset = other.carried_at[:2] - cells[:, :2]
        away = offset.norm(dim=1)
        cost += (0.6 * (APART + 0.08 - away).clamp_min(0) + 0.03 * (away - 0.9).clamp_min(0).square())[:, None]
        if reading.together:
            towards = offset / away[:, None].clamp_min(0.05)
            strength = 0.004 if reading.action in ("sit", "lie") else 0.02
            cost += strength * (1 - towards @ facings.T)
            cost += strength * (1 + towards @ other.facing)[:, None]
    return cost


def _bodies(
    reading: Reading, stage: Stage, supports: tuple[Support, ...], place: Surroundings, person: ShapedBody,
    model: BodyModel, regions: Regions,
) -> list[CoarseBody]:  # fmt: skip
    level = _floor_level(stage, place)
    backrest = any(s.front is not None for s in supports)
    bodies = []
    for anchor in anchors_for(reading):
        if reading.action == "sit" and anchor.carried_by == "seat":
            anchor = _for_seat(anchor, float(np.median([s.height for s in supports])) - level, person, model)
        rotations = resolve(anchor.posture, model.skeleton, person)
        bodies.append(
            coarse_body(model, regions, person, anchor, rotations, lambda to: surface_key(to, reading, stage, backrest))
        )
    return bodies


def anchors_for(reading: Reading) -> list[Anchor]:
    """The action's anchors with the reading's overlays, and their mirror images where the sides differ."""
    action = "stand" if reading.action == "raise arms" else reading.action
    anchors = [a for a in anchors_of(action) if reading.manner in a.name]
    overlays = [OVERLAYS[name] for name in reading.overlays]
    if any(o.uses_arms for o in overlays):
        anchors = [a for a in anchors if a.arms_free]
    if reading.action == "raise arms" and "arms raised" not in reading.overlays:
        overlays.append(OVERLAYS["arms raised"])
    excluded = [part for o in overlays for part in o.excludes]
    anchors = [a for a in anchors if not any(part in a.name for part in excluded)] or anchors
    for overlay in overlays:
        anchors = [with_overlay(a, overlay) for a in anchors]
    anchors = [_with_touches(a, reading) for a in anchors]
    sided = reading.action in ("lie", "foot up", "reach") or any(o.name == "legs crossed" for o in overlays)
    if sided and not any("left" in r or "right" in r for t in reading.touches for r in t.regions):
        anchors += [a.mirrored for a in anchors]
    return anchors


def _with_touches(anchor: Anchor, reading: Reading) -> Anchor:
    """The anchor with the touches of the prompt: "touch" becomes the key of the surface that the region is to touch."""
    keys = {region: f"touch{k}" for k, touch in enumerate(reading.touches) for region in touch.regions}
    contacts = []
    for c in anchor.contacts:
        if c.to == "touch":
            contacts.append(replace(c, to=keys.pop(c.region, "touch0")))
        elif c.region not in keys:
            contacts.append(c)
    contacts += [Contact(region, key) for region, key in keys.items()]
    return replace(anchor, contacts=tuple(contacts))


def surface_key(to: str, reading: Reading, stage: Stage, backrest: bool) -> str | None:
    """The surface that a contact's target means here, or None if there is nothing to touch."""
    if to == "floor":
        # Whoever stands on a table has the table for a floor; whoever sits on it has the floor below.
        if reading.action not in ("sit", "lie"):
            return "support"
        return "floor" if stage.floor is not None else None
    if to == "backrest":
        return "support" if backrest else None
    if to.startswith("touch"):
        return to if stage.touches else None
    return "support" if to == "support" else None


def _for_seat(anchor: Anchor, height: float, person: ShapedBody, model: BodyModel) -> Anchor:
    """Thighs slope so that the feet reach the floor from this seat, or the legs hang if it is too high."""
    heads = {name: person.heads[k] for k, name in enumerate(model.skeleton.bone_names)}
    shin = float((heads["lowerleg01.L"] - heads["foot.L"]).norm()) + float(heads["foot.L"][2])
    thigh = float((heads["upperleg01.L"] - heads["lowerleg01.L"]).norm())
    hip = height + 0.085 * person.height / 1.7
    # From high seats the thighs stay nearly level, or they would cut into the edge: the feet hang instead.
    rise = max(-0.07, min(0.75, (shin - hip) / thigh))
    legs = {}
    for side in ("left_leg", "right_leg"):
        leg = getattr(anchor.posture, side)
        if leg.shin[2] < -0.8 and abs(leg.thigh[2]) < 0.3:
            legs[side] = type(leg)(**{**vars(leg), "thigh": (leg.thigh[0], leg.thigh[1], leg.thigh[2] + rise)})
    contacts = anchor.contacts
    if hip - shin > 0.3 * thigh:
        contacts = tuple(c for c in contacts if "soles" not in c.region)
    return type(anchor)(**{**vars(anchor), "posture": anchor.posture.but(**legs), "contacts": contacts})
