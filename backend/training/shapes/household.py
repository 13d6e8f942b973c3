"""Picture frames, ladders and umbrellas."""

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
    tube,
)  # fmt: skip


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
        below = 0.02 if big else 0.008
        line = [(t * r * c, t * r * s, low + rise * (1 - t**2) - below) for t in np.linspace(0.02, 0.97, 9)]
        b.add("rib", tube(line, 0.007 if big else 0.0022, sides=6, smooth=1), frame)
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
