"""Cloth does not print nipples: over them it is a thin plate through the cloth around.

They are found as the places of the chest where the body's mesh is finest. The plate's equation (the Laplacian's square,
with cotangent weights and vertex areas of the reference body) gives fixed weights, once per piece.
"""

from __future__ import annotations

import functools

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from .measures import Measures

Array = np.ndarray
FINEST = 0.004  # metres, shortest edge at a nipple of the reference body
REACH = 0.033


@functools.cache
def nipples(m: Measures) -> Array:
    """(N, 3) where they are on the reference body."""
    faces = m.model.topology.faces.numpy()
    pairs = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 3]], faces[:, [3, 0]]])
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    lengths = np.linalg.norm(m.vertices[pairs[:, 0]] - m.vertices[pairs[:, 1]], axis=1)
    shortest = np.full(len(m.vertices), np.inf)
    for side in (0, 1):
        np.minimum.at(shortest, pairs[:, side], lengths)
    chest = m.surface_vertices & (m.arm < 0.3) & (m.vertices[:, 1] < -0.05) & (shortest < FINEST)
    chest &= (m.level > m.waist + 0.05) & (m.level < m.neck[2] - 0.1) & (np.abs(m.vertices[:, 0]) > 0.04)
    sides = [chest & (m.vertices[:, 0] * sign > 0) for sign in (1, -1)]
    return np.array([m.vertices[side].mean(0) for side in sides if side.any()]).reshape(-1, 3)


def plate(places: Array, faces: Array, m: Measures) -> tuple[Array, sparse.csr_matrix]:
    """For a patch with vertices at `places` (V, 3) of the reference: which vertices (D,) to fill in, weights (D, V)."""
    inside = np.zeros(len(places), bool)
    for center in nipples(m):
        inside |= np.linalg.norm(places - center, axis=1) < REACH
    laplacian, area = _cotangent(places, np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]]))
    energy = (laplacian @ sparse.diags(1 / np.maximum(area, 1e-9)) @ laplacian).tocsr()
    own, rest = np.flatnonzero(inside), np.flatnonzero(~inside)
    weights = sparse.lil_matrix((len(own), len(places)))
    if len(own):
        weights[:, rest] = -splu(energy[own][:, own].tocsc()).solve(energy[own][:, rest].toarray())
    return own, weights.tocsr()


def _cotangent(places: Array, triangles: Array) -> tuple[sparse.csr_matrix, Array]:
    """The stiffness matrix (V, V) and vertex areas (V,) of triangles (T, 3); degenerate ones count for nothing."""
    count = len(places)
    area = np.zeros(count)
    rows, columns, values = [], [], []
    for corner in range(3):
        a, b, c = (triangles[:, (corner + k) % 3] for k in range(3))
        u, v = places[b] - places[a], places[c] - places[a]
        double = np.linalg.norm(np.cross(u, v), axis=1)
        good = double > 1e-9
        share = 0.5 * (u * v).sum(1)[good] / double[good]
        rows += [b[good], c[good]]
        columns += [c[good], b[good]]
        values += [share, share]
        np.add.at(area, a[good], double[good] / 6)
    graph = sparse.coo_matrix(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), (count, count)
    ).tocsr()
    return (sparse.diags(np.asarray(graph.sum(1))[:, 0]) - graph).tocsr(), area
