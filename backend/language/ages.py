"""Ages that are told in numbers or decades: "a man in his fifties", "a woman, 34 years old", "a girl aged 9".

They stand behind the person as often as before; here they become adjectives before the noun, as all others are.
"""

from __future__ import annotations

import re

from . import people

_DECADES = {
    **dict.fromkeys(("teens",), "teenage"),
    **dict.fromkeys(("twenties", "20s", "20's"), "young"),
    **dict.fromkeys(("thirties", "30s", "30's"), ""),
    **dict.fromkeys(("forties", "fifties", "40s", "50s", "40's", "50's"), "middle-aged"),
    **dict.fromkeys(("sixties", "seventies", "eighties", "nineties"), "old"),
    **dict.fromkeys(("60s", "70s", "80s", "90s", "60's", "70's", "80's", "90's"), "old"),
}
_WHO = "(?P<who>" + "|".join(sorted(map(re.escape, people.NOUNS), key=len, reverse=True)) + ")"
_BETWEEN = r"(?:,? (?:who (?:is|are) |is |are )?)"
_DECADE = re.compile(
    rf"\b{_WHO}\b{_BETWEEN}in (?:his|her|their|the)(?: early| late| mid)?[ -]"
    rf"(?P<decade>{'|'.join(map(re.escape, _DECADES))})(?!\w),?"
)
_YEARS = r"(?P<years>\d{1,3})(?: |-)(?:years?|yrs?)(?: |-)(?:old|of age)"
_BEHIND = re.compile(rf"\b{_WHO}\b{_BETWEEN}(?:{_YEARS}|(?:aged|of age) (?P<aged>\d{{1,3}})(?! ?\w*-))\b,?")
_BEFORE = re.compile(rf"\b{_YEARS}(?P<after>s?)(?= \w)")


def ages_first(text: str) -> str:
    """Lower-case `text` with every told age as an adjective before its noun."""
    text = _DECADE.sub(lambda m: f"{_DECADES[m['decade']]} {m['who']}".strip(), text)
    text = _BEHIND.sub(lambda m: f"{m['years'] or m['aged']}-year-old {m['who']}", text)
    return _BEFORE.sub(lambda m: f"{m['years']}-year-old", text)
