"""The double of the painter: it draws people whom it was given into the survey's pictures, with Blender.

It is no `Painter` that looks at pictures: it draws what each picture's camera would see. Words are not heeded; who is
drawn is decided by the seed that comes with the picture. Masks cut off what they do not hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from backend.place.camera import Camera
from backend.vision.inpainting.painter import Painted, Report, Show, unseen
from backend.vision.inpainting.pixels import composited
from protocol.messages import Result

Array = np.ndarray
CHANGED = 10  # grey levels: pixels that differ by more are the person's


class Draws(Protocol):
    """What a `Studio` does."""

    def render(self, cameras: Sequence[Camera], people: Result | None = None) -> Array: ...


@dataclass(frozen=True)
class Cast:
    """Who is drawn: the hidden person, and in some shares of the pictures somebody else or nobody."""

    hidden: Result
    other: Result | None = None
    wrong: float = 0.2  # share of the pictures with the other person
    empty: float = 0.1  # and with nobody


@dataclass(frozen=True)
class Turn:
    """One call of `paint`."""

    cameras: tuple[Camera, ...]  # per picture
    given: Array  # (N, H, W, 3) uint8
    painted: Array
    who: tuple[str, ...]  # per picture: "hidden", "other" or "nobody"


@dataclass
class HiddenPainter:
    """A `Painter`."""

    studio: Draws
    cast: Cast
    name: str = "hidden person"
    _drawn: dict[tuple[bytes, str], Array] = field(default_factory=dict)  # by the camera's pose, and who

    def paint(
        self, pictures: Array, prompt: str, *, person: str, masks: Array | None = None, seeds: Sequence[int],
        report: Report, show: Show = unseen, cameras: Sequence[Camera] = (),
    ) -> Painted:  # fmt: skip
        """See `Painter.paint`."""
        who = tuple(self._who(seed) for seed in seeds)
        self._draw(cameras, who, report)
        own = [
            picture if name == "nobody" else self._drawn[_pose(camera), name]
            for picture, camera, name in zip(pictures, cameras, who, strict=True)
        ]
        painted = np.stack(own)
        if masks is not None:
            painted = composited(pictures, painted, masks)
        report(1.0)
        for index, picture in enumerate(painted):
            show(index, picture)
        self.told(Turn(tuple(cameras), pictures, painted, who))
        change = np.abs(painted.astype(int) - pictures).max(3) > CHANGED
        return Painted(painted, change)

    def told(self, turn: Turn) -> None:
        """For those who want to know who was drawn."""

    def _who(self, seed: int) -> str:
        share = float(np.random.default_rng(seed).random())
        if share < self.cast.empty:
            return "nobody"
        return "other" if share < self.cast.empty + self.cast.wrong and self.cast.other else "hidden"

    def _draw(self, cameras: Sequence[Camera], who: Sequence[str], report: Report) -> None:
        """Every picture is drawn once, all of a person together: inserting takes longer than rendering."""
        report(0.0)
        for turn, (name, people) in enumerate((("hidden", self.cast.hidden), ("other", self.cast.other))):
            wanted = {_pose(camera): camera for camera, one in zip(cameras, who, strict=True) if one == name}
            missing = [camera for pose, camera in wanted.items() if (pose, name) not in self._drawn]
            if missing:
                drawn = self.studio.render(missing, people)
                self._drawn |= {(_pose(camera), name): own for camera, own in zip(missing, drawn, strict=True)}
            report((turn + 1) / 3)


def _pose(camera: Camera) -> bytes:
    return camera.camera_to_world.tobytes()
