"""Shelves, cabinets and bins."""

from __future__ import annotations

import numpy as np

from .bases import Legs, four_legs
from .builder import GLASS, HUES, RUBBER, Builder, Paint, count, describe, fixed, hue, metal, wood
from .dice import Dice
from .fronts import Handles, door, drawer
from .shape import Shape
from .solids import ball, beam, box, ellipse, lathe, rectangle, rod, slab, sweep, torus, tub, tube


def shelf(category: str, seed: int, dice: Dice) -> Shape:
    """A free-standing shelf: sides and boards, a grid of cubes, open uprights, a ladder; empty or with things on it."""
    b = Builder()
    paint = wood(dice)
    style = dice.pick(("sides", "sides", "grid", "uprights", "ladder"))
    width, depth, height = dice.between(0.5, 1.3), dice.between(0.24, 0.42), dice.between(0.75, 2.1)
    if style == "ladder":
        height = max(height, dice.between(1.4, 2.1))
    boards = max(3, round(height / dice.between(0.28, 0.46)))
    thick = dice.between(0.018, 0.032)
    words: list[str] = []
    levels = np.linspace(0.04 if dice.chance(0.7) else 0.0, height - thick, boards)
    inner = width - 2 * thick
    if style in ("sides", "grid"):
        b.pair("side", box(thick, depth, height).at((width - thick) / 2), paint)
        for z in levels:
            b.add("board", box(inner + 0.004, depth - 0.004, thick).at(z=z), paint)
        if dice.chance(0.55):
            b.add("back", box(width - 0.01, 0.008, height - levels[0]).at(0, depth / 2 - 0.006, levels[0]), paint)
            words.append("a back")
        if levels[0] > 0:
            b.add("plinth", box(inner + 0.002, 0.015, levels[0] + 0.002).at(0, -depth / 2 + 0.02, 0), paint)
    if style == "grid":
        columns = dice.integer(2, 4)
        for x in np.linspace(-inner / 2, inner / 2, columns + 1)[1:-1]:
            b.add("divider", box(thick, depth - 0.006, levels[-1] - levels[0]).at(x, 0, levels[0]), paint)
        words.insert(0, f"{columns} columns of {count(boards - 1, 'compartment')}")
    elif style == "uprights":
        frame = metal(dice) if dice.chance(0.6) else paint
        post = dice.between(0.02, 0.035)
        for x in (-1, 1):
            for y in (-1, 1):
                solid = rod((0, 0, 0), (0, 0, height), post / 2)
                b.add("post", solid.at(x * (width - post) / 2, y * (depth - post) / 2), frame)
        levels = np.maximum(levels, 0.1)
        for z in levels:
            b.add("board", box(width - post, depth - 0.5 * post, thick, 0.002).at(z=z - 0.02), paint)
        if dice.chance(0.6):
            b.add(
                "brace",
                beam(
                    (-width / 2 + post, depth / 2, 0.1),
                    (width / 2 - post, depth / 2, height - 0.1),
                    0.006,
                    0.02,
                    up=(1, 0, 0),
                ),
                frame,
            )
            b.add(
                "brace",
                beam(
                    (width / 2 - post, depth / 2 + 0.004, 0.1),
                    (-width / 2 + post, depth / 2 + 0.004, height - 0.1),
                    0.006,
                    0.02,
                    up=(1, 0, 0),
                ),
                frame,
            )
            words.append("crossed braces behind")
        words.insert(0, f"four {frame.word} posts")
    elif style == "ladder":
        reach = dice.between(0.2, 0.35)
        for s in (-1, 1):
            b.add(
                "rail",
                beam(
                    (s * width / 2, -depth / 2 - reach, 0),
                    (s * width / 2, depth / 2 - 0.02, height),
                    0.025,
                    0.05,
                    up=(0, 1, 0),
                ),
                paint,
            )
        for z in levels[:-1] + 0.15:
            t = z / height
            front = (-depth / 2 - reach) * (1 - t) + (depth / 2 - 0.02) * t - 0.02
            b.add(
                "board",
                box(width - 0.01, depth / 2 + 0.02 - front, thick).at(0, (front + depth / 2 + 0.02) / 2, z),
                paint,
            )
        words.insert(0, "leaning rails like a ladder's")
    shown = boards - 1 if style == "ladder" else boards
    words.insert(0, count(shown, "board"))
    if style != "ladder" and dice.chance(0.5):
        kinds = _fill(
            b,
            dice,
            levels[:-1] + (thick - 0.02 if style == "uprights" else thick),
            inner,
            depth,
            float(levels[1] - levels[0]) - thick,
        )
        words.append(kinds)
    return b.finish(category, seed, describe(f"{'wooden' if paint.material == 'wood' else paint.word} shelf", words))


def _fill(b: Builder, dice: Dice, levels: np.ndarray, width: float, depth: float, room: float) -> str:
    """Books and boxes on boards."""
    books = 0
    for z in levels:
        x, end = -width / 2 + 0.03, width / 2 - 0.03
        if dice.chance(0.25):
            continue
        end -= dice.random() * 0.5 * width
        while x < end - 0.06:
            color = hue(dice, "paper")
            if dice.chance(0.08):
                wide = min(0.2, end - x)
                b.add("box", box(wide, depth * 0.75, min(0.18, room * 0.7)).at(x + wide / 2, 0, z - 0.001), color)
                x += wide + 0.01
                continue
            wide = dice.between(0.025, 0.06)
            b.add(
                "book",
                box(wide, depth * dice.between(0.55, 0.8), room * dice.between(0.55, 0.88)).at(
                    x + wide / 2, 0.01, z - 0.001
                ),
                color,
            )
            x += wide + 0.001
            books += 1
    return "books" if books else ""


def cabinet(category: str, seed: int, dice: Dice) -> Shape:
    """Sideboards, chests of drawers, wardrobes, glass cabinets and bedside cabinets."""
    b = Builder()
    use = dice.pick(("sideboard", "chest of drawers", "wardrobe", "glass cabinet", "bedside cabinet", "cupboard"))
    low, high = {
        "sideboard": ((1.1, 0.36, 0.6), (1.9, 0.48, 0.88)), "chest of drawers": ((0.6, 0.38, 0.7), (1.2, 0.5, 1.25)),
        "wardrobe": ((0.8, 0.5, 1.7), (1.8, 0.65, 2.15)), "glass cabinet": ((0.6, 0.32, 1.2), (1.1, 0.45, 2.0)),
        "bedside cabinet": ((0.36, 0.32, 0.42), (0.55, 0.45, 0.65)), "cupboard": ((0.6, 0.35, 0.9), (1.1, 0.5, 1.6)),
    }[use]  # fmt: skip
    width, depth, height = (dice.between(a, c) for a, c in zip(low, high, strict=True))
    paint = wood(dice)
    front = paint if dice.chance(0.7) else wood(dice)
    handles = Handles(dice, metal(dice))
    stand = dice.pick(("legs", "plinth", "floor"))
    foot = {"legs": dice.between(0.1, 0.22), "plinth": 0.07, "floor": 0.0}[stand]
    top = dice.between(0.018, 0.035)
    words = []
    body = height - foot - top
    b.add("carcass", box(width, depth - 0.022, body + 0.002).at(0, 0.011, foot), paint)
    over = dice.pick((0.0, 0.015, 0.03))
    b.add("top", box(width + 2 * over, depth + over, top, 0.3 * top).at(0, -over / 2, foot + body), paint)
    if stand == "legs":
        legs = Legs(dice, ("square", "tapered", "round", "turned"), 0.045)
        words.append(four_legs(b, dice, legs, paint, width * 0.94, depth * 0.9, foot + 0.004, stretchers=0.0))
    elif stand == "plinth":
        b.add("plinth", box(width - 0.04, depth - 0.06, foot + 0.002).at(0, 0.02, 0), paint)
        words.append("a plinth")
    face, inset = -depth / 2, 0.012
    x0, x1, z0, z1 = -width / 2 + inset, width / 2 - inset, foot + inset, foot + body - inset
    panel = dice.pick(("plain", "framed"))
    words += _front(b, dice, use, (x0, x1), (z0, z1), face, front, handles, panel)
    words.append(handles.word)
    return b.finish(category, seed, describe(f"{'wooden' if paint.material == 'wood' else paint.word} {use}", words))


def _front(b, dice, use, x, z, face, paint, handles, panel) -> list[str]:
    """Doors and drawers over the whole front, as the use has them. Returns their words."""
    words: list[str] = []
    wide, high = x[1] - x[0], z[1] - z[0]

    def doors(number: int, z0: float, z1: float, kind: str, glass: Paint | None = None, x0=x[0], x1=x[1]) -> None:
        step = (x1 - x0) / number
        for i in range(number):
            hinge = -1 if (i % 2 == 0 and number > 1) else 1
            door(
                b,
                (x0 + i * step, x0 + (i + 1) * step),
                (z0, z1),
                face,
                paint,
                handles,
                hinge=hinge,
                panel=kind,
                glass=glass,
            )

    def drawers(rows: int, columns: int, z0: float, z1: float, x0=x[0], x1=x[1]) -> None:
        for r in range(rows):
            for c in range(columns):
                left, right = (x0 + (x1 - x0) * k / columns for k in (c, c + 1))
                drawer(
                    b, (left, right), (z0 + (z1 - z0) * r / rows, z0 + (z1 - z0) * (r + 1) / rows), face, paint, handles
                )

    if use == "chest of drawers":
        rows = dice.integer(3, 6)
        if dice.chance(0.5):
            split = z[1] - high / rows
            drawers(rows - 1, 1, z[0], split)
            drawers(1, 2, split, z[1])
            words.append(f"{count(rows - 1, 'wide drawer')} and two small ones above")
        else:
            columns = 2 if wide > 0.95 else 1
            drawers(rows, columns, *z)
            words.append(count(rows * columns, "drawer"))
    elif use == "bedside cabinet":
        rows = dice.integer(1, 3)
        if dice.chance(0.5):
            split = z[1] - high * 0.33
            doors(1, z[0], split, panel)
            drawers(1, 1, split, z[1])
            words.append("a door under a drawer")
        else:
            drawers(rows, 1, *z)
            words.append(count(rows, "drawer"))
    elif use == "glass cabinet":
        number = dice.integer(1, 2) if wide > 0.7 else 1
        split = z[0] + high * dice.pick((0.0, 0.3, 0.4))
        doors(number, split, z[1], "framed", GLASS)
        words.append(count(number, "glass door"))
        if split > z[0]:
            if dice.chance(0.5):
                rows = dice.integer(1, 3)
                drawers(rows, 1, z[0], split)
                words.append(f"{count(rows, 'drawer')} below")
            else:
                doors(number, z[0], split, panel)
                words.append(f"{count(number, 'wooden door')} below")
    elif use == "sideboard":
        columns = dice.integer(3, 4)
        step = wide / columns
        bank = dice.integer(0, columns - 1)
        rows = dice.integer(2, 4)
        for c in range(columns):
            left, right = x[0] + c * step, x[0] + (c + 1) * step
            if c == bank:
                drawers(rows, 1, *z, left, right)
            else:
                doors(1, *z, panel, None, left, right)
        words += [count(columns - 1, f"{panel} door"), count(rows, "drawer")]
    else:
        number = max(1, round(wide / dice.between(0.42, 0.6))) if use == "wardrobe" else (2 if wide > 0.65 else 1)
        split = z[0] + high * (dice.pick((0.0, 0.0, 0.2, 0.3)))
        doors(number, split, z[1], panel)
        words.append(count(number, f"{panel} door"))
        if split > z[0]:
            rows, columns = dice.integer(1, 2), dice.integer(1, 2)
            drawers(rows, columns, z[0], split)
            words.append(f"{count(rows * columns, 'drawer')} below")
    return words


def bin_(category: str, seed: int, dice: Dice) -> Shape:
    """Waste bins: open, pedal, swing-lid, wheeled, woven of wire."""
    b = Builder()
    use = dice.pick(("open", "open", "pedal", "swing", "wheeled", "wire"))
    words: list[str] = []
    if use == "wheeled":
        return _wheeled(b, category, seed, dice)
    height, wide = dice.between(0.26, 0.62), dice.between(0.24, 0.36)
    square = dice.chance(0.35)
    paint = metal(dice) if use in ("pedal", "wire") or dice.chance(0.3) else hue(dice, "plastic")
    foot = wide * dice.between(0.7, 1.0)

    def outline(size: float) -> np.ndarray:
        return rectangle(size, size * 0.8, 0.04) if square else ellipse(size, size, 28)

    form = "square" if square else "round"
    if use == "wire":
        bars = dice.integer(14, 26)
        r0, r1 = foot / 2, wide / 2
        b.add("floor", lathe([(0, 0), (r0, 0), (r0, 0.012), (0, 0.012)], 24), paint)
        for z in np.linspace(0.01, height, dice.integer(3, 6)):
            b.add("ring", torus(r0 + (r1 - r0) * z / height, 0.005, 28, 6).at(z=z), paint)
        for angle in 2 * np.pi * np.arange(bars) / bars:
            c, s = np.cos(angle), np.sin(angle)
            b.add("wire", rod((r0 * c, r0 * s, 0.006), (r1 * c, r1 * s, height), 0.0025, sides=6), paint)
        return b.finish(category, seed, describe(f"{paint.word} wire waste basket", (f"{bars} wires",)))
    b.add("body", tub(outline(foot), outline(wide), height, 0.006, 0.008), paint)
    if use == "open":
        if dice.chance(0.5):
            size = wide + 0.012
            rim = (
                torus(size / 2 - 0.004, 0.007, 28, 8)
                if not square
                else tub(outline(size), outline(size), 0.02, 0.012, 0.01)
            )
            if square:
                path = np.c_[outline(size - 0.006), np.zeros(len(outline(size)))]
                rim = sweep(path, ellipse(0.014, 0.014, 8), up=(0, 0, 1), wrap=True)
            b.add("rim", rim.at(z=height - 0.003), paint)
            words.append("a thick rim")
        if dice.chance(0.3):
            b.pair(
                "handle",
                tube(
                    [
                        (wide / 2 - 0.004, -0.04, height - 0.06),
                        (wide / 2 + 0.025, -0.03, height - 0.06),
                        (wide / 2 + 0.025, 0.03, height - 0.06),
                        (wide / 2 - 0.004, 0.04, height - 0.06),
                    ],
                    0.006,
                    sides=8,
                ),
                paint,
            )
            words.append("two handles")
    else:
        lid = paint if dice.chance(0.5) else fixed("plastic", "black", HUES["black"])
        rise = dice.between(0.03, 0.1)
        b.add("collar", slab(outline(wide + 0.012), 0.025, 0.004).at(z=height - 0.012), lid)
        solid = ball(wide, wide * (0.8 if square else 1.0), 2 * rise, 2.0 if not square else 3.0).at(
            z=height - rise + 0.012
        )
        b.add("lid", solid, lid)
        if use == "pedal":
            b.add("base", slab(outline(foot + 0.014), 0.03, 0.004), fixed("plastic", "black", HUES["black"]))
            b.add(
                "pedal",
                box(0.07, 0.06, 0.012, 0.003).at(0, -(foot * (0.4 if square else 0.5)) - 0.03, 0.012),
                metal(dice),
            )
            words.append("a pedal")
            words.append("a domed lid")
        else:
            b.add("flap", box(wide * 0.7, wide * 0.5, 0.012, 0.003).at(0, 0, height + rise + 0.004), lid)
            words.append("a swing lid")
    return b.finish(
        category, seed, describe(f"{form} {paint.word} {'' if paint.material == 'metal' else 'plastic '}bin", words)
    )


def _wheeled(b: Builder, category: str, seed: int, dice: Dice) -> Shape:
    """A household's wheeled bin: 120 to 240 litres."""
    paint = hue(dice, "plastic", "green", "blue", "grey", "brown", "black", "yellow")
    lid = paint if dice.chance(0.6) else hue(dice, "plastic")
    width, depth, height = dice.between(0.46, 0.6), dice.between(0.5, 0.68), dice.between(0.88, 1.05)
    b.add(
        "body",
        tub(rectangle(width * 0.78, depth * 0.72, 0.05), rectangle(width, depth, 0.05), height, 0.012, 0.02).at(z=0.02),
        paint,
    )
    b.add("lid", box(width + 0.03, depth + 0.03, 0.05, 0.018, corner=0.05).at(z=height), lid)
    b.add(
        "hinge",
        rod(
            (-width / 2 + 0.03, depth / 2 + 0.03, height + 0.01),
            (width / 2 - 0.03, depth / 2 + 0.03, height + 0.01),
            0.018,
        ),
        lid,
    )
    r = dice.between(0.09, 0.13)
    wheel = lathe(
        [
            (0, -0.025),
            (0.35 * r, -0.03),
            (0.8 * r, -0.02),
            (r, -0.022),
            (r, 0.022),
            (0.8 * r, 0.02),
            (0.35 * r, 0.03),
            (0, 0.025),
        ],
        22,
    ).turned(y=90)
    b.pair("wheel", wheel.at(width * 0.39 + 0.035, depth * 0.36, r), RUBBER)
    b.add("axle", rod((-width * 0.4, depth * 0.36, r), (width * 0.4, depth * 0.36, r), 0.012, sides=8), metal(dice))
    handled = dice.chance(0.5)
    if handled:
        b.add("handle", box(0.16, 0.03, 0.02, 0.005).at(0, -depth / 2 - 0.02, height + 0.015), lid)
    words = ["two wheels", f"a {lid.word} lid", "a grip" if handled else ""]
    return b.finish(category, seed, describe(f"{paint.word} wheeled bin", words))
