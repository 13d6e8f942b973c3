"""A saddled horse standing square, 1.5 m at the withers, going towards −Y; a list of `Piece`s on z = 0.

Trunk, neck and head are lofts through oval sections along the spine, the legs lofts that begin inside the trunk.
Proportions of a riding horse: as long from the point of the shoulder to the buttocks as high at the withers.
"""

from __future__ import annotations

import numpy as np

from ..living_room.shapes import Piece, rounded_box
from .sweeps import loft, ovals, tube

COAT, DARK, LEATHER = "coat_bay", "coat_dark", "leather"


def horse() -> list[Piece]:
    """The animal, its mane and tail, saddle, girth, stirrups and bridle."""
    return [*_trunk(), *_head(), *_legs(), *_hair(), *_tack()]


def _trunk() -> list[Piece]:
    """From the buttocks to the chest: withers at 1.50, back at 1.43, croup at 1.51 m; belly at 0.80 m."""
    body = ovals(
        [
            (0, 0.80, 1.20, 0.13, 0.17),
            (0, 0.70, 1.18, 0.235, 0.29),
            (0, 0.52, 1.18, 0.275, 0.33),
            (0, 0.30, 1.145, 0.265, 0.335),
            (0, 0.05, 1.105, 0.285, 0.335),
            (0, -0.20, 1.10, 0.285, 0.34),
            (0, -0.42, 1.13, 0.265, 0.365),
            (0, -0.58, 1.16, 0.225, 0.33),
            (0, -0.72, 1.17, 0.16, 0.23),
        ],
        COAT,
        egg=-0.10,
        sides=40,
        steps=8,
    )
    neck = ovals(
        [
            (0, -0.36, 1.20, 0.17, 0.26),
            (0, -0.55, 1.32, 0.15, 0.245),
            (0, -0.74, 1.50, 0.105, 0.19),
            (0, -0.90, 1.70, 0.078, 0.15),
            (0, -0.985, 1.84, 0.07, 0.125),
        ],
        COAT,
        sides=32,
    )
    return [body, neck]


def _head() -> list[Piece]:
    head = ovals(
        [
            (0, -0.955, 1.895, 0.075, 0.10),
            (0, -1.03, 1.84, 0.095, 0.125),
            (0, -1.12, 1.74, 0.092, 0.118),
            (0, -1.22, 1.62, 0.068, 0.085),
            (0, -1.30, 1.52, 0.056, 0.068),
            (0, -1.36, 1.445, 0.058, 0.062),
        ],
        COAT,
        sides=28,
    )
    pieces = [head]
    for side in (-1, 1):
        pieces.append(
            tube(
                [(side * 0.05, -0.955, 1.95), (side * 0.062, -0.965, 2.03), (side * 0.05, -0.985, 2.10)],
                [0.03, 0.03, 0.005],
                COAT,
            )
        )
        pieces.append(rounded_box(0.024, 0.036, 0.03, "black_metal", radius=0.011).at(side * 0.088, -1.115, 1.80))
        pieces.append(rounded_box(0.014, 0.03, 0.02, "black_metal", radius=0.006).at(side * 0.05, -1.375, 1.47))
    return pieces


def _legs() -> list[Piece]:
    pieces = []
    for side in (-1, 1):
        x = side * 0.155
        pieces.append(
            ovals(
                [
                    (side * 0.15, -0.47, 1.12, 0.10, 0.19),
                    (side * 0.165, -0.47, 0.92, 0.085, 0.13),
                    (x, -0.47, 0.76, 0.062, 0.082),
                    (x, -0.475, 0.62, 0.048, 0.058),
                    (x, -0.48, 0.50, 0.047, 0.055),
                    (x, -0.475, 0.40, 0.033, 0.040),
                    (x, -0.472, 0.22, 0.030, 0.036),
                    (x, -0.472, 0.155, 0.038, 0.046),
                    (x, -0.50, 0.085, 0.036, 0.04),
                ],
                COAT,
                sides=24,
            )
        )
        pieces.append(
            ovals(
                [
                    (side * 0.13, 0.56, 1.14, 0.13, 0.24),
                    (side * 0.165, 0.56, 0.94, 0.115, 0.19),
                    (side * 0.17, 0.60, 0.76, 0.075, 0.115),
                    (x, 0.68, 0.60, 0.05, 0.07),
                    (x, 0.705, 0.52, 0.046, 0.062),
                    (x, 0.69, 0.40, 0.036, 0.044),
                    (x, 0.665, 0.22, 0.032, 0.038),
                    (x, 0.66, 0.155, 0.039, 0.046),
                    (x, 0.63, 0.085, 0.037, 0.04),
                ],
                COAT,
                sides=24,
            )
        )
        for y in (-0.515, 0.615):
            pieces.append(
                ovals(
                    [(x, y, 0.105, 0.044, 0.048), (x, y - 0.02, 0.07, 0.053, 0.06), (x, y - 0.03, 0.042, 0.058, 0.068)],
                    "black_metal",
                    sides=20,
                )
            )
    return pieces


def _hair() -> list[Piece]:
    mane = ovals(
        [
            (0.02, -0.50, 1.56, 0.02, 0.03),
            (0.045, -0.62, 1.60, 0.022, 0.085),
            (0.05, -0.76, 1.72, 0.022, 0.09),
            (0.04, -0.885, 1.86, 0.022, 0.075),
            (0.0, -0.955, 1.975, 0.028, 0.04),
            (0.0, -1.03, 1.945, 0.03, 0.02),
        ],
        DARK,
        sides=18,
    )
    tail = ovals(
        [
            (0, 0.80, 1.36, 0.035, 0.035),
            (0, 0.90, 1.28, 0.045, 0.045),
            (0, 0.945, 1.05, 0.065, 0.065),
            (0, 0.95, 0.80, 0.075, 0.07),
            (0, 0.94, 0.60, 0.05, 0.045),
            (0, 0.935, 0.52, 0.015, 0.015),
        ],
        DARK,
        sides=18,
    )
    return [mane, tail]


def _tack() -> list[Piece]:
    """A saddle with a dip at y = −0.10, its flaps, the girth, and stirrup irons on leathers."""
    pieces = [_saddle(), *(_flap(side) for side in (-1, 1))]
    angles = np.linspace(0, 2 * np.pi, 33)[:-1]
    girth = np.stack(
        [
            np.stack([0.292 * np.cos(angles), np.full(32, y), 1.10 + 0.348 * np.sin(angles)], axis=1) * [k, 1, 1]
            + [0, 0, 0]
            for y, k in ((-0.30, 0.99), (-0.28, 1.0), (-0.24, 1.0), (-0.22, 0.99))
        ]
    )[::-1]
    pieces.append(loft(girth, LEATHER))
    for side in (-1, 1):
        pieces.append(
            tube([(side * 0.25, -0.20, 1.30), (side * 0.325, -0.22, 1.05), (side * 0.335, -0.23, 0.80)], 0.011, LEATHER)
        )
        arch = [(side * (0.335 + 0.06 * np.cos(a)), -0.23, 0.70 + 0.10 * np.sin(a)) for a in np.linspace(0, np.pi, 7)]
        pieces.append(tube(arch, 0.007, "steel"))
        pieces.append(rounded_box(0.135, 0.05, 0.014, "steel", radius=0.006).at(side * 0.335, -0.23, 0.70))
    noseband = [
        (0.068 * np.cos(a), -1.235 + 0.06 * np.sin(a), 1.595 + 0.055 * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 17)
    ]
    pieces.append(tube(noseband, 0.008, LEATHER))
    for side in (-1, 1):
        cheek = [(side * 0.065, -1.23, 1.60), (side * 0.098, -1.07, 1.80), (side * 0.075, -0.97, 1.96)]
        pieces.append(tube(cheek, 0.007, LEATHER))
        rein = [
            (side * 0.07, -1.28, 1.55),
            (side * 0.14, -0.95, 1.50),
            (side * 0.12, -0.62, 1.60),
            (side * 0.05, -0.45, 1.615),
        ]
        pieces.append(tube(rein, 0.006, LEATHER))
    return pieces


def _saddle() -> Piece:
    """Seat from pommel to cantle over the back: a saddle surface of 50 × 30 cm."""
    along = np.linspace(-1, 1, 25)
    rings = []
    for place in along:
        y = -0.10 + 0.25 * place
        top = 1.44 + 0.065 * place**2 + 0.012 * place
        half = 0.15 + 0.035 * place
        side = np.linspace(-1, 1, 17)
        upper = np.stack([side * half, np.full(17, y), top - 0.10 * np.abs(side) ** 2.2], axis=1)
        lower = np.stack([side * half * 0.96, np.full(17, y), np.full(17, 1.30)], axis=1)
        rings.append(np.concatenate([upper, lower[::-1]]))
    return loft(np.array(rings)[::-1], LEATHER)


def _flap(side: int) -> Piece:
    """A flap that hugs the flank from the seat down to the rider's calf."""
    down = np.linspace(0, 1, 12)
    heights = 1.38 - 0.44 * down
    # The trunk is about an oval of 0.29 × 0.34 m around z = 1.10 there.
    out = 0.287 * np.sqrt(np.clip(1 - ((heights - 1.10) / 0.345) ** 2, 0.05, 1)) + 0.012
    width = 0.17 * np.sqrt(np.clip(1 - (2.1 * down - 1.1).clip(0, 1) ** 2, 0.02, 1))
    rings = []
    for z, x, half in zip(heights, out, width, strict=True):
        angles = np.linspace(0, 2 * np.pi, 20, endpoint=False)
        rings.append(
            np.stack([side * x + 0.010 * np.sin(angles), -0.16 + half * np.cos(angles), np.full(20, z)], axis=1)
        )
    return loft(np.array(rings), LEATHER)
