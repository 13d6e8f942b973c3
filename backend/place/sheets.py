"""Surfaces without thickness, and solids thinner than the grid: the front stays exact, a little solid lies behind it.

A curtain, a table top made of one quad or a board thinner than the grid has open nodes on both sides and would never
read negative; a board that holds a single layer of nodes would have its top moved, because those nodes know the
distance to its bottom. So nodes up to THICKNESS behind a front take their true distance to that front. Behind is below
for what lies rather than stands; for what stands it is the side away from where the people are expected. Metres.
"""

from __future__ import annotations

import numpy as np

from backend.place.depth import borders_open, open_corners
from backend.place.distance import Distances
from backend.place.grid import Grid
from backend.place.nearest import SurfaceTree

THICKNESS = 1.25  # voxels
INWARDS = 0.5  # voxels: how far behind a surface solid nodes are looked for
BEFORE = 0.6  # voxels: how far before a front open nodes are looked for
TOUCH = 1e-5  # metres: nearer nodes have no direction to the surface


def thicken(
    grid: Grid, distances: Distances, opened: np.ndarray, tree: SurfaceTree, front: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Flat indices (K,) int64 of nodes that lie just behind a front, and their signed distances (K,) float32, metres.

    `opened`: (N,) bool, per node. `front`: (3,) metres, world: where people are.
    """
    depth = THICKNESS * grid.voxel
    value = distances.value[distances.exact]
    rows = np.flatnonzero((value < depth) & (value > TOUCH))
    nodes, foot, value = distances.exact[rows], distances.foot[rows], value[rows]
    points = grid.points(nodes)
    away = (points - foot) / value[:, None]
    is_open = opened[nodes]
    # Seen from the solid the surface lies the other way; both cases then look from behind towards the front.
    away[~is_open] *= -1
    behind = _behind(away, foot, front)
    sheet = behind & is_open
    sheet[sheet] = ~_any_solid(grid, foot[sheet] - away[sheet] * (INWARDS * grid.voxel), opened)
    use = sheet | (behind & ~is_open)
    nodes, foot, value, points, away, is_open = (array[use] for array in (nodes, foot, value, points, away, is_open))
    # From behind a sheet the front is the first surface met on the way from well before it; from within a board, the
    # first one met on the way out.
    start = np.where(is_open[:, None], foot - away * depth, points)
    aim = np.where(is_open[:, None], away, -away).astype(np.float32)
    way, face = tree.first_hit(start, aim, np.where(is_open, depth + value, depth))
    to_front = np.where(is_open, depth + value - way, way)
    # Within overlapping pieces that may be a hidden surface: a front has open space before it.
    before = start + aim * (way + np.where(is_open, -BEFORE, BEFORE) * grid.voxel)[:, None]
    near = (face >= 0) & (to_front <= depth) & borders_open(grid, before, open_corners(grid, opened))
    return nodes[near], -to_front[near]


def _behind(away: np.ndarray, foot: np.ndarray, front: np.ndarray) -> np.ndarray:
    """Which surface points ((N, 3) `foot`), whose open side is in direction `away`, belong to a back."""
    inwards = (front - foot)[:, :2]
    standing = np.einsum("ij,ij->i", away[:, :2], inwards) < 0
    return np.where(np.abs(away[:, 2]) > 0.5, away[:, 2] < 0, standing)


def _any_solid(grid: Grid, points: np.ndarray, opened: np.ndarray) -> np.ndarray:
    """(N,) bool: whether the node nearest to each point, or a neighbour of it, is not open."""
    low = np.clip(grid.cells_of(points), 1, np.maximum(np.array(grid.shape) - 2, 1)) - 1
    result = np.zeros(len(points), bool)
    for offset in np.ndindex(*np.minimum(3, grid.shape)):
        result |= ~opened[(low + offset) @ grid.strides]
    return result
