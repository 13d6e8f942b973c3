"""How deep inside solids a node is: the distance to the surface that borders open space. Metres.

Where pieces overlap, surfaces of one lie inside the other. They are surfaces, but not those of the solid, and a body
that has sunk in must be led out and not to the nearest hidden sheet.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from backend.place.distance import FACTORS, Distances
from backend.place.grid import Grid, refine

PROBE = 0.6  # voxels beyond a surface point: open nodes there mean that it borders open space
SAMPLED = 1.5  # voxels: open nodes nearer than this give surface points that border open space
CLOSE = 0.1  # metres: nearer than this, every node is asked; beyond, every fourth


def solid_depths(grid: Grid, distances: Distances, opened: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Corrected depths of nodes that are nearer to a hidden surface than to a visible one.

    `opened`: (N,) bool. Returns flat indices (K,) int64, depths (K,) float32 metres (positive), and for each the row
    in distances.exact of a node whose nearest surface point is about the nearest visible one.
    """
    nothing = np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.int64)
    value = distances.value[distances.exact]
    points = grid.points(distances.exact)
    is_open = opened[distances.exact]
    inner = np.flatnonzero(~is_open & (value > 1e-6))
    outwards = (distances.foot[inner] - points[inner]) / value[inner, None]
    hidden = inner[~_borders_open(grid, distances.foot[inner] + outwards * (PROBE * grid.voxel), opened)]
    samples = np.flatnonzero(is_open & (value < SAMPLED * grid.voxel))
    if len(hidden) == 0 or len(samples) == 0:
        return nothing
    visible = cKDTree(distances.foot[samples], balanced_tree=False, compact_nodes=False)
    factor = FACTORS[-1]
    coarse = grid.coarser(factor)
    rough, _ = visible.query(coarse.points(), workers=-1)
    guess = refine(rough.reshape(coarse.shape), factor, grid.shape).reshape(-1)

    # Deep nodes were interpolated from distances to any surface, so all of them take the guess.
    deep = ~opened
    deep[distances.exact] = False
    deep[hidden_nodes := distances.exact[hidden]] = True
    asked = np.zeros(len(deep), bool)
    asked[hidden_nodes] = guess[hidden_nodes] < CLOSE + factor * grid.voxel
    deep &= ~asked
    far = np.flatnonzero(deep)
    close = np.flatnonzero(asked)
    depth, row = _to_visible(grid.points(close), visible, distances.foot[samples], points[samples], grid.voxel)
    nodes = np.concatenate([close, far])
    depths = np.concatenate([depth, guess[far]]).astype(np.float32)
    rows = np.concatenate([samples[row], np.full(len(far), -1, np.int64)])
    return nodes, depths, rows


def _borders_open(grid: Grid, points: np.ndarray, opened: np.ndarray) -> np.ndarray:
    """(N,) bool: whether any node of the cell around each point is open."""
    low = np.floor((points - grid.origin) / grid.voxel).astype(np.int64)
    low = np.clip(low, 0, np.array(grid.shape) - 2)
    first = low @ grid.strides
    result = np.zeros(len(points), bool)
    for x in (0, 1):
        for y in (0, 1):
            for z in (0, 1):
                result |= opened[first + int(np.dot((x, y, z), grid.strides))]
    return result


def _to_visible(
    points: np.ndarray, visible: cKDTree, feet: np.ndarray, seen_from: np.ndarray, voxel: float
) -> tuple[np.ndarray, np.ndarray]:
    """Distance of points to the visible surface near its nearest sample, and that sample's row.

    Samples are about a voxel apart; close to one, its tangent plane is nearer to the truth than the sample itself.
    """
    way, row = visible.query(points, workers=-1)
    normal = seen_from[row] - feet[row]
    length = np.linalg.norm(normal, axis=1, keepdims=True)
    normal = np.divide(normal, length, out=np.zeros_like(normal), where=length > 1e-6)
    height = -np.einsum("ij,ij->i", points - feet[row], normal)
    lateral = np.sqrt(np.maximum(way**2 - height**2, 0))
    flat = (height > 0) & (lateral < voxel) & (length[:, 0] > 1e-6)
    return np.where(flat, height, way), row
