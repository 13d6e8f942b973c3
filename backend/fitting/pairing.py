"""Where two people who hold each other begin: face to face, at the distance that their anchor asks for."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from .placement import Search, Stance
from .surfaces import Surroundings

SHIFTS = (0.0, 0.05, -0.05)  # metres, besides the anchor's distance
ROOM = 0.2  # metres of free space that a body takes to each side
HEIGHTS = (0.3, 0.9, 1.4)  # metres above the ground at which that room is looked for
NO_ROOM = 0.15  # cost per metre that is missing
ASTRAY = 10.0  # cost of any other heading: out of the question


def room_ahead(place: Surroundings, distance: float) -> Callable[[Tensor, Tensor], Tensor]:
    """Cost (C, H) of cells (C, 3) and facings (H, 2) that leave no room for a partner `distance` metres ahead."""

    def cost(cells: Tensor, facings: Tensor) -> Tensor:
        ahead = cells[:, None] + distance * torch.cat((facings, torch.zeros(len(facings), 1)), 1)[None]
        ground = place.surfaces["support"].sample(ahead)
        missing = (ground - 0.05).clamp(0, 0.5)
        for height in HEIGHTS:
            above = ahead + torch.tensor([0.0, 0.0, height])
            missing = missing + (ROOM - place.field.sample(above)).clamp(0, 0.5)
        return NO_ROOM * missing

    return cost


def opposite(task: Search, partner: Stance, distance: float) -> Search:
    """The few spots before `partner`, and the one heading: towards them."""
    facing = torch.cat((partner.facing, torch.zeros(1)))
    cells = partner.carried_at + torch.tensor([distance + shift for shift in SHIFTS])[:, None] * facing

    def heading_cost(cells: Tensor, facings: Tensor) -> Tensor:
        return (ASTRAY * (facings @ -partner.facing < 0.99)).expand(len(cells), -1)

    return replace(
        task,
        cells=cells,
        cell_cost=0.02 * torch.tensor(SHIFTS).abs(),
        first_heading=partner.yaw + math.pi,
        heading_cost=heading_cost,
    )
