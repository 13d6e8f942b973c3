"""Solids in volumes: how much of two is the same, of how many pieces one is, how large it is.

Volumes (64, 64, 64) are signed distances in edges of the unit cube, occupancy (32, 32, 32) is what CISP counts.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import label

CRUMB = 0.01  # of the solid: smaller pieces are no pieces
_BY_CORNERS = np.ones((3, 3, 3), bool)


def overlap(first: np.ndarray, second: np.ndarray) -> float:
    """Intersection over union of two solids, bool; two empty ones are alike."""
    either = np.count_nonzero(first | second)
    return float(np.count_nonzero(first & second) / either) if either else 1.0


def pieces(solid: np.ndarray) -> int:
    """Of how many pieces a solid is, crumbs left out; what touches by a corner hangs together."""
    numbers, count = label(solid, _BY_CORNERS)
    if count == 0:
        return 0
    sizes = np.bincount(numbers.reshape(-1))[1:]
    return int((sizes >= CRUMB * sizes.sum()).sum())


def filled(volume: np.ndarray) -> float:
    """The share of the cube that is solid."""
    return float((volume < 0).mean())
