"""CISP's own denoiser: a 3D U-Net over 32³ occupancy that attends to the condition where it is coarse.

Levels of 1, 2, 4 and 8 times the base's channels; residual blocks whose scale and shift the time sets, resized by
convolutions; attention to itself and to the condition's tokens at 8³ and 4³ cells. The condition is the same as our
denoiser's (`Given`): the embedding as four tokens and in the time, the picture's tokens; each may be absent.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from backend.shapes.blocks import Attention, waves, zeroed
from backend.shapes.denoiser import Given

_EMBEDDING_TOKENS = 4


@dataclass(frozen=True)
class UNetSize:
    """The paper's base is 32 with five residual blocks to a level; ours is what two processors can train."""

    resolution: int = 32
    base: int = 16
    multiples: tuple[int, ...] = (1, 2, 4, 8)
    residual: int = 2  # blocks to a level
    attended: int = 8  # cells along an edge from which on there is attention
    time: int = 128
    context: int = 256
    joint: int = 256
    picture: int = 256


class UNet(nn.Module):
    def __init__(self, size: UNetSize = UNetSize()) -> None:
        super().__init__()
        self.size = size
        self.time_in = nn.Sequential(nn.Linear(size.time, size.time), nn.SiLU(), nn.Linear(size.time, size.time))
        self.embedding_in = nn.Linear(size.joint, size.time)
        self.embedding_tokens = nn.Linear(size.joint, _EMBEDDING_TOKENS * size.context)
        self.picture_in = nn.Sequential(nn.LayerNorm(size.picture), nn.Linear(size.picture, size.context))
        self.no_embedding = nn.Parameter(0.02 * torch.randn(size.joint))
        self.no_token = nn.Parameter(0.02 * torch.randn(size.context))
        channels = [size.base * multiple for multiple in size.multiples]
        edges = [size.resolution >> level for level in range(len(channels))]
        self.first = nn.Conv3d(1, channels[0], 3, padding=1)
        self.down, self.shrink = nn.ModuleList(), nn.ModuleList()
        for level, (width, edge) in enumerate(zip(channels, edges, strict=True)):
            self.down.append(nn.ModuleList(self._block(width, width, edge) for _ in range(size.residual)))
            last = level == len(channels) - 1
            self.shrink.append(nn.Identity() if last else nn.Conv3d(width, channels[level + 1], 3, 2, 1))
        self.middle = nn.ModuleList(self._block(channels[-1], channels[-1], edges[-1]) for _ in range(2))
        self.up, self.grow = nn.ModuleList(), nn.ModuleList()
        for level in reversed(range(len(channels))):
            width, edge = channels[level], edges[level]
            self.up.append(nn.ModuleList(self._block(2 * width, width, edge) for _ in range(size.residual)))
            self.grow.append(nn.Identity() if level == 0 else nn.Conv3d(width, channels[level - 1], 3, padding=1))
        self.norm = nn.GroupNorm(8, channels[0])
        self.last = zeroed(nn.Conv3d(channels[0], 1, 3, padding=1))

    def forward(self, noisy: Tensor, step: Tensor, given: Given) -> Tensor:
        """The noise in (N, 1, 32, 32, 32) at steps (N,) in [0, 1]."""
        size = self.size
        embedding = torch.where(given.has_embedding[:, None], given.embedding, self.no_embedding) * size.joint**0.5
        time = self.time_in(waves(step, size.time)) + self.embedding_in(embedding)
        seen = torch.where(given.has_tokens[:, None, None], self.picture_in(given.tokens).float(), self.no_token)
        known = self.embedding_tokens(embedding).view(len(noisy), _EMBEDDING_TOKENS, size.context)
        context = torch.cat([known, seen.to(known.dtype)], dim=1)
        x, kept = self.first(noisy), []
        for blocks, shrink in zip(self.down, self.shrink, strict=True):
            for block in blocks:
                x = block(x, time, context)
                kept.append(x)
            x = shrink(x)
        for block in self.middle:
            x = block(x, time, context)
        for blocks, grow in zip(self.up, self.grow, strict=True):
            for block in blocks:
                x = block(torch.cat([x, kept.pop()], dim=1), time, context)
            if not isinstance(grow, nn.Identity):
                x = grow(F.interpolate(x, scale_factor=2.0, mode="nearest"))
        return self.last(F.silu(self.norm(x)))

    def _block(self, given: int, width: int, edge: int) -> UNetBlock:
        return UNetBlock(given, width, self.size, attends=edge <= self.size.attended)


class UNetBlock(nn.Module):
    """Two convolutions with the time's scale and shift between, then attention where it is coarse enough."""

    def __init__(self, given: int, width: int, size: UNetSize, attends: bool) -> None:
        super().__init__()
        self.first_norm, self.first = nn.GroupNorm(8, given), nn.Conv3d(given, width, 3, padding=1)
        self.second_norm, self.second = nn.GroupNorm(8, width), zeroed(nn.Conv3d(width, width, 3, padding=1))
        self.time = nn.Linear(size.time, 2 * width)
        self.skip = nn.Identity() if given == width else nn.Conv3d(given, width, 1)
        self.attends = attends
        if attends:
            self.norm = nn.LayerNorm(width)
            self.among, self.to_context = Attention(width, 1), Attention(width, 1, size.context)

    def forward(self, x: Tensor, time: Tensor, context: Tensor) -> Tensor:
        found = self.first(F.silu(self.first_norm(x)))
        scale, shift = self.time(F.silu(time))[:, :, None, None, None].chunk(2, dim=1)
        x = self.skip(x) + self.second(F.silu(self.second_norm(found) * (1 + scale) + shift))
        if not self.attends:
            return x
        tokens = x.flatten(2).transpose(1, 2)
        tokens = tokens + self.among(self.norm(tokens))
        tokens = tokens + self.to_context(self.norm(tokens), context)
        return tokens.transpose(1, 2).reshape(x.shape)
