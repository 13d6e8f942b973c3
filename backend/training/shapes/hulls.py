"""Hulls of boats and ships: decked, or open shells."""

from __future__ import annotations

import numpy as np

from .solids import Solid, curve, loft


def sections(
    length: float, beam: float, depth: float, *, sheer: float, flare: float, stern: float, bow: float, power: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Along the hull, bow first: y (N,), half beam at deck (N,), deck height (N,); keel at z = 0."""
    t = np.linspace(0, 1, 17)
    y = (t - 0.5) * length
    half = (
        beam
        / 2
        * np.minimum(
            np.sin(np.pi / 2 * np.clip(t / bow, 0, 1)) ** power, 1 - (1 - stern) * np.clip((t - 0.6) / 0.4, 0, 1) ** 2
        )
    )
    return (
        y,
        np.maximum(half, 0.012 * beam),
        depth * (1 + sheer * (1 - 1.6 * t) ** 2 + flare * np.clip(1 - t / 0.25, 0, 1) ** 2),
    )


def boat_hull(
    length: float,
    beam: float,
    depth: float,
    *,
    vee: float = 0.5,
    sheer=0.15,
    flare=0.0,
    stern=0.8,
    bow=0.5,
    power=0.8,
    open_wall: float = 0.0,
    plate: bool = False,
) -> Solid:
    """A hull with its deck, or an open shell with walls so thick; `vee`: 0 flat-bottomed … 1 sharp.

    `plate`: only its transom, the board that closes an open shell behind.
    """
    y, half, deck = sections(length, beam, depth, sheer=sheer, flare=flare, stern=stern, bow=bow, power=power)
    # From the deck down the side and over the keel, as shares of half beam and depth.
    side = curve(
        [
            (1.0, 1.0),
            (0.93 - 0.08 * vee, 0.55),
            (0.78 - 0.25 * vee, 0.2),
            (0.4 - 0.1 * vee, 0.04 + 0.05 * vee),
            (0.0, 0.0),
        ],
        3,
    )
    rings = []
    for k, (at, wide, high) in enumerate(zip(y, half, deck, strict=True)):
        t = k / (len(y) - 1)
        lift = high * 0.75 * max(0.0, 1 - t / 0.16) ** 2 + 0.12 * high * max(
            0.0, (t - 0.8) / 0.2
        )  # the keel rises to the stem
        rake = -0.05 * length * max(0.0, 1 - t / 0.2)
        right = np.stack([side[:, 0] * wide, lift + side[:, 1] * (high - lift)], 1)
        outline = np.concatenate([right, (right * [-1, 1])[-2::-1]])
        if open_wall and not plate:
            wall = min(open_wall, 0.4 * wide)
            inner = np.stack(
                [np.maximum(right[:, 0] - wall, 0.0), np.minimum(right[:, 1] + open_wall * (1 - side[:, 1]), high)], 1
            )
            inside = np.concatenate([(inner * [-1, 1]), inner[-2::-1]])
            outline = np.concatenate([outline, inside])
        lean = rake * (outline[:, 1] / high)
        rings.append(np.stack([outline[:, 0], at + lean, outline[:, 1]], 1))
    if plate:
        rings = [rings[-1] + [0, shift, 0] for shift in (-1.5 * open_wall, 0.004)]
    return loft(np.array(rings))
