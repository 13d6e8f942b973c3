"""The two encoders together, the temperature between them, and what they are trained to do.

CISP's loss is the symmetric contrast: of all shapes in the batch a picture's embedding is to be nearest its own
shape's, and the other way round. Beside it the picture encoder tells category and view, and how full the shape is at
8³ places: pairs are few where only two processors compute, and a volume says more about a picture than “this one”.
`ImageOnly` is the comparison: the same picture encoder, contrasted between two views, never shown a shape.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from backend.shapes.picture_encoder import PictureEncoder, PictureEncoderSize, PictureFeatures, view_of
from backend.shapes.shape_encoder import ShapeEncoder, ShapeEncoderSize

from .batches import Batch

LOGIT_SCALE = math.log(1 / 0.07)  # at the start
HIGHEST_SCALE = math.log(100)
CATEGORY, VIEW, COARSE = 0.2, 0.2, 1.0  # weights beside the contrast
PLACES = 8  # along an edge of the coarse volume


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
    ) -> None:  # fmt: skip
        super().__init__()
        self.picture, self.shape = PictureEncoder(picture), ShapeEncoder(shape)
        self.scale = nn.Parameter(torch.tensor(LOGIT_SCALE))
        self.coarse = nn.Linear(picture.width, PLACES**3)

    def loss(self, batch: Batch) -> Tensor:
        """Of any number of pictures of each shape."""
        seen = self.picture(batch.pictures.flatten(0, 1))
        views = seen.embedding.view(len(batch.pictures), -1, seen.embedding.shape[1])
        shapes = self.shape(batch.signed_distance)
        near = torch.stack([contrast(view, shapes, self.scale) for view in views]).mean()
        coarse = F.avg_pool3d(self.shape.coarse(batch.signed_distance)[:, None], self.shape.size.resolution // PLACES)
        guess = self.coarse(seen.summary).float().view(*views.shape[:2], -1)
        return near + told(seen, batch) + COARSE * (guess - coarse.flatten(1)).square().mean()


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
