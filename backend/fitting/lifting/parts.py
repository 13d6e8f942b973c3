"""The reduced body of a model, made once: seconds of work that every lifting shares."""

from __future__ import annotations

from backend.body.model import BodyModel
from backend.body.smplx_model import SmplxModel

from . import vposer
from .pose_space import AnnyPoses
from .reduced import ReducedBody, shaped_of
from .shape_space import GridShapes, LinearShapes, ShapePrior, beta_prior, phenotype_prior

_MADE: dict[tuple[BodyModel, int], tuple[ReducedBody, ShapePrior]] = {}


def reduced_body(model: BodyModel, skin_points: int) -> tuple[ReducedBody, ShapePrior]:
    """The body to lift with, and what is expected of shapes when nothing is known.

    Raises `ModelsMissing` for SMPL-X without VPoser.
    """
    key = model, skin_points
    if key not in _MADE:
        _MADE[key] = (_smplx if isinstance(model, SmplxModel) else _anny)(model, skin_points)
    return _MADE[key]


def _anny(model: BodyModel, skin_points: int) -> tuple[ReducedBody, ShapePrior]:
    shapes, prior = GridShapes(), phenotype_prior()
    average = shaped_of(model, shapes.names, prior.mean)
    return ReducedBody(model, AnnyPoses(model, average), shapes, skin_points), prior


def _smplx(model: SmplxModel, skin_points: int) -> tuple[ReducedBody, ShapePrior]:
    poses = vposer.load(model, model.pose_prior)
    return ReducedBody(model, poses, LinearShapes(model.betas), skin_points), beta_prior(len(model.betas))
