"""The worker as a process: starting, watching and ending it, and how much memory a process takes."""

from __future__ import annotations

import ctypes
import logging
import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path

log = logging.getLogger(__name__)

TOKEN = "STAFFAGE_WORKER_TOKEN"  # in the environment, because others may read a command line
_PACKAGES = Path(__file__).resolve().parents[2]
_PR_SET_PDEATHSIG = 1


class WorkerProcess:
    """One worker from its start to its end. `identity` names it on the broker's socket and cannot be guessed."""

    def __init__(self, endpoint: str) -> None:
        token = secrets.token_hex(16)
        self.identity = token.encode()
        paths = [str(_PACKAGES), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = os.environ | {TOKEN: token, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-m", "backend.service.worker", "--endpoint", endpoint, "--parent", str(os.getpid())]
        # Libraries print banners on stdout: it goes where the log goes.
        output = 2 if sys.stderr is not None else subprocess.DEVNULL
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        self._process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            creationflags=flags,
        )
        log.info("worker %d started", self._process.pid)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._process.kill()

    def end(self, patience_s: float = 1.0) -> None:
        """Terminate it, by force if it does not end in time."""
        if self.is_alive:
            self._process.terminate()
            try:
                self._process.wait(patience_s)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()

    def obituary(self) -> str:
        """How it ended, in the user's words."""
        code = self._process.poll()
        if code is None:
            return "It was stopped because it did not react."
        if code < 0:
            try:
                name = signal.Signals(-code).name
            except ValueError:
                name = f"signal {-code}"
            memory = " The computer may have run out of memory." if name == "SIGKILL" else ""
            return f"The worker process was ended by {name}.{memory}"
        return f"The worker process ended with code {code}."


def die_with_parent() -> None:
    """Let the kernel end this process when its parent ends, where the kernel can do that (Linux)."""
    if sys.platform == "linux":
        try:
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        except (OSError, AttributeError):
            log.debug("no prctl here")


def resident_bytes(pid: int) -> int:
    """Memory that a process occupies, or 0 where that cannot be found out."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        pass
    try:
        import psutil  # optional: macOS and Windows have no /proc
    except ImportError:
        return 0
    try:
        return psutil.Process(pid).memory_info().rss
    except psutil.Error:
        return 0
