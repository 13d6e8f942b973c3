"""What furniture stands on: legs of several kinds with or without stretchers, pedestals, trestles, sleds, panels.

Everything stands on z = 0 and reaches up to the height asked for; x is the width, y the depth.
"""

from __future__ import annotations

import copy

import numpy as np

from .builder import Builder, Paint, count
from .dice import Dice
from .solids import Solid, beam, box, curve, lathe, loft, rectangle, rod, sweep, torus, tube

WORDS = {
    "square": "square", "tapered": "tapered", "round": "round", "turned": "turned", "cabriole": "curved",
    "hairpin": "hairpin",
}  # fmt: skip


class Legs:
    """One style of leg, drawn once and used for all legs of an object."""

    def __init__(self, dice: Dice, kinds: tuple[str, ...], thick: float) -> None:
        self.kind = dice.pick(kinds)
        self.thick = thick * dice.between(0.85, 1.25)
        self.taper = dice.between(0.4, 0.85)
        self.splay = dice.pick((0.0, 0.0, dice.between(0.04, 0.2))) if self.kind != "cabriole" else 0.0
        self.beads = dice.integer(2, 4)
        self.swell = tuple(dice.between(0.55, 1.3) for _ in range(2 * self.beads))

    @property
    def word(self) -> str:
        return ("splayed " if self.splay else "") + WORDS[self.kind]

    def without_splay(self) -> Legs:
        straight = copy.copy(self)
        straight.splay = 0.0
        return straight

    def make(self, x: float, y: float, height: float) -> Solid:
        """A leg whose top is at (x, y, height); it leans or bends away from the middle."""
        out = np.array([np.sign(x), np.sign(y)]) if y else np.array([np.sign(x), 0.0])
        half = self.thick / 2
        if self.kind == "square":
            solid = box(self.thick, self.thick, height, 0.1 * self.thick)
        elif self.kind == "tapered":
            foot = rectangle(self.thick * self.taper, self.thick * self.taper)
            solid = loft(
                np.array(
                    [
                        np.c_[foot * k, np.full(4, z)]
                        for k, z in ((1.0, 0.0), (1 / self.taper, 0.75 * height), (1 / self.taper, height))
                    ]
                )
            )
        elif self.kind == "round":
            solid = lathe([(half * self.taper, 0), (half, height)], 12)
        elif self.kind == "turned":
            z = np.linspace(0.0, 0.8, 2 * self.beads) * height
            knots = [
                (half * k * (0.62 if i % 2 else 1.0), at) for i, (k, at) in enumerate(zip(self.swell, z, strict=True))
            ]
            solid = lathe([*curve(knots, 4), (half * 1.05, 0.82 * height), (half * 1.05, height)], 12)
        elif self.kind == "cabriole":
            bend = min(0.16 * height, 0.08)
            knots = [(0, 0, height), (bend * 0.75, 0, 0.78 * height), (0.1 * bend, 0, 0.3 * height), (bend, 0, 0.0)]
            solid = tube(knots, [half * 1.2, half * 1.25, half * 0.7, half * 0.95], sides=10)
            solid = solid.turned(z=float(np.degrees(np.arctan2(out[1], out[0]))))
        else:  # hairpin
            spread, wire = min(0.09, 0.25 * height), 0.006
            knots = [(-spread, 0, height), (-0.012, 0, 0.012), (0.012, 0, 0.012), (spread, 0, height)]
            solid = sweep(np.array(knots), np.array([[1, 0], [0.7, 0.7], [0, 1], [-0.7, 0.7], [-1, 0], [-0.7, -0.7],
                                                     [0, -1], [0.7, -0.7]]) * wire, up=(0, 1, 0))  # fmt: skip
            solid = solid.turned(z=45.0 * float(np.sign(x * y) or 1))
        lean = self.splay * out
        return solid.at(z=-height).sheared(*lean).at(x, y, height)

    def place(self, x: float, y: float, height: float, z: float) -> tuple[float, float, float]:
        """Where the leg with its top at (x, y, height) is at height z."""
        lean = self.splay * (height - z)
        return x + np.sign(x) * lean, y + np.sign(y) * lean, z


def four_legs(
    b: Builder, dice: Dice, legs: Legs, paint: Paint, width: float, depth: float, height: float, stretchers: float = 0.4
) -> str:
    """Legs near the corners, with the given probability joined by stretchers. Returns what a caption says of them."""
    x, y = width / 2 - legs.thick * 0.7, depth / 2 - legs.thick * 0.7
    for sx in (-1, 1):
        for sy in (-1, 1):
            b.add("leg", legs.make(sx * x, sy * y, height), paint)
    if legs.kind in ("cabriole", "hairpin") or not dice.chance(stretchers):
        return f"four {legs.word} legs"
    z, thin = height * dice.between(0.2, 0.5), legs.thick * 0.35
    form = dice.pick(("box", "H", "sides", "X"))
    corner = {(sx, sy): legs.place(sx * x, sy * y, height, z) for sx in (-1, 1) for sy in (-1, 1)}
    bars = []
    if form in ("box", "H", "sides"):
        bars += [(corner[s, -1], corner[s, 1]) for s in (-1, 1)]
    if form == "box":
        bars += [(corner[-1, s], corner[1, s]) for s in (-1, 1)]
    if form == "H":
        bars.append(((corner[-1, 1][0], 0.0, z), (corner[1, 1][0], 0.0, z)))
    if form == "X":
        bars += [(corner[-1, -1], corner[1, 1]), (corner[1, -1], corner[-1, 1])]
    for start, end in bars:
        b.add("stretcher", rod(start, end, thin, sides=8), paint)
    words = {
        "box": "stretchers all round",
        "H": "an H stretcher",
        "sides": "side stretchers",
        "X": "crossed stretchers",
    }
    return f"four {legs.word} legs joined by {words[form]}"


def round_legs(b: Builder, dice: Dice, legs: Legs, paint: Paint, radius: float, height: float, number: int) -> str:
    """Legs around a round seat or top; sometimes with a ring that joins them."""
    angles = np.pi / 2 + 2 * np.pi * (np.arange(number) + 0.5) / number
    lean = max(legs.splay, 0.0)
    straight = legs.without_splay()
    for angle in angles:
        leg = straight.make(radius, 0.0, height).at(z=-height).sheared(lean, 0).at(z=height)
        b.add("leg", leg.turned(z=float(np.degrees(angle))), paint)
    if dice.chance(0.4) and legs.kind not in ("cabriole", "hairpin"):
        z = height * dice.between(0.25, 0.45)
        b.add("stretcher", torus(radius + lean * (height - z), legs.thick * 0.3, 32, 8).at(z=z), paint)
        return f"{count(number, f'{legs.word} leg')} joined by a ring"
    return count(number, f"{legs.word} leg")


def pedestal(b: Builder, dice: Dice, paint: Paint, reach: float, height: float, thick: float) -> str:
    """One column on a disc, on a cross of feet or on a star with castors."""
    foot = dice.pick(("disc", "cross", "star"))
    low = 0.12 * reach
    bulge = dice.between(0.7, 1.8)
    profile = curve([(thick, 0.02), (thick * bulge, 0.3 * height), (thick * 0.7, 0.6 * height), (thick, height)], 4)
    b.add("column", lathe([(0, 0.02), *profile, (0, height)], 16), paint)
    if foot == "disc":
        b.add(
            "foot", lathe([(0, 0), (reach, 0), (reach, 0.012), (reach * 0.35, low + 0.02), (0, low + 0.02)], 28), paint
        )
        return "a single column on a round foot"
    number = dice.integer(3, 4) if foot == "cross" else 5
    for angle in 360 * (np.arange(number) + 0.5) / number:
        if foot == "cross":
            arm = tube([(0, 0, 0.24 * height), (0, -0.55 * reach, 0.12 * height), (0, -reach, thick * 0.4)],
                       [thick * 0.8, thick * 0.7, thick * 0.4], sides=8)  # fmt: skip
            b.add("foot", arm.turned(z=float(angle)), paint)
        else:
            b.add(
                "foot",
                rod((0, 0, 0.11), (0, -reach, 0.075), thick * 0.7, thick * 0.4, sides=8).turned(z=float(angle)),
                paint,
            )
            castor = lathe([(0, -0.012), (0.025, -0.012), (0.025, 0.012), (0, 0.012)], 12).turned(y=90)
            b.add("castor", castor.at(0, -reach, 0.03).turned(z=float(angle)), paint)
            b.add(
                "castor fork", rod((0, -reach, 0.025), (0, -reach, 0.085), 0.009, sides=8).turned(z=float(angle)), paint
            )
    return (
        "a single column on five feet with castors"
        if foot == "star"
        else f"a single column on {count(number, 'curved foot', 'curved feet')}"
    )


def trestles(b: Builder, dice: Dice, paint: Paint, width: float, depth: float, height: float, thick: float) -> str:
    """An upright frame near either end, joined by a beam: A-shaped, T-shaped or crossed."""
    form = dice.pick(("A", "T", "X"))
    x = width / 2 - dice.between(0.08, 0.16) * width
    y = depth / 2 - 0.04
    for side in (-x, x):
        if form == "T":
            b.add("leg", box(thick, min(0.35 * depth, 0.22), height - 2 * thick).at(side, 0, thick), paint)
            for z in (0.0, height - thick):
                b.add("foot" if z == 0 else "rail", box(thick, 2 * y, thick, 0.1 * thick).at(side, 0, z), paint)
        else:
            top = 0.35 * y if form == "A" else -y
            for s in (-1, 1):
                b.add(
                    "leg",
                    beam(
                        (side + 0.01 * s * (form == "X"), s * y, 0),
                        (side + 0.01 * s * (form == "X"), s * top, height),
                        thick,
                        thick * 1.3,
                        up=(0, 1, 0),
                    ),
                    paint,
                )
            if form == "A":
                b.add("rail", box(thick, 2 * y * 0.75, thick).at(side, 0, 0.4 * height), paint)
    z = height * (0.5 if form == "X" else 0.42 if form == "A" else 0.35)
    b.add("stretcher", box(2 * x, thick, thick * 1.6).at(0, 0, z - thick * 0.8), paint)
    return {"A": "two A-shaped trestles", "T": "two T-shaped ends", "X": "crossed legs at both ends"}[form]


def sleds(b: Builder, dice: Dice, paint: Paint, width: float, depth: float, height: float, thick: float) -> str:
    """A closed loop of bar under either side."""
    bar = dice.pick((rectangle(thick, thick), rectangle(thick * 0.5, thick * 1.6)))
    corner = min(0.05, 0.2 * depth)
    outline = rectangle(depth, height, corner, 4)
    for side in (-1, 1):
        x = side * (width / 2 - thick * 0.6)
        half = float(bar[:, 0].max())
        path = np.stack(
            [
                np.full(len(outline), x),
                outline[:, 0] * (1 - 2 * half / depth),
                height / 2 + outline[:, 1] * (1 - 2 * half / height),
            ],
            1,
        )
        b.add("leg", sweep(path, bar, up=(1, 0, 0), wrap=True), paint)
    return "two loops of metal bar as legs" if paint.material == "metal" else "two wooden loops as legs"


def panels(b: Builder, dice: Dice, paint: Paint, width: float, depth: float, height: float, thick: float) -> str:
    """A board as either end."""
    inset = dice.pick((0.0, dice.between(0.0, 0.1))) * width
    for side in (-1, 1):
        b.add("side", box(thick, depth * 0.96, height).at(side * (width / 2 - thick / 2 - inset), 0, 0), paint)
    return "solid sides as legs"
