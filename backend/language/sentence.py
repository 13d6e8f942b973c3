"""What is said about the people of one clause: verbs with their objects, and places with what they belong to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from . import actions, people, verbs
from .nouns import is_a, noun_of
from .words import (
    ADVERBS,
    AUXILIARY,
    DETERMINERS,
    INDEFINITE,
    JOINTS,
    NO_PLACES,
    POSSESSIVES,
    PRONOUNS,
    RELATIVE,
    SETTINGS,
    is_adverb,
    preposition,
)

_PICTURES = frozenset("photo photos picture pictures photograph photographs video snapshot portrait shot".split())
# "the arm of the sofa", "the top of the stairs": where on a thing.
_SIDES = actions.PART_WORDS | frozenset("top bottom end side sides corner middle center foot rest seat".split())
_SEPARABLE = frozenset("pick lift hold put raise scoop gather bring take throw push pull".split())


@dataclass(frozen=True)
class Place:
    preposition: str  # a value of words.PREPOSITIONS, or "object" for a verb's direct object
    written: str  # the preposition as written
    phrase: str  # noun phrase without determiner
    verb: int  # index of the predicate it follows, −1 for none
    part: str = ""  # the body part before it ("back" in "with his back against the car"), or empty
    definite: bool = True  # "the mug", not "a mug"


@dataclass(frozen=True)
class Partner:
    """Another person that the clause mentions after its subject."""

    preposition: str  # a value of words.PREPOSITIONS, or "object"
    written: str  # as written, or empty
    phrase: str
    verb: int
    definite: bool


@dataclass
class Predicate:
    """A verb and what follows it up to the next verb."""

    verb: str  # lemma
    written: str
    words: list[str] = field(default_factory=list)  # all that follows, determiners dropped
    object: str = ""  # direct object


@dataclass(frozen=True)
class Phrase:
    text: str
    length: int  # words it takes up
    definite: bool


class Sentence:
    """Predicates in order, places, body parts and clothes of one clause, the people's words taken off."""

    def __init__(self, words: list[str], adjectival_verbs: tuple[str, ...] = ()) -> None:
        self.words = words
        self.predicates: list[Predicate] = [Predicate(verbs.base_of(v), v) for v in adjectival_verbs]
        self.places: list[Place] = []
        self.parts: list[str] = []
        self.worn: list[str] = []
        self.partners: list[Partner] = []
        self.said: list[str] = []  # words that may tell what is done, scenery left out
        self.settings: list[str] = []  # "in the kitchen"
        self.stray: list[str] = []  # words that nothing was made of
        self._part = ""
        position = 0
        while position < len(words):
            position += self._step(position)

    def _step(self, position: int) -> int:
        """Read what stands at `position`; the number of words that it takes up."""
        word = self.words[position]
        if word == "to" and position + 1 < len(self.words) and verbs.is_verb(self.words, position + 1):
            return 1
        if verbs.is_verb(self.words, position):
            return self._verb(position)
        meaning, written, length = preposition(self.words, position)
        if meaning:
            return length + self._prepositional(meaning, written, position + length)
        if word in actions.PART_WORDS:
            # "one foot on the wall" after a comma
            before = self.words[position - 1] if position else ""
            self._part = f"{before} {word}" if f"{before} {word}" in actions.PARTS else word
            self.parts.append(self._part)
            self._say(word)
        elif word in JOINTS:
            self._part = ""
            return 1 + self._one_more(position + 1)
        elif word not in DETERMINERS:
            self._say(word)
            if not is_adverb(word) and word not in RELATIVE | PRONOUNS and word not in people.ADJECTIVES:
                self.stray.append(word)
        return 1

    def _one_more(self, position: int) -> int:
        """"… to a man and a child": one more person like the last; the number of words that it takes up."""
        if not self.partners or self.words[position - 1] not in ("and", ","):
            return 0
        phrase = noun_phrase(self.words, position)
        if not is_person(phrase.text.split()):
            return 0
        self.partners.append(replace(self.partners[-1], phrase=phrase.text, definite=phrase.definite))
        return phrase.length

    def _say(self, *words: str) -> None:
        self.said += words
        if self.predicates:
            self.predicates[-1].words.extend(words)

    def _verb(self, position: int) -> int:
        word = self.words[position]
        base = verbs.base_of(word)
        self._part = ""
        if word in AUXILIARY and (base not in ("do", "have") or not self._object_follows(position)):
            return 1
        predicate = Predicate(base, word)
        self.predicates.append(predicate)
        used = 1
        if base in _SEPARABLE and self.words[position + 1 : position + 2] == ["up"]:
            predicate.words.append("up")
            used += 1
        phrase = noun_phrase(self.words, position + used)
        if not phrase.text:
            return used
        words = phrase.text.split()
        self._say(*words)
        if words[-1] in actions.PART_WORDS and base not in ("see", "wear"):
            self._part = phrase.text
            self.parts.append(phrase.text)
        elif words[-1] in people.WORN:
            if base in ("wear", "dress", "have"):
                self.worn.append(phrase.text)
        elif is_person(words):
            predicate.object = phrase.text
            self.partners.append(Partner("object", "", phrase.text, len(self.predicates) - 1, phrase.definite))
        elif not all(w in ADVERBS or is_adverb(w) for w in words):
            predicate.object = phrase.text
            self.places.append(
                Place("object", "", phrase.text, len(self.predicates) - 1, definite=phrase.definite)
            )  # fmt: skip
        return used + phrase.length

    def _prepositional(self, meaning: str, written: str, position: int) -> int:
        phrase = noun_phrase(self.words, position)
        words = phrase.text.split()
        if "edge" in written:
            self._say("edge")
        if written in ("up", "down", "out of", "over", "astride") or not words:
            self._say(*written.split())
        if not words:
            return phrase.length
        if written == "of" and self._last_is_part_of_place():
            pass
        elif words[-1] in _SIDES and self.words[position + phrase.length :][:1] == ["of"]:
            # "the arm of the sofa" is a place
            whole = noun_phrase(self.words, position + phrase.length + 1)
            text = f"{phrase.text} of the {whole.text}" if whole.text else phrase.text
            self.places.append(Place(meaning, written, text, len(self.predicates) - 1, self._part))
            return phrase.length + 1 + whole.length
        elif words[-1] in actions.PART_WORDS:
            self._part = phrase.text
            self.parts.append(phrase.text)
            self._say(*words)
            self.stray += [w for w in words if w.endswith("'s")]
        elif words[-1] in people.WORN:
            self.worn.append(phrase.text)
        elif words[-1] in SETTINGS and meaning in ("in", "near", "on"):
            self.settings.append(f"{written} the {phrase.text}")
        elif is_person(words):
            self.partners.append(Partner(meaning, written, phrase.text, len(self.predicates) - 1, phrase.definite))
            self._say(*words)
        elif words[-1] in NO_PLACES or words[-1] in PRONOUNS or is_adverb(words[-1]):
            self._say(*words)
            if words[-1] in PRONOUNS and meaning in ("near", "left", "right", "behind", "front"):
                self.places.append(Place(meaning, written, words[-1], len(self.predicates) - 1))
        else:
            self.places.append(
                Place(meaning, written, phrase.text, len(self.predicates) - 1, self._part, phrase.definite)
            )  # fmt: skip
            self._part = ""
        return phrase.length

    def _object_follows(self, position: int) -> bool:
        """Whether "does" and "has" are the sentence's own verb: "does a handstand", "has a chat"."""
        return bool(noun_phrase(self.words, position + 1).text)

    def _last_is_part_of_place(self) -> bool:
        """Whether "of the house" tells more about the place before it: "the wall of the house", no picture of it."""
        return bool(self.places) and self.places[-1].preposition != "of" and self.places[-1].phrase not in _PICTURES

    def places_of(self, predicate: int) -> list[Place]:
        return [p for p in self.places if p.verb == predicate]


def is_person(words: list[str]) -> bool:
    return bool(words) and words[-1] in people.NOUNS


def noun_phrase(words: list[str], position: int) -> Phrase:
    """Words up to the next verb, preposition or mark; determiners are dropped, "of" joins what belongs together."""
    found: list[str] = []
    definite = True
    start = position
    while position < len(words):
        word = words[position]
        if word in JOINTS or word in RELATIVE or word in AUXILIARY:
            break
        if word == "her" and not found and not _nominal_at(words, position + 1):
            return Phrase(word, position + 1 - start, True)  # "next to her", not "her bag"
        if word in DETERMINERS or word in ("one", "both"):
            if found:
                break
            definite = definite and word not in INDEFINITE | POSSESSIVES
            if word in ("one", "both"):
                found.append(word)
        elif word in PRONOUNS:
            if not found:
                return Phrase(word, position + 1 - start, True)
            break
        elif preposition(words, position)[0] or _says_more(words, position, found):
            break
        else:
            found.append(word)
        position += 1
    if found and found[0] in ("one", "both") and found[-1] not in actions.PART_WORDS:
        found = found[1:]
    return Phrase(" ".join(found), position - start, definite)


def _nominal_at(words: list[str], position: int) -> bool:
    """Whether a noun, with or without adjectives, can stand at `position`."""
    if position >= len(words) or words[position] in JOINTS | RELATIVE | AUXILIARY | DETERMINERS:
        return False
    return not preposition(words, position)[0] and not verbs.is_verb(words, position)


def _says_more(words: list[str], position: int, before: list[str]) -> bool:
    """Whether a verb or an adverb ends the noun phrase so far."""
    if is_adverb(words[position]):
        return bool(before) and noun_of(before[-1:]) is not None
    return verbs.is_verb(words, position) and not _adjective(words, position, before)


def _adjective(words: list[str], position: int, before: list[str]) -> bool:
    """Whether an -ing word belongs to the noun after it ("the old rocking chair"), which the phrase still lacks."""
    following = words[position + 1 : position + 2]
    if not words[position].endswith("ing") or not following or following[0] in JOINTS | DETERMINERS:
        return False
    if preposition(words, position + 1)[0] or following[0] in PRONOUNS:
        return False
    named = noun_of([words[position], following[0]]) is not None
    fitting = named or is_a(following[0], "furniture") or is_a(following[0], "light")
    return fitting and bool(before) and noun_of(before[-1:]) is None and before[-1] not in people.NOUNS
