"""Two-wheelers and a board, each a list of `Piece`s on z = 0, going towards −Y; the rider's left is +X.

Proportions of an adult's city bicycle (28-inch wheels, saddle at 0.95 m), a light motorcycle without fairing (seat at
0.79 m) and a longboard.
"""

from __future__ import annotations

import numpy as np

from ..living_room.shapes import Piece, box, rod, rounded_box
from .sweeps import loft, ovals, torus, tube

FRAME, STEEL, BLACK, RUBBER, LEATHER = "paint_teal", "steel", "black_metal", "rubber", "leather"
AXLE = 0.34  # metres above the ground, of the bicycle's wheels
REAR, FRONT = 0.47, -0.60  # y of its axles
CRANK = (0.035, 0.285)  # y, z of its crank's axle
CRANK_LENGTH, CRANK_ANGLE = 0.17, np.radians(30.0)  # the left pedal is that far past the top


def bicycle() -> list[Piece]:
    """A city bicycle with a sloping frame, a swept-back bar and the left pedal up."""
    pieces = [*_bicycle_wheel(REAR), *_bicycle_wheel(FRONT)]
    crank, head_top, head_low = (0, *CRANK), (0, -0.375, 0.86), (0, -0.425, 0.70)
    seat_top, saddle = (0, 0.205, 0.80), (0, 0.245, 0.93)
    pieces += [
        rod(crank, seat_top, 0.016, FRAME),
        rod(seat_top, saddle, 0.013, STEEL),
        rod((0, 0.185, 0.74), (0, -0.39, 0.81), 0.016, FRAME),
        rod(crank, (0, -0.412, 0.735), 0.019, FRAME),
        rod(head_low, head_top, 0.021, FRAME),
        rod((-0.045, *CRANK), (0.045, *CRANK), 0.024, FRAME),
    ]
    for side in (-1, 1):
        pieces.append(
            tube(
                [(side * 0.03, CRANK[0] + 0.02, CRANK[1]), (side * 0.055, 0.3, 0.31), (side * 0.066, REAR, AXLE)],
                0.0095,
                FRAME,
            )
        )
        pieces.append(
            tube([(side * 0.014, 0.195, 0.77), (side * 0.045, 0.3, 0.6), (side * 0.066, REAR, AXLE)], 0.008, FRAME)
        )
        pieces.append(
            tube(
                [
                    (side * 0.02, -0.432, 0.69),
                    (side * 0.05, -0.445, 0.62),
                    (side * 0.056, -0.51, 0.46),
                    (side * 0.056, FRONT, AXLE),
                ],
                [0.014, 0.014, 0.012, 0.008],
                FRAME,
            )
        )
    pieces.append(rod((-0.035, -0.432, 0.695), (0.035, -0.432, 0.695), 0.017, FRAME))
    return pieces + _handlebar() + _saddle(saddle) + _drive()


def _bicycle_wheel(y: float) -> list[Piece]:
    """A wheel on its axle: tyre, rim, hub and 28 spokes."""
    pieces = [
        torus(AXLE - 0.018, 0.018, RUBBER).at(0, y, AXLE),
        torus(AXLE - 0.042, 0.010, STEEL).at(0, y, AXLE),
        rod((-0.075, y, AXLE), (0.075, y, AXLE), 0.008, STEEL),
        rod((-0.03, y, AXLE), (0.03, y, AXLE), 0.019, STEEL),
    ]
    for spoke in range(28):
        angle = 2 * np.pi * spoke / 28
        lean = angle + (0.5 if spoke % 4 < 2 else -0.5)
        side = 0.026 if spoke % 2 else -0.026
        hub = (side, y + 0.018 * np.cos(lean), AXLE + 0.018 * np.sin(lean))
        rim = (0.0, y + (AXLE - 0.048) * np.cos(angle), AXLE + (AXLE - 0.048) * np.sin(angle))
        pieces.append(rod(hub, rim, 0.0016, STEEL))
    return pieces


def _handlebar() -> list[Piece]:
    """Stem and swept-back bar: grips 0.56 m apart at 1.02 m, half a metre before the saddle's middle."""
    pieces = [
        rod((0, -0.37, 0.85), (0, -0.352, 0.985), 0.014, STEEL),
        rod((0, -0.352, 0.985), (0, -0.40, 1.0), 0.014, STEEL),
    ]
    pieces.append(
        tube(
            [
                (-0.29, -0.25, 1.02),
                (-0.27, -0.32, 1.025),
                (-0.16, -0.385, 1.01),
                (0, -0.40, 1.0),
                (0.16, -0.385, 1.01),
                (0.27, -0.32, 1.025),
                (0.29, -0.25, 1.02),
            ],
            0.011,
            STEEL,
        )
    )
    for side in (-1, 1):
        pieces.append(rod((side * 0.276, -0.30, 1.024), (side * 0.295, -0.195, 1.014), 0.0165, LEATHER))
        pieces.append(
            tube(
                [(side * 0.25, -0.345, 1.015), (side * 0.285, -0.325, 0.995), (side * 0.315, -0.235, 0.985)],
                0.0055,
                STEEL,
            )
        )
    return [*pieces, rounded_box(0.07, 0.05, 0.07, BLACK, radius=0.02).at(0, -0.44, 0.93)]


def _saddle(post: tuple[float, float, float]) -> list[Piece]:
    """A comfortable saddle, 26 cm long, 19 cm wide at its rear, its top at 0.965 m."""
    x, y, z = post
    top = ovals(
        [
            (x, y - 0.15, z + 0.014, 0.016, 0.014),
            (x, y - 0.10, z + 0.012, 0.024, 0.020),
            (x, y - 0.03, z + 0.008, 0.048, 0.024),
            (x, y + 0.04, z + 0.008, 0.086, 0.028),
            (x, y + 0.09, z + 0.012, 0.092, 0.028),
            (x, y + 0.115, z + 0.016, 0.07, 0.022),
        ],
        LEATHER,
    )
    return [top, tube([(x, y - 0.1, z - 0.008), (x, y, z - 0.03), (x, y + 0.08, z - 0.01)], 0.007, STEEL)]


def _drive() -> list[Piece]:
    """Chain wheel, chain guard, cranks and pedals."""
    y, z = CRANK
    pieces = [torus(0.085, 0.006, STEEL).at(-0.05, y, z), torus(0.035, 0.006, STEEL).at(-0.05, REAR, AXLE)]
    for low in (-1, 1):
        pieces.append(rod((-0.05, y, z + low * 0.088), (-0.05, REAR, AXLE + low * 0.037), 0.005, BLACK))
    for turn in range(3):
        a = CRANK_ANGLE + np.pi / 3 * turn
        across = np.array([0, -np.sin(a), np.cos(a)]) * 0.083
        pieces.append(rod((-0.05, y - across[1], z - across[2]), (-0.05, y + across[1], z + across[2]), 0.006, STEEL))
    for side in (-1, 1):
        end_y = y - side * CRANK_LENGTH * np.sin(CRANK_ANGLE)
        end_z = z + side * CRANK_LENGTH * np.cos(CRANK_ANGLE)
        pieces.append(rod((side * 0.065, y, z), (side * 0.08, end_y, end_z), 0.011, STEEL, end_radius=0.009))
        pieces.append(rod((side * 0.075, end_y, end_z), (side * 0.185, end_y, end_z), 0.006, STEEL))
        pieces.append(rounded_box(0.095, 0.085, 0.024, BLACK, radius=0.008).at(side * 0.142, end_y, end_z))
    return [*pieces, rod((-0.06, y, z), (0.06, y, z), 0.012, STEEL)]


def motorcycle() -> list[Piece]:
    """A light motorcycle: bench seat at 0.79 m, round lamp, one cylinder, foot pegs below the rider."""
    front, rear, radius = -0.78, 0.62, 0.30
    pieces = [*_motor_wheel(front, radius, 0.045), *_motor_wheel(rear, radius, 0.058)]
    pieces += _motor_frame(front, rear, radius) + _engine()
    tank = ovals(
        [
            (0, -0.46, 0.835, 0.09, 0.085),
            (0, -0.40, 0.845, 0.135, 0.105),
            (0, -0.29, 0.825, 0.145, 0.105),
            (0, -0.17, 0.755, 0.115, 0.075),
            (0, -0.08, 0.725, 0.085, 0.045),
        ],
        "paint_red",
    )
    seat = ovals(
        [
            (0, -0.08, 0.755, 0.07, 0.035),
            (0, 0.02, 0.748, 0.105, 0.044),
            (0, 0.20, 0.748, 0.132, 0.046),
            (0, 0.40, 0.756, 0.128, 0.046),
            (0, 0.53, 0.766, 0.105, 0.04),
        ],
        LEATHER,
    )
    pieces += [tank, seat, rod((0, -0.37, 0.945), (0, -0.37, 0.96), 0.03, STEEL)]
    return pieces + _motor_bars() + _lamps()


def _motor_wheel(y: float, radius: float, thick: float) -> list[Piece]:
    pieces = [
        torus(radius - thick, thick, RUBBER).at(0, y, radius),
        torus(radius - 1.9 * thick, 0.016, STEEL).at(0, y, radius),
        rod((-0.1, y, radius), (0.1, y, radius), 0.012, STEEL),
        rod((-0.05, y, radius), (0.05, y, radius), 0.05, BLACK),
    ]
    for spoke in range(20):
        angle = 2 * np.pi * spoke / 20
        lean = angle + (0.6 if spoke % 2 else -0.6)
        hub = (0.035 if spoke % 4 < 2 else -0.035, y + 0.045 * np.cos(lean), radius + 0.045 * np.sin(lean))
        reach = radius - 1.9 * thick
        pieces.append(rod(hub, (0.0, y + reach * np.cos(angle), radius + reach * np.sin(angle)), 0.003, STEEL))
    return pieces


def _motor_frame(front: float, rear: float, radius: float) -> list[Piece]:
    pieces = [
        rod((0, -0.50, 0.90), (0, -0.455, 0.74), 0.032, BLACK),
        tube([(0, -0.49, 0.85), (0, -0.2, 0.76), (0, 0.15, 0.70), (0, 0.52, 0.71)], 0.024, BLACK),
        tube(
            [(0, -0.46, 0.76), (0, -0.40, 0.5), (0, -0.3, 0.30), (0, 0.1, 0.26), (0, 0.22, 0.42), (0, 0.2, 0.70)],
            0.022,
            BLACK,
        ),
    ]
    for side in (-1, 1):
        pieces += [
            rod((side * 0.085, -0.535, 0.93), (side * 0.085, front, radius), 0.020, STEEL, end_radius=0.026),
            rod((side * 0.085, 0.2, 0.36), (side * 0.085, rear, radius), 0.018, BLACK),
            rod((side * 0.10, 0.5, 0.69), (side * 0.10, rear - 0.04, radius + 0.04), 0.024, STEEL),
            rod((side * 0.06, 0.17, 0.365), (side * 0.17, 0.14, 0.365), 0.012, STEEL),
            rod((side * 0.165, 0.14, 0.365), (side * 0.275, 0.14, 0.37), 0.017, RUBBER),
        ]
    for z, width in ((0.92, 0.1), (0.75, 0.1)):
        y = -0.535 - (0.93 - z) * 0.389
        pieces.append(rod((-width, y + 0.03, z), (width, y + 0.03, z), 0.022, BLACK))
    for y, start, end, lift in ((front, 25, 150, 0.03), (rear, 20, 140, 0.045)):
        angles = np.radians(np.linspace(start, end, 9))
        arch = [(0.0, y - (radius + lift) * np.cos(a), radius + (radius + lift) * np.sin(a)) for a in angles]
        pieces.append(_fender(np.array(arch), 0.06 if lift < 0.04 else 0.075))
    return pieces


def _fender(arch: np.ndarray, half: float) -> Piece:
    """A thin curved band over a wheel along points (N, 3)."""
    tangents = np.gradient(arch, axis=0)
    tangents /= np.linalg.norm(tangents, axis=1, keepdims=True)
    outwards = np.cross(tangents, [1.0, 0.0, 0.0])
    angles = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    rings = (
        arch[:, None]
        + half * np.cos(angles)[None, :, None] * np.array([1.0, 0.0, 0.0])
        + 0.005 * np.sin(angles)[None, :, None] * outwards[:, None]
        - 0.3 * half * np.cos(angles)[None, :, None] ** 2 * outwards[:, None] * np.sign(outwards[len(arch) // 2, 2])
    )
    return loft(rings, "paint_red")


def _engine() -> list[Piece]:
    """Crankcase, finned cylinder, exhaust and silencer, all narrower than the knees."""
    pieces = [
        rounded_box(0.27, 0.40, 0.21, STEEL, radius=0.07).at(0, -0.02, 0.37),
        rounded_box(0.17, 0.17, 0.26, BLACK, radius=0.04).turned(x=12).at(0, -0.17, 0.57),
        rounded_box(0.19, 0.19, 0.07, STEEL, radius=0.03).turned(x=12).at(0, -0.205, 0.70),
        rounded_box(0.22, 0.22, 0.22, BLACK, radius=0.05).at(0, 0.12, 0.57),
    ]
    for fin in range(7):
        z = 0.49 + 0.028 * fin
        pieces.append(box(0.205, 0.20, 0.007, STEEL, radius=0.003).turned(x=12).at(0, -0.155 - 0.21 * (z - 0.49), z))
    pieces.append(
        tube(
            [
                (-0.06, -0.27, 0.65),
                (-0.085, -0.36, 0.55),
                (-0.10, -0.34, 0.36),
                (-0.125, -0.15, 0.27),
                (-0.145, 0.2, 0.30),
                (-0.15, 0.42, 0.34),
            ],
            0.021,
            "chrome",
        )
    )
    pieces.append(
        tube([(-0.15, 0.38, 0.335), (-0.153, 0.5, 0.36), (-0.156, 0.88, 0.43)], [0.028, 0.047, 0.05], "chrome")
    )
    return pieces


def _motor_bars() -> list[Piece]:
    """A wide bar with grips 0.68 m apart at 1.05 m, and levers."""
    pieces = [rod((0, -0.52, 0.92), (0, -0.505, 0.99), 0.02, BLACK)]
    pieces.append(
        tube(
            [
                (-0.38, -0.40, 1.05),
                (-0.30, -0.445, 1.055),
                (-0.15, -0.50, 1.005),
                (0, -0.505, 0.995),
                (0.15, -0.50, 1.005),
                (0.30, -0.445, 1.055),
                (0.38, -0.40, 1.05),
            ],
            0.012,
            "chrome",
        )
    )
    for side in (-1, 1):
        pieces.append(rod((side * 0.275, -0.458, 1.055), (side * 0.39, -0.394, 1.049), 0.018, RUBBER))
        pieces.append(
            tube(
                [(side * 0.25, -0.49, 1.05), (side * 0.31, -0.495, 1.045), (side * 0.39, -0.44, 1.04)], 0.006, "chrome"
            )
        )
    return pieces


def _lamps() -> list[Piece]:
    lamp = ovals(
        [(0, -0.71, 0.90, 0.085, 0.085), (0, -0.68, 0.90, 0.09, 0.09), (0, -0.6, 0.90, 0.055, 0.055)], "chrome"
    )
    glass = ovals([(0, -0.722, 0.90, 0.06, 0.06), (0, -0.712, 0.90, 0.078, 0.078)], "glass_white")
    tail = rounded_box(0.09, 0.05, 0.05, "paint_red", radius=0.015).at(0, 0.83, 0.62)
    plate = rod((0, 0.53, 0.72), (0, 0.83, 0.62), 0.012, BLACK)
    return [lamp, glass, tail, plate]


def skateboard() -> list[Piece]:
    """A longboard of 0.92 × 0.23 m with raised ends: its deck at 11 cm on four wheels."""
    length, half, deck = 0.92, 0.115, 0.108
    along = np.linspace(-1, 1, 41)
    rings = []
    for place in along:
        y = place * length / 2
        width = half * (1 - abs(place) ** 9) ** 0.5 + 0.004
        lift = 0.055 * max(0.0, (abs(place) - 0.72) / 0.28) ** 1.7
        side = np.linspace(-1, 1, 15)
        dish = 0.006 * side**2
        upper = np.stack([side * width, np.full(15, y), deck + lift + dish], axis=1)
        lower = np.stack([side * width, np.full(15, y), deck - 0.012 + lift + dish], axis=1)
        rings.append(np.concatenate([upper[::-1], lower]))
    grip = loft(np.array(rings), "grip_tape")
    belly = loft(np.array(rings) * [0.992, 1.0, 1.0] - [0.0, 0.0, 0.004], "oak")
    pieces = [grip, belly]
    for y in (-0.27, 0.27):
        pieces += [
            box(0.055, 0.08, 0.012, BLACK).at(0, y, deck - 0.022),
            rod((0, y, deck - 0.024), (0, y, 0.05), 0.02, STEEL, end_radius=0.014),
            rod((-0.105, y, 0.033), (0.105, y, 0.033), 0.010, STEEL),
            rod((-0.06, y, 0.04), (0.06, y, 0.04), 0.016, STEEL),
        ]
        for side in (-1, 1):
            wheel = rod((side * 0.073, y, 0.033), (side * 0.118, y, 0.033), 0.033, "ink_ochre")
            pieces.append(wheel)
    return pieces
