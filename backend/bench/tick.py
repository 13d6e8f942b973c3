"""The longest tick on Blender's main thread while a million triangles arrive, in the built and installed extension."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from backend.bench.million import SIDE
from backend.evaluation.process import BlenderFailed, blender_process, build_extension
from backend.pipelines.registry import OVERRIDE

BUDGET_MS = 8.0


def run() -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="staffage-tick-") as folder:
        out, log = Path(folder, "ticks.json"), Path(folder, "blender.log")
        archive = build_extension(Path(folder))
        command = [sys.executable, "-m", "backend.evaluation.blender.ticks", str(archive), str(out)]
        os.environ[OVERRIDE] = "HumansRequest=backend.bench.million"
        try:
            with blender_process(command, log) as process:
                code = process.wait()
        finally:
            del os.environ[OVERRIDE]
        if code or not out.exists():
            raise BlenderFailed(log.read_text(encoding="utf-8", errors="replace")[-1500:])
        found = json.loads(out.read_text(encoding="utf-8"))
    figures: dict[str, Any] = {name: round(value, 3) for name, value in found.items()}
    figures["triangles"] = 2 * SIDE * SIDE
    figures["inserting_tick_of_operator"] = round(found["inserting_tick_ms"] / found["insert_operator_ms"], 3)
    figures["targets"] = {
        "longest_tick_ms": ["<=", BUDGET_MS],
        "reading_tick_ms": ["<=", BUDGET_MS],
        "inserting_tick_of_operator": ["<", 2.0],
    }
    return figures
