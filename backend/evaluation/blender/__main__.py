"""Works through a task inside Blender: open, ask, write what came of it, one event line after each request.

A task (JSON, written by `evaluation.process`): `extension` (zip), `scene` (path or null for the sample room), `out`,
`work` (for arrays only the judge needs), `requests` (each with its `index`), `views` (“best”, “all”, “none”),
`keep` (people stay and gather in one scene), `picture` and `blend` (paths, for the whole scene at the end; optional).
Events: lines of JSON appended to `work`/events.jsonl. Requests that fail are events too, and so is a backend
that does not start; what else escapes ends the process.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from pathlib import Path
from typing import Any

# Must come before anything that bpy loads: the throw-away user folder is set by `evaluation.process`.
import bpy
import numpy as np

from backend.evaluation.blender.camera import best_view
from backend.evaluation.blender.ending import run_and_leave
from backend.evaluation.blender.extension import MODULE, Answer, BackendNotReady, Extension
from backend.evaluation.blender.picture import render_scene, render_view
from backend.evaluation.blender.scene import as_seen, open_scene, posed_body, rig_of, world_triangles
from backend.evaluation.ply import write_ply
from backend.evaluation.requests import parse_request

POINTS = 150  # body vertices that the camera looks for


def main(path: Path) -> None:
    task = json.loads(path.read_text(encoding="utf-8"))
    work, out = Path(task["work"]), Path(task["out"])
    extension = Extension.install(Path(task["extension"]), log=out / "backend.log")
    try:
        open_scene(Path(task["scene"]) if task["scene"] else None)
        names, corners, owners = world_triangles()
        np.savez(work / "scene.npz", names=np.array(names), corners=corners, object_index=owners)
        begun = time.monotonic()
        try:
            extension.start_backend(
                lambda stage, fraction: _tell(work, event="warming", stage=stage, fraction=fraction)
            )
        except BackendNotReady as error:
            _tell(work, event="failed", error=error.error)
            return
        _tell(work, event="ready", seconds=time.monotonic() - begun)
        for entry in task["requests"]:
            _answer(extension, task, entry, work, out)
        if task.get("blend"):
            _save(Path(task["blend"]))
        if task.get("picture"):
            render_scene(Path(task["picture"]), **task.get("picture_settings", {}))
        _tell(work, event="done")
    finally:
        extension.stop_backend()


def _answer(extension: Extension, task: dict[str, Any], entry: dict[str, Any], work: Path, out: Path) -> None:
    index = entry.pop("index")
    request = parse_request({key: value for key, value in entry.items() if value is not None})
    folder = out if task["flat"] else out / str(index)
    answer = extension.generate(request, task["seconds"])
    candidates = []
    if answer.error is None:
        folder.mkdir(parents=True, exist_ok=True)
        for k in range(answer.candidates):
            candidates.append(_write_candidate(extension, answer, k, folder, work / f"{index}_{k}"))
            if task["views"] == "all" and k > 0:
                _render(extension, answer, folder / f"view_{k}.png")
        extension.show(answer, 0)
        if not task["keep"]:
            _save(folder / "result.blend")
            if task["views"] != "none":
                _render(extension, answer, folder / "view.png")
            extension.remove(answer)
    _tell(work, event="request", index=index, seconds=answer.seconds, error=answer.error, candidates=candidates,
          reading=answer.reading, longest_tick=answer.longest_tick)  # fmt: skip


def _write_candidate(extension: Extension, answer: Answer, k: int, folder: Path, stem: Path) -> dict[str, Any]:
    extension.show(answer, k)
    people = extension.people(answer)
    for number, person in enumerate(people):
        vertices, triangles, bones = posed_body(person)
        suffix = f"_{number}" if len(people) > 1 else ""
        write_ply(folder / f"candidate_{k}{suffix}.ply", vertices, triangles)
        worn = [own for own in extension.shown(answer) if own is not person and own.parent == person.parent]
        if person.parent and worn:
            write_ply(folder / f"candidate_{k}{suffix}_dressed.ply", *as_seen([person, *worn]))
        np.savez(
            f"{stem}_{number}.npz", vertices=vertices, triangles=triangles, bones=np.array(bones), **rig_of(person)
        )
    return {"people": [person.name for person in people], **answer.reports[k]}


def _render(extension: Extension, answer: Answer, path: Path) -> None:
    people = extension.people(answer)
    bodies = [posed_body(person)[0] / (bpy.context.scene.unit_settings.scale_length or 1.0) for person in people]
    points = np.concatenate([body[:: max(1, len(body) * len(bodies) // POINTS)] for body in bodies])
    extremes = np.concatenate([body[[*body.argmin(axis=0), *body.argmax(axis=0)]] for body in bodies])
    front = -np.sum([np.array(person.matrix_world)[:3, 1] for person in people], axis=0)
    front[2] = 0.0
    length = np.linalg.norm(front)
    front = front / length if length > 1e-6 else np.array([0.0, -1.0, 0.0])
    points = np.concatenate([points, extremes])
    render_view(best_view(extension.shown(answer), points, front), points, path)


def _save(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    bpy.ops.wm.save_as_mainfile(filepath=str(path), copy=True, compress=True)


def _tell(work: Path, **event: object) -> None:
    with open(work / "events.jsonl", "a", encoding="utf-8") as file:
        file.write(json.dumps(event) + "\n")


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    logging.getLogger(MODULE).setLevel(logging.INFO)
    run_and_leave(lambda: main(Path(sys.argv[1])), "the task ended early")
