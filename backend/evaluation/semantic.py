"""Do pictures show what was asked for? CLIP's cosine similarity, GenZI's semantic score; needs weights of the user's.

GenZI renders the textured body in the scene from a fixed set of cameras (60°, 512²) and takes the cosine of CLIP
ViT-B/32 between picture and prompt, neither scaled by 100 nor clamped: the mean over all candidates, and the mean over
requests of each one's best. Here the pictures are those of the report, one automatic view per candidate. The model is
read from a local folder in the layout of `transformers` (config.json, model.safetensors, tokenizer files); nothing is
downloaded.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from torch import Tensor

from backend import providers
from backend.models.settings import variable
from backend.pretrained import whole
from protocol.errors import ModelsMissing

ROLE = "clip"
VARIABLE = variable(ROLE)  # the folder, where no option names one; it overrides the configuration
MEAN, DEVIATION = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)  # CLIP's own


@dataclass(frozen=True)
class Missing:
    """Why there is no CLIP score, in words for the report."""

    reason: str


def find_clip(folder: Path | None = None) -> Clip | Missing:
    """The model in `folder`, else in the one configured for the role."""
    try:
        folder = folder or providers.folder_of(ROLE)
    except ModelsMissing as error:
        return Missing(error.detail)
    if folder is None:
        return Missing(f"no CLIP weights: name their folder with --clip, in {VARIABLE} or with “models add {ROLE}”")
    if not (folder / "config.json").exists():
        return Missing(f"{folder} holds no config.json: it must be a CLIP model as transformers saves it")
    try:
        transformers, pictures = importlib.import_module("transformers"), importlib.import_module("PIL.Image")
    except ImportError as error:
        return Missing(f"the package {error.name} is not installed: pip install transformers pillow")
    try:
        # Safetensors only: no pickle is ever loaded.
        model = whole(transformers.CLIPModel, folder)
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        return Missing(f"{folder} cannot be read as a CLIP model: {str(error).splitlines()[0]}")
    return Clip(model.eval(), tokenizer, pictures)


class Clip:
    """Text and pictures in one space."""

    def __init__(self, model: Any, tokenizer: Any, pictures: Any) -> None:
        self._model, self._tokenizer, self._pictures = model, tokenizer, pictures
        self._size = int(model.config.vision_config.image_size)

    @torch.no_grad()
    def similarity(self, text: str, pictures: Sequence[Path]) -> np.ndarray:
        """(N,) cosines, −1…1, of a text with each picture file."""
        words = self._tokenizer([text], padding=True, truncation=True, return_tensors="pt")
        said = _features(self._model.get_text_features(**words))
        shown = torch.stack([self._prepared(path) for path in pictures])
        seen = _features(self._model.get_image_features(pixel_values=shown))
        return torch.nn.functional.cosine_similarity(said, seen).double().numpy()

    @torch.no_grad()
    def embeddings(self, pictures: np.ndarray) -> np.ndarray:
        """(N, D) of unit length, of pictures (N, H, W, 3) in [0, 1] sRGB."""
        given = torch.from_numpy(np.ascontiguousarray(pictures, np.float32)).permute(0, 3, 1, 2)
        shown = torch.stack([self._fitted(one) for one in given])
        seen = _features(self._model.get_image_features(pixel_values=shown))
        return torch.nn.functional.normalize(seen, dim=-1).numpy()

    def _prepared(self, path: Path) -> Tensor:
        """(3, S, S) of a file."""
        with self._pictures.open(path) as picture:
            return self._fitted(torch.from_numpy(np.asarray(picture.convert("RGB"), np.float32) / 255).permute(2, 0, 1))

    def _fitted(self, pixels: Tensor) -> Tensor:
        """(3, S, S) of (3, H, W): the shorter side scaled to CLIP's size, the middle cut out, normalised."""
        height, width = pixels.shape[1:]
        scale = self._size / min(height, width)
        size = max(self._size, round(height * scale)), max(self._size, round(width * scale))
        resized = torch.nn.functional.interpolate(pixels[None], size, mode="bicubic", antialias=True)[0].clamp(0, 1)
        top, left = (size[0] - self._size) // 2, (size[1] - self._size) // 2
        middle = resized[:, top : top + self._size, left : left + self._size]
        return (middle - torch.tensor(MEAN)[:, None, None]) / torch.tensor(DEVIATION)[:, None, None]


def mean_scores(scores: Sequence[Sequence[float]]) -> dict[str, float] | None:
    """GenZI's two figures from the candidates' scores of every request; None where there are none."""
    answered = [own for own in scores if len(own)]
    if not answered:
        return None
    everything = np.concatenate([np.asarray(own, float) for own in answered])
    return {
        "mean_of_all": float(everything.mean()),
        "mean_of_max": float(np.mean([max(own) for own in answered])),
        "pictures": len(everything),
    }


def _features(output: Any) -> Tensor:
    """Projected features; transformers 5 wraps them, 4 did not."""
    return output if isinstance(output, Tensor) else output.pooler_output
