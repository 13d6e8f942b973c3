"""The eye that compares a picture with a generated shape: CLIP, or a picture encoder of ours that guided nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from backend.evaluation.semantic import Missing, find_clip
from backend.shapes import storage
from backend.shapes.picture_encoder import PictureEncoder, PictureEncoderSize
from protocol.errors import RequestInvalid

from .coherence import Judge


def judge_in(folder: Path) -> Judge:
    """CLIP as transformers saves it, or weights of `train cisp --image-only`."""
    if (folder / storage.LIST).exists():
        return _encoder(folder)
    clip = find_clip(folder)
    if isinstance(clip, Missing):
        raise RequestInvalid(f"There is no judge in {folder.name}: {clip.reason}.")
    return clip.embeddings


def require_independent(judge: Path, guides: Sequence[Path]) -> None:
    """Raises `RequestInvalid` for a judge that is the picture encoder which guided: it would find its own wish."""
    if not (judge / storage.LIST).exists():
        return
    own = storage.sum_of(judge, "picture_encoder")
    for guide in guides:
        if storage.sum_of(guide, "picture_encoder") == own:
            raise RequestInvalid(
                f"The judge in {judge.name} is the encoder that guides in {guide.name}.",
                remedy="Train a judge of its own: “python -m backend train cisp --image-only --seed 1 --out JUDGE …”.",
            )


def mark_of(folder: Path) -> str:
    """Of the weights in a folder: other weights, other mark."""
    listed = folder / storage.LIST
    files = [listed] if listed.exists() else sorted(folder.glob("*.safetensors"))
    return hashlib.sha256(b"".join(hashlib.sha256(file.read_bytes()).digest() for file in files)).hexdigest()[:12]


def _encoder(folder: Path) -> Judge:
    net = storage.read(folder, "picture_encoder", PictureEncoder, PictureEncoderSize)

    @torch.no_grad()
    def codes(pictures: np.ndarray) -> np.ndarray:
        given = torch.from_numpy(np.ascontiguousarray(pictures, np.float32)).permute(0, 3, 1, 2)
        return net(given).embedding.numpy()

    return codes
