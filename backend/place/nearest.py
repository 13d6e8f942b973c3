"""Nearest surface points and segment hits over many triangles, through Warp's bounding volume hierarchy. Metres.

Warp's CPU kernels run on one thread each but let go of Python's lock, so a query is cut into slices for a few threads.
Measured for 570 000 grid nodes against 974 000 triangles on two cores: 1.1 s; a KD-tree over surface samples needs
as long for its bounds alone, and then the exact distances are still to be found.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
import warp as wp

wp.config.log_level = max(wp.config.log_level, wp.LOG_WARNING)  # its banner goes to stdout, which may be a channel

SLICE = 1 << 12  # points per kernel launch: long enough to hide the launch, short enough to balance and to cancel
LEAF = 4  # triangles per leaf
MIN_AREA = 1e-14  # m²; thinner triangles are lines, whose nearest points are not well defined


@wp.kernel
def _nearest_kernel(
    mesh: wp.uint64,
    points: wp.array(dtype=wp.vec3),
    reach: wp.array(dtype=float),
    feet: wp.array(dtype=wp.vec3),
    distance: wp.array(dtype=float),
    face: wp.array(dtype=int),
):
    i = wp.tid()
    point = points[i]
    found = wp.mesh_query_point_no_sign(mesh, point, reach[i])
    if found.result:
        foot = wp.mesh_eval_position(mesh, found.face, found.u, found.v)
        feet[i] = foot
        distance[i] = wp.length(foot - point)
        face[i] = found.face
    else:
        feet[i] = point
        distance[i] = reach[i]
        face[i] = -1


@wp.kernel
def _first_hit_kernel(
    mesh: wp.uint64,
    starts: wp.array(dtype=wp.vec3),
    directions: wp.array(dtype=wp.vec3),
    length: wp.array(dtype=float),
    distance: wp.array(dtype=float),
    face: wp.array(dtype=int),
):
    i = wp.tid()
    found = wp.mesh_query_ray(mesh, starts[i], directions[i], length[i])
    if found.result:
        distance[i] = found.t
        face[i] = found.face
    else:
        distance[i] = length[i]
        face[i] = -1


@dataclass(frozen=True)
class Nearest:
    """What is nearest to each of N points."""

    distance: np.ndarray  # (N,) float32, metres; the reach where nothing is nearer
    face: np.ndarray  # (N,) int32 into the tree's triangles, −1 where nothing is nearer than the reach
    foot: np.ndarray  # (N, 3) float32, metres, world: the nearest surface point (the point itself where none)


class SurfaceTree:
    """A search tree over triangles. `corners`: (T, 3, 3) float32, metres, world. Degenerate ones are never found."""

    def __init__(self, corners: np.ndarray) -> None:
        # Single precision is spent near the triangles, not on the distance to the world's origin.
        self.center = corners.reshape(-1, 3).mean(0, dtype=np.float64) if len(corners) else np.zeros(3)
        local = corners - self.center.astype(np.float32)
        sound = _double_areas(local) > 2 * MIN_AREA
        self._rows = np.flatnonzero(sound)
        local = (local if sound.all() else local[self._rows]).reshape(-1, 3)
        self._mesh = None
        if len(self._rows):
            self._points = wp.array(local, dtype=wp.vec3, device="cpu")
            self._indices = wp.array(np.arange(len(local), dtype=np.int32), dtype=int, device="cpu")
            # Built three times as fast as by the default constructor, and 10 % quicker to ask.
            self._mesh = wp.Mesh(
                points=self._points, indices=self._indices, bvh_constructor="cubql", bvh_leaf_size=LEAF
            )

    def __len__(self) -> int:
        return len(self._rows)

    def nearest(
        self, points: np.ndarray, reach: np.ndarray | float, check: Callable[[], None] | None = None
    ) -> Nearest:
        """The nearest surface point of each of `points` ((N, 3), metres, world) no farther than `reach` metres."""
        count = len(points)
        local = (points - self.center).astype(np.float32)
        limits = np.ascontiguousarray(np.broadcast_to(np.asarray(reach, np.float32), (count,)))
        foot, distance = local.copy(), limits.copy()
        face = np.full(count, -1, np.int32)
        if self._mesh is not None:
            inputs = [_view(local, wp.vec3), _view(limits, float)]
            outputs = [_view(foot, wp.vec3), _view(distance, float), _view(face, int)]
            self._launch(_nearest_kernel, count, inputs + outputs, check)
            face = self._original(face)
        return Nearest(distance, face, (foot + self.center).astype(np.float32))

    def first_hit(
        self,
        starts: np.ndarray,
        directions: np.ndarray,
        length: np.ndarray | float,
        check: Callable[[], None] | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Where rays first meet a surface, from either side.

        `starts`: (N, 3) metres, world; `directions`: (N, 3) unit; `length`: metres. Returns distance (N,) float32
        (`length` where nothing is hit) and face (N,) int32 (−1 there).
        """
        count = len(starts)
        local = (starts - self.center).astype(np.float32)
        aims = np.ascontiguousarray(directions, np.float32)
        limits = np.ascontiguousarray(np.broadcast_to(np.asarray(length, np.float32), (count,)))
        distance, face = limits.copy(), np.full(count, -1, np.int32)
        if self._mesh is not None:
            arrays = [_view(local, wp.vec3), _view(aims, wp.vec3), _view(limits, float)]
            self._launch(_first_hit_kernel, count, [*arrays, _view(distance, float), _view(face, int)], check)
            face = self._original(face)
        return distance, face

    def _original(self, face: np.ndarray) -> np.ndarray:
        return np.where(face >= 0, self._rows[np.maximum(face, 0)], -1).astype(np.int32)

    def _launch(self, kernel: wp.Kernel, count: int, arrays: list[wp.array], check: Callable[[], None] | None) -> None:
        def run(start: int) -> None:
            stop = min(start + SLICE, count)
            part = [array[start:stop] for array in arrays]
            wp.launch(kernel, dim=stop - start, inputs=[self._mesh.id, *part], device="cpu")

        if count == 0:
            return
        prepare()  # before several threads want it
        starts = range(0, count, SLICE)
        if len(starts) == 1:  # not worth a thread
            run(0)
            if check is not None:
                check()
            return
        with ThreadPoolExecutor(min(os.cpu_count() or 1, 8, len(starts))) as pool:
            for _ in pool.map(run, starts):
                if check is not None:
                    check()


def prepare() -> None:
    """Compile the kernels, which takes seconds the first time on a machine and nothing later."""
    wp.load_module(__name__, device="cpu")


def _double_areas(corners: np.ndarray) -> np.ndarray:
    """(T, 3, 3) → (T,), m². Torch's cross product is several times faster than numpy's."""
    edges = torch.from_numpy(corners)
    first, second = edges[:, 1] - edges[:, 0], edges[:, 2] - edges[:, 0]
    return torch.linalg.cross(first, second).norm(dim=1).numpy()


def _view(array: np.ndarray, dtype: type) -> wp.array:
    return wp.array(array, dtype=dtype, device="cpu", copy=False)
