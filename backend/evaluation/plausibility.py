"""Where a pose stands among real ones: the pose prior's percentile against real poses that it was not trained on.

0 is the most ordinary of them, 100 stranger than all; the central 90 % lie between 5 and 95.
"""

from __future__ import annotations

import functools
import importlib.util
from typing import Any

import torch

from .bodies import Rigged


def percentile(rigged: Rigged) -> float | None:
    """0…100, or None where there is no prior or the skeleton is not Anny's."""
    prior = _prior()
    if prior is None:
        return None
    from backend.body.anny_model import load

    names = load().skeleton.bone_names
    if set(names) != set(rigged.bone_names):
        return None
    order = [rigged.bone_names.index(name) for name in names]
    rotations = torch.from_numpy(rigged.rotations[order].astype("float32"))[None]
    return float(torch.as_tensor(prior.percentile(rotations)).reshape(-1)[0])


@functools.cache
def _prior() -> Any:
    if importlib.util.find_spec("backend.body.prior") is None:
        return None
    from backend.body.prior import PosePrior

    return PosePrior.load()
