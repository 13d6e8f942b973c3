"""What a pipeline is given besides its request: to tell how far it is, to learn that it is not wanted any more, and to
ask the user's Blender for pictures of the scene and the user for a choice.

Pipelines see only `JobContext`. `LocalContext` runs one without a service: in tests, benchmarks and notebooks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from protocol.arrays import Array
from protocol.errors import Cancelled, MalformedMessage, RenderFailed
from protocol.messages import Camera


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

    def survey(self, cameras: Sequence[Any], *, fill_light: bool = True, until: float | None = None) -> Array:
        """Pictures of the scene: (N, H, W, 3) uint8 sRGB, one for each of N ≥ 1 cameras of one size, in their order.

        `cameras` have the fields of `protocol.messages.Camera`. `fill_light`: light what is too dark. `until`: the
        job's fraction once all pictures are there, for the progress meanwhile.

        Waits as long as the client is there. Raises `Cancelled`, and `RenderFailed` with the client's reason.
        """

    def imagined(self, view: int, picture: Array, note: str = "") -> None:
        """Show a picture, (H, W, 3) uint8 sRGB; it takes the place of an earlier one with the same number."""

    def choose(self, views: Sequence[int]) -> tuple[int, ...]:
        """Which of the imagined pictures, by their numbers, the user wants to go on with; perhaps none.

        All of them, at once, when the request asks for no review. Otherwise waits as long as the client is there, and
        raises `Cancelled`.
        """


def as_cameras(cameras: Sequence[Any]) -> tuple[Camera, ...]:
    """Cameras of any room as they travel. Raises ValueError unless there is one, and all have the same size."""
    made = tuple(
        Camera(
            np.ascontiguousarray(camera.camera_to_world, np.float64),
            float(camera.field_of_view),
            int(camera.width),
            int(camera.height),
        )
        for camera in cameras
    )
    if len({(camera.width, camera.height) for camera in made}) != 1:
        raise ValueError("a survey has cameras, all of one size")
    return made


def checked_picture(pixels: Array, camera: Camera) -> Array:
    """A picture that the camera can have made. Raises `MalformedMessage`."""
    if pixels.shape != (camera.height, camera.width, 3) or pixels.dtype != np.uint8:
        raise MalformedMessage(f"A picture of {camera.width} × {camera.height} was asked for, not {pixels.shape}.")
    return pixels


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
        *,
        on_survey: Callable[[tuple[Camera, ...], bool], Sequence[Array]] | None = None,
        on_imagined: Callable[[int, Array, str], None] | None = None,
        on_choose: Callable[[tuple[int, ...]], Sequence[int]] | None = None,
    ) -> None:
        """`on_survey(cameras, fill_light)` gives the pictures; `on_choose(views)` those to keep, otherwise all are.

        Without `on_survey` a pipeline that wants pictures fails as it does where Blender cannot render.
        """
        self.job_id = job_id
        self.started = time.monotonic()
        self.cancelled = False  # set it to stop the pipeline at its next check
        self._on_progress = on_progress
        self._on_preview = on_preview
        self._on_survey = on_survey
        self._on_imagined = on_imagined
        self._on_choose = on_choose

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

    def survey(self, cameras: Sequence[Any], *, fill_light: bool = True, until: float | None = None) -> Array:
        self.check()
        asked = as_cameras(cameras)
        if self._on_survey is None:
            raise RenderFailed("There is no Blender here that could render the scene.")
        pictures = self._on_survey(asked, fill_light)
        self.check()
        return np.stack([checked_picture(one, camera) for one, camera in zip(pictures, asked, strict=True)])

    def imagined(self, view: int, picture: Array, note: str = "") -> None:
        if self._on_imagined:
            self._on_imagined(view, picture, note)
        self.check()

    def choose(self, views: Sequence[int]) -> tuple[int, ...]:
        self.check()
        kept = set(views if self._on_choose is None else self._on_choose(tuple(views)))
        self.check()
        return tuple(view for view in views if view in kept)
