"""A training loop that can be stopped and taken up again: Adam, best state by validation, checkpoints as safetensors.

A checkpoint holds everything the next step depends on (parameters, Adam's moments, the generator, the step), so a run
that was interrupted ends with the same weights as one that was not. Networks that learn for hours from data that still
grows are another case (`learned=None`): their checkpoints are taken up with more data, more steps or a limit of time.
"""

from __future__ import annotations

import hashlib
import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from backend.whole_file import whole_file

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Plan:
    """How long and how fast. The rate falls along half a cosine, over all of the steps or over the last of them."""

    steps: int
    learning_rate: float = 1e-3
    weight_decay: float = 1e-4
    warm_up: int = 100
    validate_every: int = 250
    checkpoint_every: int = 500
    average: float = 0.998  # decay of the moving average of the weights, which is what is validated and kept
    fall: float = 1.0  # the share of the steps, at the end, over which the rate falls


def train(
    net: nn.Module, loss: Callable[[torch.Generator], Tensor], validate: Callable[[nn.Module], float], plan: Plan, *,
    name: str, checkpoint: Path, seed: int, learned: Tensor | None, say: Callable[[str], None],
    seconds: float | None = None,
) -> float:  # fmt: skip
    """Minimise `loss(generator)` over `net`; leave in it the averaged weights of least `validate(net)`, returned.

    A checkpoint of other data than `learned` or of another plan is not taken up; without `learned`, any of a network
    of the same sizes is. After `seconds`, if given, it ends as after the last step; the same call goes on from there.
    """
    mark = torch.zeros(32, dtype=torch.uint8) if learned is None else _mark(learned, plan, seed)
    begun, first = time.monotonic(), 0
    generator = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.AdamW(net.parameters(), plan.learning_rate, weight_decay=plan.weight_decay)
    # What batch norms have seen is a part of what is learned: it is averaged and kept as the parameters are.
    buffers = {key: value for key, value in net.named_buffers() if value.is_floating_point()}
    parameters: dict[str, Tensor] = dict(net.named_parameters()) | buffers
    average = {key: value.detach().clone() for key, value in parameters.items()}
    best = {key: value.clone() for key, value in average.items()}
    least, step = math.inf, 0
    if checkpoint.is_file():
        least, step = _resume(checkpoint, mark, parameters, average, best, optimiser, generator)
        say(f"{name}: goes on from step {step}" if step else f"{name}: the checkpoint is of another run; begins anew")
    first, share = step, 0.0
    net.train()
    try:
        while step < plan.steps and share < 1:
            rate = min(1.0, (step + 1) / plan.warm_up) * _fall(max(step / plan.steps, share), plan.fall)
            for group in optimiser.param_groups:
                group["lr"] = plan.learning_rate * rate
            optimiser.zero_grad(set_to_none=True)
            value = loss(generator)
            value.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            optimiser.step()
            step += 1
            decay = min(plan.average, (1 + step) / (10 + step))
            with torch.no_grad():
                for key, parameter in parameters.items():
                    average[key].lerp_(parameter, 1 - decay)
            spent = time.monotonic() - begun
            share = spent / seconds if seconds else 0.0
            if step % plan.validate_every == 0 or step == plan.steps or share >= 1:
                found = _validated(net, parameters, average, validate)
                if found < least:
                    least = found
                    best = {key: value.clone() for key, value in average.items()}
                left = spent / (step - first) * (plan.steps - step)
                left = f", {min(left, seconds - spent if seconds else left) / 60:.0f} min left" if left > 0 else ""
                say(f"{name}: step {step} of {plan.steps}, validation {found:.4f}, best {least:.4f}{left}")
            if step % plan.checkpoint_every == 0:
                _save(checkpoint, mark, parameters, average, best, optimiser, generator, least, step)
    except KeyboardInterrupt:
        _save(checkpoint, mark, parameters, average, best, optimiser, generator, least, step)
        say(f"{name}: stopped at step {step}; the same command goes on from there")
        raise
    _save(checkpoint, mark, parameters, average, best, optimiser, generator, least, step)
    with torch.no_grad():
        for key, parameter in parameters.items():
            parameter.copy_(best[key])
    net.eval()
    return least


def steps_done(checkpoint: Path) -> int:
    """How many steps the run of a checkpoint has made."""
    with safe_open(str(checkpoint), "pt") as file:
        return int(file.get_tensor("step"))


def _fall(share: float, over: float) -> float:
    """The rate, of its height, when `share` of the way is done: half a cosine over the last `over` of it."""
    return 0.5 * (1 + math.cos(math.pi * min(max(share - 1 + over, 0.0) / over, 1.0)))


def _validated(
    net: nn.Module, parameters: dict[str, Tensor], average: dict[str, Tensor],
    validate: Callable[[nn.Module], float],
) -> float:  # fmt: skip
    """The validation figure with the averaged weights in place."""
    kept = {key: value.detach().clone() for key, value in parameters.items()}
    with torch.no_grad():
        for key, parameter in parameters.items():
            parameter.copy_(average[key])
        net.eval()
        found = validate(net)
        net.train()
        for key, parameter in parameters.items():
            parameter.copy_(kept[key])
    return found


def _mark(learned: Tensor, plan: Plan, seed: int) -> Tensor:
    """(32,) uint8 digest of what a run depends on."""
    digest = hashlib.sha256(learned.detach().contiguous().numpy().tobytes() + repr((plan, seed)).encode()).digest()
    return torch.tensor(list(digest), dtype=torch.uint8)


def _save(
    path: Path, mark: Tensor, parameters: dict[str, Tensor], average: dict[str, Tensor], best: dict[str, Tensor],
    optimiser: torch.optim.AdamW, generator: torch.Generator, least: float, step: int,
) -> None:  # fmt: skip
    tensors = {"step": torch.tensor(step), "least": torch.tensor(least, dtype=torch.float64)}
    tensors |= {"generator": generator.get_state(), "mark": mark}
    for key, parameter in parameters.items():
        tensors[f"now.{key}"], tensors[f"average.{key}"] = parameter.detach().clone(), average[key]
        tensors[f"best.{key}"] = best[key].clone()
        state = optimiser.state.get(parameter, {})
        for moment in ("exp_avg", "exp_avg_sq", "step"):
            if moment in state:
                tensors[f"{moment}.{key}"] = torch.as_tensor(state[moment]).clone()
    with whole_file(path) as part:  # an interrupt while writing must not cost the last good checkpoint
        save_file({key: value.contiguous() for key, value in tensors.items()}, part)


def _resume(
    path: Path, mark: Tensor, parameters: dict[str, Tensor], average: dict[str, Tensor], best: dict[str, Tensor],
    optimiser: torch.optim.AdamW, generator: torch.Generator,
) -> tuple[float, int]:  # fmt: skip
    """Put a checkpoint's state in place; (least validation, step). One of another run is ignored: (∞, 0)."""
    try:
        tensors = load_file(path)
        shapes = {key: tensors[f"now.{key}"].shape for key in parameters}
        same = torch.equal(tensors["mark"], mark)
    except (SafetensorError, KeyError, OSError) as error:
        _log.warning("%s is not usable: %s", path.name, error)
        return math.inf, 0
    if not same or any(shapes[key] != parameter.shape for key, parameter in parameters.items()):
        return math.inf, 0
    with torch.no_grad():
        for key, parameter in parameters.items():
            parameter.copy_(tensors[f"now.{key}"])
            average[key].copy_(tensors[f"average.{key}"])
            best[key] = tensors[f"best.{key}"]
            if f"exp_avg.{key}" in tensors:
                moments = {moment: tensors[f"{moment}.{key}"] for moment in ("exp_avg", "exp_avg_sq")}
                moments = {moment: value.to(parameter.device) for moment, value in moments.items()}
                optimiser.state[parameter] = moments | {"step": tensors[f"step.{key}"]}
    generator.set_state(tensors["generator"])
    return float(tensors["least"]), int(tensors["step"])
