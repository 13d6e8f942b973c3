"""Runs tasks in Blender processes of their own, with a throw-away user folder, and collects their events.

If Blender dies while it answers a request, that request is recorded as failed and a new Blender goes on with the rest;
if it never gets as far as taking requests, all of them are.
"""

from __future__ import annotations

import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from protocol.errors import ErrorInfo, StaffageError

from .requests import EvaluationRequest

REPOSITORY = Path(__file__).resolve().parents[2]
Event = dict[str, Any]


class BlenderFailed(StaffageError):
    """The Blender process, or the extension in it, did not get as far as taking requests."""

    code = "blender_failed"
    title = "Blender could not run the task"
    remedy = "Look at blender.log in the output folder; Blender as a module is needed: pip install -e .[blender]."


@dataclass(frozen=True)
class Task:
    """What one Blender process is to do; see `evaluation.blender.__main__` for the fields' meaning."""

    scene: Path | None
    out: Path
    requests: Sequence[EvaluationRequest]
    views: str = "best"
    seconds: float = 180.0  # longest time for one request
    keep: bool = False
    flat: bool = False  # results lie in `out` itself instead of `out`/<index>
    extras: dict[str, Any] = field(default_factory=dict)  # picture, picture_settings, blend


def run_task(
    task: Task, extension: Path, work: Path, on_event: Callable[[Event], None] = lambda event: None
) -> list[Event]:
    """One event per request, in order. `work` is an empty folder for arrays; `on_event` hears of everything at once."""
    answers: dict[int, Event] = {}
    pending = list(range(len(task.requests)))
    task.out.mkdir(parents=True, exist_ok=True)
    while pending:
        (work / "events.jsonl").unlink(missing_ok=True)
        ready, failed = False, None
        for event in _run_once(task, pending, extension, work):
            ready |= event["event"] == "ready"
            failed = event["error"] if event["event"] == "failed" else failed
            if event["event"] == "request":
                answers[event["index"]] = event
            on_event(event)
        pending = [index for index in pending if index not in answers]
        log = task.out / "blender.log"
        # Before it was ready no request is to blame, and another Blender would fare no better.
        lost, pending = (pending[:1], pending[1:]) if ready else (pending, [])
        for index in lost:
            answers[index] = _failed(index, failed or (_died(log) if ready else BlenderFailed(_tail(log)).info))
            on_event(answers[index])
    return [answers[index] for index in range(len(task.requests))]


def _run_once(task: Task, pending: Sequence[int], extension: Path, work: Path) -> Iterator[Event]:
    content = {
        "extension": str(extension), "scene": str(task.scene) if task.scene else None, "out": str(task.out),
        "work": str(work), "views": task.views, "seconds": task.seconds, "keep": task.keep, "flat": task.flat,
        "requests": [{"index": index, **task.requests[index].as_json()} for index in pending], **task.extras,
    }  # fmt: skip
    (work / "task.json").write_text(json.dumps(content), encoding="utf-8")
    command = [sys.executable, "-m", "backend.evaluation.blender", str(work / "task.json")]
    with blender_process(command, task.out / "blender.log") as process:
        events, read = work / "events.jsonl", 0
        while True:
            ended = process.poll() is not None  # asked before reading, so that the last lines are not missed
            if events.exists():
                text = events.read_text(encoding="utf-8")
                complete = text[read : text.rfind("\n") + 1]
                read += len(complete)
                yield from map(json.loads, complete.splitlines())
            if ended:
                return
            time.sleep(0.1)


@contextmanager
def blender_process(
    command: Sequence[str], log: Path, more: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen]:
    """A process with Blender in it: own user folder, output in `log`, ended when the block is left.

    `more`: of its environment.
    """
    with (
        tempfile.TemporaryDirectory(prefix="staffage-blender-", ignore_cleanup_errors=True) as user,
        open(log, "ab") as output,
    ):
        own = {"BLENDER_USER_RESOURCES": user, "STAFFAGE_DATA_DIR": str(Path(user, "data")), "PYTHONUNBUFFERED": "1"}
        environment = {**os.environ, **own, "STAFFAGE_PYTHON": sys.executable, **(more or {})}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(REPOSITORY), environment.get("PYTHONPATH")]))
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment, cwd=REPOSITORY)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def in_blender(module: str, task: Mapping[str, Any], log: Path) -> None:
    """Run a module of `evaluation.blender` on one task. Raises `BlenderFailed` if it does not end well."""
    with tempfile.TemporaryDirectory(prefix="staffage-task-") as folder:
        path = Path(folder, "task.json")
        path.write_text(json.dumps(task), encoding="utf-8")
        with blender_process([sys.executable, "-m", f"backend.evaluation.blender.{module}", str(path)], log) as process:
            code = process.wait()
    if code:
        raise BlenderFailed(_tail(log))


def build_extension(folder: Path) -> Path:
    """Build the extension's zip for this machine with the repository's own script, as a release does."""
    script = REPOSITORY / "build_addon.py"
    if not script.exists():
        raise BlenderFailed("build_addon.py is missing.", remedy="Run this from a checkout of the repository.")
    command = [sys.executable, str(script), "--out", str(folder), "--platform", _platform()]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    zips = sorted(path for path in folder.glob("*.zip") if "_" not in path.stem)  # not the one for system Pythons
    if done.returncode or not zips:
        raise BlenderFailed(
            f"The extension could not be built: {(done.stderr or done.stdout).strip()[-800:]}", remedy=""
        )
    return zips[0]


def _platform() -> str:
    """This machine as Blender's manifests name it."""
    system = {"linux": "linux", "darwin": "macos", "win32": "windows"}.get(sys.platform, sys.platform)
    arm = platform.machine().lower() in ("arm64", "aarch64")
    return f"{system}-{'arm64' if arm else 'x64'}"


def _failed(index: int, error: ErrorInfo | dict[str, Any]) -> Event:
    told = error if isinstance(error, dict) else vars(error)
    return {"event": "request", "index": index, "seconds": None, "error": told, "candidates": [], "reading": "",
            "longest_tick": None}  # fmt: skip


def _died(log: Path) -> ErrorInfo:
    return ErrorInfo(
        "blender_died", "Blender ended while it answered", _tail(log), "Look at blender.log beside the result.", True
    )


def _tail(log: Path, lines: int = 6) -> str:
    try:
        return " | ".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except OSError:
        return "It left no output."


def stop_on_signals() -> None:
    """SIGTERM ends us as Ctrl-C does, so that Blender and its backend end with us."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
