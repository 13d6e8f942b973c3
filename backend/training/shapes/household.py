"""Lamps, picture frames, ladders, umbrellas and guitars."""

from __future__ import annotations

import numpy as np

from .builder import Builder, Paint, count, describe, fixed, hue, metal, wood
from .dice import Dice
from .shape import Shape
from .solids import (
    Solid,
    ball,
    beam,
    box,
    curve,
    ellipse,
    lathe,
    loft,
    rectangle,
    rod,
    slab,
    smooth_outline,
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


def picture_frame(category: str, seed: int, dice: Dice) -> Shape:
    """A framed picture, hung or standing on an easel back."""
    b = Builder()
    stands = dice.chance(0.45)
    width = dice.between(0.12, 0.3) if stands else dice.between(0.25, 1.1)
    height = width * dice.pick((1.0, 1.25, 1.4, 0.72, 0.6))
    oval = dice.chance(0.15)
    paint = metal(dice, "brass", "steel", "black metal") if dice.chance(0.3) else wood(dice)
    bar, deep = dice.between(0.04, 0.14) * min(width, height), dice.between(0.012, 0.03)
    form = dice.pick(("flat", "bevelled", "stepped", "round"))
    section = {
        "flat": [(0, 0), (1, 0), (1, 1), (0, 1)], "bevelled": [(0, 0), (1, 0), (1, 1), (0.15, 0.45)],
        "stepped": [(0, 0), (1, 0), (1, 1), (0.7, 1), (0.6, 0.75), (0.35, 0.75), (0.25, 0.5), (0, 0.5)],
        "round": [(0, 0), (1, 0), (1, 0.5), (0.85, 0.85), (0.5, 1.0), (0.15, 0.85), (0, 0.5)],
    }[form]  # fmt: skip
    lines = []
    for u, v in section:  # u: from the opening outwards; v: from the back forwards
        size = (width - 2 * bar * (1 - u), height - 2 * bar * (1 - u))
        outline = ellipse(*size, 48) if oval else rectangle(*size)
        lines.append(np.stack([outline[:, 0], np.full(len(outline), -v * deep), outline[:, 1]], 1))
    solids: list[tuple[str, Solid, Paint]] = [("frame", loft(np.array(lines), wrap=True), paint)]
    words = [f"a {form} frame"]

    def sheet(wide: float, high: float, y: float, thick: float) -> Solid:
        outline = ellipse(wide, high, 48) if oval else rectangle(wide, high)
        return loft(np.array([np.c_[outline[:, 0], np.full(len(outline), at), outline[:, 1]] for at in (y, y - thick)]))

    inner = (width - 1.6 * bar, height - 1.6 * bar)
    mat = dice.chance(0.5)
    solids.append(
        (
            "backing",
            sheet(*inner, -0.05 * deep, 0.25 * deep),
            hue(dice, "paper", "white", "cream", "black") if mat else hue(dice, "paper"),
        )
    )
    scale = dice.between(0.55, 0.75) if mat else 0.9
    picture = hue(dice, "paper")
    if mat:
        solids.append(("picture", sheet(inner[0] * scale, inner[1] * scale, -0.25 * deep, 0.08 * deep), picture))
        words.append("a mount")
    for _ in range(dice.integer(0, 3)):
        part = sheet(
            inner[0] * scale * dice.between(0.2, 0.6),
            inner[1] * scale * dice.between(0.2, 0.5),
            -0.28 * deep,
            0.08 * deep,
        )
        solids.append(
            (
                "picture",
                part.at(dice.between(-0.15, 0.15) * inner[0] * scale, 0, dice.between(-0.2, 0.2) * inner[1] * scale),
                hue(dice, "paper"),
            )
        )
    tilt = dice.between(9, 18) if stands else 0.0
    for name, solid, color in solids:
        b.add(name, solid.at(z=height / 2).turned(x=-tilt), color)
    if stands:
        lean, high = np.radians(tilt), 0.7 * height
        top = (high * np.sin(lean), high * np.cos(lean))
        b.add(
            "stand",
            beam((0, top[0] - 0.002, top[1]), (0, top[0] + 0.42 * high, 0.004), 0.25 * width, 0.006, up=(0, 0, 1)),
            paint,
        )
        words.append("a stand behind")
    shape = "oval" if oval else "square" if abs(height / width - 1) < 0.05 else "upright" if height > width else "wide"
    stuff = "wooden" if paint.material == "wood" else paint.word
    return b.finish(category, seed, describe(f"{shape} {stuff} picture", words))


def ladder(category: str, seed: int, dice: Dice) -> Shape:
    """Straight ladders, pairs of steps, step stools, library ladders that lean."""
    b = Builder()
    kind = dice.pick(("straight", "steps", "steps", "leaning", "double"))
    paint = metal(dice, "aluminium", "steel") if dice.chance(0.5) else wood(dice)
    width, bar = dice.between(0.34, 0.5), dice.between(0.025, 0.04)
    pitch = dice.between(0.24, 0.3)
    flat = kind == "steps" or dice.chance(0.3)
    if kind in ("straight", "leaning"):
        rungs = dice.integer(5, 13)
        height = (rungs + 0.6) * pitch
        slope = 0.0 if kind == "straight" else dice.between(0.2, 0.35)
        taper = dice.pick((0.0, dice.between(0.05, 0.2)))
        for s in (-1, 1):
            b.add(
                "rail",
                beam(
                    (s * width / 2, 0, 0),
                    (s * width / 2 * (1 - taper), slope * height, height),
                    bar,
                    2 * bar,
                    up=(0, 1, 0),
                ),
                paint,
            )
        for i in range(rungs):
            z = (i + 0.8) * pitch
            half = width / 2 * (1 - taper * z / height)
            _rung(b, paint, half, slope * z, z, bar, flat)
        return b.finish(
            category,
            seed,
            describe(
                f"{'leaning ' if slope else 'straight '}{_stuff(paint)} ladder",
                (count(rungs, "flat step" if flat else "rung"), "rails that converge" if taper else ""),
            ),
        )
    rungs = dice.integer(2, 8)
    height = (rungs + 0.1) * pitch
    spread = height * dice.between(0.2, 0.3)
    narrow = dice.between(0.75, 1.0)
    for s in (-1, 1):
        b.add(
            "rail",
            beam((s * width / 2, -spread, 0), (s * width / 2 * narrow, -0.03, height), bar, 2 * bar, up=(0, 1, 0)),
            paint,
        )
        b.add(
            "rear rail",
            beam(
                (s * width / 2 * 0.95, spread, 0),
                (s * width / 2 * narrow * 0.95, 0.03, height),
                bar,
                1.4 * bar,
                up=(0, 1, 0),
            ),
            paint,
        )
        z = 0.35 * height
        b.add(
            "spreader",
            rod((s * width / 2 * 0.95, -spread * 0.66, z), (s * width / 2 * 0.92, spread * 0.66, z), 0.006, sides=8),
            paint,
        )
    for i in range(rungs - 1):
        z = (i + 1) * pitch
        t = z / height
        half = width / 2 * (1 - (1 - narrow) * t)
        _rung(b, paint, half, -spread * (1 - t) - 0.03 * t, z, bar, flat)
        if kind == "double":
            _rung(b, paint, half * 0.95, spread * (1 - t) + 0.03 * t, z, bar, flat)
    if kind == "steps":
        b.add("platform", box(width * narrow + bar, 0.22, 0.03, 0.006).at(0, 0.03, height - 0.005), paint)
    b.add(
        "cross bar",
        rod(
            (-width / 2 * 0.93, spread * 0.7, 0.3 * height),
            (width / 2 * 0.93, spread * 0.7, 0.3 * height),
            0.01,
            sides=8,
        ),
        paint,
    )
    handle = kind == "steps" and dice.chance(0.5)
    if handle:
        up = dice.between(0.3, 0.55)
        x = width / 2 * narrow
        b.add(
            "handle",
            tube(
                [
                    (-x, 0.05, height - 0.02),
                    (-x, 0.05, height + 0.85 * up),
                    (-0.75 * x, 0.05, height + up),
                    (0.75 * x, 0.05, height + up),
                    (x, 0.05, height + 0.85 * up),
                    (x, 0.05, height - 0.02),
                ],
                0.012,
            ),
            paint,
        )
    name = "pair of steps" if kind == "steps" else "double ladder"
    words = (
        count(rungs if kind == "steps" else rungs - 1, "flat step" if flat else "rung", None),
        "a hand rail" if handle else "",
    )
    return b.finish(category, seed, describe(f"{_stuff(paint)} {name}", words))


def _rung(b: Builder, paint: Paint, half: float, y: float, z: float, bar: float, flat: bool) -> None:
    if flat:
        b.add("step", box(2 * half, 0.085, 0.022, 0.004).at(0, y, z - 0.011), paint)
    else:
        b.add("rung", rod((-half, y, z), (half, y, z), 0.55 * bar, sides=10), paint)


def _stuff(paint: Paint) -> str:
    return "wooden" if paint.material == "wood" else paint.word


def umbrella(category: str, seed: int, dice: Dice) -> Shape:
    """Open and furled umbrellas, garden parasols on a foot."""
    b = Builder()
    kind = dice.pick(("open", "open", "furled", "parasol"))
    cloth = hue(dice, "fabric")
    frame = metal(dice, "steel", "black metal", "brass") if dice.chance(0.6) or kind != "open" else wood(dice)
    grip = wood(dice) if dice.chance(0.5) else hue(dice, "plastic", "black", "brown", "red")
    panels = dice.pick((6, 8, 8, 10, 12))
    words = [] if kind == "furled" else [count(panels, "panel")]
    if kind == "furled":
        long, r = dice.between(0.5, 0.62), dice.between(0.022, 0.034)
        folds = 6
        profile = [
            (0.006, 0.0),
            (0.01, 0.02),
            *map(tuple, curve([(0.6 * r, 0.18 * long), (r, 0.6 * long), (0.8 * r, 0.9 * long), (0.4 * r, long)], 4)),
        ]
        solid = lathe([(0, 0), *profile, (0, long)], 4 * folds)
        angle = np.arctan2(solid.vertices[:, 1], solid.vertices[:, 0]) + 3.0 * solid.vertices[:, 2]
        swell = 1 + 0.16 * np.cos(folds * angle)
        b.add(
            "canopy",
            Solid(solid.vertices * np.stack([swell, swell, np.ones_like(swell)], 1), solid.triangles).at(z=0.06),
            cloth,
        )
        b.add("tip", lathe([(0, 0), (0.003, 0), (0.006, 0.065), (0, 0.065)], 10), frame)
        top = 0.06 + long + 0.05
        b.add("shaft", rod((0, 0, 0.05), (0, 0, top), 0.006, sides=8), frame)
        b.add("band", lathe([(0, 0), (r * 1.02, 0), (r * 1.02, 0.02), (0, 0.02)], 16).at(z=0.06 + 0.62 * long), cloth)
        words.append(_grip(b, dice, grip, top, 1))
        return b.finish(category, seed, describe(f"furled {cloth.word} umbrella", words))
    big = kind == "parasol"
    r = dice.between(1.1, 1.6) if big else dice.between(0.42, 0.62)
    rise = r * dice.between(0.22, 0.34) if big else r * dice.between(0.38, 0.55)
    low = dice.between(1.9, 2.15) if big else dice.between(0.5, 0.58)
    b.add("canopy", _canopy(panels, r, rise, 0.004 if not big else 0.008, dice.between(0.05, 0.13)).at(z=low), cloth)
    for k in range(panels):
        angle = 2 * np.pi * k / panels
        c, s = np.cos(angle), np.sin(angle)
        line = [
            (0.02 * c, 0.02 * s, low + rise * 0.99 - 0.012),
            (0.55 * r * c, 0.55 * r * s, low + rise * (1 - 0.55**2) - 0.012),
            (0.97 * r * c, 0.97 * r * s, low + rise * (1 - 0.97**2) - 0.006),
        ]
        b.add("rib", tube(line, 0.0022 if not big else 0.007, sides=6, smooth=4), frame)
        b.add(
            "stretcher",
            rod(
                (0.008 * c, 0.008 * s, low + 0.3 * rise),
                (0.5 * r * c, 0.5 * r * s, low + rise * 0.75 - 0.015),
                0.0018 if not big else 0.006,
                sides=6,
            ),
            frame,
        )
    shaft = 0.006 if not big else 0.022
    b.add("shaft", rod((0, 0, 0.03), (0, 0, low + rise + (0.05 if not big else 0.06)), shaft, sides=10), frame)
    b.add("tip", ball(4 * shaft, 4 * shaft, 5 * shaft, sides=12, rows=6).at(z=low + rise - 0.003), frame)
    if big:
        foot = dice.pick(("disc", "cross", "block"))
        stone = fixed("stone", "stone", (0.2, 0.2, 0.2))
        if foot == "disc":
            b.add("foot", lathe([(0, 0), (0.25, 0), (0.25, 0.05), (0.05, 0.09), (0.035, 0.25), (0, 0.25)], 28), stone)
        elif foot == "block":
            b.add("foot", box(0.45, 0.45, 0.1, 0.02), stone)
            b.add("foot", rod((0, 0, 0.08), (0, 0, 0.35), 0.035), frame)
        else:
            for turn in (0, 90):
                b.add("foot", box(0.7, 0.08, 0.05, 0.01).turned(z=turn).at(z=0.001 * (turn > 0)), frame)
        words.append({"disc": "a round stone foot", "cross": "a crossed foot", "block": "a square stone foot"}[foot])
        return b.finish(category, seed, describe(f"{cloth.word} garden parasol", words))
    words.append(_grip(b, dice, grip, 0.04, -1))
    return b.finish(category, seed, describe(f"open {cloth.word} umbrella", words))


def _grip(b: Builder, dice: Dice, paint: Paint, z: float, up: int) -> str:
    """A handle at the shaft's end, upwards or downwards."""
    form = dice.pick(("hook", "straight", "ball"))
    if form == "hook":
        r = dice.between(0.035, 0.05)
        arc = np.radians(np.linspace(0, 190, 12))
        line = [(0, 0, -0.08 * up), *((r - r * np.cos(a), 0.0, up * r * np.sin(a)) for a in arc)]
        b.add("handle", tube(line, 0.011, sides=10, smooth=1).at(z=z), paint)
        return "a hooked handle"
    if form == "ball":
        b.add("handle", ball(0.05, 0.05, 0.05, sides=16, rows=8).at(z=z - 0.025), paint)
        return "a round knob"
    b.add("handle", rod((0, 0, z - 0.05), (0, 0, z + 0.05), 0.014, 0.012), paint)
    return "a straight handle"


def _canopy(panels: int, r: float, rise: float, thick: float, scallop: float) -> Solid:
    """A dome of cloth sagging between its ribs, closed: outside, edge, inside."""
    sides = 6 * panels
    angles = 2 * np.pi * np.arange(sides) / sides
    between = (1 - np.cos(panels * angles)) / 2  # 0 at ribs, 1 between them
    rings = []
    radii = np.linspace(0, 1, 9)
    for k in (*radii, *radii[::-1]):
        rings.append((k, 0.0) if len(rings) < 9 else (k, thick))
    points = []
    for k, sunk in rings:
        radius = r * k * (1 - scallop * k * between)
        z = rise * (1 - k**2) - 0.35 * scallop * rise * between * k - sunk
        points.append(np.stack([radius * np.cos(angles), radius * np.sin(angles), z], 1))
    return loft(np.array(points))


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
