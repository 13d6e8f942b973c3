"""From a sentence to a `Reading`: who, does what, where, touching what.

The grammar is that of captions: people, then verbs, then places after prepositions. Set phrases are taken out first,
so that "hands on hips" is not mistaken for a place. Object names are not resolved here: `place.grounding` does that.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace

from protocol.errors import PromptEmpty, PromptTooLong, UnknownAction

from . import actions, people
from .people import PersonSpec

MAX_LENGTH = 1000
MAX_PEOPLE = 6

# Longest first: "in front of" before "in".
_PREPOSITIONS: dict[str, str] = {
    "in front of": "front", "on top of": "on", "on the edge of": "on", "at the edge of": "near", "next to": "near",
    "close to": "near", "to the left of": "left", "to the right of": "right", "left of": "left", "right of": "right",
    "beside": "near", "near": "near", "by": "near", "behind": "behind", "underneath": "under", "under": "under",
    "beneath": "under", "below": "under", "against": "against", "onto": "on", "upon": "on", "on": "on", "atop": "on",
    "inside": "in", "in": "in", "at": "near", "for": "for", "towards": "toward", "toward": "toward", "to": "toward",
    "across from": "front", "opposite": "front", "over": "over", "up": "on", "down": "on",
    "around": "near", "along": "near", "through": "near",
    "between": "near", "from": "from", "with": "with", "of": "of", "into": "in", "off": "from", "out of": "from",
}  # fmt: skip
_DETERMINERS = frozenset("a an the his her their its this that some my your our one both".split())
_FLOOR = frozenset("floor ground carpet rug grass lawn street road pavement sidewalk mat".split())


@dataclass(frozen=True)
class Touch:
    """`regions` of the body touch the object that `phrase` names."""

    regions: tuple[str, ...]
    phrase: str


@dataclass(frozen=True)
class Reading:
    people: tuple[PersonSpec, ...]
    action: str  # one of body.anchors.ACTIONS
    overlays: tuple[str, ...] = ()  # names in body.anchors.OVERLAYS
    support: str = ""  # noun phrase of what carries the people, or empty
    relation: str = ""  # near | front | behind | left | right | under | toward, of `landmark`
    landmark: str = ""
    touches: tuple[Touch, ...] = ()
    together: bool = False  # they face each other
    manner: str = ""  # narrows the action's anchors to those whose names contain it
    warnings: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """One line for the user."""
        parts = [" and ".join(p.name.lower() for p in self.people), self.action, *self.overlays]
        if self.support:
            parts.append(f"on “{self.support}”")
        if self.landmark:
            parts.append(f"{self.relation} “{self.landmark}”")
        parts += [f"touching “{t.phrase}”" for t in self.touches if t.phrase]
        return ", ".join(parts)


def read(prompt: str) -> Reading:
    """Understand a prompt, or raise `PromptEmpty`, `PromptTooLong` or `UnknownAction`."""
    text = " ".join(prompt.lower().replace("’", "'").split())
    if not re.search(r"[a-z]", text):
        raise PromptEmpty()
    if len(prompt) > MAX_LENGTH:
        raise PromptTooLong(f"The prompt has {len(prompt)} characters.")
    found, text = _set_phrases(text)
    tokens = _tokens(re.sub(r"^(?:there (?:is|are)|i see|show|add|put|place|insert)\b", "", text).strip())
    who, rest = _people(tokens)
    sentence = _Sentence(rest)
    action, overlays, warnings = _action(sentence, found)
    return _assemble(who, action, overlays, found, sentence, warnings)


def _set_phrases(text: str) -> tuple[list[str], str]:
    found = []
    for name, pattern in actions.PHRASES:
        text, count = pattern.subn(" , ", text)
        if count:
            found.append(name)
    return found, text


def _tokens(text: str) -> list[str]:
    return re.findall(r"[a-z0-9][a-z0-9'_-]*|[,.;]", text)


def _people(tokens: list[str]) -> tuple[tuple[PersonSpec, ...], list[str]]:
    """The people named before the first verb or place, and the tokens after them."""
    who: list[PersonSpec] = []
    count, adjectives, position = 1, [], 0
    end = 0
    while position < len(tokens):
        word = tokens[position]
        if word in people.NUMBERS and (word not in people.NOUNS or _noun_follows(tokens, position)):
            count = people.NUMBERS[word]
        elif word in people.NOUNS and not (word in people.ADJECTIVES and _noun_follows(tokens, position)):
            if word == "family":
                who += [people.described(member, []) for member in ("man", "woman", "child")]
            else:
                plural = people.PLURALS.get(word, 1)
                who += [people.described(word, adjectives)] * max(count, plural)
            count, adjectives, end = 1, [], position + 1
        elif word in people.ADJECTIVES:
            adjectives.append(word)
        elif _is_verb(word) or (word in _PREPOSITIONS and word != "of" and who):
            break
        position += 1
    return tuple(who[:MAX_PEOPLE]) or (PersonSpec(),), tokens[end:]


def _noun_follows(tokens: list[str], position: int) -> bool:
    """Whether a person comes next, as in "old man" or "a couple of men"."""
    following = [t for t in tokens[position + 1 : position + 4] if t != "of" and t not in people.ADJECTIVES]
    return bool(following) and following[0] in people.NOUNS


def _is_verb(word: str) -> bool:
    known = word in actions.VERBS or word in actions.SIDE_VERBS or word in actions.HOLDING or word in actions.NEUTRAL
    return known or (word.endswith("ing") and len(word) > 4 and word not in actions.NOT_VERBS)


@dataclass(frozen=True)
class _Place:
    preposition: str  # a value of _PREPOSITIONS
    phrase: str  # noun phrase without determiner
    verb: str  # the verb it follows, or empty
    part: str  # the body part it follows ("back" in "with his back against the car"), or empty


class _Sentence:
    """Verbs in order, and places with what they belong to."""

    def __init__(self, tokens: list[str]) -> None:
        self.words = tokens
        self.verbs: list[str] = []
        self.places: list[_Place] = []
        self.parts: list[str] = []
        self.worn: list[str] = []
        verb = part = ""
        position = 0
        while position < len(tokens):
            word = tokens[position]
            preposition, length = _preposition(tokens, position)
            if preposition:
                phrase, used = _noun_phrase(tokens, position + length)
                position += length + used
                words = phrase.split()
                if words and words[-1] in actions.PART_WORDS:
                    part = phrase
                    self.parts.append(phrase)
                elif words and words[-1] in people.WORN:
                    self.worn.append(phrase)
                elif phrase:
                    self.places.append(_Place(preposition, phrase, verb, part))
                    part = ""
                continue
            if _is_verb(word):
                self.verbs.append(word)
                verb = word
                part = ""
                direct, used = _noun_phrase(tokens, position + 1)
                words = direct.split()
                if words and words[-1] in actions.PART_WORDS:
                    part = direct
                    self.parts.append(direct)
                    position += used
                elif direct and (word in actions.HOLDING or actions.VERBS.get(word) == "reach"):
                    self.places.append(_Place("for", direct, verb, ""))
                    position += used
            elif word in actions.PART_WORDS:
                # "one foot on the wall" after a comma
                before = tokens[position - 1] if position else ""
                part = f"{before} {word}" if f"{before} {word}" in actions.PARTS else word
                self.parts.append(part)
            elif word in actions.VERBS:
                self.verbs.append(word)
            position += 1


def _preposition(tokens: list[str], position: int) -> tuple[str, int]:
    for length in (4, 3, 2, 1):
        words = " ".join(tokens[position : position + length])
        if words in _PREPOSITIONS and len(tokens[position : position + length]) == length:
            return _PREPOSITIONS[words], length
    return "", 0


def _noun_phrase(tokens: list[str], position: int) -> tuple[str, int]:
    """Words up to the next verb, preposition or comma; determiners dropped."""
    words: list[str] = []
    start = position
    while position < len(tokens):
        word = tokens[position]
        if word in ",.;" or word == "and" or _is_verb(word) or (_preposition(tokens, position)[0] and words):
            break
        if _preposition(tokens, position)[0]:
            break
        if not (word in _DETERMINERS and word not in ("one", "both")):
            words.append(word)
        position += 1
    if words and words[0] in ("one", "both") and words[-1] not in actions.PART_WORDS:
        words = words[1:]
    return " ".join(words), position - start


def _action(sentence: _Sentence, found: list[str]) -> tuple[str, list[str], list[str]]:
    """The action, overlay names and warnings from the verbs and the set phrases."""
    main = ""
    overlays = [name for name in found if name not in ("cross-legged", "each other")]
    warnings: list[str] = []
    for verb in sentence.verbs:
        if verb in actions.VERBS:
            if not main:
                main = actions.VERBS[verb]
            elif actions.VERBS[verb] == "lean" and main == "sit":
                overlays.append("leaning back")
        elif verb in actions.SIDE_VERBS:
            overlays.append(actions.SIDE_VERBS[verb])
        elif verb not in actions.HOLDING and verb not in actions.NEUTRAL:
            if not main:
                raise _unknown(verb)
            warnings.append(f"“{verb}” is not known and was left out.")
    if not main and not sentence.verbs:
        finite = [w for w in sentence.words if w.removesuffix("s") + "ing" in actions.NEAREST or w in actions.NEAREST]
        if finite:
            raise _unknown(finite[0])
    if "cross-legged" in found and not main:
        main = "sit"
    if main == "lean":
        main = _kind_of_leaning(sentence)
    return main, overlays, warnings


def _kind_of_leaning(sentence: _Sentence) -> str:
    hands = any(p.split()[-1] in ("hand", "hands", "elbow", "elbows") for p in sentence.parts)
    on = any(p.preposition in ("on", "over") for p in sentence.places)
    back = any(p.split()[-1] in ("back", "shoulder", "shoulders") for p in sentence.parts)
    return "lean on hands" if hands or (on and not back) else "lean back"


def _unknown(verb: str) -> UnknownAction:
    from backend.body.anchors import ACTIONS

    stem = verb.removesuffix("s")
    forms = (verb, stem, f"{stem}ing", f"{stem.removesuffix('e')}ing", f"{stem}{stem[-1:]}ing")
    nearest = next((actions.NEAREST[form] for form in forms if form in actions.NEAREST), None)
    if nearest is None:
        close = difflib.get_close_matches(verb, actions.VERBS, n=1, cutoff=0.74)
        nearest = actions.VERBS[close[0]] if close else "stand"
    return UnknownAction(
        f"“{verb}” is not among the actions known here.",
        remedy=f"Nearest match: “{nearest}”. Known actions: {', '.join(ACTIONS)}.",
    )


def _assemble(
    who: tuple[PersonSpec, ...], action: str, overlays: list[str], found: list[str], sentence: _Sentence,
    warnings: list[str],
) -> Reading:  # fmt: skip
    support = relation = landmark = ""
    if sentence.worn:
        warnings.append(f"Clothes are not made yet; “{sentence.worn[0]}” was left out.")
    touches: list[Touch] = []
    manner = _manner(action, found, sentence)
    for place in sentence.places:
        verb_action = actions.VERBS.get(place.verb, "")
        if place.verb in actions.HOLDING:
            touches.append(Touch(actions.PARTS["hands"], place.phrase))
            overlays.append("holding")
        elif place.part and action != "lie" and place.preposition in ("on", "against", "over") and _part(place.part):
            touches.append(Touch(_part(place.part), place.phrase))
        elif verb_action == "reach" and place.preposition in ("for", "toward", "on", "near"):
            left = any("left" in part for part in sentence.parts)
            touches.append(Touch(("left_fingertips" if left else "right_fingertips",), place.phrase))
        elif action in ("lean back", "lean on hands") and place.preposition in ("on", "against", "over"):
            touches.append(Touch(_leaning_part(action, sentence), place.phrase))
        elif place.preposition in ("on", "in") and not support:
            support = place.phrase
        elif place.preposition in ("near", "front", "behind", "left", "right", "under", "toward") and not landmark:
            relation, landmark = place.preposition, place.phrase
        elif place.preposition == "against" and not touches:
            touches.append(Touch(("back",), place.phrase))
    floor = support.split()[-1] in _FLOOR if support else False
    if any("soles" in region for touch in touches for region in touch.regions) and action in ("stand", ""):
        action = "foot up"
    action = action or _implied(support, bool(touches))
    if action == "sit" and (floor or manner == "cross-legged"):
        action = "sit on the floor"
    if action == "stand" and "arms raised" in overlays and not support and not landmark and not touches:
        action = "raise arms"
    fitting = tuple(dict.fromkeys(o for o in overlays if _fits(o, action)))
    warnings += [f"“{o}” does not go with “{action}” and was left out." for o in overlays if not _fits(o, action)]
    together = "each other" in found or ("gesturing" in fitting and len(who) > 1)
    return Reading(
        tuple(_numbered(who)), action, fitting, support, relation, landmark, tuple(touches), together, manner,
        tuple(warnings),
    )  # fmt: skip


def _manner(action: str, found: list[str], sentence: _Sentence) -> str:
    """What part of an anchor's name the sentence asks for, or empty."""
    if "cross-legged" in found:
        return "cross-legged"
    if action == "lie":
        words = {word for part in sentence.parts for word in part.split()}
        return "on the side" if "side" in words else ("on the back" if "back" in words else "")
    return ""


def _part(part: str) -> tuple[str, ...]:
    words = [w for w in part.split() if w not in _DETERMINERS or w in ("one", "both")]
    return actions.PARTS.get(" ".join(words), actions.PARTS.get(words[-1], ()))


def _leaning_part(action: str, sentence: _Sentence) -> tuple[str, ...]:
    if action == "lean back":
        return ("back",)
    one = any(part.split()[0] in ("one", "right", "left") for part in sentence.parts)
    return actions.PARTS["right hand"] if one else actions.PARTS["hands"]


def _implied(support: str, touching: bool) -> str:
    """No verb: people sit on seats, lie in beds and stand elsewhere."""
    from .nouns import is_a

    if touching or not support:
        return "stand"
    if is_a(support, "bed"):
        return "lie"
    return "sit" if is_a(support, "seat") else "stand"


def _fits(overlay: str, action: str) -> bool:
    from backend.body.anchors import anchors_of
    from backend.body.overlays import OVERLAYS

    if overlay not in OVERLAYS:
        return False
    chosen = OVERLAYS[overlay]
    if chosen.needs and action not in chosen.needs:
        return False
    return not chosen.uses_arms or action == "raise arms" or any(a.arms_free for a in anchors_of(action))


def _numbered(who: tuple[PersonSpec, ...]) -> list[PersonSpec]:
    names = [p.name for p in who]
    return [
        replace(p, name=f"{p.name} {names[: i + 1].count(p.name)}") if names.count(p.name) > 1 else p
        for i, p in enumerate(who)
    ]
