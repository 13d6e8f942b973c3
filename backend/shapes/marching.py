"""The zero level of a volume as triangles: marching cubes whose table is made here, so that the result is a manifold.

On a cube's face with four crossings the corners inside are kept apart, in both cubes that share it, so no cracks
appear. Within a cube the loops are cut into triangles along lines that lie in no face of the cube (all 256 cases allow
that): a line within a face could be drawn by the neighbour, too, and four triangles would meet at one edge. So every
edge has exactly two triangles and every vertex one ring of them, whatever the values.

Corners of a cube are numbered by bits: 1 for x, 2 for y, 4 for z.
"""

from __future__ import annotations

from functools import cache

import numpy as np

Array = np.ndarray
NEAREST = 0.02  # of an edge: how close to a grid point a vertex may come, lest triangles lose their area

# The corner where each of the twelve edges begins, and its axis.
_EDGES = tuple((corner, axis) for axis in range(3) for corner in range(8) if not corner >> axis & 1)
_ENDS = {frozenset((corner, corner | 1 << axis)): number for number, (corner, axis) in enumerate(_EDGES)}


def surface(volume: Array) -> tuple[Array, Array]:
    """Vertices (V, 3) float32 in cells, the first value at (0, 0, 0), and triangles (T, 3) int32 wound outwards.

    volume: (X, Y, Z) float, negative inside. Raises ValueError unless it is positive all over its border.
    """
    inside = volume < 0
    if any(np.take(inside, (0, -1), axis).any() for axis in range(3)):
        raise ValueError("the volume is not positive at its border")
    shape = np.array(volume.shape)
    steps = np.array([shape[1] * shape[2], shape[2], 1])
    case = np.zeros(shape - 1, np.uint8)
    for corner in range(8):
        x, y, z = corner & 1, corner >> 1 & 1, corner >> 2 & 1
        case |= inside[x : shape[0] - 1 + x, y : shape[1] - 1 + y, z : shape[2] - 1 + z] * np.uint8(1 << corner)
    cubes = np.flatnonzero((case > 0) & (case < 255))
    edges = _table()[case.reshape(-1)[cubes]]  # (C, T, 3)
    cube, used = np.nonzero(edges[:, :, 0] >= 0)
    origin = np.stack(np.unravel_index(cubes, shape - 1), 1) @ steps
    # An edge's number is that of its axis and of the grid point where it begins: the same in all cubes around it.
    begins = np.array([axis * volume.size + sum(int(steps[k]) * (corner >> k & 1) for k in range(3))
                       for corner, axis in _EDGES])  # fmt: skip
    crossed, corners = np.unique(origin[cube, None] + begins[edges[cube, used]], return_inverse=True)
    return _positions(crossed, volume, steps), np.ascontiguousarray(corners.reshape(-1, 3), np.int32)


def _positions(crossed: Array, volume: Array, steps: Array) -> Array:
    """(V, 3): where the values along the edges become zero."""
    values = volume.reshape(-1)
    axis, start = np.divmod(crossed, volume.size)
    a, b = values[start].astype(np.float64), values[start + steps[axis]].astype(np.float64)
    places = np.stack(np.unravel_index(start, volume.shape), 1).astype(np.float32)
    places[np.arange(len(axis)), axis] += np.clip(a / (a - b), NEAREST, 1 - NEAREST)
    return places


@cache
def _table() -> Array:
    """(256, T, 3) int8: the triangles of each case as edges' numbers, −1 for none."""
    found = [[triangle for loop in _loops(case) for triangle in _cut(loop) or ()] for case in range(256)]
    table = np.full((256, max(map(len, found)), 3), -1, np.int8)
    for case, triangles in enumerate(found):
        table[case, : len(triangles)] = np.array(triangles, np.int8).reshape(-1, 3)
    return table


def _faces() -> list[tuple[int, ...]]:
    """The corners of each face, counter-clockwise seen from outside the cube."""
    faces = []
    for axis in range(3):
        u, v = 1 << (axis + 1) % 3, 1 << (axis + 2) % 3
        faces.append((1 << axis, 1 << axis | u, 1 << axis | u | v, 1 << axis | v))
        faces.append((0, v, u | v, u))
    return faces


def _loops(case: int) -> list[list[int]]:
    """Closed chains of edges' numbers: around what is inside, counter-clockwise seen from outside of it."""
    follows: dict[int, int] = {}
    for face in _faces():
        inside = [case >> corner & 1 for corner in face]
        for k in range(4):
            if inside[k] and not inside[(k + 1) % 4]:  # here the way around the face leaves what is inside …
                begun = k
                while inside[begun - 1]:
                    begun -= 1
                leave = _ENDS[frozenset((face[k], face[(k + 1) % 4]))]
                enter = _ENDS[frozenset((face[begun - 1], face[begun]))]  # … and there it had entered
                follows[enter] = leave
    loops = []
    while follows:
        start, following = follows.popitem()
        loop = [start]
        while following != start:
            loop.append(following)
            following = follows.pop(following)
        loops.append(loop)
    return loops


def _cut(loop: list[int]) -> list[tuple[int, int, int]] | None:
    """Triangles of a loop with no line within a face of the cube, or None if there are none such."""
    if len(loop) < 3:
        return []
    for k in range(1, len(loop) - 1):  # the triangle at the side from the last to the first
        new = [(0, k)] * (k > 1) + [(k, -1)] * (k < len(loop) - 2)
        if any(_in_one_face(loop[a], loop[b]) for a, b in new):
            continue
        left, right = _cut(loop[: k + 1]), _cut(loop[k:])
        if left is not None and right is not None:
            return [(loop[0], loop[k], loop[-1]), *left, *right]
    return None


def _in_one_face(first: int, second: int) -> bool:
    corners = {corner | bit << axis for corner, axis in (_EDGES[first], _EDGES[second]) for bit in (0, 1)}
    return any(corners <= set(face) for face in _faces())
