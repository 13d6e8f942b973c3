"""How far joints turn: ranges of rotation vectors (radians, rest axes) per degree of freedom of the fitting rig.

Ranges follow usual clinical range-of-motion tables, widened where the anchor pose itself goes further: the anchor is
known to be human. Flexion of knee and elbow is about the hinge; sideways turns there are nearly nil.
"""

from __future__ import annotations

import torch
from torch import Tensor

from backend.body.model import BodyModel, ShapedBody
from backend.body.rotations import unit

from .rig import JOINT_NAMES

# Deviation from the anchor, radians per axis, that costs as much as one unit in the pose term: stiffness of each joint.
_TYPICAL: dict[str, float] = {
    "spine": 0.16, "neck": 0.22, "clavicle": 0.08, "shoulder": 0.32, "elbow": 0.35, "forearm": 0.25, "wrist": 0.25,
    "hip": 0.22, "knee": 0.28, "ankle": 0.2,
}  # fmt: skip
# Largest deviation from the anchor.
_LARGEST: dict[str, float] = {
    "spine": 0.7, "neck": 0.6, "clavicle": 0.2, "shoulder": 1.2, "elbow": 1.3, "forearm": 0.8, "wrist": 0.7,
    "hip": 0.9, "knee": 0.9, "ankle": 0.55,
}  # fmt: skip
KNEE_RANGE = (-0.03, 2.5)  # about the hinge, from rest
ELBOW_STRAIGHT = -0.05  # past the straight arm


def _kind(joint: str) -> str:
    return joint.removeprefix("left_").removeprefix("right_")


def stiffness() -> Tensor:
    """(J, 3) inverse typical deviations."""
    stiff = torch.tensor([1 / _TYPICAL[_kind(name)] for name in JOINT_NAMES])[:, None].repeat(1, 3)
    # Hips give way forwards and backwards (x); nobody lowers himself by doing the splits.
    hips = [row for row, name in enumerate(JOINT_NAMES) if _kind(name) == "hip"]
    stiff[hips, 1:] *= 2.2
    return stiff


def largest() -> Tensor:
    """(J, 3) radians."""
    return torch.tensor([_LARGEST[_kind(name)] for name in JOINT_NAMES])[:, None].expand(-1, 3)


def hinge_axes(model: BodyModel, shaped: ShapedBody) -> Tensor:
    """(J, 3) unit axis of each hinge in rest axes, positive = more flexion; zero for ball joints."""
    axes = torch.zeros(len(JOINT_NAMES), 3)
    heads = {name: shaped.heads[k] for k, name in enumerate(model.skeleton.bone_names)}
    for row, name in enumerate(JOINT_NAMES):
        suffix = ".L" if name.startswith("left_") else ".R"
        if _kind(name) == "knee":
            axes[row] = torch.tensor([1.0, 0, 0])
        if _kind(name) == "elbow":
            upper = unit(heads[f"lowerarm01{suffix}"] - heads[f"upperarm01{suffix}"])
            fore = unit(heads[f"wrist{suffix}"] - heads[f"lowerarm01{suffix}"])
            axes[row] = unit(torch.linalg.cross(upper, fore))
        if _kind(name) == "forearm":
            axes[row] = unit(heads[f"wrist{suffix}"] - heads[f"lowerarm01{suffix}"])
    return axes


def rest_elbow_flexion(model: BodyModel, shaped: ShapedBody) -> float:
    """Radians by which the elbow is bent at rest."""
    heads = {name: shaped.heads[k] for k, name in enumerate(model.skeleton.bone_names)}
    upper = unit(heads["lowerarm01.L"] - heads["upperarm01.L"])
    fore = unit(heads["wrist.L"] - heads["lowerarm01.L"])
    return float(torch.acos((upper @ fore).clamp(-1, 1)))
