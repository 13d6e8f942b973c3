"""The fronts of things to keep things in: drawers and doors with handles."""

from __future__ import annotations

from .builder import Builder, Paint
from .dice import Dice
from .solids import ball, box, rod, torus

GAP = 0.004  # metres between neighbours


class Handles:
    """One kind of handle for a whole object."""

    def __init__(self, dice: Dice, paint: Paint) -> None:
        self.kind = dice.pick(("knob", "bar", "ring", "none"))
        self.size = dice.between(0.7, 1.4)
        self.paint = paint

    @property
    def word(self) -> str:
        return {"knob": "round knobs", "bar": "bar handles", "ring": "ring handles", "none": ""}[self.kind]

    def put(self, b: Builder, x: float, y: float, z: float, *, upright: bool = False) -> None:
        """On a front whose face is at y."""
        if self.kind == "knob":
            d = 0.028 * self.size
            b.add("handle", rod((x, y + 0.004, z), (x, y - 0.02, z), 0.006, sides=8), self.paint)
            b.add("handle", ball(d, 0.022, d, sides=12, rows=6).at(x, y - 0.022, z - d / 2), self.paint)
        elif self.kind == "bar":
            half, r = 0.06 * self.size, 0.005
            d = (0.0, half) if upright else (half, 0.0)
            b.add(
                "handle",
                rod(
                    (x - 1.15 * d[0], y - 0.028, z - 1.15 * d[1]),
                    (x + 1.15 * d[0], y - 0.028, z + 1.15 * d[1]),
                    r,
                    sides=8,
                ),
                self.paint,
            )
            for s in (-0.85, 0.85):
                b.add(
                    "handle",
                    rod((x + s * d[0], y + 0.004, z + s * d[1]), (x + s * d[0], y - 0.028, z + s * d[1]), r, sides=8),
                    self.paint,
                )
        elif self.kind == "ring":
            r = 0.02 * self.size
            b.add("handle", torus(r, 0.0035, 18, 6).turned(x=90).at(x, y - 0.006, z - r), self.paint)
            b.add("handle", rod((x, y + 0.004, z), (x, y - 0.012, z), 0.007, sides=8), self.paint)


def drawer(
    b: Builder, x: tuple[float, float], z: tuple[float, float], y: float, paint: Paint, handles: Handles
) -> None:
    """A drawer's front of 2 cm, its face at y."""
    wide, high = x[1] - x[0] - GAP, z[1] - z[0] - GAP
    middle = (x[0] + x[1]) / 2
    b.add("drawer", box(wide, 0.02, high, 0.003).at(middle, y + 0.01, z[0] + GAP / 2), paint)
    up = z[0] + GAP / 2 + 0.55 * high
    for at in (-0.27 * wide, 0.27 * wide) if wide > 0.6 else (0.0,):
        handles.put(b, middle + at, y, up)


def door(
    b: Builder, x: tuple[float, float], z: tuple[float, float], y: float, paint: Paint, handles: Handles,
    *, hinge: int, panel: str = "plain", glass: Paint | None = None,
) -> None:  # fmt: skip
    """A door of 2 cm, hinged at its left (−1) or right (+1): plain, framed, or a pane in a frame."""
    wide, high, middle = x[1] - x[0] - GAP, z[1] - z[0] - GAP, (x[0] + x[1]) / 2
    low = z[0] + GAP / 2
    if panel == "plain":
        b.add("door", box(wide, 0.02, high, 0.003).at(middle, y + 0.01, low), paint)
    else:
        rail = min(0.06, 0.18 * wide)
        b.add("door", box(wide - rail, 0.010, high - rail).at(middle, y + 0.013, low + rail / 2), glass or paint)
        for s in (-1, 1):
            b.add("door frame", box(rail, 0.022, high, 0.002).at(middle + s * (wide - rail) / 2, y + 0.011, low), paint)
        for at in (low, low + high - rail):
            b.add("door frame", box(wide - 2 * rail + 0.002, 0.021, rail, 0.002).at(middle, y + 0.011, at), paint)
    handles.put(b, middle - hinge * (wide / 2 - 0.035), y, low + high * 0.55, upright=True)
