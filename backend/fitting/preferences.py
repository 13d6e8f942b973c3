"""Which places and headings people prefer, as costs that are added to what the geometry says (placement.py).

Costs are in the unit of the search: 0.0025 is what a contact open by 7 cm costs, 0.01 what two spheres 4 cm deep cost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from backend.language.prompt import Reading
from backend.place.grounding import Match
from backend.place.supports import Support, find_supports

from .conduct import conduct_of
from .placement import Stance
from .roominess import nearest_box
from .stage import Stage
from .surfaces import Surroundings


@dataclass(frozen=True)
class Tastes:
    """Weights, each with the distance in metres at which it is felt."""

    cursor: float = 0.02
    relation: float = 0.02
    relation_gap: float = 0.35  # how far from a landmark one stands
    side_of_landmark: float = 0.02
    within_reach: float = 0.01
    corner: float = 0.02
    side_middle: float = 0.008
    long_side: float = 1.1
    narrow_side: float = 0.03
    broad: float = 0.5  # a side that wide is broad enough
    facing_touched: float = 0.03
    reach: float = 0.7
    elbow_room: float = 0.05
    elbow: float = 0.42
    headroom: float = 0.06
    main_seat: float = 0.08  # against armrests and the tops of backs
    seat_level: float = 0.02
    seat_middle: float = 0.016
    platform_middle: float = 0.04
    platform: float = 3.0  # larger ones are ground
    back_to_backrest: float = 0.05
    along_the_bed: float = 0.05
    facing: float = 0.012
    open_view: float = 0.02
    view: float = 0.7
    apart: float = 0.58  # between people, hip to hip
    crowding: float = 0.6
    straying: float = 0.03
    turned_seated: float = 0.004
    turned_standing: float = 0.02


TASTES = Tastes()
PILLOW = 0.22  # metres by which pillows and armrests rise above what is lain on


def cell_cost(
    cells: Tensor, owners: Tensor, supports: tuple[Support, ...], stage: Stage, place: Surroundings, reading: Reading,
    height: float,
) -> Tensor:  # fmt: skip
    """(C,) how unwelcome each cell is. `height`: of the tallest person, metres."""
    cost = torch.zeros(len(cells))
    if stage.landmark is not None:
        cost += _relation_cost(cells, stage, place, reading)
    if stage.cursor_weight > 0:
        away = (cells[:, :2] - torch.tensor(stage.cursor[:2], dtype=torch.float32)).norm(dim=1)
        reach = 0.35 if stage.cursor_weight >= 0.5 else 1.0
        cost += TASTES.cursor * stage.cursor_weight * (away / reach).square().clamp(max=9)
    if conduct_of(reading.action).faces_touched and stage.touches:
        cost += _squareness_cost(cells, stage)
    for key in (k for k in place.surfaces if k.startswith("touch")):
        away = place.surfaces[key].sample(cells + torch.tensor([0, 0, 0.5]))
        cost += TASTES.within_reach * (away - TASTES.reach).clamp_min(0).square()
    cost += _elbow_room_cost(cells, place)
    cost += _headroom_cost(owners, supports, cells, reading, height)
    if conduct_of(reading.action).on_ground and not stage.carried_by_floor:
        # On stairs, tables and podiums nobody walks or stands at the edge.
        low, high = cells[:, :2].amin(0), cells[:, :2].amax(0)
        if float((high - low).max()) < TASTES.platform:
            side = ((cells[:, :2] - (low + high) / 2).abs() / (high - low).clamp_min(0.3)).amax(1)
            cost += TASTES.platform_middle * side.square()
    if conduct_of(reading.action).seated or conduct_of(reading.action).along:
        largest = max(s.area for s in supports)
        level = level_with(supports)
        for k, support in enumerate(supports):
            mine = owners == k
            # The seat, not the armrest or the top of the back.
            cost[mine] += TASTES.main_seat * max(0.0, 1 - support.area / min(largest, 0.5))
            if conduct_of(reading.action).along and not level[k]:
                cost[mine] += 2 * TASTES.main_seat  # nobody lies on a headboard
            off = (cells[mine, 2] - support.height).abs() - 0.03
            cost[mine] += TASTES.seat_level * (off / 0.05).clamp(0, 2).square()
            if mine.any() and len(reading.people) == 1:
                # Wide seats are sat on in their middle rather than at their ends.
                low, high = cells[mine, :2].amin(0), cells[mine, :2].amax(0)
                side = ((cells[mine, :2] - (low + high) / 2).abs() / (high - low).clamp_min(0.3)).amax(1)
                # On a stool or in a bed it matters more where one is than on a long bench.
                small = 2.5 if reading.action == "lie" or support.area < 0.35 else 1.0
                cost[mine] += small * TASTES.seat_middle * side.square()
    return cost


def _squareness_cost(cells: Tensor, stage: Stage) -> Tensor:
    """People push, pull and lift things from the middle of a side rather than at a corner."""
    low, high = (v[:, :2] for v in nearest_box(cells, stage.touches[0].match, stage.scene))
    beyond = torch.maximum(low - cells[:, :2], cells[:, :2] - high).clamp_min(0)
    corner = (beyond > 0.02).all(1)
    half = ((high - low) / 2).clamp_min(0.05)
    off = ((cells[:, :2] - (low + high) / 2).abs() / half).clamp(max=1)
    # Along a long wall or counter any place is as good.
    aside = torch.where(beyond > 0.02, torch.zeros_like(off), off.square() * (half < TASTES.long_side)).amax(1)
    # Not at the narrow end of a wall or a wardrobe that has a broad side.
    size = (high - low).clamp(max=TASTES.broad)
    width = torch.where(beyond[:, 0] > beyond[:, 1], size[:, 1], size[:, 0])
    narrow = (size.amax(1) - width) / TASTES.broad
    return TASTES.corner * corner + TASTES.side_middle * aside + TASTES.narrow_side * narrow


def _elbow_room_cost(cells: Tensor, place: Surroundings) -> Tensor:
    """Nobody squeezes in between furniture where there is room elsewhere: the share of directions that are blocked."""
    angles = torch.arange(8) * (torch.pi / 4)
    around = TASTES.elbow * torch.stack((angles.cos(), angles.sin(), torch.zeros(8)), -1)
    points = cells[:, None] + around[None] + torch.tensor([0, 0, 0.55])
    return TASTES.elbow_room * ((place.field.sample(points) < 0.05).float().mean(1) - 0.3).clamp_min(0)


def _headroom_cost(
    owners: Tensor, supports: tuple[Support, ...], cells: Tensor, reading: Reading, height: float
) -> Tensor:
    """Nobody stands with the legs through a table's top."""
    needed = height * conduct_of(reading.action).air
    air = torch.zeros(len(cells))
    for k, support in enumerate(supports):
        mine = owners == k
        if mine.any():
            own = torch.tensor(support.cells, dtype=torch.float32)
            nearest = torch.cdist(cells[mine, :2], own).argmin(1)
            air[mine] = torch.tensor(support.free_heights, dtype=torch.float32)[nearest]
    return TASTES.headroom * (air < needed)


def _relation_cost(cells: Tensor, stage: Stage, place: Surroundings, reading: Reading) -> Tensor:
    """How badly a cell is "next to", "in front of", "under" … the landmark."""
    assert stage.landmark is not None
    low, high = (v[:, :2] for v in nearest_box(cells, stage.landmark, stage.scene))
    outside = torch.maximum(low - cells[:, :2], cells[:, :2] - high).clamp_min(0)
    gap = outside.norm(dim=1)
    offset = cells[:, :2] - (low + high) / 2
    if stage.relation == "under":
        return 1.5 * TASTES.relation * (gap / 0.3).square().clamp(max=4) + 0.004 * offset.norm(dim=1)
    # A seat stands where it stands: under the table's edge or half a metre from it are both "at the table".
    off = (gap - 0.6).clamp_min(0) if conduct_of(reading.action).seated else gap - TASTES.relation_gap
    cost = TASTES.relation * (off / 0.4).square().clamp(max=6)
    front = _front_of(stage, place)
    if front is not None and stage.relation in ("front", "behind", "left", "right"):
        sideways = torch.stack((-front[1], front[0]))
        wanted = {"front": front, "behind": -front, "left": -sideways, "right": sideways}[stage.relation]
        along = (offset / offset.norm(dim=1, keepdim=True).clamp_min(0.05)) @ wanted
        cost = cost + TASTES.side_of_landmark * (1 - along)
    return cost


def level_with(supports: tuple[Support, ...]) -> tuple[bool, ...]:
    """Which supports make up the surface to lie on: the largest, and what lies about as high, like pillows."""
    main = max(supports, key=lambda s: s.area)
    return tuple(abs(s.height - main.height) < PILLOW for s in supports)


def long_axis(supports: tuple[Support, ...]) -> Tensor | None:
    """(2,) unit: where the feet of somebody lying there point, or None if it is as wide as long.

    Away from the raised end: from pillows, headboards, armrests.
    """
    level = [s for s, own in zip(supports, level_with(supports), strict=True) if own]
    cells = [torch.tensor(s.cells, dtype=torch.float32) for s in level]
    points = torch.cat(cells)
    middle = (points.amin(0) + points.amax(0)) / 2
    spread = points - points.mean(0)
    values, vectors = torch.linalg.eigh(spread.T @ spread / len(points))
    raised = _raised_end(supports, middle)
    if values[1] < 1.25 * values[0]:
        return None if raised is None else -raised
    axis = vectors[:, 1]
    return -axis if raised is not None and float(raised @ axis) > 0 else axis


def _raised_end(supports: tuple[Support, ...], middle: Tensor) -> Tensor | None:
    """(2,) unit: towards what is higher than the largest support, weighted by how much; None if nothing is."""
    main = max(supports, key=lambda s: s.area)
    pull = torch.zeros(2)
    for support in supports:
        if support.height > main.height + 0.03:
            own = torch.tensor(support.cells, dtype=torch.float32)
            pull = pull + len(own) * (own.mean(0) - middle)
        for back in support.backs[:1]:
            pull = pull + len(support.cells) * 0.5 * torch.tensor(back, dtype=torch.float32)
    return pull / pull.norm() if float(pull.norm()) > 1.0 else None


def _front_of(stage: Stage, place: Surroundings) -> Tensor | None:
    """Where the landmark's front is (2,): away from its backrest, or None if it has no front."""
    assert stage.landmark is not None
    fronts = [s.front for s in find_supports(stage.scene, place.field, stage.landmark.objects) if s.front is not None]
    return torch.tensor(fronts[0], dtype=torch.float32) if fronts else None


def heading_cost(
    owners: Tensor, supports: tuple[Support, ...], stage: Stage, place: Surroundings, reading: Reading
) -> Callable[[Tensor, Tensor], Tensor]:
    conduct = conduct_of(reading.action)
    fronts = torch.zeros(len(supports), 2)
    axis = long_axis(supports) if conduct.along else None
    for k, support in enumerate(supports):
        if axis is not None:
            fronts[k] = axis
        elif conduct.seated and support.front is not None:
            fronts[k] = torch.tensor(support.front, dtype=torch.float32)
    facing_landmark = stage.landmark is not None and stage.relation in ("front", "toward")
    facing_landmark |= conduct.faces_touched
    target: Match | None = None
    matches = [*(t.match for t in stage.touches), *([stage.landmark] if stage.landmark else [])]
    if stage.gaze is not None and not conduct.faces_touched:
        facing_landmark, matches = True, [stage.gaze]
    if facing_landmark and matches:
        target = matches[0]

    def cost(cells: Tensor, facings: Tensor) -> Tensor:
        front = fronts[owners]
        has = front.norm(dim=1, keepdim=True) > 0.5
        if conduct.along:
            # Along the bed; which end the head is at matters less, but a headboard is for heads.
            along = front @ facings.T
            return TASTES.along_the_bed * has * (1 - along.square()) + 0.004 * has * (1 - along)
        total = TASTES.back_to_backrest * has * (1 - front @ facings.T)
        if reading.action == "lean back":
            return total
        if target is not None:
            low, high = nearest_box(cells, target, stage.scene)
            nearest = torch.minimum(torch.maximum(cells, low), high)[:, :2]
            towards = nearest - cells[:, :2]
            towards = towards / towards.norm(dim=1, keepdim=True).clamp_min(0.05)
            strength = TASTES.facing_touched if conduct.faces_touched else TASTES.facing
            return total + strength * (1 - towards @ facings.T)
        # Nobody likes to stare at a wall half a metre away.
        ahead = torch.cat((facings, torch.zeros(len(facings), 1)), 1)
        eyes = cells[:, None] + torch.tensor([0, 0, 1.0]) + TASTES.view * ahead[None]
        return total + TASTES.open_view * (0.4 - place.field.sample(eyes)).clamp(0, 0.5)

    return cost


def companion_cost(cells: Tensor, facings: Tensor, others: list[Stance], reading: Reading) -> Tensor:
    """Not on each other's laps, not far apart, and turned to each other when they talk."""
    cost = torch.zeros(len(cells), len(facings))
    for other in others:
        offset = other.carried_at[:2] - cells[:, :2]
        away = offset.norm(dim=1)
        crowding = TASTES.crowding * (TASTES.apart - away).clamp_min(0)
        cost += (crowding + TASTES.straying * (away - 0.9).clamp_min(0).square())[:, None]
        if reading.together:
            towards = offset / away[:, None].clamp_min(0.05)
            seated = conduct_of(reading.action).seated
            strength = TASTES.turned_seated if seated else TASTES.turned_standing
            cost += strength * (1 - towards @ facings.T)
            cost += strength * (1 + towards @ other.facing)[:, None]
    return cost
