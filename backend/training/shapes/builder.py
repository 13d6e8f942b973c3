"""Collects an object's parts and its caption while a generator makes it; materials and their colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .dice import Dice
from .shape import Part, Shape
from .solids import Solid

Color = tuple[float, float, float]


@dataclass(frozen=True)
class Paint:
    """What a part is made of, in a renderer's word and in a caption's."""

    material: str
    word: str
    color: Color


WOODS: dict[str, Color] = {
    "oak": (0.45, 0.28, 0.13), "pine": (0.62, 0.42, 0.20), "walnut": (0.13, 0.065, 0.03), "beech": (0.56, 0.36, 0.20),
    "mahogany": (0.20, 0.05, 0.025), "teak": (0.32, 0.17, 0.07), "ebony": (0.02, 0.016, 0.013),
    "birch": (0.66, 0.52, 0.34),
}  # fmt: skip
METALS: dict[str, Color] = {
    "steel": (0.42, 0.43, 0.45), "brass": (0.60, 0.40, 0.12), "black metal": (0.02, 0.02, 0.022),
    "chrome": (0.62, 0.63, 0.64), "copper": (0.58, 0.24, 0.12), "aluminium": (0.55, 0.56, 0.57),
}  # fmt: skip
HUES: dict[str, Color] = {
    "red": (0.50, 0.03, 0.025),
    "blue": (0.03, 0.10, 0.40),
    "green": (0.04, 0.22, 0.07),
    "yellow": (0.72, 0.47, 0.03),
    "white": (0.80, 0.79, 0.76),
    "black": (0.018, 0.018, 0.02),
    "grey": (0.24, 0.24, 0.25),
    "orange": (0.68, 0.20, 0.02),
    "turquoise": (0.05, 0.35, 0.36),
    "pink": (0.66, 0.26, 0.32),
    "brown": (0.17, 0.08, 0.04),
    "cream": (0.74, 0.66, 0.48),
    "purple": (0.17, 0.05, 0.26),
    "beige": (0.52, 0.42, 0.29),
}


def wood(dice: Dice) -> Paint:
    """A kind of wood, sometimes painted."""
    if dice.chance(0.15):
        name = dice.pick(("white", "black", "grey", "green", "blue", "cream"))
        return Paint("paint", f"painted {name}", _vary(dice, HUES[name]))
    name = dice.pick(tuple(WOODS))
    return Paint("wood", name, _vary(dice, WOODS[name]))


def metal(dice: Dice, *names: str) -> Paint:
    name = dice.pick(names or tuple(METALS))
    return Paint("metal", name, _vary(dice, METALS[name], 0.05))


def hue(dice: Dice, material: str, *names: str) -> Paint:
    """A coloured fabric, leather, plastic, ceramic, paint or glass."""
    name = dice.pick(names or tuple(HUES))
    return Paint(material, name, _vary(dice, HUES[name]))


def leather(dice: Dice) -> Paint:
    return hue(dice, "leather", "brown", "black", "beige", "red", "cream", "brown")


def fixed(material: str, word: str, color: Color) -> Paint:
    return Paint(material, word, color)


RUBBER = fixed("rubber", "rubber", (0.018, 0.018, 0.018))
GLASS = fixed("glass", "glass", (0.05, 0.07, 0.09))


def _vary(dice: Dice, color: Color, amount: float = 0.12) -> Color:
    """The colour, a little lighter or darker, warmer or colder."""
    light = 1 + dice.between(-amount, amount)
    return tuple(round(min(max(value * light * (1 + dice.between(-0.06, 0.06)), 0.004), 0.95), 4) for value in color)


class Builder:
    """The parts of one object so far, in whatever frame its generator likes; `finish` sets it on its base."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, Solid, Paint]] = []

    def add(self, name: str, solid: Solid, paint: Paint) -> None:
        self._parts.append((name, solid, paint))

    def pair(self, name: str, solid: Solid, paint: Paint) -> None:
        """A part and its mirror image on the other side of x = 0."""
        self.add(name, solid, paint)
        self.add(name, solid.mirrored(), paint)

    def turn(self, *, z: float) -> None:
        """All parts so far, by degrees about the upright axis."""
        self._parts = [(name, solid.turned(z=z), paint) for name, solid, paint in self._parts]

    def finish(self, category: str, seed: int, caption: str) -> Shape:
        everything = np.concatenate([solid.vertices for _, solid, _ in self._parts])
        low, high = everything.min(0), everything.max(0)
        base = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
        parts = tuple(
            # To a thousandth of a millimetre: what sines and cosines differ by between platforms is gone.
            Part(
                name,
                np.round(solid.vertices - base, 6).astype(np.float32) + np.float32(0),
                np.ascontiguousarray(solid.triangles, np.int32),
                paint.color,
                paint.material,
            )
            for name, solid, paint in self._parts
        )
        return Shape(category, parts, caption, seed)


NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def count(number: int, thing: str, plural: str | None = None) -> str:
    """ "four legs", "one drawer"."""
    word = NUMBERS[number] if number < len(NUMBERS) else str(number)
    return f"{word} {thing}" if number == 1 else f"{word} {plural or thing + 's'}"


def describe(what: str, details: Sequence[str] = ()) -> str:
    """ "a wooden chair with four turned legs, a slatted back and arms"."""
    details = [detail for detail in details if detail]
    what = f"{'an' if what[0] in 'aeiou' else 'a'} {what}"
    if not details:
        return what
    last = f" and {details[-1]}" if len(details) > 1 else details[-1]
    return f"{what} with {', '.join(details[:-1])}{last}"
