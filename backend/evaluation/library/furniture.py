"""Things to sit, lie, lean and climb on, each a list of `Piece`s standing on z = 0 with its front towards −Y.

Sizes follow real furniture: a chair's seat at 45 cm, a table at 74 cm, a bar at 1.08 m, steps of 17 by 28 cm.
"""

from __future__ import annotations

import numpy as np

from ..living_room.shapes import Piece, box, rod, rounded_box, turned_profile
from .sweeps import torus, tube

STEPS, RISE, TREAD = 6, 0.17, 0.28
SILL = 0.95  # metres, top of the window's sill
OPENING = (1.1, 1.15)  # metres, width and height of the window


def chair() -> list[Piece]:
    """A dining chair: seat at 45 cm, 44 cm deep, a padded back to 84 cm."""
    pieces = [
        rounded_box(0.46, 0.45, 0.06, "armchair_rust", radius=0.028, puff=0.006).at(z=0.418),
        rounded_box(0.42, 0.035, 0.30, "armchair_rust", radius=0.016, puff=0.006).turned(x=-9).at(y=0.232, z=0.69),
        box(0.42, 0.40, 0.03, "oak").at(z=0.375),
    ]
    for side in (-1, 1):
        pieces.append(rod((side * 0.21, -0.20, 0.0), (side * 0.19, -0.18, 0.38), 0.014, "oak", end_radius=0.02))
        pieces.append(
            tube(
                [(side * 0.21, 0.24, 0.0), (side * 0.19, 0.195, 0.40), (side * 0.20, 0.275, 0.85)],
                [0.014, 0.019, 0.013],
                "oak",
            )
        )
    return pieces


def bed() -> list[Piece]:
    """A double bed, head towards +Y: 1.4 × 2.05 m, mattress at 52 cm, headboard, two pillows, no blanket."""
    pieces = [
        box(1.46, 2.10, 0.14, "oak", radius=0.01).at(z=0.25),
        rounded_box(1.40, 2.03, 0.22, "sheet_white", radius=0.06).at(y=-0.02, z=0.41),
        rounded_box(1.52, 0.06, 0.72, "oak", radius=0.02).at(y=1.07, z=0.62),
    ]
    for x in (-1, 1):
        pieces.append(rounded_box(0.62, 0.38, 0.07, "curtain_linen", radius=0.034, puff=0.025).at(x * 0.34, 0.76, 0.56))
        for y in (-1, 1):
            pieces.append(box(0.07, 0.07, 0.2, "oak").at(x * 0.66, y * 0.98, 0.1))
    return pieces


def table(width: float = 1.4, depth: float = 0.8, height: float = 0.74) -> list[Piece]:
    """An oak table on four turned legs."""
    pieces = [rounded_box(width, depth, 0.032, "oak", radius=0.010, steps=4).at(z=height - 0.016)]
    pieces.append(box(width - 0.16, depth - 0.16, 0.07, "oak").at(z=height - 0.066))
    for x in (-1, 1):
        for y in (-1, 1):
            foot, top = (
                (x * (width / 2 - 0.08), y * (depth / 2 - 0.08), 0.0),
                (x * (width / 2 - 0.1), y * (depth / 2 - 0.1)),
            )
            pieces.append(rod(foot, (*top, height - 0.05), 0.018, "oak", end_radius=0.03))
    return pieces


def bar() -> list[Piece]:
    """A bar counter: its top at 1.08 m, overhanging to the front."""
    return [
        rounded_box(1.6, 0.5, 0.045, "walnut", radius=0.012, steps=4).at(z=1.0575),
        box(1.5, 0.34, 1.0, "wall_sage", radius=0.006).at(y=0.06, z=0.535),
        box(1.46, 0.30, 0.06, "black_metal").at(y=0.06, z=0.03),
    ]


def wall() -> list[Piece]:
    """A free-standing piece of plastered wall with a skirting, its front face at y = 0."""
    return [
        box(2.2, 0.14, 2.3, "wall_plaster", radius=0.006).at(y=0.07, z=1.15),
        box(2.2, 0.016, 0.08, "trim_white", radius=0.004).at(y=-0.008, z=0.04),
    ]


def wall_with_opening() -> list[Piece]:
    """A wall with a hole for a window, its front face at y = 0."""
    width, height = OPENING
    side = (2.2 - width) / 2
    top = SILL - 0.03 + height
    thick = 0.16
    pieces = [
        box(2.2, thick, SILL - 0.03, "wall_plaster", radius=0.004).at(y=thick / 2, z=(SILL - 0.03) / 2),
        box(2.2, thick, 2.4 - top, "wall_plaster", radius=0.004).at(y=thick / 2, z=(2.4 + top) / 2),
    ]
    for sign in (-1, 1):
        at = sign * (width + side) / 2
        pieces.append(
            box(side, thick, height, "wall_plaster", radius=0.004).at(at, thick / 2, SILL - 0.03 + height / 2)
        )
    return pieces


def window_sill() -> list[Piece]:
    """The board and the jambs of that window."""
    width, height = OPENING
    pieces = [rounded_box(width + 0.1, 0.26, 0.035, "trim_white", radius=0.012, steps=4).at(y=0.07, z=SILL - 0.0175)]
    for sign in (-1, 1):
        pieces.append(
            box(0.04, 0.08, height - 0.03, "trim_white").at(sign * (width / 2 - 0.02), 0.1, SILL + height / 2 - 0.015)
        )
    return [*pieces, box(width - 0.08, 0.08, 0.04, "trim_white").at(0, 0.1, SILL + height - 0.05)]


def stairs(width: float = 1.1) -> list[Piece]:
    """Six steps that rise towards +Y from y = 0."""
    pieces = []
    for step in range(STEPS):
        top, front = (step + 1) * RISE, step * TREAD
        deep = STEPS * TREAD - front
        pieces.append(
            box(width, deep, RISE - 0.03, "wall_plaster", radius=0.003).at(
                0, front + deep / 2, top - 0.03 - (RISE - 0.03) / 2
            )
        )
        pieces.append(box(width + 0.02, TREAD + 0.025, 0.03, "oak").at(0, front + TREAD / 2 - 0.0125, top - 0.015))
    return pieces


def railing(width: float = 1.1) -> list[Piece]:
    """The stairs' handrail on their right-hand side going up, 0.9 m above the steps."""
    x, rise = width / 2 - 0.04, RISE / TREAD
    pieces = [
        rod((x, -0.1, 0.9 + 0.02), (x, STEPS * TREAD, 0.9 + RISE + rise * (STEPS - 0.5) * TREAD), 0.021, "walnut")
    ]
    for step in range(STEPS):
        y = (step + 0.5) * TREAD
        pieces.append(rod((x, y, (step + 1) * RISE - 0.01), (x, y, 0.94 + rise * (y + 0.1)), 0.009, "black_metal"))
    return pieces


def shelf() -> list[Piece]:
    """A tall open shelf: boards at 0.35, 0.85, 1.35 and 1.85 m, its front at y = 0."""
    width, depth, board = 0.9, 0.3, 0.026
    pieces = [box(board, depth, 2.2, "oak").at(side * (width - board) / 2, depth / 2, 1.1) for side in (-1, 1)]
    pieces += [
        box(width - 2 * board, depth, board, "oak").at(0, depth / 2, z - board / 2)
        for z in (0.08, 0.45, 0.9, 1.35, 1.8)
    ]
    pieces.append(box(width - 2 * board, 0.01, 2.1, "wall_sage").at(0, depth - 0.01, 1.13))
    covers = ("ink_blue", "ink_rust", "book_cream", "book_green", "ink_ochre", "paper", "book_grey")
    rng = np.random.default_rng(5)
    for z, left, right in ((0.45, -0.4, 0.1), (0.9, -0.1, 0.4), (1.35, -0.4, 0.0)):
        x = left
        while x < right:
            thick, high = float(rng.uniform(0.022, 0.045)), float(rng.uniform(0.2, 0.3))
            cover = covers[int(rng.integers(len(covers)))]
            pieces.append(box(thick - 0.001, 0.19, high, cover, radius=0.002).at(x + thick / 2, 0.12, z + high / 2))
            x += thick
    return pieces


def bench() -> list[Piece]:
    """A narrow bench to sit astride, along Y: 45 cm high, 30 cm wide."""
    pieces = [rounded_box(0.30, 1.2, 0.07, "cushion_ochre", radius=0.03, puff=0.006).at(z=0.415)]
    pieces.append(box(0.28, 1.16, 0.03, "walnut").at(z=0.37))
    for y in (-0.48, 0.48):
        for x in (-1, 1):
            pieces.append(rod((x * 0.13, y, 0.0), (x * 0.09, y, 0.37), 0.016, "walnut", end_radius=0.022))
    return pieces


def block() -> list[Piece]:
    """A wooden box to put a foot on: 45 cm high."""
    return [
        rounded_box(0.62, 0.42, 0.42, "oak", radius=0.012, steps=4).at(z=0.24),
        box(0.56, 0.36, 0.04, "black_metal").at(z=0.02),
    ]


def crate() -> list[Piece]:
    """A slatted crate to lift with both hands: 46 × 32 × 26 cm."""
    pieces = [box(0.44, 0.30, 0.02, "oak").at(z=0.01)]
    for level in range(3):
        z = 0.036 + 0.085 * level
        for side in (-1, 1):
            pieces.append(box(0.46, 0.016, 0.07, "oak").at(0, side * 0.152, z))
            pieces.append(box(0.016, 0.29, 0.07, "oak").at(side * 0.222, 0, z))
    pieces.append(box(0.40, 0.27, 0.17, "cushion_blue", radius=0.03).at(z=0.125))
    return pieces


def ball() -> list[Piece]:
    """A leather ball of 24 cm."""
    angles = np.linspace(-np.pi / 2, np.pi / 2, 25)
    return [turned_profile([(0.12 * np.cos(a), 0.12 + 0.12 * np.sin(a)) for a in angles], "ink_rust", sides=40)]


def basket() -> list[Piece]:
    """A round basket with a handle over it, 42 cm high."""
    outline = [
        (0.0, 0.0),
        (0.13, 0.0),
        (0.165, 0.09),
        (0.18, 0.2),
        (0.187, 0.205),
        (0.18, 0.215),
        (0.165, 0.2),
        (0.15, 0.1),
        (0.0, 0.06),
    ]
    arch = [(0.178 * np.cos(a), 0.0, 0.2 + 0.22 * np.sin(a)) for a in np.linspace(0, np.pi, 9)]
    return [turned_profile(outline, "wicker", sides=40), tube(arch, 0.011, "wicker")]


def cup(size: float = 1.0) -> list[Piece]:
    """A tall mug with a handle."""
    body = [(0.0, 0.0), (0.036, 0.0), (0.042, 0.02), (0.043, 0.105), (0.039, 0.105), (0.037, 0.02), (0.0, 0.012)]
    ear = [(0.040, 0.0, 0.085), (0.068, 0.0, 0.082), (0.072, 0.0, 0.05), (0.040, 0.0, 0.026)]
    pieces = [turned_profile(body, "ceramic_clay"), tube(ear, 0.006, "ceramic_clay")]
    return [Piece(piece.vertices * size, piece.faces, piece.material) for piece in pieces]


def laptop() -> list[Piece]:
    """An open laptop, its keys towards +Y, where the typist sits."""
    pieces = [rounded_box(0.33, 0.23, 0.016, "book_grey", radius=0.006).at(z=0.008)]
    pieces.append(box(0.29, 0.10, 0.003, "black_metal", radius=0.001).at(0, -0.03, 0.0165))
    pieces.append(rounded_box(0.33, 0.008, 0.22, "book_grey", radius=0.003).turned(x=14).at(0, -0.14, 0.118))
    return [*pieces, box(0.30, 0.002, 0.19, "ink_blue", radius=0.0008).turned(x=14).at(0, -0.1345, 0.119)]


def meal() -> list[Piece]:
    """A laid place: plate, bowl, glass; the eater sits towards +Y."""
    plate = [(0.0, 0.0), (0.08, 0.0), (0.13, 0.014), (0.132, 0.018), (0.08, 0.006), (0.0, 0.006)]
    bowl = [(0.0, 0.0), (0.035, 0.0), (0.07, 0.04), (0.075, 0.055), (0.07, 0.055), (0.03, 0.012), (0.0, 0.01)]
    glass = [(0.0, 0.0), (0.03, 0.0), (0.036, 0.11), (0.033, 0.11), (0.028, 0.01), (0.0, 0.01)]
    return [
        turned_profile(plate, "ceramic_white", sides=48),
        turned_profile(bowl, "ceramic_clay", sides=40).at(0, 0, 0.007),
        turned_profile(glass, "glass_white").at(0.19, -0.1),
    ]


def steering_wheel() -> list[Piece]:
    """A wheel of 38 cm on a column, tilted towards the driver at +Y; its middle at the origin's 0.76 m."""
    tilt = 26.0
    wheel = [torus(0.175, 0.014, "black_metal").turned(z=90), rod((0, 0.02, 0), (0, -0.06, 0), 0.035, "black_metal")]
    for angle in (0.0, 180.0, 270.0):
        end = (0.165 * np.cos(np.radians(angle)), 0.0, 0.165 * np.sin(np.radians(angle)))
        wheel.append(rod((0, 0, 0), end, 0.011, "steel"))
    pieces = [piece.turned(x=-tilt).at(z=0.76) for piece in wheel]
    pieces.append(rod((0, -0.03, 0.745), (0, -0.52, 0.50), 0.024, "black_metal"))
    pieces.append(rounded_box(0.42, 0.10, 0.52, "wall_sage", radius=0.04).at(0, -0.56, 0.26))
    return pieces


def cart() -> list[Piece]:
    """A platform cart with a bar to pull at 0.95 m on its −Y side; its load strapped on."""
    pieces = [rounded_box(0.6, 0.9, 0.04, "walnut", radius=0.012, steps=4).at(z=0.2)]
    for side in (-1, 1):
        pieces.append(rod((side * 0.26, -0.43, 0.21), (side * 0.26, -0.50, 0.95), 0.014, "steel"))
        for y in (-0.34, 0.34):
            pieces.append(torus(0.07, 0.02, "rubber", sides=32).at(side * 0.24, y, 0.09))
            pieces.append(rod((side * 0.22, y, 0.09), (side * 0.26, y, 0.09), 0.06, "steel"))
            pieces.append(rod((side * 0.24, y, 0.09), (side * 0.24, y, 0.185), 0.014, "steel"))
    pieces.append(
        tube([(-0.26, -0.50, 0.95), (-0.1, -0.508, 0.955), (0.1, -0.508, 0.955), (0.26, -0.50, 0.95)], 0.016, "rubber")
    )
    pieces.append(rounded_box(0.52, 0.55, 0.34, "oak", radius=0.012, steps=4).at(0, 0.1, 0.39))
    return pieces


def jar() -> list[Piece]:
    """A storage jar with a lid, 19 cm high."""
    outline = [
        (0.0, 0.0),
        (0.058, 0.0),
        (0.068, 0.02),
        (0.068, 0.14),
        (0.055, 0.155),
        (0.06, 0.158),
        (0.06, 0.172),
        (0.02, 0.178),
        (0.018, 0.19),
        (0.0, 0.192),
    ]
    return [turned_profile(outline, "ceramic_white")]
