"""Cut-outs made into the pictures that users give: backgrounds, light, cameras and cut-outs that are not perfect.

Everything is drawn from the generator that is passed, on the processor's side, so that a run can be taken up again.
"""

from __future__ import annotations

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
    grounds: tuple[float, float, float, float] = (0.45, 0.2, 0.2, 0.15)  # grey 240, one colour, gradient, clutter
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
    cut = _where(chance(variety.nibbled) & ~lines, _nibbled(cut, generator), cut)
    color, alpha = cut[:, :3], cut[:, 3:]
    color = _where(~lines, _relit(color, alpha, between, variety.contrast), color)
    silhouette = chance(variety.silhouettes) & ~lines
    color = _where(silhouette, alpha * between(0, 0.3, 3)[:, :, None, None], color)
    ground = _grounds(count, resolution, cut, between, variety, generator)
    # Drawings are on paper, silhouettes on something light.
    ground = _where(lines | silhouette, between(0.85, 1, 3)[:, :, None, None].expand_as(ground), ground)
    pictures = color + (1 - alpha) * ground
    pictures = _where(chance(variety.greys), pictures.mean(1, keepdim=True).expand_as(pictures), pictures)
    pictures = _where(chance(variety.blurred), _blurred(pictures), pictures)
    noise = torch.randn(pictures.shape, generator=generator).to(cut.device) * between(0, 0.05)[:, None, None, None]
    return _where(chance(variety.noisy), pictures + noise, pictures).clamp(0, 1)


def plain(cut: Tensor, resolution: int) -> Tensor:
    """Pictures (N, 3, resolution, resolution) as the product frames them, before CISP's grey."""
    cut = framed(cut, resolution)
    return (cut[:, :3] + (1 - cut[:, 3:]) * GREY).clamp(0, 1)


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
    corners = F.interpolate(
        _muted(between(0, 1, 3, 2, 2)), (resolution, resolution), mode="bilinear", align_corners=True
    )
    ground = _where(kind == 2, corners, ground)
    return _where(kind == 3, _clutter(cut, between, resolution, generator), ground)


def _clutter(cut: Tensor, between, resolution: int, generator: torch.Generator) -> Tensor:
    """Patches of colour, coarse and fine, and another picture's object behind, out of focus."""
    coarse = F.interpolate(_muted(between(0, 1, 3, 4, 4)), (resolution, resolution), mode="nearest")
    fine = F.interpolate(_muted(between(-0.3, 0.3, 3, 24, 24)), (resolution, resolution), mode="bilinear")
    ground = _blurred(coarse + fine)
    order = torch.randperm(len(cut), generator=generator).to(cut.device)
    by = torch.randint(-resolution // 2, resolution // 2, (2,), generator=generator).tolist()
    other = _blurred(_blurred(cut[order].roll(by, (2, 3))))
    return (other[:, :3] + (1 - other[:, 3:]) * ground).clamp(0, 1)


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
