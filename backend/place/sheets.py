"""Surfaces without thickness, and solids thinner than the grid: the front stays exact, a little solid lies behind it.

A curtain, a table top made of one quad or a board thinner than the grid has open nodes on both sides and would never
read negative; a board that holds a single layer of nodes would have its top moved, because those nodes know the
distance to its bottom. So nodes up to THICKNESS behind a front take their true distance to that front. Behind is below
for what lies rather than stands. For what stands it is the side on which nobody could stand, if there is one (a wall at
the edge of its floor), otherwise the one away from where the people are expected. Metres.
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
LYING = 0.5  # upward part of the normal; less stands upright
VAGUE = 0.15  # cosine
ASIDE = 0.3  # metres from an upright sheet at which somebody might stand
SURFACE = 0.8  # voxels: nodes nearer than this to a surface part what is above it from what is below
CLEAR = 0.9  # metres of height for that
TOUCH = 1e-4  # metres: nearer nodes have no direction to the surface


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
    solid = ~opened & (distances.value > TOUCH)  # nodes right on a sheet are neither
    sheet = is_open.copy()
    sheet[sheet] = ~_any(grid, foot[sheet] - away[sheet] * (INWARDS * grid.voxel), solid)
    behind = _behind(away, foot, front)
    upright = sheet & (np.abs(away[:, 2]) <= LYING)
    if upright.any():
        clear = opened & (distances.value > SURFACE * grid.voxel)
        here, there = _standable(grid, clear, foot[upright], away[upright])
        behind[upright] = np.where(here != there, there, behind[upright])
    use = behind & (sheet | ~is_open)
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
    towards = np.einsum("ij,ij->i", away[:, :2], inwards)
    # People expected just in the plane of the sheet tell nothing; then one side is as good as the other.
    vague = np.abs(towards) < VAGUE * np.linalg.norm(inwards, axis=1)
    standing = np.where(vague, away[:, 0] + 1e-3 * away[:, 1] < 0, towards < 0)
    return np.where(np.abs(away[:, 2]) > LYING, away[:, 2] < 0, standing)


def _standable(grid: Grid, clear: np.ndarray, foot: np.ndarray, away: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether there is floor with room above a step away from surface points: (N,) bool on this side, on the other.

    `clear`: (M,) bool per node: open and away from surfaces.
    """
    free = clear.reshape(grid.shape)
    tall = int(np.ceil(CLEAR / grid.voxel))
    run = np.zeros(free.shape[:2], np.int32)
    floor = np.zeros(free.shape[:2], bool)
    for level in range(free.shape[2]):
        run = (run + 1) * free[:, :, level]
        floor |= (run == tall) & (level >= tall)  # runs from the very bottom of the box stand on nothing
    sides = []
    for sign in (1, -1):
        index = grid.cells_of(foot + sign * ASIDE * away)
        sides.append(floor[index[:, 0], index[:, 1]])
    return sides[0], sides[1]


def _any(grid: Grid, points: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """(N,) bool: whether the node nearest to each point, or a neighbour of it, is in `mask` ((M,) bool, per node)."""
    low = np.clip(grid.cells_of(points), 1, np.maximum(np.array(grid.shape) - 2, 1)) - 1
    result = np.zeros(len(points), bool)
    for offset in np.ndindex(*np.minimum(3, grid.shape)):
        result |= mask[(low + offset) @ grid.strides]
    return result
