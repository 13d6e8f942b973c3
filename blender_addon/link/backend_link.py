"""The connection to a backend: joining one that runs, starting our own, noticing its end. No bpy, nothing blocks.

stopped ─start→ starting ─→ ready ⇄ busy
                   │           └──→ lost        it answered before and no longer does
                   ├──→ failed                  it did not start, or has no working worker
                   └──→ refused                 it speaks another version
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..protocol.client import Client
from ..protocol.connection import default_connection_file, process_alive, read_connection
from ..protocol.errors import BackendLost, BackendMissing, BackendStartFailed, ErrorInfo, StaffageError
from ..protocol.messages import Hello, Status
from . import python_finder
from .backend_process import ALREADY_SERVING, BackendProcess

log = logging.getLogger(__name__)

JOIN_PATIENCE_S = 3.0
START_PATIENCE_S = 60.0  # until it listens; warming up comes after that
END_PATIENCE_S = 5.0
KILL_PATIENCE_S = 1.0
_LOOK_EVERY_S = 0.5  # whether the process is still there

_NO_PACKAGE = "The Python named in the preferences lacks a package: run “python -m pip install .” in Staffage's folder."


@dataclass(frozen=True)
class Options:
    """What starting needs to know; from the preferences."""

    hello: Hello
    python: str  # as the user named it, or empty
    log_file: Path
    folder: Path  # our own, for a private connection file and to run in
    share: bool  # join a backend that runs already, and let others join ours


class BackendLink:
    """`tick` moves things on; what it returns are the messages of the backend."""

    def __init__(self) -> None:
        self.state = "stopped"
        self.error: ErrorInfo | None = None
        self.stage = ""  # what is going on while starting
        self.fraction: float | None = None
        self.seconds_left: float | None = None
        self.python = ""  # the one in use
        self.client: Client | None = None
        self.offered: tuple[str, ...] = ()  # the requests that the backend which is there, or was last, answers
        self.process: BackendProcess | None = None
        self.log_file: Path | None = None
        self._pid = 0  # of the backend, ours or not
        self._opening: Generator[str, None, None] | None = None
        self._leaving: Generator[str, None, None] | None = None
        self._looked = 0.0

    @property
    def own(self) -> bool:
        """Whether this Blender has started the backend."""
        return self.process is not None

    @property
    def status(self) -> Status | None:
        return self.client.status if self.client else None

    @property
    def others(self) -> int:
        """How many other programs use the backend."""
        return max(0, self.status.clients - 1) if self.status else 0

    @property
    def active(self) -> bool:
        """Whether ticks should come often."""
        return self._opening is not None or self._leaving is not None or self.state == "starting"

    # --- the user's verbs -------------------------------------------------------------------------------------------

    def start(self, options: Options) -> None:
        if self.state in ("starting", "ready", "busy"):
            return
        self._leave(shutdown=self.own)  # one of ours that no longer answers
        self._begin(options, join=options.share)

    def stop(self) -> None:
        """End our backend, unless others use it; from somebody else's, only disconnect."""
        self._leave(shutdown=self.own, unless_used=True)
        self._enter("stopped")

    def restart(self, options: Options) -> None:
        """Also for the others who use it."""
        if self.state == "refused" and not self.own:  # it does not listen to us; leave it to those it suits
            options = replace(options, share=False)
        self._leave(shutdown=True)
        self._begin(options, join=False)

    def close(self) -> None:
        """At the extension's end, when no tick will come any more: as `stop`, and wait for it."""
        self._stop_opening()
        if not self._leaving:
            self.stop()
        while self._leaving and next(self._leaving, ""):
            time.sleep(0.005)
        self._leaving = None

    # --- the pump ---------------------------------------------------------------------------------------------------

    def tick(self, budget_s: float) -> list[Any]:
        if self._leaving and next(self._leaving, "") == "":
            self._leaving = None
        if self._opening:
            try:
                self.stage = next(self._opening)
            except StopIteration:
                self._opening = None
            except StaffageError as error:
                self._fail("failed", error.info)
        if self.client is None:
            return []
        messages = self.client.poll(budget_s)
        self._follow_client(self.client)
        self._look_at_process()
        return messages

    def _follow_client(self, client: Client) -> None:
        if client.state == "refused":
            self._fail("refused", client.error)
        elif client.state == "lost":
            self._fail("lost", client.error)
        elif client.state == "ready":
            self.offered = client.welcome.requests
            self._follow_status(client.status)

    def _follow_status(self, status: Status | None) -> None:
        if status is None:
            self._enter("starting", "Connected")
        elif status.state == "failed":
            if self.state != "failed":  # once, so that the user can dismiss it
                self.error = status.error
            self._enter("failed")
        else:
            if status.state == "starting":
                self._enter("starting", status.stage)
                self.fraction, self.seconds_left = status.fraction, status.seconds_left
            else:
                self._enter(status.state)

    def _look_at_process(self) -> None:
        """A killed backend is noticed here long before its silence is."""
        now = time.monotonic()
        if self.client is None or now - self._looked < _LOOK_EVERY_S:
            return
        self._looked = now
        if self.process and self.process.exit_code == ALREADY_SERVING:
            self.process = None  # another Blender was faster, and it is that one's backend that has answered
        ended = self.process.exit_code is not None if self.process else not process_alive(self._pid)
        if ended:
            self._fail("lost", BackendLost(self.process.ending() if self.process else "Its process has ended.").info)

    def _fail(self, state: str, error: ErrorInfo | None) -> None:
        """Over; whoever waits for a job learns it from `state` and `error`."""
        log.warning("backend %s: %s", state, error.detail if error else "")
        self._opening = None
        if state == "lost" and self.process and self.process.exit_code is not None and error:
            error = BackendLost(self.process.ending()).info
        if self.client:
            self.client.close()
            self.client = None
        if self.process and self.process.exit_code is not None:
            self.process = None
        self.error = error
        self._enter(state)

    def _enter(self, state: str, stage: str = "") -> None:
        if state != self.state:
            log.info("backend: %s", state)
        self.state, self.stage = state, stage
        self.fraction = self.seconds_left = None
        if state in ("stopped", "ready", "busy"):
            self.error = None

    # --- opening ----------------------------------------------------------------------------------------------------

    def _begin(self, options: Options, join: bool) -> None:
        self._enter("starting", "Connecting")
        self.error = None
        self.log_file = options.log_file
        self._opening = self._open(options, join)

    def _open(self, options: Options, join: bool) -> Generator[str, None, None]:
        """Yields what is going on; at the end there is a client, or an error was raised."""
        while self._leaving:
            yield "Waiting for the old backend to end"
        shared = default_connection_file()
        if join and (yield from self._join(shared, options.hello)):
            return
        python = yield from self._with_stage(
            python_finder.find(options.python, str(options.folder)), "Looking for the backend's Python"
        )
        self.python = python.path
        file = shared if options.share else options.folder / f"connection-{os.getpid()}.json"
        self.process = process = BackendProcess(python, file, options.log_file, str(options.folder))
        deadline = time.monotonic() + START_PATIENCE_S
        while not (yield from self._join(file, options.hello)):
            if process.exit_code == ALREADY_SERVING:  # another Blender was faster
                self.process = None
                if (yield from self._join(file, options.hello)):
                    return
            if process.exit_code is not None:
                self.process = None
                raise _start_failure(process.ending())
            if time.monotonic() > deadline:
                process.kill()
                self.process = None
                raise BackendStartFailed(f"It did not listen within {START_PATIENCE_S:.0f} seconds.")
            yield "Starting the process"

    def _join(self, file: Path, hello: Hello) -> Generator[str, None, bool]:
        """Whether a backend answers at the connection file's address; it is ours to talk to then."""
        try:
            connection = read_connection(file)
        except BackendMissing:
            return False
        client = Client(connection.endpoint, hello, connect_timeout=JOIN_PATIENCE_S)
        try:
            while client.state == "connecting":
                client.poll(0.001)
                yield "Connecting"
            if client.state == "lost":
                return False
            self.client, client = client, None
            self._pid = connection.pid
            return True
        finally:
            if client:
                client.close()

    def _stop_opening(self) -> None:
        if self._opening:
            self._opening.close()
            self._opening = None

    @staticmethod
    def _with_stage(work: Generator[Any, None, Any], stage: str) -> Generator[str, None, Any]:
        while True:
            try:
                next(work)
            except StopIteration as stop:
                return stop.value
            yield stage

    # --- leaving ----------------------------------------------------------------------------------------------------

    def _leave(self, shutdown: bool, unless_used: bool = False) -> None:
        """Let go of the present backend; what has to be waited for goes on in the ticks."""
        self._stop_opening()
        client, process, pid = self.client, self.process, self._pid
        self.client = self.process = None
        self._pid = 0
        if shutdown and (client or process):
            self._leaving = _end_backend(client, process, pid, unless_used)
        elif client:
            client.close()


def _end_backend(
    client: Client | None, process: BackendProcess | None, pid: int, unless_used: bool
) -> Generator[str, None, None]:
    def alive() -> bool:
        return process.exit_code is None if process else bool(pid) and process_alive(pid)

    try:
        if client and client.state == "ready":
            client.shutdown(unless_used=unless_used)
        deadline = time.monotonic() + END_PATIENCE_S
        while alive() and time.monotonic() < deadline:
            if client and client.state == "ready":
                client.poll(0.001)
                if unless_used and client.status and client.status.clients > 1:
                    process = None  # it stays for the others
                    return
            elif process:
                process.end_soon()
            yield "Ending"
        deadline = time.monotonic() + KILL_PATIENCE_S
        while process and alive() and time.monotonic() < deadline:
            process.kill()
            yield "Ending"
    finally:
        if client:
            client.close()
        if process:
            process.kill()


def _start_failure(detail: str) -> BackendStartFailed:
    if "No module named" in detail or "ModuleNotFoundError" in detail:
        return BackendStartFailed(detail, remedy=_NO_PACKAGE)
    return BackendStartFailed(detail)
