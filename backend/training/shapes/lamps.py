"""Lamps: on tables, on floors, on three legs, on an arc, jointed on a desk."""

from __future__ import annotations

import numpy as np

from .builder import Builder, Paint, count, describe, fixed, hue, metal, wood
from .dice import Dice
from .shape import Shape
from .solids import (
    ball,
    box,
    curve,
    ellipse,
    lathe,
    loft,
    rod,
    tube,
)  # fmt: skip


def lamp(category: str, seed: int, dice: Dice) -> Shape:
    """Table lamps, floor lamps, tripods, arcs and jointed desk lamps."""
    b = Builder()
    kind = dice.pick(("table", "table", "floor", "tripod", "arc", "desk"))
    frame = metal(dice) if dice.chance(0.7) or kind in ("arc", "desk") else wood(dice)
    if kind == "desk":
        words = _desk_lamp(b, dice, frame)
        return b.finish(category, seed, describe(f"jointed {frame.word} desk lamp", words))
    cloth = hue(dice, "fabric", "white", "cream", "beige", "red", "green", "black", "orange")
    words = []
    if kind == "table":
        tall = dice.between(0.2, 0.42)
        form = dice.pick(("column", "gourd", "ball", "bottle", "stack"))
        body = hue(dice, "ceramic") if form in ("gourd", "ball", "bottle") else frame
        half = dice.between(0.055, 0.1)
        if form == "column":
            b.add("base", lathe([(0, 0), (half, 0), (half, 0.015), (0, 0.022)], 28), body)
            b.add("column", rod((0, 0, 0.015), (0, 0, tall), 0.011), body)
        elif form == "stack":
            number = dice.integer(2, 4)
            size = tall / number
            for i in range(number):
                b.add("ball", ball(size * 1.06, size * 1.06, size * 1.06, sides=20, rows=10).at(z=i * size), body)
            words.append(f"a stack of {count(number, 'ball')}")
        else:
            knots = {
                "gourd": [(0.6, 0), (1, 0.3), (0.45, 0.65), (0.25, 0.9), (0.25, 1)],
                "ball": [(0.5, 0), (1, 0.4), (0.5, 0.8), (0.15, 0.86), (0.15, 1)],
                "bottle": [(0.85, 0), (0.9, 0.5), (0.25, 0.75), (0.2, 1)],
            }[form]
            profile = curve([(r * half, z * tall) for r, z in knots], 5)
            b.add("base", lathe([(0, 0), *profile, (0, tall)], 28), body)
        words.append(
            {
                "column": "a slender column",
                "gourd": "a gourd-shaped foot",
                "ball": "a round foot",
                "bottle": "a bottle-shaped foot",
            }.get(form, "")
        )
        x, z = 0.0, tall
        wide = dice.between(0.2, 0.36)
    elif kind == "floor":
        z, x = dice.between(1.15, 1.5), 0.0
        b.add("base", lathe([(0, 0), (0.14, 0), (0.14, 0.014), (0.02, 0.03), (0, 0.03)], 28), frame)
        b.add("column", rod((0, 0, 0.02), (0, 0, z), dice.between(0.009, 0.016)), frame)
        wide = dice.between(0.3, 0.48)
    elif kind == "tripod":
        z, x = dice.between(1.05, 1.4), 0.0
        reach = dice.between(0.24, 0.34)
        for angle in np.radians([90, 210, 330]):
            b.add(
                "leg",
                rod(
                    (reach * np.cos(angle), reach * np.sin(angle), 0),
                    (0.015 * np.cos(angle), 0.015 * np.sin(angle), z - 0.05),
                    0.014,
                    0.012,
                ),
                frame,
            )
        b.add("hub", lathe([(0, 0), (0.04, 0), (0.04, 0.05), (0, 0.05)], 18).at(z=z - 0.09), frame)
        b.add("column", rod((0, 0, z - 0.06), (0, 0, z + 0.02), 0.009), frame)
        wide = dice.between(0.34, 0.5)
        words.append("three legs")
    else:
        high, out = dice.between(1.6, 1.9), dice.between(0.7, 1.1)
        x, z = out, high - dice.between(0.25, 0.4)
        b.add("base", box(0.3, 0.3, 0.05, 0.012), frame)
        b.add(
            "column",
            tube(
                [
                    (0, 0, 0.03),
                    (0, 0, 0.6 * high),
                    (0.2 * out, 0, 0.9 * high),
                    (0.55 * out, 0, high),
                    (0.88 * out, 0, 0.96 * high),
                    (out, 0, z),
                ],
                0.012,
            ),
            frame,
        )
        wide = dice.between(0.28, 0.4)
        z -= 0.3 * wide
        words.append("a long curved arm")
    shade = _shade(b, dice, cloth if kind != "arc" or dice.chance(0.5) else frame, wide, x, z, hanging=kind == "arc")
    size = {"table": "table lamp", "floor": "floor lamp", "tripod": "tripod floor lamp", "arc": "arc floor lamp"}[kind]
    return b.finish(
        category, seed, describe(f"{'wooden' if frame.material == 'wood' else frame.word} {size}", [*words, shade])
    )


def _shade(b: Builder, dice: Dice, paint: Paint, wide: float, x: float, z: float, *, hanging: bool) -> str:
    """A thin-walled shade around a bulb, its lower edge a little below z."""
    form = "dome" if hanging else dice.pick(("cone", "drum", "empire", "dome", "globe", "pleated"))
    r, wall = wide / 2, 0.003
    tall = wide * dice.between(0.55, 0.8)
    top = {"cone": 0.4, "drum": 1.0, "empire": 0.62, "dome": 0.0, "globe": 0.0, "pleated": 0.68}[form]
    low = z - 0.28 * tall
    bulb = fixed("light", "light", (0.9, 0.8, 0.55))
    if form == "globe":
        b.add("shade", ball(wide * 0.7, wide * 0.7, wide * 0.7).at(x, 0, z - 0.02), bulb)
        return "a globe shade"
    if form == "dome":
        arc = np.radians(np.linspace(0, 85, 9))
        outer = [(r * np.cos(a), 0.62 * r * np.sin(a)) for a in arc]
        inner = [((r - wall) * np.cos(a), (0.62 * r - wall) * np.sin(a)) for a in arc[::-1]]
        b.add(
            "shade",
            lathe([(0, inner[0][1]), *inner[:], *outer, (0, 0.62 * r)], 32).at(x, 0, low if not hanging else z),
            paint,
        )
        base = low if not hanging else z
        b.add("bulb", ball(0.07, 0.07, 0.09, sides=14, rows=8).at(x, 0, base + 0.62 * r - 0.12), bulb)
        if not hanging:
            b.add("column", rod((x, 0, z - 0.03), (x, 0, base + 0.62 * r), 0.006, sides=8), paint)
        return "a domed shade"
    # A tube of cloth, open above and below.
    count_ = 36
    rings = []
    for radius, at in ((r, 0.0), (r * top, tall), (r * top - wall, tall), (r - wall, 0.0)):
        outline = ellipse(2 * radius, 2 * radius, count_)
        if form == "pleated":
            outline *= (1 + 0.035 * np.where(np.arange(count_) % 2, 1, -1))[:, None]
        rings.append(np.c_[outline, np.full(count_, at)])
    b.add("shade", loft(np.array(rings), wrap=True).at(x, 0, low), paint)
    b.add("bulb", ball(0.06, 0.06, 0.085, sides=14, rows=8).at(x, 0, z - 0.005), bulb)
    hold = low + 0.8 * tall
    steel = fixed("metal", "steel", (0.4, 0.4, 0.4))
    b.add("holder", rod((x, 0, z - 0.02), (x, 0, hold), 0.004, sides=6), steel)
    reach = r * (1 + (top - 1) * 0.8) - wall / 2
    for angle in (0.0, 2.094, 4.189):
        b.add(
            "holder",
            rod((x, 0, hold), (x + reach * np.cos(angle), reach * np.sin(angle), hold), 0.0025, sides=6),
            steel,
        )
    return {
        "cone": "a conical shade",
        "drum": "a drum shade",
        "empire": "a tapered shade",
        "pleated": "a pleated shade",
    }[form]


def _desk_lamp(b: Builder, dice: Dice, paint: Paint) -> list[str]:
    joints = dice.integer(1, 2)
    b.add("base", lathe([(0, 0), (0.085, 0), (0.085, 0.018), (0.02, 0.03), (0, 0.03)], 28), paint)
    z, y = 0.025, 0.0
    lower, upper = dice.between(0.22, 0.34), dice.between(0.2, 0.34)
    lean, droop = np.radians(dice.between(8, 35)), np.radians(dice.between(25, 60))
    y1, z1 = y + lower * np.sin(lean), z + lower * np.cos(lean)
    if joints == 1:
        y1, z1 = 0.0, z + lower
    y2, z2 = y1 - upper * np.cos(droop), z1 + upper * np.sin(droop)
    twin = dice.chance(0.5)
    for s in (-0.013, 0.013) if twin else (0.0,):
        b.add("arm", rod((s, y, z), (s, y1, z1), 0.0055, sides=8), paint)
        b.add("arm", rod((s, y1, z1), (s, y2, z2), 0.0055, sides=8), paint)
    for at in ((y, z), (y1, z1), (y2, z2)):
        b.add("joint", rod((-0.024, *at), (0.024, *at), 0.012), paint)
    r = dice.between(0.06, 0.085)
    head = lathe(
        [
            (0, 0.1),
            (0.6 * r, 0.02),
            (0.94 * r, -0.01),
            (r, -0.01),
            (0.62 * r, 0.03),
            (0.3 * r, 0.11),
            (0.25 * r, 0.15),
            (0, 0.15),
        ],
        26,
    )
    tip = dice.between(15, 45)
    b.add("shade", head.at(z=-0.12).turned(x=-tip).at(0, y2 - 0.005, z2), paint)
    b.add(
        "bulb",
        ball(0.045, 0.045, 0.06, sides=12, rows=8).at(z=-0.11).turned(x=-tip).at(0, y2 - 0.005, z2),
        fixed("light", "light", (0.9, 0.8, 0.55)),
    )
    return [
        "paired arms" if twin else "a single arm",
        "an upright foot" if joints == 1 else "two joints",
        "a bell-shaped head",
    ]
