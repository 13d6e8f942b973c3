"""What the scene says about a lifted body: not inside things, not away from everything, not above where it should be.

GenZI's terms with our sign (signed distance positive outside) on a thinned skin, and rounded where they meet zero: a
mean over what is inside pulls as hard at the last millimetre as at a metre, and with two such terms facing each other
a body trembles between them and leaves what the views show. What is thinned does not see contact to the centimetre
either: air counts from `REACH` on. The contact fit, which follows, does the rest.
"""

from __future__ import annotations

import torch
from torch import Tensor

from backend.fitting.problem import Distance

ROUND = 0.04  # metres from which on a cost is linear; quadratic below
REACH = 0.02  # metres of air that a thinned skin may have where the whole one touches


def penetration_and_air(points: Tensor, signed_distance: Distance, threshold: float) -> tuple[Tensor, Tensor]:
    """Two (N,) costs of skin (N, P, 3) in metres: mean depth below `threshold` of what is below it; else the gap."""
    distance = signed_distance(points)
    inside = distance < threshold
    count = inside.sum(1)
    depth = (rounded((threshold - distance).clamp_min(0))).sum(1) / count.clamp_min(1)
    gap = rounded((distance.amin(1) - threshold - REACH).clamp_min(0))
    return depth, gap


def rounded(metres: Tensor) -> Tensor:
    """m²/2δ up to δ, then m − δ/2: Huber's."""
    return torch.where(metres < ROUND, metres.square() / (2 * ROUND), metres - ROUND / 2)


def floating(root: Tensor, target_height: float) -> Tensor:
    """(N,) of root positions (N, 3): near 1 well above the target, near 0 well below."""
    return torch.sigmoid(10 * (root[:, 2] - target_height))
