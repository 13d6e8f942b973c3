"""CISP's shape diffusion as its authors describe it, as the measure of ours: DDPM on occupancy in {0, 1} at 32³.

1000 steps, β linear from 1e-4 to 0.02, mean squared error of the noise; sampled with all steps in turn, variance β,
noise estimates (1 + W)·with − W·without for W = 1.5, and a threshold of one half. Conditions are our denoiser's.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from backend.shapes.denoiser import Given
from backend.shapes.picture_encoder import PictureEncoder
from backend.training.loop import Plan, train
from backend.training.machine import half
from backend.training.shapes.pack import Packed

from .codes import Codes
from .denoising import conditions
from .reference_unet import UNet, UNetSize

STEPS = 1000
BETA = (1e-4, 0.02)
EXCESS = 1.5  # W
PLAN = Plan(30000, 3e-4, 1e-2, warm_up=300, validate_every=200, checkpoint_every=100, average=0.998, fall=0.3)
BATCH = 8


def kept_share() -> Tensor:
    """(STEPS,) ᾱ: how much of the shape's energy is left after each step."""
    return torch.cumprod(1 - torch.linspace(*BETA, STEPS), dim=0)


def noised(occupancy: Tensor, step: Tensor, noise: Tensor) -> Tensor:
    """Occupancy (N, 1, 32, 32, 32) in {0, 1} after the steps (N,) with that noise."""
    kept = kept_share().to(occupancy.device)[step][:, None, None, None, None]
    return kept.sqrt() * occupancy + (1 - kept).sqrt() * noise


def noise_loss(net: UNet, occupancy: Tensor, given: Given, generator: torch.Generator) -> Tensor:
    """Mean squared error of the noise at random steps."""
    step = torch.randint(STEPS, (len(occupancy),), generator=generator).to(occupancy.device)
    noise = torch.randn(occupancy.shape, generator=generator).to(occupancy.device)
    with half(occupancy.device):
        found = net(noised(occupancy, step, noise), step / STEPS, given)
    return (found.float() - noise).square().mean()


def train_reference(
    data: dict[str, Packed], codes: dict[str, Codes], encoder: PictureEncoder, checkpoint: Path, *,
    size: UNetSize = UNetSize(), plan: Plan = PLAN, seconds: float | None = None,  # noqa: B008  (frozen)
    device: torch.device, say: Callable[[str], None], seed: int = 0,
) -> tuple[UNet, float]:  # fmt: skip
    """The network and its loss on validation shapes."""
    torch.manual_seed(seed)
    net = UNet(size).to(device)

    def batch(split: str, rows: Tensor, generator: torch.Generator) -> Tensor:
        mirror = torch.rand(len(rows), generator=generator) < 0.5
        given = conditions(data[split], codes[split], encoder, rows, mirror, generator, device)
        return noise_loss(net, solids(data[split], rows, mirror).to(device), given, generator)

    def loss(generator: torch.Generator) -> Tensor:
        rows = torch.randint(len(data["train"].category), (BATCH,), generator=generator).sort().values
        return batch("train", rows, generator)

    def validate(_: UNet) -> float:
        generator = torch.Generator().manual_seed(0)
        held = torch.arange(min(len(data["validation"].category), 64)).split(BATCH)
        return sum(float(batch("validation", rows, generator)) for rows in held) / len(held)

    least = train(net, loss, validate, plan, name="reference", checkpoint=checkpoint, seed=seed, learned=None, say=say,
                  seconds=seconds)  # fmt: skip
    return net.requires_grad_(False).eval(), least


def solids(data: Packed, rows: Tensor, mirror: Tensor) -> Tensor:
    """Occupancy (N, 1, 32, 32, 32) float32 in {0, 1}, some left and right exchanged."""
    bits = np.unpackbits(np.asarray(data.occupancy[rows.numpy()]).reshape(len(rows), -1), axis=1)
    found = torch.from_numpy(bits.reshape(-1, 1, 32, 32, 32).astype(np.float32))
    return torch.where(mirror[:, None, None, None, None], found.flip(2), found)


@torch.no_grad()
def sample(
    net: UNet, given: Given, generator: torch.Generator, *, excess: float = EXCESS, steps: int = STEPS
) -> Tensor:  # fmt: skip
    """(N, 32, 32, 32) bool, one for each condition. Fewer `steps` than all of them leave out the rest evenly."""
    count, device = len(given.embedding), given.embedding.device
    kept = kept_share()
    times = torch.linspace(STEPS - 1, 0, min(steps, STEPS)).round().long()
    x = torch.randn((count, 1, *[net.size.resolution] * 3), generator=generator).to(device)
    for at, time in enumerate(times.tolist()):
        then = float(kept[times[at + 1]]) if at + 1 < len(times) else 1.0
        now = float(kept[time])
        step = torch.full((count,), time / STEPS, device=device)
        with_it, without = net(x, step, given), net(x, step, given.without())
        noise = (1 + excess) * with_it - excess * without
        beta = 1 - now / then
        x = (x - beta / (1 - now) ** 0.5 * noise) / (1 - beta) ** 0.5
        if at + 1 < len(times):
            x = x + beta**0.5 * torch.randn(x.shape, generator=generator).to(device)
    return x[:, 0] > 0.5
