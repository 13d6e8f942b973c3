"""How sure a mean is: the bootstrap's interval, of a mean or of the mean difference of pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

DRAWS = 4000
SURE = 0.95


@dataclass(frozen=True)
class Interval:
    mean: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0


def mean_interval(values: np.ndarray, generator: np.random.Generator, draws: int = DRAWS) -> Interval:
    """Of the mean of values (N,): draws of N with replacement, the middle 95 % of their means."""
    values = np.asarray(values, np.float64)
    if len(values) == 0:
        return Interval(float("nan"), float("nan"), float("nan"))
    rows = generator.integers(0, len(values), (draws, len(values)))
    low, high = np.quantile(values[rows].mean(1), [(1 - SURE) / 2, (1 + SURE) / 2])
    return Interval(float(values.mean()), float(low), float(high))


def difference(first: np.ndarray, second: np.ndarray, generator: np.random.Generator) -> Interval:
    """Of the mean of first − second, value by value of the same picture."""
    if len(first) != len(second):
        raise ValueError("Pairs are needed.")
    return mean_interval(np.asarray(first, np.float64) - np.asarray(second, np.float64), generator)
