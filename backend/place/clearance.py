"""How much free floor there is around a thing: whether people have room to be at it. Metres, world, Z up.

Looked at from the thing's border outwards at chest height, then straight down: a place is free if nothing is in
between and what lies below is no higher than what the thing itself stands on. Where there is no floor at all, as behind
the walls of a room, nothing is said of the thing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backend.place.box import Box
from backend.place.nearest import SurfaceTree
from backend.place.scene import Scene

AROUND = 1.2  # metres
SPACING = 0.1  # metres between the places that are looked at
CHEST = 0.9  # metres above what the thing stands on
LEVEL = 0.15  # metres that floors are uneven
UNDER = 0.5  # metres below that where a floor is looked for
TRIANGLES_MAX = 200_000


def free_around(scene: Scene, objects: Sequence[int]) -> float:
    """0…1: the share of the floor within AROUND metres of the box of some objects where one could stand."""
    box = scene.box_of(objects)
    reach = np.array([AROUND, AROUND, 0.0])
    near = Box(box.minimum - reach - [0, 0, UNDER], np.append((box.maximum + reach)[:2], box.minimum[2] + CHEST + 0.1))
    tree = SurfaceTree(scene.triangles_in(near, limit=TRIANGLES_MAX).corners)
    sides = [np.arange(box.minimum[k] - AROUND, box.maximum[k] + AROUND, SPACING) + SPACING / 2 for k in (0, 1)]
    places = np.stack(np.meshgrid(*sides, indexing="ij"), -1).reshape(-1, 2)
    border = np.clip(places, box.minimum[:2], box.maximum[:2])
    away = np.linalg.norm(places - border, axis=1)
    strip = (away > SPACING / 2) & (away <= AROUND)
    places, border, away = places[strip], border[strip], away[strip, None]
    chest = np.full((len(places), 1), box.minimum[2] + CHEST)
    outwards = (places - border) / away
    starts = np.hstack((border + 0.02 * outwards, chest))
    _, between = tree.first_hit(starts, np.pad(outwards, ((0, 0), (0, 1))), away[:, 0].astype(np.float32))
    up = np.tile([0.0, 0.0, 1.0], (len(places), 1))
    fall, below = tree.first_hit(np.hstack((places, chest)), -up, CHEST + UNDER)
    _, floor = tree.first_hit(np.hstack((places, chest - CHEST - UNDER)), up, UNDER + LEVEL)
    free = (between < 0) & (below >= 0) & (fall >= CHEST - LEVEL)
    return float(free.sum() / max(1, (free | (floor >= 0)).sum()))
