"""A shape as a volume: signed distances and occupancy on a grid of cells in the unit cube.

Frame, as CISP's voxel sets have it: the bounding box's middle is the cube's middle and its longest side fills a fixed
share of the cube's edge, whatever the object's size in metres; ours fills `FILL` of it, so that every surface closes
inside the volume. Axes are the shape's (x, y, z; Z up, front towards −Y) and values are at the middles of the cells.
Distances are in edges of the cube, positive outside.

The union is meant exactly: a cell is inside when any part winds around it, which is counted along upright lines
through the cells' middles, so neither overlaps nor touching faces disturb it. Outside, the nearest of all surfaces is
the union's own. Inside, the depth is the greatest of those below the surfaces of the parts that hold the point: the
minimum over the parts' signed distances, which no surface hidden inside another part brings to zero.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import label

from backend.place.nearest import SurfaceTree

from .shape import Shape

FILL = 0.9  # of the cube's edge, by the longest side of the bounding box
COARSEST = 8  # cells along an edge of the grid that is asked first


def unit_frame(shape: Shape) -> tuple[float, np.ndarray]:
    """Scale and offset (3,): `vertices * scale + offset` lie in the unit cube [0, 1]³."""
    low, high = shape.bounds
    scale = FILL / float((high - low).max())
    return scale, 0.5 - scale * (low + high) / 2


def signed_distance_volume(shape: Shape, resolution: int = 64) -> np.ndarray:
    """(R, R, R) float32, in edges of the unit cube, at the cells' middles."""
    scale, offset = unit_frame(shape)
    corners = [(part.vertices * scale + offset)[part.triangles] for part in shape.parts]
    centers = _centers(resolution)
    distance = _nearest(SurfaceTree(np.concatenate(corners).astype(np.float32)), resolution)
    depth = np.zeros(resolution**3, np.float32)
    inside = np.zeros(resolution**3, bool)
    for part in corners:
        cells = _inside(part, resolution)
        if len(cells):
            inside[cells] = True
            found = SurfaceTree(part.astype(np.float32)).nearest(centers[cells], 2.0)
            depth[cells] = np.maximum(depth[cells], found.distance)
    return np.where(inside, -depth, distance).reshape((resolution,) * 3)


def flooded_volume(shape: Shape, resolution: int = 64) -> np.ndarray:
    """The same for meshes that are open or turned inside out: solid is what outside air does not reach.

    Surfaces get a thickness of one and a half cells, so that air does not pass through them.
    """
    scale, offset = unit_frame(shape)
    corners = (shape.vertices * scale + offset)[shape.triangles]
    distance = _nearest(SurfaceTree(corners.astype(np.float32)), resolution).reshape((resolution,) * 3)
    thickness = np.float32(0.75 / resolution)
    shell = distance <= thickness
    air, _ = label(np.pad(~shell, 1, constant_values=True))
    outside = (air == air[0, 0, 0])[1:-1, 1:-1, 1:-1]
    return np.where(outside | shell, distance, -distance).astype(np.float32) - thickness


def occupancy(shape: Shape, resolution: int = 32) -> np.ndarray:
    """(R, R, R) bool: the cells that the solid reaches into, as CISP's voxel sets count them."""
    return occupancy_of(signed_distance_volume(shape, 2 * resolution))


def occupancy_of(volume: np.ndarray) -> np.ndarray:
    """The same at half the resolution of a volume of signed distances that is there already.

    A cell counts when the ball around one of its eight sub-cells touches the solid: thin legs are never lost between
    the samples, and no cell counts that the solid misses by more than a fifth of its width.
    """
    count = volume.shape[0] // 2
    touched = volume <= np.sqrt(3) / 2 / volume.shape[0]
    return touched.reshape(count, 2, count, 2, count, 2).any(axis=(1, 3, 5))


def _centers(resolution: int) -> np.ndarray:
    """(R³, 3) float32"""
    line = (np.arange(resolution, dtype=np.float32) + 0.5) / resolution
    return np.stack(np.meshgrid(line, line, line, indexing="ij"), axis=-1).reshape(-1, 3)


def _nearest(tree: SurfaceTree, resolution: int) -> np.ndarray:
    """(R³,) float32 distances to the nearest triangle: half as many cells first, whose distances bound the search."""
    centers = _centers(resolution)
    if resolution % 2 or resolution <= COARSEST:
        return tree.nearest(centers, 2.0).distance
    half = resolution // 2
    rough = _nearest(tree, half).reshape(half, half, half).repeat(2, 0).repeat(2, 1).repeat(2, 2).reshape(-1)
    # A cell's middle is half its diagonal from that of the larger cell around it, and a little for rounding.
    return tree.nearest(centers, rough + np.float32(np.sqrt(3) / 2 / resolution + 1e-4)).distance


def _inside(corners: np.ndarray, resolution: int) -> np.ndarray:
    """Flat indices of the cells whose middles a closed surface (T, 3, 3) winds around at least once.

    Lines upwards through the cells' middles: which triangles each meets, and at what height. An edge's test is made
    with its ends in one order whichever triangle asks, so a line beside an edge meets exactly one of its two
    triangles.
    """
    grid = corners[:, :, :2] * resolution - 0.5  # lines are at whole numbers
    low = np.maximum(np.ceil(grid.min(1)), 0).astype(np.int64)
    high = np.minimum(np.floor(grid.max(1)), resolution - 1).astype(np.int64)
    spans = np.maximum(high - low + 1, 0)
    counts = spans[:, 0] * spans[:, 1]
    face = np.repeat(np.arange(len(corners)), counts)
    if len(face) == 0:
        return np.zeros(0, np.int64)
    step = np.arange(len(face)) - np.repeat(np.cumsum(counts) - counts, counts)
    line = low[face] + np.stack([step // spans[face, 1], step % spans[face, 1]], axis=1)
    sides = [_side(grid[face, k], grid[face, (k + 1) % 3], line) for k in range(3)]
    up = (sides[0] > 0) & (sides[1] > 0) & (sides[2] > 0)
    down = (sides[0] < 0) & (sides[1] < 0) & (sides[2] < 0)
    met = np.flatnonzero(up | down)
    face, line, turn = face[met], line[met], np.where(up[met], -1, 1)
    height = _height(corners[face], (line + 0.5) / resolution)
    cell = np.clip(np.ceil(height * resolution - 0.5), 0, resolution).astype(np.int64)
    # From its lowest surface (seen from below: +1) upwards, a line is inside until as many were left.
    winding = np.zeros((resolution, resolution, resolution + 1), np.int32)
    np.add.at(winding, (line[:, 0], line[:, 1], cell), turn)
    return np.flatnonzero((np.cumsum(winding, axis=2)[:, :, :resolution] > 0).reshape(-1))


def _side(start: np.ndarray, end: np.ndarray, point: np.ndarray) -> np.ndarray:
    """+1 or −1: on which side of the edge a point lies; one on it counts as left of the edge's lower end's way."""
    swap = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    first, second = np.where(swap[:, None], end, start), np.where(swap[:, None], start, end)
    along, out = second - first, point - first
    side = np.where(along[:, 0] * out[:, 1] - along[:, 1] * out[:, 0] >= 0, 1, -1)
    return np.where(swap, -side, side)


def _height(corners: np.ndarray, at: np.ndarray) -> np.ndarray:
    """z of triangles (N, 3, 3) above points (N, 2), within the triangle's own heights."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    normal = np.cross(b - a, c - a)
    slope = normal[:, :2] / np.where(normal[:, 2:] == 0, 1.0, normal[:, 2:])
    z = a[:, 2] - (slope * (at - a[:, :2])).sum(1)
    return np.clip(z, corners[:, :, 2].min(1), corners[:, :, 2].max(1))
