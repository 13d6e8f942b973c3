"""Between pictures (uint8, any size) and what a pipeline wants: tensors whose sides its UNet can halve.

Sizes are changed on the processor: not every device has the filters.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

Array = np.ndarray


def working_size(height: int, width: int, side: int, multiple: int) -> tuple[int, int]:
    """(height, width) with about the area side² and about the same proportions, both multiples of `multiple`.

    Diffusion models paint badly at other areas than they were trained at.
    """
    scale = side / math.sqrt(height * width)
    return tuple(max(1, round(length * scale / multiple)) * multiple for length in (height, width))


def to_tensor(pictures: Array, size: tuple[int, int], device: torch.device) -> Tensor:
    """(N, H, W, 3) uint8 → (N, 3, height, width) float32 in 0…1."""
    tensor = torch.from_numpy(pictures.copy()).permute(0, 3, 1, 2).float() / 255.0
    if tensor.shape[-2:] != size:
        tensor = functional.interpolate(tensor, size, mode="bicubic", antialias=True, align_corners=False).clamp(0, 1)
    return tensor.to(device)


def masks_to_tensor(masks: Array, size: tuple[int, int], device: torch.device) -> Tensor:
    """(N, H, W) bool → (N, 1, height, width) float32, 1 where any of the pixels under it is masked."""
    tensor = torch.from_numpy(masks.copy())[:, None].float()
    if tensor.shape[-2:] != size:
        tensor = functional.interpolate(tensor, size, mode="bilinear", antialias=True, align_corners=False)
    return (tensor > 0).float().to(device)


def from_tensor(tensor: Tensor, height: int, width: int) -> Array:
    """(N, 3, h, w) in 0…1 → (N, height, width, 3) uint8."""
    tensor = tensor.float().cpu()
    if tensor.shape[-2:] != (height, width):
        tensor = functional.interpolate(tensor, (height, width), mode="bicubic", antialias=True, align_corners=False)
    return (tensor.clamp(0, 1) * 255.0).round().byte().permute(0, 2, 3, 1).numpy()


def masks_from_tensor(tensor: Tensor, height: int, width: int) -> Array:
    """(N, 1, h, w) in {0, 1} → (N, height, width) bool."""
    tensor = tensor.cpu()
    if tensor.shape[-2:] != (height, width):
        tensor = functional.interpolate(tensor, (height, width), mode="nearest-exact")
    return (tensor[:, 0] >= 0.5).numpy()


def composited(before: Array, after: Array, masks: Array) -> Array:
    """(N, H, W, 3) uint8: what was painted inside the masks (N, H, W), the picture as it was outside."""
    return np.where(masks[..., None], after, before)
