"""Prompts for pictures: any action will do, for no library has to know it. What is read is who it is and where.

The place is found as for the nearest that is known: for the action, if it is, else for being on, at or near what the
prompt names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from protocol.errors import NobodyInPrompt, PromptEmpty, UnknownAction

from .clothing import read_clothing
from .people import NOUNS
from .prompt import Reading, read_all

_WORD = re.compile(r"[a-z][a-z'-]*", re.IGNORECASE)
_PLACE = re.compile(
    r"\b(?:on top of|next to|in front of|on|in|at|by|near|beside|behind|under|against|over)\s+"
    r"(?:the|a|an|my|his|her)\b.*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Wish:
    """What is to be imagined."""

    prompt: str  # for the model of images; it names the person
    person: str  # the word for the person as it stands in the prompt
    reading: Reading  # of one person: who, and as good as it goes what and where


def read_wish(prompt: str) -> Wish:
    """Understand a prompt for pictures. Raises `PromptEmpty`, `PromptTooLong` or `NobodyInPrompt`."""
    text = " ".join(prompt.split())
    if not text:
        raise PromptEmpty()
    person = _person(text)
    if person is None:
        if not (first := _WORD.match(text)) or not first[0].lower().endswith("ing"):
            raise NobodyInPrompt(f"“{text}” names nobody who could be imagined.")
        person, text = "person", f"a person {text}"
    clothing = read_clothing(text)
    readings, notes = _readings(clothing.text)
    reading = clothing.over(readings)[0]
    if len(readings) > 1 or len(reading.people) > 1:
        notes += ("One person at a time is imagined: the first who is named.",)
    reading = replace(reading, people=reading.people[:1], together=False, warnings=(*reading.warnings, *notes))
    return Wish(text, person, reading)


def _person(text: str) -> str | None:
    return next((word for word in _WORD.findall(text) if word.lower() in NOUNS), None)


def _readings(text: str) -> tuple[tuple[Reading, ...], tuple[str, ...]]:
    try:
        return read_all(text), ()
    except UnknownAction as error:
        person = _person(text) or "person"
        who = text[: re.search(rf"\b{re.escape(person)}\b", text).end()]
        where = _PLACE.search(text, len(who))
        for action in ("", " standing"):
            try:
                found = read_all(f"{who}{action} {where[0]}" if where else f"{who}{action}")
                break
            except UnknownAction:
                continue
        else:
            raise error
        note = f"What is done is imagined; the place is found as for “{found[0].action}”."
        return found, (note,)
