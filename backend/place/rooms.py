"""Which parts of free space are open, that is, where people could be. Metres, world, Z up.

Surfaces cut a box into pieces of free space: the room, what lies under its floor, the hollow of the sofa, the inside of
a wall. Only some of them are places. Unless the caller names points that are open, a piece counts if

- it has floor: CLEAR height above some surface, and somewhere in it a ball of ROOMY radius fits; and
- it goes on beyond the box, or it is a room: FLOOR_MIN of such floor, HEIGHT_MIN of height, and either several objects
  around it or walls that face inwards (an empty crate of that size has walls that face outwards);
- it is not the hollow of one object, whose walls face outwards, where another piece has several objects around it;
- and its floor is at least SHARE of that of the piece with most floor.

So what lies below the floor never counts (nothing there to stand on), nor does the inside of furniture, walls and cars.
Without any floor at all (a lone wall, a lamp in the void) every piece that goes on beyond the box is open.
"""

from __future__ import annotations

import numpy as np

from backend.place.grid import Grid

ROOMY = 0.22  # metres
REACH_DOWN = 2.0  # metres: a floor farther below that ball does not make a place
CLEAR = 0.9  # metres, as sitting needs
FLOOR_MIN = 2.0  # m²
HEIGHT_MIN = 1.7  # metres
OBJECTS_MIN = 3
SHARE = 0.25
SNAP = 0.15  # metres: how far an open point may be from the free space it names


def open_pieces(
    grid: Grid,
    labels: np.ndarray,
    distance: np.ndarray,
    nodes: np.ndarray,
    owners: np.ndarray,
    inward: np.ndarray,
    open_points: np.ndarray | None,
) -> np.ndarray:
    """Which labels are open: (L + 1,) bool, for labels 0 (not free) … L.

    `labels`: (X, Y, Z) int32 pieces of free space. `distance`: (X, Y, Z) float32, metres, unsigned. `nodes`: (M,)
    flat indices of free nodes near surfaces, with the object (`owners`: (M,) int32) and whether the nearest face's
    normal points to the node (`inward`: (M,) bool). `open_points`: (P, 3) metres, world.
    """
    count = int(labels.max())
    chosen = np.zeros(count + 1, bool)
    if count == 0:
        return chosen
    if open_points is not None and len(open_points):
        for point in np.asarray(open_points, np.float64).reshape(-1, 3):
            chosen[_label_at(grid, labels, point)] = True
        chosen[0] = False
        if chosen.any():
            return chosen
    leaving = np.zeros(count + 1, bool)
    for axis in range(3):
        for side in (0, -1):
            leaving[np.take(labels, side, axis)] = True
    leaving[0] = False
    floor, height = _floor_and_height(grid, labels, distance)
    around = labels.reshape(-1)[nodes]
    total = np.bincount(around, minlength=count + 1)
    faced = np.bincount(around, weights=inward, minlength=count + 1) > 0.5 * total
    many = int(owners.max(initial=0)) + 1
    pairs = np.unique(around.astype(np.int64) * many + owners)
    objects = np.bincount(pairs // many, minlength=count + 1)
    room = (floor >= FLOOR_MIN) & (height >= HEIGHT_MIN) & (faced | (objects >= OBJECTS_MIN))
    place = (floor > 0) & (leaving | room)
    place[0] = False
    # The hollow of a single object (a car that the box cuts through) beside a place that several objects make.
    several = place & (objects > 1)
    if several.any():
        place &= (objects > 1) | faced
    if place.any():
        return place & (floor >= SHARE * floor[place].max())
    if leaving.any():
        return leaving
    chosen[1 + np.argmax(np.bincount(labels.reshape(-1), minlength=count + 1)[1:])] = True
    return chosen


def _label_at(grid: Grid, labels: np.ndarray, point: np.ndarray) -> int:
    """The piece of free space at or next to a point; 0 if there is none within SNAP."""
    reach = int(np.ceil(SNAP / grid.voxel))
    center = np.rint((point - grid.origin) / grid.voxel).astype(int)
    low = np.maximum(center - reach, 0)
    high = np.minimum(center + reach + 1, grid.shape)
    if (low >= high).any():
        return 0
    part = labels[low[0] : high[0], low[1] : high[1], low[2] : high[2]]
    free = np.argwhere(part)
    if len(free) == 0:
        return 0
    way = np.linalg.norm(grid.origin + grid.voxel * (free + low) - point, axis=1)
    best = int(way.argmin())
    return int(part[tuple(free[best])]) if way[best] <= SNAP else 0


def _floor_and_height(grid: Grid, labels: np.ndarray, distance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Floor area (m²) and greatest height above floor (metres) of each piece: two (L + 1,) float64."""
    count = int(labels.max())
    shape = labels.shape[:2]
    # Only pieces that could hold such a ball on such a floor are worth following; they get small numbers.
    volume = np.bincount(labels.reshape(-1), minlength=count + 1) * grid.voxel**3
    volume[0] = 0
    followed = np.flatnonzero(volume > (2 * ROOMY) ** 2 * CLEAR / 4)
    number = np.zeros(count + 1, np.int32)
    number[followed] = np.arange(1, len(followed) + 1)
    # Level by level in memory, as it is walked.
    pieces = np.ascontiguousarray(np.moveaxis(number[labels], 2, 0))
    surface = np.ascontiguousarray(np.moveaxis(labels == 0, 2, 0))
    wide = np.ascontiguousarray(np.moveaxis(distance >= ROOMY, 2, 0))
    reach, tall = int(REACH_DOWN / grid.voxel), int(np.ceil(CLEAR / grid.voxel))
    grounded = np.zeros(shape, bool)  # the run of free nodes at this level began above a surface …
    roomy = np.zeros(shape, bool)  # … and has room for a ball
    run = np.zeros(shape, np.int32)
    column = np.arange(shape[0] * shape[1]).reshape(shape)
    found = np.zeros((len(followed) + 1, shape[0] * shape[1]), bool)
    tallest = np.zeros(len(followed) + 1)
    for level in range(1, len(pieces)):
        here = pieces[level]
        free = here > 0
        started = free & surface[level - 1]
        grounded = started | (grounded & free & (here == pieces[level - 1]))
        run = (run + 1) * (grounded & ~started) + started
        roomy = grounded & ((roomy & ~started) | (wide[level] & (run <= reach)))
        enough = roomy & (run >= tall)
        if enough.any():
            which = here[enough]
            found[which, column[enough]] = True
            np.maximum.at(tallest, which, run[enough] * grid.voxel)
    floor, height = np.zeros(count + 1), np.zeros(count + 1)
    floor[followed] = found[1:].sum(1) * grid.voxel**2
    height[followed] = tallest[1:]
    return floor, height
