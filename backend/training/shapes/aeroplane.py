"""Aeroplanes: airliners, business jets, fighters and those of `light_aircraft`. They go towards −Y."""

from __future__ import annotations

import numpy as np

from .airframe import add_fin, add_wheel, add_wings
from .builder import GLASS, Builder, Paint, count, describe, hue, metal
from .dice import Dice
from .light_aircraft import biplane, glider, light
from .shape import Shape
from .solids import ball, beam, box, hull, lathe, wing

KINDS = (
    "airliner",
    "airliner",
    "airliner",
    "business jet",
    "light aeroplane",
    "light aeroplane",
    "biplane",
    "glider",
    "fighter",
    "fighter",
)


def aeroplane(category: str, seed: int, dice: Dice) -> Shape:
    b = Builder()
    kind = dice.pick(KINDS)
    paint = (
        hue(dice, "paint", "white", "white", "grey", "blue", "red", "yellow")
        if kind != "fighter"
        else hue(dice, "paint", "grey", "green", "beige")
    )
    trim = hue(dice, "paint")
    words = MAKERS[kind](b, dice, paint, trim)
    return b.finish(category, seed, describe(f"{paint.word} {kind}", words))


def _engine(b: Builder, x: float, y: float, z: float, r: float, long: float, paint: Paint) -> None:
    nacelle = lathe(
        [
            (0, -long / 2 + 0.15 * long),
            (0.8 * r, -long / 2 + 0.1 * long),
            (0.86 * r, -long / 2),
            (r, -long / 2 + 0.06 * long),
            (r * 1.02, 0),
            (0.7 * r, long / 2),
            (0.35 * r, long / 2),
            (0.1 * r, 0.62 * long),
            (0, 0.62 * long),
        ],
        20,
    )
    b.add("engine", nacelle.turned(x=-90).at(x, y, z), paint)


def _airliner(b: Builder, dice: Dice, paint: Paint, trim: Paint) -> list[str]:
    long = dice.between(30, 70)
    r = long * dice.between(0.046, 0.058)
    high = 1.9 * r
    z = high + r * 0.2
    b.add(
        "fuselage",
        hull(
            [
                (-0.5 * long, z - 0.25 * r, 0.02 * r, 0.02 * r, 2),
                (-0.49 * long, z - 0.2 * r, 0.35 * r, 0.35 * r, 2),
                (-0.46 * long, z - 0.08 * r, 0.72 * r, 0.72 * r, 2),
                (-0.4 * long, z, r, r, 2),
                (0.2 * long, z, r, r, 2),
                (0.38 * long, z + 0.35 * r, 0.62 * r, 0.62 * r, 2),
                (0.5 * long, z + 0.62 * r, 0.1 * r, 0.14 * r, 2),
            ],
            sides=24,
        ),
        paint,
    )
    span, chord = long * dice.between(0.85, 1.08), long * dice.between(0.14, 0.18)
    back = span / 2 * np.tan(np.radians(dice.between(24, 36)))
    top = dice.chance(0.2)
    wz = z + 0.7 * r if top else z - 0.55 * r
    add_wings(
        b,
        "wing",
        -0.04 * long,
        wz,
        span,
        chord,
        dice.between(0.22, 0.34),
        back,
        span * (-0.02 if top else 0.05),
        0.11,
        paint,
    )
    if dice.chance(0.5) and not top:
        tip = (span / 2, -0.04 * long + back, wz + span * 0.05)
        b.pair(
            "winglet",
            wing(
                tip,
                (tip[0] + 0.01 * span, tip[1] + 0.03 * span, tip[2] + 0.045 * span),
                chord * 0.26,
                chord * 0.12,
                0.1,
            ),
            trim,
        )
    t_tail = top or dice.chance(0.15)
    fin = long * dice.between(0.13, 0.17)
    add_fin(b, dice, 0.4 * long, z + 0.6 * r, fin, 0.14 * long, 0.55, 0.1, trim)
    tail = z + 0.5 * r + (fin * 0.98 if t_tail else 0)
    add_wings(
        b,
        "tailplane",
        (0.42 + (0.1 if t_tail else 0)) * long,
        tail,
        span * 0.36,
        chord * 0.55,
        0.45,
        span * 0.07,
        0.01 * span,
        0.1,
        paint,
    )
    pairs = dice.pick((1, 1, 2))
    er = r * dice.between(0.48, 0.66) / (1.25 if pairs == 2 else 1)
    for k in range(pairs):
        at = span / 2 * (0.34 if pairs == 1 else (0.28, 0.56)[k])
        ey = -0.04 * long + back * at * 2 / span - 0.5 * chord
        ez = wz + span * (-0.02 if top else 0.05) * at * 2 / span - er * 1.15
        for s in (-1, 1):
            _engine(b, s * at, ey, ez, er, er * 3.4, trim if dice.chance(0.3) else paint)
            b.add(
                "pylon",
                beam((s * at, ey, ez + 0.6 * er), (s * at, ey + 0.7 * chord, ez + er * 1.15), 0.18 * er, 0.9 * er),
                paint,
            )
    b.add(
        "cockpit window",
        hull(
            [
                (-0.476 * long, z + 0.18 * r, 0.3 * r, 0.1 * r, 3),
                (-0.462 * long, z + 0.36 * r, 0.5 * r, 0.16 * r, 3),
                (-0.45 * long, z + 0.45 * r, 0.5 * r, 0.12 * r, 3),
            ],
            steps=2,
            sides=16,
        ),
        GLASS,
    )
    for s in (-1, 1):
        b.add("window row", box(0.05 * r, 0.66 * long, 0.13 * r).at(s * 0.975 * r, -0.06 * long, z + 0.2 * r), GLASS)
    if dice.chance(0.75):
        grey = metal(dice, "steel")
        add_wheel(b, 0.001, -0.4 * long, 0.26 * r, z - 0.5 * r, 0.2 * r, grey)
        for s in (-1, 1):
            for k in (0, 1):
                add_wheel(b, s * 1.1 * r, 0.04 * long + 0.6 * r * k, 0.32 * r, z - 0.4 * r, 0.25 * r, grey)
    return [
        f"{count(2 * pairs, 'jet engine')} under the wings",
        "high swept wings" if top else "low swept wings",
        "a T-tail" if t_tail else "",
    ]


def _business(b: Builder, dice: Dice, paint: Paint, trim: Paint) -> list[str]:
    long = dice.between(13, 24)
    r, z = long * 0.055, long * 0.115
    b.add(
        "fuselage",
        hull(
            [
                (-0.5 * long, z - 0.2 * r, 0.02 * r, 0.02 * r, 2),
                (-0.46 * long, z - 0.1 * r, 0.5 * r, 0.45 * r, 2),
                (-0.36 * long, z, r, r, 2),
                (0.15 * long, z, r, r, 2),
                (0.5 * long, z + 0.5 * r, 0.15 * r, 0.2 * r, 2),
            ]
        ),
        paint,
    )
    span, chord = long * dice.between(0.82, 1.0), long * 0.16
    add_wings(
        b, "wing", 0.02 * long, z - 0.7 * r, span, chord, 0.3, span * dice.between(0.1, 0.2), 0.04 * span, 0.1, paint
    )
    for s in (-1, 1):
        _engine(b, s * 1.75 * r, 0.24 * long, z + 0.45 * r, 0.5 * r, 2.6 * r, trim)
        b.add("pylon", box(1.0 * r, 1.3 * r, 0.15 * r).at(s * 1.1 * r, 0.24 * long, z + 0.35 * r), paint)
    fin = 0.17 * long
    t_tail = dice.chance(0.7)
    add_fin(b, dice, 0.41 * long, z + 0.4 * r, fin, 0.15 * long, 0.6, 0.1, trim)
    add_wings(
        b,
        "tailplane",
        0.41 * long + 0.6 * fin * t_tail,
        z + 0.4 * r + fin * (0.98 if t_tail else 0.25),
        span * 0.4,
        chord * 0.55,
        0.45,
        span * 0.06,
        0,
        0.1,
        paint,
    )
    b.add(
        "cockpit window",
        hull(
            [
                (-0.455 * long, z + 0.32 * r, 0.3 * r, 0.1 * r, 3),
                (-0.4 * long, z + 0.66 * r, 0.62 * r, 0.2 * r, 3),
                (-0.37 * long, z + 0.7 * r, 0.6 * r, 0.1 * r, 3),
            ],
            steps=2,
            sides=16,
        ),
        GLASS,
    )
    portholes = dice.integer(4, 7)
    for y in np.linspace(-0.26, 0.08, portholes) * long:
        for s in (-1, 1):
            b.add("window", ball(0.1 * r, 0.36 * r, 0.36 * r, sides=10, rows=6).at(s * 0.95 * r, y, z + 0.1 * r), GLASS)
    grey = metal(dice, "steel")
    add_wheel(b, 0.001, -0.36 * long, 0.3 * r, z - 0.6 * r, 0.16 * r, grey)
    for s in (-1, 1):
        add_wheel(b, s * 1.5 * r, 0.06 * long, 0.36 * r, z - 0.7 * r, 0.18 * r, grey)
    return ["two engines at its tail", count(2 * portholes, "window"), "a T-tail" if t_tail else ""]


def _fighter(b: Builder, dice: Dice, paint: Paint, trim: Paint) -> list[str]:
    long = dice.between(12, 19)
    r, z = long * dice.between(0.05, 0.06), long * 0.125
    b.add(
        "fuselage",
        hull(
            [
                (-0.5 * long, z, 0.02 * r, 0.02 * r, 2),
                (-0.42 * long, z, 0.42 * r, 0.42 * r, 2),
                (-0.25 * long, z + 0.1 * r, 0.8 * r, 0.9 * r, 2.2),
                (0.0, z, 1.3 * r, r, 3),
                (0.35 * long, z, 1.2 * r, 0.9 * r, 3),
                (0.46 * long, z, 0.9 * r, 0.75 * r, 2.2),
            ]
        ),
        paint,
    )
    b.add(
        "canopy",
        hull(
            [
                (-0.38 * long, z + 0.5 * r, 0.1 * r, 0.06 * r, 2),
                (-0.3 * long, z + 0.9 * r, 0.5 * r, 0.55 * r, 2),
                (-0.2 * long, z + 0.9 * r, 0.45 * r, 0.45 * r, 2),
                (-0.1 * long, z + 0.7 * r, 0.2 * r, 0.2 * r, 2),
            ],
            sides=16,
        ),
        GLASS,
    )
    delta = dice.chance(0.5)
    span = long * dice.between(0.58, 0.75)
    chord = long * (0.46 if delta else 0.28)
    add_wings(
        b, "wing", 0.1 * long, z, span, chord, 0.08 if delta else 0.3, chord * (0.4 if delta else 0.28), 0, 0.045, paint
    )
    twin = dice.chance(0.5)
    if twin:
        for s in (-1, 1):
            add_fin(
                b,
                dice,
                0.33 * long,
                z + 0.4 * r,
                0.15 * long,
                0.16 * long,
                0.6,
                0.05,
                trim if dice.chance(0.3) else paint,
                x=s * 1.05 * r,
                cant=s * 0.25,
            )
    else:
        add_fin(b, dice, 0.34 * long, z + 0.6 * r, 0.18 * long, 0.19 * long, 0.6, 0.05, trim)
    canards = delta and dice.chance(0.5)
    if not delta or canards:
        add_wings(
            b,
            "canard" if canards else "tailplane",
            (-0.18 if canards else 0.42) * long,
            z + (0.3 * r if canards else 0),
            span * (0.42 if canards else 0.55),
            chord * (0.22 if canards else 0.5),
            0.35,
            0.05 * long,
            0,
            0.05,
            paint,
        )
    for s in (-1, 1):
        b.add("intake", box(0.6 * r, 0.3 * long, 1.1 * r, 0.12 * r).at(s * 1.15 * r, -0.03 * long, z - 0.6 * r), paint)
    jets = dice.integer(1, 2)
    for x in (0.0,) if jets == 1 else (-0.5 * r, 0.5 * r):
        size = (0.72 if jets == 1 else 0.48) * r
        b.add(
            "nozzle",
            lathe(
                [
                    (0, 0),
                    (size, 0),
                    (0.78 * size, 0.06 * long),
                    (0.7 * size, 0.06 * long),
                    (0.6 * size, 0.01 * long),
                    (0, 0.01 * long),
                ],
                18,
            )
            .turned(x=-90)
            .at(x, 0.44 * long, z),
            metal(dice, "black metal"),
        )
    stores = dice.integer(0, 3)
    for k in range(stores):
        at = span / 2 * (0.45 + 0.2 * k)
        y = 0.1 * long + chord * (0.4 if delta else 0.28) * (0.45 + 0.2 * k)
        missile = lathe(
            [(0, -0.09 * long), (0.008 * long, -0.07 * long), (0.008 * long, 0.08 * long), (0, 0.08 * long)], 10
        ).turned(x=-90)
        b.pair("missile", missile.at(at, y - 0.02 * long, z - 0.35 * r), hue(Dice("missile", k), "paint", "white"))
        b.pair("pylon", box(0.1 * r, 0.06 * long, 0.3 * r).at(at, y, z - 0.3 * r), paint)
    if dice.chance(0.6):
        grey = metal(dice, "steel")
        add_wheel(b, 0.001, -0.3 * long, 0.3 * r, z - 0.3 * r, 0.12 * r, grey)
        for s in (-1, 1):
            add_wheel(b, s * 1.3 * r, 0.14 * long, 0.36 * r, z - 0.4 * r, 0.15 * r, grey)
    return [
        "delta wings" if delta else "swept wings",
        "two fins" if twin else "one fin",
        "canards" if canards else "",
        f"{count(2 * stores, 'missile')} under the wings" if stores else "",
    ]


MAKERS = {
    "airliner": _airliner, "business jet": _business, "light aeroplane": light, "biplane": biplane,
    "glider": glider, "fighter": _fighter,
}  # fmt: skip
