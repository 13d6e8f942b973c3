"""The running job's `JobContext` in the worker: what it tells goes to the broker, what it asks is waited for.

The socket is read from within the pipeline's own calls, so cancel arrives as soon as the pipeline looks, and at once
while it waits for an answer.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from backend.service.context import as_cameras, checked_picture, seconds_left
from protocol.arrays import Array
from protocol.errors import Cancelled, RenderFailed
from protocol.messages import (
    Camera,
    Cancel,
    Chosen,
    Imagined,
    Picture,
    Preview,
    Progress,
    Review,
    Survey,
    SurveyFailed,
)

if TYPE_CHECKING:
    from backend.service.worker import Link

LOOK_EVERY_S = 0.02  # at the socket, from within a job
PROGRESS_EVERY_S = 0.05  # the broker thins it out further, latest first
PREVIEW_EVERY_S = 0.2
_WAIT_S = 0.1  # for an answer, before looking whether the broker is still there


class WorkerContext:
    """The running job's `JobContext`."""

    def __init__(self, job_id: str, link: Link, inbox: deque, *, engine: str = "eevee", review: bool = False) -> None:
        """`engine` renders the surveys; `review`: whether the request asks for one."""
        self.job_id = job_id
        self.started = time.monotonic()
        self._link = link
        self._inbox = inbox  # what arrives meanwhile and is not for this job
        self._answers: deque[Picture | SurveyFailed | Chosen] = deque()
        self._engine, self._review = engine, review
        self._questions = 0
        self._cancelled = False
        self._looked = self._told = self._shown = 0.0
        self._stage, self._fraction = "", 0.0
        self._idle = 0.0  # seconds in which the user thought; they say nothing about how long the rest takes

    def progress(self, stage: str, fraction: float) -> None:
        now = time.monotonic()
        self._fraction = min(max(float(fraction), self._fraction), 1.0)  # what is done stays done
        if stage != self._stage or now - self._told >= PROGRESS_EVERY_S:
            self._stage, self._told = stage, now
            left = seconds_left(self.started + self._idle, self._fraction)
            self._link.send(Progress(self.job_id, stage, self._fraction, left))
        self.check()

    def preview(self, triangles: Array, bodies: list[Array] | tuple[Array, ...]) -> None:
        now = time.monotonic()
        if now - self._shown >= PREVIEW_EVERY_S:
            self._shown = now
            # Copied by sending, because the pipeline goes on changing its arrays.
            self._link.send(Preview(self.job_id, triangles, tuple(bodies)))

    def check(self) -> None:
        now = time.monotonic()
        if now - self._looked >= LOOK_EVERY_S:
            self._looked = now
            while (message := self._link.receive()) is not None:
                self._sort(message)
        if self._cancelled:
            raise Cancelled

    def survey(self, cameras: Sequence[Any], *, fill_light: bool = True, until: float | None = None) -> Array:
        asked = as_cameras(cameras)
        question = self._number()
        self._link.send(Survey(self.job_id, question, asked, fill_light, self._engine))
        begun, end = self._fraction, self._fraction if until is None else until
        pictures: dict[int, Array] = {}
        while len(pictures) < len(asked):
            done = len(pictures) / len(asked)
            self.progress(f"Rendering views ({len(pictures)} of {len(asked)})", begun + (end - begun) * done)
            answer = self._answer(question)
            if isinstance(answer, SurveyFailed):
                raise RenderFailed(answer.reason)
            if isinstance(answer, Picture):
                _place(answer, asked, pictures)
        self.progress("Rendering views", end)
        return np.stack([pictures[index] for index in range(len(asked))])

    def imagined(self, view: int, picture: Array, note: str = "") -> None:
        self._link.send(Imagined(self.job_id, view, picture, note))
        self.check()

    def choose(self, views: Sequence[int]) -> tuple[int, ...]:
        self.check()
        if not self._review:
            return tuple(views)
        question = self._number()
        self._link.send(Review(self.job_id, question, tuple(map(int, views))))
        begun, self._stage = time.monotonic(), "Waiting for your choice"
        self._link.send(Progress(self.job_id, self._stage, self._fraction, None))
        while not isinstance(answer := self._answer(question), Chosen):
            pass
        self._idle += time.monotonic() - begun
        return tuple(view for view in views if view in set(answer.kept))

    def _number(self) -> int:
        self._questions += 1
        self._answers.clear()
        return self._questions

    def _answer(self, question: int) -> Picture | SurveyFailed | Chosen:
        """The next answer to a question. Waits for ever: the broker cancels the job of a client that is gone."""
        while True:
            while self._answers:
                answer = self._answers.popleft()
                if answer.number == question:
                    return answer
            self.check()
            if (message := self._link.receive(_WAIT_S)) is not None:
                self._sort(message)

    def _sort(self, message: Any) -> None:
        match message:
            case Cancel(job):
                self._cancelled |= job == self.job_id
            case Picture() | SurveyFailed() | Chosen():
                if message.job == self.job_id:
                    self._answers.append(message)
            case _:
                self._inbox.append(message)


def _place(picture: Picture, cameras: Sequence[Camera], pictures: dict[int, Array]) -> None:
    """Take a picture, unless it is one of an earlier asking, by a client that was away, that is there already."""
    if not 0 <= picture.index < len(cameras):
        raise RenderFailed(f"There is no view {picture.index} among {len(cameras)}.")
    pictures.setdefault(picture.index, checked_picture(picture.pixels, cameras[picture.index]))
