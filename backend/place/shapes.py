"""What things may be when their names say nothing: read from how much of their surface is level, and how high.

No field is needed: a few thousand triangles of each object tell the areas of its level and upright faces by height.
Metres, world, Z up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backend.language.nouns import kinds_of
from backend.place.scene import Scene

SAMPLE = 20_000  # triangles per object
MOST = 400  # objects that are looked at
BIN = 0.05  # metres of height
LEVEL, UPRIGHT = 0.85, 0.2  # of the normal's upward part: at least, at most
LARGE = 4.5  # metres across: larger objects are rooms or terrain, of which only the part near the cursor counts
NEARNESS = 0.15  # of the score, per metre


@dataclass(frozen=True)
class Profile:
    """Level and upright surface of an object."""

    heights: np.ndarray  # (B,) metres above the floor: middle of each bin
    level: np.ndarray  # (B,) m² of level faces in it
    upright: float  # m² of upright faces
    size: np.ndarray  # (3,) metres


@dataclass(frozen=True)
class Wanted:
    """The shape of a kind of thing: enough level face between two heights above the floor."""

    low: float
    high: float
    area_min: float
    area_max: float


SHAPES: tuple[tuple[str, Wanted], ...] = (
    ("bed", Wanted(0.25, 0.85, 1.2, 9.0)),
    ("coffee table", Wanted(0.25, 0.6, 0.2, 3.0)),
    ("table", Wanted(0.6, 1.1, 0.2, 9.0)),
    ("surface", Wanted(0.6, 1.1, 0.2, 9.0)),
    ("sofa", Wanted(0.3, 0.6, 0.5, 4.0)),
    ("seat", Wanted(0.35, 0.6, 0.06, 4.0)),
)


def by_shape(noun: str, scene: Scene, objects: list[int], near: np.ndarray | None) -> list[tuple[int, float]]:
    """Objects (of those given) that could be a `noun`, with scores, best first; empty for nouns without a shape."""
    kinds = kinds_of(noun)
    if "wall" not in kinds and not any(kind in kinds for kind, _ in SHAPES):
        return []
    if len(objects) > MOST:
        objects = sorted(objects, key=lambda index: (_way(scene, index, near), index))[:MOST]
    floor = _floor_level(scene)
    if "wall" in kinds:
        scored = [(index, _wall_score(_profile(scene, index, floor, None))) for index in objects]
    else:
        wanted = next(shape for kind, shape in SHAPES if kind in kinds)
        scored = [(index, _top_score(_profile(scene, index, floor, near), wanted)) for index in objects]
    found = []
    for index, score in scored:
        if score <= 0:
            continue
        if near is not None:
            score /= 1 + NEARNESS * _way(scene, index, near)
        found.append((index, 0.6 * score))
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _way(scene: Scene, index: int, near: np.ndarray | None) -> float:
    """Metres from a point to an object's bounds; 0 without a point."""
    if near is None:
        return 0.0
    low, high = scene.objects[index].world_bounds
    return float(np.linalg.norm(np.maximum(np.maximum(low - near, near - high), 0)))


def floor_by_shape(scene: Scene) -> list[tuple[int, ...]]:
    """The object with most level face, low ones before high ones: what people would stand on. At most one."""
    bottom = float(scene.bounds[0, 2])
    best, found = 0.0, -1
    items = scene.objects
    if len(items) > MOST:  # the largest ones, seen from above
        items = sorted(items, key=lambda item: -float(np.prod((item.world_bounds[1] - item.world_bounds[0])[:2])))[
            :MOST
        ]
    for item in items:
        profile = _profile(scene, item.index, bottom, None)
        weight = float((profile.level / (1 + np.maximum(profile.heights, 0)) ** 2).sum())
        if weight > best:
            best, found = weight, item.index
    return [(found,)] if best >= 0.5 else []


def _floor_level(scene: Scene) -> float:
    found = floor_by_shape(scene)
    if not found:
        return float(scene.bounds[0, 2])
    profile = _profile(scene, found[0][0], 0.0, None)
    return float(profile.heights[profile.level.argmax()])


def _profile(scene: Scene, index: int, floor: float, near: np.ndarray | None) -> Profile:
    size = scene.objects[index].world_bounds
    corners, share = scene.sample_triangles(index, SAMPLE)
    middle = corners.mean(1)
    if near is not None and (size[1] - size[0])[:2].max() > LARGE:
        keep = np.linalg.norm(middle[:, :2] - near[:2], axis=1) < 1.0
        corners, middle = corners[keep], middle[keep]
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = np.linalg.norm(cross, axis=1) / 2
    steep = np.abs(cross[:, 2]) / np.maximum(2 * area, 1e-12)
    area = area / share
    above = middle[:, 2] - floor
    first = int(np.floor(above.min() / BIN)) if len(above) else 0
    bins = np.floor(above / BIN).astype(int) - first
    flat = steep >= LEVEL
    level = np.bincount(bins[flat], weights=area[flat], minlength=int(bins.max()) + 1 if len(bins) else 1)
    heights = (first + np.arange(len(level)) + 0.5) * BIN
    return Profile(heights, level, float(area[steep <= UPRIGHT].sum()), size[1] - size[0])


def _top_score(profile: Profile, wanted: Wanted) -> float:
    """How well the level faces between the wanted heights fit, 0…1."""
    fits = (profile.heights >= wanted.low) & (profile.heights <= wanted.high)
    # Faces of one slab lie in neighbouring bins, its bottom too: the largest bin is the top's area.
    area = float(profile.level[fits].max(initial=0.0))
    if not wanted.area_min <= area <= wanted.area_max:
        return 0.0
    # What rises far above the top is no table, though a chair's back may.
    return 1.0 if profile.size[2] < 2.2 else 0.75


def _wall_score(profile: Profile) -> float:
    high = profile.size[2] >= 1.5
    return 1.0 if high and profile.upright >= 2.0 and profile.upright > 2 * float(profile.level.sum()) else 0.0
