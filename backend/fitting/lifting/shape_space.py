"""Body shapes as weighted sums of a few corner shapes, so that anything linear in the rest shape is a matrix product.

Anny's rest body is multilinear between the knots of its phenotypes: the weights of the grid's corners are products of
hat functions. SMPL-X's is linear in its betas: the corners are the mean shape and one for each beta.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from backend.body.model import PHENOTYPES


class ShapeSpace(Protocol):
    names: tuple[str, ...]
    bounds: tuple[float, float]  # of every value

    def corners(self) -> Tensor:
        """(C, K) values of the corner shapes."""
        ...

    def weights(self, values: Tensor) -> Tensor:
        """Values (N, K) → (N, C) shares that sum to 1, differentiable."""
        ...


# Knots of Anny's phenotypes within 0…1. Evenly spaced, as the hat functions assume.
KNOTS: dict[str, int] = {"gender": 2, "age": 4, "muscle": 3, "weight": 3, "height": 2, "proportions": 2}


class GridShapes:
    names = PHENOTYPES
    bounds = (0.0, 1.0)

    def __init__(self) -> None:
        self._knots = [torch.linspace(0, 1, KNOTS[name]) for name in self.names]

    def corners(self) -> Tensor:
        return torch.tensor(list(itertools.product(*(knots.tolist() for knots in self._knots))))

    def weights(self, values: Tensor) -> Tensor:
        found = torch.ones_like(values[:, :1])
        for k, knots in enumerate(self._knots):
            hats = (1 - (values[:, k, None] - knots).abs() * (len(knots) - 1)).clamp_min(0)
            found = (found[:, :, None] * hats[:, None]).flatten(1)
        return found


class LinearShapes:
    bounds = (-4.0, 4.0)  # standard deviations

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names

    def corners(self) -> Tensor:
        return torch.cat((torch.zeros(1, len(self.names)), torch.eye(len(self.names))))

    def weights(self, values: Tensor) -> Tensor:
        return torch.cat((1 - values.sum(1, keepdim=True), values), 1)


@dataclass(frozen=True)
class ShapePrior:
    """Which shapes are expected: a mean and a spread (one standard deviation) for each value of the space."""

    mean: Tensor  # (K,)
    spread: Tensor  # (K,)
    importance: Tensor  # (K,) GenZI's b: the body's size is held half as strictly as the rest

    def values(self, deviations: Tensor) -> Tensor:
        """(N, K) in spreads → (N, K) values."""
        return self.mean + self.spread * deviations

    def cost(self, deviations: Tensor) -> Tensor:
        """(N,) mean of the squared weighted deviations."""
        return (self.importance * deviations).square().mean(1)

    def limits(self, space: ShapeSpace) -> tuple[Tensor, Tensor]:
        """The least and greatest deviations (K,) whose values are in the space."""
        low, high = space.bounds
        return (low - self.mean) / self.spread, (high - self.mean) / self.spread


# An adult of any sex and build, when nothing is known: mean and spread.
_ANYBODY: dict[str, tuple[float, float]] = {
    "gender": (0.5, 0.3), "age": (0.68, 0.08), "muscle": (0.5, 0.12), "weight": (0.5, 0.15), "height": (0.5, 0.15),
    "proportions": (0.57, 0.1),
}  # fmt: skip
_KNOWN = 0.35  # of the spread that is left when the words describe a person


def phenotype_prior(described: Mapping[str, float] | None = None) -> ShapePrior:
    """Anny's prior about anybody, or about a person as described (phenotype values as of body/shaping.py)."""
    known = described or {}
    mean = torch.tensor([float(known.get(name, _ANYBODY[name][0])) for name in PHENOTYPES])
    spread = torch.tensor([_ANYBODY[name][1] * (_KNOWN if name in known else 1.0) for name in PHENOTYPES])
    return ShapePrior(mean, spread, torch.tensor([0.5 if name == "height" else 1.0 for name in PHENOTYPES]))


def beta_prior(count: int) -> ShapePrior:
    """SMPL-X's: standard normal, the first beta is the size."""
    return ShapePrior(torch.zeros(count), torch.ones(count), torch.tensor([0.5] + [1.0] * (count - 1)))
