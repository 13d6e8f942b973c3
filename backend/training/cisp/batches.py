"""Pictures with the shapes they are of, as training takes them: hard ones together, mirrored, varied.

Half of a batch comes from two categories, so that chairs must be told from chairs; the rest from all. A mirrored pair
is as good as the pair: picture and volume are flipped, the azimuth changes its sign.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from backend.training.shapes.pack import Packed

from . import framing, pictures

DRAWN = 0.1  # share of line drawings among the pictures
HARD = 0.5  # share of the shapes that come from `NARROW` categories
NARROW = 2
RESOLUTION = 96  # pixels of the pictures


@dataclass(frozen=True, eq=False)
class Batch:
    """K pictures of each of N shapes."""

    pictures: Tensor  # (K, N, 3, R, R)
    signed_distance: Tensor  # (N, 64, 64, 64) edges of the unit cube
    category: Tensor  # (N,) int64
    azimuth: Tensor  # (K, N) radians
    elevation: Tensor  # (K, N)


def draw(data: Packed, shapes: int, views: int, generator: torch.Generator, device: torch.device) -> Batch:
    """A batch at random; `shapes` no more than there are."""
    rows = chosen(data.category, min(shapes, len(data.category)), generator)
    mirror = torch.rand(len(rows), generator=generator) < 0.5
    shown = [varied(data, rows, mirror, generator, device) for _ in range(views)]
    volumes = torch.from_numpy(np.asarray(data.signed_distance[rows], np.float32))
    volumes = torch.where(mirror[:, None, None, None], volumes.flip(1), volumes)
    return Batch(
        torch.stack([one[0] for one in shown]), volumes.to(device),
        torch.from_numpy(np.asarray(data.category)[rows].astype(np.int64)).to(device),
        torch.stack([one[1] for one in shown]), torch.stack([one[2] for one in shown]),
    )  # fmt: skip


def chosen(category: np.ndarray, count: int, generator: torch.Generator) -> np.ndarray:
    """(count,) different rows, ascending: a share of them from few categories."""
    category = torch.from_numpy(np.asarray(category).astype(np.int64))
    kinds = category.unique()
    narrow = kinds[torch.randperm(len(kinds), generator=generator)[:NARROW]]
    order = torch.randperm(len(category), generator=generator)
    hard = order[torch.isin(category[order], narrow)][: round(HARD * count)]
    others = order[~torch.isin(order, hard)]
    return torch.cat([hard, others])[:count].sort().values.numpy()


def plain(data: Packed, rows: np.ndarray, view: int) -> Tensor:
    """Pictures (N, 3, R, R) of one view as the product frames them: for measuring."""
    return pictures.plain(framing.cutouts(torch.from_numpy(np.asarray(data.pictures[rows, view]))), RESOLUTION)


def varied(
    data: Packed, rows: np.ndarray, mirror: Tensor, generator: torch.Generator, device: torch.device
) -> tuple[Tensor, Tensor, Tensor]:  # fmt: skip
    """Pictures (N, 3, R, R), azimuth and elevation (N,): one varied picture of each shape."""
    view = torch.randint(data.pictures.shape[1], (len(rows),), generator=generator).numpy()
    line = torch.randint(max(data.lines.shape[1], 1), (len(rows),), generator=generator).numpy()
    drawn = torch.rand(len(rows), generator=generator) < (DRAWN if data.lines.shape[1] else 0)
    cut = framing.cutouts(torch.from_numpy(np.asarray(data.pictures[rows, view])).to(device))
    azimuth, elevation = data.azimuth[rows, view].copy(), data.elevation[rows, view].copy()
    if drawn.any():
        which, some = drawn.numpy(), rows[drawn.numpy()]
        cut[drawn] = framing.drawings(torch.from_numpy(np.asarray(data.lines[some, line[which]])).to(device))
        azimuth[which] = data.line_azimuth[some, line[which]]
        elevation[which] = data.line_elevation[some, line[which]]
    cut = torch.where(mirror.to(device)[:, None, None, None], cut.flip(3), cut)
    found = pictures.varied(cut, drawn.to(device), RESOLUTION, generator)
    angle = torch.where(mirror, -torch.from_numpy(azimuth), torch.from_numpy(azimuth))
    return found, angle.to(device), torch.from_numpy(elevation).to(device)
