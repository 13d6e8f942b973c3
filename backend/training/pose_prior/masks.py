"""What is hidden from a completion: some joints at random, or a whole limb."""

from __future__ import annotations

import torch
from torch import Tensor

from backend.body.pose_joints import POSE_JOINTS

SHARE = 0.3  # of the joints hidden in the comparison
NOISE = (0.0, 0.3)  # radians of noise on what is seen, while learning
_LIMBS = tuple(
    tuple(name.startswith(side) and name.partition("_")[2] in kinds for name in POSE_JOINTS)
    for side in ("left", "right")
    for kinds in (("clavicle", "shoulder", "elbow", "wrist"), ("hip", "knee", "ankle"))
)


def hidden(count: int, share: float, generator: torch.Generator) -> Tensor:
    """(N, 16) bool, exactly `share` of the joints (rounded) hidden in each row."""
    ranks = torch.rand(count, len(POSE_JOINTS), generator=generator).argsort(1)
    return ranks < round(share * len(POSE_JOINTS))


def varied(count: int, generator: torch.Generator) -> Tensor:
    """(N, 16) bool for learning: mostly the compared share, else fewer, more, or a limb."""
    rows = hidden(count, SHARE, generator)
    kind = torch.rand(count, generator=generator)
    share = 0.8 * torch.rand(count, 1, generator=generator)
    loose = torch.rand(count, len(POSE_JOINTS), generator=generator) < share
    rows = torch.where((kind < 0.35)[:, None], loose, rows)
    limbs = torch.tensor(_LIMBS)[torch.randint(len(_LIMBS), (count,), generator=generator)]
    return torch.where((kind > 0.9)[:, None], limbs, rows)


def entries(joints: Tensor) -> Tensor:
    """(N, 16) per joint → (N, 48) per number."""
    return joints.repeat_interleave(3, -1)
