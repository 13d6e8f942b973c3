"""Which skin of one's own body is nearest to points of it: a search among clusters of skin that move with the body.

Brute force holds six million pairs of points against each other for every body. Here the skin is cut at rest into
clusters of a few dozen points that stay together in every pose, for each belongs to one part of the body; a posed
cluster's bounding sphere says whether it can hold anything nearer than what was found. Warp's kernels run it on the
CPU. Metres.
"""

from __future__ import annotations

import numpy as np
import torch
import warp as wp
from torch import Tensor

CLUSTER = 24  # points at most


@wp.kernel
def _sphere_kernel(
    targets: wp.array2d(dtype=wp.vec3),
    order: wp.array(dtype=int),
    begins: wp.array(dtype=int),
    centers: wp.array2d(dtype=wp.vec3),
    radii: wp.array2d(dtype=float),
):
    body, cluster = wp.tid()
    center = wp.vec3(0.0, 0.0, 0.0)
    for k in range(begins[cluster], begins[cluster + 1]):
        center += targets[body, order[k]]
    center /= float(begins[cluster + 1] - begins[cluster])
    largest = float(0.0)  # noqa: UP018  (so Warp knows that it changes in the loop)
    for k in range(begins[cluster], begins[cluster + 1]):
        largest = wp.max(largest, wp.length_sq(targets[body, order[k]] - center))
    centers[body, cluster] = center
    radii[body, cluster] = wp.sqrt(largest)


@wp.kernel
def _nearest_kernel(
    probes: wp.array2d(dtype=wp.vec3),
    targets: wp.array2d(dtype=wp.vec3),
    order: wp.array(dtype=int),
    begins: wp.array(dtype=int),
    owners: wp.array(dtype=int),
    allowed: wp.array2d(dtype=wp.uint8),
    centers: wp.array2d(dtype=wp.vec3),
    radii: wp.array2d(dtype=float),
    reach: float,
    nearest: wp.array2d(dtype=int),
):
    body, probe = wp.tid()
    point = probes[body, probe]
    best = reach * reach
    limit = reach
    found = int(-1)  # noqa: UP018, RUF046
    for cluster in range(owners.shape[0]):
        if allowed[probe, owners[cluster]] != wp.uint8(0):
            way = limit + radii[body, cluster]
            if wp.length_sq(point - centers[body, cluster]) < way * way:
                for k in range(begins[cluster], begins[cluster + 1]):
                    squared = wp.length_sq(targets[body, order[k]] - point)
                    if squared < best:
                        best = squared
                        limit = wp.sqrt(squared)
                        found = order[k]
    nearest[body, probe] = found


class SkinSearch:
    """Nearest targets of N bodies, each probe looking only at the parts that it may."""

    def __init__(self, rest: Tensor, owners: Tensor, allowed: Tensor) -> None:
        """`rest` (T, 3) targets at rest, `owners` (T,) int64 part of each, `allowed` (Q, parts) bool for each probe."""
        clusters: list[np.ndarray] = []
        parts: list[int] = []
        points = rest.numpy()
        for part in owners.unique().tolist():
            own = _clusters(points, np.flatnonzero(owners.numpy() == part))
            clusters += own
            parts += [part] * len(own)
        begins = np.cumsum([0, *map(len, clusters)])
        self._order = _array(np.concatenate(clusters or [np.zeros(0)]).astype(np.int32), int)
        self._begins = _array(begins.astype(np.int32), int)
        self._owners = _array(np.array(parts, np.int32), int)
        self._allowed = _array(np.ascontiguousarray(allowed.numpy()).astype(np.uint8), wp.uint8)

    def __call__(self, probes: Tensor, targets: Tensor, reach: float) -> Tensor:
        """(N, Q) int64: the nearest target of each probe (N, Q, 3) among (N, T, 3), −1 if none is within `reach`."""
        count, clusters = len(probes), len(self._owners)
        nearest = np.full(probes.shape[:2], -1, np.int32)
        if probes.numel() and clusters:
            points, skin = (_array(t.detach().contiguous().numpy(), wp.vec3) for t in (probes, targets))
            centers = _array(np.empty((count, clusters, 3), np.float32), wp.vec3)
            radii = _array(np.empty((count, clusters), np.float32), float)
            layout = [self._order, self._begins]
            wp.launch(_sphere_kernel, (count, clusters), [skin, *layout, centers, radii], device="cpu")
            inputs = [points, skin, *layout, self._owners, self._allowed, centers, radii, reach, _array(nearest, int)]
            wp.launch(_nearest_kernel, probes.shape[:2], inputs, device="cpu")
        return torch.from_numpy(nearest).long()


def prepare() -> None:
    """Compile the kernels, which takes seconds the first time on a machine and nothing later."""
    wp.load_module(__name__, device="cpu")


def _clusters(points: np.ndarray, rows: np.ndarray) -> list[np.ndarray]:
    """`rows` of `points` (T, 3) cut in halves across their longest side until no piece is larger than CLUSTER."""
    if len(rows) <= CLUSTER:
        return [rows] if len(rows) else []
    here = points[rows]
    axis = int((here.max(0) - here.min(0)).argmax())
    order = rows[np.argsort(here[:, axis], kind="stable")]
    half = len(rows) // 2
    return [*_clusters(points, order[:half]), *_clusters(points, order[half:])]


def _array(array: np.ndarray, dtype: type) -> wp.array:
    return wp.array(array, dtype=dtype, device="cpu", copy=False)
