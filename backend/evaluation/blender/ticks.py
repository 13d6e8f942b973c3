"""How long the extension holds Blender's main thread while a result of a million triangles arrives.

Run in a Blender process of its own: `python -m backend.evaluation.blender.ticks EXTENSION.zip OUT.json`, with a backend
whose pipeline answers with such a result. Every tick of the session is timed, as the timer of a window would call it.
The tick in which the result is inserted is reported apart: there Blender itself builds the mesh, which is timed once
more by calling the operator alone.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
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
        idle = [_tick(extension) for _ in range(50)]
        arriving, inserting, alone, asking = [], [], [], []
        for _ in range(ROUNDS):
            bpy.context.scene.staffage.prompt, bpy.context.scene.staffage.candidates = "a million triangles", 1
            asking.append(_timed(bpy.ops.staffage.generate))
            while extension.session.job or extension.session.waiting:
                before = extension.session.newest
                taken = _tick(extension)
                (arriving if extension.session.newest is before else inserting).append(taken)
            alone.append(_timed(bpy.ops.staffage.insert_result))
        return {
            "longest_tick_ms": 1e3 * max(arriving),
            "median_tick_ms": 1e3 * sorted(arriving)[len(arriving) // 2],
            "idle_tick_ms": 1e3 * sorted(idle)[len(idle) // 2],
            "generate_operator_ms": 1e3 * max(asking),
            "inserting_tick_ms": 1e3 * min(inserting),
            "insert_operator_ms": 1e3 * min(alone),
            "ticks": len(arriving),
        }
    finally:
        extension.stop_backend()


def _tick(extension: Extension) -> float:
    time.sleep(0.005)
    return _timed(extension.session.tick)


def _timed(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


if __name__ == "__main__":
    figures = measure(Path(sys.argv[1]))
    Path(sys.argv[2]).write_text(json.dumps(figures), encoding="utf-8")
    sys.stdout.flush()
    os._exit(0)  # bpy's own exit may crash after the work is done
