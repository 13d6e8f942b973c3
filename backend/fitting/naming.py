"""Which objects of the scene the prompt's nouns mean. Indices are those of `Scene.objects`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np

from backend.language.nouns import is_a
from backend.language.parts import wholes_of
from backend.place.grounding import Match, ground
from backend.place.scene import Scene
from protocol.errors import UnknownObject

from .roominess import roomy

MOST_ALIKE = 4  # things of the same name that are tried together


@dataclass(frozen=True)
class TouchTarget:
    match: Match
    regions: tuple[str, ...]  # of the body
    upper: bool = False  # only the object's upper part counts (a bike's handlebar)


def note_on(phrase: str, match: Match) -> str:
    """What to tell the user about a match that is no plain one; empty if it is."""
    if match.how == "spelling":
        return f"“{phrase}” was read as “{match.name}”."
    return f"Nothing is named “{phrase}”; “{match.name}” has such a shape." if match.how == "shape" else ""


def named(phrase: str, scene: Scene, near: np.ndarray | None, active: str) -> Match:
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
        return _either(matches, scene)
    return matches[0]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _ground_or_whole(phrase: str, scene: Scene, near: np.ndarray | None) -> tuple[Match, ...]:
    """Matches of the phrase, or of a thing that has such a part: "the hood" is the car's."""
    try:
        return ground(phrase, scene, near)
    except UnknownObject:
        for whole in wholes_of(phrase):
            found = optional(whole, scene, near)
            if found:
                return (found,)
        raise


def _either(matches: tuple[Match, ...], scene: Scene) -> Match:
    """Equally good things with room ("the wall" of a room with two) as one: the search then takes whichever suits."""
    best = matches[0]
    alike = [m for m in matches if m.score >= best.score - 0.02]
    if len(alike) == 1 or best.how == "shape":
        return best
    alike = roomy(alike, scene)[:MOST_ALIKE]
    every = tuple(o for m in alike for o in m.objects)
    return replace(alike[0], objects=every, choices=tuple(m.objects for m in alike))


def optional(phrase: str, scene: Scene, near: np.ndarray | None) -> Match | None:
    try:
        return ground(phrase, scene, near)[0]
    except UnknownObject:
        return None


def floor_of(scene: Scene, near: np.ndarray | None) -> Match | None:
    """What is called or shaped like a floor; without one, the geometry around the action decides (`_ground`)."""
    match = optional("floor", scene, near)
    if match is None or match.how == "shape" or is_a(match.name, "ground"):
        return match
    return None


def touch_target(
    phrase: str, regions: tuple[str, ...], scene: Scene, near: np.ndarray | None, active: str
) -> TouchTarget:
    """What is touched; a part ("handlebar") stands for the whole that has it, if only that is in the scene."""
    match = named(phrase, scene, near, active)
    # A part that stands for its whole is one of its upper parts: bars, sills, hoods.
    own = optional(phrase, scene, near)
    return TouchTarget(match, regions, upper=own is None and bool(wholes_of(phrase)))


def active_object(scene: Scene, name: str) -> Match:
    indices = tuple(o.index for o in scene.objects if o.name == name)
    if not indices:
        raise UnknownObject(
            f"The active object “{name}” has no surface.", remedy="Select a mesh object, or choose another place."
        )
    return Match(name=name, objects=indices, score=1.0, how="active object")


def is_floor(match: Match, floor: Match | None) -> bool:
    return floor is not None and set(match.objects) <= set(floor.objects)
