"""Watercraft: rowing boats, canoes, sailing and motor boats, and those of `ships`. They go towards −Y."""

from __future__ import annotations

import numpy as np

from .builder import GLASS, HUES, Builder, Paint, count, describe, fixed, hue, metal, wood
from .dice import Dice
from .hulls import boat_hull, sections
from .shape import Shape
from .ships import cargo, ferry, tug
from .solids import Solid, box, lathe, loft, rectangle, rod, tube

KINDS = (
    "rowing boat",
    "canoe",
    "sailing boat",
    "sailing boat",
    "motor boat",
    "motor boat",
    "tug",
    "cargo ship",
    "ferry",
)


def watercraft(category: str, seed: int, dice: Dice) -> Shape:
    b = Builder()
    kind = dice.pick(KINDS)
    what, words = MAKERS[kind](b, dice)
    return b.finish(category, seed, describe(what, words))


def _thwarts(
    b: Builder, dice: Dice, beam: float, length: float, depth: float, paint: Paint, spots: list[float]
) -> None:
    for t in spots:
        wide = beam * (0.94 if 0.3 < t < 0.75 else 0.7 if t < 0.3 else 0.86)
        b.add(
            "seat",
            box(wide * 0.9, 0.2 if length < 5 else 0.26, 0.025, 0.004).at(0, (t - 0.5) * length, depth * 0.66),
            paint,
        )


def _rowing(b: Builder, dice: Dice) -> tuple[str, list[str]]:
    length, paint = dice.between(2.6, 4.8), wood(dice)
    beam, depth = length * dice.between(0.3, 0.38), length * dice.between(0.12, 0.15)
    form = {
        "vee": dice.between(0.1, 0.6), "sheer": dice.between(0.12, 0.3), "stern": dice.between(0.55, 0.85),
        "bow": dice.between(0.5, 0.65), "open_wall": 0.03,
    }  # fmt: skip
    b.add("hull", boat_hull(length, beam, depth, **form), paint)
    b.add("transom", boat_hull(length, beam, depth, **form, plate=True), paint)
    timber = wood(dice)
    seats = dice.integer(2, 3)
    _thwarts(b, dice, beam, length, depth, timber, list(np.linspace(0.42, 0.86, seats)))
    oars = dice.chance(0.6)
    if oars:
        y, z, half = -0.02 * length, depth * 1.04, beam / 2
        out = dice.between(0.9, 1.3)
        b.pair("oar", rod((0.25 * half, y + 0.1, z + 0.1), (half + out, y + 0.3, z - 0.25), 0.022, sides=8), timber)
        b.pair("oar blade", box(0.5, 0.02, 0.14).turned(y=12).at(half + out + 0.15, y + 0.33, z - 0.36), timber)
    motor = not oars and dice.chance(0.5)
    if motor:
        _outboard(b, dice, 0.5 * length, depth)
    return f"{paint.word} rowing boat", [
        count(seats, "bench", "benches"),
        "two oars" if oars else "",
        "an outboard motor" if motor else "",
    ]


def _outboard(b: Builder, dice: Dice, y: float, depth: float) -> None:
    dark = hue(dice, "plastic", "black", "white", "red", "grey")
    b.add("motor", box(0.2, 0.34, 0.3, 0.06, corner=0.07).at(0, y + 0.12, depth * 0.95), dark)
    b.add("motor leg", box(0.07, 0.12, depth * 1.0 + 0.15, 0.01).at(0, y + 0.13, -0.08), dark)
    b.add(
        "propeller",
        lathe([(0, 0), (0.09, 0), (0.09, 0.02), (0, 0.02)], 16).turned(x=90).at(0, y + 0.23, -0.02),
        metal(dice, "steel"),
    )


def _canoe(b: Builder, dice: Dice) -> tuple[str, list[str]]:
    length = dice.between(3.6, 5.4)
    kayak = dice.chance(0.45)
    paint = (
        hue(dice, "plastic", "red", "green", "yellow", "blue", "orange", "turquoise")
        if kayak or dice.chance(0.5)
        else wood(dice)
    )
    beam, depth = length * dice.between(0.13, 0.19), length * dice.between(0.065, 0.085)
    words = []
    if kayak:
        b.add("hull", boat_hull(length, beam, depth, vee=0.5, sheer=0.25, stern=0.06, bow=0.55, power=1.0), paint)
        seats = dice.integer(1, 2)
        for y in (0.0,) if seats == 1 else (-0.12 * length, 0.14 * length):
            ring = lathe([(0, 0), (0.42, 0), (0.42, 0.05), (0.38, 0.05), (0.36, 0.02), (0, 0.02)], 24).scaled(
                beam * 0.95, 0.9, 1
            )
            b.add("cockpit", ring.at(0, y, depth * 1.0 - 0.012), fixed("plastic", "black", (0.02, 0.02, 0.02)))
            b.add(
                "backrest",
                box(0.5 * beam, 0.04, 0.16, 0.012).at(0, y + 0.28, depth * 1.0),
                fixed("plastic", "black", (0.02, 0.02, 0.02)),
            )
        words.append(count(seats, "cockpit"))
    else:
        b.add(
            "hull",
            boat_hull(
                length,
                beam,
                depth,
                vee=0.4,
                sheer=dice.between(0.4, 0.7),
                stern=0.05,
                bow=0.5,
                power=0.9,
                open_wall=0.02,
            ),
            paint,
        )
        seats = dice.integer(2, 3)
        _thwarts(b, dice, beam, length, depth, wood(dice), list(np.linspace(0.28, 0.72, seats)))
        words.append(count(seats, "bench", "benches"))
    if dice.chance(0.5):
        stick = wood(dice)
        z, long = depth * 1.18, dice.between(0.8, 1.05)
        b.add("paddle", rod((-long, 0.1, z), (long, -0.1, z), 0.014, sides=8), stick)
        b.pair("paddle blade", box(0.4, 0.018, 0.16).at(long + 0.15, 0, z - 0.08), stick)
        words.append("a paddle")
    return f"{paint.word} {'kayak' if kayak else 'canoe'}", words


def _sail(points: list[tuple[float, float]], belly: float, x: float = 0.0) -> Solid:
    """A thin three- or four-cornered sail in the plane of y and z, bellying to one side."""
    corners = np.array(points, float)
    if len(corners) == 3:
        corners = np.array([corners[0], corners[1], corners[2], corners[2] + (corners[0] - corners[2]) * 0.02])
    a, b, c, d = corners  # tack, clew, upper aft, upper fore
    rows = []
    for v in np.linspace(0, 1, 9):
        left, right = a + (d - a) * v, b + (c - b) * v
        u = np.linspace(0, 1, 9)[:, None]
        line = left + (right - left) * u
        bulge = x + belly * np.sin(np.pi * u[:, 0]) * np.sin(np.pi * (0.1 + 0.85 * v))
        front = np.c_[bulge, line]
        rows.append(np.concatenate([front, (front + [0.025, 0, 0])[::-1]]))
    return loft(np.array(rows))


def _sailing(b: Builder, dice: Dice) -> tuple[str, list[str]]:
    length = dice.between(4.0, 14.0)
    beam, depth = length * dice.between(0.27, 0.34), length * dice.between(0.1, 0.13)
    paint, cloth = (
        hue(dice, "paint", "white", "white", "blue", "red", "green", "black"),
        hue(dice, "fabric", "white", "white", "cream", "red", "brown"),
    )
    twin = length < 8 and dice.chance(0.15)
    if twin:
        for s in (-1, 1):
            b.add("hull", boat_hull(length, beam * 0.3, depth * 0.9, vee=0.7, stern=0.6).at(s * beam * 0.62), paint)
        b.add(
            "deck",
            box(beam * 1.2, length * 0.35, 0.05, 0.01).at(0, 0.05 * length, depth * 0.85),
            fixed("fabric", "black", (0.03, 0.03, 0.03)),
        )
    else:
        b.add("hull", boat_hull(length, beam, depth, vee=0.7, stern=dice.between(0.5, 0.85), bow=0.6), paint)
    deck = depth * 1.02
    timber = wood(dice)
    if not twin and length > 6:
        b.add(
            "cabin",
            box(beam * 0.5, length * 0.3, depth * 0.45, 0.08 * beam).at(0, -0.02 * length, deck - 0.03),
            hue(dice, "paint", "white", "cream"),
        )
        b.add(
            "windows",
            box(beam * 0.512, length * 0.2, depth * 0.13, 0.02).at(0, -0.02 * length, deck + depth * 0.14),
            GLASS,
        )
    if not twin:
        b.add("cockpit", box(beam * 0.42, length * 0.2, 0.03).at(0, 0.27 * length, deck + 0.005), timber)
        keel = dice.chance(0.6)
        if keel:
            b.add(
                "keel",
                loft(
                    np.array(
                        [
                            _level(rectangle(0.02 * length, 0.2 * length, 0.008 * length), 0.12 * depth),
                            _level(rectangle(0.012 * length, 0.13 * length, 0.004 * length), -0.1 * length),
                        ]
                    )
                ).at(0, 0.02 * length),
                fixed("paint", "grey", HUES["grey"]),
            )
        b.add(
            "rudder",
            box(0.012 * length, 0.06 * length, depth * 1.1 + 0.03 * length).at(0, 0.485 * length, -0.03 * length),
            timber,
        )
    masts = 2 if length > 9 and dice.chance(0.4) else 1
    high = length * dice.between(1.1, 1.4)
    spar = metal(dice, "aluminium") if dice.chance(0.5) else timber
    belly = 0.04 * length
    square = masts == 1 and dice.chance(0.15)
    for k in range(masts):
        y = (-0.12 if masts == 1 else (-0.2, 0.22)[k]) * length
        tall = high * (1.0 if k == 0 else 0.72)
        r = 0.007 * length
        b.add("mast", rod((0, y, deck - 0.4 * depth), (0, y, deck + tall), r * 1.2, r * 0.6), spar)
        if square:
            for z, wide in ((0.25, 0.75), (0.62, 0.55)):
                b.add(
                    "yard",
                    rod(
                        (-wide * length / 2, y - 2 * r, deck + (z + 0.3) * tall),
                        (wide * length / 2, y - 2 * r, deck + (z + 0.3) * tall),
                        r,
                    ),
                    spar,
                )
                sail = _sail(
                    [
                        (-wide * length / 2, 0),
                        (wide * length / 2, 0),
                        (wide * length * 0.44, 0.3 * tall),
                        (-wide * length * 0.44, 0.3 * tall),
                    ],
                    belly,
                )
                b.add("sail", sail.turned(z=-90).at(0, y - 3 * r, deck + z * tall), cloth)
            continue
        boom = length * (0.46 if masts == 1 else 0.34)
        b.add("boom", rod((0, y, deck + 0.1 * tall), (0, y + boom, deck + 0.1 * tall), r * 0.8), spar)
        gaff = dice.chance(0.25)
        points = [(y + 2 * r, deck + 0.12 * tall), (y + 0.97 * boom, deck + 0.12 * tall)]
        points += (
            [(y + 0.5 * boom, deck + 0.97 * tall), (y + 2 * r, deck + 0.72 * tall)]
            if gaff
            else [(y + 2 * r, deck + 0.97 * tall)]
        )
        if gaff:
            b.add("gaff", rod((0, y, deck + 0.71 * tall), (0, y + 0.52 * boom, deck + 0.98 * tall), r * 0.6), spar)
        b.add("sail", _sail(points, belly), cloth)
    jib = not square and dice.chance(0.8)
    if jib:
        y = (-0.12 if masts == 1 else -0.2) * length
        b.add(
            "sail",
            _sail(
                [
                    (-0.49 * length, deck + 0.08 * high),
                    (y - 0.02 * length, deck + 0.12 * high),
                    (y - 0.012 * length, deck + 0.8 * high),
                ],
                belly,
            ),
            cloth,
        )
    words = [count(masts, "mast"), "square sails" if square else f"{count(masts + jib, 'sail')}"]
    return f"{paint.word} sailing {'catamaran' if twin else 'boat'}", words


def _level(outline: np.ndarray, z: float) -> np.ndarray:
    return np.c_[outline, np.full(len(outline), z)]


def _motor(b: Builder, dice: Dice) -> tuple[str, list[str]]:
    length = dice.between(4.5, 16.0)
    yacht = length > 9
    beam, depth = length * dice.between(0.27, 0.36), length * dice.between(0.12, 0.15)
    paint = hue(dice, "paint", "white", "white", "blue", "black", "red", "cream")
    b.add(
        "hull", boat_hull(length, beam, depth, vee=0.85, sheer=0.1, flare=0.2, stern=0.9, bow=0.55, power=0.75), paint
    )
    white, deck, words = hue(dice, "paint", "white", "cream", "white", "grey"), depth * 1.0, []
    if yacht:
        levels = dice.integer(1, 2)
        z, front, rear, wide = deck - 0.02 * length, -0.2 * length, 0.25 * length, beam * 0.74
        for _ in range(levels):
            tall = length * 0.085
            rake = length * 0.07
            rings = [
                _level(rectangle(wide, rear - front, 0.12 * wide), z) + [0, (front + rear) / 2, 0],
                _level(rectangle(wide * 0.9, rear - front - rake, 0.12 * wide), z + tall)
                + [0, (front + rear + rake) / 2, 0],
            ]
            b.add("cabin", loft(np.array(rings)), white)
            glass = [ring * [1.012, 1, 1] for ring in rings]
            mid = [glass[0] + (glass[1] - glass[0]) * t for t in (0.35, 0.8)]
            mid = [m + [0, -0.004 * length, 0] for m in mid]
            b.add("windows", loft(np.array(mid)), GLASS)
            b.add(
                "roof",
                box(wide * 0.98, rear - front - 0.4 * rake, 0.012 * length, 0.004 * length, corner=0.1 * wide).at(
                    0, (front + rear) / 2 + 0.3 * rake, z + tall - 0.002 * length
                ),
                white,
            )
            z += tall + 0.008 * length
            front, rear, wide = front + 0.1 * length, rear - 0.03 * length, wide * 0.82
        words.append(count(levels, "cabin deck"))
    else:
        screen = [
            [
                (s * beam * 0.4, -0.12 * length + dy, deck - 0.03)
                for s, dy in ((-1, 0.1), (0, 0), (1, 0.1), (1, 0.13), (0, 0.03), (-1, 0.13))
            ],
            [
                (s * beam * 0.33, -0.05 * length + dy, deck + 0.11 * length)
                for s, dy in ((-1, 0.1), (0, 0), (1, 0.1), (1, 0.13), (0, 0.03), (-1, 0.13))
            ],
        ]
        b.add("windscreen", loft(np.array(screen)), GLASS)
        b.add("cockpit", box(beam * 0.72, length * 0.42, 0.03, 0.01).at(0, 0.22 * length, deck - 0.012), wood(dice))
        rows, cloth = dice.integer(1, 2), hue(dice, "leather")
        for k in range(rows):
            for s in (-1, 1):
                y = (0.1 + 0.18 * k) * length
                b.add("seat", box(beam * 0.28, 0.42, 0.12, 0.03, corner=0.04).at(s * beam * 0.19, y, deck), cloth)
                b.add(
                    "backrest",
                    box(beam * 0.28, 0.1, 0.4, 0.03, corner=0.03)
                    .turned(x=-10)
                    .at(s * beam * 0.19, y + 0.2, deck + 0.02),
                    cloth,
                )
        words.append(count(2 * rows, "seat"))
        if dice.chance(0.6):
            _outboard(b, dice, 0.49 * length, depth)
            words.append("an outboard motor")
    rail = metal(dice, "chrome", "steel")
    if dice.chance(0.6):
        y, half, high = sections(length, beam, depth, sheer=0.1, flare=0.2, stern=0.9, bow=0.55, power=0.75)
        spots = [1, 3, 5]
        top = [
            (0.0, y[0] - 0.045 * length, high[0] + 0.05 * length),
            *(
                (half[k] * 0.9, y[k] - 0.05 * length * max(0, 1 - k / 16 / 0.2), high[k] + 0.05 * length)
                for k in (1, 2, 3, 4, 5, 6)
            ),
        ]
        b.pair("railing", tube(top, 0.0022 * length, sides=6, smooth=2), rail)
        for k in spots:
            at = (half[k] * 0.9, y[k] - 0.05 * length * max(0, 1 - k / 16 / 0.2))
            b.pair(
                "railing",
                rod((*at, high[k] - 0.01 * length), (*at, high[k] + 0.05 * length), 0.002 * length, sides=6),
                rail,
            )
        words.append("a rail around its bow")
    return f"{paint.word} motor {'yacht' if yacht else 'boat'}", words


MAKERS = {
    "rowing boat": _rowing, "canoe": _canoe, "sailing boat": _sailing, "motor boat": _motor, "tug": tug,
    "cargo ship": cargo, "ferry": ferry,
}  # fmt: skip
