"""Training of the denoiser on latents of shapes and codes of freshly varied pictures.

Embedding and tokens are left out independently of each other, so that either can guide alone; now and then the
embedding is the shape's own and no picture is there, which is what “more like this” asks.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from backend.shapes.denoiser import Denoiser, DenoiserSize, Given
from backend.shapes.picture_encoder import PictureEncoder
from backend.training.cisp import batches
from backend.training.loop import Plan, train
from backend.training.machine import half
from backend.training.shapes.pack import Packed

from .autoencoding import spread
from .codes import Codes

PLAN = Plan(12000, 5e-4, 1e-2, warm_up=300, validate_every=200, checkpoint_every=100, average=0.998, fall=0.3)
BATCH = 64
LEFT_OUT = 0.1  # share of latents without the embedding, and of those without the tokens
OWN = 0.1  # share whose embedding is the shape's
LEVEL = (0.4, 1.1)  # mean and deviation of the noise levels' logits
CHECKED = 256  # shapes of a validation


def train_denoiser(
    data: dict[str, Packed], codes: dict[str, Codes], encoder: PictureEncoder, checkpoint: Path, *,
    size: DenoiserSize = DenoiserSize(), plan: Plan = PLAN, seconds: float | None = None,  # noqa: B008  (frozen)
    device: torch.device, say: Callable[[str], None], seed: int = 0,
    look: Callable[[Denoiser], None] = lambda net: None,
) -> tuple[Denoiser, float]:  # fmt: skip
    """The network and its loss on validation shapes. `look` is called with it at every validation."""
    torch.manual_seed(seed)
    net = Denoiser(size).to(device)
    rows = np.unique(spread(len(data["validation"]), CHECKED).numpy())
    held = plain_conditions(data["validation"], rows, encoder, device)
    truth = codes["validation"].latents[torch.from_numpy(rows), 0].to(device)

    def loss(generator: torch.Generator) -> Tensor:
        rows = torch.randint(len(data["train"].category), (BATCH,), generator=generator).sort().values
        mirror = torch.rand(BATCH, generator=generator) < 0.5
        given = conditions(data["train"], codes["train"], encoder, rows, mirror, generator, device)
        latents = codes["train"].latents[rows, mirror.long()].to(device)
        return denoising_loss(net, latents, given, generator)

    def validate(candidate: Denoiser) -> float:
        look(candidate)
        generator = torch.Generator().manual_seed(0)
        given = (getattr(held, name).split(BATCH) for name in Given.__dataclass_fields__)
        parts = zip(truth.split(BATCH), *given, strict=True)
        found = [float(denoising_loss(candidate, latents, Given(*some), generator)) for latents, *some in parts]
        return sum(found) / len(found)

    least = train(net, loss, validate, plan, name="denoiser", checkpoint=checkpoint, seed=seed, learned=None, say=say,
                  seconds=seconds)  # fmt: skip
    return net.requires_grad_(False).eval(), least


def denoising_loss(net: Denoiser, latents: Tensor, given: Given, generator: torch.Generator) -> Tensor:
    """Mean squared error of the velocities, weighted so that every noise level asks as much of the network."""
    mean, deviation = LEVEL
    sigma = torch.sigmoid(mean + deviation * torch.randn(len(latents), generator=generator)).to(latents.device)
    noise = torch.randn(latents.shape, generator=generator).to(latents.device)
    level = sigma[:, None, None]
    with half(latents.device):
        found = net((1 - level) * latents + level * noise, sigma, given)
    weight = level.square() + (1 - level).square()
    return (weight * (found.float() - (noise - latents)).square()).mean()


def conditions(
    data: Packed, codes: Codes, encoder: PictureEncoder, rows: Tensor, mirror: Tensor, generator: torch.Generator,
    device: torch.device,
) -> Given:  # fmt: skip
    """Codes of one varied picture of each row, some of them left out."""
    shown = batches.varied(data, rows.numpy(), mirror, generator, device)[0]
    with torch.no_grad(), half(device):
        seen = encoder(shown)
    embedding = seen.embedding.float()
    own = torch.rand(len(rows), generator=generator) < (0 if codes.embeddings is None else OWN)
    if codes.embeddings is not None:
        embedding = torch.where(own.to(device)[:, None], codes.embeddings[rows, mirror.long()].to(device), embedding)
    has_embedding = own | (torch.rand(len(rows), generator=generator) >= LEFT_OUT)
    has_tokens = ~own & (torch.rand(len(rows), generator=generator) >= LEFT_OUT)
    return Given(embedding, seen.tokens.float(), has_embedding.to(device), has_tokens.to(device))


def plain_conditions(data: Packed, rows: np.ndarray, encoder: PictureEncoder, device: torch.device) -> Given:
    """Codes of the first picture of each row, framed as the product does, nothing left out."""
    embedding, tokens = [], []
    for some in np.array_split(rows, max(len(rows) // 32, 1)):
        with torch.no_grad(), half(device):
            seen = encoder(batches.plain(data, some, 0).to(device))
        embedding.append(seen.embedding.float())
        tokens.append(seen.tokens.float())
    all_there = torch.ones(len(rows), dtype=torch.bool, device=device)
    return Given(torch.cat(embedding), torch.cat(tokens), all_there, all_there)
