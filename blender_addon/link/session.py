"""What this Blender has going on with its backend: the link, one request, the results. No bpy; Blender is the `Host`.

`tick` is the body of the extension's one timer. It can be called by hand where timers do not run (blender -b, tests):

    session.start(); session.tick() until session.state == "ready"
    session.generate(request); session.tick() until session.job is None; then session.error or session.newest

While a job imagines, the backend asks for pictures of the scene, which a tick renders one or a few at a time, and
perhaps which of the imagined ones to go on with: `session.job.review`, answered by `session.choose`.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..protocol.arrays import Array
from ..protocol.errors import BackendMissing, ErrorInfo, InternalError, StaffageError
from ..protocol.messages import (
    Accepted,
    CancelledJob,
    Failed,
    Imagined,
    Preview,
    Progress,
    Result,
    Review,
    Survey,
)
from .backend_link import BackendLink, Options
from .budget import TICK_S, Budget
from .jobs import Job, Request, Results, StoredResult

log = logging.getLogger(__name__)

# Seconds until the next tick.
_BUSY_S, _WAITING_S, _IDLE_S, _STOPPED_S = 0.01, 0.04, 0.25, 1.0


class Shot(Protocol):
    """A picture of the scene: pixels (H, W, 3) uint8 sRGB, and whether it needed the fill light."""

    pixels: Array
    filled: bool


class Host(Protocol):
    """What the session needs of Blender."""

    def options(self) -> Options: ...

    def gather(self, request: Request, budget: Budget) -> Generator[float, None, Any]:
        """Read the scene: yields the fraction done, returns something with `snapshot` and `meshes`."""

    def obstacle(self) -> str:
        """Why nothing can be inserted just now, in words for the user; empty if it can."""

    def insert(self, result: str) -> None:
        """Insert a result's first candidate with an undo step."""

    def show_preview(self, preview: Preview | None) -> None: ...

    def cannot_render(self) -> str:
        """Why no picture can be made just now, in words for the user; empty if one can."""

    def render(self, request: Request, survey: Survey, first: int) -> Sequence[Shot]:
        """The survey's pictures from number `first` on: one, or what can be made at once."""

    def show_imagined(self, imagined: Imagined) -> None: ...

    def ask(self, review: Review) -> None:
        """Put the choice before the user."""

    def forget_pictures(self) -> None:
        """The job that imagined them has ended."""


@dataclass(frozen=True)
class Bar:
    """A progress bar: what goes on, 0…1, seconds or None."""

    stage: str
    fraction: float
    seconds_left: float | None


class Session:
    """`state` is stopped | starting | ready | busy | lost | failed | refused. `revision` changes when a panel would."""

    def __init__(self, host: Host) -> None:
        self.link = BackendLink()
        self.job: Job | None = None
        self.results = Results()
        self.waiting = ""  # the result that waits to be inserted
        self.asked = "humans"  # the kind of the last request
        self.obstacle = ""  # why it waits
        self.notice = ""  # the last thing worth a line, such as that a request was cancelled
        self.revision = 0
        self._job_error: ErrorInfo | None = None
        self._host = host
        self._budget = Budget()
        self._shown: tuple = ()

    # --- what there is ----------------------------------------------------------------------------------------------

    @property
    def state(self) -> str:
        if self.link.state in ("ready", "busy"):
            return "busy" if self.job else "ready"  # busy for others is ready for us: there is a queue
        return self.link.state

    @property
    def progress(self) -> Bar | None:
        """Of the request, or of the backend's start."""
        if self.job:
            return Bar(self.job.stage, self.job.fraction, self.job.seconds_left)
        if self.link.state == "starting":
            return Bar(self.link.stage, self.link.fraction or 0.0, self.link.seconds_left)
        return None

    @property
    def error(self) -> ErrorInfo | None:
        """What went wrong last: with the backend, or with the last request."""
        return self.link.error or self._job_error

    @property
    def newest(self) -> StoredResult | None:
        return self.results.newest

    def offers(self, request: str) -> bool:
        """Whether the backend that is there, or was last, answers requests of this class of `protocol.messages`."""
        return request in self.link.offered

    @property
    def python(self) -> str:
        return self.link.python

    @property
    def can_generate(self) -> str:
        """Why Generate cannot be pressed, or nothing."""
        if self.job:
            return "One request at a time: wait for it or press Cancel"
        match self.link.state:
            case "ready" | "busy":
                return ""
            case "starting":
                return "The backend is still starting"
            case "stopped":
                return "Start the backend first"
        return "The backend does not work: press Restart first"

    # --- the user's verbs -------------------------------------------------------------------------------------------

    def start(self) -> None:
        self._job_error = None
        self.link.start(self._host.options())

    def stop(self) -> None:
        self._drop_job()
        self._job_error = None
        self.link.stop()

    def restart(self) -> None:
        self._drop_job()
        self._job_error = None
        self.link.restart(self._host.options())

    def generate(self, request: Request) -> None:
        """Begin to work on a request. Raises `BackendMissing` when it cannot be taken now."""
        if reason := self.can_generate:
            raise BackendMissing(f"{reason}.")
        self._job_error = None
        self.notice = ""
        self.asked = request.kind
        self.job = Job(request, self._prepare(request))

    def cancel(self) -> None:
        if self.job is None:
            return
        if self.job.id and self.link.client:
            self.job.cancel()
            self.link.client.cancel(self.job.id)
        else:
            self._end_job(notice="Cancelled")

    def choose(self, kept: Sequence[int]) -> None:
        """Answer the job's review: go on with these pictures."""
        if self.job and self.job.review and self.link.client:
            self.link.client.choose(self.job.review, kept)
            self.job.review = None

    def dismiss_error(self) -> None:
        self._job_error = None
        self.link.error = None

    def forget_scene(self) -> None:
        """Another file is opened: nothing of the old one may be inserted into it."""
        if self.job and self.job.id and self.link.client:
            self.link.client.cancel(self.job.id)
        self._drop_job()
        self.waiting = self.notice = ""

    def inserted(self, result: str) -> None:
        """The operator has inserted it, whoever called it."""
        if self.waiting == result:
            self.waiting = self.obstacle = ""

    def close(self) -> None:
        """At the extension's end."""
        self._drop_job()
        self.link.close()

    # --- the pump ---------------------------------------------------------------------------------------------------

    def tick(self, budget_s: float = TICK_S) -> float:
        """Do what fits into `budget_s`; seconds until the next tick is due. Only Blender's own work may take longer:
        inserting a result, rendering a picture.
        """
        self._budget.start(budget_s)
        try:
            for message in self.link.tick(budget_s / 2):
                self._receive(message)
            self._follow_link()
            self._read_scene()
            self._show_pictures()
            self._render_views()
            self._insert_waiting()
        except Exception as error:  # raised through, it would end the timer for good
            log.exception("tick")
            self._end_job(InternalError(f"{type(error).__name__}: {error}").info)
            self.waiting = ""
        if (shown := self._visible()) != self._shown:
            self._shown = shown
            self.revision += 1
        return self._interval()

    def _receive(self, message: Any) -> None:
        job = self.job
        if job is None or getattr(message, "job", None) != job.id:
            return
        match message:
            case Accepted():
                job.accepted(message)
            case Progress():
                job.progressed(message)
            case Preview() | Survey() | Imagined() | Review() if job.cancelling:
                pass
            case Preview():
                self._host.show_preview(message)
            case Survey():
                job.surveyed(message)
            case Imagined():
                job.pictured(message)
            case Review():
                if job.reviewed(message):
                    self._host.ask(message)
            case Result() if job.cancelling:  # it was faster than the wish to cancel
                self._end_job(notice="Cancelled")
            case Result():
                self.results.add(StoredResult(job.id, job.request.without_pictures(), message))
                self.waiting = job.id
                self._end_job(notice=f"Understood as: {message.reading}" if message.reading else "")
            case Failed(_, error):
                self._end_job(error)
            case CancelledJob():
                self._end_job(notice="Cancelled")

    def _follow_link(self) -> None:
        if self.job and self.link.client is None:
            self._end_job()  # the link's own error says why

    def _read_scene(self) -> None:
        job = self.job
        if job is None or job.reading is None:
            return
        try:
            while not self._budget.over():
                job.read(next(job.reading))
        except StopIteration as stop:
            job.sent(stop.value)
        except StaffageError as error:
            self._end_job(error.info)

    def _prepare(self, asked: Request) -> Generator[float, None, str]:
        """Read the scene and send the request; yields the fraction done, returns the job's id."""
        gathered = yield from self._host.gather(asked, self._budget)
        making = asked.message(gathered.snapshot)
        while True:
            try:
                next(making)
            except StopIteration as stop:
                message = stop.value
                break
            yield 1.0
        sending = self.link.client.submitting(message, gathered.meshes)
        while True:
            try:
                next(sending)
            except StopIteration as stop:
                return stop.value
            yield 1.0

    def _show_pictures(self) -> None:
        """Many may come at once, and each takes a millisecond or two."""
        while self.job and self.job.unseen and not self._budget.over():
            self._host.show_imagined(self.job.next_unseen())

    def _render_views(self) -> None:
        """One step of a survey; whatever goes wrong is told to the backend, which fails the job with it."""
        job = self.job
        if job is None or job.survey is None or job.cancelling:
            return
        if reason := self._host.cannot_render():
            job.waits(reason)
            return
        survey, client = job.survey, self.link.client
        try:
            for shot in self._host.render(job.request, survey, job.rendered):
                client.picture(survey, job.rendered, shot.pixels, filled=shot.filled)
                job.rendered += 1
        except StaffageError as error:
            job.survey = None
            client.survey_failed(survey, error.detail or error.title)
        except Exception as error:
            log.exception("rendering")
            job.survey = None
            client.survey_failed(survey, f"{type(error).__name__}: {error}"[:500])
        if job.rendered == len(survey.cameras):
            job.survey = None

    def _insert_waiting(self) -> None:
        if not self.waiting:
            return
        self.obstacle = self._host.obstacle()
        if not self.obstacle:
            result, self.waiting = self.waiting, ""
            self._host.insert(result)

    def _end_job(self, error: ErrorInfo | None = None, notice: str = "") -> None:
        self._drop_job()
        self._job_error, self.notice = error, notice

    def _drop_job(self) -> None:
        if self.job and self.job.reading:
            self.job.reading.close()
        if self.job:
            self._host.show_preview(None)
        if self.job and self.job.imagined:
            self._host.forget_pictures()
        self.job = None

    def _interval(self) -> float:
        if self.job and (self.job.reading or self.job.survey or self.job.fraction <= 0.05):
            return _BUSY_S
        if self.job or self.link.active or self.waiting:
            return _WAITING_S
        return _IDLE_S if self.link.client else _STOPPED_S

    def _visible(self) -> tuple:
        """What panels show; a change in the last second of an estimate is not worth a redraw."""
        bar = self.progress
        progress = (bar.stage, round(bar.fraction, 3), bar.seconds_left and round(bar.seconds_left)) if bar else None
        status = self.link.status
        figures = (status.resident_bytes >> 24, status.clients) if status else ()
        job = (self.job.cancelling, self.job.shown, self.job.rendered, self.job.review) if self.job else ()
        return self.state, self.error, progress, job, self.waiting, self.obstacle, self.notice, figures
