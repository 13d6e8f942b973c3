"""Setting the stage: the reading's nouns become objects of the scene, and the box of world around them is drawn.

Names come from the reading, geometry from the scene. Nothing here optimises; it decides what is looked at.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from backend.language.parts import wholes_of
from backend.language.prompt import Reading
from backend.place.box import Box
from backend.place.grounding import Match
from backend.place.scene import Scene
from protocol.errors import UnknownObject
from protocol.messages import HumansRequest

from .conduct import conduct_of
from .extent import extent
from .naming import TouchTarget, active_object, floor_of, is_floor, named, note_on, optional, touch_target
from .stage import Stage


def without_missing(reading: Reading, scene: Scene) -> Reading:
    """The reading without touches that are only mimed, and says so: "holding a cup" in a scene that has none.

    Nothing in the scene is moved; of what one would take along ("drinking from the mug") that is said, too.
    """

    def there(phrase: str) -> bool:
        return optional(phrase, scene, None) is not None or any(optional(w, scene, None) for w in wholes_of(phrase))

    kept = tuple(touch for touch in reading.touches if not touch.optional or there(touch.phrase))
    mimed = tuple(f"There is no “{t.phrase}” here; the hands only act as if." for t in reading.touches if t not in kept)
    stays = [f"“{t.phrase}” stays where it is, and the hand is put on it there." for t in kept if t.taken]
    if reading.prop and reading.prop != reading.landmark and _is_there(reading.prop, scene):
        stays.append(f"“{reading.prop}” stays where it is; the hands only act as if they had it.")
    return replace(reading, touches=kept, warnings=(*reading.warnings, *mimed, *stays))


def _is_there(phrase: str, scene: Scene) -> bool:
    """Whether the scene has something of that name; of such a shape is not enough."""
    match = optional(phrase, scene, None)
    return match is not None and match.how != "shape"


def set_stage(reading: Reading, scene: Scene, request: HumansRequest) -> Stage:
    """Resolve the reading's nouns. Raises `UnknownObject` for a noun that the scene does not have."""
    cursor = np.asarray(request.snapshot.cursor, dtype=np.float64)
    pointed = request.where == "cursor"
    active = request.snapshot.active_object if request.where == "active" else ""
    near = cursor if pointed or np.abs(cursor).max() > 1e-3 else None
    floor = floor_of(scene, near)
    touches = tuple(touch_target(t.phrase, t.regions, scene, near, active) for t in reading.touches)
    landmark = named(reading.landmark, scene, near, active) if reading.landmark else None
    gaze = optional(reading.gaze, scene, near) if reading.gaze else None
    support = support_of(reading, scene, near, active, floor)
    seat_wanted = not support
    conduct = conduct_of(reading.action)
    if not touches and active and conduct.touches:
        touches = (TouchTarget(active_object(scene, active), conduct.touches),)
    if landmark is None and active and not reading.support and not touches and conduct.on_ground:
        landmark = active_object(scene, active)
    placed = bool(landmark or touches or (support and not is_floor(support[0], floor)))
    weight = 1.0 if pointed or (near is not None and not placed) else (0.3 if near is not None else 0.0)
    if not placed and near is None:
        weight = 0.5  # "a man walking" and a cursor that nobody moved: the origin is as good a guess as any
    support = support or ((floor,) if floor else ())
    if not support:
        raise UnknownObject(
            "There is no floor and no object to carry anybody.", remedy="Add a floor or name an object."
        )
    stage = Stage(
        reading.action,
        scene,
        support,
        floor,
        touches,
        landmark,
        gaze,
        reading.relation,
        cursor,
        weight,
        Box.around(cursor, 1.0),
        ground_level=0.0,
        seat_wanted=seat_wanted,
        ground_wanted=not reading.support and not seat_wanted and conduct.on_ground,
    )
    phrases = [
        (reading.support, support[0]),
        *((t.phrase, touch.match) for t, touch in zip(reading.touches, touches, strict=False)),
    ]
    phrases += [(reading.landmark, landmark)] if landmark else []
    phrases += [(reading.gaze, gaze)] if gaze else []
    notes = tuple(note for phrase, match in phrases if phrase and (note := note_on(phrase, match)))
    if reading.gaze and gaze is None:
        notes += (f"Nothing is named “{reading.gaze}”, so nobody looks at it.",)
    box, ground_level = extent(stage)
    return replace(stage, box=box, ground_level=ground_level, notes=notes)


def support_of(
    reading: Reading, scene: Scene, near: np.ndarray | None, active: str, floor: Match | None
) -> tuple[Match, ...]:
    """What carries the people, or nothing if any seat will do."""
    conduct = conduct_of(reading.action)
    if reading.support:
        return (named(reading.support, scene, near, active),)
    if not conduct.on_ground and active:
        return (active_object(scene, active),)
    if conduct.carried_by in ("mount", "board"):
        return (named(reading.action.split()[-1], scene, near, active),)
    if conduct.seated:
        return ()
    return (floor,) if floor else ()
