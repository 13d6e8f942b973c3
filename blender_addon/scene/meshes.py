"""One evaluated mesh to triangles and their hash, in steps short enough for a tick.

Everything here works on plain arrays: vertices (V, 3) float32, corner_vertices (L,) int32, polygon_starts (P,) int32
(the first corner of each polygon). Functions that take long are generators: they yield when the budget is used up and
return their result.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from mathutils.geometry import tessellate_polygon

from ..link.budget import Budget
from ..protocol.codec import MeshHasher
from ..protocol.messages import Mesh

CHUNK = 2**12  # polygons at a time: about half a millisecond


@dataclass(frozen=True)
class Polygons:
    """A mesh as Blender stores it; see the module's first lines."""

    vertices: np.ndarray
    corner_vertices: np.ndarray
    polygon_starts: np.ndarray

    def chunks(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Where the corners of polygons start and end, some polygons at a time."""
        for first in range(0, len(self.polygon_starts), CHUNK):
            edges = self.polygon_starts[first : first + CHUNK + 1]
            if first + CHUNK >= len(self.polygon_starts):
                edges = np.append(edges, np.int32(len(self.corner_vertices)))
            yield edges[:-1], edges[1:]


def triangle_count(mesh: Any) -> int:
    """Of a Blender mesh, without triangulating it."""
    return max(0, len(mesh.loops) - 2 * len(mesh.polygons))


def read(mesh: Any) -> Polygons:
    """Copy a Blender mesh's arrays. Attributes are copied whole; `mesh.loops` takes 100 times as long."""
    vertices = np.empty(3 * len(mesh.vertices), np.float32)
    corners = np.empty(len(mesh.loops), np.int32)
    starts = np.empty(len(mesh.polygons), np.int32)
    if len(vertices):
        mesh.attributes["position"].data.foreach_get("vector", vertices)
    if len(corners):
        mesh.attributes[".corner_vert"].data.foreach_get("value", corners)
        mesh.polygons.foreach_get("loop_start", starts)
    return Polygons(vertices.reshape(-1, 3), corners, starts)


def join(
    vertices: np.ndarray, polygons: Sequence[tuple[np.ndarray, np.ndarray]], budget: Budget
) -> Generator[None, None, Polygons]:
    """A mesh of some polygons: pairs of their corners' vertices and their sizes. Only vertices in use are kept."""
    used = np.zeros(len(vertices), bool)
    for loop, _ in polygons:
        used[loop] = True
        if budget.over():
            yield
    kept = np.empty((np.count_nonzero(used), 3), np.float32)
    numbers = np.empty(len(vertices), np.int32)  # of the vertices in use, among themselves
    count = 0
    for first in range(0, len(vertices), 8 * CHUNK):
        block = slice(first, first + 8 * CHUNK)
        found = vertices[block][used[block]]
        numbers[block] = np.cumsum(used[block]) + (count - 1)
        kept[count : count + len(found)] = found
        count += len(found)
        if budget.over():
            yield
    corners = np.empty(sum(len(loop) for loop, _ in polygons), np.int32)
    starts = np.empty(sum(len(sizes) for _, sizes in polygons), np.int32)
    corner = polygon = 0
    for loop, sizes in polygons:
        corners[corner : corner + len(loop)] = numbers[loop]
        starts[polygon : polygon + len(sizes)] = corner + np.cumsum(sizes) - sizes
        corner, polygon = corner + len(loop), polygon + len(sizes)
        if budget.over():
            yield
    return Polygons(kept, corners, starts)


def triangulate(polygons: Polygons, budget: Budget) -> Generator[None, None, np.ndarray]:
    """(T, 3) int32. Quads are cut along the diagonal that keeps a concave one inside itself."""
    vertices, corners = polygons.vertices, polygons.corner_vertices
    # There are fewer triangles than corners. What is not used of the space is never touched and takes no memory, while
    # putting parts together in the end would take longer than a tick.
    triangles = np.empty((len(corners), 3), np.int32)
    count = 0

    def put(found: np.ndarray) -> None:
        nonlocal count
        triangles[count : count + len(found)] = found
        count += len(found)

    for starts, ends in polygons.chunks():
        sizes = ends - starts
        put(corners[starts[sizes == 3][:, None] + np.arange(3, dtype=np.int32)])
        quads = corners[starts[sizes == 4][:, None] + np.arange(4, dtype=np.int32)]
        if len(quads):
            put(_cut_quads(vertices, quads))
        for start, size in zip(starts[sizes > 4].tolist(), sizes[sizes > 4].tolist(), strict=True):
            put(_tessellate(vertices, corners[start : start + size]))
            if budget.over():
                yield
        if budget.over():
            yield
    return triangles[:count]


def _cut_quads(vertices: np.ndarray, quads: np.ndarray) -> np.ndarray:
    """(Q, 4) indices → (2Q, 3)."""
    a, b, c, d = (vertices[quads[:, k]] for k in range(4))
    across = c - a
    folded = np.einsum("ij,ij->i", np.cross(b - a, across), np.cross(across, d - a)) < 0
    turned = np.where(folded[:, None], np.roll(quads, -1, axis=1), quads)
    return np.concatenate([turned[:, [0, 1, 2]], turned[:, [0, 2, 3]]])


def _tessellate(vertices: np.ndarray, loop: np.ndarray) -> np.ndarray:
    points = vertices[loop]
    triangles = tessellate_polygon([points.tolist()]) if np.isfinite(points).all() else []
    if not triangles:  # degenerate: a fan has no area either, and keeps the vertices for whoever looks for NaN
        triangles = [(0, k, k + 1) for k in range(1, len(loop) - 1)]
    found = np.asarray(triangles, np.int32)
    normal = np.cross(points[found[:, 1]] - points[found[:, 0]], points[found[:, 2]] - points[found[:, 0]]).sum(0)
    if np.dot(normal, np.cross(points, np.roll(points, -1, axis=0)).sum(0)) < 0:
        found = found[:, ::-1]
    return loop[found]


def finish(vertices: np.ndarray, triangles: np.ndarray, budget: Budget) -> Generator[None, None, Mesh]:
    """Hash in pieces and name the mesh by it."""
    hasher = MeshHasher(len(vertices), len(triangles))
    for array in (vertices, triangles):
        for first in range(0, len(array), 8 * CHUNK):
            hasher.update(np.ascontiguousarray(array[first : first + 8 * CHUNK]))
            if budget.over():
                yield
    return Mesh(hasher.hexdigest(), np.ascontiguousarray(vertices), np.ascontiguousarray(triangles))
