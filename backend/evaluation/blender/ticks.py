"""How long the extension holds Blender's main thread while a large result arrives.

Run in a Blender process of its own: `python -m backend.evaluation.blender.ticks EXTENSION.zip OUT.json PROMPT`. For a
million triangles the backend's pipeline is one that answers so whatever the prompt; dressed people are asked for in
words. Every tick of the session is timed, as the timer of a window would call it. The tick in which the result is
inserted is reported apart: there Blender itself builds the mesh, which is timed once more by calling the operator
alone. Reading the scene is reported apart, too: first the sample room, then with that result in it. Idle ticks are
timed before and after it came. Of several rounds the best counts, because a busy machine can hold up any tick.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import bpy

from backend.evaluation.blender.ending import run_and_leave
from backend.evaluation.blender.extension import Extension
from backend.evaluation.blender.scene import open_scene

ROUNDS = 3


def measure(archive: Path, prompt: str) -> dict[str, float]:
    extension = Extension.install(archive)
    try:
        open_scene(None)
        extension.start_backend()
        idle = _idle(extension)
        rounds = [_round(extension, prompt) for _ in range(ROUNDS)]
        bpy.ops.staffage.insert_result()
        beside = _idle(extension)
        crowded = [_round(extension, prompt)["reading_tick_ms"] for _ in range(ROUNDS)]
        best = {name: min(one[name] for one in rounds) for name in rounds[0]}
        best |= {"idle_tick_ms": idle, "idle_beside_it_tick_ms": beside, "reading_beside_it_tick_ms": min(crowded)}
        return best | {"objects": float(len(bpy.data.objects))}
    finally:
        extension.stop_backend()


def _idle(extension: Extension) -> float:
    """Milliseconds, the median."""
    ticks = sorted(_tick(extension) for _ in range(50))
    return 1e3 * ticks[len(ticks) // 2]


def _round(extension: Extension, prompt: str) -> dict[str, float]:
    """Ask, let the result arrive, take it out again: the longest ticks in milliseconds, by what they did."""
    session, settings = extension.session, bpy.context.scene.staffage
    settings.prompt, settings.candidates = prompt, 1
    longest = {"longest_tick_ms": 0.0, "reading_tick_ms": 0.0, "inserting_tick_ms": 0.0}
    longest["generate_operator_ms"] = 1e3 * _timed(bpy.ops.staffage.generate)
    while session.job or session.waiting:
        before, reading = session.newest, session.job is not None and session.job.reading is not None
        taken = 1e3 * _tick(extension)
        kind = (
            "inserting_tick_ms" if session.newest is not before else "reading_tick_ms" if reading else "longest_tick_ms"
        )
        longest[kind] = max(longest[kind], taken)
    longest["insert_operator_ms"] = 1e3 * _timed(bpy.ops.staffage.insert_result)
    bpy.ops.staffage.remove_result(result=session.newest.id)
    return longest


def _tick(extension: Extension) -> float:
    time.sleep(0.005)
    return _timed(extension.session.tick)


def _timed(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def _write(archive: Path, out: Path, prompt: str) -> None:
    out.write_text(json.dumps(measure(archive, prompt)), encoding="utf-8")


if __name__ == "__main__":
    run_and_leave(lambda: _write(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]), "the ticks were not measured")
