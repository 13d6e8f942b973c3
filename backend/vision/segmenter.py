"""Outlines of things by a model of the SAM family (Kirillov et al. 2023) from the user's folder, through transformers.

The folder is in the layout that `save_pretrained` writes; only safetensors are read. Pictures are (H, W, 3) uint8 sRGB,
boxes left, top, right, bottom in pixels, masks (H, W) bool.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from safetensors import SafetensorError

from backend import providers
from backend.pretrained import whole
from protocol.errors import ModelsMissing, ModelUnusable

Array = np.ndarray
Box = tuple[float, float, float, float]
_MEAN, _DEVIATION = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)  # of 255: what SAM was trained with


class Sam:
    """`outline(picture, box)`: the thing in a box."""

    name = "SAM"

    def __init__(self, folder: Path, device: str | None = None) -> None:
        """Raises `ModelsMissing` without transformers, `ModelUnusable` where the folder cannot be loaded."""
        try:
            import torch
            import transformers
        except ImportError as error:
            raise ModelsMissing(
                f"SAM needs the package {error.name}.",
                remedy='Install it where the backend runs: pip install "staffage[models]".',
            ) from error
        self._torch = torch
        self._device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        try:
            self._model = whole(transformers.SamModel, folder).to(self._device).eval()
        except (OSError, ValueError, RuntimeError, SafetensorError) as error:
            raise ModelUnusable(f"{folder}: {str(error).splitlines()[0]}") from error
        self._side = int(self._model.config.vision_config.image_size)

    def outline(self, picture: Array, box: Box) -> Array:
        """The mask that the model is surest of."""
        torch, height, width = self._torch, *picture.shape[:2]
        scale = self._side / max(height, width)
        high, wide = round(scale * height), round(scale * width)
        pixels = torch.from_numpy(np.array(picture, np.float32)).permute(2, 0, 1)[None]
        pixels = torch.nn.functional.interpolate(pixels, (high, wide), mode="bilinear", antialias=True)
        mean, deviation = (torch.tensor(values).view(1, 3, 1, 1) for values in (_MEAN, _DEVIATION))
        pixels = torch.nn.functional.pad((pixels - mean) / deviation, (0, self._side - wide, 0, self._side - high))
        with torch.no_grad():
            answer = self._model(
                pixel_values=pixels.to(self._device),
                input_boxes=torch.tensor([[[scale * value for value in box]]], device=self._device),
                multimask_output=True,
            )
        best = int(answer.iou_scores[0, 0].argmax())
        mask = answer.pred_masks[0, 0, best].float().cpu()[None, None]
        mask = torch.nn.functional.interpolate(mask, (self._side, self._side), mode="bilinear")[..., :high, :wide]
        mask = torch.nn.functional.interpolate(mask, (height, width), mode="bilinear")
        return mask[0, 0].numpy() > 0


def default_segmenter() -> Sam | None:
    """The configured model, the same object every time; None where none is configured."""
    folder = providers.folder_of("segmentation")
    return _loaded(str(folder)) if folder else None


@cache
def _loaded(folder: str) -> Sam:
    return Sam(Path(folder))
