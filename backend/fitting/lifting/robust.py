"""Robust errors between seen and projected keypoints, in parts of the picture, with left and right possibly swapped."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from backend.vision.keypoints import MIRRORED, NAMES

_UPPER = ("nose", "eye", "ear", "shoulder", "elbow", "wrist")
# The halves of a body whose sides a detector swaps independently: crossed legs fool it where arms do not.
_IS_UPPER = [float(name.endswith(_UPPER)) for name in NAMES]
HALVES = torch.tensor([_IS_UPPER, [1 - upper for upper in _IS_UPPER]])


def geman_mcclure(squares: Tensor, rho: float) -> Tensor:
    """ρ(r) = ρ₀² r² / (r² + ρ₀²) of squared residuals."""
    return squares * (rho * rho) / (squares + rho * rho)


@dataclass(frozen=True)
class Seen:
    """Keypoints in parts of the picture, as labelled and with the sides exchanged."""

    plain: Tensor  # (N, V, J, 2)
    swapped: Tensor
    plain_trust: Tensor  # (N, V, J) confidences
    swapped_trust: Tensor

    @staticmethod
    def of(normalised: Tensor, confidences: Tensor) -> Seen:
        order = list(MIRRORED)
        return Seen(normalised, normalised[:, :, order].contiguous(), confidences,
                    confidences[:, :, order].contiguous())  # fmt: skip

    def taken(self, rows: Tensor) -> Seen:
        return Seen(*(value[rows] for value in vars(self).values()))


@dataclass(frozen=True)
class ViewErrors:
    total: Tensor  # (N, V) Σ_j c ρ, of the better assignment of sides
    trust: Tensor  # (N, V) Σ_j c / J: how much of a body each view shows
    swapped: Tensor  # (N, V, 2) share 0…1 of belief that upper and lower half have their sides exchanged


def view_errors(seen: Seen, projected: Tensor, rho: float, flip_cost: float, softness: float) -> ViewErrors:
    """Robust error of each view. Each half of the body takes the assignment that fits, the labelled one if in doubt.

    The choice is soft (shares ∝ exp(−error / softness)) and held fixed in differentiation, as in expectation
    maximisation: a view in which left and right nearly coincide pulls at neither.
    """
    plain = geman_mcclure((projected - seen.plain).square(), rho).sum(-1) * seen.plain_trust
    swapped = geman_mcclure((projected - seen.swapped).square(), rho).sum(-1) * seen.swapped_trust
    halves = HALVES.T
    straight, exchanged = plain @ halves, swapped @ halves  # (N, V, 2)
    with torch.no_grad():
        share = torch.sigmoid((straight - exchanged - flip_cost) / softness)
    total = torch.lerp(straight, exchanged + flip_cost, share).sum(-1)
    return ViewErrors(total, seen.plain_trust.mean(-1), share)


def crossed(swapped: Tensor) -> Tensor:
    """(…, V, 2) shares of the halves → (…, V, J) bool: whose sides are exchanged."""
    return ((swapped > 0.5).to(HALVES.dtype) @ HALVES) > 0.5


def distances(seen: Seen, projected: Tensor, swapped: Tensor) -> tuple[Tensor, Tensor]:
    """Distances (N, V, J) in parts of the picture under the likelier assignment of sides, and confidences (N, V, J)."""
    cross = crossed(swapped)
    plain, other = ((projected - value).norm(dim=-1) for value in (seen.plain, seen.swapped))
    return torch.where(cross, other, plain), torch.where(cross, seen.swapped_trust, seen.plain_trust)
