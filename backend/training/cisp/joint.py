"""The two encoders together, the temperature between them, and what they are trained to do.

CISP's loss is the symmetric contrast: of all shapes in the batch a picture's embedding is to be nearest its own
shape's, and the other way round. Beside it the picture encoder tells category and view, and its tokens are to tell the
shape's volume at 16³ cells: pairs are few where only two processors compute, a volume says more about a picture than
“this one”, and no other loss would ask anything of the tokens, which the denoiser attends to. `coarse=False` leaves
that out. `ImageOnly` is the comparison: the same picture encoder, contrasted between two views, never shown a shape.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from backend.shapes.blocks import Attention, FeedForward, join_cells
from backend.shapes.picture_encoder import PictureEncoder, PictureEncoderSize, PictureFeatures, view_of
from backend.shapes.shape_encoder import ShapeEncoder, ShapeEncoderSize

from .batches import Batch

LOGIT_SCALE = math.log(1 / 0.07)  # at the start
HIGHEST_SCALE = math.log(100)
CATEGORY, VIEW, COARSE = 0.5, 0.2, 4.0  # weights beside the contrast
EMPTY = 0.85  # mean of the coarse volumes' cells: what is told at the start
CELLS, PLACES = 16, 4  # along an edge of the coarse volume: cells, and what is asked for at once


class ImageOnly(nn.Module):
    """A picture encoder that learns from pictures alone."""

    def __init__(self, size: PictureEncoderSize = PictureEncoderSize()) -> None:  # noqa: B008  (frozen)
        super().__init__()
        self.picture = PictureEncoder(size)
        self.scale = nn.Parameter(torch.tensor(LOGIT_SCALE))

    def loss(self, batch: Batch) -> Tensor:
        """Of two pictures of each shape."""
        seen = self.picture(batch.pictures.flatten(0, 1))
        first, second = seen.embedding.view(len(batch.pictures), -1, seen.embedding.shape[1])
        return contrast(first, second, self.scale) + told(seen, batch)


class Joint(nn.Module):
    """CISP: pictures and shapes."""

    def __init__(
        self, picture: PictureEncoderSize = PictureEncoderSize(),  # noqa: B008  (frozen)
        shape: ShapeEncoderSize = ShapeEncoderSize(),  # noqa: B008
        coarse: bool = True,
    ) -> None:  # fmt: skip
        super().__init__()
        self.picture, self.shape = PictureEncoder(picture), ShapeEncoder(shape)
        self.scale = nn.Parameter(torch.tensor(LOGIT_SCALE))
        self.coarse = CoarseVolume(picture.width, picture.heads) if coarse else None

    def loss(self, batch: Batch) -> Tensor:
        """Of any number of pictures of each shape."""
        seen = self.picture(batch.pictures.flatten(0, 1))
        views = seen.embedding.view(len(batch.pictures), -1, seen.embedding.shape[1])
        shapes = self.shape(batch.signed_distance)
        near = torch.stack([contrast(view, shapes, self.scale) for view in views]).mean()
        loss = near + told(seen, batch)
        if self.coarse is None:
            return loss
        truth = F.avg_pool3d(self.shape.coarse(batch.signed_distance)[:, None], self.shape.size.resolution // CELLS)
        guess = self.coarse(seen.tokens).float().unflatten(0, (len(views), -1))
        return loss + COARSE * (guess - truth[:, 0]).square().mean()


class CoarseVolume(nn.Module):
    """What a picture's tokens (N, T, width) tell of the volume: (N, 16, 16, 16). Used in training alone."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.places = nn.Parameter(0.5 * torch.randn(PLACES**3, width))
        self.look, self.norm = Attention(width, heads), nn.LayerNorm(width)
        self.think = FeedForward(width)
        self.tell = nn.Linear(width, (CELLS // PLACES) ** 3)
        nn.init.constant_(self.tell.bias, EMPTY)

    def forward(self, tokens: Tensor) -> Tensor:
        asked = self.places.expand(len(tokens), -1, -1)
        found = self.norm(asked + self.look(asked, tokens))
        cubes = self.tell(found + self.think(found))
        return join_cells(cubes.view(len(tokens), PLACES, PLACES, PLACES, -1), CELLS // PLACES)[..., 0]


def contrast(first: Tensor, second: Tensor, log_scale: Tensor) -> Tensor:
    """The symmetric cross-entropy of embeddings (N, D) of unit length that belong together row by row."""
    logits = first @ second.T * log_scale.clamp(max=HIGHEST_SCALE).exp()
    own = torch.arange(len(first), device=first.device)
    return (F.cross_entropy(logits, own) + F.cross_entropy(logits.T, own)) / 2


def told(seen: PictureFeatures, batch: Batch) -> Tensor:
    """How wrong category and view of the pictures are told."""
    views = len(batch.pictures)
    kind = F.cross_entropy(seen.categories, batch.category.repeat(views))
    view = (seen.view - view_of(batch.azimuth.flatten(), batch.elevation.flatten())).square().mean()
    return CATEGORY * kind + VIEW * view


def within(similarity: Tensor, count: int) -> float:
    """The share of rows of (N, N) whose own column is among the `count` greatest."""
    own = similarity.diagonal()[:, None]
    return float(((similarity > own).sum(1) < count).float().mean())
