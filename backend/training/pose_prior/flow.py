"""A normalising flow over whitened poses: a candidate for the prior's density."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from backend.body.prior_net import SIZE


class Coupling(nn.Module):
    """Half of the numbers shift and scale the other half, as in RealNVP."""

    def __init__(self, mask: Tensor, width: int) -> None:
        super().__init__()
        self.register_buffer("kept", mask.nonzero()[:, 0])
        self.register_buffer("moved", (~mask).nonzero()[:, 0])
        self.net = nn.Sequential(
            nn.Linear(len(self.kept), width), nn.SiLU(), nn.Linear(width, width), nn.SiLU(),
            nn.Linear(width, 2 * len(self.moved)),
        )  # fmt: skip
        nn.init.zeros_(self.net[-1].weight)
        nn.init.zeros_(self.net[-1].bias)


class Flow(nn.Module):
    """A normalising flow over whitened poses: a density with exact likelihood, and samples."""

    def __init__(self, layers: int = 6, width: int = 96) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(7)  # which numbers move which is part of the architecture
        couplings, mixes = [], []
        for layer in range(layers):
            mask = torch.arange(SIZE) % 2 == layer % 2
            couplings.append(Coupling(mask, width))
            mixes.append(torch.linalg.qr(torch.randn(SIZE, SIZE, generator=generator))[0])
        self.couplings = nn.ModuleList(couplings)
        self.register_buffer("mixes", torch.stack(mixes))  # (L, 48, 48) orthogonal

    def log_density(self, x: Tensor) -> Tensor:
        """(N,) nats of whitened poses (N, 48)."""
        logdet = x.new_zeros(len(x))
        for coupling, mix in zip(self.couplings, self.mixes, strict=True):
            x = x @ mix
            kept, moved = x[:, 0::2], x[:, 1::2]
            shift, scale = coupling.net(kept).chunk(2, -1)
            scale = 1.5 * torch.tanh(scale / 1.5)
            x = torch.cat((kept, moved * scale.exp() + shift), -1)
            logdet = logdet + scale.sum(-1)
        return logdet - 0.5 * x.square().sum(-1) - 0.5 * SIZE * float(torch.log(torch.tensor(2 * torch.pi)))

    def decode(self, z: Tensor) -> Tensor:
        """Whitened poses (N, 48) from latent vectors (N, 48)."""
        half = SIZE // 2
        for coupling, mix in zip(reversed(self.couplings), reversed(self.mixes), strict=True):
            kept, moved = z[:, :half], z[:, half:]
            shift, scale = coupling.net(kept).chunk(2, -1)
            scale = 1.5 * torch.tanh(scale / 1.5)
            z = torch.stack((kept, (moved - shift) * (-scale).exp()), -1).flatten(-2) @ mix.mT
        return z
