"""Which Python has the backend: the one named in the preferences, or else the first that proves to have it.

A Python is asked by running it, which can take seconds (a cold disk, Windows' scanner), so this is a generator that
never waits.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..protocol.connection import backend_record_file
from ..protocol.errors import BackendStartFailed

PATIENCE_S = 20.0
ENVIRONMENT_VARIABLE = "STAFFAGE_PYTHON"
_ON_PATH = ("python3.13", "python3.12", "python3.11", "python3", "python")

# Printed as one line: which of the needed packages the Python lacks. Nothing heavy is imported for it.
_QUESTION = """
import importlib.util, json, sys
def has(name):
    try:
        return importlib.util.find_spec(name) is not None
    except Exception:
        return False
needed = ("backend.cli", "protocol.messages", "numpy", "zmq", "torch")
print(json.dumps({"version": sys.version_info[:2], "missing": [name for name in needed if not has(name)]}))
"""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Python:
    """A Python to run the backend with, from `folder` if the backend is there without being installed."""

    path: str
    folder: str = ""
    origin: str = ""  # who says so, for messages


def find(chosen: str, fallback_folder: str) -> Generator[str, None, Python]:
    """Yields what is being asked while it waits. `chosen`: the preference; `fallback_folder`: where to run it.

    Raises `BackendStartFailed`. A Python that the user named is not replaced by another.
    """
    named = list(_named(chosen))
    complaints = []
    seen = set()
    for python in named or _guesses():
        identity = (os.path.normcase(python.path), python.folder)
        if identity in seen:
            continue
        seen.add(identity)
        complaint = yield from _ask(python, python.folder or fallback_folder)
        if not complaint:
            log.info("using %s (%s)", python.path, python.origin)
            return python
        log.info("not %s (%s): %s", python.path, python.origin, complaint)
        complaints.append(f"{python.path}: {complaint}")
    if named:
        raise BackendStartFailed(f"{complaints[-1]}. It is {named[0].origin}.")
    tried = "; ".join(complaints) or "no Python is on the PATH"
    raise BackendStartFailed(
        f"No Python with the Staffage backend was found. Tried: {tried}.",
        remedy="Install the backend with “python -m pip install .” in Staffage's folder, or name its Python in the "
        "extension's preferences.",
    )


def environment() -> dict[str, str]:
    """Blender's own, without what would point another Python to Blender's library."""
    unwanted = {"PYTHONHOME", "__PYVENV_LAUNCHER__", "PYTHONEXECUTABLE"}
    return {name: value for name, value in os.environ.items() if name not in unwanted}


def quiet_process() -> Mapping[str, object]:
    """Popen arguments: no console window on Windows, no part in the terminal's Ctrl+C elsewhere."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}


def _named(chosen: str) -> Iterator[Python]:
    path, origin = chosen, "named in the preferences"
    if not path:
        path, origin = os.environ.get(ENVIRONMENT_VARIABLE, ""), f"named by {ENVIRONMENT_VARIABLE}"
    if path:
        yield Python(path, "", origin)
        _, folder = _record()
        if folder:  # a checkout that was never installed
            yield Python(path, folder, origin)


def _guesses() -> Iterator[Python]:
    recorded, folder = _record()
    if recorded and Path(recorded).is_file():
        yield Python(recorded, folder, "the backend's last use")
    for name in _ON_PATH:
        if path := shutil.which(name):
            yield Python(path, "", "on the PATH")
            if folder:
                yield Python(path, folder, "on the PATH")


def _record() -> tuple[str, str]:
    """The Python and the folder of the backend that was last used, each empty if unknown."""
    try:
        content = json.loads(backend_record_file().read_text("utf-8"))
        python, folder = str(content["python"]), str(content.get("folder", ""))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return "", ""
    return python, folder if folder and Path(folder, "backend").is_dir() else ""


def _ask(python: Python, folder: str) -> Generator[str, None, str]:
    """What is wrong with it; empty if nothing."""
    try:
        process = subprocess.Popen(
            [python.path, "-c", _QUESTION],
            cwd=folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            **quiet_process(),
        )
    except (OSError, ValueError) as error:
        return f"cannot be run ({getattr(error, 'strerror', None) or error})"
    try:
        deadline = time.monotonic() + PATIENCE_S
        while process.poll() is None:
            if time.monotonic() > deadline:
                return f"did not answer within {PATIENCE_S:.0f} seconds"
            yield python.path
        answer = process.stdout.read()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()
    return _complaint(answer, process.returncode)


def _complaint(answer: bytes, code: int) -> str:
    try:
        content = json.loads(answer.decode("utf-8", "replace").strip().splitlines()[-1])
        version, missing = tuple(content["version"]), [str(name) for name in content["missing"]]
    except (ValueError, IndexError, KeyError, TypeError):
        return f"is no Python that works (exit code {code})"
    if version < (3, 11):
        return f"is Python {version[0]}.{version[1]}; the backend needs 3.11 or later"
    if "backend.cli" in missing or "protocol.messages" in missing:
        return "does not have the staffage package"
    return f"lacks {', '.join(missing)}" if missing else ""
