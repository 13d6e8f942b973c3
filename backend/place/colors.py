"""Names of colours, for phrases like "the red chair"."""

from __future__ import annotations

import colorsys

import numpy as np

# Upper ends of hue ranges, degrees.
HUES = (
    (15, ("red",)),
    (42, ("orange", "brown")),
    (70, ("yellow", "golden", "gold")),
    (165, ("green",)),
    (200, ("cyan", "turquoise", "teal")),
    (258, ("blue",)),
    (290, ("purple", "violet")),
    (335, ("pink", "magenta")),
    (361, ("red",)),
)


def color_of(base_color: np.ndarray) -> frozenset[str]:
    """Words for a colour. `base_color`: (3,) sRGB 0…1."""
    red, green, blue = (float(value) for value in np.clip(base_color, 0, 1))
    hue, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
    if value < 0.2:
        return frozenset({"black", "dark"})
    tone = {"dark"} if value < 0.45 else {"light", "bright"} if value > 0.75 else set()
    if saturation < 0.18:
        return frozenset(tone | ({"white"} if value > 0.85 else {"grey", "gray"}))
    names = set(next(names for end, names in HUES if hue * 360 <= end))
    if "brown" in names:
        names = {"brown", "wooden"} if value < 0.7 or saturation < 0.6 else {"orange"}
    return frozenset(tone | names)
