"""The double of the painter: it draws people whom it was given into the survey's pictures, with Blender.

It is no `Painter` that looks at pictures: it remembers which camera each picture of the survey was made by. Words are
not heeded; who is drawn is decided by the seed that comes with the picture. Masks cut off what they do not hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from backend.place.camera import Camera
from backend.vision.inpainting.painter import Painted, Report, Show, unseen
from backend.vision.inpainting.pixels import composited
from protocol.messages import Result

from .studio import Studio

Array = np.ndarray
CHANGED = 10  # grey levels: pixels that differ by more are the person's


@dataclass(frozen=True)
class Cast:
    """Who is drawn: the hidden person, and in some shares of the pictures somebody else or nobody."""

    hidden: Result
    other: Result | None = None
    wrong: float = 0.2  # share of the pictures with the other person
    empty: float = 0.1  # and with nobody


@dataclass
class HiddenPainter:
    """A `Painter`, and what a `LocalContext` takes for its survey."""

    studio: Studio
    cast: Cast
    name: str = "hidden person"
    cameras: list[Camera] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)  # per painted picture: "hidden", "other" or "nobody"
    empty: Array | None = None  # (V, H, W, 3) uint8: the survey as it was
    _pictures: dict[tuple[int, str], Array] = field(default_factory=dict)

    def survey(self, cameras: Sequence[Camera], fill_light: bool = True) -> Array:
        """(N, H, W, 3) uint8: the scene as it is."""
        self.cameras = [Camera(np.array(c.camera_to_world), c.field_of_view, c.width, c.height) for c in cameras]
        self.empty, self._pictures = self.studio.render(self.cameras), {}
        return self.empty

    def paint(
        self, pictures: Array, prompt: str, *, person: str, masks: Array | None = None, seeds: Sequence[int],
        report: Report, show: Show = unseen,
    ) -> Painted:  # fmt: skip
        """See `Painter.paint`."""
        views = [self._view(picture) for picture in pictures]
        who = [self._who(seed) for seed in seeds]
        report(0.0)
        self._draw({(view, name) for view, name in zip(views, who, strict=True)})
        painted = np.stack([self._pictures[key] for key in zip(views, who, strict=True)])
        if masks is not None:
            painted = composited(pictures, painted, masks)
        report(1.0)
        for index, picture in enumerate(painted):
            show(index, picture)
        self.drawn += who
        change = np.abs(painted.astype(int) - pictures).max(3) > CHANGED
        return Painted(painted, change)

    def _view(self, picture: Array) -> int:
        return next(k for k, known in enumerate(self.empty) if np.array_equal(known, picture))

    def _who(self, seed: int) -> str:
        share = float(np.random.default_rng(seed).random())
        if share < self.cast.empty:
            return "nobody"
        return "other" if share < self.cast.empty + self.cast.wrong and self.cast.other else "hidden"

    def _draw(self, wanted: set[tuple[int, str]]) -> None:
        """Every picture is drawn once, all views of a person together: inserting takes longer than rendering."""
        for name, result in (("nobody", None), ("hidden", self.cast.hidden), ("other", self.cast.other)):
            views = sorted(view for view, who in wanted if who == name and (view, who) not in self._pictures)
            if not views:
                continue
            if result is None:
                drawn = self.empty[views]
            else:
                drawn = self.studio.render([self.cameras[view] for view in views], result)
            self._pictures |= {(view, name): picture for view, picture in zip(views, drawn, strict=True)}
