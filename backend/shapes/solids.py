"""Any mesh as a volume of signed distances in the unit cube, for the shape encoder: scenes are full of open surfaces.

Inside is what cannot be reached from outside without crossing the surface. Sheets, which hold nothing, get a little
thickness. The frame is that of `training/shapes/volume.py`.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import label, minimum_filter

from backend.place.nearest import SurfaceTree
from protocol.errors import NoShape

Array = np.ndarray
FILL = 0.9  # of the cube's edge, by the longest side, as the training shapes
SHEET = 0.7  # cells: half the thickness that sheets get
MARGIN = 3  # cells of open space around the cube, for ways around things that touch its sides


def volume_of(corners: Array, resolution: int = 64) -> Array:
    """(R, R, R) float32, in edges of the cube, of triangles (T, 3, 3) in any unit, Z up, front towards −Y.

    Raises `NoShape` for a mesh without any extent.
    """
    points = corners.reshape(-1, 3).astype(np.float64)
    low, high = points.min(0), points.max(0)
    longest = float((high - low).max())
    if not np.isfinite(longest) or longest <= 0:
        raise NoShape("The object has no extent.", remedy="Choose an object with faces.")
    scaled = ((points - (low + high) / 2) * (FILL / longest) + 0.5).reshape(-1, 3, 3)
    count = resolution + 2 * MARGIN
    line = (np.arange(count, dtype=np.float32) - MARGIN + 0.5) / resolution
    nodes = np.stack(np.meshgrid(line, line, line, indexing="ij"), -1).reshape(-1, 3)
    distance = SurfaceTree(scaled.astype(np.float32)).nearest(nodes, 3.0).distance.reshape((count,) * 3)
    signed = np.where(_reached(distance * resolution), distance, -distance)
    hollow = minimum_filter(signed, 5) > -SHEET / resolution
    signed = np.where(hollow, signed - SHEET / resolution, signed)
    inner = slice(MARGIN, -MARGIN)
    return np.ascontiguousarray(signed[inner, inner, inner], np.float32)


def _reached(distance: Array) -> Array:
    """Which cells can be reached from the border; distances in cells.

    Open space away from surfaces first, then up to them: a step between neighbours crosses no surface if their
    distances together are longer than it.
    """
    pieces, _ = label(distance > 0.9)
    reached = (pieces == pieces[0, 0, 0]) & (pieces > 0)
    for _ in range(3):
        grown = reached.copy()
        for axis in range(3):
            later = tuple(slice(1, None) if k == axis else slice(None) for k in range(3))
            earlier = tuple(slice(None, -1) if k == axis else slice(None) for k in range(3))
            free = distance[later] + distance[earlier] > 1.0
            grown[later] |= reached[earlier] & free
            grown[earlier] |= reached[later] & free
        reached = grown
    return reached
