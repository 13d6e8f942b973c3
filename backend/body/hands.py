"""Hand shapes: how far each finger curls and how close the fingers lie, for hands whose fingers are three bones each.

At rest the fingers of body models are splayed like a rake, which hands seldom are; every shape says how much of that is
left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from .model import Skeleton
from .rotations import align, exp, fraction, unit


@dataclass(frozen=True)
class HandShape:
    curl: tuple[float, float, float]  # degrees of flexion at the three joints, base to tip; times the finger's share
    together: float = 0.7  # 0: splayed as at rest, 1: fingers parallel
    thumb: float = 12.0  # degrees by which the thumb closes towards the index finger, in the palm's plane


SHAPES: dict[str, HandShape] = {
    "flat": HandShape((2, 3, 2), 0.55, 8),
    "relaxed": HandShape((16, 22, 14), 0.8, 18),
    "open": HandShape((7, 10, 6), 0.65, 13),
    "loose": HandShape((26, 36, 22), 0.85, 4),
    "half closed": HandShape((36, 48, 28), 0.88, -14),
    "cupped": HandShape((30, 35, 20), 0.8, 5),
    "grip": HandShape((46, 58, 30), 0.9, -20),
    "fist": HandShape((58, 72, 38), 0.95, 4),
    "point": HandShape((56, 70, 36), 0.8, 4),
}
_SHARE = {1: 0.35, 2: 0.85, 3: 1.0, 4: 1.08, 5: 1.04}  # thumb … little finger


def finger_rotations(skeleton: Skeleton, heads: Tensor, side: str, shape: str | HandShape) -> dict[int, Tensor]:
    """Local rotations (3, 3) by bone index for one hand; `heads` (B, 3) at rest."""
    wrist, index, little = (heads[skeleton.index(n + side)] for n in ("wrist", "finger2-1", "finger5-1"))
    palm = unit(torch.linalg.cross(index - wrist, little - wrist)) * (-1.0 if side == ".L" else 1.0)
    wanted = SHAPES[shape] if isinstance(shape, str) else shape
    joints = {f: [skeleton.index(f"finger{f}-{k}{side}") for k in (1, 2, 3)] for f in _SHARE}
    along = {f: unit(heads[j[2]] - heads[j[0]]) for f, j in joints.items()}
    found: dict[int, Tensor] = {}
    for finger, share in _SHARE.items():
        straight = shape == "point" and finger == 2
        if finger == 1:
            # The thumb curls towards the little finger and closes towards the index.
            axis = unit(torch.linalg.cross(along[1], little - heads[joints[1][0]]))
            across = unit(torch.linalg.cross(along[1], along[2]))
            closing = exp(across * math.radians(wanted.thumb))
        else:
            # Curling turns a finger towards the palm, about the axis across it; closing happens in the palm's plane.
            axis = unit(torch.linalg.cross(along[finger], palm))
            closing = fraction(align(_within(along[finger], palm), _within(along[3], palm)), wanted.together)
        for joint, degrees in zip(joints[finger], wanted.curl, strict=True):
            found[joint] = exp(axis * (0.0 if straight else math.radians(degrees * share)))
        found[joints[finger][0]] = closing @ found[joints[finger][0]]
    return found


def _within(direction: Tensor, normal: Tensor) -> Tensor:
    return unit(direction - (direction @ normal) * normal)
