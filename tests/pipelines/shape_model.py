"""A shape model for tests: real, untrained networks, but boxes come out of the decoder, as if it had learned.

Which box depends on the generator, so that candidates differ and a seed gives the same again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import numpy as np
import torch

from backend.shapes.model import Condition, ShapeModel
from tests.unit.shapes import tiny


class BoxModel(ShapeModel):
    """`tiny.model()` whose samples are boxes, half as deep as high."""

    def sample(
        self, condition: Condition | None, count: int, generator: torch.Generator, *,
        report: Callable[[float], None] = lambda fraction: None, **options: object,
    ) -> np.ndarray:  # fmt: skip
        super().sample(condition, 1, torch.Generator().manual_seed(0), steps=2, report=report)
        widths = 0.15 + 0.25 * torch.rand(count, generator=generator).numpy()
        return np.stack([tiny.box(np.array([width, 0.2, 0.45])) for width in widths])


def box_model() -> BoxModel:
    made = tiny.model()
    return BoxModel(*(getattr(made, each.name) for each in fields(made)))
