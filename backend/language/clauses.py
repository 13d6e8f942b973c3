"""From a prompt to clauses of one group of people each: orders and negations taken off, subjects told apart.

"Put a man on the sofa while a woman stands next to him" becomes "a man on the sofa" and "a woman stands next to him".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from protocol.errors import PromptEmpty

from . import people, verbs
from .actions import PART_WORDS
from .ages import ages_first
from .morphology import american
from .nouns import noun_of
from .who import PRONOUNS, elliptic, person_phrase
from .words import DETERMINERS, JOINTS, NEGATIONS, is_adverb, preposition, tokens

_OPENERS = re.compile(
    r"^(?:(?:please|ok|okay|hey|now|so|and|then|just|also|maybe|let there be|can you|could you|would you|"
    r"(?:i|we)(?:'d| would)? (?:want|like|need|see|love)(?: to (?:see|have|add))?|let's (?:see|have|add)|let me see|"
    r"(?:there|here) (?:is|are|sits|stands|lies|should be|stood|sat)|there's|here's|show(?: me| us)?|give me|imagine|"
    r"(?:add|insert|create|generate|draw|render|place|put|have|get|let|make|position|set|want|leave|keep|pose)"
    r"(?= (?:a|an|one|the|some|\d+|two|three|four|five|six|seven|eight|nine|ten|several|another|him|her|them|people|"
    r"men|women|kids|children|my|his|our|old|young)\b)|"
    r"(?:an? |the )?(?:\w+ )?(?:photo|photograph|picture|image|rendering|render|shot|painting|portrait|scene|view|"
    r"model|figure)s? (?:of|with|showing|in which|where))[ ,]+)+"
)
_CONTRACTIONS = (
    (r"\bwon't\b", "will not"), (r"\bcan't\b", "can not"), (r"n't\b", " not"),
    (r"\b(he|she|it|who|that|there)'s\b", r"\1 is"), (r"\b(they|we|you|who)'re\b", r"\1 are"), (r"\bi'm\b", "i am"),
    (r"\bgiv(?:e|es|ing) ((?:\w+ ){1,3})an? (?:big )?(?:hug|embrace|cuddle)\b", r"hugging \1"),
    (r"\b(?:back to back|side by side)\b", ""), (r"\bface to face\b", "facing each other"),
    (r"\bwith (?:his|her|their|an?|one) arms? (?:wrapped |placed |thrown )?a?round\b", "hugging"),
    (r"\bin front\b(?! of)", "in front of it"), (r"\bout (?=the|a|his|her)\b", "out of "),
)  # fmt: skip
_NOBODY = re.compile(rf"(?:nobody|no[ -]one|(?:zero|no|0)(?: [a-z-]+){{0,2}} (?:{'|'.join(people.NOUNS)}))\b")
_UNTIL = frozenset(", ; . but while whereas and with".split())


@dataclass
class Clauses:
    groups: list[list[str]]  # words of each clause, its people first
    warnings: list[str] = field(default_factory=list)


def clauses_of(prompt: str) -> Clauses:
    """The clauses of a prompt, in order; at least one. Raises `PromptEmpty` where it asks for nobody."""
    warnings: list[str] = []
    text = _opened(_plain(prompt))
    if _NOBODY.match(text):
        raise PromptEmpty(f"“{text}” asks for nobody.")
    words = tokens(text)
    words = _without_negations(words, warnings)
    words = _corrected(words, warnings)
    words = _subject_first(_uninverted(words))
    return Clauses(_split(words), warnings)


def _plain(prompt: str) -> str:
    text = prompt.lower().replace("’", "'").replace("‘", "'").replace("&", " and ")
    text = re.sub(r"[–—():/]|\s-\s|[\"“”«»]", " , ", re.sub(r"[!?]", ".", text))
    for pattern, replacement in _CONTRACTIONS:
        text = re.sub(pattern, replacement, text)
    return ages_first(" ".join(text.split()))


def _opened(text: str) -> str:
    """Without what introduces a caption or an order: "please add", "a photo of", "there is"."""
    return _OPENERS.sub("", text.strip(" ,.;")) or text


def _without_negations(words: list[str], warnings: list[str]) -> list[str]:
    kept: list[str] = []
    position = 0
    while position < len(words):
        word = words[position]
        phrase = " ".join(words[position : position + 2])
        if word in NEGATIONS or phrase in ("instead of", "rather than", "no longer"):
            end = position + 1
            while end < len(words) and words[end] not in _UNTIL:
                end += 1
            left_out = " ".join(words[position:end])
            if not any(w in people.WORN for w in words[position:end]):
                warnings.append(f"“{left_out}” was left out: say what they do, not what they don't.")
            if kept and kept[-1] in ("is", "are", "does", "do", "did", "was", "were", "can", "will", "should"):
                kept.pop()
            position = end + (1 if end < len(words) and words[end] == "but" else 0)
            kept.append(",")
            continue
        kept.append(word)
        position += 1
    return kept


def _corrected(words: list[str], warnings: list[str]) -> list[str]:
    """Verbs that are one letter off are put right, and said."""
    result = []
    for position, word in enumerate(words):
        plain = american(word)
        before = words[position - 1] if position else ""
        right = None if before in DETERMINERS or preposition(words, position - 1)[2] else verbs.corrected(plain)
        if right is not None and (word.endswith(("g", "ing")) or before in people.NOUNS):
            warnings.append(f"“{word}” was read as “{right}”.")
            plain = right
        result.append(word if right is None else plain)
    return result


def _uninverted(words: list[str]) -> list[str]:
    """"On the bench sit two men", "sitting on the sofa is an old man": the people come first."""
    if not words or not (preposition(words, 0)[0] or _fronted(words)):
        return words
    for position in range(2, len(words)):
        word, before = words[position], words[position - 1]
        end = person_phrase(words, position)
        if not end or preposition(words, position - 1)[0]:
            continue
        plain = before in (",", "is", "are")
        if plain or verbs.base_of(before) in ("sit", "stand", "lie", "lean", "kneel"):
            moved = [] if plain else [before]
            return [*words[position:end], *moved, *words[: position - 1], ",", *words[end:]]
        if word in JOINTS:
            break
    return words


def _fronted(words: list[str]) -> bool:
    """Whether a sentence begins with what one does or how: "reading, …", "hands in his pockets, …"."""
    if words[0].endswith("ing") and verbs.known(words[0]):
        return True
    first = words[: words.index(",")] if "," in words else []
    parts = any(w in PART_WORDS for w in first[:3])
    return parts and not any(w in people.NOUNS for w in first)


def _subject_first(words: list[str]) -> list[str]:
    """"Sit a man on the bench" → "a man sit on the bench"."""
    if not words or verbs.base_of(words[0]) not in verbs.SHOWN or words[0].endswith("ing"):
        return words
    start = 2 if words[1:2] in (["down"], ["up"]) else 1
    if noun_of(words[:1]) is not None and words[1:2] and words[1] not in DETERMINERS:
        return words
    end = person_phrase(words, start) or (start + 1 if words[start : start + 1] and words[start] in PRONOUNS else 0)
    if not end:
        return words
    while end < len(words) and words[end] in ("and", ",") and person_phrase(words, end + 1):
        end = person_phrase(words, end + 1)
    return [*words[start:end], words[0], *words[1:start], *words[end:]]


def _split(words: list[str]) -> list[list[str]]:
    """One list of words for each subject with a predicate of its own."""
    groups: list[list[str]] = []
    start = position = _subject_end(words, 0)
    begin, said = 0, False
    while position < len(words):
        word = words[position]
        if word in JOINTS or word == "with":
            first = position + 1
            while first < len(words) and words[first] in JOINTS:
                first += 1
            end = _subject_end(words, first)
            begins = end > first and (said or elliptic(words[first:])) and _says_something(words, end, word)
            if begins and not _ends_in_partner(words, position, start):
                groups.append(words[begin:position])
                begin, start, position, said = first, end, end, False
                continue
        if verbs.is_verb(words[start:], position - start) or (preposition(words, position)[0] and word != "of"):
            said = True
        position += 1
    groups.append(words[begin:])
    return [group for group in groups if group] or [[]]


def _subject_end(words: list[str], position: int) -> int:
    """Where the subject that begins at `position` ends; `position` itself if none does."""
    end = person_phrase(words, position)
    if position and elliptic(words[position:]):
        return position + (2 if words[position] == "the" else 1)
    if not end and position < len(words) and (words[position] in people.NOUNS) and position == 0:
        end = 1
    if not end:
        return position
    while end + 1 < len(words) and words[end] in ("and", ",") and person_phrase(words, end + 1):
        end = person_phrase(words, end + 1)
    return end


def _says_something(words: list[str], end: int, joint: str) -> bool:
    """Whether a verb or a place follows the subject that ends at `end`."""
    rest = words[end:]
    while rest and (is_adverb(rest[0]) or rest[0] in ("who", "that", "is", "are")):
        rest = rest[1:]
    if not rest:
        return False
    if verbs.is_verb(rest, 0) or joint in ("while", "whereas"):
        return True
    meaning = preposition(rest, 0)[0]
    return bool(meaning) and meaning not in ("of", "with") and joint != "with"


def _ends_in_partner(words: list[str], position: int, start: int) -> bool:
    """"talking to a woman and a child on the bench": the child is one more to talk to, no new subject."""
    return words[position] in ("and", ",") and position - 1 >= start and words[position - 1] in people.NOUNS
