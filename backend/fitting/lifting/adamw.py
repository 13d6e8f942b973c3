"""AdamW (Loshchilov and Hutter's decoupled weight decay) for a batch whose members are optimised independently.

All numbers of a member stand in one row, with step sizes and decays per column: one small set of operations per step
however many kinds of parameters there are. A member whose gradient is not finite stands still in that step, moments and
decay included, without holding up the others: what GenZI does for its one body by skipping the iteration.
"""

from __future__ import annotations

import torch
from torch import Tensor

_BETAS = (0.9, 0.999)
_EPSILON = 1e-8


class BatchedAdamW:
    def __init__(self, value: Tensor, rates: Tensor, decays: Tensor) -> None:
        """`value`: a leaf (N, D) that requires its gradient; `rates` (D,) relative step sizes, `decays` (D,)."""
        self.value, self.rates, self.decays = value, rates, decays
        self.skipped = 0  # steps of single members that were not taken
        self._first, self._second = torch.zeros_like(value), torch.zeros_like(value)
        self._steps = torch.zeros(len(value), 1)  # taken so far by each member

    @torch.no_grad()
    def step(self, rate: float, moving: Tensor | float = 1.0) -> Tensor:
        """One step; `moving` (D,) 0 for columns that stand still. Returns (N,) whose gradients were valid."""
        gradient = self.value.grad
        valid = gradient.isfinite().all(1)
        own: Tensor | float = 1.0
        if not bool(valid.all()):
            self.skipped += int((~valid).sum())
            own = valid[:, None].to(gradient.dtype)
            gradient = torch.where(valid[:, None], gradient, torch.zeros(()))
        self._steps += own
        self._first += own * (1 - _BETAS[0]) * (gradient - self._first)
        self._second += own * (1 - _BETAS[1]) * (gradient.square() - self._second)
        steps = self._steps.clamp_min(1)
        first, second = self._first / (1 - _BETAS[0] ** steps), self._second / (1 - _BETAS[1] ** steps)
        change = first / (second.sqrt() + _EPSILON) + self.decays * self.value
        self.value -= own * rate * moving * self.rates * change
        return valid
