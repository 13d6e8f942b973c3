"""How much of the world around the objects that matter is looked at, and how high the ground is there. Metres."""

from __future__ import annotations

import numpy as np

from backend.place.box import Box
from backend.place.scene import Scene

from .conduct import conduct_of
from .naming import Match, is_floor
from .stage import Stage

REACH = 1.0  # metres of floor around an object that people may use
RIDER_REACH = 0.5  # metres around what is ridden
HEADROOM = 2.35  # metres above the carrying surface
LARGEST = 4.6  # metres, edge of the box
TARGET_SIZE = 3.0  # metres: larger objects count as surroundings, of which only the part nearby matters
THIN_FLOOR = 0.3  # metres: a floor that is no higher has its top for its level


def extent(stage: Stage) -> tuple[Box, float]:
    """Around the objects that matter, with room for a body, and the height of the floor there.

    At the cursor where the objects are large or unnamed.
    """
    boxes: list[Box] = []
    matches = [*(t.match for t in stage.touches), *([stage.landmark] if stage.landmark else [])]
    if not is_floor(stage.support[0], stage.floor):
        matches.append(stage.support[0])
    pieces = [box for match in matches for box in _pieces(stage.scene, match)]
    boxes += [box for box in pieces if max(box.size[:2]) <= TARGET_SIZE]
    large = [box for box in pieces if max(box.size[:2]) > TARGET_SIZE]
    for box in large:
        # Of a long wall the part next to the other things, the cursor, or its middle.
        focus = boxes[0].center if boxes else (stage.cursor if stage.cursor_weight > 0 else box.center)
        focus = np.clip(focus, box.minimum, box.maximum)
        half = np.array([1.0, 1.0, 3.0])
        boxes.append(Box(np.maximum(box.minimum, focus - half), np.minimum(box.maximum, focus + half)))
    if stage.cursor_weight >= 0.5:
        boxes.append(Box.around(stage.cursor, [1.2, 1.2, 0.2]))
    core = boxes[0]
    for box in boxes[1:]:
        union = core.united(box)
        core = union if max(union.size[:2]) + 2 * REACH <= LARGEST + 1.5 else core
    conduct = conduct_of(stage.action)
    reach = RIDER_REACH if conduct.carried_by == "mount" else REACH + conduct.run_up
    low = core.minimum - [reach, reach, 0.15]
    high = core.maximum + [reach, reach, 0.0]
    top = _carrying_height(stage, core) + HEADROOM
    ground_level = ground_level_at(stage, core)
    low[2] = min(low[2], ground_level - 0.15)
    high[2] = min(max(top, high[2]), top + 0.4)
    return Box(low, np.maximum(high, low + 0.5)), ground_level


def _pieces(scene: Scene, match: Match) -> list[Box]:
    """One box for a thing that is together, else one for each of its objects."""
    whole = scene.box_of(match.objects)
    return [whole] if max(whole.size[:2]) <= TARGET_SIZE else [scene.box_of((o,)) for o in match.objects]


def _carrying_height(stage: Stage, core: Box) -> float:
    if is_floor(stage.support[0], stage.floor):
        return ground_level_at(stage, core)
    return min(float(stage.scene.box_of(stage.support[0].objects).maximum[2]), core.maximum[2])


def ground_level_at(stage: Stage, core: Box) -> float:
    """Height of the floor around the core, metres: the highest face of it that is not above the core's bottom.

    A floor object may be a whole room with its ceiling, or hills; so vertical lines around the core are asked.
    """
    if stage.floor is None:
        return float(core.minimum[2])
    bounds = stage.scene.box_of(stage.floor.objects)
    if bounds.size[2] < THIN_FLOOR:
        return float(bounds.maximum[2])
    low, high = core.minimum - 0.4, core.maximum + 0.4
    column = Box([*low[:2], bounds.minimum[2] - 0.1], [*high[:2], max(core.minimum[2] + 0.3, bounds.minimum[2])])
    corners = stage.scene.triangles_in(column, stage.floor.objects).corners.astype(np.float64)
    sides = [np.linspace(low[k], high[k], 6) for k in (0, 1)]
    lines = np.stack(np.meshgrid(*sides, indexing="ij"), -1).reshape(-1, 2)
    hits = [crossings(corners, line) for line in lines]
    below = [h[h <= core.minimum[2] + 0.3].max() for h in hits if (h <= core.minimum[2] + 0.3).any()]
    return float(np.median(below)) if below else float(core.minimum[2])


def crossings(corners: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Heights at which the vertical line through `line` (2,) meets triangles (T, 3, 3); metres, any number of them."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    ab, ac, to = (b - a)[:, :2], (c - a)[:, :2], line - a[:, :2]
    area = ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]
    flat = np.abs(area) > 1e-12
    area = np.where(flat, area, 1.0)
    u = (to[:, 0] * ac[:, 1] - to[:, 1] * ac[:, 0]) / area
    v = (ab[:, 0] * to[:, 1] - ab[:, 1] * to[:, 0]) / area
    inside = flat & (u >= 0) & (v >= 0) & (u + v <= 1)
    return (a[:, 2] + u * (b - a)[:, 2] + v * (c - a)[:, 2])[inside]
