"""From attention to the mask: where the words for the person look is where the person goes (GenZI's dynamic masking).

Masks here are (N, 1, H, W) float tensors, 1 where the model paints, as diffusers' pipelines have them.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from protocol.errors import ModelUnusable

from .attention import LATENTS_PER_CELL, AttentionReader
from .painter import Painting

POOL = 3  # cells: side of the window that smooths the attention


def scheduled_quantile(parameters: Painting, step: int, count: int) -> float:
    """The quantile after step `step` of the `count` dynamic ones: a cosine from the first to the last value."""
    phase = step / (count - 1) if count > 1 else 1.0
    first, last = parameters.quantile_first, parameters.quantile_last
    return last + (first - last) * 0.5 * (1.0 + math.cos(math.pi * phase))


def attention_mask(attention: Tensor, height: int, width: int, quantile: float) -> Tensor:
    """attention: (N, rows, columns) → (N, 1, height, width): 1 for the share 1 − quantile of each picture's pixels.

    At the border the window that smooths takes the mean of the cells inside, so that the picture's edge is neither
    preferred nor avoided.
    """
    smooth = functional.avg_pool2d(attention[:, None].float(), POOL, 1, POOL // 2, count_include_pad=False)
    wide = functional.interpolate(smooth, (height, width), mode="bicubic", align_corners=False)
    thresholds = torch.quantile(wide.flatten(1), quantile, dim=1)
    return (wide >= thresholds[:, None, None, None]).float()


class DynamicMask:
    """The state of one batch: called after every denoising step, it replaces what the UNet sees of mask and picture."""

    def __init__(
        self,
        reader: AttentionReader,
        pictures: Tensor,
        tokens: Sequence[int],
        generators: list[torch.Generator],
        parameters: Painting,
    ) -> None:
        """pictures: (N, 3, H, W) in −1…1; tokens: positions of the person's words; generators: one per picture."""
        self.mask = torch.zeros_like(pictures[:, :1])  # nothing is masked at first
        self._reader, self._pictures, self._generators, self._parameters = reader, pictures, generators, parameters
        self._tokens = list(tokens)
        self._seen: deque[Tensor] = deque(maxlen=parameters.remembered)

    def begin(self, pipeline: Any) -> None:
        rows, columns = self._shape(pipeline)
        self._reader.take()  # what a run that was ended left behind
        self._reader.cells = rows * columns if self._parameters.dynamic > 0 else 0
        self._reader.guided = self._parameters.guidance > 1

    def after_step(self, pipeline: Any, step: int, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        """The callback's tensors `mask` and `masked_image_latents` for the next step; empty where they stay."""
        count = math.ceil(pipeline.num_timesteps * self._parameters.dynamic)
        if step >= count:
            return {}
        attention = self._reader.take()
        if attention is None:
            raise ModelUnusable("Its UNet does not look at the prompt at a quarter of the latents' resolution.")
        self._seen.append(attention[..., self._tokens].sum(-1))
        mean = torch.stack(tuple(self._seen)).mean(0).unflatten(1, self._shape(pipeline))
        height, width = self._pictures.shape[-2:]
        quantile = scheduled_quantile(self._parameters, step, count)
        self.mask = attention_mask(mean, height, width, quantile).to(self._pictures.device)
        if step == count - 1:
            self._reader.cells = 0  # the mask is final
        old = tensors["mask"]
        mask, latents = pipeline.prepare_mask_latents(
            self.mask,
            self._pictures * (self.mask < 0.5),
            len(self.mask),
            height,
            width,
            old.dtype,
            old.device,
            self._generators,
            self._reader.guided,
        )
        return {"mask": mask, "masked_image_latents": latents}

    def _shape(self, pipeline: Any) -> tuple[int, int]:
        """Rows and columns of the attention maps that are read."""
        cell = pipeline.vae_scale_factor * LATENTS_PER_CELL
        return self._pictures.shape[-2] // cell, self._pictures.shape[-1] // cell
