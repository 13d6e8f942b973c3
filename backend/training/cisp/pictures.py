"""Cut-outs made into the pictures that users give: backgrounds, light, cameras and cut-outs that are not perfect.

Everything is drawn from the generator that is passed, on the processor's side, so that a run can be taken up again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from .framing import framed

GREY = 240 / 255  # of CISP's pictures, and of the product's


@dataclass(frozen=True)
class Variety:
    """How far pictures differ from the plain one: shares of pictures, and ranges."""

    filled: tuple[float, float] = (0.55, 0.95)
    shift: float = 0.04  # of the picture's width, at most
    turn: float = 0.1  # radians, at most
    silhouettes: float = 0.04
    greys: float = 0.08
    blurred: float = 0.3
    noisy: float = 0.3
    nibbled: float = 0.3  # pieces of the rim lost by the cutting out
    # Grey 240, one colour, gradient, clutter: the product cuts out first, so the others are what it failed to.
    grounds: tuple[float, float, float, float] = (0.82, 0.06, 0.06, 0.06)
    contrast: float = 0.35  # of light and colour, at most


def varied(
    cut: Tensor, lines: Tensor, resolution: int, generator: torch.Generator,
    variety: Variety = Variety(),
) -> Tensor:  # fmt: skip
    """Pictures (N, 3, R, R) in [0, 1], R the resolution, of cut-outs (N, 4, H, W); those of `lines` (N,) are ink."""
    count = len(cut)

    def chance(share: float) -> Tensor:
        return (torch.rand(count, generator=generator) < share).to(cut.device)

    def between(low: float, high: float, *shape: int) -> Tensor:
        return (low + (high - low) * torch.rand((count, *shape), generator=generator)).to(cut.device)

    shift = between(-variety.shift, variety.shift, 2)
    cut = framed(cut, resolution, between(*variety.filled), shift, between(-variety.turn, variety.turn))
    cut = _some(chance(variety.nibbled) & ~lines, cut, lambda some: _nibbled(some, generator))
    color, alpha = cut[:, :3], cut[:, 3:]
    color = _where(~lines, _relit(color, alpha, between, variety.contrast), color)
    silhouette = chance(variety.silhouettes) & ~lines
    color = _where(silhouette, alpha * between(0, 0.3, 3)[:, :, None, None], color)
    ground = _grounds(count, resolution, cut, between, variety, generator)
    # Drawings are on paper, silhouettes on something light.
    ground = _where(lines | silhouette, between(0.85, 1, 3)[:, :, None, None].expand_as(ground), ground)
    pictures = color + (1 - alpha) * ground
    pictures = _where(chance(variety.greys), pictures.mean(1, keepdim=True).expand_as(pictures), pictures)
    pictures = _some(chance(variety.blurred), pictures, _blurred)
    return _some(chance(variety.noisy), pictures, lambda some: _noisy(some, generator)).clamp(0, 1)


def plain(cut: Tensor, resolution: int) -> Tensor:
    """Pictures (N, 3, resolution, resolution) as the product frames them, before CISP's grey."""
    cut = framed(cut, resolution)
    return (cut[:, :3] + (1 - cut[:, 3:]) * GREY).clamp(0, 1)


def _some(which: Tensor, pictures: Tensor, change: Callable[[Tensor], Tensor]) -> Tensor:
    """Pictures of which those of `which` (N,) bool are changed; the others cost nothing."""
    rows = which.nonzero()[:, 0]
    return pictures.index_copy(0, rows, change(pictures[rows])) if len(rows) else pictures


def _where(which: Tensor, yes: Tensor, no: Tensor) -> Tensor:
    return torch.where(which[:, None, None, None], yes, no)


def _relit(color: Tensor, alpha: Tensor, between, most: float) -> Tensor:
    """Another exposure, contrast, tint and saturation of colours times alpha."""
    straight = color / alpha.clamp_min(1e-3)
    straight = straight.clamp(1e-3, 1) ** between(1 - most, 1 + 1.5 * most, 1)[:, :, None, None]
    straight = straight * between(1 - most, 1 + most, 3)[:, :, None, None].lerp(
        between(1 - most, 1 + most, 1)[:, :, None, None], 0.7
    )
    grey = straight.mean(1, keepdim=True)
    straight = grey + (straight - grey) * between(1 - 2 * most, 1 + most, 1)[:, :, None, None]
    return straight.clamp(0, 1) * alpha


def _grounds(
    count: int, resolution: int, cut: Tensor, between, variety: Variety, generator: torch.Generator
) -> Tensor:  # fmt: skip
    """Backgrounds (N, 3, resolution, resolution) of all kinds."""
    kind = torch.multinomial(torch.tensor(variety.grounds), count, replacement=True, generator=generator)
    kind = kind.to(cut.device)
    ground = torch.full((count, 3, resolution, resolution), GREY, device=cut.device)
    one = _muted(between(0, 1, 3)[:, :, None, None])
    ground = _where(kind == 1, one.expand_as(ground), ground)
    ground = _some(kind == 2, ground, lambda some: _gradients(some, generator))
    return _some(kind == 3, ground, lambda some: _clutter(some, cut, generator))


def _gradients(ground: Tensor, generator: torch.Generator) -> Tensor:
    """As many pictures as `ground` between four colours in the corners."""
    corners = _muted(_random(ground, generator, 2))
    return F.interpolate(corners, ground.shape[-2:], mode="bilinear", align_corners=True)


def _clutter(ground: Tensor, cut: Tensor, generator: torch.Generator) -> Tensor:
    """As many pictures of patches of colour, coarse and fine, and another picture's object behind, out of focus."""
    resolution = ground.shape[-1]
    coarse = F.interpolate(_muted(_random(ground, generator, 4)), (resolution, resolution), mode="nearest")
    fine = _muted(0.6 * _random(ground, generator, 24) - 0.3)
    ground = _blurred(coarse + F.interpolate(fine, (resolution, resolution), mode="bilinear"))
    others = torch.randint(len(cut), (len(ground),), generator=generator).to(cut.device)
    by = torch.randint(-resolution // 2, resolution // 2, (2,), generator=generator).tolist()
    other = _blurred(_blurred(cut[others].roll(by, (2, 3))))
    return (other[:, :3] + (1 - other[:, 3:]) * ground).clamp(0, 1)


def _random(ground: Tensor, generator: torch.Generator, edge: int) -> Tensor:
    """Colours (N, 3, edge, edge) in [0, 1] for as many pictures."""
    return torch.rand((len(ground), 3, edge, edge), generator=generator).to(ground.device)


def _noisy(pictures: Tensor, generator: torch.Generator) -> Tensor:
    deviation = 0.05 * torch.rand((len(pictures), 1, 1, 1), generator=generator)
    return pictures + (torch.randn(pictures.shape, generator=generator) * deviation).to(pictures.device)


def _muted(colors: Tensor) -> Tensor:
    """Colours (N, 3, …) as rooms and streets have them: closer to their grey."""
    return colors.mean(1, keepdim=True).lerp(colors, 0.4)


def _nibbled(cut: Tensor, generator: torch.Generator) -> Tensor:
    """Without some pieces of the rim."""
    alpha = cut[:, 3:]
    inner = -F.max_pool2d(-alpha, 7, 1, 3)
    coarse = torch.randn((len(cut), 1, 12, 12), generator=generator).to(cut.device)
    bitten = F.interpolate(coarse, cut.shape[-2:], mode="bilinear") > 0.9
    return cut * (1 - bitten * (1 - inner))


def _blurred(pictures: Tensor) -> Tensor:
    """By a small bell: 1 2 1 twice along either axis."""
    for _ in range(2):
        padded = F.pad(pictures, (1, 1, 1, 1), mode="replicate")
        rows = (padded[:, :, :-2] + 2 * padded[:, :, 1:-1] + padded[:, :, 2:]) / 4
        pictures = (rows[..., :-2] + 2 * rows[..., 1:-1] + rows[..., 2:]) / 4
    return pictures
