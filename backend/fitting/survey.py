"""Surveying the stage: its distance field, the distances to single objects, what else one can sit or stand on there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch

from backend.language.nouns import is_a
from backend.place.field import Field, build_field, build_object_distance
from backend.place.grounding import Match
from backend.place.mounts import Mount, find_animal, find_vehicle
from backend.place.recall import Recall
from backend.place.supports import find_patches
from protocol.errors import UnsuitableSupport

from .conduct import conduct_of
from .naming import TouchTarget
from .stage import Stage
from .surfaces import Core, Level, Raised, Spot, Surface, Surroundings

GROUND_STEP = 0.35  # metres that sidewalks, rugs and steps differ from the floor and still are ground
GROUND_AREA = 0.7  # m²
STEP_UP = (0.1, 0.8)  # metres above the floor at which one can put a foot
LEANING = (0.55, 1.35)  # metres above the floor at which hands and elbows rest on a top
UPPER_SHARE = 0.62  # of an object's height from which its upper part begins
COMFORTABLE_SEAT = (0.25, 0.85)  # metres above the floor
SMALLEST_SEAT = 0.035  # m²
FINE_VOLUME = 13.0  # m³
SADDLE_RADIUS = 0.14  # metres around the middle of a saddle, a grip, a pedal that count as it
GRIP_RADIUS = 0.08
PEDAL_RADIUS = 0.07
KEYING = {"left_fingertips", "right_fingertips"}
UNEVEN = 0.012  # metres: keys, the skin's own thickness
HANDY = 0.5  # metres: things up to that size are taken hold of as a whole, and
MIDDLE = 0.2  # … this share of their height above and below the middle
CORE = 0.9  # of their radius that no finger goes into
_RECALL = Recall()  # of this process: another seed, another action on the same seat


def survey(stage: Stage, check: Callable[[], None]) -> tuple[Stage, Surroundings]:
    """Build the signed distance field of the box and the distances to the single objects.

    Where any seat will do, the stage that comes back has the seats that were found as its support. Raises
    `UnsuitableSupport` if there are none.
    """
    voxel = _voxel(stage)
    key = (stage.scene.fingerprint, stage.box.minimum.tobytes(), stage.box.maximum.tobytes(), voxel)
    field = _RECALL(key, lambda: build_field(stage.scene, stage.box, voxel=voxel, check=check))
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
    for name, objects in wanted.items():
        same = next((k for k in surfaces if wanted[k] == objects), None)
        if same is None:
            surfaces[name] = _RECALL((key, objects), lambda o=objects: _surface(stage, field, o, check))
        else:
            surfaces[name] = surfaces[same]
    for k, touch in enumerate(stage.touches):
        if (level := _level(stage, field, touch)) is not None:
            surfaces[f"touch{k}"] = Level(surfaces[f"touch{k}"], *level)
        elif (height := _touchable_from(stage, field, touch)) is not None:
            surfaces[f"touch{k}"] = Raised(surfaces[f"touch{k}"], height)
    mount = _mount(stage) if conduct_of(stage.action).carried_by == "mount" else None
    if mount is not None:
        surfaces |= _spots(mount, surfaces["support"])
    cores = tuple(_core(stage, touch) for touch in stage.touches if _held(stage, touch))
    return stage, Surroundings(field, surfaces, mount, cores)


def _surface(stage: Stage, field: Field, objects: tuple[int, ...], check: Callable[[], None]) -> Surface:
    return Surface(field, build_object_distance(stage.scene, objects, stage.box, 2 * field.voxel, check=check))


def _mount(stage: Stage) -> Mount:
    """Where to sit on, hold and tread what is ridden. Raises `UnsuitableSupport`."""
    match = stage.support[0]
    corners = stage.scene.triangles_in(stage.scene.box_of(match.objects), match.objects).corners
    animal = stage.action == "ride a horse"
    mount = find_animal(corners) if animal else find_vehicle(corners, tank=stage.action == "ride a motorcycle")
    if mount is None:
        missing = "back to sit on" if animal else "handlebar with a saddle behind it"
        raise UnsuitableSupport(
            f"“{match.name}” has no {missing} that could be found in its shape.",
            remedy="Name another object, or write “sitting astride on” it.",
        )
    return mount


def _spots(mount: Mount, surface: Surface) -> dict[str, Spot]:
    """The parts of the mount that the rider's buttocks, hands and feet belong on."""
    radii = {"saddle": SADDLE_RADIUS, "left_grip": GRIP_RADIUS, "right_grip": GRIP_RADIUS,
             "left_pedal": PEDAL_RADIUS, "right_pedal": PEDAL_RADIUS}  # fmt: skip
    places = {key: getattr(mount, key) for key in radii}
    return {
        key: Spot(surface, torch.tensor(place, dtype=torch.float32), radii[key])
        for key, place in places.items()
        if place is not None
    }


def _level(stage: Stage, field: Field, touch: TouchTarget) -> tuple[float, float] | None:
    """The height of the part that is touched, and how far above and below it still is; None for all of the thing.

    One hand's fingers reach for a thing from anywhere; both hands' are at a keyboard, a piano, a control desk, on the
    largest face that looks up. A hand that holds a small thing is around its middle.
    """
    if set(touch.regions) == KEYING:
        tops = find_patches(stage.scene, field, touch.match.objects)
        return (tops[0].height, UNEVEN) if tops else None
    if _held(stage, touch):
        box = stage.scene.box_of(touch.match.objects)
        return float(box.center[2]), float(MIDDLE * box.size[2])
    return None


def _held(stage: Stage, touch: TouchTarget) -> bool:
    """Whether one hand is around the thing."""
    size = max(stage.scene.box_of(touch.match.objects).size)
    return touch.regions in (("left_palms",), ("right_palms",)) and size < HANDY


def _core(stage: Stage, touch: TouchTarget) -> Core:
    """As wide as most of the thing's surface is: a handle is little of it."""
    box = stage.scene.box_of(touch.match.objects)
    corners = stage.scene.triangles_in(box, touch.match.objects).corners.astype(np.float64)
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    middles = corners.mean(1)[:, :2]
    area = np.maximum(area, 1e-12)  # of a thing without any, each counts alike
    middle = np.average(middles, 0, area)
    radius = min(np.average(np.linalg.norm(middles - middle, axis=1), 0, area), *(0.5 * box.size[:2]))
    return Core(torch.tensor(middle, dtype=torch.float32), CORE * radius, float(box.maximum[2]))


def _touchable_from(stage: Stage, field: Field, touch: TouchTarget) -> float | None:
    """The height from which the touched object counts, or None for all of it."""
    if any("soles" in region for region in touch.regions):
        # A foot is put on top of a thing, not against its side: the lowest top that is a step up.
        tops = [
            s.height
            for s in find_patches(stage.scene, field, touch.match.objects)
            if STEP_UP[0] <= s.height - stage.ground_level <= STEP_UP[1]
        ]
        return min(tops) - 0.015 if tops else None
    if conduct_of(stage.action).rests_on_top:
        tops = [
            s.height
            for s in find_patches(stage.scene, field, touch.match.objects)
            if LEANING[0] <= s.height - stage.ground_level <= LEANING[1]
        ]
        return tops[0] - 0.012 if tops else None  # the largest
    if touch.upper:
        box = stage.scene.box_of(touch.match.objects)
        return float(box.minimum[2] + UPPER_SHARE * box.size[2])
    return None


def _ground(stage: Stage, field: Field) -> Match | None:
    """All that feet stand on in the box: the floor, and what lies on or beside it at about its height."""
    found = [
        s
        for s in find_patches(stage.scene, field)
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
        for s in find_patches(stage.scene, field)
        if low <= s.height - stage.ground_level <= high and s.area >= SMALLEST_SEAT and s.object not in taken
    }
    called = {o for o in found if is_a(stage.scene.objects[o].name, "seat") or is_a(stage.scene.objects[o].name, "bed")}
    seats = tuple(sorted(called or found))
    if not seats:
        raise UnsuitableSupport(
            "There is nothing to sit on near there.", remedy="Name what to sit on, or write “sitting on the floor”."
        )
    return Match(stage.scene.objects[seats[0]].name, seats, 1.0, "seat")


def _voxel(stage: Stage) -> float:
    """2 cm, coarser only where the box is so large that it would take seconds; finer for the tubes of vehicles."""
    volume = float(np.prod(stage.box.size))
    if conduct_of(stage.action).carried_by == "mount" and volume < FINE_VOLUME:
        return 0.013
    return 0.02 if volume < 38 else 0.025
