"""Which of the ways to lean a sentence means: by the body parts it names, the preposition, and what is leant on."""

from __future__ import annotations

from .nouns import is_a
from .sentence import Place, Predicate

_OUT = frozenset("window windows windowsill sill balcony parapet ledge".split())
_RAILS = frozenset("railing banister balustrade rail fence gate handrail".split())
_BARS = ("counter", "bar", "railing", "fence", "lectern")


def kind_of_leaning(predicate: Predicate, places: list[Place], parts: list[str]) -> str:
    """The name of an interaction."""
    words = {w for part in parts for w in part.split()}
    phrase = next((p.phrase for p in places if p.preposition != "object" or p.part), "")
    prepositions = {p.preposition for p in places}
    head = phrase.split()[-1] if phrase else ""
    if words & {"back", "shoulder", "shoulders"}:
        return "leaning back"
    if words & {"elbow", "elbows", "forearm", "forearms"}:
        return "leaning on elbows"
    if words & {"hand", "palm", "arm"}:
        return "leaning on one hand"
    if words & {"hands", "palms", "arms"}:
        return "leaning on both hands"
    if "out" in predicate.words or (head in _OUT and prepositions & {"from", "over"}):
        return "leaning out of a window"
    if "over" in prepositions:
        return "leaning out of a window" if head in _RAILS else "leaning on both hands"
    if not phrase:
        return "bending down" if {"forward", "over"} & set(predicate.words) else "leaning back"
    if "on" in prepositions and (head in _RAILS or any(is_a(phrase, kind) for kind in _BARS)):
        return "leaning on elbows"
    if "on" in prepositions and any(is_a(phrase, kind) for kind in ("table", "surface", "furniture", "machine")):
        return "leaning on both hands"
    return "leaning back"
