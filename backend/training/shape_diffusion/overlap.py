"""How much of two solids is the same, at the 32³ cells of CISP's voxel sets."""

from __future__ import annotations

import math

import torch.nn.functional as F
from torch import Tensor


def occupied(signed_distance: Tensor) -> Tensor:
    """(N, 32, 32, 32) bool of volumes (N, 64, 64, 64) in edges: the rule of `training.shapes.volume.occupancy_of`."""
    touched = math.sqrt(3) / 2 / signed_distance.shape[-1]
    return -F.max_pool3d(-signed_distance[:, None].float(), 2)[:, 0] <= touched


def overlap(first: Tensor, second: Tensor) -> Tensor:
    """(N,) intersection over union of solids (N, X, Y, Z) bool; two empty ones are alike."""
    both, either = (first & second).sum((1, 2, 3)), (first | second).sum((1, 2, 3))
    return both / either.clamp_min(1) + (either == 0)
