"""What is in a picture of one object: its place in the joint space, tokens that tell where what is, kind and view.

Pictures (N, 3, 96, 96) float32 in [0, 1] sRGB, the object in the middle, about 80 % of the picture wide or high.
Convolutions down to 6 × 6 places, then attention among these and a summary. The summary's projection is the embedding
(unit length) that CISP compares with that of the shape encoder.

The view is told by its turn: an object that looks alike from several sides has no single azimuth, so the network
predicts the mean cosine and sine of the azimuth, of its double and its fourfold; what cannot be told averages out to
zero, and `azimuth_of` takes the angle on which the rest agrees best.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .blocks import Block, projection

TURNS = (1, 2, 4)  # multiples of the azimuth
VIEW = 2 * len(TURNS) + 1  # cosines, sines, elevation


@dataclass(frozen=True)
class PictureEncoderSize:
    resolution: int = 96
    channels: tuple[int, int] = (64, 128)  # at a quarter and at an eighth of the picture
    width: int = 256  # at a sixteenth: of the tokens
    heads: int = 4
    blocks: int = 4
    joint: int = 256
    categories: int = 25

    @property
    def tokens(self) -> int:
        return (self.resolution // 16) ** 2


@dataclass(frozen=True, eq=False)
class PictureFeatures:
    """Of N pictures. Categories are logits, the view is as the head tells it (`azimuth_of`)."""

    embedding: Tensor  # (N, joint) unit length
    tokens: Tensor  # (N, T, width), row by row from the top left
    summary: Tensor  # (N, width)
    categories: Tensor  # (N, categories)
    view: Tensor  # (N, VIEW)


class PictureEncoder(nn.Module):
    def __init__(self, size: PictureEncoderSize = PictureEncoderSize()) -> None:
        super().__init__()
        self.size = size
        fine, coarse = size.channels
        self.stem = nn.Sequential(
            nn.Conv2d(3, fine, 8, 4, 2), PictureBlock(fine),
            nn.Conv2d(fine, coarse, 3, 2, 1), PictureBlock(coarse), PictureBlock(coarse),
            nn.Conv2d(coarse, size.width, 3, 2, 1), nn.BatchNorm2d(size.width),
        )  # fmt: skip
        self.places = nn.Parameter(0.02 * torch.randn(size.tokens, size.width))
        self.summary = nn.Parameter(0.02 * torch.randn(1, 1, size.width))
        self.blocks = nn.Sequential(*(Block(size.width, size.heads) for _ in range(size.blocks)))
        self.norm = nn.LayerNorm(size.width)
        self.project = projection(size.width, size.joint)
        self.tell_category = nn.Linear(size.width, size.categories)
        self.tell_view = nn.Linear(size.width, VIEW)

    def forward(self, pictures: Tensor) -> PictureFeatures:
        given = ((pictures - 0.5) / 0.25).contiguous(memory_format=torch.channels_last)
        tokens = self.stem(given).flatten(2).transpose(1, 2) + self.places
        tokens = torch.cat([self.summary + tokens.mean(1, keepdim=True), tokens], dim=1)
        tokens = self.norm(self.blocks(tokens).float())
        summary = tokens[:, 0]
        return PictureFeatures(
            embedding=F.normalize(self.project(summary).float(), dim=-1), tokens=tokens[:, 1:], summary=summary,
            categories=self.tell_category(summary).float(), view=self.tell_view(summary).float(),
        )  # fmt: skip


class PictureBlock(nn.Module):
    """A residual block of two 3² convolutions.

    Batch norms, and branches that are not silent at the start: all of these pictures are much alike, and without the
    mean over pictures taken away training ends with one code for all of them.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first_norm, self.first = nn.BatchNorm2d(channels), nn.Conv2d(channels, channels, 3, padding=1)
        self.second_norm, self.second = nn.BatchNorm2d(channels), nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.normal_(self.second.weight, std=0.02)
        nn.init.zeros_(self.second.bias)

    def forward(self, pictures: Tensor) -> Tensor:
        found = self.first(F.silu(self.first_norm(pictures)))
        return pictures + self.second(F.silu(self.second_norm(found)))


def view_of(azimuth: Tensor, elevation: Tensor) -> Tensor:
    """(N, VIEW): what the head is to tell of cameras at these angles (N,), radians."""
    turns = azimuth[:, None] * torch.tensor(TURNS, device=azimuth.device)
    return torch.cat([turns.cos(), turns.sin(), elevation[:, None]], dim=1)


def azimuth_of(view: Tensor, tried: int = 360) -> Tensor:
    """(N,) radians in [0, 2π): the angle that fits the head's (N, VIEW) best. One of several for symmetric objects."""
    angles = torch.arange(tried, device=view.device) * (2 * torch.pi / tried)
    known = view_of(angles, torch.zeros_like(angles))[:, :-1]
    return angles[(view[:, :-1] @ known.T).argmax(dim=1)]
