"""What the networks of this room are made of: attention, transformer blocks, residual blocks of volumes.

Tokens are (N, T, D). Every residual branch ends in a layer that starts at zero, so a stack of blocks starts as the
identity and what stands around it can be given a meaning before training begins.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def zeroed(layer: nn.Module) -> nn.Module:
    """The layer with all of its parameters at zero."""
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)
    return layer


class Attention(nn.Module):
    """Of tokens to each other, or to those of a context (N, S, C). Queries and keys are normalised: stable in bf16."""

    def __init__(self, width: int, heads: int, context: int | None = None) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width, bias=False)
        self.key_value = nn.Linear(context or width, 2 * width, bias=False)
        self.query_norm, self.key_norm = nn.RMSNorm(width // heads), nn.RMSNorm(width // heads)
        self.out = zeroed(nn.Linear(width, width))

    def forward(self, tokens: Tensor, context: Tensor | None = None) -> Tensor:
        context = tokens if context is None else context
        (count, length, width), seen = tokens.shape, context.shape[1]
        query = self.query(tokens).view(count, length, self.heads, -1)
        key, value = self.key_value(context).view(count, seen, 2, self.heads, -1).unbind(2)
        query, key = self.query_norm(query.float()), self.key_norm(key.float())
        query, key, value = (part.transpose(1, 2).to(value.dtype) for part in (query, key, value))
        if query.is_cuda:
            found = F.scaled_dot_product_attention(query, key, value)
        else:  # for this few tokens, a processor is three to four times faster at it written out
            found = (query * query.shape[-1] ** -0.5 @ key.transpose(-1, -2)).softmax(-1) @ value
        return self.out(found.transpose(1, 2).reshape(count, length, width))


class FeedForward(nn.Sequential):
    """Two layers around a SiLU (a third of GELU's time on a processor), four times as wide between."""

    def __init__(self, width: int) -> None:
        super().__init__(nn.Linear(width, 4 * width), nn.SiLU(), zeroed(nn.Linear(4 * width, width)))


class Block(nn.Module):
    """A transformer block, normalised first."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.attention_norm, self.attention = nn.LayerNorm(width), Attention(width, heads)
        self.forward_norm, self.forward_part = nn.LayerNorm(width), FeedForward(width)

    def forward(self, tokens: Tensor) -> Tensor:
        tokens = tokens + self.attention(self.attention_norm(tokens))
        return tokens + self.forward_part(self.forward_norm(tokens))


class VolumeBlock(nn.Module):
    """A residual block of two 3³ convolutions over (N, C, X, Y, Z)."""

    def __init__(self, channels: int, groups: int = 8) -> None:
        super().__init__()
        self.first_norm, self.first = nn.GroupNorm(groups, channels), nn.Conv3d(channels, channels, 3, padding=1)
        self.second_norm = nn.GroupNorm(groups, channels)
        self.second = zeroed(nn.Conv3d(channels, channels, 3, padding=1))

    def forward(self, volume: Tensor) -> Tensor:
        found = self.first(F.silu(self.first_norm(volume)))
        return volume + self.second(F.silu(self.second_norm(found)))


def projection(width: int, out: int) -> nn.Sequential:
    """The head that takes an encoder's summary into the joint space: Linear, SiLU, Linear, as in CISP."""
    return nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, out))


def split_cells(volume: Tensor, edge: int) -> Tensor:
    """Cubes of edge³ cells as one vector each: (N, X, Y, Z, C) → (N, X/e, Y/e, Z/e, e³·C)."""
    count, x, y, z, channels = volume.shape
    cubes = volume.view(count, x // edge, edge, y // edge, edge, z // edge, edge, channels)
    return cubes.permute(0, 1, 3, 5, 2, 4, 6, 7).reshape(count, x // edge, y // edge, z // edge, -1)


def join_cells(cubes: Tensor, edge: int) -> Tensor:
    """The inverse of `split_cells`."""
    count, x, y, z, _ = cubes.shape
    cells = cubes.view(count, x, y, z, edge, edge, edge, -1).permute(0, 1, 4, 2, 5, 3, 6, 7)
    return cells.reshape(count, x * edge, y * edge, z * edge, -1)


def waves(values: Tensor, width: int, highest: float = 1000.0) -> Tensor:
    """(N, width) sines and cosines of values (N,) in [0, 1], from slow ones to `highest` radians."""
    rates = torch.exp(torch.linspace(0.0, math.log(highest), width // 2, device=values.device))
    angles = values[:, None].float() * rates
    return torch.cat([angles.sin(), angles.cos()], dim=1)
