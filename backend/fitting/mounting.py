"""Where riders begin: on the saddle, in the direction of travel."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from backend.place.mounts import Mount

from .placement import Search
from .surfaces import Surroundings

SHIFTS = (0.0, -0.03, 0.03)  # metres forwards of the saddle's middle
BEHIND = 0.38  # metres between the seats of rider and passenger
ASTRAY = 10.0  # cost of any other heading: out of the question


def mounted(place: Surroundings, mount: Mount, people: int) -> Search:
    """The few spots and the one heading that a mount allows."""
    forward = torch.tensor(mount.forward, dtype=torch.float32)
    saddle = torch.tensor(mount.saddle, dtype=torch.float32)
    shifts = torch.tensor([shift - BEHIND * person for person in range(people) for shift in SHIFTS])
    cells = saddle + torch.cat((shifts[:, None] * forward, torch.zeros(len(shifts), 1)), 1)

    def heading_cost(cells: Tensor, facings: Tensor) -> Tensor:
        return (ASTRAY * (facings @ forward < 0.99)).expand(len(cells), -1)

    return Search(
        place.field.sample,
        {key: surface.sample for key, surface in place.surfaces.items()},
        cells,
        0.01 * shifts.abs(),
        math.atan2(float(forward[0]), -float(forward[1])),
        heading_cost,
    )
