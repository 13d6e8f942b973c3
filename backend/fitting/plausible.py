"""The pose prior as a term: a fit may not make a pose much less plausible than the anchor it began with.

An anchor is known to be human, however rare it is in recordings (a handstand), so only what a fit adds to its energy
counts; and that cost saturates: where contact asks for an unusual pose, the prior gives in.
"""

from __future__ import annotations

import torch
from torch import Tensor

from backend.body.pose_joints import JointReader, OrientationReader
from backend.body.prior import PosePrior

from .rig import Bodies, FittingRig

SATURATION = 60.0  # nats at which half of the cost's limit is reached


class Plausibility:
    def __init__(self, rig: FittingRig) -> None:
        names = rig.model.skeleton.bone_names
        self._prior = PosePrior.load()
        self._read = OrientationReader([names[bone] for bone in rig.moving])
        with torch.no_grad():
            self._allowed = self._prior.energy(JointReader(names)(rig.anchors))

    def __call__(self, bodies: Bodies) -> Tensor:
        """(N,) nats above the anchor's energy (or the typical pose's, if that is higher), saturating."""
        excess = (self._prior.raw_energy(self._read(bodies.orientations)) - self._allowed).clamp_min(0)
        return excess / (1 + excess / SATURATION)
