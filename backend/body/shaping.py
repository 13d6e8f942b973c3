"""From a described person to a phenotype: sex, age, build, and a height in metres that the words imply."""

from __future__ import annotations

import torch

from backend.language.people import AGES, PersonSpec

from .model import BodyModel


def phenotype_of(spec: PersonSpec, model: BodyModel, generator: torch.Generator) -> dict[str, float]:
    """Anny phenotype values; what the words leave open is drawn from `generator`."""

    def draw(low: float, high: float) -> float:
        return low + (high - low) * float(torch.rand((), generator=generator))

    female = spec.female if spec.female is not None else draw(0, 1) < 0.5
    age, male_height, female_height = AGES[spec.age]
    height = (female_height if female else male_height) + spec.tall + draw(-0.035, 0.035)
    phenotype = {
        "gender": draw(0.88, 1.0) if female else draw(0.0, 0.12),
        "age": min(1.0, age + draw(-0.015, 0.015)),
        "muscle": spec.muscle if spec.muscle is not None else draw(0.4, 0.62),
        "weight": spec.weight if spec.weight is not None else draw(0.42, 0.62),
        "proportions": draw(0.45, 0.7),
    }
    phenotype["height"] = height_value(model, phenotype, height)
    return phenotype


def height_value(model: BodyModel, phenotype: dict[str, float], metres: float) -> float:
    """The `height` phenotype that makes the body `metres` tall, by secant steps; clamped to the model's range."""
    low, high = 0.2, 0.8
    heights = [model.shape({**phenotype, "height": value}).height for value in (low, high)]
    value = low + (metres - heights[0]) / (heights[1] - heights[0]) * (high - low)
    value = min(1.0, max(0.0, value))
    # The axis is piecewise linear with a knot at the average: one correction on the right side of it suffices.
    reached = model.shape({**phenotype, "height": value}).height
    value += (metres - reached) / (heights[1] - heights[0]) * (high - low)
    return min(1.0, max(0.0, value))
