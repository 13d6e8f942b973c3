"""One group's share of a job: its progress is part of the whole, its previews show who is already there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

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
