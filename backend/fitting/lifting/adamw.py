"""AdamW (Loshchilov and Hutter's decoupled weight decay) for a batch whose members are optimised independently.

Every parameter has the batch in front. A member whose gradient is not finite stands still in that step, moments and
decay included, without holding up the others: what GenZI does for its one body by skipping the iteration.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

_BETAS = (0.9, 0.999)
_EPSILON = 1e-8


@dataclass
class _Slot:
    value: Tensor
    rate: float  # relative to the step's
    decay: float
    first: Tensor
    second: Tensor
    steps: Tensor  # (N, 1, …) taken so far by each member


class BatchedAdamW:
    def __init__(self) -> None:
        self._slots: dict[str, _Slot] = {}
        self.skipped = 0  # steps of single members that were not taken

    def add(self, name: str, value: Tensor, *, rate: float = 1.0, decay: float = 0.0) -> None:
        """A leaf (N, …) that requires its gradient."""
        steps = torch.zeros(len(value), *[1] * (value.dim() - 1))
        self._slots[name] = _Slot(value, rate, decay, torch.zeros_like(value), torch.zeros_like(value), steps)

    def forget(self) -> None:
        for slot in self._slots.values():
            slot.value.grad = None

    @torch.no_grad()
    def step(self, rate: float, still: tuple[str, ...] = ()) -> Tensor:
        """Move all but the parameters named in `still`; (N,) whose gradients were valid."""
        moving = [slot for name, slot in self._slots.items() if slot.value.grad is not None and name not in still]
        valid = torch.stack([slot.value.grad.flatten(1).isfinite().all(1) for slot in moving]).all(0)
        everyone = bool(valid.all())
        if not everyone:
            self.skipped += int((~valid).sum())
        for slot in moving:
            self._move(slot, rate * slot.rate, None if everyone else valid)
        return valid

    @staticmethod
    def _move(slot: _Slot, rate: float, valid: Tensor | None) -> None:
        gradient = slot.value.grad
        own = torch.ones(()) if valid is None else valid.reshape(slot.steps.shape).to(gradient.dtype)
        if valid is not None:
            gradient = torch.where(own > 0, gradient, torch.zeros(()))
        slot.steps += own
        for moment, beta, seen in ((slot.first, _BETAS[0], gradient), (slot.second, _BETAS[1], gradient * gradient)):
            moment += own * (1 - beta) * (seen - moment)
        steps = slot.steps.clamp_min(1)
        first = slot.first / (1 - _BETAS[0] ** steps)
        second = slot.second / (1 - _BETAS[1] ** steps)
        slot.value -= own * rate * (first / (second.sqrt() + _EPSILON) + slot.decay * slot.value)
