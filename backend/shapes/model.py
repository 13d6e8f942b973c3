"""The shape model as the product uses it: pictures and volumes to codes, codes to volumes of signed distances.

Volumes are in the unit cube: the bounding box's middle in its middle, the longest side 0.9 of its edge; axes (x, y, z),
Z up, front −Y; distances in edges of the cube, positive outside, at the middles of 64³ cells, right within a tenth of
an edge from the surface and cut off there. Pictures are as `picture_encoder` says: one object on a plain ground.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from . import sampler, storage
from .autoencoder import Autoencoder, AutoencoderSize
from .denoiser import Denoiser, DenoiserSize, Given
from .picture_encoder import PictureEncoder, PictureEncoderSize, azimuth_of
from .shape_encoder import ShapeEncoder, ShapeEncoderSize

WEIGHTS = Path(__file__).parent / "weights"
GUIDANCE = 2.0
STEPS = 20
_PART = 16  # pictures or volumes that are encoded at once: bounds the memory


@dataclass(frozen=True, eq=False)
class Condition:
    """What shapes are to be like. An embedding alone is looser: “more like this”."""

    embedding: np.ndarray  # (256,) float32 of unit length
    tokens: np.ndarray | None = None  # (T, D) float32: what is where in the picture

    def mix(self, other: Condition, share: float) -> Condition:
        """Between this (0) and the other (1), along the arc of the embeddings.

        Tokens are mixed place by place; where only one side has them they are left out, but for that side's end.
        """
        if share <= 0:
            return self
        if share >= 1:
            return other
        embedding = _between(self.embedding, other.embedding, share)
        if self.tokens is None or other.tokens is None:
            return Condition(embedding)
        return Condition(embedding, ((1 - share) * self.tokens + share * other.tokens).astype(np.float32))


@dataclass(frozen=True, eq=False)
class PictureCode:
    """What N pictures show."""

    embedding: np.ndarray  # (N, 256) float32 of unit length
    tokens: np.ndarray  # (N, T, D) float32
    category: np.ndarray  # (N, C) probabilities, in the order of `ShapeModel.categories`
    azimuth: np.ndarray  # (N,) radians: 0 the camera in front of the object, growing to its left side (+X)
    elevation: np.ndarray  # (N,) radians above the horizon

    def condition(self, row: int = 0) -> Condition:
        return Condition(self.embedding[row], self.tokens[row])

    def conditions(self) -> list[Condition]:
        return [self.condition(row) for row in range(len(self.embedding))]


@dataclass(frozen=True, eq=False)
class ShapeModel:
    """`ShapeModel.load()` is the shipped one. Same inputs, generator and machine: same shapes."""

    picture_encoder: PictureEncoder
    shape_encoder: ShapeEncoder | None  # none where pictures were learned without shapes
    autoencoder: Autoencoder
    denoiser: Denoiser
    categories: tuple[str, ...]
    device: torch.device

    @staticmethod
    @functools.cache
    def load(folder: Path = WEIGHTS, device: str | None = None) -> ShapeModel:
        """Raises `ShapeWeightsUnusable` for weights that are missing or altered. The GPU, if there is one."""
        where = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        paired = storage.holds(folder, "shape_encoder")
        return ShapeModel(
            storage.read(folder, "picture_encoder", PictureEncoder, PictureEncoderSize).to(where),
            storage.read(folder, "shape_encoder", ShapeEncoder, ShapeEncoderSize).to(where) if paired else None,
            storage.read(folder, "autoencoder", Autoencoder, AutoencoderSize).to(where),
            storage.read(folder, "denoiser", Denoiser, DenoiserSize).to(where),
            storage.categories(folder), where,
        )  # fmt: skip

    @torch.no_grad()
    def encode_pictures(self, pictures: np.ndarray) -> PictureCode:
        """Of (N, 96, 96, 3) float32 in [0, 1] sRGB, the object in the middle, about 80 % of the picture."""
        found = []
        for part in self._parts(pictures):
            seen = self.picture_encoder(part.permute(0, 3, 1, 2))
            found.append((seen.embedding, seen.tokens, seen.categories.softmax(1), azimuth_of(seen.view),
                          seen.view[:, -1]))  # fmt: skip
        return PictureCode(*(torch.cat(parts).float().cpu().numpy() for parts in zip(*found, strict=True)))

    @torch.no_grad()
    def encode_volumes(self, signed_distance: np.ndarray) -> np.ndarray:
        """(N, 256) float32 of unit length, comparable with pictures' embeddings; of (N, 64, 64, 64) in edges."""
        if self.shape_encoder is None:
            raise storage.ShapeWeightsUnusable("These weights have no encoder of shapes.")
        return torch.cat([self.shape_encoder(part) for part in self._parts(signed_distance)]).cpu().numpy()

    @torch.no_grad()
    def sample(
        self, condition: Condition | None, count: int, generator: torch.Generator, *, guidance: float = GUIDANCE,
        steps: int = STEPS, scheduler: Any = None, report: Callable[[float], None] = lambda fraction: None,
    ) -> np.ndarray:  # fmt: skip
        """Signed distances (count, 64, 64, 64) float32. The first of them are the same whatever the count.

        `guidance`: 0 heeds no condition, 1 heeds it, more exaggerates what it changes. `scheduler`: one of diffusers,
        set to flow predictions, in place of ours. `report(fraction)` may raise to cancel.
        """
        size = self.denoiser.size
        start = sampler.noise(count, size.tokens, size.latent, generator).to(self.device)
        given = self._given(condition, count)

        def velocity(latents: Tensor, sigma: float) -> Tensor:
            return self._velocity(latents, sigma, given, 0.0 if condition is None else guidance)

        if scheduler is None:
            latents = sampler.solve(velocity, start, sampler.levels(steps), report)
        else:
            latents = sampler.solve_with(scheduler, velocity, start, steps, report)
        return torch.cat([self.autoencoder.decode(part) for part in latents.split(_PART)]).cpu().numpy()

    def _velocity(self, latents: Tensor, sigma: float, given: Given, guidance: float) -> Tensor:
        level = torch.full((len(latents),), sigma, device=self.device)
        if guidance == 0:
            return self.denoiser(latents, level, given.without())
        if guidance == 1:
            return self.denoiser(latents, level, given)
        free = given.without()
        both = Given(*(torch.cat([getattr(one, name) for one in (given, free)]) for name in Given.__dataclass_fields__))
        with_it, without = self.denoiser(latents.repeat(2, 1, 1), level.repeat(2), both).chunk(2)
        return sampler.guided(with_it, without, guidance)

    def _given(self, condition: Condition | None, count: int) -> Given:
        size, picture = self.denoiser.size, self.picture_encoder.size
        embedding, tokens = torch.zeros(size.joint), torch.zeros(picture.tokens, size.picture)
        if condition is not None:
            embedding = torch.from_numpy(np.asarray(condition.embedding, np.float32))
            tokens = tokens if condition.tokens is None else torch.from_numpy(np.asarray(condition.tokens, np.float32))
        has = torch.ones(count, dtype=torch.bool)
        given = Given(
            embedding.expand(count, -1), tokens.expand(count, -1, -1), has & (condition is not None),
            has & (condition is not None and condition.tokens is not None),
        )  # fmt: skip
        return Given(*(getattr(given, name).to(self.device) for name in Given.__dataclass_fields__))

    def _parts(self, arrays: np.ndarray) -> list[Tensor]:
        given = torch.from_numpy(np.ascontiguousarray(arrays, np.float32))
        return [part.to(self.device) for part in given.split(_PART)]


def _between(first: np.ndarray, second: np.ndarray, share: float) -> np.ndarray:
    """Along the great arc from one unit vector to another."""
    angle = float(np.arccos(np.clip(first @ second, -1, 1)))
    if np.sin(angle) < 1e-4:
        mixed = (1 - share) * first + share * second
    else:
        mixed = (np.sin((1 - share) * angle) * first + np.sin(share * angle) * second) / np.sin(angle)
    return (mixed / np.linalg.norm(mixed)).astype(np.float32)
