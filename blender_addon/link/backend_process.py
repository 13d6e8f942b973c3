"""A backend that this Blender has started: its process, its log, and word of how it ended."""

from __future__ import annotations

import contextlib
import os
import subprocess
from pathlib import Path

from ..protocol.errors import BackendStartFailed
from .python_finder import Python, environment, quiet_process

# The backend's exit code for "another one serves already at this connection file".
ALREADY_SERVING = 3
_TAIL_BYTES = 8192
_TAIL_LINES = 3


class BackendProcess:
    """`python -m backend serve`, with this Blender as the parent whose end it watches."""

    def __init__(self, python: Python, connection_file: Path, log_file: Path, folder: str) -> None:
        """Raises `BackendStartFailed` when the process cannot be started at all."""
        self.connection_file = connection_file
        self.log_file = log_file
        command = [python.path, "-m", "backend", "serve", "--connection", str(connection_file)]
        command += ["--parent-pid", str(os.getpid())]
        try:
            log_file.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(OSError):
                os.replace(log_file, log_file.with_name(log_file.name + ".1"))
            log = log_file.open("ab")  # appending, so that the backend can cut it when it grows
        except OSError as error:
            raise BackendStartFailed(
                f"The log file {log_file} cannot be written: {error.strerror}.",
                remedy="Choose another log file in the extension's preferences.",
            ) from None
        with log:
            try:
                self._process = subprocess.Popen(
                    command,
                    cwd=python.folder or folder,
                    env=environment() | {"PYTHONUNBUFFERED": "1"},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    **quiet_process(),
                )
            except OSError as error:
                raise BackendStartFailed(f"{python.path} cannot be run: {error.strerror}.") from None

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def end_soon(self) -> None:
        """Ask the process to end, without waiting."""
        if self._process.poll() is None:
            self._process.terminate()

    def kill(self) -> None:
        """End the process by force, without waiting."""
        if self._process.poll() is None:
            self._process.kill()

    def ending(self) -> str:
        """How it ended, with the log's last lines."""
        code = self._process.poll()
        if code and code < 0:
            return f"It was ended by signal {-code}."  # from outside; the log knows nothing of it
        how = f"It ended with exit code {code}."
        tail = log_tail(self.log_file)
        return f"{how}\n{tail}" if tail else how


def log_tail(path: Path, lines: int = _TAIL_LINES) -> str:
    """The last lines of a log, or nothing."""
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - _TAIL_BYTES))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(text.strip().splitlines()[-lines:])
