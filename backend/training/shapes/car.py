"""Cars: saloons, hatchbacks, estates, off-roaders, sports cars, vans, pick-ups, convertibles. They go towards −Y."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .builder import GLASS, RUBBER, Builder, Paint, count, describe, fixed, hue, metal
from .dice import Dice
from .shape import Shape
from .solids import Solid, ball, beam, box, curve, lathe, loft, rectangle, rod, tube


@dataclass(frozen=True)
class Body:
    """Proportions of one kind of car; y as shares of its length from the front, z as shares of its height."""

    length: tuple[float, float]  # metres
    height: tuple[float, float]
    width: tuple[float, float]
    clearance: float  # metres below
    belt: float  # where the windows begin
    bonnet: float  # its height in front
    cowl: float  # y of the windscreen's foot
    roof: tuple[float, float]  # y of the roof's beginning and end
    rear: float  # y of the rear window's foot
    deck: float  # height of the tail
    wheel: float  # metres, radius


KINDS: dict[str, Body] = {
    "saloon": Body((4.4, 5.0), (1.4, 1.5), (1.75, 1.88), 0.17, 0.64, 0.52, 0.27, (0.4, 0.68), 0.83, 0.66, 0.32),
    "hatchback": Body((3.5, 4.3), (1.42, 1.56), (1.65, 1.8), 0.17, 0.62, 0.54, 0.22, (0.37, 0.82), 0.96, 0.6, 0.31),
    "estate": Body((4.4, 4.9), (1.44, 1.54), (1.75, 1.86), 0.17, 0.62, 0.52, 0.26, (0.39, 0.9), 0.97, 0.6, 0.32),
    "off-roader": Body((4.1, 5.0), (1.65, 1.9), (1.8, 1.98), 0.24, 0.6, 0.56, 0.25, (0.34, 0.92), 0.98, 0.6, 0.38),
    "sports car": Body((4.1, 4.6), (1.14, 1.28), (1.78, 1.95), 0.12, 0.66, 0.5, 0.33, (0.48, 0.62), 0.88, 0.68, 0.33),
    "van": Body((4.6, 5.9), (1.9, 2.4), (1.85, 2.0), 0.2, 0.5, 0.46, 0.1, (0.21, 0.97), 0.995, 0.5, 0.34),
    "pick-up": Body((4.9, 5.5), (1.65, 1.85), (1.8, 1.98), 0.26, 0.6, 0.56, 0.25, (0.35, 0.54), 0.6, 0.6, 0.38),
    "convertible": Body((3.9, 4.6), (1.25, 1.4), (1.7, 1.85), 0.15, 0.66, 0.54, 0.33, (0.42, 0.44), 0.8, 0.66, 0.32),
}


def car(category: str, seed: int, dice: Dice) -> Shape:
    b = Builder()
    kind = dice.pick(tuple(KINDS))
    shape = KINDS[kind]
    paint = hue(dice, "paint")
    length, height, width = dice.between(*shape.length), dice.between(*shape.height), dice.between(*shape.width)
    radius = shape.wheel * dice.between(0.94, 1.08)

    def y(share: float) -> float:
        return (share - 0.5) * length

    boxy = dice.between(4.0, 7.0) if kind in ("van", "off-roader", "pick-up") else dice.between(3.0, 4.6)
    bonnet = shape.bonnet + dice.between(-0.02, 0.03)
    belt, low = shape.belt * height, shape.clearance
    rows = [  # y, top, half width
        (0.0, (bonnet - 0.14) * height, 0.4),
        (0.018, (bonnet - 0.09) * height, 0.455),
        (0.07, bonnet * height, 0.485),
        (shape.cowl, belt * 0.99, 0.5),
        (0.5, belt, 0.5),
        (shape.rear if shape.rear < 0.9 else 0.9, (shape.deck + shape.belt) / 2 * height, 0.495),
        (0.965, shape.deck * height, 0.475),
        (0.988, (shape.deck - 0.03) * height, 0.45),
        (1.0, (shape.deck - 0.1) * height, 0.42),
    ]
    b.add("body", _lower(rows, width, length, low, boxy), paint)
    words = [_cabin(b, dice, kind, shape, paint, length, width, height, belt)]
    axles = (dice.between(0.17, 0.2), dice.between(0.79, 0.83))
    spokes = dice.pick((0, 5, 5, 6, 7, 8, 10))
    rim = metal(dice, "aluminium", "steel", "black metal")
    for share in axles:
        _wheels(b, y(share), radius, width, spokes, rim)
        _arch(b, y(share), radius, width, paint if kind != "off-roader" or dice.chance(0.4) else RUBBER)
    words.append(f"{count(spokes, 'spoke')} to a wheel" if spokes else "disc wheels")
    _lights(b, dice, shape, length, width, height, bonnet)
    dark = fixed("plastic", "black", (0.02, 0.02, 0.022))
    bumper = dark if dice.chance(0.5) else paint
    b.add("bumper", box(width * 0.9, 0.16, 0.16, 0.05, corner=0.07).at(0, y(0.012), low + 0.06), bumper)
    b.add("bumper", box(width * 0.9, 0.16, 0.16, 0.05, corner=0.07).at(0, y(0.988), low + 0.06), bumper)
    mirror = ball(0.2, 0.1, 0.14, 3, sides=14, rows=8)
    b.pair("mirror", mirror.at(width / 2 + 0.06, y(shape.cowl + 0.06), belt + 0.02), paint)
    for s in (-1, 1):
        for share in (0.5,) if kind in ("sports car", "convertible") else (0.44, 0.62):
            b.add("door handle", box(0.03, 0.16, 0.03, 0.008).at(s * (width / 2 - 0.003), y(share), belt - 0.14), dark)
    words += _extras(b, dice, kind, shape, paint, length, width, height, belt)
    return b.finish(category, seed, describe(f"{paint.word} {kind}", words))


def _lower(rows: list, width: float, length: float, low: float, power: float) -> Solid:
    """The body up to the windows' lower edge: squarish sections, fuller at the belt than at the sill."""
    sides = 28
    angles = 2 * np.pi * np.arange(sides) / sides
    c, s = np.round(np.cos(angles), 12), np.round(np.sin(angles), 12)
    u, v = (np.sign(k) * np.abs(k) ** (2 / power) for k in (c, s))
    rings = []
    for share, top, half in curve(rows, 3):
        rise = 0.07 * max(0.0, 1 - share / 0.06) + 0.09 * max(0.0, (share - 0.93) / 0.07)
        bottom = low + rise
        z = (top + bottom) / 2 + v * (top - bottom) / 2
        narrow = 1 - 0.05 * np.clip(v, 0, 1) ** 2 - 0.06 * np.clip(-v, 0, 1) ** 2
        rings.append(np.stack([u * half * width * narrow, np.full(sides, (share - 0.5) * length), z], 1))
    return loft(np.array(rings))


def _cabin(
    b: Builder,
    dice: Dice,
    kind: str,
    shape: Body,
    paint: Paint,
    length: float,
    width: float,
    height: float,
    belt: float,
) -> str:
    """Windows as one dark solid, a roof on it and pillars around it; a convertible has a screen and seats."""

    def y(share: float) -> float:
        return (share - 0.5) * length

    lower = (y(shape.cowl), y(shape.rear), width * 0.455)
    upper = (
        y(shape.roof[0]),
        y(shape.roof[1]),
        width * dice.between(0.36, 0.4) if kind not in ("van",) else width * 0.43,
    )
    if kind == "convertible":
        top = height - 0.05
        b.add(
            "windscreen",
            loft(
                np.array(
                    [
                        [
                            (s * lower[2], lower[0] + dy, belt - 0.03)
                            for s, dy in ((-1, 0), (1, 0), (1, 0.04), (-1, 0.04))
                        ],
                        [(s * upper[2], upper[0] + dy, top) for s, dy in ((-1, 0), (1, 0), (1, 0.04), (-1, 0.04))],
                    ]
                )
            ),
            GLASS,
        )
        frame = [
            (-lower[2], lower[0], belt - 0.03),
            (-upper[2], upper[0], top - 0.01),
            (upper[2], upper[0], top - 0.01),
            (lower[2], lower[0], belt - 0.03),
        ]
        for start, end in pairwise(frame):
            b.add("pillar", rod(start, end, 0.028, sides=8), paint)
        seats = hue(dice, "leather", "black", "brown", "red", "cream")
        rows = dice.integer(1, 2) if length > 4.2 else 1
        b.add(
            "cockpit",
            box(width * 0.8, (0.24 + 0.16 * (rows - 1)) * length, 0.05, 0.01).at(
                0, y(0.56 + 0.07 * (rows - 1)), belt - 0.02
            ),
            fixed("leather", "black", (0.02, 0.02, 0.02)),
        )
        for k in range(rows):
            for s in (-1, 1):
                b.add(
                    "seat",
                    box(0.46, 0.16, 0.42, 0.05, corner=0.06)
                    .turned(x=-14)
                    .at(s * 0.21 * width, y(0.6 + 0.17 * k), belt - 0.12),
                    seats,
                )
                b.add(
                    "head rest",
                    box(0.24, 0.1, 0.17, 0.04, corner=0.04).at(s * 0.21 * width, y(0.6 + 0.17 * k) + 0.08, belt + 0.27),
                    seats,
                )
        wheel = lathe([(0, 0), (0.18, 0), (0.18, 0.02), (0, 0.02)], 20).turned(x=65)
        b.add(
            "steering wheel",
            wheel.at(0.21 * width, y(0.46), belt + 0.08),
            fixed("plastic", "black", (0.02, 0.02, 0.02)),
        )
        return f"{count(2 * rows, 'open seat')}"
    top = height - 0.035

    def ring(front: float, rear: float, half: float, z: float) -> np.ndarray:
        outline = rectangle(2 * half, rear - front, min(0.18, 0.3 * (rear - front)), 3)
        return np.c_[outline[:, 0], outline[:, 1] + (front + rear) / 2, np.full(len(outline), z)]

    lines = []
    for t in (0.0, 0.45, 0.85, 1.0):
        bow = t**1.25
        front, rear = lower[0] + (upper[0] - lower[0]) * t, lower[1] + (upper[1] - lower[1]) * t
        lines.append(ring(front, rear, lower[2] + (upper[2] - lower[2]) * bow, belt - 0.06 + (top - belt + 0.06) * t))
    b.add("windows", loft(np.array(lines)), GLASS)
    roof = [
        ring(upper[0] - 0.02, upper[1] + 0.02, upper[2] + 0.012, top - 0.035),
        ring(upper[0] - 0.02, upper[1] + 0.02, upper[2] + 0.012, top),
        ring(upper[0] + 0.2, upper[1] - 0.2 if upper[1] - upper[0] > 0.6 else upper[1], upper[2] - 0.16, height),
    ]
    b.add("roof", loft(np.array(roof)), paint)
    d = 0.045
    for s in (-1, 1):
        b.add(
            "pillar",
            beam(
                (s * (lower[2] - d), lower[0] + d, belt - 0.08),
                (s * (upper[2] - 0.6 * d), upper[0] + d, top - 0.01),
                0.07,
                0.07,
                up=(0, 1, 0),
            ),
            paint,
        )
        b.add(
            "pillar",
            beam(
                (s * (lower[2] - d), lower[1] - 1.6 * d, belt - 0.08),
                (s * (upper[2] - 0.6 * d), upper[1] - 1.6 * d, top - 0.01),
                0.075,
                0.13,
                up=(0, 1, 0),
            ),
            paint,
        )
        middle = [0.56] if kind not in ("sports car", "pick-up") else []
        if kind in ("estate", "off-roader"):
            middle.append(0.78)
        for share in middle:
            b.add(
                "pillar",
                beam(
                    (s * (lower[2] - 0.012), y(share), belt - 0.06),
                    (s * (upper[2] - 0.002), y(share + 0.01), top - 0.01),
                    0.05,
                    0.09,
                    up=(0, 1, 0),
                ),
                paint,
            )
    if kind == "van" and dice.chance(0.55):  # a panel van: painted behind the front doors
        panel = [
            ring(y(0.36), lower[1] + 0.015, lower[2] + 0.015, belt - 0.06),
            ring(y(0.36), upper[1] + 0.015, upper[2] + 0.012, top),
        ]
        b.add("panel", loft(np.array(panel)), paint)
        return "windowless sides"
    return {
        "hatchback": "a steep tail",
        "estate": "a long roof",
        "saloon": "a boot",
        "off-roader": "a high body",
        "sports car": "a low roof",
        "van": "side windows",
        "pick-up": "a loading bed",
    }[kind]


def _wheels(b: Builder, y: float, r: float, width: float, spokes: int, rim: Paint) -> None:
    half, x = 0.11, width / 2 - 0.09
    tyre = lathe(
        [
            (0.0, -half),
            (0.62 * r, -half),
            (0.9 * r, -half),
            (r, -0.7 * half),
            (r, 0.7 * half),
            (0.9 * r, half),
            (0.66 * r, half),
            (0.62 * r, 0.6 * half),
            (0.0, 0.6 * half),
        ],
        28,
    ).turned(y=90)
    b.pair("tyre", tyre.at(x, y, r), RUBBER)
    if not spokes:
        disc = lathe(
            [
                (0, 0.5 * half),
                (0.63 * r, 0.5 * half),
                (0.63 * r, 0.9 * half),
                (0.4 * r, 0.75 * half),
                (0.2 * r, 1.02 * half),
                (0, 1.02 * half),
            ],
            24,
        ).turned(y=90)
        b.pair("rim", disc.at(x, y, r), rim)
        return
    for k in range(spokes):
        angle = 2 * np.pi * k / spokes
        end = (x + 0.9 * half, y + 0.63 * r * np.cos(angle), r + 0.63 * r * np.sin(angle))
        b.pair(
            "spoke",
            beam(
                (x + 0.95 * half, y, r), end, 0.03, 0.24 * r * 5 / (spokes + 2), up=(0.0, -np.sin(angle), np.cos(angle))
            ),
            rim,
        )
    hub = lathe([(0, 0.5 * half), (0.18 * r, 0.5 * half), (0.15 * r, 1.1 * half), (0, 1.1 * half)], 16).turned(y=90)
    b.pair("rim", hub.at(x, y, r), rim)


def _arch(b: Builder, y: float, r: float, width: float, paint: Paint) -> None:
    """A lip around the wheel's upper half."""
    angles = np.radians(np.linspace(-8, 188, 13))
    line = [(width / 2 - 0.035, y + 1.14 * r * np.cos(a), r + 1.14 * r * np.sin(a)) for a in angles]
    b.pair("wheel arch", tube(line, 0.05, sides=8, smooth=1), paint)


def _lights(b: Builder, dice: Dice, shape: Body, length: float, width: float, height: float, bonnet: float) -> None:
    lamp, red = fixed("light", "light", (0.8, 0.8, 0.75)), fixed("light", "red", (0.4, 0.01, 0.01))
    z = (bonnet - 0.12) * height
    if dice.chance(0.4):
        b.pair("headlamp", ball(0.2, 0.16, 0.2, sides=16, rows=8).at(0.36 * width, -0.482 * length, z - 0.1), lamp)
    else:
        b.pair("headlamp", box(0.34, 0.16, 0.12, 0.04, corner=0.05).at(0.34 * width, -0.483 * length, z - 0.08), lamp)
    tall = dice.chance(0.5)
    size = (0.13, 0.1, 0.34) if tall else (0.36, 0.1, 0.13)
    b.pair(
        "rear lamp",
        box(*size, 0.03).at(
            (0.4 if tall else 0.35) * width, 0.482 * length, shape.deck * height - (0.36 if tall else 0.24)
        ),
        red,
    )
    grille = fixed("plastic", "black", (0.015, 0.015, 0.015))
    b.add(
        "grille",
        box(width * dice.between(0.25, 0.45), 0.1, dice.between(0.08, 0.2), 0.02).at(0, -0.488 * length, z - 0.2),
        grille,
    )
    b.add(
        "number plate",
        box(0.5, 0.03, 0.11).at(0, 0.505 * length, shape.clearance + 0.26),
        fixed("plastic", "white", (0.7, 0.7, 0.6)),
    )


def _extras(
    b: Builder,
    dice: Dice,
    kind: str,
    shape: Body,
    paint: Paint,
    length: float,
    width: float,
    height: float,
    belt: float,
) -> list[str]:
    dark, words = fixed("metal", "black", (0.03, 0.03, 0.03)), []
    if kind == "pick-up":
        front, rear = (0.62 - 0.5) * length, 0.485 * length
        for s in (-1, 1):
            b.add(
                "bed side",
                box(0.07, rear - front, 0.14, 0.02).at(s * width * 0.43, (front + rear) / 2, belt - 0.03),
                paint,
            )
        b.add("tailgate", box(width * 0.86, 0.07, 0.14, 0.02).at(0, rear - 0.03, belt - 0.03), paint)
        b.add("bed floor", box(width * 0.8, rear - front - 0.1, 0.02).at(0, (front + rear) / 2, belt - 0.015), dark)
        if dice.chance(0.4):
            b.add(
                "roll bar",
                tube(
                    [
                        (-0.4 * width, front + 0.1, belt),
                        (-0.38 * width, front + 0.1, height - 0.1),
                        (0.38 * width, front + 0.1, height - 0.1),
                        (0.4 * width, front + 0.1, belt),
                    ],
                    0.035,
                    sides=8,
                ),
                dark,
            )
            words.append("a roll bar")
    if kind in ("estate", "off-roader", "van") and dice.chance(0.5):
        y0, y1 = (shape.roof[0] + 0.06 - 0.5) * length, (shape.roof[1] - 0.08 - 0.5) * length
        for s in (-1, 1):
            b.add(
                "roof rail",
                tube(
                    [
                        (s * 0.33 * width, y0, height - 0.04),
                        (s * 0.33 * width, y0 + 0.12, height + 0.05),
                        (s * 0.33 * width, y1 - 0.12, height + 0.05),
                        (s * 0.33 * width, y1, height - 0.04),
                    ],
                    0.02,
                    sides=8,
                ),
                dark,
            )
        words.append("roof rails")
    if kind == "off-roader" and dice.chance(0.5):
        r = shape.wheel * 0.92
        spare = lathe(
            [(0, 0), (0.9 * r, 0), (r, 0.03), (r, 0.17), (0.9 * r, 0.2), (0.55 * r, 0.2), (0.5 * r, 0.17), (0, 0.17)],
            26,
        ).turned(x=-90)
        b.add("spare wheel", spare.at(0, 0.49 * length, 0.48 * height), RUBBER)
        words.append("a spare wheel behind")
    if kind == "sports car" and dice.chance(0.55):
        z = shape.deck * height + dice.between(0.1, 0.22)
        b.add("spoiler", box(width * 0.86, 0.24, 0.035, 0.012).at(0, 0.455 * length, z), paint)
        b.pair(
            "spoiler post",
            box(0.035, 0.12, z - shape.deck * height + 0.09).at(0.3 * width, 0.45 * length, shape.deck * height - 0.08),
            dark,
        )
        words.append("a rear wing")
    if kind in ("saloon", "estate") and dice.chance(0.15):
        b.add("sign", box(0.5, 0.2, 0.12, 0.03).at(0, 0, height - 0.01), hue(dice, "plastic", "yellow", "white"))
        words.append("a taxi sign")
    return words
