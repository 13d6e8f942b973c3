"""Vases, mugs, bottles and bowls."""

from __future__ import annotations

import numpy as np

from .builder import Builder, Paint, count, describe, fixed, hue, metal, wood
from .dice import Dice
from .shape import Shape
from .solids import Solid, ball, curve, ellipse, lathe, loft, rectangle, rod, sweep, tub, tube


def hollow(outside: np.ndarray, wall: float, floor: float) -> list[tuple[float, float]]:
    """A vessel's closed profile: up its outside (P, 2) from the foot, over the rim, down its inside."""
    inner = [(max(r - wall, 0.3 * r), z) for r, z in outside[::-1] if z > floor]
    return [(0.0, float(outside[0, 1])), *map(tuple, outside), *inner, (inner[-1][0] * 0.9, floor), (0.0, floor)]


def _handle(
    b: Builder, dice: Dice, paint: Paint, spots: list[tuple[float, float]], out: float, thick: float, turn: float
) -> None:
    """A loop of bar on the side (+X turned by degrees), between two (radius, z)."""
    (r0, z0), (r1, z1) = spots
    form = dice.pick(("round", "square", "ear"))
    middle = (z0 + z1) / 2
    reach = max(r0, r1) + out
    knots = {
        "round": [
            (r0, z0),
            (0.75 * reach + 0.25 * r0, z0 + 0.06 * (z1 - z0)),
            (reach, middle),
            (0.75 * reach + 0.25 * r1, z1 - 0.06 * (z1 - z0)),
            (r1, z1),
        ],
        "square": [
            (r0, z0),
            (0.9 * reach, z0),
            (reach, z0 + 0.2 * (z1 - z0)),
            (reach, z1 - 0.2 * (z1 - z0)),
            (0.9 * reach, z1),
            (r1, z1),
        ],
        "ear": [
            (r0, z0),
            (0.5 * (reach + r0), z0 + 0.2 * (z1 - z0)),
            (reach, middle + 0.25 * (z1 - z0)),
            (0.9 * reach, z1 + 0.02 * (z1 - z0)),
            (r1, z1),
        ],
    }[form]
    path = curve([(r, 0.0, z) for r, z in knots], 4)
    b.add("handle", sweep(path, ellipse(2 * thick, 1.3 * thick, 8), up=(0, 1, 0)).turned(z=turn), paint)


def vase(category: str, seed: int, dice: Dice) -> Shape:
    b = Builder()
    height = dice.between(0.14, 0.55)
    form = dice.pick(("bellied", "cylinder", "trumpet", "amphora", "gourd", "square", "bud"))
    paint = hue(dice, "ceramic") if dice.chance(0.75) else hue(dice, "glass", "blue", "green", "turquoise", "white")
    wide = height * dice.between(0.34, 0.62)
    half, foot, neck = wide / 2, dice.between(0.45, 0.75), dice.between(0.28, 0.6)
    knots = {
        "bellied": [
            (foot, 0),
            (0.9, 0.2),
            (1.0, dice.between(0.35, 0.6)),
            (neck, 0.85),
            (neck * dice.between(1.05, 1.5), 1.0),
        ],
        "cylinder": [(0.62, 0), (0.66, 0.5), (dice.between(0.6, 0.8), 1.0)],
        "trumpet": [(0.42, 0), (0.36, 0.2), (0.42, 0.6), (1.0, 1.0)],
        "amphora": [(0.4, 0), (0.45, 0.06), (1.0, dice.between(0.5, 0.68)), (0.42, 0.82), (0.38, 0.93), (0.52, 1.0)],
        "gourd": [(0.6, 0), (1.0, 0.25), (0.5, 0.55), (0.68, 0.72), (0.34, 0.9), (0.42, 1.0)],
        "square": [(0.7, 0), (0.75, 1.0)],
        "bud": [(0.8, 0), (1.0, 0.22), (0.3, 0.55), (0.22, 0.85), (0.32, 1.0)],
    }[form]
    outside = curve([(r * half, z * height) for r, z in knots], 5)
    wall, words = max(0.003, 0.02 * wide), []
    if form == "square":
        body = tub(
            rectangle(1.4 * half, 1.4 * half, 0.1 * half),
            rectangle(1.5 * half, 1.5 * half, 0.1 * half),
            height,
            wall,
            wall * 1.5,
        )
    else:
        flutes = dice.pick((0, 0, 0, dice.integer(5, 14)))
        profile = hollow(outside, wall, wall * 1.5)
        body = lathe(profile, 32 if not flutes else 4 * flutes)
        if flutes:
            angle = np.arctan2(body.vertices[:, 1], body.vertices[:, 0])
            swell = 1 + 0.05 * np.cos(flutes * angle)
            body = Solid(body.vertices * np.stack([swell, swell, np.ones_like(swell)], 1), body.triangles)
            words.append(count(flutes, "flute"))
    b.add("body", body, paint)
    if form in ("amphora", "bellied") and dice.chance(0.6 if form == "amphora" else 0.2):
        widest = float(outside[:, 0].max())
        at = int(outside[:, 0].argmax())
        top = outside[outside[:, 1] > 0.86 * height][0]
        side = (widest * 0.96, float(outside[at, 1]))
        for turn in (0.0, 180.0):
            _handle(
                b,
                Dice("vase handle", seed),
                paint,
                [side, (float(top[0]) * 0.95, float(top[1]))],
                0.12 * widest,
                0.018 * height + 0.003,
                turn,
            )
        words.append("two handles")
    if dice.chance(0.25) and form not in ("square",):
        stalks, r = dice.integer(3, 7), float(outside[-1, 0]) * 0.5
        petal, green = (
            hue(dice, "plant", "red", "yellow", "pink", "white", "purple", "orange"),
            fixed("plant", "green", (0.05, 0.2, 0.03)),
        )
        for i in range(stalks):
            angle = 2 * np.pi * i / stalks + dice.random()
            out, up = dice.between(0.2, 0.5) * height * 0.7, height * dice.between(1.25, 1.6)
            c, s = np.cos(angle), np.sin(angle)
            b.add(
                "stalk",
                tube(
                    [(0, 0, wall * 3), (r * c, r * s, height), ((r + out) * c, (r + out) * s, up)],
                    0.003,
                    sides=6,
                    smooth=4,
                ),
                green,
            )
            size = dice.between(0.035, 0.06)
            b.add(
                "flower",
                ball(size, size, size * 0.8, sides=12, rows=6).at((r + out) * c, (r + out) * s, up - 0.3 * size),
                petal,
            )
        words.append(count(stalks, "flower"))
    kind = {
        "bellied": "bellied",
        "cylinder": "cylindrical",
        "trumpet": "trumpet-shaped",
        "amphora": "amphora-shaped",
        "gourd": "gourd-shaped",
        "square": "square",
        "bud": "narrow-necked",
    }[form]
    return b.finish(category, seed, describe(f"{kind} {paint.word} {paint.material} vase", words))


def mug(category: str, seed: int, dice: Dice) -> Shape:
    """Mugs and cups of 6 to 13 cm, some with a saucer."""
    b = Builder()
    paint = hue(dice, "ceramic") if dice.chance(0.85) else metal(dice, "steel", "aluminium", "copper")
    height = dice.between(0.06, 0.125)
    form = dice.pick(("straight", "tapered", "rounded", "barrel", "cup"))
    half = height * dice.between(0.38, 0.52) if form != "cup" else height * dice.between(0.6, 0.8)
    knots = {
        "straight": [(0.96, 0), (1, 0.04), (1, 1)], "tapered": [(0.68, 0), (0.72, 0.03), (1, 1)],
        "rounded": [(0.5, 0), (0.85, 0.12), (1, 0.45), (0.97, 1)], "barrel": [(0.84, 0), (1, 0.45), (0.86, 1)],
        "cup": [(0.42, 0), (0.45, 0.06), (0.85, 0.45), (1, 1)],
    }[form]  # fmt: skip
    outside = curve([(r * half, z * height) for r, z in knots], 5)
    wall = dice.between(0.0025, 0.005)
    lift = 0.0
    words = []
    if form == "cup" and dice.chance(0.7):
        r = half * dice.between(1.5, 1.8)
        saucer = [(0, 0), (0.5 * r, 0), (r, 0.016), (r, 0.02), (0.55 * r, 0.006), (0, 0.006)]
        b.add("saucer", lathe(saucer, 32), paint)
        lift = 0.005
        words.append("a saucer")
    b.add("body", lathe(hollow(outside, wall, wall * 1.6), 32).at(z=lift), paint)
    if dice.chance(0.4):
        drink = fixed("liquid", "coffee", (0.05, 0.02, 0.008))
        z = height * 0.82
        r = float(np.interp(z, outside[:, 1], outside[:, 0])) - 0.6 * wall
        b.add("drink", lathe([(0, z - 0.004), (r * 0.98, z - 0.004), (r, z), (0, z)], 32).at(z=lift), drink)
        words.append("coffee in it")
    handles = dice.pick((1, 1, 1, 1, 0, 2))
    low, high = dice.between(0.14, 0.28) * height, dice.between(0.72, 0.9) * height
    spots = [(float(np.interp(z, outside[:, 1], outside[:, 0])) - 0.4 * wall, z + lift) for z in (low, high)]
    state = dice.integer(0, 10**6)
    for k in range(handles):
        _handle(b, Dice("mug handle", state), paint, spots, dice.between(0.26, 0.36) * height, 0.0045, 180.0 * k)
    words.insert(0, count(handles, "handle"))
    kind = {
        "cup": "cup",
        "straight": "straight mug",
        "tapered": "tapered mug",
        "rounded": "rounded mug",
        "barrel": "barrel-shaped mug",
    }[form]
    return b.finish(category, seed, describe(f"{paint.word} {kind}", words))


def bottle(category: str, seed: int, dice: Dice) -> Shape:
    """Wine, beer, water, oil and soap bottles, flasks; capped, corked or with a pump."""
    b = Builder()
    form = dice.pick(("wine", "beer", "burgundy", "water", "flask", "soap", "milk", "square"))
    height = dice.between(
        *{
            "wine": (0.28, 0.33),
            "beer": (0.2, 0.27),
            "burgundy": (0.28, 0.33),
            "water": (0.2, 0.33),
            "flask": (0.2, 0.3),
            "soap": (0.14, 0.2),
            "milk": (0.2, 0.27),
            "square": (0.2, 0.3),
        }[form]
    )
    half = (
        height
        * {
            "wine": 0.125,
            "beer": 0.135,
            "burgundy": 0.14,
            "water": 0.14,
            "flask": 0.15,
            "soap": 0.2,
            "milk": 0.17,
            "square": 0.15,
        }[form]
        * dice.between(0.9, 1.15)
    )
    neck = dice.between(0.32, 0.42)
    shoulder = dice.between(0.55, 0.66)
    knots = {
        "wine": [(1, 0.02), (1, shoulder), (neck, shoulder + 0.14), (neck, 0.96)],
        "burgundy": [(1, 0.02), (1, 0.42), (neck, 0.8), (neck, 0.96)],
        "beer": [(1, 0.02), (1, shoulder - 0.04), (neck * 1.1, 0.8), (neck, 0.96)],
        "water": [(0.95, 0.02), (1, 0.1), (0.9, 0.4), (1, 0.6), (0.45, 0.9), (0.45, 0.95)],
        "flask": [(1, 0.03), (1, 0.75), (0.7, 0.83), (0.68, 0.9)],
        "soap": [(0.95, 0.03), (1, 0.1), (1, 0.6), (0.4, 0.74), (0.4, 0.78)],
        "milk": [(1, 0.02), (1, 0.52), (0.5, 0.82), (0.55, 0.95)],
        "square": [(1, 0.01), (1, 0.66), (neck, 0.76), (neck, 0.95)],
    }[form]
    profile = curve([(r * half, z * height) for r, z in knots], 6)
    material = {"water": "plastic", "soap": "plastic", "flask": "metal"}.get(form, "glass")
    paint = (
        metal(dice)
        if material == "metal"
        else hue(dice, material, *(("green", "brown", "white", "blue", "black") if material == "glass" else ()))
    )
    body = [(0.0, 0.0), (knots[0][0] * half * 0.92, 0.0), *map(tuple, profile), (0.0, float(profile[-1, 1]))]
    if form == "square":
        solid = loft(
            np.array(
                [
                    np.c_[ellipse(2 * r, 2 * r, 32, np.interp(z / height, [0.6, 0.78], [6, 2])), np.full(32, z)]
                    for r, z in body
                ]
            )
        )
    else:
        solid = lathe(body, 32)
    b.add("body", solid, paint)
    words = []
    z, r = float(profile[-1, 1]), float(profile[-1, 0])
    if form in ("wine", "burgundy", "beer", "square"):
        b.add("lip", lathe([(0, z - 0.014), (r * 1.15, z - 0.014), (r * 1.15, z - 0.004), (0, z - 0.004)], 20), paint)
    close = {"soap": "pump", "flask": "cap", "water": "cap", "milk": "open"}.get(form) or dice.pick(
        ("cork", "cap", "open")
    )
    if close == "pump":
        black = fixed("plastic", "white", (0.75, 0.75, 0.75))
        b.add("cap", lathe([(0, z - 0.002), (r * 1.15, z - 0.002), (r * 1.15, z + 0.02), (0, z + 0.02)], 20), black)
        b.add("pump", rod((0, 0, z + 0.01), (0, 0, z + 0.05), 0.005, sides=10), black)
        b.add(
            "pump",
            tube([(0, 0.008, z + 0.052), (0, -0.03, z + 0.052), (0, -0.04, z + 0.044)], [0.008, 0.006, 0.004], sides=8),
            black,
        )
        words.append("a pump")
    elif close == "cap":
        cap = paint if dice.chance(0.3) else hue(dice, "plastic")
        high = (height - z) * (1.0 if form in ("flask", "water") else 0.7)
        b.add("cap", lathe([(0, z - 0.006), (r * 1.12, z - 0.006), (r * 1.12, z + high), (0, z + high)], 20), cap)
        words.append(f"a {cap.word} cap")
    elif close == "cork":
        b.add(
            "cork",
            lathe([(0, z - 0.005), (r * 0.75, z - 0.005), (r * 0.85, height), (0, height)], 16),
            fixed("wood", "cork", (0.45, 0.27, 0.12)),
        )
        words.append("a cork")
    if form != "square" and form != "flask" and dice.chance(0.6):
        label = hue(dice, "paper")
        straight = profile[profile[:, 0] > 0.97 * half]
        low, high = float(straight[:, 1].min()) + 0.02, float(straight[:, 1].max()) - 0.01
        if high - low > 0.03:
            b.add("label", lathe([(0, low), (half * 1.012, low), (half * 1.012, high), (0, high)], 32), label)
            words.append(f"a {label.word} label")
    kind = {
        "wine": "wine bottle",
        "burgundy": "sloping wine bottle",
        "beer": "beer bottle",
        "water": "water bottle",
        "flask": "flask",
        "soap": "soap bottle",
        "milk": "milk bottle",
        "square": "square bottle",
    }[form]
    return b.finish(
        category,
        seed,
        describe(f"{paint.word} {paint.material if material != 'metal' else ''} {kind}".replace("  ", " "), words),
    )


def bowl(category: str, seed: int, dice: Dice) -> Shape:
    b = Builder()
    form = dice.pick(("round", "deep", "flat", "footed", "flared", "square", "scalloped"))
    wide = dice.between(0.12, 0.36)
    height = wide * dice.between(
        *{
            "round": (0.35, 0.48),
            "deep": (0.5, 0.62),
            "flat": (0.16, 0.26),
            "footed": (0.5, 0.7),
            "flared": (0.3, 0.45),
            "square": (0.3, 0.45),
            "scalloped": (0.3, 0.42),
        }[form]
    )
    paint = wood(dice) if dice.chance(0.25) else metal(dice) if dice.chance(0.15) else hue(dice, "ceramic")
    half, wall = wide / 2, max(0.0025, 0.018 * wide)
    foot = dice.between(0.32, 0.5)
    knots = {
        "round": [(foot, 0), (0.75, 0.2), (0.94, 0.55), (1, 1)],
        "deep": [(foot, 0), (0.86, 0.25), (1, 0.65), (0.98, 1)],
        "flat": [(foot, 0), (0.8, 0.22), (1, 1)],
        "flared": [(foot, 0), (0.5, 0.25), (0.72, 0.7), (1, 1)],
        "footed": [(0.5, 0), (0.46, 0.05), (0.14, 0.14), (0.14, 0.36), (0.7, 0.52), (1, 1)],
        "scalloped": [(foot, 0), (0.72, 0.3), (1, 1)],
        "square": [(foot + 0.1, 0), (0.8, 0.3), (1, 1)],
    }[form]
    outside = curve([(r * half, z * height) for r, z in knots], 6)
    floor = (0.42 * height if form == "footed" else 0.0) + 1.5 * wall
    if form == "footed":
        inner = [(max(r - wall, 0.0), z) for r, z in outside[::-1] if z > 0.5 * height]
        profile = [
            (0.0, 0.0),
            *map(tuple, outside),
            *inner,
            (0.3 * half, floor + 0.05 * height),
            (0.0, floor + 0.03 * height),
        ]
    else:
        profile = hollow(outside, wall, floor)
    sides = 40
    if form == "square":
        body = loft(np.array([np.c_[ellipse(2 * r, 2 * r, sides, 4.5), np.full(sides, z)] for r, z in profile]))
    else:
        lobes = dice.integer(6, 10)
        body = lathe(profile, sides if form != "scalloped" else 6 * lobes)
        if form == "scalloped":
            angle = np.arctan2(body.vertices[:, 1], body.vertices[:, 0])
            swell = 1 + 0.06 * np.cos(lobes * angle) * body.vertices[:, 2] / height
            body = Solid(body.vertices * np.stack([swell, swell, np.ones_like(swell)], 1), body.triangles)
    b.add("body", body, paint)
    words = []
    if form not in ("square", "scalloped", "footed") and dice.chance(0.25):
        low = outside[outside[:, 1] > 0.75 * height][0]
        state = dice.integer(0, 10**6)
        for turn in (0.0, 180.0):
            _handle(
                b,
                Dice("bowl", state),
                paint,
                [(float(low[0]) - wall / 2, float(low[1])), (half - wall / 2, height * 0.96)],
                0.12 * wide,
                0.015 * wide + 0.002,
                turn,
            )
        words.append("two handles")
    if dice.chance(0.35) and form != "footed":
        fruit, number = hue(dice, "plant", "red", "green", "orange", "yellow"), dice.integer(3, 6)
        size = min(0.075, 0.33 * wide)
        for i in range(number):
            angle = 2 * np.pi * i / number
            reach = 0.26 * wide if number > 1 else 0.0
            z = max(0.5 * height - 0.2 * size, wall * 2)
            b.add(
                "fruit",
                ball(size, size, size * 0.95, sides=14, rows=8).at(reach * np.cos(angle), reach * np.sin(angle), z),
                fruit,
            )
        b.add("fruit", ball(size, size, size * 0.95, sides=14, rows=8).at(0, 0, 0.5 * height + 0.45 * size), fruit)
        words.append(f"{count(number + 1, 'fruit', 'fruits')} in it")
    if form not in ("footed",) and dice.chance(0.35):
        r = foot * half
        b.add("foot", lathe([(0, -0.04 * wide), (r * 0.95, -0.04 * wide), (r * 0.9, 0.004), (0, 0.004)], 32), paint)
        words.append("a foot ring")
    stuff = "wooden" if paint.material == "wood" else f"{paint.word}{' ceramic' if paint.material == 'ceramic' else ''}"
    word = {
        "round": "rounded",
        "deep": "deep",
        "flat": "shallow",
        "footed": "footed",
        "flared": "flared",
        "square": "square",
        "scalloped": "scalloped",
    }[form]
    return b.finish(category, seed, describe(f"{word} {stuff} bowl", words))
