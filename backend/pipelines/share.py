"""Parts of a job: their progress is part of the whole; one group's previews show who is already there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from backend.service.context import JobContext
from protocol.arrays import Array

if TYPE_CHECKING:
    from .group import Placement


PLACED = 0.95  # of a job is done when all groups are placed; dressing them is the rest


class Share:
    """A `JobContext` for part `part` of `parts`."""

    def __init__(self, job: JobContext, part: int, parts: int, settled: Sequence[Placement]) -> None:
        self.job_id, self.started = job.job_id, job.started
        self._job, self._part, self._parts = job, part, parts
        self._others = [body.vertices.numpy() for placement in settled for body in placement.bodies]

    def progress(self, stage: str, fraction: float) -> None:
        group = f" ({self._part + 1} of {self._parts})" if self._parts > 1 else ""
        self._job.progress(stage + group, PLACED * (self._part + fraction) / self._parts)

    def preview(self, triangles: Array, bodies: list[Array] | tuple[Array, ...]) -> None:
        self._job.preview(triangles, [*self._others, *bodies])

    def check(self) -> None:
        self._job.check()


class Stretch:
    """A `JobContext` for what takes the job from fraction `start` to `end`."""

    def __init__(self, job: JobContext, start: float, end: float) -> None:
        self.job_id, self.started = job.job_id, job.started
        self._job, self._start, self._end = job, start, end
        self.preview, self.check = job.preview, job.check

    def progress(self, stage: str, fraction: float) -> None:
        self._job.progress(stage, self._start + (self._end - self._start) * fraction)

    def survey(self, cameras: Sequence[Any], *, fill_light: bool = True, until: float | None = None) -> Array:
        until = self._end if until is None else self._start + (self._end - self._start) * until
        return self._job.survey(cameras, fill_light=fill_light, until=until)

    def imagined(self, view: int, picture: Array, note: str = "") -> None:
        self._job.imagined(view, picture, note)

    def choose(self, views: Sequence[int]) -> tuple[int, ...]:
        return self._job.choose(views)
