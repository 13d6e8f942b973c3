"""Inside Blender: fill in the panel “Shape from Picture”, press its button, write what comes of it.

`python -m backend.evaluation.blender.shaping TASK.json`; see `evaluation.shape_run` for the task's fields.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from backend.evaluation.blender.camera import best_view
from backend.evaluation.blender.ending import run_and_leave
from backend.evaluation.blender.extension import MODULE, Answer, BackendNotReady, Extension
from backend.evaluation.blender.picture import render_view
from backend.evaluation.blender.scene import as_seen, open_scene
from backend.evaluation.ply import write_ply
from backend.evaluation.shape_run import ANSWER

POINTS = 150  # vertices that the camera looks for


def main(path: Path) -> None:
    task = json.loads(path.read_text(encoding="utf-8"))
    out = Path(task["out"])
    extension = Extension.install(Path(task["extension"]), log=out / "backend.log")
    try:
        open_scene(Path(task["scene"]))
        report = _run(extension, task, out)
    finally:
        extension.stop_backend()
    (out / ANSWER).write_text(json.dumps(report), encoding="utf-8")


def _run(extension: Extension, task: dict[str, Any], out: Path) -> dict[str, Any]:
    asked = task["request"]
    try:
        extension.start_backend()
        button = _filled_in(asked)
    except BackendNotReady as error:
        return {"request": asked, "error": error.error}
    answer = extension.press(button, task["seconds"])
    report = {"request": asked, "seconds": answer.seconds, "error": answer.error, "reading": answer.reading}
    if answer.error is not None:
        return report
    report["candidates"] = [_write(extension, answer, k, out) for k in range(answer.candidates)]
    extension.show(answer, 0)
    bpy.ops.wm.save_as_mainfile(filepath=str(out / "result.blend"), copy=True, compress=True)
    if task["views"] != "none":
        _render(extension, answer, out / "view.png")
    return report


def _filled_in(asked: dict[str, Any]) -> Any:
    """The panel says what is asked; returns the button to press."""
    scene, settings = bpy.context.scene, bpy.context.scene.staffage_shape
    scale = scene.unit_settings.scale_length or 1.0
    if asked["at"]:
        scene.cursor.location = [value / scale for value in asked["at"]]
    name = asked["like"] or asked["active"]
    if name and name not in bpy.data.objects:
        told = {"code": "unknown_object", "title": "No such object in the scene", "detail": f"“{name}” is not there."}
        raise BackendNotReady(told | {"remedy": "Check its name in the outliner.", "retryable": False})
    if name:
        bpy.context.view_layer.objects.active = bpy.data.objects[name]
    settings.picture_path, settings.sketch, settings.mix = asked["picture"], asked["sketch"], asked["mix"]
    settings.use_second, settings.second_path = bool(asked["second"]), asked["second"]
    settings.use_crop = bool(asked["crop"])
    if asked["crop"]:
        settings.left, settings.top, settings.right, settings.bottom = asked["crop"]
    settings.where, settings.candidates, settings.seed = asked["where"].upper(), asked["candidates"], asked["seed"]
    settings.faces, settings.use_size = asked["faces"], asked["size"] > 0
    settings.size = asked["size"] / scale or 1.0
    return bpy.ops.staffage.more_like_this if asked["like"] else bpy.ops.staffage.generate_shape


def _write(extension: Extension, answer: Answer, k: int, out: Path) -> dict[str, Any]:
    extension.show(answer, k)
    shown = extension.shown(answer)
    vertices, triangles = as_seen(shown)
    write_ply(out / f"candidate_{k}.ply", vertices, triangles)
    stored = extension.session.results[answer.result].candidates[k]
    if stored.picture is not None:
        _write_picture(stored.picture, out / f"candidate_{k}.png")
    size = np.ptp(vertices, axis=0)
    return {
        "name": shown[0].name, "triangles": len(triangles), "size": [round(float(side), 4) for side in size],
        "support": stored.support, "reported": stored.metrics, "warnings": list(stored.warnings),
    }  # fmt: skip


def _write_picture(pixels: np.ndarray, path: Path) -> None:
    image = bpy.data.images.new(path.stem, pixels.shape[1], pixels.shape[0])
    values = np.ones((*pixels.shape[:2], 4), np.float32)
    values[..., :3] = pixels[::-1] / np.float32(255)
    image.pixels.foreach_set(values.reshape(-1))
    image.filepath_raw, image.file_format = str(path), "PNG"
    image.save()
    bpy.data.images.remove(image)


def _render(extension: Extension, answer: Answer, path: Path) -> None:
    shown = extension.shown(answer)
    points = as_seen(shown)[0] / (bpy.context.scene.unit_settings.scale_length or 1.0)
    points = np.concatenate([points[:: max(1, len(points) // POINTS)], points[[*points.argmin(0), *points.argmax(0)]]])
    front = -np.array(shown[0].matrix_world)[:3, 1]
    render_view(best_view(shown, points, front / np.linalg.norm(front)), points, path)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    logging.getLogger(MODULE).setLevel(logging.INFO)
    run_and_leave(lambda: main(Path(sys.argv[1])), "the task ended early")
