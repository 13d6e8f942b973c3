"""Plants in pots: leafy, of blades, cactuses, little trees, palms, flowers."""

from __future__ import annotations

import numpy as np

from .builder import Builder, Paint, count, describe, fixed, hue
from .dice import Dice
from .shape import Shape
from .solids import Solid, ball, curve, ellipse, lathe, leaf, loft, rectangle, rod, tub, tube
from .vessels import hollow

GREENS = ((0.03, 0.16, 0.03), (0.06, 0.25, 0.04), (0.02, 0.11, 0.04), (0.12, 0.28, 0.06))


def pot_plant(category: str, seed: int, dice: Dice) -> Shape:
    """A plant in a pot: leafy, blades, cactus, little tree, palm, flowers."""
    b = Builder()
    kind = dice.pick(("leafy", "blades", "cactus", "tree", "palm", "flowers"))
    pot = dice.between(0.1, 0.34) if kind not in ("cactus",) else dice.between(0.09, 0.2)
    tall = pot * dice.between(0.75, 1.1)
    clay = fixed("ceramic", "terracotta", (0.42, 0.13, 0.06)) if dice.chance(0.4) else hue(dice, "ceramic")
    form = dice.pick(("tapered", "rimmed", "round", "square", "straight", "footed"))
    half = pot / 2
    wall = 0.05 * pot
    if form == "square":
        k = dice.between(0.7, 1.0)
        b.add("pot", tub(rectangle(pot * k, pot * k, 0.01), rectangle(pot, pot, 0.01), tall, wall, wall), clay)
    else:
        knots = {
            "tapered": [(0.68, 0), (1, 1)],
            "rimmed": [(0.64, 0), (0.88, 0.75)],
            "round": [(0.55, 0), (0.98, 0.35), (1.0, 0.55), (0.8, 1)],
            "straight": [(0.95, 0), (1, 1)],
            "footed": [(0.55, 0), (0.4, 0.12), (0.85, 0.4), (1, 1)],
        }[form]
        outside = curve([(r * half, z * tall) for r, z in knots], 5)
        if form == "rimmed":
            outside = np.concatenate([outside, [[half, 0.76 * tall], [half, tall]]])
        b.add("pot", lathe(hollow(outside, wall, 0.15 * tall if form != "footed" else 0.3 * tall), 32), clay)
    if dice.chance(0.35):
        b.add(
            "saucer",
            lathe(
                [
                    (0, -0.012),
                    (half * 0.95, -0.012),
                    (half * 1.08, 0.012),
                    (half * 1.02, 0.012),
                    (half * 0.9, 0.001),
                    (0, 0.001),
                ],
                32,
            ),
            clay,
        )
    soil = tall * 0.88
    fill = half * (0.86 if form == "square" else 0.82)
    ground = rectangle(2 * fill, 2 * fill) if form == "square" else ellipse(2 * fill, 2 * fill, 28)
    b.add(
        "soil",
        loft(
            np.array(
                [np.c_[ground * (0.9 if z < soil else 1.0), np.full(len(ground), z)] for z in (soil - 0.3 * tall, soil)]
            )
        ),
        fixed("soil", "soil", (0.03, 0.018, 0.01)),
    )
    green = fixed("plant", "green", dice.pick(GREENS))
    words = [PLANTS[kind](b, dice, green, soil, pot)]
    what = f"{clay.word} {form} pot"
    return b.finish(category, seed, describe(what, words))


def _around(dice: Dice, number: int) -> np.ndarray:
    """Angles all around, a little out of order."""
    return np.array([2 * np.pi * (i + 0.6 * dice.random()) / number for i in range(number)])


def _leafy(b: Builder, dice: Dice, green: Paint, z: float, pot: float) -> str:
    number, long, broad = dice.integer(8, 18), pot * dice.between(1.0, 1.9), dice.between(0.3, 0.6)
    for i, angle in enumerate(_around(dice, number)):
        rise = 0.4 + 0.75 * ((i * 7) % number) / number
        c, s = np.cos(angle), np.sin(angle)
        stalk = long * 0.55
        foot, joint = (0.04 * pot * c, 0.04 * pot * s, z - 0.01), (stalk * c * 0.55, stalk * s * 0.55, z + stalk * rise)
        b.add(
            "stalk",
            tube(
                [foot, (stalk * 0.2 * c, stalk * 0.2 * s, z + 0.5 * stalk * rise), joint],
                0.006 + 0.006 * pot,
                sides=6,
                smooth=3,
            ),
            green,
        )
        line = [
            joint,
            tuple(np.add(joint, (0.4 * long * c, 0.4 * long * s, 0.16 * long))),
            tuple(np.add(joint, (0.72 * long * c, 0.72 * long * s, -0.1 * long))),
        ]
        b.add("leaf", leaf(curve(line, 4), broad * long, 0.006), green)
    return f"{count(number, 'broad leaf', 'broad leaves')}"


def _blades(b: Builder, dice: Dice, green: Paint, z: float, pot: float) -> str:
    number, long = dice.integer(6, 14), pot * dice.between(1.4, 3.2)
    bend = dice.between(0.02, 0.35)
    for angle in _around(dice, number):
        c, s, high = np.cos(angle), np.sin(angle), long * dice.between(0.6, 1.0)
        r = 0.28 * pot * dice.between(0.2, 1.0)
        line = [
            (r * c, r * s, z - 0.01),
            ((r + 0.3 * bend * high) * c, (r + 0.3 * bend * high) * s, z + 0.6 * high),
            ((r + bend * high) * c, (r + bend * high) * s, z + high * (1 - 0.4 * bend)),
        ]
        b.add("leaf", leaf(curve(line, 4), 0.24 * pot, 0.012 + 0.01 * pot, up=(c, s, 0.15), pointed=0.5), green)
    return f"{count(number, 'upright blade')}"


def _cactus(b: Builder, dice: Dice, green: Paint, z: float, pot: float) -> str:
    ribs, wide, tall = dice.integer(7, 12), pot * dice.between(0.4, 0.7), pot * dice.between(0.8, 2.4)

    def column(d: float, h: float) -> Solid:
        profile = [
            (0, 0),
            (0.42 * d, 0),
            *map(tuple, curve([(0.5 * d, 0.15 * h), (0.5 * d, 0.75 * h), (0.36 * d, 0.93 * h), (0.12 * d, h)], 3)),
            (0, h * 1.005),
        ]
        solid = lathe(profile, 4 * ribs)
        angle = np.arctan2(solid.vertices[:, 1], solid.vertices[:, 0])
        swell = 1 + 0.08 * np.cos(ribs * angle)
        return Solid(solid.vertices * np.stack([swell, swell, np.ones_like(swell)], 1), solid.triangles)

    b.add("stem", column(wide, tall).at(z=z - 0.01), green)
    arms = dice.integer(0, 3) if tall > 1.3 * pot else 0
    for k in range(arms):
        side, low = (1, -1, 1)[k], tall * dice.between(0.3, 0.55)
        out, up = wide * dice.between(0.75, 1.0) * side, tall * dice.between(0.2, 0.4)
        knots = [(0, 0, z + low), (0.8 * out, 0, z + low + 0.02), (out, 0, z + low + 0.25 * up), (out, 0, z + low + up)]
        b.add("arm", tube(knots, [0.2 * wide, 0.22 * wide, 0.22 * wide, 0.13 * wide]).turned(z=35.0 * (k == 2)), green)
    if dice.chance(0.4):
        b.add(
            "flower",
            ball(0.35 * wide, 0.35 * wide, 0.25 * wide, sides=12, rows=6).at(z=z + tall - 0.04 * tall),
            hue(dice, "plant", "pink", "red", "yellow"),
        )
    return f"a cactus of {ribs} ribs" + (f" and {count(arms, 'arm')}" if arms else "")


def _tree(b: Builder, dice: Dice, green: Paint, z: float, pot: float) -> str:
    tall, crown = pot * dice.between(0.9, 2.4), pot * dice.between(0.9, 1.6)
    bark = fixed("wood", "bark", (0.12, 0.07, 0.035))
    lean = 0.12 * pot * dice.between(-1, 1)
    b.add(
        "trunk",
        tube(
            [(0, 0, z - 0.01), (lean, 0.3 * lean, z + 0.5 * tall), (0, 0, z + tall)],
            [0.05 * pot, 0.04 * pot, 0.03 * pot],
        ),
        bark,
    )
    form = dice.pick(("ball", "cone", "clouds"))
    if form == "ball":
        b.add("crown", ball(crown, crown, crown, 2.2).at(z=z + tall - 0.25 * crown), green)
    elif form == "cone":
        b.add(
            "crown",
            lathe(
                [
                    (0, 0),
                    (0.42 * crown, 0),
                    (0.5 * crown, 0.08 * crown),
                    (0.06 * crown, 1.5 * crown),
                    (0, 1.53 * crown),
                ],
                24,
            ).at(z=z + 0.6 * tall),
            green,
        )
    else:
        number = dice.integer(3, 5)
        for i, angle in enumerate(_around(dice, number)):
            c, s, k = np.cos(angle), np.sin(angle), dice.between(0.5, 0.75)
            at = (0.38 * crown * c, 0.38 * crown * s, z + tall * (0.8 + 0.1 * i))
            b.add(
                "branch",
                rod((0, 0, z + 0.6 * tall), (at[0], at[1], at[2] + 0.1 * crown), 0.025 * pot, 0.015 * pot, sides=6),
                bark,
            )
            b.add("crown", ball(k * crown, k * crown, 0.6 * k * crown, 2.2, sides=18, rows=8).at(*at), green)
        return f"a small tree of {count(number, 'crown')}"
    return f"a small tree with a {form if form != 'ball' else 'round'}{'-shaped' if form == 'cone' else ''} crown"


def _palm(b: Builder, dice: Dice, green: Paint, z: float, pot: float) -> str:
    tall, number = pot * dice.between(0.5, 2.6), dice.integer(7, 13)
    long = pot * dice.between(1.2, 2.0)
    bark = fixed("wood", "bark", (0.16, 0.1, 0.05))
    b.add(
        "trunk",
        tube(
            [(0, 0, z - 0.01), (0.04 * pot, 0, z + 0.5 * tall), (0, 0, z + tall)], [0.08 * pot, 0.05 * pot, 0.05 * pot]
        ),
        bark,
    )
    for i, angle in enumerate(_around(dice, number)):
        c, s, rise = np.cos(angle), np.sin(angle), 0.25 + 0.45 * ((i * 5) % number) / number
        line = [
            (0, 0, z + tall - 0.01),
            (0.4 * long * c, 0.4 * long * s, z + tall + rise * long),
            (0.8 * long * c, 0.8 * long * s, z + tall + (rise - 0.25) * long),
        ]
        b.add("leaf", leaf(curve(line, 5), 0.16 * long, 0.008, pointed=0.7), green)
    return f"a palm of {count(number, 'frond')}"


def _flowers(b: Builder, dice: Dice, green: Paint, z: float, pot: float) -> str:
    number = dice.integer(3, 8)
    petal = hue(dice, "plant", "red", "yellow", "pink", "white", "purple", "orange")
    for angle in _around(dice, number):
        r, high, out = 0.2 * pot, pot * dice.between(0.8, 1.6), dice.between(0.05, 0.45) * pot
        c, s = np.cos(angle), np.sin(angle)
        tip = ((r + out) * c, (r + out) * s, z + high)
        b.add(
            "stalk",
            tube(
                [(r * 0.6 * c, r * 0.6 * s, z - 0.01), (r * c, r * s, z + 0.5 * high), tip],
                0.005 + 0.004 * pot,
                sides=6,
                smooth=3,
            ),
            green,
        )
        size = pot * dice.between(0.2, 0.34)
        b.add(
            "flower",
            lathe(
                [
                    (0, -0.3 * size),
                    (0.3 * size, -0.2 * size),
                    (0.6 * size, 0.25 * size),
                    (0.3 * size, 0.1 * size),
                    (0, 0.12 * size),
                ],
                18,
            ).at(*tip),
            petal,
        )
        b.add(
            "flower heart",
            ball(0.3 * size, 0.3 * size, 0.2 * size, sides=12, rows=6).at(tip[0], tip[1], tip[2] + 0.05 * size),
            fixed("plant", "yellow", (0.6, 0.35, 0.02)),
        )
        line = [
            (0.1 * pot * c, 0.1 * pot * s, z - 0.01),
            (0.4 * pot * c, 0.4 * pot * s, z + 0.25 * pot),
            (0.7 * pot * c, 0.7 * pot * s, z + 0.1 * pot),
        ]
        b.add("leaf", leaf(curve(line, 3), 0.2 * pot, 0.006), green)
    return f"{count(number, f'{petal.word} flower')}"


PLANTS = {"leafy": _leafy, "blades": _blades, "cactus": _cactus, "tree": _tree, "palm": _palm, "flowers": _flowers}
