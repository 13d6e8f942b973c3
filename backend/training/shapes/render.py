"""Has Blender photograph the shapes of a folder: in parallel, resumable, the same pictures from the same request.

Blender is the `bpy` module in processes of its own (`shapes.blender`), some dozens of shapes each, so that one that
dies takes little with it. A shape that kills two of them is left out and named.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from backend.evaluation.process import BlenderFailed, blender_process

from .files import folder_of
from .views import count as views_of
from .views import path_of

SHAPES = 50  # that one Blender process is given
SAY_EVERY = 15.0  # seconds
MODULE = "backend.training.shapes.blender"


@dataclass
class _Progress:
    """What all processes together have done."""

    wanted: int
    say: Callable[[str], None]
    done: int = 0
    made: int = 0
    failed: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    said: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)
    stop: threading.Event = field(default_factory=threading.Event)

    def heard(self, made: int, error: str | None) -> None:
        with self.lock:
            self.done, self.made = self.done + 1, self.made + made
            if error:
                self.failed.append(error)
            now = time.monotonic()
            if now - self.said > SAY_EVERY or self.done == self.wanted:
                self.said = now
                each = 1000 * (now - self.began) / max(self.made, 1)
                self.say(f"{self.done} of {self.wanted} shapes photographed, {self.made} pictures, {each:.0f} ms each")


def render(
    root: Path, wanted: Sequence[tuple[str, int]], views: int, *, processes: int, say: Callable[[str], None]
) -> int:  # fmt: skip
    """See to it that every shape (category, seed) has that many views; returns how many pictures are new.

    Shapes without a `shape.npz` are passed over. Raises `BlenderFailed` if none could be photographed.
    """
    paths = [folder_of(root, category, seed) / "shape.npz" for category, seed in wanted]
    lacking = [path for path in paths if path.exists() and views_of(path_of(path))[0] < views]
    if not lacking:
        return 0
    progress = _Progress(len(lacking), say)
    batches = [lacking[at : at + SHAPES] for at in range(0, len(lacking), SHAPES)]
    say(f"{len(lacking)} shapes to photograph, {views} views, {processes} at a time")
    with ThreadPoolExecutor(processes) as pool:
        futures = [pool.submit(_batch, batch, views, progress) for batch in batches]
        try:
            for future in as_completed(futures):
                future.result()
        except BaseException:
            progress.stop.set()
            pool.shutdown(cancel_futures=True)
            raise
    for error in progress.failed[:20]:
        say(error)
    if progress.failed and not progress.made:
        raise BlenderFailed(progress.failed[0])
    return progress.made


def _batch(paths: Sequence[Path], views: int, progress: _Progress) -> None:
    """Photograph some shapes; whoever ends Blender is tried once more, alone and last."""
    pending, again = list(paths), []
    while (pending or again) and not progress.stop.is_set():
        chosen = pending or again[:1]
        with tempfile.TemporaryDirectory(prefix="staffage-shapes-", ignore_cleanup_errors=True) as folder:
            done = _run(chosen, views, Path(folder), progress)
            if progress.stop.is_set():
                return
            left = [path for path in chosen if str(path) not in done]
            if pending:
                again += left[:1]
                pending = left[1:]
            else:
                if left:
                    progress.heard(0, f"{left[0]}: Blender ended. {_tail(Path(folder, 'blender.log'))}")
                again = again[1:]


def _run(paths: Sequence[Path], views: int, work: Path, progress: _Progress) -> set[str]:
    """One Blender process; returns which shapes it came to the end of."""
    task, events = work / "task.json", work / "events.jsonl"
    content = {"work": str(work), "views": views, "shapes": [str(path.resolve()) for path in paths]}
    names = {str(path.resolve()): str(path) for path in paths}
    task.write_text(json.dumps(content), encoding="utf-8")
    done: set[str] = set()
    with blender_process([sys.executable, "-m", MODULE, str(task)], work / "blender.log") as process:
        read = 0
        while True:
            ended = process.poll() is not None  # asked before reading, so that the last lines are not missed
            text = events.read_text(encoding="utf-8") if events.exists() else ""
            complete = text[read : text.rfind("\n") + 1]
            read += len(complete)
            for event in map(json.loads, complete.splitlines()):
                done.add(names[event["shape"]])
                progress.heard(event["made"], event.get("error"))
            if ended or progress.stop.is_set():
                return done
            time.sleep(0.2)


def _tail(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return " | ".join(lines[-6:])
