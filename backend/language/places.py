"""Where a clause's people are and what they touch, look at and hold: its places, given the roles of its verbs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from . import actions
from .compose import Doing, instrument
from .nouns import is_a
from .reading import Touch
from .sentence import Place, Sentence
from .words import PRONOUNS

NEAR = ("near", "front", "behind", "left", "right", "under", "toward")
_SEEN_AT = ("object", "near", "toward", "in", "from", "for", "on", "over", "of")
_TOUCHED_AT = ("object", "for", "toward", "on", "near", "against", "in", "over", "under")
_KEYED = frozenset("laptop notebook netbook keyboard typewriter".split())  # a computer may be a box under the desk
_IN_HAND = ("instrument", "electronics", "food", "vessel")  # nobody stands or sits on such things


@dataclass
class Whereabouts:
    support: str = ""
    relation: str = ""
    landmark: str = ""
    touches: list[Touch] = field(default_factory=list)
    gaze: str = ""
    prop: str = ""
    beside_group: bool = False  # the landmark is a pronoun: the people named before
    inside: bool = False  # the support comes from "in", which a later "on" overrules


def settle(sentence: Sentence, doing: Doing) -> Whereabouts:
    """Give every place of the sentence its part; overlays for things in the hands are added to `doing`."""
    where = Whereabouts()
    served: dict[int, int] = {}  # predicate → index of the touch made for it, −1 for other roles served
    for place in sentence.places:
        role = doing.roles.get(place.verb, "")
        if place.verb in served and place.preposition in ("on", "in", "from", "near", "under", "of", "behind") \
                and role in ("touch", "hold") and not place.part:  # fmt: skip
            _tell_more(where, served[place.verb], place)
        elif place.phrase in PRONOUNS:
            where.beside_group, where.relation = True, where.relation or place.preposition
        elif not _by_role(where, place, role, doing, sentence, served):
            _by_preposition(where, place, doing)
    return where


def _tell_more(where: Whereabouts, index: int, place: Place) -> None:
    """"reaching for the mug on the table": the table tells which mug."""
    if index >= 0 and not is_a(place.phrase, "ground"):
        touch = where.touches[index]
        where.touches[index] = replace(touch, phrase=f"{touch.phrase} {place.written} the {place.phrase}")


def _by_role(
    where: Whereabouts, place: Place, role: str, doing: Doing, sentence: Sentence, served: dict[int, int]
) -> bool:
    """Use a place as the object of its verb; False if it is not."""
    at, done = place.preposition, place.verb in served
    regions = doing.regions.get(place.verb, ())
    sits_back = doing.action == "sit" and place.part == "back" and at == "on"
    free = not sits_back and place.verb not in doing.meets and doing.action != "lie"
    if place.part and free and at in ("on", "against", "over"):
        part = part_regions(place.part)
        if part:
            _touch(where, part, place)
            served.setdefault(place.verb, len(where.touches) - 1)
            return True
    if role == "hold" and not done and at in ("object", "on", "toward"):
        _touch(where, regions, place, optional=not place.definite)
    elif role == "touch" and not done and at in _TOUCHED_AT:
        _touch(where, _handed(regions, sentence), place)
    elif role == "lean" and not done and at in ("on", "against", "over", "from", "near", "toward"):
        _touch(where, regions, place)
    elif role == "gaze" and at == "object" and instrument(place.phrase) == "photographing":
        return True
    elif role == "gaze" and not place.definite and instrument(place.phrase) and not done:
        where.prop = where.prop or place.phrase  # "looking at her phone"
        served[place.verb] = -1
        return True
    elif role == "prop" and at == "from" and is_a(place.phrase, "vessel"):
        _touch(where, ("right_palms",), place, optional=not place.definite, taken=True)
    elif role == "gaze" and at in _SEEN_AT and place.written != "from" and not where.gaze and not done:
        where.gaze = place.phrase
        served[place.verb] = -1
        return True
    elif role == "gaze" and not done and at in ("under", "behind"):
        where.gaze = where.gaze or place.phrase
        where.relation, where.landmark = where.relation or "near", where.landmark or place.phrase
        served[place.verb] = -1
        return True
    elif role == "gaze" and done and at in ("on", "in", "near") and not is_a(place.phrase, "seat"):
        return True  # "looking at the painting on the wall"
    elif role == "support" and not where.support and at in ("object", "on", "in"):
        where.support = place.phrase
        served[place.verb] = -1
        return True
    elif role == "prop" and at == "object":
        where.prop = where.prop or place.phrase
        if place.definite and is_a(place.phrase, "instrument") and instrument(place.phrase) != "guitar":
            where.relation, where.landmark = where.relation or "front", where.landmark or place.phrase
        return True
    else:
        return False
    served[place.verb] = len(where.touches) - 1
    return True


def _by_preposition(where: Whereabouts, place: Place, doing: Doing) -> None:
    at, phrase = place.preposition, place.phrase
    if at == "over" and instrument(phrase):
        where.prop = where.prop or phrase  # "chatting over coffee"
    elif at == "with":
        overlay = instrument(phrase)
        if overlay:
            doing.overlays.append(overlay)
        where.prop = where.prop or phrase
    elif place.written == "across" and place.verb in doing.meets:
        where.relation, where.landmark = where.relation or "near", where.landmark or phrase
    elif at == "on" and "typing" in doing.overlays and phrase.split()[-1] in _KEYED and not where.touches:
        _touch(where, actions.KEYING, place, optional=not place.definite)
    elif at in ("on", "in") and any(is_a(phrase, kind) for kind in _IN_HAND):
        if not place.definite:
            where.prop = where.prop or phrase
        elif not where.landmark:
            where.relation, where.landmark = "near", phrase
    elif at in ("on", "in") and (not where.support or (where.inside and at == "on")):
        where.support, where.inside = phrase, at == "in"
    elif (at in NEAR or at in ("from", "over")) and not where.landmark and place.written != "off":
        turned_away = at == "toward" and place.part == "back"
        where.relation, where.landmark = at if at in NEAR and not turned_away else "near", phrase
    elif at == "against" and not where.touches:
        _touch(where, ("back",), place)


def _touch(
    where: Whereabouts, regions: tuple[str, ...], place: Place, optional: bool = False, taken: bool = False
) -> None:
    where.touches.append(Touch(regions, place.phrase, optional, taken))


def _handed(regions: tuple[str, ...], sentence: Sentence) -> tuple[str, ...]:
    """The named hand's regions, or both hands'."""
    words = {w for part in sentence.parts for w in part.split()}
    if "left" in words and len(regions) == 1:
        return tuple(r.replace("right_", "left_") for r in regions)
    if words & {"hands", "palms"} and regions == ("right_fingertips",):
        return actions.PALMS
    return regions


def part_regions(part: str) -> tuple[str, ...]:
    words = [w for w in part.split() if w not in ("his", "her", "their", "its", "the")]
    return actions.PARTS.get(" ".join(words), actions.PARTS.get(words[-1], ()) if words else ())
