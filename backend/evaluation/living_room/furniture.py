"""The room's furniture, each piece a list of `Piece`s standing on z = 0 with its front towards −Y.

Sizes follow real furniture: seats at 42 to 44 cm, tables at 40 cm, a sofa seat 56 cm deep.
"""

from __future__ import annotations

import numpy as np

from .shapes import Piece, box, leaf, rod, rounded_box, sheet, turned_profile


def sofa(width: float = 2.1) -> list[Piece]:
    """A three-seater with loose cushions: seat at 44 cm, back to 82 cm, arms at 60 cm."""
    cloth, arm = "sofa_linen", 0.17
    inside = width - 2 * arm
    pieces = [
        rounded_box(inside + 0.02, 0.84, 0.17, cloth, radius=0.02).at(z=0.205),
        rounded_box(width, 0.17, 0.56, cloth, radius=0.05).turned(x=-5).at(y=0.36, z=0.43),
    ]
    for side in (-1, 1):
        pieces.append(rounded_box(arm, 0.88, 0.47, cloth, radius=0.05).at(x=side * (width - arm) / 2, z=0.365))
    for seat in range(3):
        x = (seat - 1) * inside / 3
        pieces.append(rounded_box(inside / 3 - 0.006, 0.66, 0.14, cloth, radius=0.035, puff=0.008).at(x, -0.10, 0.36))
        back = rounded_box(inside / 3 - 0.01, 0.16, 0.42, cloth, radius=0.05, puff=0.025).turned(x=-12)
        pieces.append(back.at(x, 0.235, 0.625))
    return pieces + _legs(width - 0.2, 0.66, 0.13, "walnut")


def armchair() -> list[Piece]:
    """A wide armchair: seat at 43 cm, a rounded back to 86 cm."""
    cloth = "armchair_rust"
    pieces = [
        rounded_box(0.62, 0.70, 0.16, cloth, radius=0.03).at(z=0.23),
        rounded_box(0.58, 0.62, 0.14, cloth, radius=0.045, puff=0.008).at(0, -0.06, 0.355),
        rounded_box(0.80, 0.16, 0.58, cloth, radius=0.075).turned(x=-10).at(y=0.34, z=0.54),
        rounded_box(0.54, 0.14, 0.40, cloth, radius=0.055, puff=0.025).turned(x=-13).at(y=0.235, z=0.625),
    ]
    for side in (-1, 1):
        arm = rounded_box(0.12, 0.76, 0.40, cloth, radius=0.055)
        pieces.append(arm.at(side * 0.35, -0.02, 0.375))
    return pieces + _legs(0.58, 0.56, 0.17, "walnut", splay=0.05)


def coffee_table() -> list[Piece]:
    """A low oak table with a shelf: 1.1 × 0.56 m, 40 cm high."""
    pieces = [
        rounded_box(1.1, 0.56, 0.032, "oak", radius=0.010, steps=4).at(z=0.384),
        rounded_box(0.94, 0.42, 0.018, "oak", radius=0.006, steps=3).at(z=0.15),
    ]
    for x in (-1, 1):
        for y in (-1, 1):
            pieces.append(rod((x * 0.49, y * 0.22, 0.0), (x * 0.46, y * 0.20, 0.37), 0.016, "oak", end_radius=0.023))
    return pieces


def bookshelf(rng: np.random.Generator, width: float = 0.95, height: float = 1.9, depth: float = 0.3) -> list[Piece]:
    """An oak bookshelf with five boards, books leaning as books do, a bowl and a small vase."""
    board = 0.024
    pieces = [box(board, depth, height, "oak").at(x=side * (width - board) / 2, z=height / 2) for side in (-1, 1)]
    pieces.append(box(width - 2 * board, 0.008, height - 0.08, "oak").at(y=depth / 2 - 0.006, z=height / 2 + 0.03))
    levels = np.linspace(0.08, height - board / 2, 6)
    pieces += [box(width - 2 * board, depth - 0.01, board, "oak").at(z=float(z)) for z in levels]
    spans = {0: (-0.43, 0.43), 1: (-0.43, 0.10), 2: (-0.12, 0.43), 3: (-0.43, 0.22), 4: (-0.43, -0.05)}
    for shelf, (left, right) in spans.items():
        pieces += _books(rng, left, right, float(levels[shelf]) + board / 2, room=float(levels[1] - levels[0]) - 0.05)
    bowl = [(0.0, 0.0), (0.05, 0.0), (0.11, 0.055), (0.125, 0.085), (0.118, 0.085), (0.10, 0.055), (0.0, 0.012)]
    pieces.append(turned_profile(bowl, "ceramic_clay").at(0.27, -0.02, float(levels[1]) + board / 2))
    pieces.append(_vase(0.22, "ceramic_white").at(-0.28, -0.02, float(levels[2]) + board / 2))
    pieces.append(_vase(0.16, "ceramic_clay").at(0.33, -0.02, float(levels[3]) + board / 2))
    pieces.append(
        rounded_box(0.2, 0.14, 0.2, "cushion_blue", radius=0.01).at(0.2, 0.0, float(levels[4]) + board / 2 + 0.1)
    )
    return pieces


def floor_lamp() -> list[Piece]:
    """A reading lamp: a brass stem, a linen shade around a bulb at 1.45 m."""
    foot = [(0.0, 0.0), (0.15, 0.0), (0.15, 0.012), (0.03, 0.022), (0.012, 0.03)]
    shade = [(0.20, 1.34), (0.145, 1.62), (0.142, 1.62), (0.197, 1.34)]
    return [
        turned_profile(foot, "brass"),
        rod((0, 0, 0.02), (0, 0, 1.52), 0.011, "brass"),
        turned_profile(shade, "lampshade", sides=48),
    ]


def plant(rng: np.random.Generator) -> list[Piece]:
    """A rubber plant in a clay pot, 1.35 m high."""
    pot = [(0.0, 0.0), (0.13, 0.0), (0.185, 0.34), (0.195, 0.36), (0.175, 0.36), (0.165, 0.33), (0.0, 0.33)]
    pieces = [turned_profile(pot, "ceramic_white"), turned_profile([(0.168, 0.325), (0.0, 0.335)], "soil")]
    for stem in range(4):
        lean, turn = 0.05 + 0.10 * stem / 3, 90 * stem + float(rng.uniform(-20, 20))
        height = float(rng.uniform(0.62, 1.0))
        top = np.array([lean * np.cos(np.radians(turn)) * 1.6, lean * np.sin(np.radians(turn)) * 1.6, 0.33 + height])
        start = np.array([0.03 * np.cos(np.radians(turn)), 0.03 * np.sin(np.radians(turn)), 0.32])
        pieces.append(rod(start, top, 0.010, "walnut", end_radius=0.005))
        count = int(9 + 6 * height)
        for step in range(count):
            place = 0.22 + 0.78 * step / (count - 1)
            size = float(rng.uniform(0.19, 0.28)) * (1.1 - 0.45 * place)
            green = leaf(size, 0.46 * size, float(rng.uniform(0.35, 0.75)), "leaf")
            green = green.turned(y=float(rng.uniform(-45, -5)) * place, z=137.5 * step + turn)
            pieces.append(green.at(*(start + (top - start) * place)))
    return pieces


def picture(width: float, height: float, motif: int) -> list[Piece]:
    """A framed print hanging on a wall behind it (its back at y = 0)."""
    bar, pieces = 0.022, [box(width - 0.02, 0.010, height - 0.02, "paper", radius=0.001).at(y=-0.010)]
    for side in (-1, 1):
        pieces.append(box(bar, 0.03, height, "oak").at(x=side * (width - bar) / 2, y=-0.015))
        pieces.append(box(width - 2 * bar, 0.03, bar, "oak").at(y=-0.015, z=side * (height - bar) / 2))
    unit = min(width, height)
    shapes = {
        0: [(0.30, -0.05, 0.13, "ink_rust"), (0.22, 0.10, -0.14, "ink_blue")],
        1: [(0.26, 0.04, -0.10, "ink_ochre"), (0.16, -0.10, 0.18, "ink_blue")],
    }
    for layer, (radius, x, z, ink) in enumerate(shapes[motif]):
        disc = turned_profile([(unit * radius, 0.0), (0.0, 0.0005)], ink, sides=64).turned(x=90)
        pieces.append(disc.at(x * unit, -0.0155 - 0.0006 * layer, z * unit))
    line = box(0.55 * unit, 0.001, 0.012, "ink_blue", radius=0.0004)
    return [*pieces, line.at(y=-0.0175, z=-0.36 * unit if motif == 0 else 0.02 * unit)]


def curtain(width: float, height: float, phase: float) -> list[Piece]:
    """A linen curtain in soft folds along X, hanging from z = height down to just above the floor."""
    across, down = np.meshgrid(np.linspace(0, 1, 97), np.linspace(0, 1, 14), indexing="xy")
    folds = 0.035 * np.sin(2 * np.pi * 6 * across + phase) + 0.012 * np.sin(2 * np.pi * 2.3 * across + 2 * phase)
    points = np.stack([(across - 0.5) * width, folds * (0.55 + 0.45 * down), height - (height - 0.02) * down], axis=-1)
    return [sheet(points, "curtain_linen", thickness=0.004)]


def window(width: float, height: float) -> list[Piece]:
    """A white casement window with a middle bar and a sill, centred on the origin, in the plane y = 0."""
    bar, pieces = 0.055, []
    for side in (-1, 1):
        pieces.append(box(bar, 0.07, height, "trim_white").at(x=side * (width - bar) / 2))
        pieces.append(box(width, 0.07, bar, "trim_white").at(z=side * (height - bar) / 2))
    pieces.append(box(0.04, 0.05, height, "trim_white"))
    pieces.append(box(width, 0.04, 0.03, "trim_white").at(z=0.18 * height))
    return [*pieces, box(width + 0.12, 0.2, 0.03, "trim_white").at(y=-0.09, z=-height / 2 - 0.01)]


def table_things() -> list[Piece]:
    """What lies on the coffee table: two books, a cup on its saucer, a small vase."""
    pieces = [
        box(0.26, 0.19, 0.028, "book_cream", radius=0.003).turned(z=12).at(0.24, 0.02, 0.014),
        box(0.22, 0.16, 0.022, "ink_blue", radius=0.003).turned(z=-6).at(0.245, 0.02, 0.039),
        turned_profile([(0.0, 0.0), (0.05, 0.0), (0.072, 0.012), (0.0, 0.006)], "ceramic_white").at(-0.12, -0.1),
    ]
    cup = [(0.0, 0.0), (0.024, 0.0), (0.036, 0.03), (0.039, 0.06), (0.036, 0.06), (0.032, 0.03), (0.0, 0.008)]
    return [
        *pieces,
        turned_profile(cup, "ceramic_white").at(-0.12, -0.1, 0.008),
        _vase(0.2, "ceramic_clay").at(-0.33, 0.07),
    ]


def cushion(cloth: str, size: float = 0.42) -> list[Piece]:
    """A scatter cushion lying flat, centred on the origin."""
    return [rounded_box(size, size, 0.05, cloth, radius=0.025, puff=0.055)]


def _legs(width: float, depth: float, height: float, wood: str, *, splay: float = 0.02) -> list[Piece]:
    legs = []
    for x in (-1, 1):
        for y in (-1, 1):
            foot = (x * (width / 2 + splay), y * (depth / 2 + splay), 0.0)
            legs.append(rod(foot, (x * width / 2, y * depth / 2, height + 0.01), 0.014, wood, end_radius=0.024))
    return legs


def _books(rng: np.random.Generator, left: float, right: float, z: float, *, room: float) -> list[Piece]:
    covers = ("ink_blue", "ink_rust", "ink_ochre", "book_green", "book_cream", "book_grey", "paper")
    books, x = [], left
    while True:
        thick, high = float(rng.uniform(0.018, 0.045)), float(rng.uniform(0.6, 0.95)) * room
        if x + thick > right:
            return books
        deep = float(rng.uniform(0.15, 0.2))
        cover = covers[int(rng.integers(len(covers)))]
        books.append(
            box(thick - 0.001, deep, high, cover, radius=0.002).at(x + thick / 2, -0.13 + deep / 2, z + high / 2)
        )
        x += thick


def _vase(height: float, clay: str) -> Piece:
    outline = [
        (0.0, 0.0),
        (0.22, 0.0),
        (0.36, 0.18),
        (0.40, 0.38),
        (0.30, 0.66),
        (0.15, 0.82),
        (0.14, 0.92),
        (0.19, 1.0),
    ]
    inside = [(0.16, 1.0), (0.11, 0.90), (0.12, 0.80), (0.0, 0.30)]
    return turned_profile([(0.75 * r * height, z * height) for r, z in outline + inside], clay)
