"""What the denoiser learns from, computed once: latents and joint embeddings of all shapes, and of their mirror images.

They are kept in a file beside the checkpoints under the sums of the networks that made them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from backend.shapes.autoencoder import Autoencoder
from backend.shapes.shape_encoder import ShapeEncoder
from backend.training.machine import half
from backend.training.shapes.pack import Packed
from backend.whole_file import whole_file

from .autoencoding import take

_PART = 32


@dataclass(frozen=True, eq=False)
class Codes:
    """Of N shapes; the second row of each is its mirror image's."""

    latents: Tensor  # (N, 2, tokens, latent), standardised
    embeddings: Tensor | None  # (N, 2, joint); none without a shape encoder


def codes_of(
    data: Packed, autoencoder: Autoencoder, encoder: ShapeEncoder | None, path: Path, device: torch.device,
    say: Callable[[str], None],
) -> Codes:  # fmt: skip
    """Those of the file, if they are of this data and these networks, or new ones, which are put there."""
    mark = _mark(data, autoencoder, encoder)
    if _marked(path) == mark:
        found = load_file(path)
        return Codes(found["latents"], found.get("embeddings"))
    latents, embeddings = [], []
    for at in range(0, len(data.category), _PART):
        rows = torch.arange(at, min(at + _PART, len(data.category)))
        given = take(data.signed_distance, rows, device)
        both = torch.stack([given, given.flip(1)], dim=1).flatten(0, 1)
        with torch.no_grad(), half(device):
            latents.append(autoencoder.encode(both).float().cpu().unflatten(0, (-1, 2)))
            if encoder is not None:
                embeddings.append(encoder(both).float().cpu().unflatten(0, (-1, 2)))
        if at and at % (20 * _PART) == 0:
            say(f"codes: {at} of {len(data.category)} shapes")
    codes = Codes(torch.cat(latents), torch.cat(embeddings) if embeddings else None)
    tensors = {"latents": codes.latents} | ({} if codes.embeddings is None else {"embeddings": codes.embeddings})
    with whole_file(path) as part:
        save_file(tensors, part, {"mark": mark})
    return codes


def _marked(path: Path) -> str | None:
    try:
        with safe_open(str(path), "pt") as file:
            return (file.metadata() or {}).get("mark")
    except (OSError, SafetensorError):
        return None


def _mark(data: Packed, *nets: nn.Module | None) -> str:
    digest = hashlib.sha256(np.ascontiguousarray(data.category).tobytes() + np.ascontiguousarray(data.seed).tobytes())
    for net in nets:
        for key, value in ({} if net is None else net.state_dict()).items():
            digest.update(key.encode() + value.detach().cpu().numpy().tobytes())
    return digest.hexdigest()
