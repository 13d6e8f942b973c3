"""Guitars, basses and ukuleles."""

from __future__ import annotations

import numpy as np

from .builder import Builder, count, describe, fixed, hue, metal
from .dice import Dice
from .shape import Shape
from .solids import (
    Solid,
    ball,
    beam,
    box,
    lathe,
    rod,
    slab,
    smooth_outline,
)  # fmt: skip


def guitar(category: str, seed: int, dice: Dice) -> Shape:
    """Acoustic and electric guitars, basses and ukuleles, standing upright; strings towards −Y."""
    b = Builder()
    kind = dice.pick(("acoustic", "acoustic", "electric", "electric", "bass", "ukulele"))
    solid_body = kind in ("electric", "bass")
    long = dice.between(
        *{"acoustic": (0.96, 1.04), "electric": (0.95, 1.02), "bass": (1.12, 1.2), "ukulele": (0.52, 0.66)}[kind]
    )
    body = long * (0.41 if solid_body else 0.47)
    wide = body * (dice.between(0.74, 0.86) if not solid_body else dice.between(0.72, 0.85))
    deep = 0.042 if solid_body else wide * dice.between(0.24, 0.32)
    waist, upper = dice.between(0.6, 0.74), dice.between(0.72, 0.84)
    paint = hue(dice, "paint") if solid_body and dice.chance(0.7) else fixed("wood", *_tonewood(dice))
    cut = (dice.chance(0.3), False) if not solid_body else dice.pick(((True, True), (True, False), (True, True)))
    half, h = wide / 2, body
    right = [(0.42, 0.0), (0.98, 0.16), (0.94, 0.36), (waist, 0.56), (upper, 0.8), (0.6, 0.96)]
    points = []
    for x, z in right:
        points.append((x * half, z * h))
    if cut[0]:  # a horn beside the neck and a bay towards it
        points[-2:] = [
            (upper * half, 0.78 * h),
            (upper * 0.92 * half, 0.97 * h),
            (0.42 * half, 0.86 * h),
            (0.2 * half, 0.87 * h),
        ]
    points.append((0.0, (0.87 if cut[0] and cut[1] else 0.985) * h) if not cut[0] else (0.02 * half, 0.88 * h))
    left = [(-x * half, z * h) for x, z in reversed(right)]
    if cut[1]:
        left[:2] = [
            (-0.2 * half, 0.87 * h),
            (-0.42 * half, 0.88 * h),
            (-upper * 0.95 * half, 1.04 * h),
            (-upper * half, 0.8 * h),
        ]
    outline = smooth_outline([*points, *left], 5)
    plate = slab(outline, deep, 0.006 if not solid_body else 0.012)
    b.add("body", Solid(plate.vertices[:, [0, 2, 1]], plate.triangles[:, ::-1]), paint)
    strings = {
        "acoustic": dice.pick((6, 6, 12)),
        "electric": dice.pick((6, 6, 7)),
        "bass": dice.pick((4, 5)),
        "ukulele": 4,
    }[kind]
    neck_wide, joint = (0.052 if strings > 4 or kind == "bass" else 0.036), 0.72 * h
    if kind == "ukulele":
        neck_wide = 0.036
    head = 0.15 * long
    end = long - head
    maple, dark = fixed("wood", "maple", (0.5, 0.33, 0.17)), fixed("wood", "rosewood", (0.05, 0.025, 0.015))
    b.add("neck", beam((0, 0.008, joint), (0, 0.008, end), neck_wide * 0.95, 0.024, up=(0, 1, 0)), maple)
    b.add("fingerboard", beam((0, -0.006, 0.6 * h), (0, -0.006, end), neck_wide, 0.008, up=(0, 1, 0)), dark)
    form = dice.pick(("slotted", "pointed", "one-sided"))
    b.add("headstock", _headstock(form, neck_wide, head).at(0, 0.0, end - 0.005), maple if dice.chance(0.5) else paint)
    steel = metal(dice, "chrome", "brass")
    per_side = (strings + 1) // 2
    for i in range(strings):
        side = (1 if i % 2 else -1) if form != "one-sided" else -1
        row, rows = (i // 2, per_side) if form != "one-sided" else (i, strings)
        z = end + head * (0.2 + 0.65 * (row + 0.5) / rows)
        x = side * neck_wide * 0.55
        b.add("tuning peg", rod((x, 0.008, z), (x + side * 0.026, 0.008, z), 0.003, sides=6), steel)
        b.add("tuning peg", ball(0.014, 0.008, 0.012, sides=8, rows=4).at(x + side * 0.03, 0.008, z - 0.006), steel)
    bridge = 0.26 * h
    y_bridge = -0.012
    b.add(
        "bridge",
        box(wide * (0.4 if not solid_body else 0.24), 0.014, 0.03, 0.003).at(0, -0.004, bridge - 0.015),
        dark if not solid_body else steel,
    )
    for i in range(strings):
        x = (i / (strings - 1) - 0.5) * neck_wide * 0.8
        b.add("string", rod((x * 1.15, y_bridge, bridge), (x * 0.9, y_bridge - 0.001, end), 0.0009, sides=6), steel)
    for k in range(1, 20):
        z = end - (end - bridge) * (1 - 2 ** (-k / 12))
        if z > 0.64 * h:
            b.add("fret", rod((-neck_wide / 2, -0.0102, z), (neck_wide / 2, -0.0102, z), 0.0012, sides=6), steel)
    words = [count(strings, "string")]
    if solid_body:
        pickups = dice.integer(1, 3)
        for z in np.linspace(0.36, 0.56, pickups):
            b.add(
                "pickup",
                box(0.085, 0.012, 0.034, 0.003).at(0, -0.005, z * h),
                fixed("plastic", "black", (0.02, 0.02, 0.02)),
            )
        for k in range(dice.integer(1, 4)):
            b.add(
                "knob",
                rod(
                    (half * (0.5 + 0.1 * k), 0.004, h * (0.3 - 0.06 * k)),
                    (half * (0.5 + 0.1 * k), -0.018, h * (0.3 - 0.06 * k)),
                    0.011,
                ),
                steel,
            )
        words.append(count(pickups, "pickup"))
    else:
        b.add(
            "sound hole",
            lathe([(0, -0.003), (0.13 * wide, -0.003), (0.13 * wide, 0.003), (0, 0.003)], 28)
            .turned(x=90)
            .at(0, 0, 0.56 * h),
            fixed("paint", "black", (0.008, 0.006, 0.005)),
        )
        b.add(
            "rosette",
            lathe([(0, -0.002), (0.155 * wide, -0.002), (0.155 * wide, 0.002), (0, 0.002)], 28)
            .turned(x=90)
            .at(0, 0, 0.56 * h),
            dark,
        )
        words.append("a round sound hole")
    if cut[0]:
        words.append("two horns" if cut[1] else "a cutaway")
    names = {"acoustic": "acoustic guitar", "electric": "electric guitar", "bass": "bass guitar", "ukulele": "ukulele"}
    return b.finish(category, seed, describe(f"{paint.word} {names[kind]}", words))


def _tonewood(dice: Dice) -> tuple[str, tuple[float, float, float]]:
    return dice.pick(
        (
            ("spruce", (0.58, 0.38, 0.17)),
            ("mahogany", (0.22, 0.07, 0.03)),
            ("sunburst", (0.45, 0.16, 0.03)),
            ("cedar", (0.42, 0.2, 0.08)),
        )
    )


def _headstock(form: str, wide: float, head: float) -> Solid:
    outline = {
        "slotted": [(-0.6, 0), (0.6, 0), (0.8, 0.25), (0.8, 1.0), (-0.8, 1.0), (-0.8, 0.25)],
        "pointed": [(-0.6, 0), (0.6, 0), (0.9, 0.3), (0.75, 0.85), (0.0, 1.0), (-0.75, 0.85), (-0.9, 0.3)],
        "one-sided": [(-0.55, 0), (0.55, 0), (0.6, 0.4), (0.35, 0.95), (-0.5, 1.0), (-0.95, 0.85), (-0.85, 0.25)],
    }[form]
    plate = slab(np.array(outline) * [wide, head], 0.015, 0.002)
    return Solid(plate.vertices[:, [0, 2, 1]], plate.triangles[:, ::-1])
