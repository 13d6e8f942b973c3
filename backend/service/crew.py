"""The worker as the broker sees it: started, warming up, ready, gone, started again. One worker now.

A worker that ends while it computes, or after a while, is replaced at once. One that cannot get ready, or ends as soon
as it is, is not started again and again: after three attempts, or when it says why it cannot, the crew is "failed"
until somebody asks for something.
"""

from __future__ import annotations

import logging
import time
from typing import Any

import zmq

from backend.service import internal
from backend.service.process import WorkerProcess
from protocol.errors import ErrorInfo, WorkerDied

START_ATTEMPTS = 3
RETRY_AFTER_S = 2.0
STABLE_S = 10.0  # who was ready for so long counts as having worked
# What a dying worker had sent may still be on its way when we learn that it is dead.
LAST_WORDS_S = 0.2

log = logging.getLogger(__name__)


class Crew:
    """`state` is starting | ready | failed. The socket is the broker's ROUTER for workers."""

    def __init__(self, socket: zmq.Socket, endpoint: str) -> None:
        self.state = "starting"
        self.stage = "Starting"
        self.fraction = 0.0
        self.error: ErrorInfo | None = None
        self.actions: tuple[str, ...] = ()
        self._socket = socket
        self._endpoint = endpoint
        self._failures = 0  # attempts in a row that came to nothing
        self._ready_at = 0.0
        self._has: set[str] = set()  # meshes that the worker holds
        self._died_at: float | None = None
        self._retry_at: float | None = None
        self._process: WorkerProcess | None = None

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def start(self) -> None:
        self.state, self.stage, self.fraction, self.error = "starting", "Starting", 0.0, None
        self._has.clear()
        self._died_at = self._retry_at = None
        self._process = WorkerProcess(self._endpoint)

    def revive(self) -> None:
        """Somebody asks for something: a crew that has failed tries once more."""
        if self.state == "failed":
            self._failures = START_ATTEMPTS - 1
            self.start()

    def is_from_current(self, identity: bytes) -> bool:
        return self._process is not None and identity == self._process.identity

    def on_message(self, message: Any) -> None:
        match message:
            case internal.WarmUp(stage, fraction):
                self.stage, self.fraction = stage, fraction
            case internal.Ready(actions):
                self.state, self.stage, self.fraction, self.actions = "ready", "", 1.0, actions
                self._ready_at = time.monotonic()
                log.info("worker %d is ready", self.pid)
            case internal.NotReady(error):
                self._fail(error)

    def run(self, job: str, request: Any, meshes: dict[str, Any], keep: tuple[str, ...]) -> None:
        """Give the worker a job, and of `meshes` those that it lacks. It forgets what is not in `keep`."""
        self._has &= set(keep)
        for name in meshes.keys() - self._has:
            self.send(internal.Store(meshes[name]))
        self._has |= meshes.keys()
        self.send(internal.Run(job, request, keep))

    def send(self, message: Any) -> None:
        try:
            self._socket.send_multipart([self._process.identity, *internal.encode(message)], zmq.NOBLOCK, copy=False)
        except zmq.ZMQError as error:  # it has just died; `watch` will notice
            log.warning("worker %d cannot be reached: %s", self.pid, error)

    def watch(self, now: float, *, busy: bool) -> str | None:
        """To be called often. When a worker has died, returns how; a new one has then been started or will be.

        `busy`: it has a job. That a job kills its worker says nothing against the next one.
        """
        if self._retry_at is not None:
            if now >= self._retry_at:
                self.start()
            return None
        if self._process is None or self.state == "failed" or self._process.is_alive:
            return None
        if self._died_at is None:
            self._died_at = now
        if now - self._died_at < LAST_WORDS_S:
            return None
        obituary = self._process.obituary()
        log.warning("%s", obituary)
        self._replace(obituary, now, busy)
        return obituary

    def kill(self, now: float) -> None:
        """End a worker that does not react, and start another."""
        log.warning("worker %d does not react and is ended", self.pid)
        self._process.end(0.0)
        self._replace("It did not react.", now, busy=True)

    def end(self) -> None:
        if self._process and self._process.is_alive:
            self._process.end()
        self._retry_at = None

    def _replace(self, obituary: str, now: float, busy: bool) -> None:
        if self.state == "ready" and (busy or now - self._ready_at > STABLE_S):
            self._failures = 0
            self.start()
            return
        self.state = "starting"
        self._failures += 1
        self._died_at = None
        if self._failures >= START_ATTEMPTS:
            remedy = "Look into the backend's log, or run “python -m backend doctor”."
            self._fail(WorkerDied(obituary, remedy=remedy).info)
        else:
            self._retry_at = now + RETRY_AFTER_S
            self.stage, self.fraction = "Starting again", 0.0

    def _fail(self, error: ErrorInfo) -> None:
        log.error("no worker: %s", error.detail)
        self.state, self.stage, self.fraction, self.error = "failed", error.title, 0.0, error
        if self._process:
            self._process.end()
