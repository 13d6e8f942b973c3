"""The stage: which objects carry, are touched or give the direction, and the box of world around them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backend.place.box import Box
from backend.place.grounding import Match
from backend.place.scene import Scene

from .naming import TouchTarget


@dataclass(frozen=True)
class Stage:
    """Objects are indices into `scene.objects`."""

    action: str
    scene: Scene
    support: tuple[Match, ...]  # alternatives, best first; the floor when nothing else is named
    floor: Match | None
    touches: tuple[TouchTarget, ...]
    landmark: Match | None
    gaze: Match | None  # what they look at
    relation: str
    cursor: np.ndarray  # (3,) metres, world
    cursor_weight: float  # how much the cursor's place matters, 0…1
    box: Box
    ground_level: float  # metres, world z of the floor at the box's middle
    seat_wanted: bool  # no support named for sitting: any seat will do
    ground_wanted: bool  # no support named for standing: any ground will do
    notes: tuple[str, ...] = ()  # readings that the user should know of

    @property
    def carried_by_floor(self) -> bool:
        return self.floor is not None and self.support[0].objects == self.floor.objects
