"""Where an object can stand on another one: level places of its upper side with room above, seen from above by rays.

World frame, Z up, metres. The surface is sampled at columns over the carrier; a place is worth how level the columns
under the object's base are, and how near it is to where it is wanted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import maximum_filter, minimum_filter
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from backend.place.box import Box
from backend.place.nearest import SurfaceTree
from backend.place.scene import Scene
from protocol.errors import UnsuitableSupport

Array = np.ndarray
LIMIT = 400_000  # triangles that are looked at
TALLEST = 3.0  # metres above the surface: what begins there is no hindrance, what ends there may be one


@dataclass(frozen=True)
class Parameters:
    columns: int = 96  # along the carrier's longer side
    level: float = 0.03  # metres between neighbouring columns of one level place …
    uneven: float = 0.02  # … and under a base that stands
    steepest: float = 0.75  # least upward component of the normal
    spacing: float = 0.01  # metres above the surface from which on other things are in the way


@dataclass(frozen=True)
class Rest:
    place: Array  # (3,) float64: where the middle of the base goes
    stands: bool  # the whole base is on the surface
    free: bool  # nothing else is there


def rest_on(
    scene: Scene, carrier: int, size: Array, near: Array | None = None, parameters: Parameters = Parameters()
) -> Rest:
    """The best place on an object of the scene for one of width, depth and height `size`.

    near: (3,) where it is wanted, heeded if it is above or on the carrier; else the middle of the largest level place.
    Raises `UnsuitableSupport` where nothing is level.
    """
    low, high = scene.objects[carrier].world_bounds
    step = max(float((high - low)[:2].max()) / parameters.columns, 0.002)
    counts = np.maximum(np.ceil((high - low)[:2] / step).astype(int), 1)
    x, y = (low[k] + (np.arange(counts[k]) + 0.5) * (high - low)[k] / counts[k] for k in range(2))
    heights, upward = _seen_from_above(scene.triangles_in(_box(low, high), [carrier], LIMIT).corners, x, y, high[2])
    others = [index for index in range(len(scene.objects)) if index != carrier]
    above = _box(low, np.append(high[:2], high[2] + max(float(size[2]), TALLEST)))
    blocked = _blocked(scene.triangles_in(above, others, LIMIT).corners, x, y, heights, float(size[2]), parameters)
    fit = upward > parameters.steepest
    if not fit.any():
        name = scene.objects[carrier].name
        raise UnsuitableSupport(f"“{name}” has no level place.", remedy="Choose something flat, or the 3D cursor.")
    return _best(x, y, heights, fit, blocked, size, near, step, parameters)


def _best(
    x: Array, y: Array, heights: Array, fit: Array, blocked: Array, size: Array, near: Array | None, step: float,
    parameters: Parameters,
) -> Rest:  # fmt: skip
    lowered = np.where(fit, heights, np.nan)
    base = np.maximum(np.round(np.asarray(size[:2]) / step).astype(int) | 1, 1)
    base = np.minimum(base, 2 * np.array(heights.shape) + 1)
    least = minimum_filter(np.where(fit, heights, -np.inf), base, mode="constant", cval=-np.inf)
    most = maximum_filter(np.where(fit, heights, -np.inf), base, mode="constant", cval=-np.inf)
    stands = fit & (most - least < parameters.uneven)
    free = ~(maximum_filter(blocked.astype(np.uint8), base, mode="constant") > 0)
    patches, areas = _patches(lowered, parameters.level)
    worth = 2.0 * (stands & free) + 1.0 * stands + 0.6 * free + areas[patches]
    if near is not None and x[0] - step <= near[0] <= x[-1] + step and y[0] - step <= near[1] <= y[-1] + step:
        away = np.hypot(x[:, None] - near[0], y[None] - near[1])
        worth = worth - areas[patches] + 0.5 * np.exp(-away / max(float(size[:2].max()), 1e-3)) - 0.5 * away
        worth = worth - 2.0 * np.abs(heights - near[2])
    else:
        middle = np.array([np.mean(np.nonzero(patches == areas.argmax())[k]) for k in range(2)])
        i, j = np.indices(heights.shape)
        worth = worth - 0.3 * np.hypot(i - middle[0], j - middle[1]) / max(heights.shape)
    best = np.unravel_index(np.argmax(np.where(fit, worth, -np.inf)), heights.shape)
    place = np.array([x[best[0]], y[best[1]], heights[best]], np.float64)
    return Rest(place, bool(stands[best]), bool(free[best]))


def _patches(heights: Array, level: float) -> tuple[Array, Array]:
    """Which level place each column belongs to (0: none), and each place's share of all of them."""
    known = np.isfinite(heights)
    number = np.arange(heights.size).reshape(heights.shape)
    pairs = []
    for one, other in ((np.s_[1:], np.s_[:-1]), (np.s_[:, 1:], np.s_[:, :-1])):
        near = np.abs(np.nan_to_num(heights[one], nan=np.inf) - np.nan_to_num(heights[other], nan=-np.inf)) < level
        pairs.append(np.stack([number[one][near], number[other][near]]))
    first, second = np.concatenate(pairs, 1)
    links = coo_matrix((np.ones(len(first), bool), (first, second)), (heights.size,) * 2)
    _, whose = connected_components(links, directed=False)
    patches = np.where(known, whose.reshape(heights.shape) + 1, 0)
    areas = np.bincount(patches.reshape(-1), minlength=patches.max() + 1).astype(float)
    areas[0] = 0.0
    return patches, areas / max(areas.sum(), 1.0)


def _seen_from_above(corners: Array, x: Array, y: Array, top: float) -> tuple[Array, Array]:
    """(X, Y) each: the height of the upper side (−∞ beside it) and its normal's upward component."""
    starts = np.stack([*np.meshgrid(x, y, indexing="ij"), np.full((len(x), len(y)), top + 0.1)], -1).reshape(-1, 3)
    down = np.repeat(np.array([[0.0, 0.0, -1.0]], np.float32), len(starts), 0)
    distance, face = SurfaceTree(corners).first_hit(starts, down, 1e4)
    hit = face >= 0
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    tilt = np.abs(normal[:, 2]) / np.maximum(np.linalg.norm(normal, axis=1), 1e-12)
    heights = np.where(hit, starts[:, 2] - distance, -np.inf)
    upward = np.where(hit, tilt[np.maximum(face, 0)], 0.0) if len(tilt) else np.zeros(len(hit))
    return heights.reshape(len(x), len(y)), upward.reshape(len(x), len(y))


def _blocked(corners: Array, x: Array, y: Array, heights: Array, tall: float, parameters: Parameters) -> Array:
    """(X, Y) bool: columns in which something else is within the object's height above the surface, or around it."""
    blocked = np.zeros(heights.shape, bool)
    on = np.isfinite(heights)
    if not len(corners) or not on.any():
        return blocked
    places = np.stack([*np.meshgrid(x, y, indexing="ij"), heights + parameters.spacing], -1)[on]
    up = np.repeat(np.array([[0.0, 0.0, 1.0]], np.float32), len(places), 0)
    distance, face = SurfaceTree(corners).first_hit(places, up, 1e3)
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])[:, 2]
    leaving = normal[np.maximum(face, 0)] > 0  # a side that looks upwards is left from within
    blocked[on] = (face >= 0) & (leaving | (distance < tall - parameters.spacing))
    return blocked


def _box(low: Array, high: Array) -> Box:
    return Box(np.asarray(low, np.float64) - 0.01, np.asarray(high, np.float64) + 0.01)
