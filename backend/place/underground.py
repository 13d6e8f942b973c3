"""What lies below the floor where the floor ends within the box: not open, though a way leads round its edge.

Sample rooms end somewhere, and below them is nothing. A field that let open space in there would know floors only as
thin sheets, and a body that has sunk through one would read as free. So free nodes with nothing beneath them down to
the box's bottom, and a floor right above, are closed. A floor is a patch of the lowest surface, at least FLOOR_MIN
large (CUT_MIN if it goes on beyond the box), with room to stand on it; a table in the void is not. Metres, world, Z up.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from backend.place.grid import Grid

FLOOR_MIN = 4.0  # m²
CUT_MIN = 1.0  # m²
CLEAR = 0.9  # metres of free height above it
THICKEST = 0.6  # metres from a floor's bottom to its top
STEP = 0.1  # metres between the bottoms of neighbouring columns of one floor


def below_floors(grid: Grid, free: np.ndarray) -> np.ndarray:
    """(X, Y, Z) bool: free nodes below floors. `free`: (X, Y, Z) bool, nodes away from surfaces."""
    below = np.zeros_like(free)
    bottom = np.where(free.all(2), free.shape[2], (~free).argmax(2))  # level of the lowest surface of each column
    hanging = free[:, :, 0] & (bottom < free.shape[2])
    if hanging.sum() * grid.voxel**2 < CUT_MIN:
        return below
    carrying = hanging & _room_above(grid, free, bottom)
    jump = int(np.ceil(STEP / grid.voxel))
    level = np.where(carrying, bottom, -10 * jump)
    smooth = ndimage.maximum_filter(level, 3) - ndimage.minimum_filter(np.where(carrying, bottom, 1 << 20), 3) <= jump
    patches, _ = ndimage.label(carrying & smooth)
    area = np.bincount(patches.reshape(-1)) * grid.voxel**2
    rim = np.unique(np.concatenate([patches[[0, 1, -2, -1]].reshape(-1), patches[:, [0, 1, -2, -1]].reshape(-1)]))
    large = area >= FLOOR_MIN
    large[rim] = area[rim] >= CUT_MIN
    large[0] = False
    # What was left out at steps and rims within a floor belongs to it.
    floor = ndimage.binary_closing(large[patches], iterations=2, border_value=0) & hanging
    floor |= ndimage.binary_dilation(large[patches], iterations=2) & carrying
    levels = np.arange(free.shape[2])
    np.logical_and(floor[:, :, None], levels < bottom[:, :, None], out=below)
    return below & free


def _room_above(grid: Grid, free: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """(X, Y) bool: whether CLEAR free height begins within THICKEST above the lowest surface."""
    tall = int(np.ceil(CLEAR / grid.voxel))
    reach = int(np.ceil(THICKEST / grid.voxel))
    result = np.zeros(bottom.shape, bool)
    run = np.zeros(bottom.shape, np.int32)
    for level in range(free.shape[2]):
        run = (run + 1) * free[:, :, level]
        start = level - run + 1
        result |= (run == tall) & (start > bottom) & (start <= bottom + reach)
    return result
