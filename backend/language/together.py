"""Who belongs together: people named again, "one … the other …", companions, and people who only are the object.

"Two men on the bench, one reading, the other asleep" is two groups on the same bench; "a man shaking hands with a
woman" is one group of two; "a man kneeling in front of a woman" is a man and, as a group of her own, a woman.
"""

from __future__ import annotations

from dataclasses import replace

from .compose import Doing
from .people import PersonSpec
from .reading import Reading
from .sentence import Partner, Sentence
from .who import MAX_PEOPLE, People, elliptic, numbered, people_of

OPPOSITE = {"front": "front", "behind": "front", "left": "right", "right": "left", "near": "near", "toward": "front"}


def told_apart(groups: list[list[str]]) -> list[People]:
    """The people of each clause with the words after them; whoever was named before keeps place and looks."""
    result: list[People] = []
    base = -1  # the clause that "one" and "the other" are about
    for words in groups:
        number = elliptic(words)
        if number and base >= 0 and result[base].specs:
            taken, left = result[base].specs[:number], result[base].specs[number:]
            begins = 2 if words[0] == "the" else 1
            result.append(_also(result[base], taken, words[begins:]))
            result[base] = replace(result[base], specs=left, wanted=len(left))
            continue
        who = people_of(words)
        again = _named_before(words, who, result)
        if again is not None:
            index, person = again
            if len(result[index].specs) == 1:
                result[index] = replace(result[index], rest=(*result[index].rest, ",", *who.rest))
                continue
            others = tuple(s for k, s in enumerate(result[index].specs) if k != person)
            result.append(_also(result[index], (result[index].specs[person],), list(who.rest)))
            result[index] = replace(result[index], specs=others, wanted=len(others))
            continue
        base = len(result)
        result.append(who)
    return [who for k, who in enumerate(result) if who.specs or len(result) == 1 or not _emptied(who, k, groups)]


def _emptied(who: People, index: int, groups: list[list[str]]) -> bool:
    """Whether all people of a clause went to "one" and "the other"."""
    return who.wanted == 0 and bool(people_of(groups[index]).specs) if index < len(groups) else False


def _also(base: People, taken: tuple[PersonSpec, ...], words: list[str]) -> People:
    return People(taken, len(taken), base.doing, (*base.rest, ",", *words))


def _named_before(words: list[str], who: People, before: list[People]) -> tuple[int, int] | None:
    """(clause, person) of "the woman" where one was named before."""
    if words[:1] != ["the"] or len(who.specs) != 1 or who.doing or {"left", "right"} & set(who.rest[:4]):
        return None
    name = who.specs[0].name.lower().split()[-1]
    for index in range(len(before) - 1, -1, -1):
        for person, spec in enumerate(before[index].specs):
            if spec.name.lower().split()[-1] == name:
                return index, person
    return None


def companions(who: People, sentence: Sentence, doing: Doing) -> tuple[tuple[PersonSpec, ...], list[str]]:
    """The people of a reading: those named first, those they do it with, and as many as it takes; warnings."""
    warnings: list[str] = []
    specs, wanted = list(who.specs) or [PersonSpec()], max(1, who.wanted)
    for partner in sentence.partners:
        if takes_part(partner, doing):
            others = people_of(partner.phrase.split())
            specs += others.specs
            wanted += others.wanted
        elif doing.roles.get(partner.verb) in ("hold", "prop", "touch") and partner.preposition == "object":
            warnings.append(f"“{partner.phrase}” was left out: people are not held or moved yet.")
    interaction = doing.base
    if interaction is not None and interaction.people > len(specs) and interaction.action != "talk":
        warnings.append(f"“{interaction.name}” takes {interaction.people}: one more person was added.")
        specs += [PersonSpec()] * (interaction.people - len(specs))
        wanted = len(specs)
    if wanted > MAX_PEOPLE:
        warnings.append(f"{wanted} people were asked for; {MAX_PEOPLE} at most can be placed at once.")
    return tuple(specs[:MAX_PEOPLE]), warnings


def takes_part(partner: Partner, doing: Doing) -> bool:
    """Whether another person does the same: talking to her, sitting next to a woman, with a child."""
    if partner.verb in doing.meets or ("gesturing" in doing.overlays and partner.preposition != "object"):
        return partner.preposition in ("object", "with", "toward", "near", "of")
    beside = partner.preposition == "near" and partner.written != "at"
    return partner.preposition == "with" or (beside and not partner.definite)


def bystanders(sentence: Sentence, doing: Doing, main: Reading, group: int) -> list[Reading]:
    """Readings of people who are only looked at, waved at, knelt before: they stand there."""
    found = []
    for partner in sentence.partners:
        relation = "front" if partner.written == "at" else OPPOSITE.get(partner.preposition)
        seen = doing.roles.get(partner.verb) == "gaze"
        if partner.definite or takes_part(partner, doing) or (relation is None and not seen):
            continue
        people = people_of(partner.phrase.split()).specs
        there = main.support or main.landmark or next((t.phrase for t in main.touches if t.phrase), "")
        if people:
            found.append(
                Reading(numbered(people), "stand", relation=relation or "front", landmark=there, beside_group=group)
            )  # fmt: skip
    return found
