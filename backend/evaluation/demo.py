"""`python -m backend demo`: three people in the sample living room, from the extension's zip to a picture."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from .judging import write_json
from .process import Task, build_extension
from .protocol import Say, judged_task
from .requests import EvaluationRequest

REQUESTS = (
    EvaluationRequest("a woman sitting on the sofa", support="sofa", candidates=2, seed=3),
    EvaluationRequest("an old man sitting in the armchair, leaning back", support="armchair", candidates=2, seed=1),
    EvaluationRequest(
        "a young man sitting on the rug, cross-legged", at=(0.9, -0.4, 0.0), support="rug", candidates=2, seed=2
    ),
)
PICTURE = {"width": 960, "height": 600, "samples": 16}


def make_demo(out: Path, say: Say) -> list[dict[str, Any]]:
    """Writes demo.blend, demo.png and report.json into `out`; returns the report's entries."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="staffage-demo-") as folder:
        say("Building the extension …")
        extension = build_extension(Path(folder))
        say("Opening the sample living room in Blender, starting the backend (the very first start takes a minute) …")
        extras = {"picture": str(out / "demo.png"), "blend": str(out / "demo.blend"), "picture_settings": PICTURE}
        task = Task(None, out, REQUESTS, views="none", keep=True, extras=extras)
        entries = judged_task(task, extension, say)
    write_json(out / "report.json", entries)
    say(
        f"{sum(entry['good'] for entry in entries)} of {len(entries)} people are well placed; "
        f"{time.monotonic() - begun:.0f} s in all."
    )
    say(f"Scene:   {out / 'demo.blend'}\nPicture: {out / 'demo.png'}\nFigures: {out / 'report.json'}")
    return entries
