"""Where the two sides find each other on this computer: data folder, connection file, backend record, living processes.

The backend writes the connection file once it listens and removes it when it ends; the extension reads it. The backend
record tells the extension which Python has the backend installed.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from .errors import BackendMissing

_STILL_ALIVE = 0x102  # Windows' WAIT_TIMEOUT: the process has not ended
_QUERY_AND_WAIT = 0x1000 | 0x100000  # PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE


@dataclass(frozen=True)
class Connection:
    """How to reach a backend."""

    endpoint: str  # tcp://127.0.0.1:PORT
    pid: int
    protocol: tuple[int, int]


# --- places ---------------------------------------------------------------------------------------------------------


def user_data_dir() -> Path:
    """Staffage's folder among this user's data; the variable STAFFAGE_DATA_DIR overrides it."""
    if chosen := os.environ.get("STAFFAGE_DATA_DIR"):
        return Path(chosen)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        base = "~/Library/Application Support"
    else:
        base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "staffage"


def default_connection_file() -> Path:
    return user_data_dir() / "connection.json"


def backend_record_file() -> Path:
    """`{"python": path, "version": text}` of the backend that was last used, see backend/installation."""
    return user_data_dir() / "backend.json"


# --- the connection file --------------------------------------------------------------------------------------------


def write_connection(path: Path, connection: Connection) -> None:
    write_private_json(path, asdict(connection))


def read_connection(path: Path) -> Connection:
    """Raises `BackendMissing` when there is no such file, it cannot be understood, or its process is gone."""
    try:
        found = json.loads(path.read_text("utf-8"))
        major, minor = found["protocol"]
        connection = Connection(str(found["endpoint"]), int(found["pid"]), (int(major), int(minor)))
    except OSError:
        raise BackendMissing(f"There is no connection file {path}.") from None
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise BackendMissing(f"The connection file {path} cannot be understood: {error!r:.100}") from None
    if not process_alive(connection.pid):
        raise BackendMissing(f"The backend that wrote {path} has ended.")
    return connection


def remove_connection(path: Path, pid: int) -> None:
    """Remove the file if it is still the one that process `pid` wrote."""
    try:
        if json.loads(path.read_text("utf-8"))["pid"] == pid:
            path.unlink()
    except (OSError, ValueError, TypeError, KeyError):
        pass


def write_private_json(path: Path, content: dict) -> None:
    """Write so that nobody else can read it (mode 0600) and nobody ever reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    with contextlib.suppress(FileNotFoundError):
        draft.unlink()
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
    for attempt in range(20):
        try:
            os.replace(draft, path)
            return
        except PermissionError:  # Windows, while somebody reads the old file
            if attempt == 19:
                draft.unlink()
                raise
            time.sleep(0.05)


# --- processes ------------------------------------------------------------------------------------------------------


def process_alive(pid: int) -> bool:
    """Whether the process runs. One that has ended but was not yet collected by its parent counts as gone."""
    if pid <= 0:
        return False
    if sys.platform == "win32":
        return _process_alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's
    except OverflowError:
        return False
    try:
        # "pid (name) state …", and the name may hold brackets and spaces.
        status = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return True  # macOS
    return status.rpartition(")")[2].split()[0] not in ("Z", "X")


def _process_alive_on_windows(pid: int) -> bool:
    # os.kill(pid, 0) would end the process there.
    import ctypes
    from ctypes import wintypes

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.OpenProcess.argtypes = (wintypes.DWORD, wintypes.BOOL, wintypes.DWORD)
    kernel.OpenProcess.restype = wintypes.HANDLE
    kernel.WaitForSingleObject.argtypes = (wintypes.HANDLE, wintypes.DWORD)
    kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
    handle = kernel.OpenProcess(_QUERY_AND_WAIT, False, pid)
    if not handle:
        return ctypes.get_last_error() == 5  # access denied: it is there
    try:
        return kernel.WaitForSingleObject(handle, 0) == _STILL_ALIVE
    finally:
        kernel.CloseHandle(handle)
