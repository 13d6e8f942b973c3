"""Axis-aligned boxes: the part of the world that a field or a query is about. Metres, world frame, Z up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Box:
    """Closed axis-aligned box. `minimum`, `maximum`: (3,) float64, metres, world."""

    minimum: np.ndarray
    maximum: np.ndarray

    def __post_init__(self) -> None:
        for name in ("minimum", "maximum"):
            value = np.array(getattr(self, name), dtype=np.float64).reshape(3)
            value.setflags(write=False)
            object.__setattr__(self, name, value)
        if not (np.isfinite(self.minimum).all() and np.isfinite(self.maximum).all()):
            raise ValueError("a box needs finite corners")
        if (self.maximum < self.minimum).any():
            raise ValueError(f"box turned inside out: {self.minimum} … {self.maximum}")

    @classmethod
    def around(cls, center: np.ndarray, size: np.ndarray | float) -> Box:
        """Box of edge lengths `size` (metres; a number or (3,)) about `center` ((3,), metres, world)."""
        center = np.asarray(center, dtype=np.float64)
        half = np.broadcast_to(np.asarray(size, dtype=np.float64), (3,)) / 2
        return cls(center - half, center + half)

    @property
    def center(self) -> np.ndarray:
        return (self.minimum + self.maximum) / 2

    @property
    def size(self) -> np.ndarray:
        return self.maximum - self.minimum

    def grown(self, margin: float) -> Box:
        """The box with every face moved outwards by `margin` metres."""
        return Box(self.minimum - margin, self.maximum + margin)

    def united(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(np.minimum(self.minimum, other.minimum), np.maximum(self.maximum, other.maximum))

    def overlaps(self, bounds: np.ndarray) -> bool:
        """Whether `bounds` ((2, 3), metres, world: minimum, maximum) and the box share a point."""
        return bool((bounds[0] <= self.maximum).all() and (bounds[1] >= self.minimum).all())

    def contains(self, points: np.ndarray) -> np.ndarray:
        """(…, 3) metres, world → (…) bool."""
        points = np.asarray(points)
        return ((points >= self.minimum) & (points <= self.maximum)).all(-1)
