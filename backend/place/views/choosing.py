"""Choosing cameras about a target: directions over the sphere, those that see the place, the best and most different.

The numbers are GenZI's: 256 directions, elevation 0–30°, less than 135° off the patch's normal, from 2 m, 0.4 of the
patch visible, 16 views. What it lacks is a way on where none pass: limits are then relaxed one after the other, and it
is said which. A camera never stands inside or behind anything: it goes from the target outwards until something is in
the way, and takes a wider lens where it has to stay near. Metres, world, Z up.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from backend.place.box import Box
from backend.place.camera import Camera, looking_at
from backend.place.nearest import SurfaceTree
from backend.place.scene import Scene
from protocol.errors import NoView

from .patch import Patch, patch_about
from .target import Target

Array = np.ndarray
SNAP = 0.5  # metres from the target's point to a surface
SEEN = 0.3  # the share of the person-to-be that must be visible where there is no patch to go by


@dataclass(frozen=True)
class ViewParameters:
    count: int = 16  # cameras wanted
    least: int = 6  # fewer, and the limits are relaxed
    directions: int = 256  # tried, over the whole sphere
    patch_radius: float = 0.15  # metres
    elevation: float = math.radians(30)  # the highest
    off_normal: float = math.radians(135)  # between direction and the patch's normal, the most
    distance: float = 2.0  # metres, if the person fits into the picture from there; else farther
    nearest: float = 1.2  # metres
    score: float = 0.4  # the share of the patch that must be visible
    clearance: float = 0.12  # metres between the camera and any surface
    field_of_view: float = math.radians(60)  # vertical
    widest: float = math.radians(95)
    filled: float = 0.92  # of the picture's height that the person may take
    size: int = 512  # pixels, width and height
    apart: float = math.radians(34)  # wanted between two views as seen from the target


@dataclass(frozen=True)
class Views:
    """Best first."""

    cameras: tuple[Camera, ...]
    scores: tuple[float, ...]  # share of the patch that each sees, 0…1
    relaxed: tuple[str, ...]  # what had to be given up, in words; empty if nothing


@dataclass(frozen=True)
class _Candidates:
    """All directions that have a place for a camera."""

    directions: Array  # (N, 3) unit, from the target's centre
    distances: Array  # (N,) metres
    scores: Array  # (N,) share of the patch visible
    bodies: Array  # (N,) share of the person-to-be visible

    def take(self, rows: Array) -> _Candidates:
        return _Candidates(*(value[rows] for value in vars(self).values()))


@dataclass(frozen=True)
class _Step:
    """One way to ask for less, and what the user is told of it."""

    said: str
    change: Callable[[ViewParameters], ViewParameters]


_STEPS = (
    _Step("The place is hidden from most sides: views that see a fifth of it count.", lambda p: replace(p, score=0.2)),
    _Step("Few views see the place itself: views that see a little of it count.", lambda p: replace(p, score=0.04)),
    _Step("Cameras look down more steeply, by up to 60°.", lambda p: replace(p, elevation=math.radians(60))),
    _Step("Cameras may stand behind what the person is on.", lambda p: replace(p, off_normal=math.pi)),
    _Step("There is little room: cameras come as near as 70 cm.", lambda p: replace(p, nearest=0.7)),
    _Step("The place itself is hidden: views that see where the body will be count.", lambda p: replace(p, score=-1.0)),
)


def choose_views(
    scene: Scene, target: Target, parameters: ViewParameters = ViewParameters(),
    check: Callable[[], None] = lambda: None,
) -> Views:  # fmt: skip
    """Cameras that see what happens at the target. Raises `NoView` if there is no place for any."""
    generator = np.random.default_rng(0)  # of samples on the patch only: the choice is the same every time
    distance = _wished_distance(target, parameters)
    reach = distance + target.radius + 0.5
    corners = scene.triangles_in(Box.around(target.center, 2 * reach), limit=1_500_000).corners
    check()
    tree = SurfaceTree(corners)
    relaxed: list[str] = []
    point = _on_surface(target, tree)
    if point is None:
        patch = None
        relaxed.append("There is no surface at the place: views that see where the body will be count.")
    else:
        about = scene.triangles_in(Box.around(point, 2.2 * parameters.patch_radius)).corners
        patch = patch_about(point, about, tree, parameters.patch_radius, target.center, generator)
    check()
    found = _candidates(target, patch, tree, distance, parameters, generator)
    check()
    passing = _passing(found, patch, parameters)
    for step in _STEPS:
        if passing.sum() >= parameters.least:
            break
        parameters = step.change(parameters)
        before, passing = passing.sum(), _passing(found, patch, parameters)
        if passing.sum() > before:
            relaxed.append(step.said)
    if not passing.any():
        raise NoView(f"No camera finds a place from which {_where(target.point)} can be seen.")
    return _best(found.take(np.flatnonzero(passing)), target, parameters, tuple(relaxed))


def _on_surface(target: Target, tree: SurfaceTree) -> Array | None:
    """(3,) the surface point nearest to the target's, if there is one within `SNAP`."""
    near = tree.nearest(target.point[None], SNAP)
    return near.foot[0].astype(np.float64) if near.face[0] >= 0 else None


def fibonacci_sphere(count: int) -> Array:
    """(count, 3) unit directions, evenly over the sphere."""
    k = np.arange(count)
    z = 1 - (2 * k + 1) / count
    turn = k * (math.pi * (3 - math.sqrt(5)))
    flat = np.sqrt(1 - z * z)
    return np.stack([flat * np.cos(turn), flat * np.sin(turn), z], 1)


def _wished_distance(target: Target, parameters: ViewParameters) -> float:
    """From here the ball about the person fits into the picture."""
    half = parameters.field_of_view / 2 * parameters.filled
    return max(parameters.distance, target.radius / math.sin(half))


def _candidates(
    target: Target, patch: Patch | None, tree: SurfaceTree, wished: float, parameters: ViewParameters,
    generator: np.random.Generator,
) -> _Candidates:  # fmt: skip
    directions = fibonacci_sphere(parameters.directions)
    directions = directions[(directions[:, 2] > 0) & (directions[:, 2] < math.sin(math.radians(75)))]
    start = _open_middle(target, tree)
    distances = _free_distances(start, directions, tree, wished, parameters.clearance)
    rows = np.flatnonzero(distances >= 0.35)
    directions, distances = directions[rows], distances[rows]
    eyes = start + distances[:, None] * directions
    body = target.body if len(target.body) else _ball(target, generator)
    body = body[:: max(1, len(body) // 60)]
    scores = _share_seen(eyes, patch.points + 2e-3 * patch.normals, patch.normals, tree) if patch else 0 * distances
    return _Candidates(directions, distances, scores, _share_seen(eyes, body, None, tree))


def _open_middle(target: Target, tree: SurfaceTree) -> Array:
    """The target's centre, or the last free point on the way there from the surface."""
    way = target.center - target.point
    length = float(np.linalg.norm(way))
    if length < 0.05:
        return target.center
    step = way / length
    free, _ = tree.first_hit((target.point + 0.03 * step)[None], step[None], length)
    return target.center if free[0] >= length - 0.03 else target.point + max(0.03, float(free[0]) / 2) * step


def _free_distances(start: Array, directions: Array, tree: SurfaceTree, wished: float, clearance: float) -> Array:
    """(N,) metres that a camera can go in each direction; 0 where it has no place at all.

    What the camera reaches from the target without meeting a surface is on the same side of all walls.
    """
    free, _ = tree.first_hit(np.repeat(start[None], len(directions), 0), directions, wished + 2 * clearance)
    distance = np.minimum(wished, free - clearance)
    found = np.zeros(len(directions))
    for _ in range(12):  # backwards until nothing is too near the camera
        open_rows = np.flatnonzero((found == 0) & (distance > 0.3))
        if len(open_rows) == 0:
            break
        eyes = start + distance[open_rows, None] * directions[open_rows]
        apart = tree.nearest(eyes, 2 * clearance).distance
        clear = open_rows[apart >= clearance]
        found[clear] = distance[clear]
        distance *= 0.92
    return found


def _share_seen(eyes: Array, points: Array, normals: Array | None, tree: SurfaceTree) -> Array:
    """(E,) the share of points (P, 3) that each eye sees; with normals only from their front."""
    rays = points[None] - eyes[:, None]
    length = np.linalg.norm(rays, axis=2)
    rays = rays / np.maximum(length[..., None], 1e-9)
    starts = np.repeat(eyes[:, None], len(points), 1).reshape(-1, 3)
    _, face = tree.first_hit(starts, rays.reshape(-1, 3), np.maximum(length - 1e-3, 0).reshape(-1))
    seen = (face < 0).reshape(length.shape)
    if normals is not None:
        seen &= np.einsum("epc,pc->ep", rays, normals) < 0
    return seen.mean(1)


def _ball(target: Target, generator: np.random.Generator) -> Array:
    """(60, 3) points in the upper part of the ball, where most of an unknown person is."""
    points = generator.normal(size=(60, 3))
    points *= (generator.random(60) ** (1 / 3) / np.linalg.norm(points, axis=1) * 0.5 * target.radius)[:, None]
    return target.center + points


def _passing(found: _Candidates, patch: Patch | None, parameters: ViewParameters) -> Array:
    low = found.directions[:, 2] < math.sin(parameters.elevation)
    near = found.distances >= parameters.nearest
    seen = found.scores > parameters.score if patch and parameters.score >= 0 else found.bodies > SEEN
    front = np.ones(len(low), bool)
    if patch:
        front = found.directions @ patch.normal > math.cos(parameters.off_normal)
    return low & near & seen & front


def _best(found: _Candidates, target: Target, parameters: ViewParameters, relaxed: tuple[str, ...]) -> Views:
    """The best first; each next one the best of those far enough from all before, nearer ones only to fill up."""
    worth = 0.5 * found.scores + 0.5 * found.bodies
    order = np.argsort(-worth, kind="stable")
    chosen: list[int] = []
    apart = parameters.apart
    while len(chosen) < min(parameters.count, len(order)):
        for row in order:
            close = [found.directions[row] @ found.directions[other] > math.cos(apart) for other in chosen]
            if len(chosen) < parameters.count and row not in chosen and not any(close):
                chosen.append(int(row))
        apart = apart * 0.7 if apart > math.radians(4) else 0.0
    cameras = tuple(_camera(found.directions[k], float(found.distances[k]), target, parameters) for k in chosen)
    return Views(cameras, tuple(float(found.scores[k]) for k in chosen), relaxed)


def _camera(direction: Array, distance: float, target: Target, parameters: ViewParameters) -> Camera:
    needed = 2 * math.asin(min(0.98, target.radius / distance)) / parameters.filled
    angle = min(max(parameters.field_of_view, needed), parameters.widest)
    return looking_at(target.center + distance * direction, target.center, angle, parameters.size, parameters.size)


def _where(point: Array) -> str:
    return "({:.2f}, {:.2f}, {:.2f})".format(*point)
