"""Unsigned distance from grid nodes to triangles: exact near surfaces, interpolated far away. Metres.

Nearest-triangle searches are dear far from surfaces, where thousands of triangles are about equally far, and far away
nobody needs them. So three levels: few nodes first; more where those say that a surface may be near; all nodes where
these say that the band may have begun, with a search no wider than the band. A distance cannot change by more than
the step between two points, so the guesses can be made wide enough that no node of the band is missed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from backend.place.grid import Grid, refine
from backend.place.nearest import SurfaceTree

COARSEST = 0.16  # metres between the nodes that are asked first
REACH_MAX = 1e3  # metres; nothing is farther


@dataclass(frozen=True)
class Distances:
    """Per node of a grid, flattened in C order."""

    value: np.ndarray  # (N,) float32, metres, unsigned
    face: np.ndarray  # (N,) int32 nearest triangle, −1 where only interpolated
    exact: np.ndarray  # (M,) int64 flat indices of the nodes whose value is exact: all that are nearer than the band
    foot: np.ndarray  # (M, 3) float32, metres, world: nearest surface point of each of those


def node_distances(tree: SurfaceTree, grid: Grid, band: float, check: Callable[[], None] | None = None) -> Distances:
    """Distance of every node; exact (and with nearest triangle and point) wherever it is below `band` metres."""
    if len(tree) == 0:
        nothing = np.zeros(0, np.int64)
        far = np.full(grid.count, REACH_MAX, np.float32)
        return Distances(far, np.full(grid.count, -1, np.int32), nothing, np.zeros((0, 3), np.float32))
    factors = coarse_factors(grid.voxel)
    coarse = grid.coarser(factors[0])
    value = tree.nearest(coarse.points(), REACH_MAX, check).distance.reshape(coarse.shape)
    face = np.full(grid.count, -1, np.int32)
    for above, factor in pairwise(factors):
        finer = grid.coarser(factor)
        value = refine(value, above // factor, finer.shape)
        flat = value.reshape(-1)
        near = np.flatnonzero(flat < band + _slack(above * grid.voxel) + _slack(factor * grid.voxel))
        flat[near] = tree.nearest(finer.points(near), flat[near] + _slack(above * grid.voxel), check).distance
    lower = _lower_bound(value, factors[-1], grid)
    value = refine(value, factors[-1], grid.shape).reshape(-1)
    near = np.flatnonzero((value < band + _slack(factors[-1] * grid.voxel)) & (lower < band))
    found = tree.nearest(grid.points(near), band, check)
    hit = found.face >= 0
    exact = near[hit]
    # What the search did not find is beyond the band, whatever was interpolated.
    value[near] = np.where(hit, found.distance, np.maximum(value[near], band))
    face[exact] = found.face[hit]
    return Distances(value, face, exact, found.foot[hit])


def coarse_factors(voxel: float) -> tuple[int, ...]:
    """Which nodes are asked before all are, from every so-manieth to every fourth (or second, on coarse grids)."""
    first = 2
    while 2 * first * voxel <= COARSEST * 1.001:
        first *= 2
    last = min(4, max(2, first // 2))
    return tuple(factor for factor in (1 << power for power in range(12, 0, -1)) if last <= factor <= first)


def _slack(step: float) -> float:
    """How much too far an interpolation between nodes `step` metres apart can be.

    The corners' distances exceed the point's by no more than the way to them, and the weighted mean of those ways is
    longest in the middle of the cell: half its diagonal.
    """
    return step * 3**0.5 / 2


def _lower_bound(coarse: np.ndarray, factor: int, grid: Grid) -> np.ndarray:
    """(N,) float32: each node's distance is at least its nearest coarse node's less the way there."""
    index = [np.arange(count) for count in grid.shape]
    close = [(axis + factor // 2) // factor for axis in index]
    offsets = [((axis - factor * node) * grid.voxel) ** 2 for axis, node in zip(index, close, strict=True)]
    way = np.sqrt(offsets[0][:, None, None] + offsets[1][:, None] + offsets[2]).astype(np.float32)
    return (coarse[np.ix_(*close)] - way).reshape(-1)
