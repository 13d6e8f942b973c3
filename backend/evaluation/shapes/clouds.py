"""Points on surfaces and Chamfer's distance between them.

The distance is that of the literature on shape generation: the mean squared distance from the points of one cloud to
the nearest of the other, and the other way round, added up; here in squared edges of the unit cube.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from backend.shapes.marching import surface

POINTS = 2048


def cloud_of(volume: np.ndarray, generator: np.random.Generator, points: int = POINTS) -> np.ndarray | None:
    """(P, 3) float64 evenly over the zero level of a volume, in the unit cube; None if there is none."""
    padded = np.pad(np.asarray(volume, np.float32), 1, constant_values=1.0)
    vertices, triangles = surface(padded)
    if len(triangles) == 0:
        return None
    # Values lie in the cells' middles; one more cell was put around.
    return sampled((vertices - 0.5) / len(volume), triangles, generator, points)


def sampled(vertices: np.ndarray, triangles: np.ndarray, generator: np.random.Generator, points: int) -> np.ndarray:
    """(P, 3) points of a mesh, as many per area everywhere."""
    corners = np.asarray(vertices, np.float64)[triangles]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    chosen = corners[generator.choice(len(triangles), points, p=area / area.sum())]
    first, second = np.sqrt(generator.random((points, 1))), generator.random((points, 1))
    return (1 - first) * chosen[:, 0] + first * (1 - second) * chosen[:, 1] + first * second * chosen[:, 2]


def chamfer(first: np.ndarray, second: np.ndarray) -> float:
    """Between clouds (P, 3) and (Q, 3)."""
    return chamfer_of_trees(cKDTree(first), cKDTree(second))


def chamfer_of_trees(first: cKDTree, second: cKDTree) -> float:
    there, _ = second.query(first.data)
    back, _ = first.query(second.data)
    return float(np.square(there).mean() + np.square(back).mean())


def distances(first: list[np.ndarray], second: list[np.ndarray] | None = None) -> np.ndarray:
    """(N, M) of all pairs; of `first` with itself if `second` is left out."""
    trees = [cKDTree(cloud) for cloud in first]
    if second is None:
        found = np.zeros((len(first), len(first)))
        for i in range(len(first)):
            for j in range(i):
                found[i, j] = found[j, i] = chamfer_of_trees(trees[i], trees[j])
        return found
    others = [cKDTree(cloud) for cloud in second]
    return np.array([[chamfer_of_trees(tree, other) for other in others] for tree in trees])
