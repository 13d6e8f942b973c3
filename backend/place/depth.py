"""How deep inside solids a node is: the distance to the surface that borders open space. Metres.

Where pieces overlap, surfaces of one lie inside the other. They are surfaces, but not those of the solid, and a body
that has sunk in must be led out and not to the nearest hidden sheet.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from backend.place.distance import Distances, coarse_factors
from backend.place.grid import Grid, refine
from backend.place.nearest import SurfaceTree

PROBE = 0.6  # voxels beyond a surface point: open nodes there mean that it borders open space
TOUCH = 1e-5  # metres: nearer nodes have no direction to the surface
OPEN_CORNERS = 3  # of a cell's eight, for it to count as open
SKIP, LINING = 0.02, 1.75  # voxels: another surface so far beyond a surface point hides it
SAMPLED = 1.5  # voxels: open nodes nearer than this give surface points that border open space
CLOSE = 0.1  # metres: nearer than this, every node is asked; beyond, every fourth


def solid_depths(
    grid: Grid, distances: Distances, opened: np.ndarray, tree: SurfaceTree
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Corrected depths of nodes that are nearer to a hidden surface than to a visible one.

    `opened`: (N,) bool. Returns flat indices (K,) int64, depths (K,) float32 metres (positive), and for each the row
    in distances.exact of a node whose nearest surface point is about the nearest visible one.
    """
    nothing = np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.int64)
    value = distances.value[distances.exact]
    points = grid.points(distances.exact)
    is_open = opened[distances.exact]
    inner = np.flatnonzero(~is_open)
    corners = open_corners(grid, opened)
    outwards = (distances.foot[inner] - points[inner]) / np.maximum(value[inner, None], 1e-9)
    exposed = borders_open(grid, distances.foot[inner] + outwards * (PROBE * grid.voxel), corners)
    touching = np.flatnonzero(value[inner] < TOUCH)  # no direction: look both ways along every axis
    for offset in PROBE * grid.voxel * np.concatenate([np.eye(3), -np.eye(3)]).astype(np.float32):
        exposed[touching] |= borders_open(grid, points[inner[touching]] + offset, corners)
    # The lining of an upholstered seat has open space close behind it too, but also the seat's own surface.
    rows = np.flatnonzero(exposed & (value[inner] >= TOUCH))
    step = outwards[rows] * (SKIP * grid.voxel)
    _, face = tree.first_hit(distances.foot[inner[rows]] + step, outwards[rows], LINING * grid.voxel)
    exposed[rows[face >= 0]] = False
    hidden = inner[~exposed]
    samples = np.flatnonzero(is_open & (value < SAMPLED * grid.voxel))
    if len(hidden) == 0 or len(samples) == 0:
        return nothing
    visible = cKDTree(distances.foot[samples], balanced_tree=False, compact_nodes=False)
    factor = coarse_factors(grid.voxel)[-1]
    coarse = grid.coarser(factor)
    guess = _guess(visible, grid, coarse, factor, opened)

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


def _guess(visible: cKDTree, grid: Grid, coarse: Grid, factor: int, opened: np.ndarray) -> np.ndarray:
    """(N,) float32, metres: interpolated distance to visible surface, right for nodes that are not open."""
    solid = ~opened.reshape(grid.shape)
    edges = [np.arange(0, count, factor) for count in grid.shape]
    some = solid
    for axis in range(3):
        some = np.logical_or.reduceat(some, edges[axis], axis=axis)
    # A coarse node matters if any of the blocks around it holds solid nodes.
    some = ndimage.maximum_filter(np.pad(some, [(0, n - m) for n, m in zip(coarse.shape, some.shape, strict=True)]), 3)
    asked = np.flatnonzero(some)
    rough = np.zeros(coarse.count, np.float32)
    rough[asked], _ = visible.query(coarse.points(asked), workers=-1)
    return refine(rough.reshape(coarse.shape), factor, grid.shape).reshape(-1)


def borders_open(grid: Grid, points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """(P,) bool: whether the cell around each point ((P, 3), metres, world) is open. `corners`: see open_corners."""
    cell = np.floor((points - grid.origin) * (1 / grid.voxel)).astype(np.int32)
    x, y, z = (np.clip(cell[:, axis], 0, grid.shape[axis] - 2) for axis in range(3))
    return corners[x, y, z] >= OPEN_CORNERS


def open_corners(grid: Grid, opened: np.ndarray) -> np.ndarray:
    """(X − 1, Y − 1, Z − 1) uint8: how many of each cell's eight corners are open. `opened`: (N,) bool."""
    count = opened.reshape(grid.shape).astype(np.uint8)
    count = count[:-1] + count[1:]
    count = count[:, :-1] + count[:, 1:]
    return count[:, :, :-1] + count[:, :, 1:]


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
