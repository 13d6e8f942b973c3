"""Training of the learned candidates: the flow, the restorer, and a variational autoencoder to compare with."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from backend.body.prior_net import SIZE, Restorer, Space
from backend.training.loop import Plan, train

from . import masks
from .flow import Flow

BLUR = 0.05  # radians: the density is that of poses known to about 3°; without it, recorded poses fill a thin sheet
LATENT = 16  # of the autoencoder, and of the PCA it is compared with
# Each takes two to five minutes on one core.
FLOW = Plan(4000, 1e-3, 5e-2)
RESTORER = Plan(10000, 1e-3, 3e-2)
AUTOENCODER = Plan(5000, 1e-3, 1e-2)
_TABLE = 512  # masks and noises whose gains are computed at once
_REFRESH = 40  # steps that one table serves


@dataclass(frozen=True)
class Setting:
    """What every candidate learns from."""

    space: Space
    train: Tensor  # (N, 16, 3, 3)
    weights: Tensor  # (N,) sum 1
    validation: Tensor  # (M, 16, 3, 3)
    out: Path  # folder of checkpoints
    say: Callable[[str], None]
    seed: int = 0


def blurred(vectors: Tensor, generator: torch.Generator) -> Tensor:
    """Vectors (N, 48) with the blur of the density."""
    return vectors + BLUR * torch.randn(vectors.shape, generator=generator)


def flow(setting: Setting, plan: Plan = FLOW) -> Flow:
    """Maximum likelihood of blurred poses."""
    torch.manual_seed(setting.seed)
    net = Flow()
    vectors = setting.space.vectors(setting.train)
    held = setting.space.whiten(blurred(setting.space.vectors(setting.validation), _fixed()))

    def loss(generator: torch.Generator) -> Tensor:
        chosen = torch.multinomial(setting.weights, 256, replacement=True, generator=generator)
        return -net.log_density(setting.space.whiten(blurred(vectors[chosen], generator))).mean()

    def validate(candidate: nn.Module) -> float:
        return -float(candidate.log_density(held).mean() + setting.space.log_volume)

    train(net, loss, validate, plan, name="flow", checkpoint=setting.out / "flow.safetensors", seed=setting.seed + 1,
          learned=setting.train, say=setting.say)  # fmt: skip
    return net.eval()


class Completer(nn.Module):
    """Space and restorer together: poses (N, 16, 3, 3) with hidden joints in, whole poses out."""

    def __init__(self, space: Space, net: Restorer | None) -> None:
        super().__init__()
        self.space, self.net = space, net

    def forward(self, vectors: Tensor, known: Tensor, noise: Tensor, gains: Tensor) -> Tensor:
        """Vectors (N, 48) as seen, `known` (N, 16) float, `noise` (N,) radians, `gains` (N, 48, 48) → (N, 48)."""
        deviation = self.space.covariance.diagonal().sqrt()
        seen = (vectors - self.space.mean) * masks.entries(known)
        guess = (gains @ seen[..., None])[..., 0]
        if self.net is None:
            return self.space.mean + guess
        step = self.net(guess / deviation, seen / deviation, known, noise)
        return self.space.mean + guess + step * deviation


def restorer(setting: Setting, plan: Plan = RESTORER) -> Restorer:
    """Least angle between restored and true joints, hidden ones and noisy ones."""
    torch.manual_seed(setting.seed)
    net = Restorer()
    completer = Completer(setting.space, net)
    vectors = setting.space.vectors(setting.train)
    table: dict[str, Tensor] = {}
    calls = 0

    def loss(generator: torch.Generator) -> Tensor:
        nonlocal calls
        if calls % _REFRESH == 0:
            known = (~masks.varied(_TABLE, generator)).float()
            noise = torch.rand(_TABLE, generator=generator) * NOISE_SPAN + masks.NOISE[0]
            noise = torch.where(torch.rand(_TABLE, generator=generator) < 0.5, torch.zeros(()), noise)
            gains = setting.space.completion(masks.entries(known).bool(), noise)
            table.update(known=known, noise=noise, gains=gains)
        calls += 1
        chosen = torch.multinomial(setting.weights, 256, replacement=True, generator=generator)
        row = torch.randint(_TABLE, (256,), generator=generator)
        known, noise = table["known"][row], table["noise"][row]
        true = vectors[chosen]
        # A little jitter of the truth itself keeps the network from learning frames by heart.
        true = true + 0.03 * torch.randn(true.shape, generator=generator)
        seen = true + noise[:, None] * torch.randn(true.shape, generator=generator)
        found = completer(seen, known, noise, table["gains"][row])
        gap = chord(setting.space, found, true)
        # What is hidden matters most; what is seen well needs no change.
        weight = (1 - known) + known * (noise > 0)[:, None]
        return (gap * weight).sum() / weight.sum().clamp_min(1)

    held = setting.space.vectors(setting.validation)
    generator = _fixed()
    known = (~masks.hidden(len(held), masks.SHARE, generator)).float()
    gains = setting.space.completion(masks.entries(known).bool(), torch.zeros(len(held)))

    def validate(_: nn.Module) -> float:
        found = completer(held, known, torch.zeros(len(held)), gains)
        gap = chord(setting.space, found, held)
        return math.degrees(float((gap * (1 - known)).sum() / (1 - known).sum()))

    train(net, loss, validate, plan, name="restorer", checkpoint=setting.out / "restorer.safetensors",
          seed=setting.seed + 2, learned=setting.train, say=setting.say)  # fmt: skip
    return net.eval()


NOISE_SPAN = masks.NOISE[1] - masks.NOISE[0]


def chord(space: Space, found: Tensor, true: Tensor) -> Tensor:
    """(N, 16) distance of rotations given as vectors (N, 48): 2 sin(angle/2), radians for small ones."""
    gap = (space.joints(found) - space.joints(true)).square().sum((-1, -2))
    return (gap / 2 + 1e-6).sqrt()


class Autoencoder(nn.Module):
    """A variational autoencoder over poses in units of their deviations, unit Gaussian prior, one learned noise.

    Not whitened: of numbers that are all alike, few latents explain little, and the posterior collapses.
    """

    def __init__(self, space: Space, latent: int = LATENT, width: int = 256) -> None:
        super().__init__()
        self.latent = latent
        self.register_buffer("middle", space.mean.clone())
        self.register_buffer("deviation", space.covariance.diagonal().sqrt())
        self.encoder = nn.Sequential(nn.Linear(SIZE, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU(),
                                     nn.Linear(width, 2 * latent))  # fmt: skip
        self.decoder = nn.Sequential(nn.Linear(latent, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU(),
                                     nn.Linear(width, SIZE))  # fmt: skip
        self.log_noise = nn.Parameter(torch.zeros(SIZE))

    def encode(self, vectors: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance (N, L) of the latents of vectors (N, 48)."""
        mean, scale = self.encoder((vectors - self.middle) / self.deviation).chunk(2, -1)
        return mean, scale.clamp(-8, 4)

    def decode(self, z: Tensor) -> Tensor:
        return self.middle + self.deviation * self.decoder(z)

    def log_likelihood(self, vectors: Tensor, z: Tensor) -> Tensor:
        noise = self.log_noise.clamp(-5, 2)
        gap = (vectors - self.decode(z)) / (self.deviation * noise.exp())
        return -(0.5 * gap.square() + noise + self.deviation.log() + 0.5 * math.log(2 * math.pi)).sum(-1)

    def bound(self, vectors: Tensor, draws: int, generator: torch.Generator) -> Tensor:
        """(N,) importance-weighted lower bound of the log density of vectors (N, 48), nats."""
        mean, scale = self.encode(vectors)
        found = []
        for _ in range(draws):
            noise = torch.randn(mean.shape, generator=generator)
            z = mean + (0.5 * scale).exp() * noise
            prior = -0.5 * z.square().sum(-1)
            posterior = -0.5 * (noise.square() + scale).sum(-1)
            found.append(self.log_likelihood(vectors, z) + prior - posterior)
        return torch.logsumexp(torch.stack(found), 0) - math.log(draws)


def autoencoder(setting: Setting, plan: Plan = AUTOENCODER) -> Autoencoder:
    """The evidence lower bound of blurred poses."""
    torch.manual_seed(setting.seed)
    net = Autoencoder(setting.space)
    vectors = setting.space.vectors(setting.train)
    held = blurred(setting.space.vectors(setting.validation), _fixed())

    def loss(generator: torch.Generator) -> Tensor:
        chosen = torch.multinomial(setting.weights, 256, replacement=True, generator=generator)
        return -net.bound(blurred(vectors[chosen], generator), 1, generator).mean()

    def validate(candidate: nn.Module) -> float:
        return -float(candidate.bound(held, 8, _fixed()).mean())

    train(net, loss, validate, plan, name="autoencoder", checkpoint=setting.out / "autoencoder.safetensors",
          seed=setting.seed + 3, learned=setting.train, say=setting.say)  # fmt: skip
    return net.eval()


def _fixed() -> torch.Generator:
    """The same draws for every measurement."""
    return torch.Generator().manual_seed(123)


