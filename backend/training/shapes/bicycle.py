"""Bicycles: town, racing, mountain, step-through and children's. They go towards −Y; the chain is on the right (−X)."""

from __future__ import annotations

import numpy as np

from .builder import RUBBER, Builder, Paint, describe, fixed, hue, metal
from .dice import Dice
from .shape import Shape
from .solids import ball, box, curve, ellipse, hull, lathe, rectangle, rod, sweep, torus, tub, tube


def bicycle(category: str, seed: int, dice: Dice) -> Shape:
    b = Builder()
    kind = dice.pick(("town", "town", "racing", "mountain", "step-through", "child's"))
    paint, steel = hue(dice, "paint"), metal(dice, "steel", "aluminium")
    black = fixed("plastic", "black", (0.02, 0.02, 0.02))
    small = kind == "child's"
    r = dice.between(0.2, 0.26) if small else dice.between(0.32, 0.36)
    fat = {"racing": 0.013, "mountain": 0.029, "town": 0.019, "step-through": 0.019, "child's": 0.02}[
        kind
    ] * dice.between(0.9, 1.15)
    base = dice.between(0.66, 0.76) if small else dice.between(0.98, 1.1)
    rear, front = 0.42 * base, -0.58 * base
    spokes = dice.pick((12, 16, 20, 24, 28))
    for y in (rear, front):
        _wheel(b, y, r, fat, spokes, steel)
    crank_z = r * dice.between(0.78, 0.9)
    saddle_z = dice.between(0.56, 0.66) if small else dice.between(0.88, 1.02)
    crank = (0.0, 0.0, crank_z)
    lean = 0.3
    top_z = {"racing": 0.85, "town": 0.82, "mountain": 0.72, "step-through": 0.55, "child's": 0.62}[kind] * saddle_z

    def seat_tube(z: float) -> tuple[float, float, float]:
        return 0.0, lean * (z - crank_z), z

    head_z = (r + 0.3 + dice.between(0.1, 0.18)) * (0.82 if small else 1.0) + (
        0.05 if kind in ("mountain", "town") else 0.0
    )
    fork_y = front + 0.33 * (head_z - r) * 1.0 - 0.04
    thick = 0.021 if kind == "mountain" else 0.017

    def head(z: float) -> tuple[float, float, float]:
        return 0.0, fork_y - 0.3 * (z - head_z), z

    low_z = head_z - 0.13 * (0.7 if small else 1.0)
    b.add("seat tube", rod(crank, seat_tube(max(top_z, 0.8 * saddle_z) + 0.02), thick), paint)
    b.add("head tube", rod(head(low_z - 0.02), head(head_z + 0.02), thick * 1.25), paint)
    if kind == "step-through":
        bow = dice.chance(0.5)
        for rise in (0.0, 0.1) if not bow else (0.0,):
            start, end = head(low_z + 0.9 * rise), seat_tube(crank_z + 0.08 + 2.2 * rise if not bow else crank_z + 0.1)
            b.add(
                "down tube",
                tube(
                    [
                        start,
                        (0, 0.55 * start[1], start[2] - 0.2 * (1 - 3 * rise)),
                        (0, 0.2 * start[1], crank_z + 0.12 + 1.3 * rise),
                        end,
                    ],
                    thick * 1.1,
                ),
                paint,
            )
    else:
        b.add("top tube", rod(seat_tube(top_z), head(head_z - 0.02), thick), paint)
        b.add("down tube", rod(crank, head(low_z + 0.015), thick * 1.15), paint)
    for s in (-1, 1):
        b.add("chain stay", rod((s * 0.02, 0, crank_z), (s * 0.058, rear, r), 0.0095, sides=8), paint)
        b.add(
            "seat stay",
            rod((s * 0.012, *seat_tube(min(top_z, 0.8 * saddle_z))[1:]), (s * 0.058, rear, r), 0.008, sides=8),
            paint,
        )
        crown = head(low_z - 0.02)
        if kind == "mountain":
            b.add("fork", rod((s * 0.06, crown[1], crown[2] + 0.0), (s * 0.06, front, r), 0.017, 0.02, sides=10), paint)
        else:
            mid = (s * 0.055, crown[1] + 0.62 * (front - crown[1]) + 0.025, crown[2] + 0.62 * (r - crown[2]))
            b.add(
                "fork",
                tube([(s * 0.03, crown[1], crown[2]), mid, (s * 0.055, front, r)], [0.013, 0.011, 0.008], sides=8),
                paint,
            )
    crown = head(low_z - 0.02)
    b.add("fork crown", rod((-0.068, crown[1], crown[2]), (0.068, crown[1], crown[2]), 0.016, sides=8), paint)
    post = seat_tube(saddle_z - 0.03)
    b.add("seat post", rod(seat_tube(top_z - 0.02), post, 0.0135), steel)
    _saddle(b, dice, kind, post[1], saddle_z, small)
    bars = _bars(b, dice, kind, head(head_z + dice.between(0.03, 0.1)), head(head_z), steel, black, small)
    _drive(b, dice, crank_z, rear, r, steel, black, small)
    words = [bars, f"{spokes} spokes to a wheel"]
    words += _extras(b, dice, kind, paint, steel, r, fat, rear, front, head(head_z), seat_tube(top_z), small)
    name = {
        "town": "town bicycle",
        "racing": "racing bicycle",
        "mountain": "mountain bicycle",
        "step-through": "step-through bicycle",
        "child's": "child's bicycle",
    }[kind]
    return b.finish(category, seed, describe(f"{paint.word} {name}", words))


def _wheel(b: Builder, y: float, r: float, fat: float, spokes: int, steel: Paint) -> None:
    b.add("tyre", torus(r - fat, fat, 40, 10).turned(y=90).at(0, y, r), RUBBER)
    b.add("rim", torus(r - 2.1 * fat, 0.4 * fat + 0.005, 40, 8).turned(y=90).at(0, y, r), steel)
    b.add(
        "hub",
        lathe(
            [
                (0, -0.06),
                (0.007, -0.06),
                (0.007, -0.034),
                (0.022, -0.03),
                (0.015, -0.02),
                (0.015, 0.02),
                (0.022, 0.03),
                (0.007, 0.034),
                (0.007, 0.06),
                (0, 0.06),
            ],
            14,
        )
        .turned(y=90)
        .at(0, y, r),
        steel,
    )
    reach = r - 2.1 * fat
    for k in range(spokes):
        angle = 2 * np.pi * (k + 0.5) / spokes
        lean = angle + (0.5 if k % 4 < 2 else -0.5)
        hub = (0.024 if k % 2 else -0.024, y + 0.019 * np.cos(lean), r + 0.019 * np.sin(lean))
        b.add("spoke", rod(hub, (0, y + reach * np.cos(angle), r + reach * np.sin(angle)), 0.0013, sides=5), steel)


def _saddle(b: Builder, dice: Dice, kind: str, y: float, z: float, small: bool) -> None:
    k = 0.75 if small else 1.0
    wide = {"racing": 0.07, "mountain": 0.075}.get(kind, dice.between(0.085, 0.105)) * k
    cover = hue(dice, "leather", "black", "brown", "black", "white", "red")
    b.add(
        "saddle",
        hull(
            [
                (y - 0.15 * k, z - 0.012, 0.012, 0.01, 2),
                (y - 0.12 * k, z - 0.012, 0.022, 0.02, 2),
                (y - 0.02, z - 0.015, 0.04 * k, 0.026, 2.4),
                (y + 0.06 * k, z - 0.012, wide, 0.03, 2.6),
                (y + 0.1 * k, z - 0.01, 0.9 * wide, 0.026, 2.6),
                (y + 0.12 * k, z - 0.01, 0.3 * wide, 0.012, 2),
            ],
            sides=18,
        ),
        cover,
    )


def _bars(
    b: Builder,
    dice: Dice,
    kind: str,
    top: tuple[float, float, float],
    head: tuple[float, float, float],
    steel: Paint,
    black: Paint,
    small: bool,
) -> str:
    """Stem, handlebar and grips."""
    half = (0.21 if kind == "racing" else 0.3 if kind == "mountain" else 0.27) * (0.85 if small else 1.0)
    reach = 0.1 if kind == "racing" else 0.05
    y, z = top[1] - reach, top[2] + 0.01
    b.add("stem", rod(head, top, 0.013), steel)
    b.add("stem", rod((0, top[1] + 0.01, top[2] - 0.006), (0, y, z), 0.014), steel)
    if kind == "racing":
        for s in (-1, 1):
            line = [
                (0, y, z),
                (s * 0.8 * half, y, z),
                (s * half, y - 0.03, z),
                (s * half, y - 0.085, z - 0.005),
                (s * half, y - 0.1, z - 0.06),
                (s * half, y - 0.06, z - 0.12),
                (s * half, y + 0.03, z - 0.13),
            ]
            b.add("handlebar", tube(line, 0.0135), black)
            b.add(
                "brake lever",
                tube(
                    [(s * half, y - 0.085, z + 0.02), (s * half, y - 0.115, z + 0.0), (s * half, y - 0.11, z - 0.1)],
                    [0.012, 0.009, 0.005],
                    sides=8,
                ),
                black,
            )
        return "a dropped handlebar"
    swept = kind in ("town", "step-through") or (small and dice.chance(0.5))
    rise = dice.between(0.02, 0.08)
    if swept:
        back = dice.between(0.12, 0.2)
        line = [
            (0, y, z),
            (0.45 * half, y - 0.015, z + rise),
            (0.85 * half, y + 0.2 * back, z + rise),
            (half, y + back, z + 0.8 * rise),
        ]
        end, grip = line[-1], (half * 1.03, y + back + 0.11, z + 0.7 * rise)
    else:
        line = [(0, y, z), (0.3 * half, y, z + 0.02), (0.5 * half, y, z + rise), (half, y + 0.03, z + rise)]
        end, grip = line[-1], (half + 0.12, y + 0.045, z + rise)
    b.pair("handlebar", tube(line, 0.012), steel)
    b.pair("grip", rod(tuple(0.85 * np.array(end) + 0.15 * np.array(line[-2])), grip, 0.0165), black)
    b.pair(
        "brake lever",
        rod(tuple(np.add(end, (0, -0.03, -0.012))), tuple(np.add(grip, (0, -0.045, -0.012))), 0.005, sides=6),
        black,
    )
    return "a swept-back handlebar" if swept else "a flat handlebar"


def _drive(b: Builder, dice: Dice, z: float, rear: float, r: float, steel: Paint, black: Paint, small: bool) -> None:
    k = 0.7 if small else 1.0
    big, little = dice.between(0.07, 0.1) * k, dice.between(0.03, 0.045)
    for at, height, size in ((0.0, z, big), (rear, r, little)):
        disc = lathe([(0, -0.003), (size, -0.003), (size, 0.003), (0, 0.003)], 24).turned(y=90)
        b.add("chain wheel", disc.at(-0.045, at, height), steel)
    for s in (-1, 1):
        b.add("chain", rod((-0.045, 0, z + s * big), (-0.045, rear, r + s * little), 0.004, sides=6), black)
    b.add("crank axle", rod((-0.065, 0, z), (0.065, 0, z), 0.017), steel)
    angle = dice.between(0, 2 * np.pi)
    long = 0.165 * (0.65 if small else 1.0)
    for s in (-1, 1):
        end = (s * 0.075, s * long * np.cos(angle), z + s * long * np.sin(angle))
        b.add("crank", rod((s * 0.06, 0, z), end, 0.011, 0.009, sides=8), steel)
        b.add("pedal", rod(end, (s * 0.16, end[1], end[2]), 0.006, sides=6), steel)
        b.add("pedal", box(0.085, 0.07 * k + 0.015, 0.022, 0.006).at(s * 0.125, end[1], end[2] - 0.011), black)


def _extras(b, dice, kind, paint, steel, r, fat, rear, front, head, seat, small) -> list[str]:
    """Mudguards, rack, basket, lamp, stabilisers, a bottle. Returns their words."""
    words = []
    if kind in ("town", "step-through") and dice.chance(0.8):
        guard = paint if dice.chance(0.5) else steel
        for y, first, last in ((rear, -10, 165), (front, 25, 150)):
            angles = np.radians(np.linspace(first, last, 15))
            if y == front:
                angles = np.pi - angles
            out = r + 0.012
            path = np.stack([np.zeros(15), y + out * np.cos(angles), r + out * np.sin(angles)], 1)
            b.add("mudguard", sweep(path, ellipse(0.004, 4.4 * fat + 0.01, 8), up=(1, 0, 0)), guard)
        words.append("mudguards")
    if kind in ("town", "step-through") and dice.chance(0.55):
        z = 2 * r + 0.05
        loop = curve(
            [
                (-0.05, rear - 0.16, z),
                (-0.055, rear + 0.05, z),
                (0, rear + 0.17, z),
                (0.055, rear + 0.05, z),
                (0.05, rear - 0.16, z),
            ],
            4,
        )
        b.add("rack", tube(loop, 0.006, sides=6, smooth=1), steel)
        for at in (-0.1, 0.0, 0.1):
            b.add("rack", rod((-0.05, rear + at, z), (0.05, rear + at, z), 0.005, sides=6), steel)
        b.add("rack", rod((0, *seat[1:]), (0, rear - 0.1, z), 0.006, sides=6), steel)
        for s in (-1, 1):
            b.add("rack", rod((s * 0.052, rear + 0.02, z), (s * 0.062, rear, r), 0.005, sides=6), steel)
        words.append("a rack")
    if kind in ("town", "step-through", "child's") and dice.chance(0.45):
        wide = 0.34 * (0.65 if small else 1.0)
        y, z = head[1] - 0.2 * (0.7 if small else 1.0), head[2] - 0.03
        brown = fixed("wicker", "wicker", (0.3, 0.18, 0.08)) if dice.chance(0.6) else steel
        b.add(
            "basket",
            tub(
                rectangle(wide * 0.8, wide * 0.6, 0.03), rectangle(wide, wide * 0.75, 0.03), wide * 0.66, 0.008, 0.008
            ).at(0, y, z),
            brown,
        )
        words.append("a basket")
    elif kind in ("town", "step-through") and dice.chance(0.6):
        lamp = ball(0.075, 0.08, 0.075, sides=14, rows=8)
        b.add("lamp", lamp.at(0, head[1] - 0.06, head[2] - 0.06), fixed("light", "light", (0.8, 0.8, 0.7)))
        words.append("a lamp")
    if small and dice.chance(0.5):
        for s in (-1, 1):
            b.add("stabiliser", rod((s * 0.06, rear, r), (s * 0.2, rear + 0.02, 0.065), 0.008, sides=6), steel)
            b.add(
                "stabiliser",
                lathe([(0, -0.012), (0.06, -0.012), (0.06, 0.012), (0, 0.012)], 20)
                .turned(y=90)
                .at(s * 0.21, rear + 0.02, 0.06),
                RUBBER,
            )
        words.append("stabilisers")
    if kind in ("racing", "mountain") and dice.chance(0.5):
        mid = 0.5 * (np.array(head) + [0, 0, r * 0.85]) + [0, 0.03, 0.03]
        along = np.array(head) - np.array([0, 0, r * 0.85])
        along /= np.linalg.norm(along)
        b.add(
            "bottle",
            tube(
                [mid - 0.1 * along, mid + 0.08 * along, mid + 0.095 * along, mid + 0.12 * along],
                [0.036, 0.036, 0.02, 0.018],
                smooth=2,
            ),
            hue(dice, "plastic"),
        )
        words.append("a bottle")
    if kind != "racing" and dice.chance(0.5):
        b.add("kick stand", rod((0.03, 0.12, r * 0.8), (0.16, 0.16, 0.0), 0.009, sides=6), steel)
        words.append("a stand")
    return words
