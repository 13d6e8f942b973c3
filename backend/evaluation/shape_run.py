"""One request for a shape in one scene, through the real extension in a Blender process of its own."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from .judging import write_json
from .process import BlenderFailed, blender_process, build_extension
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
        path = Path(folder) / "task.json"
        path.write_text(json.dumps(task), encoding="utf-8")
        with blender_process([sys.executable, "-m", "backend.evaluation.blender.shaping", str(path)],
                             out / "blender.log") as process:  # fmt: skip
            process.wait()
    if not (out / ANSWER).exists():
        raise BlenderFailed("Blender ended before it had an answer.")
    report = json.loads((out / ANSWER).read_text(encoding="utf-8"))
    (out / ANSWER).unlink()
    write_json(out / "report.json", report)
    return report
