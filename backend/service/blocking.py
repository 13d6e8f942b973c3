"""The client for programs that may wait: the command line, the evaluation, tests. Blender uses the client itself.

with local_backend() as connection, connect(connection.endpoint) as client:
    result = run(client, request, meshes)
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from backend import __version__
from protocol.client import Client
from protocol.connection import Connection, read_connection
from protocol.errors import BackendMissing, BackendStartFailed, Cancelled, error_from
from protocol.messages import CancelledJob, Failed, Hello, HumansRequest, Mesh, Result
from protocol.version import PROTOCOL_VERSION

START_TIMEOUT_S = 60.0
_PACKAGES = Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def local_backend(
    *, log: Path | None = None, environment: Mapping[str, str] | None = None, arguments: tuple[str, ...] = ()
) -> Iterator[Connection]:
    """A backend of our own for the duration of a `with` block; it also ends when this process does."""
    with tempfile.TemporaryDirectory(prefix="staffage-") as folder:
        file = Path(folder) / "connection.json"
        command = [sys.executable, "-m", "backend", "serve", "--connection", str(file)]
        command += ["--parent-pid", str(os.getpid()), *arguments]
        command += ["--log", str(log)] if log else []
        paths = os.pathsep.join([str(_PACKAGES), *filter(None, [os.environ.get("PYTHONPATH")])])
        environment = os.environ | {"PYTHONPATH": paths} | dict(environment or {})
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)
        try:
            yield _await_connection(process, file, log)
        finally:
            process.terminate()
            try:
                process.wait(10.0)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await_connection(process: subprocess.Popen, file: Path, log: Path | None) -> Connection:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with contextlib.suppress(BackendMissing):
            return read_connection(file)
        time.sleep(0.02)
    where = f" Its log is {log}." if log else ""
    raise BackendStartFailed(f"It ended with code {process.poll()}.{where}")


@contextlib.contextmanager
def connect(endpoint: str, *, identity: bytes | None = None, timeout: float = 10.0) -> Iterator[Client]:
    """A client that has been welcomed. Raises what kept it from being so."""
    hello = Hello(PROTOCOL_VERSION, "cli", __version__)
    client = Client(endpoint, hello, identity=identity, connect_timeout=timeout)
    try:
        early: list[Any] = []
        while client.state == "connecting":
            client.wait(0.05)
            early += client.poll()
        client.put_back(early)  # what arrived with the welcome is the caller's
        if client.state != "ready":
            raise error_from(client.error) if client.error else BackendMissing()
        yield client
    finally:
        client.close()


def knock(endpoint: str, timeout: float = 2.0) -> bool:
    """Whether a backend answers there, whatever it says."""
    client = Client(endpoint, Hello(PROTOCOL_VERSION, "cli", __version__), connect_timeout=timeout)
    try:
        early: list[Any] = []
        while client.state == "connecting":
            client.wait(0.05)
            early += client.poll()
        client.put_back(early)  # what arrived with the welcome is the caller's
        return client.state in ("ready", "refused")
    finally:
        client.close()


def run(
    client: Client,
    request: HumansRequest,
    meshes: Mapping[str, Mesh],
    *,
    on_message: Callable[[Any], None] | None = None,
) -> Result:
    """Submit and wait. `on_message` gets all that arrives. Raises the job's error; Ctrl-C cancels the job."""
    job = client.submit(request, meshes)
    try:
        while True:
            client.wait(0.1)
            for message in client.poll(budget_s=0.1):
                if on_message:
                    on_message(message)
                if getattr(message, "job", None) != job:
                    continue
                match message:
                    case Result():
                        return message
                    case Failed(_, error):
                        raise error_from(error)
                    case CancelledJob():
                        raise Cancelled
    except KeyboardInterrupt:
        client.cancel(job)
        raise
