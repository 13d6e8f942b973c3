"""What the networks must beat: a Gaussian, PCA of the autoencoder's latent size, and a mixture of Gaussians."""

from __future__ import annotations

import copy
import math

import torch
from torch import Tensor

from backend.body.prior_net import SIZE, Space

from .networks import BLUR, LATENT

_LOG_TWO_PI = math.log(2 * math.pi)


def gaussian_log_density(space: Space, vectors: Tensor) -> Tensor:
    """(N,) nats of vectors (N, 48)."""
    return -0.5 * space.whiten(vectors).square().sum(-1) - 0.5 * SIZE * _LOG_TWO_PI + space.log_volume


def principal(space: Space, latent: int = LATENT) -> Space:
    """The same space with the covariance of probabilistic PCA: `latent` directions and equal noise in all others."""
    values, axes = torch.linalg.eigh(space.covariance.double())
    noise = values[:-latent].mean()
    spread = axes[:, -latent:] * (values[-latent:] - noise).sqrt()
    reduced = copy.deepcopy(space)
    reduced.covariance = (spread @ spread.mT + noise * torch.eye(SIZE, dtype=torch.float64)).float()
    values, axes = torch.linalg.eigh(reduced.covariance.double())
    reduced.whitener = (axes / values.sqrt() @ axes.mT).float()
    reduced.colorer = (axes * values.sqrt() @ axes.mT).float()
    return reduced


class Mixture:
    """Gaussians with full covariances that lean on the common one; expectation–maximisation on weighted vectors.

    One component more, the widest, is the common Gaussian itself, widened: it decides far from everything learned.
    """

    def __init__(
        self, space: Space, vectors: Tensor, weights: Tensor, count: int, lean: float, *, tail: float = 0.02,
        widened: float = 3.0, rounds: int = 20, seed: int = 0,
    ) -> None:  # fmt: skip
        generator = torch.Generator().manual_seed(seed)
        points, masses = vectors.double(), weights.double()
        common, mean = space.covariance.double(), space.mean.double()
        self.means = torch.cat((points[torch.multinomial(weights, count, generator=generator)], mean[None]))
        self.covariances = torch.cat(((common / 4).repeat(count, 1, 1), widened * common[None]))
        self.shares = torch.full((count + 1,), (1 - tail) / count, dtype=torch.float64)
        self.shares[-1] = tail
        shape = common / common.diagonal().mean()
        floor = BLUR**2 * torch.eye(SIZE, dtype=torch.float64)
        for _ in range(rounds):
            belongs = torch.softmax(self._joint(points), 1)[:, :count] * masses[:, None]  # (N, K)
            mass = belongs.sum(0) + 1e-12
            for k in range(count):
                near = belongs[:, k] > 1e-9
                share, mine = belongs[near, k, None], points[near]
                self.means[k] = (share * mine).sum(0) / mass[k]
                spread = mine - self.means[k]
                inner = (share * spread).mT @ spread / mass[k]
                # Small clusters take their shape from the common covariance, scaled down to their own size.
                trust = mass[k] / (mass[k] + lean / len(points))
                self.covariances[k] = trust * inner + (1 - trust) * inner.diagonal().mean() * shape + floor
            self.shares[:count] = (1 - tail) * mass / mass.sum()

    def _joint(self, points: Tensor) -> Tensor:
        """(N, K) log of share times density."""
        whiteners, offsets, heights = self.factors()
        return torch.cat([
            heights - 0.5 * ((part @ whiteners.flatten(0, 1).mT).unflatten(-1, (-1, SIZE)) - offsets).square().sum(-1)
            for part in points.split(1000)
        ])  # fmt: skip

    def factors(self) -> tuple[Tensor, Tensor, Tensor]:
        """Whiteners (K, 48, 48), whitened means (K, 48), log heights (K,): what evaluating the density takes."""
        factor = torch.linalg.cholesky(self.covariances)
        identity = torch.eye(SIZE, dtype=torch.float64).expand_as(factor)
        whiteners = torch.linalg.solve_triangular(factor, identity, upper=False)
        offsets = (whiteners @ self.means[..., None])[..., 0]
        volume = factor.diagonal(dim1=-2, dim2=-1).log().sum(-1)
        return whiteners, offsets, self.shares.log() - volume - 0.5 * SIZE * _LOG_TWO_PI

    def log_density(self, vectors: Tensor) -> Tensor:
        return torch.logsumexp(self._joint(vectors.double()), 1).float()

    def complete(self, vectors: Tensor, known: Tensor, noise: float = 0.0) -> Tensor:
        """Conditional means (N, 48) given entries `known` (N, 48) bool that carry `noise` radians."""
        found = []
        for vector, seen in zip(vectors.double(), known, strict=True):
            inner = self.covariances[:, seen][:, :, seen]
            inner = inner + max(noise**2 - BLUR**2, -0.8 * BLUR**2) * torch.eye(int(seen.sum()), dtype=torch.float64)
            gap = vector[seen] - self.means[:, seen]
            factor = torch.linalg.cholesky(inner)
            solved = torch.cholesky_solve(gap[..., None], factor)[..., 0]
            volume = factor.diagonal(dim1=-2, dim2=-1).log().sum(-1)
            score = -0.5 * (gap * solved).sum(-1) - volume + self.shares.log()
            guess = self.means + (self.covariances[:, :, seen] @ solved[..., None])[..., 0]
            found.append(torch.softmax(score, 0) @ guess)
        return torch.stack(found).float()

