"""Where a pose stands among real ones: the pose prior's percentile against real poses that it was not trained on.

The share of held-out recorded poses that are no more plausible, in per cent: 50 is typical, 0 unheard of. The central
90 % lie between 5 and 95. Only joints count, not where the body is or which way up.
"""

from __future__ import annotations

import functools
import importlib.util
from typing import Any

import numpy as np
import torch

from .bodies import Rigged


def percentile(rigged: Rigged) -> float | None:
    """0…100, or None where there is no prior."""
    prior = _prior()
    if prior is None:
        return None
    rotations = torch.from_numpy(np.ascontiguousarray(rigged.rotations, np.float32))[None]
    return float(prior.percentile(prior.reader(rigged.bone_names)(rotations))[0])


@functools.cache
def _prior() -> Any:
    if importlib.util.find_spec("backend.body.prior") is None:
        return None
    from backend.body.prior import WEIGHTS, PosePrior

    return PosePrior.load() if WEIGHTS.exists() else None
