"""Which of several things of one name is meant where nobody points at one: one that people have room to be at.

Whoever writes "the bench" in a street with two means one that a person would take, not the one that is boxed in.
Things with about as much room stay alternatives of each other, and the search takes whichever suits. Metres, world.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from backend.place.clearance import free_around
from backend.place.grounding import Match
from backend.place.scene import Scene

LOOKED_AT = 12  # things of one name
AS_ROOMY = 0.15  # shares of free floor that differ by less are alike


def roomy(matches: Sequence[Match], scene: Scene) -> list[Match]:
    """Those of equally good matches that have about the most free floor around them, in the same order."""
    free = [free_around(scene, match.objects) for match in matches[:LOOKED_AT]]
    return [match for match, share in zip(matches, free, strict=False) if share > max(free) - AS_ROOMY]


def nearest_box(cells: Tensor, match: Match, scene: Scene) -> tuple[Tensor, Tensor]:
    """(C, 3), (C, 3): the corners of the thing that each point (C, 3) is nearest to, of those that a match may mean."""
    boxes = [scene.box_of(objects) for objects in match.choices or (match.objects,)]
    low, high = (torch.tensor([list(getattr(b, end)) for b in boxes], dtype=torch.float32)
                 for end in ("minimum", "maximum"))  # fmt: skip
    here = cells[:, None, :2]
    away = torch.maximum(low[:, :2] - here, here - high[:, :2]).clamp_min(0).norm(dim=2)
    nearest = away.argmin(1)
    return low[nearest], high[nearest]
