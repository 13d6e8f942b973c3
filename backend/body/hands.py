"""Hand shapes: how far each finger curls, for the body models whose fingers are three bones each."""

from __future__ import annotations

import torch
from torch import Tensor

from .model import Skeleton
from .rotations import exp, unit

# Flexion in degrees of the three joints, base to tip; a finger's curl is this times its share.
SHAPES: dict[str, tuple[float, float, float]] = {
    "flat": (2, 3, 2),
    "relaxed": (16, 22, 14),
    "cupped": (30, 35, 20),
    "grip": (58, 72, 40),
    "fist": (75, 95, 60),
    "point": (70, 88, 55),
}
_SHARE = {1: 0.35, 2: 0.85, 3: 1.0, 4: 1.08, 5: 1.12}  # thumb … little finger


def finger_rotations(skeleton: Skeleton, heads: Tensor, side: str, shape: str) -> dict[int, Tensor]:
    """Local rotations (3, 3) by bone index for one hand; `heads` (B, 3) at rest."""
    wrist, index, little = (heads[skeleton.index(n + side)] for n in ("wrist", "finger2-1", "finger5-1"))
    across = unit(little - index)
    found: dict[int, Tensor] = {}
    for finger, share in _SHARE.items():
        joints = [skeleton.index(f"finger{finger}-{k}{side}") for k in (1, 2, 3)]
        straight = shape == "point" and finger == 2
        # Curling turns a finger towards the palm, about the axis across the hand; the thumb closes towards the fingers.
        along = unit(heads[joints[2]] - heads[joints[0]])
        axis = across if finger > 1 else unit(torch.linalg.cross(along, little - heads[joints[0]]))
        if finger > 1:
            sign = 1.0 if side == ".L" else -1.0
            palm = unit(torch.linalg.cross(index - wrist, little - wrist)) * -sign
            axis = unit(torch.linalg.cross(along, palm))
        for joint, degrees in zip(joints, SHAPES[shape], strict=True):
            angle = 0.0 if straight else torch.pi / 180 * degrees * share
            found[joint] = exp(axis * angle)
    return found
