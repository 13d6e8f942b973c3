"""Lifting: bodies in space from people found in pictures. GenZI's robust multi-view energy (reference in energy.py).

`lift` answers candidates of keypoints in several views (`Views2D`), or in one; `consensus.py` makes candidates of
several findings per view; `handover.py` turns a lifted body into what the contact fit begins from.
"""

from .optimise import lift
from .problem import Lifted, LiftingProblem, State
from .schedule import INDOOR, OUTDOOR, Parameters, Weights
from .shape_space import ShapePrior, phenotype_prior
from .views2d import Views2D

__all__ = [
    "INDOOR", "OUTDOOR", "Lifted", "LiftingProblem", "Parameters", "ShapePrior", "State", "Views2D", "Weights", "lift",
    "phenotype_prior",
]  # fmt: skip
