"""`evaluate imagine`: hide a person in every request's place, imagine with the double, and see whether it is found.

For each request of a scene's list: the people pipeline places the hidden person and another one with seeds of their
own, the double draws them, `pipelines.imagine` answers, and the answer is measured against the hidden person.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from backend.evaluation.judging import write_json
from backend.evaluation.process import build_extension
from backend.evaluation.requests import EvaluationRequest, read_requests
from backend.pipelines import humans, imagine
from backend.pipelines.painters import painting_with
from backend.place.scene import Scene
from backend.service.context import LocalContext
from protocol.errors import RequestInvalid, StaffageError
from protocol.messages import HumansRequest, ImagineRequest, Mesh, Result, Snapshot

from .judging import Found, measured
from .painter import Cast, HiddenPainter
from .sheet import write_sheet
from .studio import Studio, open_studio

HIDDEN_SEED, OTHER_SEED = 1000, 2000  # so far from the request's own that nothing is shared


@dataclass(frozen=True)
class Settings:
    views: int = 10
    imaginations: int = 2
    candidates: int = 4
    wrong: float = 0.2  # share of the pictures with somebody else
    empty: float = 0.1  # and with nobody
    engine: str = "cycles"


def evaluate_imagine(
    scenes: Path, out: Path, say: Callable[[str], None], only: Sequence[str] = (), settings: Settings = Settings()
) -> dict[str, Any]:
    """The report, also written to `out`/report.json; pictures lie beside it. `only`: scenes, or SCENE:INDEX."""
    files = sorted(scenes.glob("*.glb"))
    if not files:
        raise RequestInvalid(f"{scenes} holds no *.glb.")
    out.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="staffage-imagine-", ignore_cleanup_errors=True) as folder:
        extension = build_extension(Path(folder) / "extension")
        for path in files:
            wanted = [
                (index, request)
                for index, request in enumerate(read_requests(path.with_suffix(".json")))
                if not only or path.stem in only or f"{path.stem}:{index}" in only
            ]
            if not wanted:
                continue
            log_file = out / f"{path.stem}.blender.log"
            with open_studio(path, extension, Path(folder) / path.stem, log_file, settings.engine) as studio:
                snapshot, meshes = studio.snapshot()
                for index, request in wanted:
                    row = _one(path.stem, index, request, snapshot, meshes, studio, settings, out)
                    rows.append(row)
                    say(line(row))
                    write_json(out / "report.json", _report(rows, settings))
    return _report(rows, settings)


def _one(
    scene: str, index: int, request: EvaluationRequest, snapshot: Snapshot, meshes: dict[str, Mesh], studio: Studio,
    settings: Settings, out: Path,
) -> dict[str, Any]:  # fmt: skip
    if request.at is not None:
        snapshot = replace(snapshot, cursor=np.array(request.at, np.float32))
    row: dict[str, Any] = {"scene": scene, "index": index, "prompt": request.prompt, "support": request.support}
    begun = time.monotonic()
    try:
        cast = Cast(
            _person(request, snapshot, meshes, HIDDEN_SEED + index),
            _person(request, snapshot, meshes, OTHER_SEED + index), settings.wrong, settings.empty,
        )  # fmt: skip
        painter = HiddenPainter(studio, cast)
        shown: dict[int, np.ndarray] = {}
        job = LocalContext(on_survey=painter.survey, on_imagined=lambda k, picture, note: shown.update({k: picture}))
        begun = time.monotonic()
        asked = ImagineRequest(
            request.prompt, snapshot, request.where, settings.candidates, request.seed, views=settings.views,
            imaginations=settings.imaginations,
        )  # fmt: skip
        with painting_with(painter):
            result = imagine.run(asked, meshes, job)
    except StaffageError as error:
        return {**row, "seconds": time.monotonic() - begun, "error": {"code": error.code, "detail": error.detail}}
    found = [
        measured(Scene.from_snapshot(snapshot, meshes), cast.hidden, result, k, request.support)
        for k in range(len(result.candidates))
    ]
    picture = out / f"{scene}_{index}.png"
    write_sheet(picture, painter, shown, result, settings.imaginations)
    return {
        **row, "seconds": time.monotonic() - begun, "error": None, "candidates": [own.as_json() for own in found],
        "warnings": list(result.candidates[0].warnings), "picture": picture.name, "drawn": _counts(painter.drawn),
        **_summary(found),
    }  # fmt: skip


def _person(request: EvaluationRequest, snapshot: Snapshot, meshes: dict[str, Mesh], seed: int) -> Result:
    asked = HumansRequest(request.prompt, snapshot, request.where, 1, seed)
    return humans.run(asked, meshes, LocalContext())


def _counts(drawn: Sequence[str]) -> dict[str, int]:
    return {name: list(drawn).count(name) for name in ("hidden", "other", "nobody")}


def _summary(found: Sequence[Found]) -> dict[str, Any]:
    return {
        "joint_error": found[0].joint_error,
        "best_joint_error": min(own.joint_error for own in found),
        "outside": found[0].outside,
        "carried_by": found[0].support,
        "support_right": found[0].support_right,
    }


def _report(rows: Sequence[dict[str, Any]], settings: Settings) -> dict[str, Any]:
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
    return {"settings": vars(settings), "summary": summary, "rows": list(rows)}


def line(row: dict[str, Any]) -> str:
    """One request for the terminal."""
    name = f"{row['scene']}:{row['index']} “{row['prompt']}”"
    if row["error"] is not None:
        return f"{name}: {row['error']['code']}: {row['error']['detail']}"
    return (
        f"{name}: {100 * row['joint_error']:.1f} cm (best {100 * row['best_joint_error']:.1f}), on "
        f"{row['carried_by']}, {100 * row['outside']:.2f} % outside, {row['seconds']:.0f} s"
    )
