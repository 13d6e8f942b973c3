"""Thinning of triangle soups that are far finer than any body needs. Metres.

A scan of twenty million triangles describes a chair seat by the tenth of a millimetre. Corners of its small triangles
are snapped to a lattice of a millimetre or two; triangles that collapse or coincide are dropped. Triangles that are
large against the lattice are left exactly as they are, so a floor is never moved.
"""

from __future__ import annotations

import numpy as np

LARGE = 4.0  # a triangle whose longest edge exceeds this many cells is kept untouched


def thin(corners: np.ndarray, cell: float) -> np.ndarray:
    """`corners`: (T, 3, 3) float32, metres → (S, 3, 3) float32, S ≤ T; small corners moved by less than one `cell`."""
    if len(corners) == 0:
        return corners
    edges = corners - np.roll(corners, 1, axis=1)
    large = np.einsum("tij,tij->ti", edges, edges).max(1) > (LARGE * cell) ** 2
    small = corners[~large]
    if len(small) == 0:
        return corners
    origin = small.reshape(-1, 3).min(0).astype(np.float64)
    lattice = np.rint((small - origin) / cell).astype(np.int64)
    key = (lattice[..., 0] << 42) | (lattice[..., 1] << 21) | lattice[..., 2]  # 21 bits: 2 km at 1 mm
    key.sort(axis=1)
    key = key[(key[:, 0] != key[:, 1]) & (key[:, 1] != key[:, 2])]
    # Two different triangles meet in one 64-bit hash about once in a thousand scenes of 200 million; then one is lost.
    mixed = key.astype(np.uint64) * np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)
    mixed ^= mixed >> np.uint64(29)
    _, first = np.unique(mixed.sum(axis=1, dtype=np.uint64), return_index=True)
    key = key[first]
    mask = (1 << 21) - 1
    snapped = np.stack([key >> 42, (key >> 21) & mask, key & mask], axis=-1) * cell + origin
    return np.concatenate([corners[large], snapped.astype(np.float32)])
