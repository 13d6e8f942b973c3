"""One request for a shape in one scene, through the real extension in a Blender process of its own."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from .judging import write_json
from .process import BlenderFailed, build_extension, in_blender
from .shape_requests import ShapeRun

SECONDS = 600.0  # longest time for the request
ANSWER = "answer.json"


def run_shape(request: ShapeRun, scene: Path, out: Path, *, views: str = "best") -> dict[str, Any]:
    """Writes `out`/report.json, candidate_<k>.ply and .png, view.png and result.blend. Returns the report's content."""
    out.mkdir(parents=True, exist_ok=True)
    (out / ANSWER).unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="staffage-run-") as folder:
        task = {
            "extension": str(build_extension(Path(folder))), "scene": str(scene), "out": str(out), "views": views,
            "seconds": SECONDS, "request": request.as_json(),
        }  # fmt: skip
        try:
            in_blender("shaping", task, out / "blender.log")
        except BlenderFailed:
            if not (out / ANSWER).exists():  # with an answer, how Blender ended is of no interest
                raise
    if not (out / ANSWER).exists():
        raise BlenderFailed("Blender ended before it had an answer.")
    report = json.loads((out / ANSWER).read_text(encoding="utf-8"))
    (out / ANSWER).unlink()
    write_json(out / "report.json", report)
    return report
