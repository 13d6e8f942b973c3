"""Loose cloth hangs from what is above it: from the bust, the belly, the seat, the thigh.

A tube of cloth around an axis is looked at as radii over angle and length. Going down, the radius may shrink only
slowly; that is what hanging is. Rest frame, metres.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from .piece import Wearer

Array = np.ndarray
ANGLES = 36
ROWS = 40


@dataclass(frozen=True)
class Tube:
    """`start` to `end` are joints (or points at a share between two); cloth with membership > 0 belongs to the tube."""

    start: tuple[str, str, float]  # two bones' heads and the share of the way between them
    end: tuple[str, str, float]
    member: Array  # (body vertices,) 0…1: how much of the movement a vertex takes part in
    slope: float  # how fast the cloth may come in: metres per metre
    flare: float = 0.0  # widening from start to end, metres

    def axis(self, wearer: Wearer) -> tuple[Array, Array]:
        a, b = (
            wearer.joint(first) + share * (wearer.joint(second) - wearer.joint(first))
            for first, second, share in (self.start, self.end)
        )
        return a, b

    def hang(self, cloth: Array, mix: sparse.csr_matrix, wearer: Wearer) -> Array:
        """Cloth (V, 3) moved outwards to where it hangs."""
        member = np.asarray(mix @ self.member)
        a, b = self.axis(wearer)
        length = float(np.linalg.norm(b - a))
        down = (b - a) / length
        along = (cloth - a) @ down / length
        away = cloth - a - np.outer(along * length, down)
        radius = np.maximum(np.linalg.norm(away, axis=1), 1e-9)
        side = np.cross(down, [0.0, 1.0, 0.0])
        side /= np.linalg.norm(side)
        front = np.cross(down, side)
        angle = np.arctan2(away @ front, away @ side)
        own = (member > 0.02) & (along > -0.1) & (along < 1.3)
        hung = _hung(angle[own], along[own], radius[own], self.slope * length, self.flare * wearer.scale)
        wished = np.zeros(len(cloth))
        wished[own] = np.maximum(hung - radius[own], 0)
        return cloth + (wished * member / radius)[:, None] * away


def _hung(angle: Array, along: Array, radius: Array, slope: float, flare: float) -> Array:
    column = (angle / (2 * np.pi) % 1) * ANGLES
    row = np.clip((along + 0.1) / 1.4, 0, 1) * (ROWS - 1)
    table = np.zeros((ROWS, ANGLES))
    np.maximum.at(table, (np.round(row).astype(int), np.floor(column).astype(int) % ANGLES), radius)
    for _ in range(3):  # empty cells take the largest of their neighbours
        around = np.maximum.reduce([np.roll(table, 1, 1), np.roll(table, -1, 1)])
        table = np.where(table > 0, table, around)
    step = 1.4 / (ROWS - 1)
    for k in range(1, ROWS):
        table[k] = np.maximum(table[k], table[k - 1] - slope * step)
    for _ in range(3):
        table = (np.roll(table, 1, 1) + 2 * table + np.roll(table, -1, 1)) / 4
        inner = (table[:-2] + 2 * table[1:-1] + table[2:]) / 4
        table = np.concatenate([table[:1], inner, table[-1:]])
    table = table + flare * np.clip(np.linspace(-0.1, 1.3, ROWS), 0, 1)[:, None]
    return sample(table, row, column - 0.5)


def sample(table: Array, row: Array, column: Array) -> Array:
    """Bilinear; columns go round."""
    low, left = np.floor(row).astype(int), np.floor(column).astype(int)
    high = np.minimum(low + 1, len(table) - 1)
    down, right = row - low, column - left
    a, b = left % table.shape[1], (left + 1) % table.shape[1]
    upper = table[low, a] * (1 - right) + table[low, b] * right
    lower = table[high, a] * (1 - right) + table[high, b] * right
    return upper * (1 - down) + lower * down
