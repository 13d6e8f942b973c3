"""How humans in scenes are evaluated: every scene of a folder, every request beside it, through the real extension."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from protocol.errors import RequestInvalid

from .judging import Judge, judge_event, write_json
from .process import Task, build_extension, run_task
from .report import entry_line, summarise
from .requests import EvaluationRequest, read_requests

Say = Callable[[str], None]


def evaluate_humans(scenes: Path, out: Path, say: Say, *, views: str = "best", only: str = "") -> dict[str, Any]:
    """Evaluate every `*.glb` of a folder; writes `out`/report.json after each scene and returns its content.

    `only` is part of a scene's name, or “scene:index”.
    """
    wanted, _, number = only.partition(":")
    chosen = [path for path in sorted(scenes.glob("*.glb")) if wanted in path.stem]
    if not chosen:
        raise RequestInvalid(f"{scenes} holds no such scene.", remedy="Name a folder with *.glb and *.json files.")
    report: dict[str, Any] = {"summary": {}, "scenes": {}}
    with tempfile.TemporaryDirectory(prefix="staffage-evaluate-") as folder:
        extension = build_extension(Path(folder))
        for path in chosen:
            say(path.stem)
            requests = read_requests(path.with_suffix(".json"))
            if number:
                requests = (requests[int(number)],)
            task = Task(path, out / path.stem, requests, views=views)
            report["scenes"][path.stem] = judged_task(task, extension, say)
            report["summary"] = summarise(report["scenes"])
            write_json(out / "report.json", report)
    return report


def run_one(request: EvaluationRequest, scene: Path, out: Path, say: Say, *, views: str = "best") -> dict[str, Any]:
    """One request in one scene; writes `out`/report.json, candidate_<k>.ply, view.png and result.blend."""
    with tempfile.TemporaryDirectory(prefix="staffage-run-") as folder:
        task = Task(scene, out, (request,), views=views, flat=True)
        entry = judged_task(task, build_extension(Path(folder)), say)[0]
    write_json(out / "report.json", entry)
    return entry


def judged_task(task: Task, extension: Path, say: Say) -> list[dict[str, Any]]:
    """Run a task, then judge its answers: not before, lest judging slow down what is being timed."""
    with tempfile.TemporaryDirectory(prefix="staffage-task-") as folder:
        work = Path(folder)

        def hear(event: dict[str, Any]) -> None:
            if event["event"] == "ready":
                say(f"  backend ready after {event['seconds']:.1f} s")
            if event["event"] == "request" and event["error"] is None:
                say(f"  {event['index']:2d}  {event['seconds']:5.1f} s  {task.requests[event['index']].prompt}")

        events = run_task(task, extension, work, hear)
        judge = Judge(work) if any(event["candidates"] for event in events) else None
        entries = []
        for event, request in zip(events, task.requests, strict=True):
            entries.append(judge_event(judge, request, event))
            say(f"  {event['index']:2d}  {entry_line(entries[-1])}")
    return entries
