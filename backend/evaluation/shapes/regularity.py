"""Whether shapes between two pictures are shapes: in one piece, as full as their ends, near to shapes that are.

A random embedding would give crumbs or nothing, and a memory of training shapes would jump; the distance to the
nearest real shape says how far between the known ones a mixed shape lies, next to what the ends themselves have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .clouds import chamfer, cloud_of
from .solids import filled, pieces

FULLER = 1.25  # how much fuller than the fuller end, or emptier than the emptier, still counts as between


@dataclass(frozen=True)
class Regularity:
    """Shares, 0…1, and mean Chamfer distances to the nearest real shape."""

    shapes: int
    whole: float  # of one piece
    between: float  # as full as the ends
    nearest: float  # of the mixed shapes
    ends_nearest: float  # of the ends


def regularity(
    paths: Sequence[tuple[np.ndarray, Sequence[np.ndarray], np.ndarray]], real: Sequence[np.ndarray],
    generator: np.random.Generator,
) -> Regularity:  # fmt: skip
    """Of volumes: for each path the first end, the mixed ones and the last end. `real`: clouds (P, 3)."""
    whole, between, near, ends = [], [], [], []
    for first, mixed, last in paths:
        low, high = sorted((filled(first), filled(last)))
        for volume in mixed:
            whole.append(pieces(volume < 0) == 1)
            between.append(low / FULLER <= filled(volume) <= high * FULLER and filled(volume) > 0)
            near.append(_nearest(volume, real, generator))
        ends += [_nearest(volume, real, generator) for volume in (first, last)]
    return Regularity(
        len(whole), float(np.mean(whole)), float(np.mean(between)), _mean(near), _mean(ends)
    )  # fmt: skip


def _nearest(volume: np.ndarray, real: Sequence[np.ndarray], generator: np.random.Generator) -> float:
    """Not a number for an empty volume."""
    cloud = cloud_of(volume, generator)
    return float("nan") if cloud is None else min(chamfer(cloud, other) for other in real)


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if np.isfinite(value)]
    return float(np.mean(known)) if known else float("nan")
