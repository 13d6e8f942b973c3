"""Ships and working boats: tugs, fishing boats, cargo ships, ferries, liners."""

from __future__ import annotations

import numpy as np

from .builder import GLASS, HUES, Builder, Paint, count, fixed, hue, metal
from .dice import Dice
from .hulls import boat_hull
from .solids import box, lathe, rectangle, rod, slab, tube


def _house(b: Builder, x: float, y: float, z: float, size: tuple[float, float, float], paint: Paint) -> None:
    """A block of cabins with a row of windows."""
    b.add("house", box(*size, 0.02 * size[0]).at(x, y, z), paint)
    b.add("windows", box(size[0] * 1.01, size[1] * 0.86, size[2] * 0.26).at(x, y, z + 0.5 * size[2]), GLASS)
    b.add("windows", box(size[0] * 0.86, size[1] * 1.01, size[2] * 0.26).at(x, y, z + 0.5 * size[2]), GLASS)


def _funnel(b: Builder, x: float, y: float, z: float, r: float, high: float, paint: Paint, rake: float = 0.15) -> None:
    funnel = lathe([(0, 0), (r, 0), (0.85 * r, high), (0.75 * r, high), (0.7 * r, 0.9 * high), (0, 0.9 * high)], 20)
    b.add("funnel", funnel.scaled(1, 1.35, 1).sheared(0, -rake).at(x, y, z), paint)
    band = lathe([(0, 0), (0.94 * r, 0), (0.92 * r, 0.16 * high), (0, 0.16 * high)], 20).scaled(1.02, 1.38, 1)
    b.add("funnel band", band.at(x, y + rake * 0.66 * high, z + 0.66 * high), fixed("paint", "black", HUES["black"]))


def tug(b: Builder, dice: Dice) -> tuple[str, list[str]]:
    length = dice.between(12, 28)
    beam, depth = length * dice.between(0.28, 0.36), length * dice.between(0.14, 0.18)
    paint = hue(dice, "paint", "red", "blue", "green", "black", "orange")
    white = hue(dice, "paint", "white", "cream", "yellow")
    fishing = dice.chance(0.5)
    b.add(
        "hull", boat_hull(length, beam, depth, vee=0.5, sheer=0.3, flare=0.25, stern=0.75, bow=0.42, power=0.6), paint
    )
    deck = depth * 1.0
    y = (0.14 if fishing else -0.08) * length
    house = (beam * 0.6, length * 0.26, length * 0.12)
    _house(b, 0, y, deck - 0.02 * length, house, white)
    _house(b, 0, y - 0.01 * length, deck + 0.095 * length, (beam * 0.46, length * 0.15, length * 0.09), white)
    b.add(
        "roof",
        box(beam * 0.52, length * 0.18, 0.012 * length, 0.003 * length).at(0, y - 0.01 * length, deck + 0.183 * length),
        paint,
    )
    words = ["a wheelhouse"]
    mast = metal(dice, "steel", "black metal")
    top = deck + 0.19 * length
    b.add("mast", rod((0, y, top - 0.01 * length), (0, y, top + 0.16 * length), 0.008 * length, 0.004 * length), mast)
    if fishing:
        b.add(
            "mast",
            rod(
                (0, -0.18 * length, deck - 0.02 * length),
                (0, -0.18 * length, deck + 0.4 * length),
                0.01 * length,
                0.006 * length,
            ),
            mast,
        )
        b.add(
            "derrick",
            rod((0, -0.18 * length, deck + 0.06 * length), (0, 0.06 * length, deck + 0.34 * length), 0.006 * length),
            mast,
        )
        gantry = [
            (-0.3 * beam, 0.42 * length, deck - 0.03 * length),
            (-0.28 * beam, 0.42 * length, deck + 0.18 * length),
            (0.28 * beam, 0.42 * length, deck + 0.18 * length),
            (0.3 * beam, 0.42 * length, deck - 0.03 * length),
        ]
        b.add("gantry", tube(gantry, 0.008 * length, sides=8, smooth=1), mast)
        words.append("a derrick and a gantry for nets")
    else:
        number = dice.integer(1, 2)
        for x in (0.0,) if number == 1 else (-0.16 * beam, 0.16 * beam):
            _funnel(
                b,
                x,
                y + 0.16 * length,
                deck - 0.01 * length,
                0.035 * length * (1.2 if number == 1 else 0.85),
                0.2 * length,
                paint,
            )
        b.add(
            "bollard",
            rod((0, 0.33 * length, deck - 0.03 * length), (0, 0.33 * length, deck + 0.05 * length), 0.012 * length),
            mast,
        )
        words.append(count(number, "funnel"))
    tyres = dice.integer(0, 5)
    for k in range(tyres):
        t = 0.32 + 0.1 * k
        tyre = lathe(
            [
                (0, -0.01 * length),
                (0.026 * length, -0.01 * length),
                (0.026 * length, 0.01 * length),
                (0, 0.01 * length),
            ],
            14,
        ).turned(y=90)
        b.pair(
            "fender",
            tyre.at(beam / 2 * 0.98, (t - 0.5) * length, depth * 0.72),
            fixed("rubber", "rubber", (0.02, 0.02, 0.02)),
        )
    if tyres:
        words.append(f"{count(2 * tyres, 'tyre')} as fenders")
    return f"{paint.word} {'fishing boat' if fishing else 'tug'}", words


def cargo(b: Builder, dice: Dice) -> tuple[str, list[str]]:
    length = dice.between(80, 300)
    beam, depth = length * dice.between(0.14, 0.17), length * dice.between(0.075, 0.095)
    paint, white = hue(dice, "paint", "red", "blue", "green", "black", "grey"), hue(dice, "paint", "white", "cream")
    b.add(
        "hull", boat_hull(length, beam, depth, vee=0.0, sheer=0.04, flare=0.12, stern=0.9, bow=0.22, power=0.6), paint
    )
    deck, kind = depth * 1.0, dice.pick(("container ship", "container ship", "tanker", "bulk carrier"))
    aft = dice.between(0.3, 0.38) * length
    tall = length * dice.between(0.1, 0.13)
    _house(b, 0, aft, deck - 0.01 * length, (beam * 0.72, length * 0.055, tall), white)
    b.add(
        "bridge", box(beam * 1.0, length * 0.03, length * 0.016).at(0, aft - 0.005 * length, deck + tall * 0.86), white
    )
    _funnel(b, 0, aft + 0.055 * length, deck - 0.01 * length, 0.018 * length, tall * 0.95, paint, 0.05)
    words = []
    front = -0.36 * length
    if kind == "container ship":
        bays = dice.integer(5, 9)
        pitch = (aft - 0.045 * length - front) / bays
        for k in range(bays):
            y = front + (k + 0.5) * pitch
            rows = 2 if k == 0 else 3
            for r in range(rows):
                x = (r - (rows - 1) / 2) * beam * 0.29
                high = dice.integer(1, 4) * length * 0.016
                b.add(
                    "containers",
                    box(beam * 0.28, pitch * 0.88, high + 0.01 * length).at(x, y, deck - 0.01 * length),
                    hue(dice, "paint"),
                )
        words.append(f"{count(bays, 'bay')} of containers")
    elif kind == "tanker":
        steel = metal(dice, "steel")
        for x in (-0.06, 0.0, 0.06):
            b.add(
                "pipe",
                rod(
                    (x * beam, front, deck + 0.012 * length),
                    (x * beam, aft - 0.03 * length, deck + 0.012 * length),
                    0.004 * length,
                    sides=8,
                ),
                steel,
            )
        tanks = dice.integer(0, 4)
        for k in range(tanks):
            y = front + (k + 0.5) * (aft - 0.05 * length - front) / tanks
            r = 0.36 * beam
            dome = [(0, -0.3 * r), (r, -0.3 * r), (r, 0.1 * r), (0.8 * r, 0.6 * r), (0.45 * r, 0.88 * r), (0, 0.98 * r)]
            b.add("tank", lathe(dome, 24).at(0, y, deck + 0.02 * length), hue(Dice("tank", k), "paint", "white"))
        words.append(count(tanks, "round tank") if tanks else "pipes along its deck")
    else:
        hatches, steel = dice.integer(3, 6), hue(dice, "paint")
        pitch = (aft - 0.05 * length - front) / hatches
        cranes = dice.chance(0.6)
        for k in range(hatches):
            y = front + (k + 0.5) * pitch
            b.add(
                "hatch",
                box(beam * 0.55, pitch * 0.66, 0.022 * length, 0.002 * length).at(0, y, deck - 0.008 * length),
                steel,
            )
            if cranes and k:
                foot = y - 0.5 * pitch
                b.add(
                    "crane",
                    rod((0, foot, deck - 0.01 * length), (0, foot, deck + 0.07 * length), 0.007 * length),
                    white,
                )
                b.add(
                    "crane",
                    rod((0, foot, deck + 0.06 * length), (0, foot + 0.8 * pitch, deck + 0.1 * length), 0.004 * length),
                    white,
                )
        words += [count(hatches, "hatch", "hatches"), count(hatches - 1, "crane") if cranes else ""]
    b.add(
        "mast",
        rod(
            (0, -0.42 * length, deck),
            (0, -0.42 * length, deck + 0.08 * length),
            0.004 * length,
            0.002 * length,
            sides=8,
        ),
        white,
    )
    return f"{paint.word} {kind}", words


def ferry(b: Builder, dice: Dice) -> tuple[str, list[str]]:
    length = dice.between(40, 260)
    beam, depth = length * dice.between(0.14, 0.19), length * dice.between(0.075, 0.1)
    paint, white = hue(dice, "paint", "blue", "black", "white", "red", "green"), hue(dice, "paint", "white", "cream")
    b.add(
        "hull", boat_hull(length, beam, depth, vee=0.15, sheer=0.06, flare=0.1, stern=0.85, bow=0.32, power=0.75), paint
    )
    decks = dice.integer(2, 6)
    z, tall = depth * 0.98, length * 0.022
    front, rear, wide = -0.3 * length, 0.4 * length, beam * 0.9
    for _k in range(decks):
        b.add(
            "deckhouse",
            box(wide, rear - front, tall + 0.002 * length, 0.002 * length, corner=0.25 * wide).at(
                0, (front + rear) / 2, z
            ),
            white,
        )
        b.add(
            "windows",
            box(wide * 1.006, (rear - front) * 0.9, tall * 0.34).at(0, (front + rear) / 2, z + 0.4 * tall),
            GLASS,
        )
        z += tall
        front, rear, wide = (
            front + dice.between(0.01, 0.05) * length,
            rear - dice.between(0.01, 0.05) * length,
            wide * 0.96,
        )
    b.add(
        "bridge",
        box(beam * 1.02, 0.03 * length, tall, 0.002 * length).at(0, front + 0.015 * length, z - tall * 0.5),
        white,
    )
    funnels = dice.integer(1, 4) if length > 100 else dice.integer(1, 2)
    for y in np.linspace(front + 0.12 * length, rear - 0.06 * length, funnels) if funnels > 1 else (0.1 * length,):
        _funnel(b, 0, float(y), z - 0.5 * tall, 0.021 * length, 0.085 * length, paint)
    boats = dice.integer(2, 6)
    for y in np.linspace(-0.15, 0.25, boats) * length:
        boat = slab(rectangle(0.018 * length, 0.05 * length, 0.008 * length), 0.014 * length, 0.004 * length)
        b.pair(
            "lifeboat",
            boat.at(beam * 0.47, float(y), depth * 0.98 + 1.1 * tall),
            hue(Dice("lifeboat"), "paint", "orange"),
        )
    b.add(
        "mast",
        rod((0, front + 0.03 * length, z), (0, front + 0.03 * length, z + 0.06 * length), 0.003 * length, sides=8),
        white,
    )
    kind = "ocean liner" if funnels > 2 else "ferry"
    return f"{paint.word} and {white.word} {kind}", [
        count(decks, "deck"),
        count(funnels, "funnel"),
        count(2 * boats, "lifeboat"),
    ]
