"""Where the backrest of a seat is. Metres, world, Z up.

From the seat's far cells in some direction, something solid must rise 0.2 to 0.6 m, right behind or leaning back. All
directions round the seat are tried; one counts if such a back takes up a good part of the seat's width there. The
direction itself then comes from the back: across the line that its front side makes. What leaves room for the knees
below it is the table that the seat is drawn up to.
"""

from __future__ import annotations

import numpy as np

from backend.place.field import Field
from backend.place.grid import Grid

DIRECTIONS = 32
HEIGHTS = (0.2, 0.28, 0.36, 0.44, 0.52)  # metres above the seat
HEIGHTS_MIN = 2  # of these must meet something solid: armrests rarely do
NEAR = 0.1  # metres behind the last cell, and
LEAN = 0.7  # … metres more per metre of height
STRIP = 0.04  # metres: width of the strips that a seat is cut into
WIDTH_SHARE = 0.5  # of the seat's width
WIDTH_MIN = 0.12  # metres
OTHER_SHARE = 0.8  # of the best score: another direction that also counts (corner seats)
AT = 0.25  # voxels: nodes nearer than this to something solid are taken as solid
INSET = 0.02  # metres into the seat from where the search starts
TABLE_DEPTH = (0.1, 0.15, 0.2)  # metres behind its edge that a table's top goes on, as no back does, and
KNEES = (0.04, 0.08, 0.12)  # … metres above the seat where there is room below it
TURN_MAX = np.radians(25)  # how far the back's own direction may be from the one in which it was found


def backrest_directions(field: Field, cells: np.ndarray, heights: np.ndarray) -> tuple[np.ndarray, ...]:
    """Unit directions ((2,) float32) towards backrests, best first; none if there is none.

    `cells`: (N, 2) metres, world x, y of the seat's cells; `heights`: (N,) metres, world z.
    """
    grid = field.grid
    solid = field.signed_distance.cpu().numpy() < AT * field.voxel
    angles = np.arange(DIRECTIONS) * (2 * np.pi / DIRECTIONS)
    directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    scores = np.array([_score(_hits(grid, solid, cells, heights, direction)) for direction in directions])
    if scores.max() <= 0:
        return ()
    found: list[np.ndarray] = []
    for index in np.argsort(-scores, kind="stable"):
        if scores[index] < OTHER_SHARE * scores.max():
            break
        if all(float(directions[index] @ other) < 0.5 for other in found):
            direction = _middle(directions, scores, index)
            for _ in range(2):
                direction = _across_back(_hits(grid, solid, cells, heights, direction), direction)
            if all(float(direction @ other) < 0.5 for other in found):
                found.append(direction)
    return tuple(direction.astype(np.float32) for direction in found)


def _middle(directions: np.ndarray, scores: np.ndarray, index: int) -> np.ndarray:
    """The middle of the plateau of scores around a direction."""
    reach = DIRECTIONS // 8
    around = (index + np.arange(-reach, reach + 1)) % DIRECTIONS
    weight = np.maximum(scores[around] - 0.7 * scores[index], 0)
    direction = (weight[:, None] * directions[around]).sum(0)
    return direction / np.linalg.norm(direction)


def _hits(grid: Grid, solid: np.ndarray, cells: np.ndarray, heights: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """(H, S, 2) metres, world x, y: where strips of the seat meet its back at each of HEIGHTS; NaN where there is none.

    `solid`: (X, Y, Z) bool, nodes of `grid` in or at something solid.
    """
    side = np.array([-direction[1], direction[0]])
    along, across = cells @ direction, cells @ side
    strip = np.floor((across - across.min()) / STRIP).astype(int)
    # The last cell of every strip that has cells.
    order = np.lexsort((along, strip))
    last = order[np.append(np.flatnonzero(np.diff(strip[order])), len(order) - 1)]
    starts = cells[last] - direction * INSET
    result = np.full((len(HEIGHTS), len(last), 2), np.nan)
    for number, above in enumerate(HEIGHTS):
        steps = np.arange(0.0, NEAR + LEAN * above + INSET, grid.voxel)
        points = starts[:, None] + direction * steps[:, None]
        index = np.rint((points - grid.origin[:2]) / grid.voxel).astype(np.int64)
        level = np.rint((heights[last] + above - grid.origin[2]) / grid.voxel).astype(np.int64)
        index = np.clip(index, 0, np.array(grid.shape[:2]) - 1)
        here = solid[index[..., 0], index[..., 1], np.clip(level, 0, grid.shape[2] - 1)[:, None]]
        met = here.any(1)
        result[number, met] = points[met, here[met].argmax(1)]
    result[:, _tables(grid, solid, result, heights[last], direction)] = np.nan
    return result


def _tables(grid: Grid, solid: np.ndarray, hits: np.ndarray, heights: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """(S,) bool: strips before whose highest hit a table begins."""
    met = ~np.isnan(hits[..., 0])
    highest = len(HEIGHTS) - 1 - met[::-1].argmax(0)
    edge = np.nan_to_num(hits[highest, np.arange(hits.shape[1])], nan=grid.origin[:2])
    behind = edge[:, None] + direction * np.array(TABLE_DEPTH)[:, None]  # (S, D, 2)

    def filled(above: np.ndarray) -> np.ndarray:
        points = np.concatenate((behind, np.broadcast_to((heights + above)[:, None, None], (*behind.shape[:2], 1))), -1)
        index = np.clip(np.rint((points - grid.origin) / grid.voxel).astype(np.int64), 0, np.array(grid.shape) - 1)
        return solid[index[..., 0], index[..., 1], index[..., 2]]

    covered = filled(np.array(HEIGHTS)[highest]).all(1)
    return met.any(0) & covered & ~np.any([filled(np.array(above)).any(1) for above in KNEES], 0)


def _score(hits: np.ndarray) -> float:
    """Metres of seat width that have a back; 0 if that is too small a part."""
    backed = (~np.isnan(hits[..., 0])).sum(0) >= HEIGHTS_MIN
    width = float(backed.sum()) * STRIP
    return width if width >= max(WIDTH_MIN, WIDTH_SHARE * len(backed) * STRIP) else 0.0


def _across_back(hits: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """`direction` turned to stand straight on the back's front side."""
    backed = (~np.isnan(hits[..., 0])).sum(0) >= HEIGHTS_MIN
    rows = []
    for level in hits:
        points = level[backed & ~np.isnan(level[:, 0])]
        if len(points) >= 3:
            rows.append(points - points.mean(0))  # each height by itself: backs lean
    if not rows:
        return direction
    points = np.concatenate(rows)
    _, axes = np.linalg.eigh(points.T @ points)
    normal = np.array([-axes[1, 1], axes[0, 1]])
    normal *= np.sign(normal @ direction) or 1.0
    return normal if normal @ direction > np.cos(TURN_MAX) else direction
