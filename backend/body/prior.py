"""How plausible a body's pose is, apart from where it is and which way up: learned from recorded motion.

Poses are joint rotations (N, 16, 3, 3), see pose_joints.py; `JointReader` makes them from local bone rotations, of the
whole skeleton or of the bones that a fitting rig moves. Energies are nats above the typical recorded pose. What the
prior was trained on, how, and what it is worth stands in weights/pose_prior.md.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from .pose_joints import JointReader
from .prior_net import JOINTS, SIZE, Density, Restorer, Space

WEIGHTS = Path(__file__).parent / "weights" / "pose_prior.safetensors"
_QUANTILES = 201


class PosePrior:
    """`PosePrior.load()` is the shipped one."""

    def __init__(self, space: Space, density: Density, restorer: Restorer, quantiles: Tensor) -> None:
        """`quantiles` (201,) ascending: energies of held-out recorded poses, of which 0 is the median."""
        self.space, self.density, self.restorer, self.quantiles = space, density, restorer, quantiles
        for module in (space, density, restorer):
            module.requires_grad_(False)
        self._typical = torch.zeros(())

    @staticmethod
    @functools.cache
    def load(path: Path = WEIGHTS) -> PosePrior:
        with safe_open(str(path), "pt") as file:
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118  (not a dict)
            sizes = json.loads(file.metadata()["sizes"])
        parts = {"space": Space(), "density": Density(sizes["components"]),
                 "restorer": Restorer(sizes["width"], sizes["blocks"])}  # fmt: skip
        for name, module in parts.items():
            prefix = name + "."
            module.load_state_dict({k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)})
        prior = PosePrior(*parts.values(), tensors["quantiles"])
        prior._typical = tensors["typical"]
        return prior

    @staticmethod
    def calibrated(space: Space, density: Density, restorer: Restorer, held_out: Tensor) -> PosePrior:
        """With energies measured against recorded poses (N, 16, 3, 3) that were not learned from."""
        prior = PosePrior(space, density, restorer, torch.zeros(_QUANTILES))
        with torch.no_grad():
            energies = -density.log_density(space.vectors(held_out))
        prior._typical = energies.median()
        prior.quantiles = torch.quantile(energies - prior._typical, torch.linspace(0, 1, _QUANTILES))
        return prior

    def save(self, path: Path, metadata: dict[str, str]) -> None:
        tensors = {"quantiles": self.quantiles, "typical": self._typical}
        for name in ("space", "density", "restorer"):
            tensors |= {f"{name}.{key}": value for key, value in getattr(self, name).state_dict().items()}
        width = self.restorer.first.out_features
        sizes = {"components": len(self.density.heights), "width": width, "blocks": len(self.restorer.blocks)}
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = {key: value.contiguous().clone() for key, value in tensors.items()}
        save_file(kept, str(path), {"sizes": json.dumps(sizes), **metadata})

    @staticmethod
    def reader(bone_names: Sequence[str]) -> JointReader:
        """What turns local rotations (N, B, 3, 3) of bones so named into joint rotations."""
        return JointReader(bone_names)

    def raw_energy(self, joints: Tensor) -> Tensor:
        """(N,) nats relative to the median recorded pose: negative for more usual ones. Differentiable."""
        return -self.density.log_density(self.space.vectors(joints)) - self._typical

    def energy(self, joints: Tensor) -> Tensor:
        """(N,) nats by which poses (N, 16, 3, 3) are less likely than the typical recorded pose, at least 0."""
        return self.raw_energy(joints).clamp_min(0)

    def percentile(self, joints: Tensor) -> Tensor:
        """(N,) the share in per cent of recorded poses that are no more plausible: 50 typical, 0 unheard of."""
        with torch.no_grad():
            energies = self.raw_energy(joints)
        above = len(self.quantiles) - torch.searchsorted(self.quantiles, energies.contiguous())
        return 100 * above / len(self.quantiles)

    def sample(self, count: int, generator: torch.Generator, temperature: float = 0.85) -> Tensor:
        """Poses (count, 16, 3, 3). A temperature below 1 keeps to what is usual."""
        return self.space.joints(self.density.sample(count, generator, temperature))

    def restore(self, joints: Tensor, known: Tensor, noise: float | Tensor = 0.0) -> Tensor:
        """Poses (N, 16, 3, 3) with the joints that are not `known` (N, 16) bool filled in.

        `noise`, radians per axis (a number or (N,)), is how far what is known may be off; if any, all is revised.
        """
        with torch.no_grad():
            known = known.to(torch.float32)
            level = torch.as_tensor(noise, dtype=torch.float32).expand(len(joints))
            entries = known.repeat_interleave(3, -1)
            seen = (self.space.vectors(joints) - self.space.mean) * entries
            deviation = self.space.covariance.diagonal().sqrt()
            gains = self.space.completion(entries.bool(), level)
            guess = (gains @ seen[..., None])[..., 0]
            found = guess + deviation * self.restorer(guess / deviation, seen / deviation, known, level)
            restored = self.space.joints(self.space.mean + found)
            certain = (known > 0) & (level == 0)[:, None]
            return torch.where(certain[..., None, None], joints, restored)


__all__ = ["JOINTS", "SIZE", "JointReader", "PosePrior"]
