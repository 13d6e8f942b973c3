"""How much the candidates of one request differ: mean vertex distances between their bodies, pair by pair. Metres.

Once as they stand in the scene (place and pose), and once after the rigid motion that lays one upon the other as well
as can be (pose and shape alone).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Difference:
    """Over all pairs of candidates; of several people the mean."""

    placed_mean: float
    placed_least: float
    posed_mean: float
    posed_least: float


def difference(candidates: Sequence[Sequence[Array]]) -> Difference | None:
    """`candidates`: per candidate the vertices (V, 3) of its people, in the same order. None for fewer than two."""
    if len(candidates) < 2:
        return None
    placed, posed = [], []
    for first, second in itertools.combinations(candidates, 2):
        pairs = [(a, b) for a, b in zip(first, second, strict=True) if a.shape == b.shape]
        if pairs:
            placed.append(np.mean([_distance(a, b) for a, b in pairs]))
            posed.append(np.mean([_distance(aligned(a, b), b) for a, b in pairs]))
    if not placed:
        return None
    return Difference(float(np.mean(placed)), float(min(placed)), float(np.mean(posed)), float(min(posed)))


def aligned(moving: Array, fixed: Array) -> Array:
    """(V, 3): `moving` after the rotation and translation that bring it nearest to `fixed` in the mean square."""
    a, b = moving - moving.mean(axis=0), fixed - fixed.mean(axis=0)
    left, _, right = np.linalg.svd(a.T @ b)
    mirror = np.diag([1.0, 1.0, np.sign(np.linalg.det(left @ right))])
    return a @ (left @ mirror @ right) + fixed.mean(axis=0)


def _distance(first: Array, second: Array) -> float:
    return float(np.linalg.norm(first - second, axis=1).mean())
