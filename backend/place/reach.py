"""Which grid nodes can be reached from open space. Metres, world.

Two steps. Nodes farther from every surface than a hole may be wide are free; pieces of free space are chosen as open
(rooms.py). Then open space grows back to the surfaces, through steps that certainly cross none: a ball around each node
with its distance as radius is free of surfaces, so a step within two such balls is too. It grows by a few nodes only
and never into free nodes that were not chosen, so holes and slits narrower than twice HOLE do not leak.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from scipy import ndimage

from backend.place.distance import Distances
from backend.place.grid import Grid
from backend.place.nearest import SurfaceTree
from backend.place.rooms import open_pieces
from backend.place.underground import below_floors

HOLE = 0.0175  # metres: no way leads through holes of less than this radius
GROWTH = 3  # nodes
TOUCH = 1e-5  # metres: what a view may miss at its end
OFFSETS = [offset for offset in product((-1, 0, 1), repeat=3) if any(offset)]


def reachable(
    grid: Grid,
    tree: SurfaceTree,
    distances: Distances,
    owners: np.ndarray,
    normals: np.ndarray,
    open_points: np.ndarray | None,
) -> np.ndarray:
    """(X, Y, Z) bool: nodes in open space.

    `owners`: (M,) int32 object and `normals`: (M, 3) unit normal of the nearest face of each node in distances.exact.
    `open_points`: (P, 3) metres, world, known to be open; None to find out (see rooms.py).
    """
    limit = max(HOLE, grid.voxel * 3**0.5 / 2)
    value = distances.value.reshape(grid.shape)
    free = value > limit
    labels, _ = ndimage.label(free & ~below_floors(grid, free))
    away = _away(grid, distances)
    near = np.flatnonzero(labels.reshape(-1)[distances.exact])
    inward = np.einsum("ij,ij->i", away[near], normals[near]) > 0
    pieces = open_pieces(grid, labels, value, distances.exact[near], owners[near], inward, open_points)
    return _grow(grid, distances, away, pieces[labels], limit, tree)


def _away(grid: Grid, distances: Distances) -> np.ndarray:
    """(M, 3) float32: unit directions from the nearest surface point to each exact node (zero on the surface)."""
    away = grid.points(distances.exact) - distances.foot
    length = np.linalg.norm(away, axis=1, keepdims=True)
    return np.divide(away, length, out=np.zeros_like(away), where=length > 1e-7)


def _grow(
    grid: Grid, distances: Distances, away: np.ndarray, opened: np.ndarray, limit: float, tree: SurfaceTree
) -> np.ndarray:
    # One layer of closed nodes around the grid makes every neighbour's index valid.
    wide = np.pad(opened, 1).reshape(-1)
    value = np.pad(distances.value.reshape(grid.shape), 1).reshape(-1)
    shape = tuple(count + 2 for count in grid.shape)
    strides = np.array([shape[1] * shape[2], shape[2], 1])
    at = np.stack(np.unravel_index(distances.exact, grid.shape), axis=1) + 1
    place = at @ strides
    rest = np.flatnonzero(value[place] <= limit)
    steps = [(int(np.dot(offset, strides)), grid.voxel * float(np.linalg.norm(offset))) for offset in OFFSETS]
    for _ in range(GROWTH):
        here = place[rest]
        room = value[here] * 0.99  # straight through a surface the two balls meet in one point, which is no way
        reached = np.zeros(len(rest), bool)
        for step, length in steps:
            reached |= wide[here + step] & (room + value[here + step] >= length)
        wide[here[reached]] = True
        rest = rest[~reached]
        if not reached.any():
            break
    _join_close(wide, value, place, rest, away, distances, grid, steps, tree)
    return wide.reshape(shape)[1:-1, 1:-1, 1:-1]


def _join_close(
    wide: np.ndarray,
    value: np.ndarray,
    place: np.ndarray,
    rest: np.ndarray,
    away: np.ndarray,
    distances: Distances,
    grid: Grid,
    steps: list[tuple[int, float]],
    tree: SurfaceTree,
) -> None:
    """Decide nodes that all but touch a surface: open if on the side of an open neighbour, and in its view."""
    rest = rest[value[place[rest]] < 0.25 * grid.voxel]
    if len(rest) == 0:
        return
    slot = np.full(len(wide), -1, np.int32)
    slot[place] = np.arange(len(place), dtype=np.int32)
    points = grid.points(distances.exact[rest])
    here = place[rest]
    reached = np.zeros(len(rest), bool)
    for step, length in steps:
        other = slot[here + step]
        usable = np.flatnonzero(wide[here + step] & (other >= 0) & ~reached)
        other = other[usable]
        same = np.einsum("ij,ij->i", away[rest[usable]], away[other]) > 0.7
        above = np.einsum("ij,ij->i", points[usable] - distances.foot[other], away[other]) > 0
        usable, other = usable[same & above], other[same & above]
        start = grid.points(distances.exact[other])
        _, face = tree.first_hit(start, (points[usable] - start) / length, length - TOUCH)
        reached[usable[face < 0]] = True
    wide[here[reached]] = True
