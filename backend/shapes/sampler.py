"""From noise along the predicted velocities to latents, in few steps.

The solver is DPM-Solver++ of second order, multistep (Lu et al. 2022), for x = (1 − σ)·shape + σ·noise: step by step
what `DPMSolverMultistepScheduler` of diffusers does with flow predictions, as a test says. It is written out so that
the embedded model runs, and starts within a second, where diffusers is not installed; any of its schedulers for flows
can be given instead.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

Velocity = Callable[[Tensor, float], Tensor]  # latents and σ → velocities
SHIFT = 2.0  # more steps where noise is strong: there the shape is decided


def levels(steps: int, shift: float = SHIFT) -> list[float]:
    """Noise levels from 1 to 0, `steps` + 1 of them."""
    even = [1 - step / steps for step in range(steps + 1)]
    return [shift * level / (1 + (shift - 1) * level) for level in even]


def solve(
    velocity: Velocity, start: Tensor, sigmas: list[float], report: Callable[[float], None] = lambda fraction: None
) -> Tensor:
    """Latents without noise from `start`, whose noise level is the first of `sigmas`; the last is 0."""
    x, before, rise_before = start, None, math.inf
    for step, (now, then) in enumerate(itertools.pairwise(sigmas)):
        clean = x - now * velocity(x, now)
        slope, rise = clean, _log_ratio(then) - _log_ratio(now)
        # The last step and, where all is noise, the first two are of first order.
        if before is not None and math.isfinite(rise) and math.isfinite(rise_before):
            slope = clean + 0.5 * rise / rise_before * (clean - before)
        x = then / now * x + ((1 - then) - (1 - now) * then / now) * slope
        before, rise_before = clean, rise
        report((step + 1) / (len(sigmas) - 1))
    return x


def solve_with(
    scheduler: Any, velocity: Velocity, start: Tensor, steps: int,
    report: Callable[[float], None] = lambda fraction: None,
) -> Tensor:  # fmt: skip
    """The same by a scheduler of diffusers that is set to flow predictions."""
    scheduler.set_timesteps(steps)
    x = start
    for step, time in enumerate(scheduler.timesteps):
        x = scheduler.step(velocity(x, float(scheduler.sigmas[step])), time, x, return_dict=False)[0]
        report((step + 1) / len(scheduler.timesteps))
    return x


def guided(velocity: Tensor, free: Tensor, guidance: float) -> Tensor:
    """Velocities with the condition and without: 0 is without, 1 with it, more is beyond it."""
    return free + guidance * (velocity - free)


def _log_ratio(sigma: float) -> float:
    """Half the logarithm of the signal-to-noise ratio."""
    if sigma >= 1:
        return -math.inf
    return math.inf if sigma <= 0 else math.log((1 - sigma) / sigma)


def noise(count: int, tokens: int, latent: int, generator: torch.Generator) -> Tensor:
    """(count, tokens, latent): shape k is the same however many are asked for."""
    return torch.stack([torch.randn((tokens, latent), generator=generator) for _ in range(count)])
