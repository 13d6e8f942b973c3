"""Words for colours of things people wear, as linear RGB."""

from __future__ import annotations

Color = tuple[float, float, float]

# As worn, not as on a screen: a red dress is not ff0000.
_NAMED = {
    "red": "a8242b", "crimson": "8e1426", "scarlet": "b8281f", "burgundy": "55141f", "maroon": "4e1a1c",
    "wine": "541c2a", "orange": "cc6a24", "rust": "8f4424", "coral": "d7705c", "peach": "e0a482", "salmon": "d98775",
    "yellow": "d9b13b", "mustard": "b5892b", "gold": "b48a3a", "golden": "b48a3a", "green": "3e7047",
    "olive": "62653a", "khaki": "8b7d58", "mint": "a5cdb5", "emerald": "1f6e50", "lime": "93ab3c",
    "turquoise": "3c9a98", "teal": "25666b", "cyan": "56aeb8", "blue": "2f4f8f", "navy": "1f2a44", "azure": "5b8fc0",
    "indigo": "333a6d", "purple": "5c3d74", "violet": "6d4a86", "lilac": "b29ac2", "lavender": "b3a6cc",
    "mauve": "94738b", "magenta": "a2336f", "pink": "d893a6", "rose": "c7788a", "brown": "5d4230", "tan": "a98b66",
    "camel": "b08a58", "beige": "cdbb9c", "cream": "e6dcc3", "ivory": "e9e3d3", "white": "e8e6e1", "black": "1a191b",
    "grey": "7d7f82", "gray": "7d7f82", "charcoal": "3b3d41", "silver": "b7babd",
}  # fmt: skip
# What a shade multiplies by; None goes towards white.
_SHADES = {"dark": 0.38, "deep": 0.5, "navy": 0.38, "bright": 1.35} | dict.fromkeys(("light", "pale", "sky", "pastel"))


def linear(code: str) -> Color:
    """Linear RGB of a hex sRGB code such as "aa3322"."""
    parts = (int(code[k : k + 2], 16) / 255 for k in (0, 2, 4))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return red, green, blue


SHADES = frozenset(_SHADES)
NAMES = frozenset(_NAMED)


def color_named(name: str, shade: str = "") -> Color:
    """The colour of a word in NAMES, in a shade of SHADES or none."""
    color = linear(_NAMED[name])
    if not shade:
        return color
    factor = _SHADES[shade]
    if factor is None:  # towards white
        red, green, blue = (value + 0.45 * (0.85 - value) for value in color)
    else:
        red, green, blue = (min(0.9, value * factor) for value in color)
    return red, green, blue
