"""What cameras are aimed at: a point on a surface, and the ball that the person there will take. Metres, world."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

Array = np.ndarray
RAISED = 0.4  # metres from the surface to the middle of a person there, if nobody knows better
RADIUS = 0.95  # metres about that middle


@dataclass(frozen=True)
class Target:
    """`point` is where the person meets the scene; the cameras look at the `center` of a ball that holds the person."""

    point: Array  # (3,) on (or near) a surface
    center: Array  # (3,)
    radius: float = RADIUS  # metres
    body: Array = field(default_factory=lambda: np.zeros((0, 3)))  # (N, 3) about where the body will be, if known

    @classmethod
    def at(cls, point: Array, raised: float = RAISED, radius: float = RADIUS) -> Target:
        """A person at `point` (3,), of whom nothing is known yet."""
        point = np.asarray(point, np.float64)
        return cls(point, point + [0.0, 0.0, raised], radius)

    @classmethod
    def of_body(cls, point: Array, body: Array, margin: float = 0.12) -> Target:
        """A person whose body will be about the points `body` (N, 3)."""
        body = np.asarray(body, np.float64)
        center = (body.min(0) + body.max(0)) / 2
        radius = float(np.linalg.norm(body - center, axis=1).max()) + margin
        return cls(np.asarray(point, np.float64), center, radius, body)
