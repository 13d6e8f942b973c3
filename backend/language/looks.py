"""What people wear, as the prompt asks for it."""

from __future__ import annotations

from dataclasses import dataclass

from .colors import Color

TOPS = ("t-shirt", "shirt", "blouse", "sweater", "tank top")
OVER = ("jacket", "suit jacket", "coat")
BOTTOMS = ("trousers", "jeans", "shorts", "skirt", "long skirt")
WHOLE = ("dress", "summer dress")
FOOTWEAR = ("shoes", "sneakers", "flats", "boots")
ANY = "clothes"  # "a woman in red"


@dataclass(frozen=True)
class Worn:
    """One thing worn: a word of the tuples above, and its colour if it was said."""

    kind: str
    color: Color | None = None


@dataclass(frozen=True)
class Looks:
    """What was said of one person's looks; what was not said is left to the seed."""

    worn: tuple[Worn, ...] = ()
    hair: str = ""  # a style's name in `backend.body.clothes.hair.STYLES`, "bald", or empty
    hair_color: Color | None = None
    bare: bool = False  # no clothes at all
    barefoot: bool = False
    without: tuple[str, ...] = ()  # of "top" and "over": what is left off
    formal: bool = False  # a suit, a gown

    def __bool__(self) -> bool:
        return self != Looks()


NOTHING_SAID = Looks()
