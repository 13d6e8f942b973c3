"""What the scene says about a lifted body: not inside things, not away from everything, not above where it should be.

GenZI's terms with our sign (signed distance positive outside) on a thinned skin.
"""

from __future__ import annotations

import torch
from torch import Tensor

from backend.fitting.problem import Distance


def penetration_and_air(points: Tensor, signed_distance: Distance, threshold: float) -> tuple[Tensor, Tensor]:
    """Two (N,) costs of skin (N, P, 3) in metres: mean depth below `threshold` of what is below it; else the gap."""
    distance = signed_distance(points)
    inside = distance < threshold
    count = inside.sum(1)
    depth = ((threshold - distance) * inside).sum(1) / count.clamp_min(1)
    gap = (distance.amin(1) - threshold) * (count == 0)
    return depth, gap


def floating(root: Tensor, target_height: float) -> Tensor:
    """(N,) of root positions (N, 3): near 1 well above the target, near 0 well below."""
    return torch.sigmoid(10 * (root[:, 2] - target_height))
