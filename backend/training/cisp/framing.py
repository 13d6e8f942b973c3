"""Cut-outs brought into the networks' frame: the object in the middle, as large as wanted, turned a little.

Cut-outs are (N, 4, H, W) float32: red, green and blue in [0, 1] sRGB times alpha, and alpha. Line drawings are cut-outs
whose alpha is the ink.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

FILLED = 0.8  # of the picture, by the longer side of what is in it: how the product frames its pictures
SEEN = 0.25  # alpha from which a pixel counts as the object's


def cutouts(pictures: Tensor) -> Tensor:
    """Of pictures (N, H, W, 4) uint8 with straight alpha."""
    given = pictures.permute(0, 3, 1, 2).float() / 255
    return torch.cat([given[:, :3] * given[:, 3:], given[:, 3:]], dim=1)


def drawings(lines: Tensor) -> Tensor:
    """Of line drawings (N, H, W) uint8, 0 a line and 255 paper: black ink."""
    ink = 1 - lines.float()[:, None] / 255
    return torch.cat([torch.zeros_like(ink).expand(-1, 3, -1, -1), ink], dim=1)


def framed(
    cut: Tensor, resolution: int, filled: Tensor | float = FILLED, shift: Tensor | None = None,
    turn: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """Cut-outs (N, 4, resolution, resolution) whose objects fill `filled` (N,) of the picture.

    `shift` (N, 2) moves them right and down, in pictures' widths; `turn` (N,) radians. An empty cut-out stays so.
    """
    count, edge = len(cut), cut.shape[-1]
    low, high = _extent(cut)
    middle = (low + high) / edge - 1  # of the object, in [-1, 1]
    share = ((high - low).amax(1) / edge).clamp_min(1 / edge)  # of the picture, now
    zoom = share / torch.as_tensor(filled, device=cut.device)
    turn = torch.zeros(count, device=cut.device) if turn is None else turn
    cosine, sine = (turn.cos() * zoom)[:, None], (turn.sin() * zoom)[:, None]
    turned = torch.stack([torch.cat([cosine, -sine], 1), torch.cat([sine, cosine], 1)], dim=1)  # (N, 2, 2)
    if shift is not None:
        middle = middle - 2 * zoom[:, None] * shift
    grid = F.affine_grid(torch.cat([turned, middle[..., None]], 2), [count, 4, resolution, resolution], False)
    return F.grid_sample(cut, grid, align_corners=False)


def _extent(cut: Tensor) -> tuple[Tensor, Tensor]:
    """Left top and right bottom (N, 2) of the box around each object, in pixels."""
    seen, found = cut[:, 3] > SEEN, []
    for axis in (1, 2):
        line = seen.any(axis)  # (N, W), then (N, H)
        first = line.float().argmax(1)
        last = line.shape[1] - line.flip(1).float().argmax(1)
        empty = ~line.any(1)
        found.append((first.masked_fill(empty, 0), last.masked_fill(empty, line.shape[1])))
    return torch.stack([pair[0] for pair in found], 1).float(), torch.stack([pair[1] for pair in found], 1).float()
