"""Parts of things: "the handlebar" is the bike's when nothing in the scene is named handlebar."""

from __future__ import annotations

_WHOLES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("handlebar", "handlebars", "handle bar"), ("bicycle", "motorcycle", "scooter", "cart", "stroller")
    ),
    **dict.fromkeys(("saddle",), ("bicycle", "motorcycle", "horse")),
    **dict.fromkeys(("armrest", "arm rest", "backrest"), ("sofa", "armchair", "chair", "bench")),
    **dict.fromkeys(("hood", "bonnet", "windscreen", "windshield", "car roof", "trunk"), ("car", "truck", "van")),
    **dict.fromkeys(("tabletop", "table top", "countertop"), ("table", "counter", "desk")),
    **dict.fromkeys(("doorknob", "door handle", "door frame"), ("door",)),
    **dict.fromkeys(("windowsill", "window sill"), ("window", "wall")),
    **dict.fromkeys(("trunk of the tree", "branch", "tree trunk"), ("tree",)),
}


def wholes_of(part: str) -> tuple[str, ...]:
    """Nouns of the things that have such a part, likeliest first; empty when unknown."""
    words = part.split()
    return _WHOLES.get(part) or _WHOLES.get(words[-1] if words else "", ())
