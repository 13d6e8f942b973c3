"""A regular grid of nodes in world metres. Node (i, j, k) lies at origin + voxel · (i, j, k)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from backend.place.box import Box


@dataclass(frozen=True)
class Grid:
    origin: np.ndarray  # (3,) float64, metres, world
    voxel: float  # metres between nodes
    shape: tuple[int, int, int]  # nodes along x, y, z; at least two each

    @classmethod
    def over(cls, box: Box, voxel: float) -> Grid:
        """The smallest grid whose nodes span `box`, centred on it."""
        cells = np.maximum(np.ceil(box.size / voxel - 1e-6).astype(int), 1)
        origin = box.center - cells * voxel / 2
        return cls(origin, float(voxel), tuple(int(count) + 1 for count in cells))

    @property
    def count(self) -> int:
        return int(np.prod(self.shape))

    @property
    def box(self) -> Box:
        return Box(self.origin, self.origin + self.voxel * (np.array(self.shape) - 1))

    @property
    def strides(self) -> np.ndarray:
        """(3,) steps of the flat index along x, y, z."""
        return np.array([self.shape[1] * self.shape[2], self.shape[2], 1])

    def coarser(self, factor: int) -> Grid:
        """A grid with every `factor`-th node that reaches at least as far."""
        cells = [-(-(count - 1) // factor) for count in self.shape]
        return Grid(self.origin, self.voxel * factor, tuple(max(count, 1) + 1 for count in cells))

    def points(self, flat: np.ndarray | None = None) -> np.ndarray:
        """(N, 3) float32 metres, world: the nodes with the given flat indices, or all in order."""
        index = np.unravel_index(np.arange(self.count) if flat is None else flat, self.shape)
        axes = [self.origin[a] + self.voxel * np.arange(self.shape[a]) for a in range(3)]
        return np.stack([axes[a][index[a]] for a in range(3)], axis=-1).astype(np.float32)

    def cells_of(self, points: np.ndarray) -> np.ndarray:
        """(N, 3) int64: the node nearest to each point ((N, 3) metres, world), kept inside the grid."""
        index = np.rint((points - self.origin) / self.voxel).astype(np.int64)
        return np.clip(index, 0, np.array(self.shape) - 1)


def refine(coarse: np.ndarray, factor: int, shape: tuple[int, int, int]) -> np.ndarray:
    """Trilinear values at the nodes of the grid of which `coarse` holds every `factor`-th node; cut to `shape`."""
    fine = [factor * (count - 1) + 1 for count in coarse.shape]
    values = torch.from_numpy(np.ascontiguousarray(coarse, np.float32))[None, None]
    values = torch.nn.functional.interpolate(values, size=fine, mode="trilinear", align_corners=True)[0, 0]
    return values[: shape[0], : shape[1], : shape[2]].contiguous().numpy()
