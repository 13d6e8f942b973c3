"""Finding a view in which the people can be seen: rays decide, taste breaks the tie.

Cameras are tried on rings around the people. A view is worth the share of body points that nothing but a person hides,
times how well it shows them: from the front or three quarters, from eye height, from far enough for a natural
perspective. Inside rooms the camera stays on this side of the walls and takes a wider lens instead. Blender units.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Vector

Array = np.ndarray
ASPECT = 4 / 3
FILL = 0.74  # the share of the picture's height (or width) that the people take
NORMAL, WIDEST = np.radians(32.0), np.radians(74.0)  # vertical field of view
CLEARANCE = 0.25  # metres kept free around the camera


@dataclass(frozen=True)
class View:
    eye: Array  # (3,)
    target: Array  # (3,)
    field_of_view: float  # vertical, radians
    score: float
    visible: float  # share of body points that nothing but a person hides


def best_view(people: Sequence[bpy.types.Object], points: Array, front: Array) -> View:
    """`points` (N, 3): samples of the bodies; `front` (3,): the direction that the person faces."""
    scene, graph = bpy.context.scene, bpy.context.evaluated_depsgraph_get()
    ours = {person.name for person in people}
    metre = 1.0 / (scene.unit_settings.scale_length or 1.0)
    sight = _Sight(scene, graph, ours)
    views = [
        _judge(sight, points, front, eye, target, angle) for eye, target, angle in _cameras(sight, points, front, metre)
    ]
    return max(views, key=lambda view: view.score)


class _Sight:
    """Ray casts that people do not stop."""

    def __init__(self, scene: bpy.types.Scene, graph: bpy.types.Depsgraph, ours: set[str]) -> None:
        self._scene, self._graph, self._ours = scene, graph, ours

    def free_distance(self, origin: Array, direction: Array, longest: float) -> float:
        """How far a ray gets before anything but a person stops it."""
        start, gone = Vector(origin), 0.0
        step = Vector(direction).normalized()
        while gone < longest:
            hit, place, _, _, own, _ = self._scene.ray_cast(self._graph, start, step, distance=longest - gone)
            if not hit:
                return longest
            if own.name not in self._ours:
                return gone + (place - start).length
            gone += (place - start).length + 1e-3
            start = place + 1e-3 * step
        return longest


def _cameras(sight: _Sight, points: Array, front: Array, metre: float) -> Iterator[tuple[Array, Array, float]]:
    low, high = points.min(axis=0), points.max(axis=0)
    target = (low + high) / 2
    around = np.arctan2(front[1], front[0])
    for elevation in np.radians([12.0, 24.0, 40.0]):
        for turn in np.radians(np.arange(-180, 180, 15)):
            away = np.array([
                np.cos(elevation) * np.cos(around + turn), np.cos(elevation) * np.sin(around + turn), np.sin(elevation)
            ])  # fmt: skip
            wished = _distance_for(points, target, away, NORMAL)
            free = sight.free_distance(target, away, wished + CLEARANCE * metre)
            distance = min(wished, free - CLEARANCE * metre)
            eye = target + away * distance
            if distance <= 0.35 * wished or eye[2] < low[2] + 0.2 * metre or not _has_room(sight, eye, metre):
                continue
            angle = NORMAL if distance == wished else _angle_for(points, target, away, distance)
            if angle <= WIDEST:
                yield eye, target, angle
    # Where there is no room anywhere, a camera close above the person is better than none.
    away = np.array([front[0], front[1], 2.0]) / np.linalg.norm([front[0], front[1], 2.0])
    yield target + away * _distance_for(points, target, away, WIDEST), target, WIDEST


def _judge(sight: _Sight, points: Array, front: Array, eye: Array, target: Array, angle: float) -> View:
    seen = 0
    for point in points:
        ray = point - eye
        length = float(np.linalg.norm(ray))
        seen += sight.free_distance(eye, ray, length) >= length - 0.01
    visible = seen / len(points)
    away = (eye - target) / np.linalg.norm(eye - target)
    level = away[:2] / max(1e-9, np.linalg.norm(away[:2]))
    facing = float(level @ front[:2])  # 1 from the front; best a little aside of it
    taste = 0.34 * (1 - abs(facing - 0.78)) - 0.30 * max(0.0, away[2] - 0.25) - 0.22 * (angle - NORMAL)
    return View(eye, target, angle, visible**2 * 2 + taste, visible)


def _frame(points: Array, target: Array, away: Array) -> tuple[Array, Array]:
    """Points seen from `target` along −away: (N, 2) right and up, (N,) towards the camera."""
    right = np.cross([0.0, 0.0, 1.0], away)
    right /= np.linalg.norm(right)
    up = np.cross(away, right)
    offset = points - target
    return np.stack([offset @ right / ASPECT, offset @ up], axis=1), offset @ away


def _distance_for(points: Array, target: Array, away: Array, angle: float) -> float:
    across, towards = _frame(points, target, away)
    return float((np.abs(across).max(axis=1) / (np.tan(angle / 2) * FILL) + towards).max())


def _angle_for(points: Array, target: Array, away: Array, distance: float) -> float:
    across, towards = _frame(points, target, away)
    room = distance - towards
    if room.min() <= 0.05:
        return np.pi
    return float(2 * np.arctan((np.abs(across).max(axis=1) / (room * FILL)).max()))


def _has_room(sight: _Sight, eye: Array, metre: float) -> bool:
    near = CLEARANCE * metre * 0.8
    axes = np.concatenate([np.eye(3), -np.eye(3)])
    return all(sight.free_distance(eye, axis, near) >= near for axis in axes)
