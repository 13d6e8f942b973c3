"""How humans in scenes are evaluated: every scene of a folder, every request beside it, through the real extension."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from protocol.errors import RequestInvalid

from .judging import Judge, judge_event, write_json
from .page import write_page
from .parameters import VARIANTS, gathered
from .process import Task, build_extension, run_task
from .published import diversity
from .report import entry_line, summarise
from .requests import EvaluationRequest, read_requests
from .semantic import Missing, find_clip, mean_scores
from .targets import SECONDS, rows

Say = Callable[[str], None]
Array = Any
TIMED = 3  # requests of each scene that are also timed with other numbers of candidates
DIVERSITY = "diversity.json"  # beside report.json: the large sample's figures, see `sampling.py`


def evaluate_humans(
    scenes: Path, out: Path, say: Say, *, views: str = "best", only: str = "", timing: bool = False,
    clip: Path | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Evaluate every `*.glb` of a folder; writes `out`/report.json and report.html after each scene.

    `only` is part of a scene's name, or “scene:index”. With `timing` a few requests are asked once more with as many
    candidates as the other targets for seconds say. Returns the report's content.
    """
    wanted, _, number = only.partition(":")
    chosen = [path for path in sorted(scenes.glob("*.glb")) if wanted in path.stem]
    if not chosen:
        raise RequestInvalid(f"{scenes} holds no such scene.", remedy="Name a folder with *.glb and *.json files.")
    report: dict[str, Any] = {"summary": {}, "scenes": {}}
    samples: list[dict[str, Array]] = []
    seconds: dict[int, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="staffage-evaluate-") as folder:
        extension = build_extension(Path(folder))
        for path in chosen:
            say(path.stem)
            requests = read_requests(path.with_suffix(".json"))
            if number:
                requests = (requests[int(number)],)
            task = Task(path, out / path.stem, requests, views=views)
            report["scenes"][path.stem] = judged_task(task, extension, say, samples)
            _gather_seconds(report["scenes"][path.stem], seconds)
            if timing:
                _time(path, requests, out, extension, seconds, say)
            _complete(report, samples, seconds, out, clip)
    return report


def run_one(request: EvaluationRequest, scene: Path, out: Path, say: Say, *, views: str = "best") -> dict[str, Any]:
    """One request in one scene; writes `out`/report.json, candidate_<k>.ply, view.png and result.blend."""
    with tempfile.TemporaryDirectory(prefix="staffage-run-") as folder:
        task = Task(scene, out, (request,), views=views, flat=True)
        entry = judged_task(task, build_extension(Path(folder)), say)[0]
    write_json(out / "report.json", entry)
    return entry


def judged_task(
    task: Task, extension: Path, say: Say, samples: list[dict[str, Array]] | None = None
) -> list[dict[str, Any]]:
    """Run a task, then judge its answers: not before, lest judging slow down what is being timed.

    `samples` takes the parameters of every body.
    """
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
        if judge is not None and samples is not None:
            samples += judge.samples
    return entries


def rebuild(out: Path) -> dict[str, Any]:
    """Targets and report.html anew from `out`/report.json, for example once `diversity.json` is there."""
    try:
        report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise RequestInvalid(f"{out} holds no report: {error}", remedy="Run `evaluate humans` first.") from error
    seconds = {int(count): taken for count, taken in report.get("seconds", {}).items()}
    _finish(report, seconds, out)
    return report


def _complete(
    report: dict[str, Any], samples: Sequence[Mapping[str, Array]], seconds: Mapping[int, Sequence[float]], out: Path,
    clip: Path | None,
) -> None:  # fmt: skip
    report["summary"] = summarise(report["scenes"])
    report["summary"]["diversity"] = diversity_table(samples)
    report["summary"]["semantic"] = _semantic(report["scenes"], out, clip)
    report["seconds"] = {str(count): [round(one, 2) for one in taken] for count, taken in seconds.items()}
    _finish(report, seconds, out)


def _finish(report: dict[str, Any], seconds: Mapping[int, Sequence[float]], out: Path) -> None:
    large = out / DIVERSITY
    if large.exists():
        report["diversity"] = json.loads(large.read_text(encoding="utf-8"))
    main = next(iter(report["diversity"]["table"]), None) if "diversity" in report else None
    report["targets"] = [row.as_json() for row in rows(report["scenes"], seconds, main)]
    write_json(out / "report.json", report)
    write_page(report, out)


def diversity_table(samples: Sequence[Mapping[str, Array]]) -> list[dict[str, Any]]:
    """Every paper's variant of entropy and cluster size; empty without samples."""
    found = []
    for variant in VARIANTS if samples else ():
        figures = diversity(gathered(samples, variant.groups), variant.clusters)
        rounded = {key: round(value, 4) if isinstance(value, float) else value for key, value in vars(figures).items()}
        found.append({"paper": variant.paper, "parameters": list(variant.groups), "asked": variant.clusters, **rounded})
    return found


def _gather_seconds(entries: Sequence[Mapping[str, Any]], seconds: dict[int, list[float]]) -> None:
    for entry in entries:
        if entry["error"] is None and entry["seconds"] is not None:
            seconds.setdefault(entry["candidates_asked"], []).append(entry["seconds"])


def _time(
    scene: Path, requests: Sequence[EvaluationRequest], out: Path, extension: Path, seconds: dict[int, list[float]],
    say: Say,
) -> None:  # fmt: skip
    """Ask a few requests again with other numbers of candidates, for their seconds alone."""
    for count in SECONDS:
        again = [dataclasses.replace(one, candidates=count) for one in requests if one.candidates != count][:TIMED]
        if not again:
            continue
        with tempfile.TemporaryDirectory(prefix="staffage-timing-") as folder:
            task = Task(scene, out / f"{scene.stem}-{count}", tuple(again), views="none")
            for event in run_task(task, extension, Path(folder)):
                if event["error"] is None:
                    seconds.setdefault(count, []).append(event["seconds"])
                    say(f"  {event['seconds']:5.1f} s for {count} candidates: {again[event['index']].prompt}")


def _semantic(scenes: Mapping[str, Sequence[dict[str, Any]]], out: Path, folder: Path | None) -> dict[str, Any]:
    """GenZI's CLIP scores over the pictures that were rendered, or why there are none."""
    clip = find_clip(folder)
    if isinstance(clip, Missing):
        return {"missing": clip.reason}
    scores = []
    for scene, entries in scenes.items():
        for number, entry in enumerate(entries):
            pictures = sorted((out / scene / str(number)).glob("view*.png"))
            if pictures and entry["error"] is None:
                scores.append(clip.similarity(entry["prompt"], pictures).tolist())
                entry["clip"] = [round(one, 4) for one in scores[-1]]
    return mean_scores(scores) or {"missing": "no pictures were rendered"}
