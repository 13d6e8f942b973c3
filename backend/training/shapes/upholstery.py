"""Armchairs and sofas: upholstered, wooden-framed, tubs."""

from __future__ import annotations

import numpy as np

from .bases import Legs, four_legs
from .builder import Builder, Paint, count, describe, hue, wood
from .dice import Dice
from .seating import cloth_or_leather
from .shape import Shape
from .solids import Solid, ball, box, lathe, rectangle, rod, slab, smooth_outline, sweep


def armchair(category: str, seed: int, dice: Dice) -> Shape:
    """A deep chair for one: upholstered, wooden-framed or a tub."""
    return _upholstered(category, seed, dice, 1)


def sofa(category: str, seed: int, dice: Dice) -> Shape:
    """A sofa for two to four, some with a chaise longue."""
    return _upholstered(category, seed, dice, dice.integer(2, 4))


def _upholstered(category: str, seed: int, dice: Dice, seats: int) -> Shape:
    b = Builder()
    cloth, timber = cloth_or_leather(dice), wood(dice)
    style = dice.pick(("block", "block", "rolled", "frame", "tub" if seats < 3 else "block"))
    seat_wide = dice.between(0.54, 0.68)
    inner, depth = seats * seat_wide, dice.between(0.78, 0.95)
    seat_high, arm_high = dice.between(0.38, 0.46), dice.between(0.54, 0.68)
    back_high = dice.between(0.74, 1.0)
    arm = {"block": dice.between(0.10, 0.26), "rolled": dice.between(0.16, 0.24), "frame": 0.06, "tub": 0.14}[style]
    foot = dice.between(0.05, 0.2)
    width, rear = inner + 2 * arm, dice.between(0.14, 0.22)
    plush = dice.between(0.12, 0.18)
    y_back = depth / 2
    if style == "tub":
        _tub_chair(b, cloth, width, depth, foot, back_high * 0.92, seat_high)
        b.add(
            "cushion", box(inner * 0.96, depth - 0.24, plush, 0.045, corner=0.12).at(0, -0.06, seat_high - plush), cloth
        )
        words = ["a curved back that runs into the arms"]
    else:
        words = []
        tilt = dice.between(4, 11)
        if style == "frame":
            foot = seat_high - plush - 0.05
            b.add("frame", box(inner + 0.02, depth * 0.86, 0.05, 0.008).at(0, -0.02, foot), timber)
            for s in (-1, 1):
                x = s * (inner / 2 + arm / 2)
                b.add("arm", box(arm + 0.015, depth * 0.9, 0.03, 0.01).at(x, -0.02, arm_high - 0.03), timber)
                b.add("leg", box(0.045, 0.05, arm_high - 0.01).at(x, -0.38 * depth, 0), timber)
                b.add("leg", box(0.045, 0.05, arm_high - 0.01).at(x, 0.36 * depth, 0), timber)
                b.add("rail", box(0.035, 0.75 * depth, 0.06).at(x, 0, foot - 0.01), timber)
            b.add(
                "back",
                box(inner, 0.03, back_high - seat_high, 0.008).turned(x=-tilt).at(0, y_back - 0.15, seat_high - 0.05),
                timber,
            )
            words.append("wooden arms")
        else:
            b.add("base", box(inner + 0.04, depth - 0.03, seat_high - plush - foot, 0.012).at(0, 0, foot), cloth)
            b.add(
                "back",
                box(inner + 0.04, rear, back_high - foot - 0.02, 0.05, corner=0.05)
                .at(0, 0, 0)
                .at(0, y_back - rear / 2, foot),
                cloth,
            )
            high = back_high if dice.chance(0.15) else arm_high
            for s in (-1, 1):
                x = s * (inner / 2 + arm / 2)
                if style == "rolled":
                    roll = arm * 0.62
                    b.add(
                        "arm",
                        box(arm * 0.8, depth - 0.02, high - foot - roll * 0.8, 0.02).at(x - s * 0.1 * arm, 0, foot),
                        cloth,
                    )
                    b.add(
                        "arm",
                        rod((x, -depth / 2, high - roll), (x, depth / 2 - 0.02, high - roll), roll, sides=18),
                        cloth,
                    )
                else:
                    b.add(
                        "arm",
                        box(arm, depth, high - foot, dice.between(0.015, 0.05), corner=0.03).at(x, 0, foot),
                        cloth,
                    )
            words.append(
                "rolled arms"
                if style == "rolled"
                else "arms as high as the back"
                if high == back_high
                else "broad arms"
                if arm > 0.18
                else "slim arms"
            )
        cushions = seats if dice.chance(0.75) else 1
        deep = depth - rear - 0.01
        part = inner / cushions
        for i in range(cushions):
            x = (i + 0.5) * part - inner / 2
            b.add(
                "cushion",
                box(part - 0.008, deep, plush, 0.4 * plush, corner=0.06).at(
                    x, -depth / 2 + deep / 2 + 0.005, seat_high - plush
                ),
                cloth,
            )
        words.append(count(cushions, "seat cushion"))
        if style == "frame" or dice.chance(0.7):
            tall = back_high - seat_high - 0.02 + dice.between(0.0, 0.06)
            for i in range(seats):
                x = (i + 0.5) * seat_wide - inner / 2
                pad = box(seat_wide - 0.01, 0.16, tall, 0.06, corner=0.06).turned(x=-tilt - 3)
                b.add(
                    "back cushion",
                    pad.at(x, y_back - rear - (0.02 if style != "frame" else 0.04), seat_high - 0.02),
                    cloth,
                )
            words.append(f"{count(seats, 'back cushion')}")
        elif dice.chance(0.5):
            pillow = hue(dice, "fabric")
            for s in ((-1,), (1,), (-1, 1))[dice.integer(0, 2)]:
                b.add(
                    "pillow",
                    ball(0.42, 0.13, 0.4, 3.5)
                    .turned(x=-16)
                    .at(s * max(inner / 2 - 0.24, 0), y_back - rear - 0.12, seat_high - 0.01),
                    pillow,
                )
            words.append(f"{pillow.word} pillows")
        if seats > 1 and style == "block" and dice.chance(0.3):
            side, long = dice.pick((-1, 1)), dice.between(0.5, 0.7)
            x = side * (inner / 2 - seat_wide / 2)
            b.add(
                "base",
                box(seat_wide, long, seat_high - plush - foot, 0.012).at(x, -depth / 2 - long / 2 + 0.02, foot),
                cloth,
            )
            b.add(
                "cushion",
                box(seat_wide - 0.01, long, plush, 0.4 * plush, corner=0.06).at(
                    x, -depth / 2 - long / 2 + 0.03, seat_high - plush
                ),
                cloth,
            )
            for s in (-1, 1):
                b.add(
                    "leg",
                    lathe([(0, 0), (0.018, 0), (0.025, foot + 0.01), (0, foot + 0.01)], 12).at(
                        x + s * (seat_wide / 2 - 0.06), -depth / 2 - long + 0.09, 0
                    ),
                    timber,
                )
            words.append("a chaise longue")
    if style != "frame":
        feet = Legs(dice, ("square", "tapered", "round"), 0.05)
        feet.splay = min(feet.splay, 0.1)
        wide, deep = (0.68 * width, 0.68 * depth) if style == "tub" else (width - 0.06, depth - 0.06)
        words.append(four_legs(b, dice, feet, timber, wide, deep, foot + 0.012, stretchers=0.0))
    kind = {"tub": "tub ", "frame": "wooden-framed "}.get(style, "")
    size = "armchair" if seats == 1 else f"sofa for {('', 'one', 'two', 'three', 'four')[seats]}"
    return b.finish(category, seed, describe(f"{cloth.word} {cloth.material} {kind}{size}", words))


def _tub_chair(b: Builder, cloth: Paint, width: float, depth: float, foot: float, high: float, seat: float) -> None:
    """A bowed wall on a round base, lower in front."""
    thick, rx, ry = 0.13, width / 2 - 0.065, depth / 2 - 0.065
    angles = np.radians(np.linspace(-28, 208, 29))
    path = np.stack([rx * np.cos(angles), ry * np.sin(angles), np.zeros_like(angles)], 1)
    outer = rectangle(thick, 1.0, 0.05, 4)
    solid = sweep(path, outer, up=(0, 0, 1))
    z = solid.vertices[:, 2] + 0.5  # 0 below … 1 above
    back = np.clip((solid.vertices[:, 1] / ry + 0.5) / 1.4, 0, 1)
    top = seat + 0.17 + (high - seat - 0.17) * back * back * (3 - 2 * back)
    vertices = solid.vertices.copy()
    vertices[:, 2] = foot + z * (top - foot)
    b.add("back", Solid(vertices, solid.triangles), cloth)
    base = smooth_outline(
        [
            (rx, -0.5 * ry),
            (rx, 0.3 * ry),
            (0.6 * rx, ry),
            (-0.6 * rx, ry),
            (-rx, 0.3 * ry),
            (-rx, -0.5 * ry),
            (-0.75 * rx, -ry),
            (0.75 * rx, -ry),
        ]
    )
    b.add("base", slab(base, seat - 0.12 - foot, 0.02).at(z=foot), cloth)
