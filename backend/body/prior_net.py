"""What the pose prior is made of: a space of 48 numbers, Gaussians over it, a network that completes poses.

`Space` is a chart of the poses: v_j = log(C_jᵀ R_j) with C_j the middle of what joint j does, far from the half turn
where rotation vectors jump.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .pose_joints import POSE_JOINTS, smooth_log
from .rotations import exp

JOINTS = len(POSE_JOINTS)
SIZE = 3 * JOINTS


class Space(nn.Module):
    """Poses (N, 16, 3, 3) ↔ vectors (N, 48), with their mean and covariance."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("centers", torch.eye(3).repeat(JOINTS, 1, 1))
        self.register_buffer("mean", torch.zeros(SIZE))
        self.register_buffer("covariance", torch.eye(SIZE))
        self.register_buffer("whitener", torch.eye(SIZE))  # W: whitened = (v − mean) Wᵀ
        self.register_buffer("colorer", torch.eye(SIZE))  # its inverse

    def learn(self, joints: Tensor, weights: Tensor, shrinkage: float) -> None:
        """From poses (N, 16, 3, 3) with weights (N,); `shrinkage` rad² is added to every variance."""
        self.centers = middles(joints, weights)
        vectors = self.vectors(joints)
        self.mean = weights @ vectors
        spread = vectors - self.mean
        self.covariance = (spread * weights[:, None]).mT @ spread + shrinkage * torch.eye(SIZE)
        values, axes = torch.linalg.eigh(self.covariance.double())
        # Symmetric whitening: unlike the principal axes it does not flip or swap when the data change a little.
        self.whitener = (axes / values.sqrt() @ axes.mT).float()
        self.colorer = (axes * values.sqrt() @ axes.mT).float()

    def vectors(self, joints: Tensor) -> Tensor:
        return smooth_log(self.centers.mT @ joints).flatten(-2)

    def joints(self, vectors: Tensor) -> Tensor:
        return self.centers @ exp(vectors.unflatten(-1, (JOINTS, 3)))

    def whiten(self, vectors: Tensor) -> Tensor:
        return (vectors - self.mean) @ self.whitener.mT

    def color(self, whitened: Tensor) -> Tensor:
        return whitened @ self.colorer.mT + self.mean

    @property
    def log_volume(self) -> Tensor:
        """log |det| of whitening, nats."""
        return torch.linalg.slogdet(self.whitener.double())[1].float()

    def completion(self, known: Tensor, noise: Tensor) -> Tensor:
        """Gains (M, 48, 48) of the Gaussian's best guess from entries `known` (M, 48) bool with noise (M,) radians.

        Guess = mean + gain (v − mean): the conditional mean given what is known, a Wiener filter where that is noisy.
        """
        seen = known.double()
        variance = noise.double().clamp_min(0.003)[:, None].square() * seen + (1 - seen)
        covariance = self.covariance.double()
        inner = covariance * seen[:, :, None] * seen[:, None, :] + torch.diag_embed(variance)
        cross = covariance * seen[:, None, :]
        return torch.linalg.solve(inner, cross.mT).mT.float() * seen[:, None, :].float()


def middles(joints: Tensor, weights: Tensor, rounds: int = 30) -> Tensor:
    """(16, 3, 3) the rotation of each joint from which the far ones are least far: a mean weighted by distance²."""
    centers = torch.eye(3).repeat(JOINTS, 1, 1)
    for _ in range(rounds):
        vectors = smooth_log(centers.mT @ joints)
        pull = weights[:, None] * vectors.square().sum(-1)
        centers = centers @ exp(0.7 * (pull[..., None] * vectors).sum(0) / pull.sum(0).clamp_min(1e-12)[:, None])
    return centers


class Restorer(nn.Module):
    """Completes poses: the Gaussian's guess, corrected by a network that knows which joints were seen and how well."""

    def __init__(self, width: int = 256, blocks: int = 3) -> None:
        super().__init__()
        self.first = nn.Linear(2 * SIZE + JOINTS + 1, width)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))
            for _ in range(blocks)
        )  # fmt: skip
        self.last = nn.Linear(width, SIZE)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, guess: Tensor, seen: Tensor, known: Tensor, noise: Tensor) -> Tensor:
        """Corrections (N, 48) in units of each number's deviation to `guess` (N, 48).

        All in those units: `seen` (N, 48) as observed, zero where not; `known` (N, 16) 0 or 1; `noise` (N,) radians.
        """
        x = self.first(torch.cat((guess, seen, known, 4 * noise[:, None]), -1))
        for block in self.blocks:
            x = x + block(x)
        return self.last(nn.functional.silu(x))


class Density(nn.Module):
    """A mixture of Gaussians over pose vectors, ready for evaluation: one matrix product and a log-sum-exp."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.register_buffer("whiteners", torch.zeros(count, SIZE, SIZE))  # inverse Cholesky factors
        self.register_buffer("offsets", torch.zeros(count, SIZE))  # whitened means
        self.register_buffer("heights", torch.zeros(count))  # log of share times normaliser

    def log_density(self, vectors: Tensor) -> Tensor:
        """(N,) nats of vectors (N, 48), differentiable."""
        white = (vectors @ self.whiteners.flatten(0, 1).mT).unflatten(-1, (-1, SIZE)) - self.offsets
        return torch.logsumexp(self.heights - 0.5 * white.square().sum(-1), -1)

    def sample(self, count: int, generator: torch.Generator, temperature: float) -> Tensor:
        """(N, 48) vectors; deviations from a component's mean are scaled by `temperature`."""
        volume = self.whiteners.diagonal(dim1=-2, dim2=-1).log().sum(-1)
        shares = torch.softmax(self.heights - volume, 0)
        shares[-1] = 0  # the widest component only stands for what was never seen
        chosen = torch.multinomial(shares, count, replacement=True, generator=generator)
        noise = temperature * torch.randn(count, SIZE, generator=generator)
        target = (self.offsets[chosen] + noise)[..., None]
        return torch.linalg.solve_triangular(self.whiteners[chosen], target, upper=False)[..., 0]
