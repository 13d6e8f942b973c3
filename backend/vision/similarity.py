"""How well pictures show what words say: CLIP's cosines, where the user has its weights (role “clip”).

GenZI ranks what it has imagined by them. The folder is in the layout of `transformers`; nothing is downloaded. A folder
with the text tower alone reads prompts (language/clip.py), but sees no pictures.
"""

from __future__ import annotations

import json
import logging
from functools import cache
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError

from backend import providers
from backend.pretrained import whole
from protocol.errors import ModelsMissing

Array = np.ndarray
MEAN, DEVIATION = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)  # CLIP's own
BATCH = 16  # pictures at once
log = logging.getLogger(__name__)


class Similarity:
    """Text and pictures in one space."""

    def __init__(self, folder: Path) -> None:
        """Raises ImportError without transformers, OSError and others where the folder is no whole CLIP."""
        from transformers import AutoTokenizer, CLIPModel

        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if "vision_config" not in config or "CLIPModel" not in config.get("architectures", ["CLIPModel"]):
            raise ValueError("it has no picture tower")
        # Safetensors only: no pickle is ever loaded.
        self._model = whole(CLIPModel, folder).eval()
        self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self._size = int(self._model.config.vision_config.image_size)

    @torch.inference_mode()
    def cosines(self, text: str, pictures: Array) -> Array:
        """(N,) −1…1 of a text with pictures (N, H, W, 3) uint8 sRGB, of which the middle square is looked at."""
        words = self._tokenizer([text], padding=True, truncation=True, return_tensors="pt")
        said = _features(self._model.get_text_features(**words))
        found = [
            torch.nn.functional.cosine_similarity(
                said, _features(self._model.get_image_features(pixel_values=self._prepared(pictures[k : k + BATCH])))
            )
            for k in range(0, len(pictures), BATCH)
        ]
        return torch.cat(found).double().numpy()

    def _prepared(self, pictures: Array) -> torch.Tensor:
        """(N, 3, S, S): the shorter side scaled to CLIP's size, the middle cut out, normalised."""
        pixels = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float() / 255
        height, width = pixels.shape[2:]
        scale = self._size / min(height, width)
        size = max(self._size, round(height * scale)), max(self._size, round(width * scale))
        resized = torch.nn.functional.interpolate(pixels, size, mode="bicubic", antialias=True).clamp(0, 1)
        top, left = (size[0] - self._size) // 2, (size[1] - self._size) // 2
        middle = resized[:, :, top : top + self._size, left : left + self._size]
        return (middle - torch.tensor(MEAN)[:, None, None]) / torch.tensor(DEVIATION)[:, None, None]


def configured() -> Similarity | None:
    """The configured CLIP; None where there is none or it cannot be used, which the log says."""
    try:
        folder = providers.folder_of("clip")
    except ModelsMissing as error:
        log.warning("%s", error.detail)
        return None
    return None if folder is None else _loaded(folder)


@cache
def _loaded(folder: Path) -> Similarity | None:
    try:
        return Similarity(folder)
    except (ImportError, OSError, ValueError, RuntimeError, SafetensorError) as error:
        log.warning("CLIP in %s cannot rank pictures: %s", folder, str(error).splitlines()[0])
        return None


def _features(output: object) -> torch.Tensor:
    """Projected features; transformers 5 wraps them, 4 did not."""
    return output if isinstance(output, torch.Tensor) else output.pooler_output
