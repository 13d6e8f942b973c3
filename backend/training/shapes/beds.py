"""Beds: single and double, low and high, four-posters and bunks. The head is towards +Y."""

from __future__ import annotations

import numpy as np

from .bases import Legs, four_legs
from .builder import Builder, Paint, count, describe, hue, metal, wood
from .dice import Dice
from .fronts import Handles
from .shape import Shape
from .solids import ball, box, rod, tube


def bed(category: str, seed: int, dice: Dice) -> Shape:
    b = Builder()
    style = dice.pick(("plain", "plain", "plain", "drawers", "four-poster", "bunk"))
    double = style != "bunk" and dice.chance(0.6)
    width = dice.between(1.35, 1.85) if double else dice.between(0.85, 1.05)
    length = dice.between(1.95, 2.1)
    paint = metal(dice) if dice.chance(0.2) and style in ("plain", "bunk") else wood(dice)
    sheet = hue(dice, "fabric", "white", "cream", "beige", "grey", "white")
    words: list[str] = []
    foot = dice.between(0.14, 0.3)
    frame, mattress = dice.between(0.06, 0.16), dice.between(0.16, 0.28)
    if style == "bunk":
        words.append(_bunk(b, dice, paint, sheet, width, length, mattress * 0.7))
    else:
        if style == "drawers":
            foot, frame = 0.0, dice.between(0.26, 0.36)
        b.add("frame", box(width + 0.05, length + 0.05, frame, 0.008).at(z=foot), paint)
        _bedding(b, dice, sheet, width, length, foot + frame - 0.05, mattress, words, double)
        if style == "drawers":
            number = dice.integer(2, 3)
            handles = Handles(dice, metal(dice))
            part = length / number
            for i in range(number):
                for s in (-1, 1):
                    face = box(0.02, part - 0.02, frame - 0.06, 0.003)
                    b.add("drawer", face.at(s * (width / 2 + 0.03), (i + 0.5) * part - length / 2, 0.03), paint)
                    knob = ball(0.022, 0.028, 0.028, sides=12, rows=6)
                    if handles.kind != "none":
                        b.add(
                            "handle",
                            knob.at(s * (width / 2 + 0.045), (i + 0.5) * part - length / 2, frame / 2),
                            handles.paint,
                        )
            words.append(f"{count(number, 'drawer')} on either side")
        elif style == "four-poster":
            words.append(_posts(b, dice, paint, width, length, foot))
        else:
            legs = Legs(dice, ("square", "tapered", "round", "turned"), 0.07)
            legs.splay = 0.0
            words.append(four_legs(b, dice, legs, paint, width, length, foot + 0.01, stretchers=0))
        high = foot + frame + mattress + dice.between(0.2, 0.6)
        words.append(_board(b, dice, paint, width + 0.05, length / 2 + 0.025, high, 1))
        if dice.chance(0.45):
            words.append(
                _board(
                    b,
                    dice,
                    paint,
                    width + 0.05,
                    -length / 2 - 0.025,
                    foot + frame + mattress * dice.between(0.4, 1.2),
                    -1,
                )
            )
    size = "bunk" if style == "bunk" else "four-poster" if style == "four-poster" else "double" if double else "single"
    stuff = "wooden" if paint.material == "wood" else paint.word
    return b.finish(category, seed, describe(f"{stuff} {size} bed", words))


def _bedding(
    b: Builder,
    dice: Dice,
    sheet: Paint,
    width: float,
    length: float,
    z: float,
    mattress: float,
    words: list[str],
    double: bool,
) -> None:
    b.add("mattress", box(width, length, mattress, 0.05, corner=0.07).at(z=z), sheet)
    top = z + mattress
    number = dice.integer(1, 2) * (2 if double else 1)
    rows = 2 if number in (2, 4) and (not double or number == 4) else 1
    columns = max(number // rows, 1)
    wide = min(0.72, 0.92 * width / columns)
    pillow = hue(dice, "fabric", "white", "cream", "grey", "blue") if dice.chance(0.5) else sheet
    for r in range(rows):
        for c in range(columns):
            x = (c + 0.5) / columns * width - width / 2
            solid = ball(wide, 0.42, 0.15, 3.2).turned(x=dice.between(0, 14) + 12 * r)
            b.add("pillow", solid.at(x, length / 2 - 0.27 - 0.16 * r, top - 0.03 + 0.02 * r), pillow)
    words.append(count(number, "pillow"))
    if dice.chance(0.65):
        cover = hue(dice, "fabric")
        long = length * dice.between(0.3, 0.72)
        drop = dice.between(0.08, mattress)
        b.add(
            "blanket",
            box(width + 0.035, long, drop + 0.035, 0.02, corner=0.05).at(0, -length / 2 + long / 2 - 0.012, top - drop),
            cover,
        )
        words.append(f"a {cover.word} blanket")


def _board(b: Builder, dice: Dice, paint: Paint, width: float, y: float, high: float, end: int) -> str:
    """A head- (+1) or footboard at y, up to `high`."""
    name = "headboard" if end > 0 else "footboard"
    form = dice.pick(
        ("bars", "curved") if paint.material == "metal" else ("panel", "slats", "padded", "framed", "curved")
    )
    if form == "padded":
        b.add(name, box(width, 0.09, high - 0.1, 0.03, corner=0.03).at(0, y + end * 0.03, 0.1), hue(dice, "fabric"))
        return f"a padded {name}"
    if form == "panel":
        b.add(name, box(width, 0.035, high, 0.008).at(0, y + end * 0.01, 0), paint)
        return f"a solid {name}"
    for s in (-1, 1):
        b.add(
            "post",
            box(0.055, 0.055, high).at(s * (width / 2 - 0.027), y, 0)
            if paint.material != "metal"
            else rod((s * (width / 2 - 0.02), y, 0), (s * (width / 2 - 0.02), y, high), 0.018),
            paint,
        )
    low = min(0.3, high * 0.5)
    if form == "curved":
        rise = dice.between(0.05, 0.18)
        top = [
            (-width / 2 + 0.02, y, high - 0.02),
            (-width / 4, y, high + 0.8 * rise),
            (0, y, high + rise),
            (width / 4, y, high + 0.8 * rise),
            (width / 2 - 0.02, y, high - 0.02),
        ]
        b.add("rail", tube(top, 0.022), paint)
    else:
        b.add("rail", box(width - 0.05, 0.035, 0.06, 0.008).at(0, y, high - 0.06), paint)
    b.add("rail", box(width - 0.05, 0.03, 0.05).at(0, y, low), paint)
    if form == "framed":
        b.add(name, box(width - 0.06, 0.016, high - low - 0.02).at(0, y, low), paint)
        return f"a framed {name}"
    number = dice.integer(4, 11)
    for x in (np.arange(number) + 0.5) / number - 0.5:
        if form == "slats":
            b.add("slat", box(0.55 * width / number, 0.016, high - low - 0.02).at(x * (width - 0.06), y, low), paint)
        else:
            b.add("bar", rod((x * (width - 0.06), y, low), (x * (width - 0.06), y, high - 0.01), 0.009, sides=8), paint)
    return f"a {name} of {count(number, 'slat' if form == 'slats' else 'bar')}"


def _posts(b: Builder, dice: Dice, paint: Paint, width: float, length: float, foot: float) -> str:
    tall, thick = dice.between(1.8, 2.15), dice.between(0.05, 0.08)
    x, y = width / 2 + 0.03, length / 2 + 0.03
    turned = dice.chance(0.5)
    for sx in (-1, 1):
        for sy in (-1, 1):
            if turned:
                legs = Legs(Dice("posts", dice.integer(0, 10**6)), ("turned",), thick * 1.3)
                legs.splay = 0.0
                b.add("post", box(thick, thick, foot + 0.3).at(sx * x, sy * y), paint)
                b.add(
                    "post", legs.make(sx * 1e-6, sy * 1e-6, tall - foot - 0.29).at(sx * x, sy * y, foot + 0.29), paint
                )
            else:
                b.add("post", box(thick, thick, tall).at(sx * x, sy * y), paint)
    for s in (-1, 1):
        b.add("rail", box(2 * x, thick * 0.7, thick * 0.7).at(0, s * y, tall - thick * 0.8), paint)
        b.add("rail", box(thick * 0.7, 2 * y, thick * 0.7).at(s * x, 0, tall - thick * 0.8), paint)
    if dice.chance(0.5):
        b.add("canopy", box(2 * x + thick, 2 * y + thick, 0.05, 0.01).at(z=tall - 0.01), hue(dice, "fabric"))
        return "four posts that carry a canopy"
    return "four posts and a frame above"


def _bunk(b: Builder, dice: Dice, paint: Paint, sheet: Paint, width: float, length: float, mattress: float) -> str:
    tall, post = dice.between(1.6, 1.85), 0.07
    x, y = width / 2 + 0.02, length / 2 + 0.02
    for sx in (-1, 1):
        for sy in (-1, 1):
            b.add("post", box(post, post, tall).at(sx * x, sy * y), paint)
    upper = tall - dice.between(0.42, 0.55)
    for z in (0.28, upper):
        b.add("frame", box(width + 0.04, length + 0.04, 0.1, 0.006).at(z=z), paint)
        b.add("mattress", box(width - 0.03, length - 0.03, mattress, 0.04, corner=0.05).at(z=z + 0.08), sheet)
        b.add("pillow", ball(0.6, 0.4, 0.13, 3.2).at(0, length / 2 - 0.28, z + 0.05 + mattress), sheet)
        if dice.chance(0.6):
            long = length * 0.55
            b.add(
                "blanket",
                box(width, long, 0.09, 0.02, corner=0.05).at(0, -length / 2 + long / 2, z + 0.03 + mattress),
                hue(dice, "fabric"),
            )
    for s in (-1, 1):
        for k in range(2):
            z = upper + 0.24 + 0.14 * k
            if z < tall:
                b.add(
                    "guard rail",
                    box(0.025, 2 * y * (0.72 if s > 0 else 1.0), 0.06).at(
                        s * (x + 0.01), (0.28 if s > 0 else 0) * y, z
                    ),
                    paint,
                )
                b.add("rail", box(2 * x, 0.025, 0.06).at(0, s * (y + 0.01), z), paint)
    rungs = dice.integer(4, 6)
    rail = x + 0.03
    for at in (-0.92, -0.92 + 0.4 / y):
        b.add("ladder rail", box(0.03, 0.04, upper + 0.2).at(rail, at * y + 0.04, 0), paint)
    for z in np.linspace(0.25, upper, rungs):
        b.add("rung", rod((rail, -0.92 * y + 0.03, z), (rail, -0.92 * y + 0.46, z), 0.015, sides=8), paint)
    return f"a ladder of {count(rungs, 'rung')}"
