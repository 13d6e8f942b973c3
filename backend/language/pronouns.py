"""People who are only called "he" or "she": the first time they become "a man" or "a woman", as if they were named.

"He in a suit, she in a dress" has two people; "a man sits down and he waves" has one.
"""

from __future__ import annotations

import re

from . import people

_NOUN = {"he": "man", "she": "woman"}
_OBJECT = {"him": "he", "her": "she"}
_AFTER_OBJECT = frozenset("and while in on at with by next near as . , ;".split())  # "her" before a noun is "her cup"
_OF_ANY_SEX = frozenset(noun for noun, spec in people.NOUNS.items() if spec.female is None)
_WORD = re.compile(r"[\w'’-]+|[^\w\s]")


def named(prompt: str) -> str:
    """`prompt` with a noun for every "he", "she", "him" and "her" that nobody before it can be."""
    known: set[str] = set()  # the pronouns that somebody answers to
    result, at = [], 0
    words = list(_WORD.finditer(prompt))
    for number, match in enumerate(words):
        word = match.group().lower()
        following = words[number + 1].group().lower() if number + 1 < len(words) else "."
        if word == "him" or (word == "her" and following in _AFTER_OBJECT):
            word = _OBJECT[word]
        if word in _NOUN and word not in known:
            known.add(word)
            result += [prompt[at : match.start()], f"a {_NOUN[word]}"]
            at = match.end()
        elif word in _OF_ANY_SEX:
            known |= {"he", "she"}
        elif word in people.NOUNS:
            known.add("she" if people.NOUNS[word].female else "he")
    return "".join([*result, prompt[at:]])
