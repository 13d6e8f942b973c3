"""A shape's place in the joint space: a transformer over cubes of its volume, CISP's 3D patch transformer.

It reads the volume at 32³ cells in cubes of 8³, as CISP does; a cell holds the mean of the clipped signed distances in
it instead of a bit, which tells how full it is and how far the surface.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .blocks import Block, projection, split_cells


@dataclass(frozen=True)
class ShapeEncoderSize:
    resolution: int = 32  # cells along an edge of what is read
    cube: int = 8  # cells along an edge of a token
    width: int = 192
    heads: int = 3
    blocks: int = 5
    joint: int = 256
    reach: float = 0.1  # edges of the unit cube

    @property
    def tokens(self) -> int:
        return (self.resolution // self.cube) ** 3


class ShapeEncoder(nn.Module):
    def __init__(self, size: ShapeEncoderSize = ShapeEncoderSize()) -> None:
        super().__init__()
        self.size = size
        self.cubes_in = nn.Linear(size.cube**3, size.width)
        self.places = nn.Parameter(0.02 * torch.randn(size.tokens, size.width))
        self.summary = nn.Parameter(0.02 * torch.randn(1, 1, size.width))
        self.blocks = nn.Sequential(*(Block(size.width, size.heads) for _ in range(size.blocks)))
        self.norm = nn.LayerNorm(size.width)
        self.project = projection(size.width, size.joint)

    def forward(self, signed_distance: Tensor) -> Tensor:
        """Volumes (N, R, R, R) in edges, R a multiple of `resolution` → (N, joint) of unit length."""
        cubes = split_cells(self.coarse(signed_distance)[..., None], self.size.cube).flatten(1, 3)
        tokens = self.cubes_in(cubes) + self.places
        tokens = torch.cat([self.summary + tokens.mean(1, keepdim=True), tokens], dim=1)
        summary = self.norm(self.blocks(tokens)[:, 0].float())
        return F.normalize(self.project(summary).float(), dim=-1)

    def coarse(self, signed_distance: Tensor) -> Tensor:
        """(N, 32, 32, 32): means of distances clipped to ±1, in units of `reach`."""
        clipped = (signed_distance.float() / self.size.reach).clamp(-1, 1)
        return F.avg_pool3d(clipped[:, None], signed_distance.shape[-1] // self.size.resolution)[:, 0]
