"""Sheets without thickness: a little solid behind them, so that a body that crosses one reads as inside. Metres.

A curtain, a table top made of one quad or a board thinner than the grid has open space on both sides and would never
read negative. Nodes up to THICKNESS behind such a sheet become solid, with their true distance to its front, so that
the front stays exactly where it is. Behind is below for what lies rather than stands; for what stands it is the side
away from where the people are expected, the middle of the box if nothing is known.
"""

from __future__ import annotations

import numpy as np
import torch

from backend.place.distance import Distances
from backend.place.grid import Grid
from backend.place.nearest import SurfaceTree
from backend.place.sampling import trilinear

THICKNESS = 1.25  # voxels
RESOLVED = 0.1  # voxels: solids that read deeper than this need no help
PROBES = (0.25, 0.5, 0.75, 1.0)  # voxels behind the surface


def thicken(
    grid: Grid, distances: Distances, opened: np.ndarray, signed: np.ndarray, tree: SurfaceTree, front: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Flat indices (K,) int64 of nodes that become solid, and their signed distances (K,) float32, metres.

    `opened`: (N,) bool and `signed`: (N,) float32 metres, per node. `front`: (3,) metres, world: where people are.
    """
    depth = THICKNESS * grid.voxel
    value = distances.value[distances.exact]
    rows = np.flatnonzero(opened[distances.exact] & (value < depth) & (value > 1e-6))
    nodes, foot, value = distances.exact[rows], distances.foot[rows], value[rows]
    away = (grid.points(nodes) - foot) / value[:, None]
    behind = _behind(away, foot, front)
    nodes, foot, value, away = nodes[behind], foot[behind], value[behind], away[behind]
    if len(nodes) == 0:
        return nodes, value
    field = torch.from_numpy(signed.reshape(grid.shape))
    origin = torch.from_numpy(grid.origin)
    deepest = np.full(len(nodes), np.inf, np.float32)
    for probe in PROBES:
        points = torch.from_numpy(foot - away * (probe * grid.voxel))
        deepest = np.minimum(deepest, trilinear(points, field, origin, grid.voxel).numpy())
    thin = deepest > -RESOLVED * grid.voxel
    nodes, foot, value, away = nodes[thin], foot[thin], value[thin], away[thin]
    # The front is the first surface met on the way from well before the sheet to the node behind it.
    way, face = tree.first_hit(foot - away * depth, away, depth + value)
    to_front = depth + value - way
    solid = (face >= 0) & (to_front <= depth)
    return nodes[solid], -to_front[solid]


def _behind(away: np.ndarray, foot: np.ndarray, front: np.ndarray) -> np.ndarray:
    """Which points, seen from their nearest surface point in direction `away`, lie on the side that is thickened."""
    inwards = (front - foot)[:, :2]
    standing = np.einsum("ij,ij->i", away[:, :2], inwards) < 0
    return np.where(np.abs(away[:, 2]) > 0.5, away[:, 2] < 0, standing)
