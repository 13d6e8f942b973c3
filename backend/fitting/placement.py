"""Where to begin: every anchor tried at every spot and heading with a coarse body, the best and most different kept.

A hypothesis puts the anchor's carrying region (buttocks, soles, back…) on a support cell at one of 16 headings. Its
cost is what the fit would have to repair: spheres inside solids, gaps at the contacts, a bad heading, a place other
than the one asked for. Gradient descent alone would stay in the first local minimum; this is cheap and sees them all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from backend.body.anchors import Anchor, Contact
from backend.body.medial import MedialSpheres, medial_spheres
from backend.body.model import BodyModel, ShapedBody
from backend.body.posing import forward_kinematics, pose
from backend.body.regions import Regions
from backend.body.rotations import about_z

from .problem import Distance, padded

HEADINGS = 16
_CHUNK = 6000
_POINTS = 16  # per contact in the coarse body
CARRYING = ("support", "floor", "saddle")  # targets of the contacts that bear the weight
OVERHANG = 0.15  # metres that parts of a lying body may be above what it lies on
HANGING = 2.0  # cost per square metre beyond that
REACHED = 0.03  # cost of a touch with something solid between the skin and the thing, that is
APPROACH = 16  # points of the way there; the last is …
NEARBY = 0.02  # … so many metres from the thing
FLESH = 0.008  # metres a body sinks into what carries it


@dataclass(frozen=True)
class CoarseBody:
    """One anchor on one shaped body, relative to its carrying point; metres, heading −Y."""

    anchor: Anchor
    rotations: Tensor  # (B, 3, 3) local
    root: Tensor  # (3,) of the root bone's head
    spheres: Tensor  # (S, 3)
    radii: Tensor  # (S,)
    contacts: tuple[tuple[str, float, Tensor], ...]  # (surface key, weight, points (n, 3))
    gaze: Tensor  # (3,) eyes


@dataclass(frozen=True)
class Stance:
    """A chosen hypothesis."""

    body: CoarseBody
    position: Tensor  # (3,) world, of the root bone's head
    carried_at: Tensor  # (3,) world, the support cell
    yaw: float  # radians; 0 faces −Y
    cost: float
    preference: float  # the part of the cost that the place and the heading make up; no fit can mend it

    @property
    def facing(self) -> Tensor:
        """(2,) unit, world."""
        return torch.tensor([math.sin(self.yaw), -math.cos(self.yaw)])


@dataclass(frozen=True)
class Search:
    """What a hypothesis is judged by. Distances are functions of world points, in metres."""

    signed_distance: Distance
    surfaces: dict[str, Distance]
    cells: Tensor  # (C, 3) world points on supports
    cell_cost: Tensor  # (C,) preference for the place, 0 is best
    first_heading: float  # radians; one of the headings tried, the others are evenly around
    heading_cost: Callable[[Tensor, Tensor], Tensor]  # cells (C, 3), facings (H, 2) → (C, H)
    # Of small things the middle (3,) and the distance to all of them, by surface key.
    handled: dict[str, tuple[Tensor, Distance]] = field(default_factory=dict)


def coarse_body(
    model: BodyModel, regions: Regions, shaped: ShapedBody, anchor: Anchor, rotations: Tensor,
    surface_of: Callable[[Contact], str | None],
) -> CoarseBody:  # fmt: skip
    """`surface_of` maps a contact to a surface key, or None if there is nothing to touch."""
    posed = pose(model, shaped, rotations, torch.zeros(3))
    carrying = [c for c in anchor.contacts if c.to in CARRYING and c.weight >= 0.99]
    outer = posed.vertices[model.topology.outer]
    under = torch.cat([posed.vertices[regions[c.region]] for c in carrying]) if carrying else outer
    # On a floor nothing may be below it, not even a foot that does not carry; a seat only meets what sits on it.
    lowest = under[:, 2].min() if anchor.carried_by in ("seat", "mount") else outer[:, 2].min()
    # Who lies takes up a bed with all of the body, not with the hips: its middle comes onto the cell.
    lying = anchor.carried_by == "bed"
    middle = (outer[:, :2].amin(0) + outer[:, :2].amax(0)) / 2 if lying else under[:, :2].mean(0)
    base = torch.cat((middle, lowest[None] + (-anchor.clearance if anchor.clearance else FLESH)))
    heads = shaped.heads[None]
    orientations, positions = forward_kinematics(model.skeleton, heads, rotations[None], torch.zeros(1, 3))
    medial: MedialSpheres = medial_spheres(model, shaped)
    contacts = []
    for c in anchor.contacts:
        surface = surface_of(c) if c.to != "self" else None
        if surface is not None:
            points = posed.vertices[padded(regions[c.region], _POINTS)]
            contacts.append((surface, c.weight * (2.0 if c.to.startswith("touch") else 1.0), points - base))
    eyes = posed.bone_poses[model.skeleton.index("head"), :3, 3] - base
    spheres = medial.posed(heads, orientations, positions)[0] - base
    return CoarseBody(anchor, rotations, -base, spheres, medial.radii, tuple(contacts), eyes)


def search(
    bodies: Sequence[CoarseBody], task: Search, extra: Callable[[Tensor, Tensor], Tensor] | None = None
) -> Hypotheses:
    """Cost of every (anchor, cell, heading). `extra`: cells (C, 3), facings (H, 2) → (C, H), e.g. companions."""
    yaws = task.first_heading + torch.arange(HEADINGS) * (2 * math.pi / HEADINGS)
    turns = about_z(yaws)
    facings = torch.stack((yaws.sin(), -yaws.cos()), -1)
    common = task.cell_cost[:, None] + task.heading_cost(task.cells, facings)
    if extra is not None:
        common = common + extra(task.cells, facings)
    common = common + torch.zeros(len(task.cells), HEADINGS)
    costs = torch.stack([_costs(body, task, turns) + common for body in bodies])
    # Anchors differ in what their coarse contacts leave open; most of that is no fault of the place.
    lowest = costs.amin((1, 2), keepdim=True)
    costs = costs - 0.8 * (lowest - lowest.min()).clamp(max=0.05)
    costs = costs + torch.tensor([body.anchor.unusual for body in bodies])[:, None, None]
    return Hypotheses(tuple(bodies), task.cells, yaws, costs, common)


def _costs(body: CoarseBody, task: Search, turns: Tensor) -> Tensor:
    """(C, H) of one anchor."""
    points = torch.cat((body.spheres, *(p for _, _, p in body.contacts)))
    turned = torch.einsum("hij,pj->hpi", turns, points)
    per_chunk = max(1, _CHUNK // HEADINGS)
    costs = []
    for cells in task.cells.split(per_chunk):
        world = cells[:, None, None] + turned[None]  # (c, H, P, 3)
        count = len(body.radii)
        inside = (0.85 * body.radii - task.signed_distance(world[:, :, :count])).clamp(0, 0.12)
        cost = 6.0 * inside.square().sum(-1)
        if body.anchor.carried_by == "bed":
            # Nobody lies with the legs in the air beyond the bed's end.
            off = task.surfaces["support"](world[:, :, :count]) - body.radii - OVERHANG
            cost = cost + HANGING * off.clamp(0, 0.4).square().mean(-1)
        at = count
        for surface, weight, own in body.contacts:
            distance = task.surfaces[surface](world[:, :, at : at + len(own)])
            nearest = distance.topk(max(1, len(own) // 4), dim=-1, largest=False).values.mean(-1)
            cost = cost + 0.5 * weight * (nearest - 0.01).clamp(0, 0.6).square()
            if surface in task.handled:
                cost = cost + REACHED * _barred(world[:, :, at : at + len(own)].mean(2), task, *task.handled[surface])
            at += len(own)
        costs.append(cost)
    return torch.cat(costs)


def _barred(skin: Tensor, task: Search, middle: Tensor, distance: Distance) -> Tensor:
    """(…,) whether the way from `skin` (…, 3) to the thing leads through something solid: a hand below the table."""
    shares = torch.linspace(0, 1, APPROACH)[:, None]
    way = skin[..., None, :] + shares * (middle - skin)[..., None, :]
    there = (distance(way) < NEARBY).cumsum(-1) > 0
    return ((task.signed_distance(way) < 0) & ~there).any(-1)


@dataclass(frozen=True)
class Hypotheses:
    bodies: tuple[CoarseBody, ...]
    cells: Tensor
    yaws: Tensor
    costs: Tensor  # (A, C, H)
    common: Tensor  # (C, H) the part of the costs that all anchors share

    def best(self, count: int, generator: torch.Generator, variety: float = 0.012) -> list[Stance]:
        """`count` stances, good first and different: each pick makes its like dearer."""
        # A little noise lets equal places differ from seed to seed.
        costs = self.costs + 0.0012 * torch.rand(self.costs.shape, generator=generator)
        chosen: list[Stance] = []
        for _ in range(count):
            index = int(costs.argmin())
            a, rest = divmod(index, costs.shape[1] * costs.shape[2])
            c, h = divmod(rest, costs.shape[2])
            chosen.append(self._stance(a, c, h))
            near = (-(self.cells[:, :2] - self.cells[c, :2]).square().sum(1) / 0.3**2).exp()
            turned = (torch.remainder(self.yaws - self.yaws[h] + math.pi, 2 * math.pi) - math.pi).square()
            alike = near[:, None] * (-turned / 0.5**2).exp()
            penalty = variety * alike[None].repeat(len(self.bodies), 1, 1) * 0.5
            penalty[a] += variety * (0.4 + 0.6 * alike)
            costs = costs + penalty
        return chosen

    def _stance(self, a: int, c: int, h: int) -> Stance:
        body, cell, yaw = self.bodies[a], self.cells[c], float(self.yaws[h])
        position = cell + about_z(torch.tensor(yaw)) @ body.root
        preference = float(self.common[c, h]) + body.anchor.unusual
        return Stance(body, position, cell, yaw, float(self.costs[a, c, h]), preference)
