"""What a backend's life depends on: no other at its connection file, its parent's life, a log that does not grow."""

from __future__ import annotations

import contextlib
import logging
import os
import stat
import sys
import time
from pathlib import Path
from typing import IO

from protocol.connection import process_alive, read_connection
from protocol.errors import BackendMissing

CLAIM_PATIENCE_S = 10.0  # for another backend that is starting to say so
LOG_BYTES = 20 * 2**20

log = logging.getLogger(__name__)


class AlreadyServing(Exception):
    """Another backend answers at this connection file."""

    def __init__(self, pid: int) -> None:
        super().__init__(f"process {pid} serves already")


@contextlib.contextmanager
def claim(connection_file: Path):
    """Be the only backend of this connection file; raises `AlreadyServing`.

    Two Blenders that press Start at the same moment would otherwise both find no backend, and the second one's file
    would hide the first backend. The system lets go of the lock however the process ends. Who holds the lock but does
    not answer is frozen, and no reason not to start.
    """
    connection_file.parent.mkdir(parents=True, exist_ok=True)
    with connection_file.with_name(connection_file.name + ".lock").open("ab") as file:
        deadline = time.monotonic() + CLAIM_PATIENCE_S
        while not _lock(file):
            if (pid := _answering(connection_file)) is not None:
                raise AlreadyServing(pid)
            if time.monotonic() > deadline:
                log.warning("somebody else holds %s and does not answer", file.name)
                break
            time.sleep(0.05)
        if (pid := _answering(connection_file)) is not None:  # one that found no lock to take
            raise AlreadyServing(pid)
        yield


def _lock(file: IO[bytes]) -> bool:
    """Whether the lock is ours now, or nobody can have one on this file system."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError as error:
        log.warning("no locks here: %s", error)
    return True


def _answering(connection_file: Path) -> int | None:
    """The process that answers at the connection file's address, if one does; a file left over says nothing."""
    from backend.service.blocking import knock

    try:
        connection = read_connection(connection_file)
    except BackendMissing:
        return None
    return connection.pid if knock(connection.endpoint) else None


class Parent:
    """The process that started this one, or was named as such."""

    def __init__(self, pid: int | None) -> None:
        self.pid = pid
        # A child learns of its parent's end from the system; a number alone may be given to another process.
        self._is_ours = sys.platform != "win32" and pid == os.getppid()

    @property
    def is_gone(self) -> bool:
        if self.pid is None:
            return False
        return os.getppid() != self.pid if self._is_ours else not process_alive(self.pid)


def keep_log_small(limit: int = LOG_BYTES) -> None:
    """Begin the log anew when it has grown too large: a backend may run for months.

    Only a file that every writer appends to can be cut; one with a position would go on behind a hole.
    """
    if sys.platform == "win32":  # what appends and what does not is not inherited there
        return
    import fcntl

    with contextlib.suppress(OSError):
        status = os.fstat(2)
        if stat.S_ISREG(status.st_mode) and status.st_size > limit and fcntl.fcntl(2, fcntl.F_GETFL) & os.O_APPEND:
            os.ftruncate(2, 0)
            log.info("the log was longer than %d bytes and begins anew", limit)
