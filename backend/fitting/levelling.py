"""How a photo's camera was tilted, from how the person in it must be held up: by feet, by a seat or by the ground.

A body lifted from one photo stands in the camera's frame, as if the camera had looked horizontally. Looking down upon
somebody who stands then shows somebody who leans towards the camera. Of all tilts the one is chosen at which the mass
is above what carries it, soles are level and the trunk is about upright, or else head, trunk and legs lie level. Costs
are squared deviations in units of what is usual.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from backend.vision.keypoints import NAMES

TILTS = torch.linspace(math.radians(-25), math.radians(60), 86)  # radians that the camera looks down
USUAL, SPREAD = math.radians(8), math.radians(24)  # photographers look down a little
LEAN = math.radians(12)  # of the trunk from upright
LEVEL = math.radians(18)  # of a sole
LYING = math.radians(12)  # of a lying trunk or leg
UNUSUAL = 3.0  # what it costs to take somebody as lying
OFF_BALANCE = 0.08  # metres
SEATED = 0.75  # of the legs' length: hips that are lower above the feet are carried, too
_HIPS = [NAMES.index("left_hip"), NAMES.index("right_hip")]
_SHOULDERS = [NAMES.index("left_shoulder"), NAMES.index("right_shoulder")]
_KNEES = [NAMES.index("left_knee"), NAMES.index("right_knee")]
_ANKLES = [NAMES.index("left_ankle"), NAMES.index("right_ankle")]
_HEELS = [NAMES.index("left_heel"), NAMES.index("right_heel")]
_TOES = [NAMES.index("left_big_toe"), NAMES.index("right_big_toe")]


def tilt_of(keypoints: Tensor) -> float:
    """Radians that the camera looked down. `keypoints` (23, 3): metres; Z up and Y away from a level camera."""
    turned = torch.einsum("tij,kj->tki", about_x(-TILTS), keypoints)
    cost = ((TILTS - USUAL) / SPREAD).square() + torch.minimum(_upright(turned), _lying(turned) + UNUSUAL)
    return float(TILTS[cost.argmin()])


def about_x(angles: Tensor) -> Tensor:
    """(…, 3, 3): from Y to Z."""
    c, s, one, zero = angles.cos(), angles.sin(), torch.ones_like(angles), torch.zeros_like(angles)
    rows = (one, zero, zero, zero, c, -s, zero, s, c)
    return torch.stack(rows, -1).reshape(*angles.shape, 3, 3)


def _upright(points: Tensor) -> Tensor:
    """(T,) for points (T, 23, 3)."""
    hips, shoulders = points[:, _HIPS].mean(1), points[:, _SHOULDERS].mean(1)
    lean = _from_level(shoulders - hips) - math.pi / 2
    feet = points[:, _HEELS + _TOES]
    soles = _from_level(points[:, _TOES] - points[:, _HEELS]) / LEVEL
    legs = _length(points, _HIPS, _KNEES) + _length(points, _KNEES, _ANKLES)
    low, high = feet[..., 1].amin(1), feet[..., 1].amax(1)
    # Knees may carry, too, and whoever sits has the hips carried.
    carried = hips[:, 2] - feet[..., 2].mean(1) < SEATED * legs
    near, far = torch.minimum(low, hips[:, 1] - 0.1), torch.maximum(high, hips[:, 1] + 0.1)
    low, high = torch.where(carried, near, low), torch.where(carried, far, high)
    mass = _mass(points)[:, 1]
    off = (low - mass).clamp_min(0) + (mass - high).clamp_min(0)
    # A raised heel or a kneeling foot says little: the better foot counts.
    return (lean / LEAN).square() + (off / OFF_BALANCE).square() + soles.square().amin(1).clamp(max=4)


def _lying(points: Tensor) -> Tensor:
    hips, shoulders = points[:, _HIPS].mean(1), points[:, _SHOULDERS].mean(1)
    legs = points[:, _ANKLES].mean(1) - hips
    return (_from_level(shoulders - hips) / LYING).square() + 0.5 * (_from_level(legs) / LYING).square()


def _from_level(direction: Tensor) -> Tensor:
    """Radians above the horizontal."""
    return torch.atan2(direction[..., 2], direction[..., :2].norm(dim=-1))


def _length(points: Tensor, first: list[int], second: list[int]) -> Tensor:
    return (points[:, first] - points[:, second]).norm(dim=-1).mean(1)


def _mass(points: Tensor) -> Tensor:
    """(T, 3) about where the mass centre is: trunk and head 60 %, thighs 25 %, the rest below the knees."""
    hips, shoulders = points[:, _HIPS].mean(1), points[:, _SHOULDERS].mean(1)
    knees, ankles = points[:, _KNEES].mean(1), points[:, _ANKLES].mean(1)
    return 0.6 * (0.45 * hips + 0.55 * shoulders) + 0.25 * (hips + knees) / 2 + 0.15 * (knees + ankles) / 2
