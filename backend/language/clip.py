"""CLIP's text tower as a text embedding (Radford et al. 2021), from a folder on this computer; nothing is downloaded.

The folder is what `save_pretrained` of transformers writes: config.json, model.safetensors and the tokenizer's files.
It is the one configured for the role “clip”, see backend/providers.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors import SafetensorError

from backend import providers
from backend.models.settings import variable
from backend.pretrained import whole
from protocol.errors import ModelsMissing

ROLE = "clip"
FOLDER = variable(ROLE)  # overrides the configuration
# InterFusion's query for its rendered poses; the descriptions go into the same sentence.
SENTENCE = "a photo of a person, {}"
log = logging.getLogger(__name__)


class ClipEmbedding:
    """Projected, normalised text embeddings."""

    name = "CLIP"
    enough = 0.8  # captions of different actions in one sentence frame are about this alike in ViT-B/32

    def __init__(self, folder: Path) -> None:
        """Raises ImportError without transformers, OSError and others where the folder is not whole."""
        from transformers import CLIPTextModelWithProjection, CLIPTokenizer

        self._tokenizer = CLIPTokenizer.from_pretrained(folder, local_files_only=True)
        self._model = whole(CLIPTextModelWithProjection, folder)
        self._model.eval()

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """(N, projection) float32 unit vectors."""
        import torch  # here, because reading a prompt without CLIP needs none of it

        rows = []
        for start in range(0, len(texts), 64):
            sentences = [SENTENCE.format(text) for text in texts[start : start + 64]]
            encoded = self._tokenizer(sentences, padding=True, truncation=True, return_tensors="pt")
            with torch.inference_mode():
                embedded = self._model(**encoded).text_embeds.float()
            rows.append(torch.nn.functional.normalize(embedded, dim=-1).numpy())
        return np.concatenate(rows)


def configured() -> ClipEmbedding | None:
    """The embedding of the configured folder; None where there is none or it cannot be loaded, which the log says."""
    folder = None
    try:
        folder = providers.folder_of(ROLE)
        return ClipEmbedding(folder) if folder else None
    except (ImportError, OSError, ValueError, RuntimeError, SafetensorError, ModelsMissing) as error:
        log.warning("CLIP in %s cannot be used (%s); the embedded text embedding is used instead.", folder, error)
        return None
