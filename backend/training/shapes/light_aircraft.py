"""Aeroplanes with propellers or without an engine: light aeroplanes, biplanes, gliders."""

from __future__ import annotations

from .airframe import add_fin, add_wheel, add_wings
from .builder import GLASS, Builder, Paint, count, fixed, metal
from .dice import Dice
from .solids import Solid, hull, lathe, rod, wing


def _propeller(b: Builder, dice: Dice, x: float, y: float, z: float, r: float, blades: int, paint: Paint) -> None:
    b.add(
        "spinner",
        lathe([(0, 0), (0.13 * r, 0.0), (0.11 * r, 0.12 * r), (0.03 * r, 0.24 * r), (0, 0.25 * r)], 14)
        .turned(x=90)
        .at(x, y, z),
        paint,
    )
    first = 360 * dice.random()
    for k in range(blades):
        blade = wing((0.05 * r, 0, 0), (r, 0, 0), 0.12 * r, 0.08 * r, 0.25).turned(x=50)
        b.add(
            "propeller",
            blade.turned(y=first + 360 * k / blades).at(x, y - 0.06 * r, z),
            fixed("metal", "black", (0.03, 0.03, 0.03)),
        )


def _body(long: float, r: float, z: float, nose: float) -> Solid:
    return hull(
        [
            (-0.5 * long, z - 0.1 * r, nose * r, nose * r, 2),
            (-0.47 * long, z - 0.1 * r, 0.72 * r, 0.68 * r, 2.3),
            (-0.3 * long, z, 0.95 * r, 0.9 * r, 2.6),
            (-0.08 * long, z, r, r, 2.6),
            (0.15 * long, z + 0.05 * r, 0.75 * r, 0.8 * r, 2.3),
            (0.5 * long, z + 0.3 * r, 0.12 * r, 0.3 * r, 2),
        ]
    )


def light(b: Builder, dice: Dice, paint: Paint, trim: Paint) -> list[str]:
    long = dice.between(6.5, 9.0)
    r, z = long * dice.between(0.068, 0.085), long * dice.between(0.13, 0.16)
    b.add("fuselage", _body(long, r, z, 0.35), paint)
    span, chord = long * dice.between(1.2, 1.5), long * dice.between(0.16, 0.2)
    top = dice.chance(0.55)
    b.add(
        "canopy",
        hull(
            [
                (-0.27 * long, z + 0.75 * r, 0.5 * r, 0.12 * r, 2.5),
                (-0.17 * long, z + 1.0 * r, 0.75 * r, 0.6 * r, 2.5),
                (-0.02 * long, z + 1.0 * r, 0.75 * r, 0.62 * r, 2.5),
                (0.14 * long, z + 0.7 * r, 0.3 * r, 0.15 * r, 2.5),
            ],
            sides=18,
        ),
        GLASS,
    )
    wz = z + 1.5 * r if top else z - 0.6 * r
    add_wings(
        b,
        "wing",
        -0.1 * long,
        wz,
        span,
        chord,
        dice.pick((1.0, 0.6, 0.75)),
        0.02 * long,
        span * (0.01 if top else 0.045),
        0.13,
        trim if dice.chance(0.3) else paint,
    )
    if top:
        b.pair(
            "strut", rod((0.6 * r, -0.08 * long, z - 0.7 * r), (0.26 * span, -0.09 * long, wz), 0.03, sides=8), paint
        )
    add_fin(b, dice, 0.43 * long, z + 0.2 * r, 0.16 * long, 0.13 * long, 0.4, 0.1, trim)
    add_wings(b, "tailplane", 0.44 * long, z + 0.3 * r, span * 0.33, chord * 0.62, 0.75, 0.02 * long, 0, 0.1, paint)
    blades = dice.integer(2, 3)
    pairs = dice.chance(0.2)
    if pairs and not top:
        for s in (-1, 1):
            b.add(
                "engine",
                hull(
                    [
                        (-0.24 * long, wz + 0.2 * r, 0.2 * r, 0.2 * r, 2),
                        (-0.2 * long, wz + 0.2 * r, 0.42 * r, 0.36 * r, 2.3),
                        (0.02 * long, wz + 0.2 * r, 0.15 * r, 0.15 * r, 2),
                    ],
                    sides=16,
                ).at(s * 0.2 * span),
                paint,
            )
            _propeller(b, dice, s * 0.2 * span, -0.245 * long, wz + 0.2 * r, 0.12 * long, blades, trim)
    else:
        _propeller(b, dice, 0, -0.51 * long, z - 0.1 * r, 0.13 * long, blades, trim)
    grey = metal(dice, "steel")
    tail_wheel = dice.chance(0.35)
    add_wheel(b, 0.001, 0.42 * long if tail_wheel else -0.36 * long, 0.03 * long, z, 0.012 * long, grey)
    for s in (-1, 1):
        add_wheel(b, s * 1.5 * r, (-0.2 if tail_wheel else -0.02) * long, 0.034 * long, z - 0.6 * r, 0.014 * long, grey)
    return [
        "high wings on struts" if top else "low wings",
        "two engines" if pairs and not top else f"{count(blades, 'propeller blade')}",
        "a tail wheel" if tail_wheel else "a nose wheel",
    ]


def biplane(b: Builder, dice: Dice, paint: Paint, trim: Paint) -> list[str]:
    long = dice.between(6.0, 7.8)
    r, z = long * 0.075, long * 0.16
    b.add("fuselage", _body(long, r, z, 0.62), paint)
    span, chord = long * dice.between(1.05, 1.3), long * dice.between(0.17, 0.2)
    low, high, stagger = z - 0.75 * r, z + dice.between(1.9, 2.4) * r, 0.05 * long
    add_wings(b, "wing", -0.14 * long + stagger, low, span * 0.94, chord, 0.95, 0, 0.03 * span, 0.09, trim)
    add_wings(b, "wing", -0.14 * long - stagger, high, span, chord, 0.95, 0, 0.01 * span, 0.09, trim)
    bays = dice.integer(1, 2)
    for at in (0.36,) if bays == 1 else (0.22, 0.4):
        for dy in (-0.3, 0.3):
            b.pair(
                "strut",
                rod(
                    (at * span * 0.94, -0.14 * long + stagger + dy * chord, low + 0.03 * span * at * 2),
                    (at * span, -0.14 * long - stagger + dy * chord, high + 0.01 * span * at * 2),
                    0.024,
                    sides=8,
                ),
                paint,
            )
    b.pair(
        "strut",
        rod((0.5 * r, -0.14 * long, z + 0.5 * r), (0.9 * r, -0.14 * long - stagger, high), 0.022, sides=8),
        paint,
    )
    b.pair(
        "strut",
        rod((0.5 * r, -0.1 * long, z + 0.5 * r), (0.9 * r, -0.12 * long - stagger + 0.3 * chord, high), 0.022, sides=8),
        paint,
    )
    for k in range(dice.integer(1, 2)):
        b.add(
            "windscreen",
            hull(
                [
                    (-0.02, 0, 0.25 * r, 0.02 * r, 2),
                    (0.08, 0.12 * r, 0.4 * r, 0.3 * r, 2.4),
                    (0.1, 0.1 * r, 0.4 * r, 0.28 * r, 2.4),
                ],
                steps=2,
                sides=14,
            ).at(0, (0.02 + 0.13 * k) * long, z + 0.85 * r),
            GLASS,
        )
    add_fin(b, dice, 0.43 * long, z + 0.1 * r, 0.16 * long, 0.13 * long, 0.25, 0.1, trim)
    add_wings(b, "tailplane", 0.43 * long, z + 0.3 * r, span * 0.36, chord * 0.65, 0.8, 0.0, 0, 0.08, trim)
    _propeller(b, dice, 0, -0.51 * long, z - 0.1 * r, 0.15 * long, 2, trim)
    grey = metal(dice, "steel")
    add_wheel(b, 0.001, 0.45 * long, 0.022 * long, z, 0.008 * long, grey)
    for s in (-1, 1):
        add_wheel(b, s * 1.3 * r, -0.22 * long, 0.045 * long, z - 0.7 * r, 0.012 * long, grey)
    return [f"{count(bays, 'pair')} of struts on either side", "a propeller", "fixed wheels"]


def glider(b: Builder, dice: Dice, paint: Paint, trim: Paint) -> list[str]:
    long = dice.between(6.4, 8.0)
    r, z = long * 0.048, long * 0.075
    b.add(
        "fuselage",
        hull(
            [
                (-0.5 * long, z - 0.2 * r, 0.04 * r, 0.04 * r, 2),
                (-0.42 * long, z - 0.1 * r, 0.7 * r, 0.75 * r, 2),
                (-0.28 * long, z, r, 1.1 * r, 2),
                (-0.05 * long, z + 0.2 * r, 0.7 * r, 0.8 * r, 2),
                (0.15 * long, z + 0.4 * r, 0.3 * r, 0.33 * r, 2),
                (0.5 * long, z + 0.5 * r, 0.15 * r, 0.2 * r, 2),
            ]
        ),
        paint,
    )
    span, chord = long * dice.between(1.9, 2.6), long * dice.between(0.1, 0.13)
    add_wings(b, "wing", -0.12 * long, z + 0.75 * r, span, chord, 0.4, 0.01 * long, 0.03 * span, 0.13, paint)
    b.add(
        "canopy",
        hull(
            [
                (-0.44 * long, z + 0.4 * r, 0.2 * r, 0.1 * r, 2),
                (-0.32 * long, z + 0.75 * r, 0.7 * r, 0.62 * r, 2),
                (-0.17 * long, z + 0.7 * r, 0.4 * r, 0.35 * r, 2),
            ],
            sides=16,
        ),
        GLASS,
    )
    fin, t_tail = 0.15 * long, dice.chance(0.75)
    add_fin(b, dice, 0.45 * long, z + 0.4 * r, fin, 0.11 * long, 0.3, 0.1, trim)
    add_wings(
        b,
        "tailplane",
        0.46 * long,
        z + 0.4 * r + fin * (0.95 if t_tail else 0.1),
        span * 0.16,
        chord * 0.7,
        0.6,
        0.01 * long,
        0,
        0.1,
        paint,
    )
    add_wheel(b, 0.001, -0.14 * long, 0.5 * r, z, 0.25 * r, metal(dice, "steel"))
    return ["long slender wings", "a T-tail" if t_tail else "", "one wheel"]
