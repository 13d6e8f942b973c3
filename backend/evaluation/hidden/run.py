"""`evaluate imagine`: hide a person in every request's place, imagine with the double, and see whether it is found.

Two Blenders have the scene open. In one the extension is used as by anybody: its Start, its panel, its Generate; its
backend's worker paints with the double. The other is the double's studio: it draws whom this process has hidden, with
the same extension's survey. What is measured is what the first one shows in the end.

Each request's figures are kept in OUT/rows as soon as they are there; what is kept is not measured again.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from backend.evaluation.judging import write_json
from backend.evaluation.process import BlenderFailed, build_extension
from backend.evaluation.requests import EvaluationRequest, read_requests
from backend.place.scene import Scene
from protocol.errors import RequestInvalid, StaffageError
from protocol.messages import Mesh, Snapshot

from .judging import Found, measured
from .painter import Cast, Turn
from .people import hidden_person
from .sheet import write_sheet
from .studio import Studio, open_studio
from .worker import STUDIO, environment, set_stage, turns

HIDDEN_SEED, OTHER_SEED = 1000, 2000  # so far from the request's own that nothing is shared
PATIENCE = 1800.0  # seconds for one request
Say = Callable[[str], None]
Row = dict[str, Any]


@dataclass(frozen=True)
class Settings:
    views: int = 10
    imaginations: int = 2
    candidates: int = 4
    wrong: float = 0.2  # share of the pictures with somebody else
    empty: float = 0.1  # and with nobody
    engine: str = "workbench"  # of a survey; the one that needs neither a graphics card nor patience

    def panel(self) -> dict[str, Any]:
        """As the extension's panel has them."""
        return {
            "source": "IMAGINE", "views": self.views, "imaginations": self.imaginations, "engine": self.engine.upper()
        }  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A scene as this process knows it, and the Blenders that have it open."""

    name: str
    snapshot: Snapshot
    meshes: Mapping[str, Mesh]
    user: Studio  # with the extension and its backend
    stage: Path  # of the double in that backend


def evaluate_imagine(
    scenes: Path, out: Path, say: Say, only: Sequence[str] = (), motion: Path | None = None,
    settings: Settings = Settings(),
) -> dict[str, Any]:  # fmt: skip
    """The report, also written to `out`/report.json; pictures lie beside it.

    `only`: scenes, or SCENE:INDEX. `motion`: folder of recorded clips, for people whom no library knows.
    """
    files = sorted(scenes.glob("*.glb"))
    if not files:
        raise RequestInvalid(f"{scenes} holds no *.glb.")
    asked = {
        path: [
            (index, replace(request, candidates=settings.candidates))
            for index, request in enumerate(read_requests(path.with_suffix(".json")))
            if not only or path.stem in only or f"{path.stem}:{index}" in only
        ]
        for path in files
    }  # fmt: skip
    (out / "rows").mkdir(parents=True, exist_ok=True)
    missing = {
        path: found
        for path, requests in asked.items()
        if (found := [one for one in requests if _kept(out, path.stem, one[0], settings) is None])
    }
    with tempfile.TemporaryDirectory(prefix="staffage-imagine-", ignore_cleanup_errors=True) as folder:
        extension = build_extension(Path(folder) / "extension") if missing else None
        for path, requests in missing.items():
            _one_scene(path, requests, extension, Path(folder), out, motion, settings, say)
    kept = [_kept(out, path.stem, index, settings) for path, requests in asked.items() for index, _ in requests]
    report = _report([row for row in kept if row is not None], settings)
    write_json(out / "report.json", report)
    return report


def _one_scene(
    path: Path, requests: Sequence[tuple[int, EvaluationRequest]], extension: Path, work: Path, out: Path,
    motion: Path | None, settings: Settings, say: Say,
) -> None:  # fmt: skip
    stage, log = work / path.stem, out / f"{path.stem}.blender.log"
    stage.mkdir()
    with (
        open_studio(path, extension, stage / STUDIO, log, settings.engine) as studio,
        open_studio(path, extension, stage / "user", log, settings.engine, environment(stage)) as user,
    ):
        place = Place(path.stem, *studio.snapshot(), user, stage)
        user.start(out / f"{path.stem}.backend.log")
        for index, request in requests:
            if _kept(out, path.stem, index, settings) is not None:  # another process was faster
                continue
            row = {"settings": asdict(settings), **_one(place, index, request, out, motion, settings)}
            write_json(_row_file(out, path.stem, index), row)
            say(line(row))


def _one(
    place: Place, index: int, request: EvaluationRequest, out: Path, motion: Path | None, settings: Settings
) -> Row:
    row: Row = {"scene": place.name, "index": index, "prompt": request.prompt, "support": request.support}
    snapshot = place.snapshot
    if request.at is not None:
        snapshot = replace(snapshot, cursor=np.array(request.at, np.float32))
    begun = time.monotonic()
    try:
        hidden = hidden_person(request, snapshot, place.meshes, HIDDEN_SEED + index, motion)
        other = hidden_person(request, snapshot, place.meshes, OTHER_SEED + index, None)
    except BlenderFailed:
        raise
    except StaffageError as error:
        told = {"code": error.code, "detail": f"Nobody could be hidden: {error.detail}"}
        return {**row, "seconds": time.monotonic() - begun, "error": told}
    set_stage(place.stage, Cast(hidden.person, other.person, settings.wrong, settings.empty), settings.engine)
    answer = place.user.generate(request, settings.panel(), PATIENCE)
    row |= {"hidden": hidden.source, "seconds": answer.seconds, "error": answer.error}
    if answer.error is not None:
        return row
    scene = Scene.from_snapshot(snapshot, place.meshes)
    found = [measured(scene, hidden.person, body, request.support) for body in answer.bodies]
    painted = turns(place.stage)
    picture = out / f"{place.name}_{index}.png"
    write_sheet(picture, painted[0], place.user)
    place.user.remove()
    return {
        **row, "candidates": [own.as_json() for own in found], "picture": picture.name, "reading": answer.reading,
        "warnings": answer.reports[0]["warnings"], "drawn": _counts(painted), **_summary(found),
    }  # fmt: skip


def _row_file(out: Path, scene: str, index: int) -> Path:
    return out / "rows" / f"{scene}_{index}.json"


def _kept(out: Path, scene: str, index: int, settings: Settings) -> Row | None:
    """What was measured with the same settings before."""
    file = _row_file(out, scene, index)
    row = json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
    return row if row and row["settings"] == asdict(settings) else None


def _counts(painted: Sequence[Turn]) -> dict[str, int]:
    who = [name for turn in painted for name in turn.who]
    return {name: who.count(name) for name in ("hidden", "other", "nobody")}


def _summary(found: Sequence[Found]) -> Row:
    return {
        "joint_error": found[0].joint_error,
        "best_joint_error": min(own.joint_error for own in found),
        "outside": found[0].outside,
        "carried_by": found[0].support,
        "support_right": found[0].support_right,
    }


def _report(rows: Sequence[Row], settings: Settings) -> dict[str, Any]:
    answered = [row for row in rows if row["error"] is None]
    summary: dict[str, Any] = {"requests": len(rows), "answered": len(answered)}
    if answered:
        judged = [row["support_right"] for row in answered if row["support_right"] is not None]
        summary |= {
            "joint_error": float(np.mean([row["joint_error"] for row in answered])),
            "worst_joint_error": float(max(row["joint_error"] for row in answered)),
            "outside": float(np.mean([row["outside"] for row in answered])),
            "least_outside": float(min(row["outside"] for row in answered)),
            "supports_right": sum(judged), "supports_asked": len(judged),
        }  # fmt: skip
        errors: dict[str, list[float]] = {}
        for row in answered:
            errors.setdefault(row["hidden"], []).append(row["joint_error"])
        summary["sources"] = {
            source: {"answered": len(own), "joint_error": float(np.mean(own))} for source, own in errors.items()
        }
    return {"settings": asdict(settings), "summary": summary, "rows": list(rows)}


def line(row: Row) -> str:
    """One request for the terminal."""
    name = f"{row['scene']}:{row['index']} “{row['prompt']}”"
    if row["error"] is not None:
        return f"{name}: {row['error']['code']}, {row['error']['detail']}"
    return (
        f"{name}: {100 * row['joint_error']:.1f} cm ({row['hidden']}), carried by {row['carried_by']}, "
        f"{100 * row['outside']:.2f} % outside, {row['seconds']:.0f} s"
    )
