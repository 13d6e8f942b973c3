"""What aeroplanes of all kinds have: wings, fins, wheels."""

from __future__ import annotations

from .builder import RUBBER, Builder, Paint
from .dice import Dice
from .solids import lathe, rod, wing


def add_fin(
    b: Builder,
    dice: Dice,
    y: float,
    z: float,
    high: float,
    chord: float,
    sweep: float,
    thick: float,
    paint: Paint,
    x: float = 0.0,
    cant: float = 0.0,
) -> None:
    """An upright tail fin from (x, y, z)."""
    solid = wing((0, 0, 0), (cant * high, sweep * high, high), chord, chord * dice.between(0.4, 0.65), thick)
    b.add("fin", solid.at(x, y, z), paint)


def add_wings(
    b: Builder,
    name: str,
    y: float,
    z: float,
    span: float,
    chord: float,
    taper: float,
    back: float,
    up: float,
    thick: float,
    paint: Paint,
) -> None:
    """A pair: `back` and `up` are metres that the tip is farther back and higher than the root."""
    b.pair(name, wing((0, y, z), (span / 2, y + back, z + up), chord, chord * taper, thick), paint)


def add_wheel(b: Builder, x: float, y: float, radius: float, z: float, wide: float, strut: Paint) -> None:
    """A wheel on the ground and its leg up to z."""
    tyre = lathe(
        [
            (0, -wide),
            (0.8 * radius, -wide),
            (radius, -0.5 * wide),
            (radius, 0.5 * wide),
            (0.8 * radius, wide),
            (0, wide),
        ],
        18,
    ).turned(y=90)
    b.add("wheel", tyre.at(x, y, radius), RUBBER)
    b.add("gear leg", rod((x, y, radius), (x * 0.92, y, z), 0.28 * radius, sides=8), strut)
