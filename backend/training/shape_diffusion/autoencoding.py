"""Training of the autoencoder on the volumes alone: no pictures are needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from backend.shapes.autoencoder import Autoencoder, AutoencoderSize
from backend.training.loop import Plan, train
from backend.training.machine import half

from .overlap import occupied, overlap

PLAN = Plan(12000, 4e-4, 1e-2, warm_up=200, validate_every=250, checkpoint_every=250, average=0.997, fall=0.4)
BATCH = 16
NOISE = 0.05  # deviation of what is added to the latents: nearby latents are to mean nearby shapes
KEEP = 1e-4  # weight of their squares, lest they grow until the noise is nothing
NEAR = 0.1  # units of reach: errors count 1 / (distance + NEAR), eleven times more at the surface than far from it
COMPONENTS_FROM = 400  # shapes from which the start is computed
MEASURED = 500  # shapes from which the latents' standard is
CHECKED = 100  # shapes of a validation


@dataclass(frozen=True)
class Volumes:
    """Signed distances in edges of the unit cube, (N, R, R, R) float16, mapped from a file or in memory."""

    train: np.ndarray
    validation: np.ndarray


def train_autoencoder(
    volumes: Volumes, checkpoint: Path, *, say: Callable[[str], None], device: torch.device, seed: int = 0,
    size: AutoencoderSize = AutoencoderSize(), plan: Plan = PLAN, seconds: float | None = None,  # noqa: B008  (frozen)
) -> tuple[Autoencoder, float]:  # fmt: skip
    """The network, its latents standardised, and its mean overlap on validation shapes."""
    torch.manual_seed(seed)
    net = Autoencoder(size)
    if not checkpoint.is_file():
        net.start_from_components(take(volumes.train, spread(len(volumes.train), COMPONENTS_FROM), torch.device("cpu")))
    net.to(device)
    shown = spread(len(volumes.validation), CHECKED)

    def loss(generator: torch.Generator) -> Tensor:
        rows = torch.randint(len(volumes.train), (BATCH,), generator=generator)
        given = mirrored(take(volumes.train, rows, device), torch.rand(BATCH, generator=generator) < 0.5)
        return _loss(net, net.cubes(given), generator)

    def validate(candidate: Autoencoder) -> float:
        return 1 - float(reconstruction(candidate, volumes.validation, shown, device).mean())

    lost = train(net, loss, validate, plan, name="autoencoder", checkpoint=checkpoint, seed=seed, learned=None, say=say,
                 seconds=seconds)  # fmt: skip
    net.requires_grad_(False)
    latents = [raw(net, take(volumes.train, rows, device)) for rows in
               spread(len(volumes.train), MEASURED).split(BATCH)]  # fmt: skip
    net.measure(torch.cat(latents))
    return net, 1 - lost


def _loss(net: Autoencoder, cubes: Tensor, generator: torch.Generator) -> Tensor:
    with half(cubes.device):
        latents = net.raw_latents(cubes).float()
        noise = torch.randn(latents.shape, generator=generator).to(latents.device)
        found = net.from_raw(latents + NOISE * noise).float()
    weight = 1 / (cubes.abs() + NEAR)
    return (weight * (found - cubes).abs()).mean() / weight.mean() + KEEP * latents.square().mean()


@torch.no_grad()
def raw(net: Autoencoder, volumes: Tensor) -> Tensor:
    """Latents (N, tokens, latent), not standardised."""
    with half(volumes.device):
        return net.raw_latents(net.cubes(volumes)).float()


@torch.no_grad()
def reconstruction(net: Autoencoder, volumes: np.ndarray, rows: Tensor, device: torch.device) -> Tensor:
    """(N,) overlap at 32³ of shapes with themselves after encoding and decoding."""
    found = []
    for some in rows.split(BATCH):
        given = take(volumes, some, device)
        with half(device):
            decoded = net.decode(net.encode(given))
        found.append(overlap(occupied(decoded), occupied(given)))
    return torch.cat(found).cpu()


def take(volumes: np.ndarray, rows: Tensor, device: torch.device) -> Tensor:
    """Some of the volumes, as float32."""
    return torch.from_numpy(np.asarray(volumes[rows.numpy()], np.float32)).to(device)


def mirrored(volumes: Tensor, which: Tensor) -> Tensor:
    """Volumes (N, X, Y, Z), those of `which` (N,) bool with left and right exchanged."""
    return torch.where(which.to(volumes.device)[:, None, None, None], volumes.flip(1), volumes)


def spread(count: int, wanted: int) -> Tensor:
    """At most `wanted` row numbers, evenly over `count`."""
    return torch.linspace(0, count - 1, min(count, wanted)).round().long()
