"""What the place makes of an action: sofas are sat on, floors and bicycles have actions of their own."""

from __future__ import annotations

import re

from backend.body.interactions import BY_NAME, Interaction

from . import actions, verbs
from .compose import Doing, unknown
from .nouns import is_a
from .places import Whereabouts
from .reading import Touch
from .sentence import Sentence

_FLOOR = frozenset("floor ground carpet rug grass lawn street road pavement sidewalk mat sand beach snow".split())
_LEAN_BY_PART = {"palms": ("lean on one hand", "lean on hands"), "forearms": ("lean on elbows",) * 2}
_RIDES = (("bicycle", "ride a bicycle"), ("motorcycle", "ride a motorcycle"), ("horse", "ride a horse"),
          ("skateboard", "ride a skateboard"))  # fmt: skip
SEATED = frozenset(("legs crossed", "legs dangling", "chin in hand", "hands in lap"))  # done on a seat if none is named
_UPRIGHT = ("talk", "hug", "shake hands")


def without_posture(sentence: Sentence, doing: Doing, where: Whereabouts) -> None:
    """Find the action of a clause that names none: by what touches, by the place, by what the overlays are made for.

    Raises `UnknownAction` where the only word said might be an action and is not known.
    """
    regions = [r for touch in where.touches for r in touch.regions if not touch.optional]
    kinds = {r.split("_")[-1] for r in regions}
    if any("steering" in touch.phrase for touch in where.touches):
        doing.action = "sit"
    elif "soles" in kinds and not where.support and doing.fallback is None:
        doing.base, doing.action = BY_NAME["one foot up"], "foot up"
    elif not sentence.predicates and kinds & _LEAN_BY_PART.keys():
        one, both = _LEAN_BY_PART[next(k for k in _LEAN_BY_PART if k in kinds)]
        doing.action = both if len(regions) > 1 else one
    elif not sentence.predicates and "back" in kinds:
        doing.action = "lean back"
    elif where.touches and doing.fallback is None:
        doing.action = "stand"
    elif SEATED & set(doing.overlays) and not where.support:
        doing.action = "sit"
    else:
        doing.action = _natural(where.support, doing.fallback)
    if not sentence.predicates and not sentence.places and sentence.stray and not doing.overlays:
        word = sentence.stray[0]
        base = verbs.base_of(word)
        third = word.endswith("s") and len(word) > 4 and "'" not in word
        if base in verbs.UNSHOWN or (base in verbs.SHOWN and len(word) > 3) or third:
            raise unknown(word, base)
        doing.warnings.append(f"“{' '.join(sentence.stray)}” was not understood and left out.")


def adapt(doing: Doing, where: Whereabouts, count: int, text: str) -> None:
    """Change action, manner and places to what goes together. `count`: of people; `text`: of the clause."""
    if doing.action == "sit" and any("wheel" in t.phrase.split() and "palms" in t.regions[0] for t in where.touches):
        doing.overlays.append("driving")
    _mount(doing, where)
    _seat(doing, where)
    _feet(doing, where)
    support = where.support
    if doing.action == "talk" and count == 1 and not re.search(r"\b(?:group|circle)\b", text):
        doing.action = "stand"
        doing.overlays.append("gesturing")
    if doing.action in _UPRIGHT and support and (is_a(support, "seat") or is_a(support, "bed")):
        if doing.action == "talk":
            doing.action = "sit"
            doing.overlays.append("gesturing")
        else:
            where.relation, where.landmark, where.support = "near", support, ""
    if doing.action == "lean out" and not where.touches:
        where.touches.append(Touch(actions.TOUCHING["lean out"], where.gaze or where.landmark or "window"))
        where.landmark = where.relation = where.gaze = ""
    if doing.action == "climb" and not support:
        where.support, where.landmark, where.relation = where.landmark or "stairs", "", ""
    behind = "hands behind the back"
    if behind in doing.overlays and doing.action == "stand":
        doing.overlays.remove(behind)
        doing.manner = behind
    if doing.manner == "stretching" and "arms raised" in doing.overlays:
        doing.overlays.remove("arms raised")
    if doing.action == "stand" and "arms raised" in doing.overlays and not (support or where.landmark or where.touches):
        doing.action = "raise arms"


def _natural(support: str, fallback: Interaction | None) -> str:
    """What people do there by themselves: sit on seats, lie in beds and stand elsewhere."""
    if fallback is not None:
        if support and (is_a(support, "seat") or is_a(support, "bed")):
            return "sit"
        return fallback.action
    if support and is_a(support, "bed") and not is_a(support, "seat"):
        return "lie"
    return "sit" if support and is_a(support, "seat") and not _is_floor(support) else "stand"


def _mount(doing: Doing, where: Whereabouts) -> None:
    """Who sits on a horse rides it; so does who is on a bicycle without a word of what he does."""
    if doing.action not in ("sit", "stand", "sit astride") or not where.support:
        return
    if where.support.split()[-1] == "saddle" and doing.action != "stand":
        doing.action, doing.manner = "ride a horse", ""
    for kind, action in _RIDES:
        if is_a(where.support, kind) and (doing.action != "stand" or kind == "skateboard" or not doing.base):
            doing.action, doing.manner = action, ""


def _seat(doing: Doing, where: Whereabouts) -> None:
    if doing.action == "sit" and _is_floor(where.support):
        doing.action, doing.manner = "sit on the floor", "" if doing.manner != "cross-legged" else doing.manner
    if doing.action == "lie" and is_a(where.support, "chair") and not is_a(where.support, "bed"):
        doing.action, doing.manner = "sit", ""
        doing.overlays.append("leaning back")


def _feet(doing: Doing, where: Whereabouts) -> None:
    """One foot on something is a pose; both of them on something is where one stands."""
    touch = next((t for t in where.touches if any(r.endswith("soles") for r in t.regions)), None)
    if touch is None or doing.action not in ("stand", "foot up"):
        return
    if doing.action == "foot up" and len(touch.regions) == 2:
        # Nobody stands with both feet up.
        doing.action, doing.manner = "sit", ""
        if is_a(touch.phrase, "seat"):
            where.touches.remove(touch)
            where.support = where.support or touch.phrase
    elif len(touch.regions) == 1:
        doing.action, doing.manner = "foot up", ""
    else:
        where.touches.remove(touch)
        where.support = where.support or touch.phrase


def _is_floor(support: str) -> bool:
    return bool(support) and (support.split()[-1] in _FLOOR or is_a(support, "ground"))
