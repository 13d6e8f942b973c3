"""Which tokens of the prompt are the person: positions in the text encoder's sequence, the start token being 0."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from protocol.errors import NobodyInPrompt, PromptTooLong


def person_tokens(tokenizers: Iterable[Any], text: str, person: str, *, start: int = 0) -> tuple[int, ...]:
    """Positions of all the (sub-)tokens of the words `person` where they first stand in `text` at or after `start`.

    tokenizers: CLIP tokenizers; SDXL has two, whose embeddings share one sequence, so that their positions are joined.
    Raises NobodyInPrompt if the words are not there, PromptTooLong if they lie beyond what the model reads.
    """
    first, last = _span(text, person, start)
    found: set[int] = set()
    for tokenizer in tokenizers:
        positions = _positions(tokenizer, text, first, last)
        if not positions:
            raise PromptTooLong(
                f"“{person}” stands beyond the {tokenizer.model_max_length} word pieces that the image model reads.",
                remedy="Say who at the beginning of the prompt.",
            )
        found.update(positions)
    return tuple(sorted(found))


def truncated(tokenizer: Any, text: str) -> bool:
    """Whether the model does not read the text to its end."""
    return len(tokenizer(text).input_ids) > tokenizer.model_max_length


def _span(text: str, person: str, start: int) -> tuple[int, int]:
    """First and one past the last character of the words, whole words only, whatever the case and the spaces."""
    words = person.split()
    if not words:
        raise NobodyInPrompt(f"“{text}” is to be painted, but it names no person.")
    pattern = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)", re.IGNORECASE)
    match = pattern.search(text, start) or pattern.search(text)
    if match is None:
        raise NobodyInPrompt(f"“{text}” is to be painted, but “{person}” does not stand in it.")
    return match.span()


def _positions(tokenizer: Any, text: str, first: int, last: int) -> list[int]:
    """Positions of the tokens that overlap the characters first…last; empty where they are cut off."""
    if not getattr(tokenizer, "is_fast", False):
        return _matched(tokenizer, text, first, last)
    encoded = tokenizer(text, truncation=True, max_length=tokenizer.model_max_length, return_offsets_mapping=True)
    return [i for i, (a, b) in enumerate(encoded["offset_mapping"]) if a < b and a < last and first < b]


def _matched(tokenizer: Any, text: str, first: int, last: int) -> list[int]:
    """The same for a tokenizer that knows no offsets: CLIP's word pieces do not reach over words, so they count."""
    ids = tokenizer(text, truncation=True, max_length=tokenizer.model_max_length).input_ids
    before = len(tokenizer(text[:first], add_special_tokens=False).input_ids)
    count = len(tokenizer(text[first:last], add_special_tokens=False).input_ids)
    inside = range(1 + before, 1 + before + count)
    return list(inside) if inside.stop < len(ids) else []  # the last one of the ids is the end token
