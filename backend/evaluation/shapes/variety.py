"""Quality and diversity of a set of generated shapes against a set of real ones, from the distances of all pairs.

MMD: the mean over real shapes of the distance to the nearest generated one (small: good). COV: the share of real shapes
that are the nearest real one to some generated shape (large: varied). 1-NNA: how often a shape's nearest neighbour
among all others is of its own set; 0.5 means that the sets cannot be told apart, 1 that they can, always.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .clouds import distances


@dataclass(frozen=True)
class Variety:
    mmd: float
    coverage: float
    nearest: float  # 1-NNA
    real: int
    made: int


def variety(real: list[np.ndarray], made: list[np.ndarray]) -> Variety:
    """Of clouds (P, 3) each; equally many of both, or 1-NNA does not mean what it should."""
    return from_distances(distances(real), distances(real, made), distances(made))


def from_distances(real: np.ndarray, between: np.ndarray, made: np.ndarray) -> Variety:
    """(R, R), (R, M) with real shapes in rows, and (M, M)."""
    count_real, count_made = between.shape
    every = np.block([[real, between], [between.T, made]])
    np.fill_diagonal(every, np.inf)
    is_real = np.arange(count_real + count_made) < count_real
    return Variety(
        mmd=float(between.min(1).mean()),
        coverage=len(np.unique(between.argmin(0))) / count_real,
        nearest=float((is_real[every.argmin(1)] == is_real).mean()),
        real=count_real,
        made=count_made,
    )
