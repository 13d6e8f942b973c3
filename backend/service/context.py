"""What a pipeline is given besides its request: to tell how far it is, and to learn that it is not wanted any more.

Pipelines see only `JobContext`. `LocalContext` runs one without a service: in tests, benchmarks and notebooks.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from protocol.arrays import Array
from protocol.errors import Cancelled


class JobContext(Protocol):
    """Call `check` often, at least every 0.2 s, from the thread that computes; it costs a microsecond or two."""

    job_id: str
    started: float  # time.monotonic() at the job's start

    def progress(self, stage: str, fraction: float) -> None:
        """Tell how far the whole job is: a few words for the user, and 0…1. Checks for cancelling, too."""

    def preview(self, triangles: Array, bodies: list[Array] | tuple[Array, ...]) -> None:
        """Show bodies as they stand now. triangles: (T, 3) int32; bodies: each (V, 3) float32, metres, world.

        Call it freely: what comes too fast is dropped, and the arrays may be changed afterwards.
        """

    def check(self) -> None:
        """Raise `Cancelled` if the job is not wanted any more."""


def seconds_left(started: float, fraction: float) -> float | None:
    """An estimate from the time taken so far, or None while there is too little to go by."""
    elapsed = time.monotonic() - started
    if fraction < 0.02 or elapsed < 0.3:
        return None
    return elapsed * (1.0 - fraction) / fraction


class LocalContext:
    """A `JobContext` without a service behind it."""

    def __init__(
        self,
        on_progress: Callable[[str, float], None] | None = None,
        on_preview: Callable[[Array, tuple[Array, ...]], None] | None = None,
        job_id: str = "0" * 32,
    ) -> None:
        self.job_id = job_id
        self.started = time.monotonic()
        self.cancelled = False  # set it to stop the pipeline at its next check
        self._on_progress = on_progress
        self._on_preview = on_preview

    def progress(self, stage: str, fraction: float) -> None:
        if self._on_progress:
            self._on_progress(stage, fraction)
        self.check()

    def preview(self, triangles: Array, bodies: list[Array] | tuple[Array, ...]) -> None:
        if self._on_preview:
            self._on_preview(triangles, tuple(bodies))

    def check(self) -> None:
        if self.cancelled:
            raise Cancelled
