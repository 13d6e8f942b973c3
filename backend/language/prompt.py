"""From a sentence to a `Reading`: who, does what, where, touching and watching what.

The grammar is that of captions and orders: people, then verbs, then places after prepositions. Clauses are told apart
first (clauses.py), set phrases taken out of each ("hands on hips" is no place), its verbs become interactions of the
library (compose.py, retrieval.py) and its places get their parts (places.py). Object names are not resolved here:
`place.grounding` does that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from backend.body.interactions import BY_NAME, Interaction
from protocol.errors import PromptEmpty, PromptTooLong

from . import actions, verbs
from .clauses import clauses_of
from .compose import Doing, compose, known_actions, unknown
from .nouns import is_a
from .people import PersonSpec
from .places import Whereabouts, settle
from .reading import Reading, Touch
from .sentence import Partner, Sentence
from .who import MAX_PEOPLE, People, numbered, people_of

__all__ = ["MAX_LENGTH", "MAX_PEOPLE", "Reading", "Touch", "known_actions", "read", "read_all"]

MAX_LENGTH = 1000
_FLOOR = frozenset("floor ground carpet rug grass lawn street road pavement sidewalk mat sand beach snow".split())
_LEAN_BY_PART = {"palms": ("lean on one hand", "lean on hands"), "forearms": ("lean on elbows",) * 2}
_BY_TABLE = frozenset(o for i in BY_NAME.values() for o in i.overlays) | {"hands in pockets"}
_RIDES = (("bicycle", "ride a bicycle"), ("motorcycle", "ride a motorcycle"), ("horse", "ride a horse"),
          ("skateboard", "ride a skateboard"))  # fmt: skip


def read(prompt: str) -> Reading:
    """Understand a prompt about one group of people; of several groups the first, with a warning.

    Raises `PromptEmpty`, `PromptTooLong` or `UnknownAction`.
    """
    first, *others = read_all(prompt)
    left_out = tuple(f"“{other.summary}” is another group and was left out." for other in others)
    return replace(first, warnings=(*first.warnings, *left_out))


def read_all(prompt: str) -> tuple[Reading, ...]:
    """Understand a prompt: one reading for each group of people that does something of its own, in their order.

    Raises `PromptEmpty`, `PromptTooLong` or `UnknownAction`.
    """
    if not re.search(r"[a-z]", prompt.lower()):
        raise PromptEmpty()
    if len(prompt) > MAX_LENGTH:
        raise PromptTooLong(f"The prompt has {len(prompt)} characters.")
    clauses = clauses_of(prompt)
    readings: list[Reading] = []
    room = MAX_PEOPLE
    for words in clauses.groups:
        who = people_of(words)
        reading = _read_clause(who, readings)
        if room <= 0:
            first = readings[0]
            text = f"“{reading.summary}” was left out: {MAX_PEOPLE} people at most."
            readings[0] = replace(first, warnings=(*first.warnings, text))
            continue
        if len(reading.people) > room:
            text = f"{len(reading.people)} more people would be too many; there are {room}."
            reading = replace(reading, people=reading.people[:room], warnings=(*reading.warnings, text))
        room -= len(reading.people)
        readings.append(reading)
    readings[0] = replace(readings[0], warnings=(*clauses.warnings, *readings[0].warnings))
    return tuple(readings)


def _read_clause(who: People, before: Sequence[Reading]) -> Reading:
    found, text = _set_phrases(" ".join(who.rest))
    sentence = Sentence(text.split(), who.doing)
    doing = compose(sentence, found)
    where = settle(sentence, doing)
    _no_verb(sentence, doing, where)
    specs, warnings = _companions(who, sentence, doing)
    _finish(doing, where, len(specs), text)
    relation, landmark, beside = _beside(where, before)
    fitting = tuple(dict.fromkeys(o for o in doing.overlays if _fits(o, doing.action)))
    warnings += doing.warnings
    warnings += [
        f"“{o}” does not go with “{doing.action}” and was left out."
        for o in dict.fromkeys(doing.overlays)
        if not _fits(o, doing.action)
    ]
    if sentence.worn:
        warnings.append(f"Clothes are not made yet; “{sentence.worn[0]}” was left out.")
    together = len(specs) > 1 and (doing.together or "gesturing" in fitting)
    return Reading(
        numbered(specs), doing.action, fitting, where.support, relation, landmark, tuple(where.touches), together,
        doing.manner, where.gaze, where.prop, doing.interaction, beside, tuple(warnings),
    )  # fmt: skip


def _set_phrases(text: str) -> tuple[list[str], str]:
    found = []
    for name, pattern in actions.PHRASES:
        text, count = pattern.subn(" , ", text)
        if count:
            found.append(name)
    return found, text


def _companions(who: People, sentence: Sentence, doing: Doing) -> tuple[tuple[PersonSpec, ...], list[str]]:
    """The people of the reading: those named first, those they do it with, and as many as it takes."""
    warnings: list[str] = []
    specs, wanted = list(who.specs) or [PersonSpec()], max(1, who.wanted)
    for partner in sentence.partners:
        if _takes_part(partner, doing):
            others = people_of(partner.phrase.split())
            specs += others.specs
            wanted += others.wanted
        elif doing.roles.get(partner.verb) in ("hold", "prop", "touch"):
            warnings.append(f"Holding or touching “{partner.phrase}” is not known and was left out.")
    interaction = doing.base
    if interaction is not None and interaction.people > len(specs) and interaction.action != "talk":
        warnings.append(f"“{interaction.name}” takes {interaction.people}: one more person was added.")
        specs += [PersonSpec()] * (interaction.people - len(specs))
        wanted = len(specs)
    if wanted > MAX_PEOPLE:
        warnings.append(f"{wanted} people were asked for; {MAX_PEOPLE} at most can be placed at once.")
    return tuple(specs[:MAX_PEOPLE]), warnings


def _takes_part(partner: Partner, doing: Doing) -> bool:
    if partner.verb in doing.meets or "gesturing" in doing.overlays:
        return True
    return partner.written in ("with", "together with") or (
        partner.written in ("next to", "beside", "near", "close to", "by") and not partner.definite
    )


def _no_verb(sentence: Sentence, doing: Doing, where: Whereabouts) -> None:
    """Without a posture: leaning by what touches, sitting on seats, else whatever the overlays are made for."""
    for partner in sentence.partners:
        if doing.roles.get(partner.verb) == "gaze":
            where.gaze = where.gaze or partner.phrase
    if doing.action:
        return
    regions = [r for touch in where.touches for r in touch.regions if not touch.optional]
    kinds = {r.split("_")[-1] for r in regions}
    if "soles" in kinds and not where.support and doing.fallback is None:
        doing.base, doing.action = BY_NAME["one foot up"], "foot up"
    elif not sentence.predicates and kinds & _LEAN_BY_PART.keys():
        one, both = _LEAN_BY_PART[next(k for k in _LEAN_BY_PART if k in kinds)]
        doing.action = both if len(regions) > 1 else one
    elif not sentence.predicates and "back" in kinds:
        doing.action = "lean back"
    elif where.touches and doing.fallback is None:
        doing.action = "stand"
    else:
        doing.action = _natural(where.support, doing.fallback)
    if not sentence.predicates and not sentence.places and sentence.stray and not doing.overlays:
        word = sentence.stray[0]
        base = verbs.base_of(word)
        if base in verbs.UNSHOWN or (base in verbs.SHOWN and len(word) > 3) or (word.endswith("s") and len(word) > 4):
            raise unknown(word, base)
        doing.warnings.append(f"“{' '.join(sentence.stray)}” was not understood and left out.")


def _natural(support: str, fallback: Interaction | None) -> str:
    """What people do there by themselves: sit on seats, lie in beds and stand elsewhere."""
    if fallback is not None:
        if support and (is_a(support, "seat") or is_a(support, "bed")):
            return "sit"
        return fallback.action
    if support and is_a(support, "bed") and not is_a(support, "seat"):
        return "lie"
    return "sit" if support and is_a(support, "seat") and not _is_floor(support) else "stand"


def _is_floor(support: str) -> bool:
    return bool(support) and (support.split()[-1] in _FLOOR or is_a(support, "ground"))


def _finish(doing: Doing, where: Whereabouts, count: int, text: str) -> None:
    """What the place makes of the action: a floor, a bicycle, a chair to sleep in."""
    support = where.support
    if doing.action in ("sit", "stand", "sit astride") or (doing.action == "lie" and not doing.base):
        for kind, action in _RIDES:
            if support and is_a(support, kind) and (doing.action != "stand" or kind == "skateboard" or not doing.base):
                doing.action, doing.manner = action, ""
    if doing.action == "sit" and _is_floor(support):
        doing.action, doing.manner = "sit on the floor", "" if doing.manner != "cross-legged" else doing.manner
    if doing.action == "lie" and support and is_a(support, "chair") and not is_a(support, "bed"):
        doing.action, doing.manner = "sit", ""
        doing.overlays.append("leaning back")
    soles = [r for touch in where.touches for r in touch.regions if r.endswith("soles")]
    if soles and doing.action == "stand":
        if len(soles) == 1:
            doing.action, doing.manner = "foot up", ""
        else:
            # "with both feet on the rug" says where one stands
            touch = next(t for t in where.touches if len(t.regions) == 2)
            where.touches.remove(touch)
            where.support = support or touch.phrase
    if doing.action == "talk" and count == 1 and not re.search(r"\b(?:group|circle)\b", text):
        doing.action = "stand"
        doing.overlays.append("gesturing")
    if doing.action == "lean out" and not where.touches:
        where.touches.append(Touch(actions.TOUCHING["lean out"], where.gaze or where.landmark or "window"))
        where.landmark = where.relation = where.gaze = ""
    if doing.action == "climb" and not support:
        where.support, where.landmark, where.relation = where.landmark or "stairs", "", ""
    hands = "hands behind the back"
    if hands in doing.overlays and doing.action == "stand":
        doing.overlays.remove(hands)
        doing.manner = hands
    if doing.action == "stand" and "arms raised" in doing.overlays and not (support or where.landmark or where.touches):
        doing.action = "raise arms"


def _beside(where: Whereabouts, before: Sequence[Reading]) -> tuple[str, str, int | None]:
    """Relation, landmark and group for "next to him": the people before, and what they are on till they are there."""
    if not where.beside_group:
        return where.relation, where.landmark, None
    if not before:
        return (where.relation, where.landmark, None) if where.landmark else ("", "", None)
    last = before[-1]
    there = last.support or last.landmark or next((t.phrase for t in last.touches if t.phrase), "")
    return where.relation, where.landmark or there, len(before) - 1


def _fits(overlay: str, action: str) -> bool:
    from backend.body.anchors import anchors_of
    from backend.body.overlays import OVERLAYS

    if overlay not in OVERLAYS:
        return overlay in _BY_TABLE
    chosen = OVERLAYS[overlay]
    if chosen.needs and action not in chosen.needs:
        return False
    anchors = anchors_of(action)
    return not chosen.uses_arms or action == "raise arms" or not anchors or any(a.arms_free for a in anchors)
