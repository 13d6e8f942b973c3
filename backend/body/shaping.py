"""From described people to bodies: sex, age, build, and a height in metres that the words imply."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from backend.language.people import AGES, PersonSpec

from .model import PHENOTYPES, BodyModel, ShapedBody

HEIGHT_SPREAD = 0.065  # metres: of the people of one sex and age
LARGEST_HEIGHT_SPREAD = 0.14
GROWN_UP = (-0.05, 0.12)  # of the age axis: who is called a man or a woman is between twenty and fifty
BUILD_SPREAD = 0.17  # of weight and muscle about the average, as the population's
BUILDS = (0.2, 0.85)


def shaped_people(specs: Sequence[PersonSpec], model: BodyModel, generator: torch.Generator) -> list[ShapedBody]:
    """One body for each description, all in one batch; what the words leave open is drawn from `generator`."""
    if not specs:
        return []
    drawn = [_drawn(spec, generator) for spec in specs]
    metres = torch.tensor([height for _, height in drawn])
    values = {name: torch.tensor([p.get(name, 0.5) for p, _ in drawn]) for name in PHENOTYPES}
    values["height"] = height_values(model, values, metres)
    vertices, poses = _rest(model, values)
    return [
        ShapedBody({name: float(values[name][k]) for name in PHENOTYPES}, vertices[k], poses[k])
        for k in range(len(specs))
    ]


def _drawn(spec: PersonSpec, generator: torch.Generator) -> tuple[dict[str, float], float]:
    """Phenotype values but for the height, and that in metres."""

    def draw(low: float, high: float) -> float:
        return low + (high - low) * float(torch.rand((), generator=generator))

    def around(middle: float, spread: float, low: float, high: float) -> float:
        return min(high, max(low, middle + spread * float(torch.randn((), generator=generator))))

    female = spec.female if spec.female is not None else draw(0, 1) < 0.5
    age, male_height, female_height = AGES[spec.age]
    usual = (female_height if female else male_height) + spec.tall
    # Children differ by centimetres where grown people differ by inches; who is called tall is not short.
    share = usual / 1.75 * (0.6 if spec.tall else 1.0)
    height = usual + share * around(0.0, HEIGHT_SPREAD, -LARGEST_HEIGHT_SPREAD, LARGEST_HEIGHT_SPREAD)
    phenotype = {
        "gender": draw(0.88, 1.0) if female else draw(0.0, 0.12),
        "age": min(1.0, age + draw(*(GROWN_UP if spec.age == "adult" else (-0.03, 0.03)))),
        "muscle": spec.muscle if spec.muscle is not None else around(0.5, BUILD_SPREAD, *BUILDS),
        "weight": spec.weight if spec.weight is not None else around(0.51, BUILD_SPREAD, *BUILDS),
        "proportions": draw(0.25, 0.9),
    }
    return phenotype, height


def height_values(model: BodyModel, phenotype: dict[str, Tensor], metres: Tensor) -> Tensor:
    """The `height` phenotypes (N,) that make bodies `metres` (N,) tall, by secant steps; within the model's range."""
    low, high = 0.2, 0.8
    heights = [_heights(model, phenotype, torch.full_like(metres, value)) for value in (low, high)]
    slope = (high - low) / (heights[1] - heights[0])
    value = (low + (metres - heights[0]) * slope).clamp(0, 1)
    # The axis is piecewise linear with a knot at the average: one correction on the right side of it suffices.
    reached = _heights(model, phenotype, value)
    return (value + (metres - reached) * slope).clamp(0, 1)


def _heights(model: BodyModel, phenotype: dict[str, Tensor], value: Tensor) -> Tensor:
    vertices, _ = _rest(model, {**phenotype, "height": value})
    return vertices[..., 2].amax(1) - vertices[..., 2].amin(1)


@torch.no_grad()
def _rest(model: BodyModel, phenotype: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    return model.rest(phenotype)
