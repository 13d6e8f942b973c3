"""What a long training is told: where its data is, where it notes how far it is, where its weights go, how long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from .loop import Plan


@dataclass(frozen=True)
class Run:
    data: Path
    checkpoints: Path  # folder
    out: Path  # folder of weights and cards
    say: Callable[[str], None]
    steps: int | None = None  # in place of the recipe's own number
    minutes: float | None = None  # after which it ends; it can be gone on with
    seed: int = 0

    def plan(self, plan: Plan) -> Plan:
        return replace(plan, steps=self.steps or plan.steps)

    @property
    def seconds(self) -> float | None:
        return None if self.minutes is None else 60 * self.minutes
