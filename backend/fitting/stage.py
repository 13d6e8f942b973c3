"""Setting the stage: which objects carry, are touched or give the direction, and the box of world around them.

Names come from the reading, geometry from the scene. Nothing here optimises; it decides what is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from backend.language.nouns import is_a
from backend.language.parts import wholes_of
from backend.language.prompt import Reading
from backend.place.field import Box, Field, build_field, build_object_distance
from backend.place.grounding import Match, ground
from backend.place.scene import Scene
from backend.place.supports import find_supports
from protocol.errors import UnknownObject, UnsuitableSupport
from protocol.messages import HumansRequest

REACH = 1.0  # metres of floor around an object that people may use
HEADROOM = 2.35  # metres above the carrying surface
LARGEST = 4.6  # metres, edge of the box
TARGET_SIZE = 3.0  # metres: larger objects count as surroundings, of which only the part nearby matters
MOST_ALIKE = 4  # things of the same name that are tried together
THIN_FLOOR = 0.3  # metres: a floor that is no higher has its top for its level
GROUND_STEP = 0.35  # metres that sidewalks, rugs and steps differ from the floor and still are ground
GROUND_AREA = 0.7  # m²
STEP_UP = (0.1, 0.8)  # metres above the floor at which one can put a foot
UPPER_SHARE = 0.62  # of an object's height from which its upper part begins
COMFORTABLE_SEAT = (0.25, 0.85)  # metres above the floor
SMALLEST_SEAT = 0.035  # m²
TOUCHING = ("lean back", "lean on hands", "reach", "foot up")
ON_FLOOR = ("stand", "walk", "run", "kneel", "squat", "sit on the floor", "handstand", "raise arms", *TOUCHING)


@dataclass(frozen=True)
class TouchTarget:
    match: Match
    regions: tuple[str, ...]  # of the body
    upper: bool = False  # only the object's upper part counts (a bike's handlebar)


@dataclass(frozen=True)
class Stage:
    """Objects are indices into `scene.objects`."""

    scene: Scene
    support: tuple[Match, ...]  # alternatives, best first; the floor when nothing else is named
    floor: Match | None
    touches: tuple[TouchTarget, ...]
    landmark: Match | None
    relation: str
    cursor: np.ndarray  # (3,) metres, world
    cursor_weight: float  # how much the cursor's place matters, 0…1
    box: Box
    ground_level: float  # metres, world z of the floor at the box's middle
    seat_wanted: bool  # no support named for sitting: any seat will do
    ground_wanted: bool  # no support named for standing: any ground will do
    notes: tuple[str, ...] = ()  # readings that the user should know of

    @property
    def carried_by_floor(self) -> bool:
        return self.floor is not None and self.support[0].objects == self.floor.objects


class Raised:
    """A surface of which only what is above a height counts: a wall's top, a bike's handlebar. Metres."""

    def __init__(self, surface: Surface, height: float) -> None:
        self._surface, self._height = surface, height

    def sample(self, points: Tensor) -> Tensor:
        """(…, 3) metres, world → (…) metres: below the height, what is missing to it is added."""
        return self._surface.sample(points) + (self._height - points[..., 2]).clamp_min(0)

    def sample_object(self, points: Tensor) -> Tensor:
        return self._surface.sample_object(points)


class Surface:
    """Unsigned distance to some of the scene's objects, exact through zero where they are what is nearest.

    An unsigned distance sampled on a grid never reaches zero between nodes; a signed one does. So the distance is
    |signed distance of the scene| plus how much farther these objects are than whatever is nearest (0 on them).
    """

    def __init__(self, field: Field, distance: Field) -> None:
        """`distance` may be on a coarser grid than `field`: the difference is smooth where it matters."""
        nodes = torch.stack(
            torch.meshgrid(
                *(
                    distance.origin[k] + distance.voxel * torch.arange(n)
                    for k, n in enumerate(distance.signed_distance.shape)
                ),
                indexing="ij",
            ),
            -1,
        )
        excess = (distance.signed_distance - field.sample(nodes).abs()).clamp_min(0)
        self._scene, self._own = field, distance
        self._excess = replace(distance, signed_distance=excess)

    def sample(self, points: Tensor) -> Tensor:
        """(…, 3) metres, world → (…) metres, differentiable."""
        return self._scene.sample(points).abs() + self._excess.sample(points)

    def sample_object(self, points: Tensor) -> Tensor:
        """The nearest of these objects to each point, or −1."""
        return self._own.sample_object(points)


@dataclass(frozen=True)
class Surroundings:
    """The stage as distances."""

    field: Field
    surfaces: dict[str, Surface | Raised]  # of single matches, by key: support, floor, touch0…, landmark


def set_stage(reading: Reading, scene: Scene, request: HumansRequest) -> Stage:
    """Resolve the reading's nouns. Raises `UnknownObject` for a noun that the scene does not have."""
    cursor = np.asarray(request.snapshot.cursor, dtype=np.float64)
    pointed = request.where == "cursor"
    active = request.snapshot.active_object if request.where == "active" else ""
    near = cursor if pointed or np.abs(cursor).max() > 1e-3 else None
    floor = _floor(scene, near)
    touches = tuple(_touch(t.phrase, t.regions, scene, near, active) for t in reading.touches)
    landmark = _named(reading.landmark, scene, near, active) if reading.landmark else None
    support = _support(reading, scene, near, active, floor)
    seat_wanted = not support
    if not touches and active and reading.action in TOUCHING:
        regions = {"lean back": ("back",), "foot up": ("left_soles",), "reach": ("right_fingertips",)}
        touches = (TouchTarget(_active(scene, active), regions.get(reading.action, ("left_palms", "right_palms"))),)
    if landmark is None and active and not reading.support and not touches and reading.action in ON_FLOOR:
        landmark = _active(scene, active)
    named = bool(landmark or touches or (support and not _is_floor(support[0], floor)))
    weight = 1.0 if pointed or (near is not None and not named) else (0.3 if near is not None else 0.0)
    if not named and near is None:
        weight = 0.5  # "a man walking" and a cursor that nobody moved: the origin is as good a guess as any
    support = support or ((floor,) if floor else ())
    if not support:
        raise UnknownObject(
            "There is no floor and no object to carry anybody.", remedy="Add a floor or name an object."
        )
    stage = Stage(
        scene,
        support,
        floor,
        touches,
        landmark,
        reading.relation,
        cursor,
        weight,
        Box.around(cursor, 1.0),
        ground_level=0.0,
        seat_wanted=seat_wanted,
        ground_wanted=not reading.support and not seat_wanted and reading.action in ON_FLOOR,
    )
    phrases = [
        (reading.support, support[0]),
        *((t.phrase, touch.match) for t, touch in zip(reading.touches, touches, strict=False)),
    ]
    phrases += [(reading.landmark, landmark)] if landmark else []
    notes = tuple(note for phrase, match in phrases if phrase and (note := _note(phrase, match)))
    box, ground_level = _box(stage)
    return replace(stage, box=box, ground_level=ground_level, notes=notes)


def _note(phrase: str, match: Match) -> str:
    """What to tell the user about a match that is no plain one; empty if it is."""
    if match.how == "spelling":
        return f"“{phrase}” was read as “{match.name}”."
    return f"Nothing is named “{phrase}”; “{match.name}” has such a shape." if match.how == "shape" else ""


def survey(stage: Stage, check: Callable[[], None]) -> tuple[Stage, Surroundings]:
    """Build the signed distance field of the box and the distances to the single objects.

    Where any seat will do, the stage that comes back has the seats that were found as its support. Raises
    `UnsuitableSupport` if there are none.
    """
    field = build_field(stage.scene, stage.box, voxel=_voxel(stage.box), check=check)
    check()
    if stage.seat_wanted:
        stage = replace(stage, support=(_seats(stage, field),))
    ground_here = _ground(stage, field)
    stage = replace(stage, floor=ground_here, support=(ground_here,) if stage.ground_wanted else stage.support)
    wanted = {"support": tuple(o for m in stage.support for o in m.objects)}
    if stage.floor and stage.floor.objects:
        wanted["floor"] = stage.floor.objects
    wanted |= {f"touch{k}": t.match.objects for k, t in enumerate(stage.touches)}
    surfaces: dict[str, Surface] = {}
    for key, objects in wanted.items():
        same = next((k for k in surfaces if wanted[k] == objects), None)
        if same is None:
            own = build_object_distance(stage.scene, objects, stage.box, 2 * field.voxel, check=check)
            surfaces[key] = Surface(field, own)
        else:
            surfaces[key] = surfaces[same]
    for k, touch in enumerate(stage.touches):
        height = _touchable_from(stage, field, touch)
        if height is not None:
            surfaces[f"touch{k}"] = Raised(surfaces[f"touch{k}"], height)
    return stage, Surroundings(field, surfaces)


def _touchable_from(stage: Stage, field: Field, touch: TouchTarget) -> float | None:
    """The height from which the touched object counts, or None for all of it."""
    if any("soles" in region for region in touch.regions):
        # A foot is put on top of a thing, not against its side: the lowest top that is a step up.
        tops = [
            s.height
            for s in find_supports(stage.scene, field, touch.match.objects)
            if STEP_UP[0] <= s.height - stage.ground_level <= STEP_UP[1]
        ]
        return min(tops) - 0.015 if tops else None
    if touch.upper:
        box = stage.scene.box_of(touch.match.objects)
        return float(box.minimum[2] + UPPER_SHARE * box.size[2])
    return None


def _ground(stage: Stage, field: Field) -> Match | None:
    """All that feet stand on in the box: the floor, and what lies on or beside it at about its height."""
    found = [
        s
        for s in find_supports(stage.scene, field)
        if s.area >= GROUND_AREA and abs(s.height - stage.ground_level) <= GROUND_STEP
    ]
    own = stage.floor.objects if stage.floor else ()
    objects = tuple(dict.fromkeys((*own, *(s.object for s in found))))
    if not objects:
        return None
    name = stage.floor.name if stage.floor else max(found, key=lambda s: s.area).name
    return Match(name, objects, 1.0, "ground")


def _seats(stage: Stage, field: Field) -> Match:
    """Everything in the box that one would sit or lie on; things that are called seats win over the rest."""
    low, high = COMFORTABLE_SEAT
    taken = set(stage.landmark.objects if stage.landmark else ()) | set(stage.floor.objects if stage.floor else ())
    found = {
        s.object
        for s in find_supports(stage.scene, field)
        if low <= s.height - stage.ground_level <= high and s.area >= SMALLEST_SEAT and s.object not in taken
    }
    called = {o for o in found if is_a(stage.scene.objects[o].name, "seat") or is_a(stage.scene.objects[o].name, "bed")}
    seats = tuple(sorted(called or found))
    if not seats:
        raise UnsuitableSupport(
            "There is nothing to sit on near there.", remedy="Name what to sit on, or write “sitting on the floor”."
        )
    return Match(stage.scene.objects[seats[0]].name, seats, 1.0, "seat")


def _voxel(box: Box) -> float:
    """2 cm, coarser only where the box is so large that it would take seconds."""
    return 0.02 if np.prod(box.size) < 38 else 0.025


def _support(
    reading: Reading, scene: Scene, near: np.ndarray | None, active: str, floor: Match | None
) -> tuple[Match, ...]:
    if reading.support:
        return (_named(reading.support, scene, near, active),)
    if reading.action in ("sit", "lie") and active:
        return (_active(scene, active),)
    if reading.action in ("sit", "lie"):
        return ()
    return (floor,) if floor else ()


def _named(phrase: str, scene: Scene, near: np.ndarray | None, active: str) -> Match:
    """The best match; the active object wins among those of its kind."""
    exact = [o.index for o in scene.objects if _plain(o.name) == _plain(phrase)]
    if exact:
        return Match(scene.objects[exact[0]].name, tuple(exact[:1]), 1.0, "name")
    matches = _ground_or_whole(phrase, scene, near)
    if active:
        for match in matches:
            if any(scene.objects[o].name == active for o in match.objects):
                return match
    if near is None:
        return _either(matches)
    return matches[0]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _ground_or_whole(phrase: str, scene: Scene, near: np.ndarray | None) -> tuple[Match, ...]:
    """Matches of the phrase, or of a thing that has such a part: "the hood" is the car's."""
    try:
        return ground(phrase, scene, near)
    except UnknownObject:
        for whole in wholes_of(phrase):
            found = _optional(whole, scene, near)
            if found:
                return (found,)
        raise


def _either(matches: tuple[Match, ...]) -> Match:
    """Equally good things ("the wall" of a room with two) as one: the search then takes whichever has room."""
    best = matches[0]
    alike = [m for m in matches if m.score >= best.score - 0.02][:MOST_ALIKE]
    if len(alike) == 1 or best.how == "shape":
        return best
    return replace(best, objects=tuple(o for m in alike for o in m.objects))


def _optional(phrase: str, scene: Scene, near: np.ndarray | None) -> Match | None:
    try:
        return ground(phrase, scene, near)[0]
    except UnknownObject:
        return None


def _floor(scene: Scene, near: np.ndarray | None) -> Match | None:
    """What is called or shaped like a floor; without one, the geometry around the action decides (`_ground`)."""
    match = _optional("floor", scene, near)
    if match is None or match.how == "shape" or is_a(match.name, "ground"):
        return match
    return None


def _touch(phrase: str, regions: tuple[str, ...], scene: Scene, near: np.ndarray | None, active: str) -> TouchTarget:
    """What is touched; a part ("handlebar") stands for the whole that has it, if only that is in the scene."""
    match = _named(phrase, scene, near, active)
    # A part that stands for its whole is one of its upper parts: bars, sills, hoods.
    named = _optional(phrase, scene, near)
    return TouchTarget(match, regions, upper=named is None and bool(wholes_of(phrase)))


def _active(scene: Scene, name: str) -> Match:
    indices = tuple(o.index for o in scene.objects if o.name == name)
    if not indices:
        raise UnknownObject(
            f"The active object “{name}” has no surface.", remedy="Select a mesh object, or choose another place."
        )
    return Match(name=name, objects=indices, score=1.0, how="active object")


def _is_floor(match: Match, floor: Match | None) -> bool:
    return floor is not None and set(match.objects) <= set(floor.objects)


def is_bed(match: Match) -> bool:
    return is_a(match.name, "bed")


def _box(stage: Stage) -> tuple[Box, float]:
    """Around the objects that matter, with room for a body, and the height of the floor there.

    At the cursor where the objects are large or unnamed.
    """
    boxes: list[Box] = []
    matches = [*(t.match for t in stage.touches), *([stage.landmark] if stage.landmark else [])]
    if not _is_floor(stage.support[0], stage.floor):
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
    low = core.minimum - [REACH, REACH, 0.15]
    high = core.maximum + [REACH, REACH, 0.0]
    top = _carrying_height(stage, core) + HEADROOM
    ground_level = _ground_level(stage, core)
    low[2] = min(low[2], ground_level - 0.15)
    high[2] = min(max(top, high[2]), top + 0.4)
    return Box(low, np.maximum(high, low + 0.5)), ground_level


def _pieces(scene: Scene, match: Match) -> list[Box]:
    """One box for a thing that is together, else one for each of its objects."""
    whole = scene.box_of(match.objects)
    return [whole] if max(whole.size[:2]) <= TARGET_SIZE else [scene.box_of((o,)) for o in match.objects]


def _carrying_height(stage: Stage, core: Box) -> float:
    if _is_floor(stage.support[0], stage.floor):
        return _ground_level(stage, core)
    return min(float(stage.scene.box_of(stage.support[0].objects).maximum[2]), core.maximum[2])


def _ground_level(stage: Stage, core: Box) -> float:
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
