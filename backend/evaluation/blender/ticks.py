"""How long the extension holds Blender's main thread while a result of a million triangles arrives.

Run in a Blender process of its own: `python -m backend.evaluation.blender.ticks EXTENSION.zip OUT.json`, with a backend
whose pipeline answers with such a result. Every tick of the session is timed, as the timer of a window would call it;
insertion is an operator of its own, timed apart, because there Blender itself builds the mesh.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import bpy

from backend.evaluation.blender.extension import Extension
from backend.evaluation.blender.scene import open_scene

ROUNDS = 3


def measure(archive: Path) -> dict[str, float]:
    extension = Extension.install(archive)
    try:
        open_scene(None)
        extension.start_backend()
        idle = _ticks(extension, lambda: False, at_least=50)
        arriving, inserting, asking = [], [], []
        for _ in range(ROUNDS):
            bpy.context.scene.staffage.prompt, bpy.context.scene.staffage.candidates = "a million triangles", 1
            begun = time.perf_counter()
            bpy.ops.staffage.generate()
            asking.append(time.perf_counter() - begun)
            arriving += _ticks(extension, lambda: extension.session.state == "busy")
            inserting.append(_insertion(extension))
        return {
            "longest_tick_ms": 1e3 * max(arriving),
            "median_tick_ms": 1e3 * sorted(arriving)[len(arriving) // 2],
            "idle_tick_ms": 1e3 * sorted(idle)[len(idle) // 2],
            "generate_operator_ms": 1e3 * max(asking),
            "insert_ms": 1e3 * min(inserting),
            "ticks": len(arriving),
        }
    finally:
        extension.stop_backend()


def _ticks(extension: Extension, more: object, at_least: int = 0) -> list[float]:
    taken = []
    while more() or len(taken) < at_least:
        begun = time.perf_counter()
        extension.session.tick()
        taken.append(time.perf_counter() - begun)
        time.sleep(0.005)
    return taken


def _insertion(extension: Extension) -> float:
    """Browsing to the shown candidate inserts it anew: what Blender itself needs for a million triangles."""
    begun = time.perf_counter()
    bpy.ops.staffage.show_candidate(index=0)
    return time.perf_counter() - begun


if __name__ == "__main__":
    figures = measure(Path(sys.argv[1]))
    Path(sys.argv[2]).write_text(json.dumps(figures), encoding="utf-8")
    sys.stdout.flush()
    os._exit(0)  # bpy's own exit may crash after the work is done
