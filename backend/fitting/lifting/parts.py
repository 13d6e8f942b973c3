"""The reduced body of a model, made once: seconds of work that every lifting shares."""

from __future__ import annotations

from backend.body.model import BodyModel

from .pose_space import AnnyPoses
from .reduced import ReducedBody, shaped_of
from .shape_space import GridShapes, ShapePrior, phenotype_prior

_MADE: dict[tuple[str, int], tuple[ReducedBody, ShapePrior]] = {}


def reduced_body(model: BodyModel, skin_points: int) -> tuple[ReducedBody, ShapePrior]:
    """The body to lift with, and what is expected of shapes when nothing is known."""
    key = model.name, skin_points
    if key not in _MADE:
        _MADE[key] = _anny(model, skin_points)
    return _MADE[key]


def _anny(model: BodyModel, skin_points: int) -> tuple[ReducedBody, ShapePrior]:
    shapes, prior = GridShapes(), phenotype_prior()
    average = shaped_of(model, shapes.names, prior.mean)
    return ReducedBody(model, AnnyPoses(model, average), shapes, skin_points), prior
