"""The diffusion transformer: which way noisy latents of a shape should move, given a picture's codes.

Latents x = (1 − σ)·shape + σ·noise, σ from 0 to 1; the velocity noise − shape is what is predicted (rectified flow).
A condition is an embedding of the joint space, of a picture or of a shape, and the tokens of a picture. Either may be
absent: it is replaced by what the network has learned to stand for nothing, which is how it is steered without a
classifier. The time and the embedding set scale, shift and gate of every block (one layer for all blocks, and a table
of each block's own); embedding and tokens are attended to.

What the network itself has to find is kept at deviation 1 for every σ: the share of the velocity that x alone tells
is added, the rest is scaled (as Karras et al. 2022 do for images).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .blocks import Attention, FeedForward, waves, zeroed

_EMBEDDING_TOKENS = 4  # that the embedding is attended to as


@dataclass(frozen=True)
class DenoiserSize:
    tokens: int = 64
    latent: int = 32
    width: int = 256
    heads: int = 4
    blocks: int = 7
    joint: int = 256  # of the embedding
    picture: int = 256  # of a picture's token


@dataclass(frozen=True, eq=False)
class Given:
    """Conditions of N latents."""

    embedding: Tensor  # (N, joint)
    tokens: Tensor  # (N, T, picture)
    has_embedding: Tensor  # (N,) bool
    has_tokens: Tensor  # (N,) bool

    def without(self) -> Given:
        """The same number of latents with nothing given."""
        nothing = torch.zeros_like(self.has_embedding)
        return Given(self.embedding, self.tokens, nothing, nothing)


class Denoiser(nn.Module):
    def __init__(self, size: DenoiserSize = DenoiserSize()) -> None:
        super().__init__()
        self.size = size
        width = size.width
        self.latents_in = nn.Linear(size.latent, width)
        self.places = nn.Parameter(0.02 * torch.randn(size.tokens, width))
        self.time_in = nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))
        self.embedding_in = nn.Linear(size.joint, width)
        self.embedding_tokens = nn.Linear(size.joint, _EMBEDDING_TOKENS * width)
        self.picture_in = nn.Sequential(nn.LayerNorm(size.picture), nn.Linear(size.picture, width))
        self.no_embedding = nn.Parameter(0.02 * torch.randn(size.joint))
        self.no_token = nn.Parameter(0.02 * torch.randn(width))
        self.modulate = nn.Sequential(nn.SiLU(), nn.Linear(width, 6 * width))
        self.blocks = nn.ModuleList(DenoiserBlock(width, size.heads) for _ in range(size.blocks))
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.last = nn.Linear(width, 2 * width)
        self.latents_out = zeroed(nn.Linear(width, size.latent))

    def forward(self, latents: Tensor, sigma: Tensor, given: Given) -> Tensor:
        """Velocities (N, tokens, latent) at latents of the same shape and noise levels `sigma` (N,)."""
        level = sigma[:, None, None]
        variance = level.square() + (1 - level).square()
        # All latents' deviation is 1, and so is the noise's.
        alone, scale = (2 * level - 1) / variance, variance.rsqrt()
        return alone * latents + scale * self._found(latents * scale, sigma, given).float()

    def _found(self, latents: Tensor, sigma: Tensor, given: Given) -> Tensor:
        count, width = len(latents), self.size.width
        embedding = torch.where(given.has_embedding[:, None], given.embedding, self.no_embedding)
        time = self.time_in(waves(sigma, width)) + self.embedding_in(embedding * self.size.joint**0.5)
        common = self.modulate(time).view(count, 6, width)
        seen = torch.where(given.has_tokens[:, None, None], self.picture_in(given.tokens).float(), self.no_token)
        known = self.embedding_tokens(embedding * self.size.joint**0.5).view(count, _EMBEDDING_TOKENS, width)
        context = torch.cat([known, seen.to(known.dtype)], dim=1)
        tokens = self.latents_in(latents) + self.places
        for block in self.blocks:
            tokens = block(tokens, common, context)
        scale, shift = self.last(time)[:, None].chunk(2, dim=-1)
        return self.latents_out(self.norm(tokens) * (1 + scale) + shift)


class DenoiserBlock(nn.Module):
    """Attention among the latents, attention to the condition, two layers; the first and last as the time says."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(width, elementwise_affine=False) for _ in range(2))
        self.context_norm = nn.LayerNorm(width)
        self.among, self.to_context = Attention(width, heads), Attention(width, heads, width)
        self.forward_part = FeedForward(width)
        # Scale, shift and gate of either part: gates start open, since the parts themselves start at nothing.
        self.own = nn.Parameter(torch.tensor([0.0, 0.0, 1.0, 0.0, 0.0, 1.0])[:, None].repeat(1, width))

    def forward(self, tokens: Tensor, common: Tensor, context: Tensor) -> Tensor:
        scale, shift, gate, scale2, shift2, gate2 = (common + self.own)[:, :, None].unbind(1)
        tokens = tokens + gate * self.among(self.norms[0](tokens) * (1 + scale) + shift)
        tokens = tokens + self.to_context(self.context_norm(tokens), context)
        return tokens + gate2 * self.forward_part(self.norms[1](tokens) * (1 + scale2) + shift2)
