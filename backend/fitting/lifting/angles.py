"""How far joints are beyond what they can do: limits on rotation vectors of the prior's sixteen joints, radians.

The lifting's angle term (GenZI's: relu of signed angles about chosen axes, and absolute values of angles that should be
none). Rotation vectors in rest axes: x to the person's left, z up; a thigh that is lifted to the front turns about −x,
a shin that folds back about +x. The ranges are those of fitting/limits.py where it has them (knee, elbow), otherwise
clinical ranges of motion with a margin: the term is to keep joints from breaking, the pose prior knows what is usual.
"""

from __future__ import annotations

import torch
from torch import Tensor

from backend.body.model import BodyModel, ShapedBody
from backend.body.pose_joints import POSE_JOINTS, smooth_log
from backend.fitting.limits import ELBOW_STRAIGHT, KNEE_RANGE, hinge_axes, rest_elbow_flexion
from backend.fitting.rig import JOINT_NAMES

_FREE = 4.0  # radians: no limit
# Joint kind → (low, high) about x, y, z.
_RANGES: dict[str, tuple[tuple[float, float], ...]] = {
    "spine": ((-0.6, 1.3), (-0.7, 0.7), (-0.9, 0.9)),
    "neck": ((-1.2, 1.2), (-0.8, 0.8), (-1.4, 1.4)),
    "clavicle": ((-0.5, 0.5),) * 3,
    "wrist": ((-1.5, 1.5),) * 3,
    "hip": ((-2.6, 0.6), (-1.3, 1.3), (-1.2, 1.2)),
    "knee": (KNEE_RANGE, (-0.45, 0.45), (-0.45, 0.45)),
    "ankle": ((-0.9, 1.0), (-0.7, 0.7), (-0.7, 0.7)),
}
_LARGEST_FOLD = 2.6  # of the elbow


class JointAngles:
    def __init__(self, model: BodyModel, shaped: ShapedBody) -> None:
        low, high = [], []
        for joint in POSE_JOINTS:
            bounds = _RANGES.get(joint.rpartition("_")[2], ((-_FREE, _FREE),) * 3)
            low.append([b[0] for b in bounds])
            high.append([b[1] for b in bounds])
        self._low, self._high = torch.tensor(low), torch.tensor(high)
        axes = hinge_axes(model, shaped)
        sides = ("left_elbow", "right_elbow")
        self._elbows = torch.tensor([POSE_JOINTS.index(side) for side in sides])
        self._hinges = torch.stack([axes[JOINT_NAMES.index(side)] for side in sides])
        self._straight = ELBOW_STRAIGHT - rest_elbow_flexion(model, shaped)

    def __call__(self, joints: Tensor) -> Tensor:
        """(N, 16, 3, 3) → (N,) mean excess over the limits, radians."""
        vectors = smooth_log(joints)
        beyond = (self._low - vectors).clamp_min(0) + (vectors - self._high).clamp_min(0)
        fold = (vectors.index_select(1, self._elbows) * self._hinges).sum(-1)
        elbows = (self._straight - fold).clamp_min(0) + (fold - _LARGEST_FOLD).clamp_min(0)
        return (beyond.sum((1, 2)) + elbows.sum(1)) / (beyond[0].numel() + 2)
