"""Grids of quads: rows × columns, closed around or open, with texture coordinates."""

from __future__ import annotations

import numpy as np

Array = np.ndarray


def quads(rows: int, columns: int, closed: bool, first: int = 0) -> Array:
    """(F, 4) int32, vertices numbered row by row from `first`. Seen from outside, columns go to the left."""
    row, column = np.meshgrid(np.arange(rows - 1), np.arange(columns if closed else columns - 1), indexing="ij")
    row, column = row.reshape(-1), column.reshape(-1)
    after = (column + 1) % columns
    return first + np.stack(
        [row * columns + column, (row + 1) * columns + column, (row + 1) * columns + after, row * columns + after], 1
    ).astype(np.int32)


def corner_uvs(rows: int, columns: int, closed: bool) -> Array:
    """(F, 4, 2) float32 in the order of `quads`; u around, v from 1 at the first row to 0."""
    row, column = np.meshgrid(np.arange(rows - 1), np.arange(columns if closed else columns - 1), indexing="ij")
    row, column = row.reshape(-1), column.reshape(-1)
    width = columns if closed else columns - 1
    corners = [(row, column), (row + 1, column), (row + 1, column + 1), (row, column + 1)]
    return np.stack([np.stack([c / width, 1 - r / (rows - 1)], 1) for r, c in corners], 1).astype(np.float32)


def fan(ring: Array, center: int) -> Array:
    """(C, 4) int32 triangles that close a ring of vertices towards a centre."""
    after = np.roll(ring, -1)
    return np.stack([ring, np.full(len(ring), center), after, after], 1).astype(np.int32)
