"""The people of a clause: how many, what kind, in words before the first verb or place."""

from __future__ import annotations

from dataclasses import dataclass, replace

from . import people, verbs
from .people import PersonSpec
from .words import DETERMINERS, JOINTS, preposition

MAX_PEOPLE = 6
NUMBERS: dict[str, int] = {
    **people.NUMBERS,
    **{word: n for n, word in enumerate("seven eight nine ten eleven twelve".split(), 7)},
    **{str(n): n for n in range(7, 100)},
    "dozen": 12, "several": 3, "few": 3, "some": 3, "many": 6, "three": 3, "trio": 3, "twenty": 20, "fifty": 50,
    "hundred": 100, "hundreds": 100,
}  # fmt: skip
GROUPS: dict[str, int] = {"group": 3, "bunch": 3, "crowd": 6, "team": 4, "trio": 3, "duo": 2, "gang": 4, "row": 3,
                          "line": 3, "circle": 3, "band": 4}  # fmt: skip
_CROWDS = frozenset("group bunch crowd team trio duo gang".split())
PRONOUNS: dict[str, tuple[str, int]] = {
    "he": ("man", 1), "him": ("man", 1), "she": ("woman", 1), "they": ("people", 2), "them": ("people", 2),
    "everyone": ("people", 2), "everybody": ("people", 2), "i": ("person", 1), "me": ("person", 1), "we": ("people", 2),
}  # fmt: skip
ONE_OF = frozenset("one another other others first second third last rest".split())
_FAMILY = ("man", "woman", "child")
_CLOSEST_ADJECTIVES = 6  # words between an article and its noun at most


@dataclass(frozen=True)
class People:
    specs: tuple[PersonSpec, ...]  # at most MAX_PEOPLE, numbered where names repeat; empty if none are named
    wanted: int  # how many the words ask for
    doing: tuple[str, ...]  # verbs before the noun: "a sitting man"
    rest: tuple[str, ...]  # the words after them


def people_of(words: list[str]) -> People:
    """Who is named before the first verb or place, and the words after them."""
    who: list[PersonSpec] = []
    doing: list[str] = []
    count, adjectives = 1, []
    position = end = wanted = 0
    while position < len(words):
        word = words[position]
        following = _noun_follows(words, position)
        if word in GROUPS and (words[position + 1 : position + 2] == ["of"]):
            count = max(count, GROUPS[word])
        elif word in _CROWDS and not following:
            who += [PersonSpec()] * min(GROUPS[word], MAX_PEOPLE)
            wanted, end = wanted + GROUPS[word], position + 1
        elif word in NUMBERS and (word not in people.NOUNS or following):
            count = max(NUMBERS[word], count if word in DETERMINERS else 1)
        elif word in people.NOUNS and not (following and (word in people.ADJECTIVES or _compound(words, position))):
            plural = people.PLURALS.get(word, 1)
            members = (
                [people.described(member, []) for member in _FAMILY]
                if word == "family"
                else [people.described(word, adjectives)] * min(max(count, plural), MAX_PEOPLE)
            )
            who += members
            wanted += len(members) if word == "family" else max(count, plural)
            count, adjectives, end = 1, [], position + 1
        elif word in PRONOUNS and not who:
            noun, number = PRONOUNS[word]
            who += [people.described(noun, adjectives)] * number
            wanted, end = number, position + 1
            break
        elif word in people.ADJECTIVES:
            adjectives.append(word)
        elif following and _participle(words, position):
            doing.append(word)
        elif verbs.is_verb(words[end:], position - end) or (_placed(words, position) and (who or not following)):
            break
        position += 1
    if not who and count > 1:
        # "two on the bench"
        who, wanted, end = [PersonSpec()] * min(count, MAX_PEOPLE), count, min(position, len(words))
    return People(tuple(who[:MAX_PEOPLE]), wanted, tuple(doing), tuple(words[end:]))


def person_phrase(words: list[str], position: int) -> int:
    """Where the noun phrase for people that begins at `position` ends, or 0 if none begins there."""
    start = position
    while position < len(words) and position - start <= _CLOSEST_ADJECTIVES:
        word = words[position]
        if word in people.NOUNS and not (_noun_follows(words, position) and _compound(words, position)):
            begun = position > start or word in people.PLURALS
            return position + 1 if begun else 0
        if word in JOINTS or (preposition(words, position)[0] and word != "of") or word in people.WORN:
            return 0
        if word in DETERMINERS and position > start and words[position - 1] != "of":
            return 0
        if position == start and word not in DETERMINERS | NUMBERS.keys() | people.ADJECTIVES and word not in GROUPS:
            return 0
        position += 1
    return 0


def elliptic(words: list[str]) -> int:
    """How many of the people before a clause takes up: 1 for "one", all for "the others", 0 for a clause of its own."""
    first = words[1:2] if words[:1] == ["the"] else words[:1]
    if not first or first[0] not in ONE_OF:
        return 0
    return MAX_PEOPLE if first[0] in ("others", "rest") else 1


def numbered(who: tuple[PersonSpec, ...]) -> tuple[PersonSpec, ...]:
    """People of the same name are told apart by numbers."""
    names = [p.name for p in who]
    return tuple(
        replace(p, name=f"{p.name} {names[: i + 1].count(p.name)}") if names.count(p.name) > 1 else p
        for i, p in enumerate(who)
    )


def _participle(words: list[str], position: int) -> bool:
    """Whether a verb stands before its person like an adjective: "a sitting man", not "carrying a child"."""
    described = words[position].endswith(("ing", "ed")) and words[position + 1] not in DETERMINERS
    return described and verbs.known(words[position])


def _placed(words: list[str], position: int) -> bool:
    return bool(preposition(words, position)[0]) and words[position] != "of"


def _compound(words: list[str], position: int) -> bool:
    """Whether a person's noun only describes the next one: "a student nurse", "a couple of men"."""
    return words[position] in NUMBERS or words[position + 1] in people.NOUNS


def _noun_follows(words: list[str], position: int) -> bool:
    """Whether a person comes next, as in "old man" or "a couple of men"."""
    following = [
        w for w in words[position + 1 : position + 5]
        if w != "of" and w not in people.ADJECTIVES and not (w.endswith("ing") and verbs.known(w)) and w not in NUMBERS
    ]  # fmt: skip
    return bool(following) and following[0] in people.NOUNS and not any(
        w in JOINTS for w in words[position + 1 : words.index(following[0], position + 1)]
    )
