"""A shape's volume of signed distances as a few tokens, and back.

The volume (N, 64, 64, 64), distances in edges of the unit cube, is clipped to `reach` on either side of the surface:
what lies farther says nothing about it. Cubes of 8³ cells become vectors (8³ of them), eight of those one token: 64
tokens of 32 numbers hold a shape, 128 times fewer than its cells. Convolutions work among the cubes, attention among
the tokens, so that legs alike and mirrored sides are told once.

All branches start at zero and what is left is linear: `start_from_components` makes of it the principal components of
given shapes, which is where training begins.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .blocks import Block, VolumeBlock, join_cells, split_cells


@dataclass(frozen=True)
class AutoencoderSize:
    resolution: int = 64  # cells along an edge
    cube: int = 8  # cells along an edge that become one vector
    channels: int = 96  # of a cube's vector
    width: int = 192  # of a token inside the networks
    latent: int = 32  # numbers per token
    heads: int = 3
    volume_blocks: tuple[int, int] = (1, 2)  # in the encoder, in the decoder
    token_blocks: tuple[int, int] = (2, 2)
    reach: float = 0.1  # edges of the unit cube

    @property
    def tokens(self) -> int:
        return (self.resolution // self.cube // 2) ** 3


class Autoencoder(nn.Module):
    """`encode` and `decode`. Latents have mean 0 and, over all channels together, deviation 1 once measured."""

    def __init__(self, size: AutoencoderSize = AutoencoderSize()) -> None:
        super().__init__()
        self.size = size
        channels, width = size.channels, size.width
        self.cubes_in = nn.Linear(size.cube**3, channels)
        self.volume_in = nn.Sequential(*(VolumeBlock(channels) for _ in range(size.volume_blocks[0])))
        self.tokens_in = nn.Linear(8 * channels, width)
        self.places_in = nn.Parameter(torch.zeros(size.tokens, width))
        self.blocks_in = nn.Sequential(*(Block(width, size.heads) for _ in range(size.token_blocks[0])))
        self.to_latent = nn.Linear(width, size.latent)
        self.from_latent = nn.Linear(size.latent, width)
        self.places_out = nn.Parameter(torch.zeros(size.tokens, width))
        self.blocks_out = nn.Sequential(*(Block(width, size.heads) for _ in range(size.token_blocks[1])))
        self.tokens_out = nn.Linear(width, 8 * channels)
        self.volume_out = nn.Sequential(*(VolumeBlock(channels) for _ in range(size.volume_blocks[1])))
        self.cubes_out = nn.Linear(channels, size.cube**3)
        self.register_buffer("mean", torch.zeros(size.latent))
        self.register_buffer("deviation", torch.ones(()))

    def encode(self, signed_distance: Tensor) -> Tensor:
        """(N, R, R, R) → (N, tokens, latent), standardised."""
        return (self.raw_latents(self.cubes(signed_distance)) - self.mean) / self.deviation

    def decode(self, latents: Tensor) -> Tensor:
        """(N, tokens, latent) → signed distances (N, R, R, R) in edges, within about ±reach."""
        cubes = self.from_raw(latents * self.deviation + self.mean)
        return join_cells(cubes, self.size.cube).float()[..., 0] * self.size.reach

    def cubes(self, signed_distance: Tensor) -> Tensor:
        """What is encoded and decoded: (N, E, E, E, cube³), in units of `reach`, within ±1."""
        clipped = (signed_distance.float() / self.size.reach).clamp(-1, 1)
        return split_cells(clipped[..., None], self.size.cube)

    def raw_latents(self, cubes: Tensor) -> Tensor:
        """(N, tokens, latent) of `cubes`, not standardised."""
        tokens = self.tokens_in(self._halved(self._convolved(cubes)))
        return self.to_latent(self.blocks_in(tokens + self.places_in))

    def from_raw(self, latents: Tensor) -> Tensor:
        """`cubes` of latents that are not standardised."""
        edge = self.size.resolution // self.size.cube // 2
        tokens = self.tokens_out(self.blocks_out(self.from_latent(latents) + self.places_out))
        cubes = join_cells(tokens.view(-1, edge, edge, edge, tokens.shape[-1]), 2)
        return self.cubes_out(self.volume_out(cubes.permute(0, 4, 1, 2, 3)).permute(0, 2, 3, 4, 1))

    @torch.no_grad()
    def measure(self, latents: Tensor) -> None:
        """Take the standard from raw latents (N, tokens, latent) of many shapes.

        One deviation for all channels: the strong ones tell of the coarse shape and stay the stronger.
        """
        self.mean.copy_(latents.mean((0, 1)))
        self.deviation.copy_((latents - self.mean).square().mean().sqrt())

    def _convolved(self, cubes: Tensor) -> Tensor:
        """(N, E, E, E, channels)"""
        return self.volume_in(self.cubes_in(cubes).permute(0, 4, 1, 2, 3)).permute(0, 2, 3, 4, 1)

    def _halved(self, cubes: Tensor) -> Tensor:
        """(N, tokens, 8·channels)"""
        return split_cells(cubes.contiguous(), 2).flatten(1, 3)

    @torch.no_grad()
    def start_from_components(self, signed_distance: Tensor) -> None:
        """Make a network that was not trained yet the principal components of these shapes (N, R, R, R)."""
        size = self.size
        cubes = self.cubes(signed_distance)
        middle, basis, spread = _components(cubes.flatten(0, 3), size.channels)
        unit = spread.square().mean().sqrt()  # all channels by one number: what is small stays small
        self.cubes_in.weight.copy_(basis.T / unit)
        self.cubes_in.bias.copy_(-(middle @ basis) / unit)
        self.cubes_out.weight.copy_(basis * unit)
        self.cubes_out.bias.copy_(middle)
        middle, basis, spread = _components(self._halved(self._convolved(cubes)).flatten(0, 1), size.width)
        self.tokens_in.weight.copy_(basis.T)
        self.tokens_in.bias.copy_(-(middle @ basis))
        self.tokens_out.weight.copy_(basis)
        self.tokens_out.bias.copy_(middle)
        # Between keeping the components' deviations and levelling them: the faint ones stay above the noise.
        gain = spread[: size.latent].clamp_min(1e-6).rsqrt()
        gain = gain / (spread[: size.latent] * gain).square().mean().sqrt()
        keep = torch.eye(size.latent, size.width)
        self.to_latent.weight.copy_(keep * gain[:, None])
        self.from_latent.weight.copy_(keep.T / gain)
        for layer in (self.to_latent, self.from_latent):
            layer.bias.zero_()


def _components(rows: Tensor, count: int) -> tuple[Tensor, Tensor, Tensor]:
    """Mean (D,), the `count` strongest directions (D, count) and the deviations along them of rows (N, D)."""
    middle = rows.mean(0)
    centred = rows - middle
    values, vectors = torch.linalg.eigh((centred.T @ centred / len(rows)).double())
    order = values.argsort(descending=True)[:count]
    return middle, vectors[:, order].to(rows.dtype), values[order].clamp_min(0).sqrt().to(rows.dtype)
