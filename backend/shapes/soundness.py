"""Whether a mesh is a solid's surface: closed, a manifold, and wound one way all over.

Closed and oriented: every edge is used once in each direction. Manifold: besides, the triangles around every vertex
make one ring. Volumes are in the cube of the vertices' unit.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

Array = np.ndarray


def flaws(vertices: Array, triangles: Array) -> list[str]:
    """What is wrong with a mesh, in words; nothing for a sound one. vertices: (V, 3), triangles: (T, 3)."""
    if len(triangles) == 0:
        return ["it is empty"]
    found = []
    if not np.isfinite(vertices).all():
        found.append("coordinates are not finite")
    if triangles.min() < 0 or triangles.max() >= len(vertices):
        return [*found, "indices are out of range"]
    first, second = triangles.reshape(-1), triangles[:, [1, 2, 0]].reshape(-1)
    if (first == second).any():
        found.append("triangles use a vertex twice")
    there, back = (np.sort(a * np.int64(len(vertices)) + b) for a, b in ((first, second), (second, first)))
    if (there[1:] == there[:-1]).any():
        found.append("edges are used twice in one direction")
    if not np.array_equal(there, back):
        found.append("it is not closed")
    if not found and _pinched(triangles, len(vertices)):
        found.append("vertices have several rings of triangles")
    if not found and volume(vertices, triangles) <= 0:
        found.append("it is wound inwards")
    return found


def volume(vertices: Array, triangles: Array) -> float:
    """Of a closed mesh; positive if it is wound outwards."""
    a, b, c = (vertices[triangles[:, corner]].astype(np.float64) for corner in range(3))
    return float(np.einsum("ij,ij->", a, np.cross(b, c))) / 6


def pieces(triangles: Array, count: int) -> tuple[int, Array]:
    """How many connected pieces there are, and which each of `count` vertices belongs to."""
    first, second = triangles.reshape(-1), triangles[:, [1, 2, 0]].reshape(-1)
    links = coo_matrix((np.ones(len(first), bool), (first, second)), (count, count))
    return connected_components(links, directed=False)


def _pinched(triangles: Array, count: int) -> bool:
    """Whether some vertex has more than one ring: the pieces that corners make where one follows the other."""
    corner = np.arange(3 * len(triangles))
    first, last = triangles[:, [1, 2, 0]].reshape(-1), triangles[:, [2, 0, 1]].reshape(-1)
    middle = triangles.reshape(-1)
    # Around a vertex, the corner after whose last neighbour another one's first neighbour follows.
    ends = middle * np.int64(count) + last
    begins = middle * np.int64(count) + first
    order = np.argsort(begins)
    following = order[np.searchsorted(begins[order], ends)]
    links = coo_matrix((np.ones(len(corner), bool), (corner, following)), (len(corner), len(corner)))
    rings, _ = connected_components(links, directed=False)
    return rings != len(np.unique(middle))
