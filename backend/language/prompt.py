"""From a sentence to a `Reading`: who, does what, where, touching and watching what.

The grammar is that of captions and orders: people, then verbs, then places after prepositions. Clauses are told apart
first (clauses.py, together.py), set phrases taken out of each ("hands on hips" is no place), its verbs become
interactions of the library (compose.py, retrieval.py), its places get their parts (places.py), and the place decides
what was left open (adapt.py). Object names are not resolved here: `place.grounding` does that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from backend.body.interactions import BY_NAME
from protocol.errors import PromptEmpty, PromptTooLong

from . import actions
from .adapt import adapt, without_posture
from .clauses import clauses_of
from .compose import Doing, compose, known_actions
from .nouns import noun_of
from .people import NOUNS
from .places import NEAR, Whereabouts, settle
from .reading import Reading, Touch
from .sentence import Sentence
from .together import bystanders, companions, takes_part, told_apart
from .who import MAX_PEOPLE, People, numbered

__all__ = ["MAX_LENGTH", "MAX_PEOPLE", "Reading", "Touch", "known_actions", "read", "read_all"]

MAX_LENGTH = 1000
# Overlays of the table and of set phrases count as there while the library grows.
_BY_TABLE = frozenset(o for i in BY_NAME.values() for o in i.overlays) | {"hands in pockets"}


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
    for who in told_apart(clauses.groups):
        readings += _read_clause(who, readings)
    kept = _with_room(readings)
    kept[0] = replace(kept[0], warnings=(*clauses.warnings, *kept[0].warnings))
    return tuple(kept)


def _with_room(readings: list[Reading]) -> list[Reading]:
    """The readings as long as there are no more than MAX_PEOPLE people; what is left out is said."""
    kept: list[Reading] = []
    room = MAX_PEOPLE
    left_out: list[str] = []
    for reading in readings:
        if room <= 0:
            left_out.append(f"“{reading.summary}” was left out: {MAX_PEOPLE} people at most can be placed at once.")
        elif len(reading.people) > room:
            text = f"Only {room} more of {len(reading.people)} people can be placed: {MAX_PEOPLE} at most at once."
            kept.append(replace(reading, people=reading.people[:room], warnings=(*reading.warnings, text)))
        else:
            kept.append(reading)
        room -= len(reading.people)
    kept[0] = replace(kept[0], warnings=(*kept[0].warnings, *left_out))
    return kept


def _read_clause(who: People, before: Sequence[Reading]) -> list[Reading]:
    """The reading of one clause, and of people whom it mentions as objects only."""
    found, text = _set_phrases(" ".join(who.rest))
    sentence = Sentence(text.split(), who.doing)
    doing = compose(sentence, found)
    where = settle(sentence, doing)
    carriers = _others(sentence, doing, where)
    if not doing.action:
        without_posture(sentence, doing, where)
    specs, warnings = companions(who, sentence, doing)
    adapt(doing, where, len(specs), text)
    relation, landmark, beside = _beside(where, before)
    wanted = tuple(dict.fromkeys(doing.overlays))
    fitting = tuple(o for o in wanted if _fits(o, doing.action))
    warnings += doing.warnings
    warnings += [f"“{phrase}” was left out: people do not carry other people yet." for phrase in carriers]
    warnings += [f"“{o}” does not go with “{doing.action}” and was left out." for o in wanted if o not in fitting]
    warnings += [f"“{setting}” was left out: name a thing that is there." for setting in sentence.settings]
    lost = [w for w in sentence.stray if noun_of([w]) is not None or w in NOUNS or w.endswith("'s")]
    if lost and (sentence.predicates or sentence.places):
        warnings.append(f"“{' '.join(lost)}” was not understood and left out.")
    if sentence.worn:
        warnings.append(f"“{sentence.worn[0]}” was left out: it is not among the clothes that are made.")
    together = len(specs) > 1 and (doing.together or "gesturing" in fitting)
    main = Reading(
        numbered(specs), doing.action, fitting, where.support, relation, landmark, tuple(where.touches), together,
        doing.manner, where.gaze, where.prop, doing.interaction, beside, tuple(warnings),
    )  # fmt: skip
    return [main, *bystanders(sentence, doing, main, len(before))]


def _set_phrases(text: str) -> tuple[list[str], str]:
    found = []
    for name, pattern in actions.PHRASES:
        text, count = pattern.subn(" , ", text)
        if count:
            found.append(name)
    return found, text


def _others(sentence: Sentence, doing: Doing, where: Whereabouts) -> list[str]:
    """People who are looked at or are where the others are: "looking at the woman", "behind the man".

    Returns those who should carry somebody.
    """
    carriers = []
    for partner in sentence.partners:
        if takes_part(partner, doing):
            continue
        if doing.roles.get(partner.verb) == "gaze":
            where.gaze = where.gaze or ("" if partner.phrase in ("someone", "somebody", "people") else partner.phrase)
        elif partner.definite and partner.preposition in NEAR and not where.landmark:
            where.relation, where.landmark = partner.preposition, partner.phrase
        elif partner.preposition == "on":
            carriers.append(partner.phrase)
    return carriers


def _beside(where: Whereabouts, before: Sequence[Reading]) -> tuple[str, str, int | None]:
    """Relation, landmark and group for "next to him": the people before, and what they are on till they are there."""
    if not where.beside_group or not before:
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
