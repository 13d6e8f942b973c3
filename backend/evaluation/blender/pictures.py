"""A scene that stays open in a Blender of its own and is rendered on order, empty or with people in it.

`python -m backend.evaluation.blender.pictures EXTENSION SCENE FOLDER ENGINE`, started by `evaluation.hidden.studio`.
Orders are files FOLDER/order-N.json in their order; FOLDER/done-N.json says that one is done, and why if it failed:

    {"do": "snapshot", "out": FILE}                what the extension reads of the scene, as .npz
    {"do": "render", "cameras": FILE, "people": FILE or null, "candidate": K, "out": FILE}    as .npy (N, H, W, 3)

It goes on until it is ended, or whoever started it is gone.

`cameras` is .npz: poses (N, 4, 4), angles (N,) vertical radians, size (2,) width and height. `people` holds the frames
of a `Result` message, inserted as the extension inserts it and removed again. All pictures of a scene are exposed
alike, by the first order; scenes without lights get a sky and a sun.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# Before anything else that bpy loads.
import bpy
import numpy as np
from mathutils import Matrix

from backend.evaluation.blender.ending import run_and_leave
from backend.evaluation.blender.extension import MODULE, Extension
from backend.evaluation.blender.scene import open_scene
from protocol.codec import decode

log = logging.getLogger(__name__)
Array = np.ndarray
SAMPLES = 8
BRIGHTNESS = 0.55  # what a picture's median should be, 0…1 as displayed
RESULT = "hidden"


def main(archive: Path, scene: Path, folder: Path, engine: str) -> None:
    Extension.install(archive)
    open_scene(scene)
    _light_if_dark()
    _settings(engine)
    number, exposed, parent = 0, False, os.getppid()
    while True:
        order = folder / f"order-{number}.json"
        while not order.exists():
            if os.getppid() != parent:
                return
            time.sleep(0.02)
        task = json.loads(order.read_text(encoding="utf-8"))
        answer: dict[str, Any] = {}
        try:
            if task["do"] == "snapshot":
                _snapshot(Path(task["out"]))
            elif task["do"] == "render":
                exposed = exposed or _expose(task)
                _pictures(task)
            else:
                raise ValueError(f"unknown order {task['do']!r}")
        except Exception as error:
            log.exception("order %d failed", number)
            answer = {"error": f"{type(error).__name__}: {error}"}
        unfinished = folder / f"done-{number}.tmp"
        unfinished.write_text(json.dumps(answer), encoding="utf-8")
        unfinished.rename(folder / f"done-{number}.json")
        number += 1


def _snapshot(out: Path) -> None:
    """The extension's own reading of the scene."""
    module = importlib.import_module(f"{MODULE}.scene.snapshot")
    budget = importlib.import_module(f"{MODULE}.link.budget").Budget()
    budget.start(1e9)
    work = module.gather(module.Place(bpy.context.scene.name, bpy.context.view_layer.name, "prompt", ""), budget)
    while True:
        try:
            next(work)
        except StopIteration as stop:
            found = stop.value
            break
    keys = list(found.meshes)
    objects = found.snapshot.objects
    arrays = {f"vertices_{k}": found.meshes[key].vertices for k, key in enumerate(keys)}
    arrays |= {f"triangles_{k}": found.meshes[key].triangles for k, key in enumerate(keys)}
    np.savez(
        out, **arrays, keys=np.array(keys), cursor=found.snapshot.cursor,
        names=np.array([item.name for item in objects]),
        mesh=np.array([keys.index(item.mesh) for item in objects]),
        matrices=np.array([item.object_to_world for item in objects]),
        colors=np.array([item.base_color for item in objects]),
        collections=np.array([json.dumps(item.collections) for item in objects]),
    )  # fmt: skip


def _pictures(task: dict[str, Any]) -> None:
    with np.load(task["cameras"]) as found, _people(task):
        poses, angles, (width, height) = found["poses"], found["angles"], found["size"]
        pictures = [
            _render(pose, float(angle), (int(width), int(height)), Path(task["out"]))
            for pose, angle in zip(poses, angles, strict=True)
        ]
    np.save(task["out"], np.stack(pictures))


def _expose(task: dict[str, Any]) -> bool:
    """Set the exposure so that the first cameras' pictures are neither dark nor burnt out."""
    view = bpy.context.scene.view_settings
    with np.load(task["cameras"]) as found:
        poses, angles = found["poses"][:3], found["angles"][:3]
    for _ in range(2):
        pictures = [_render(p, float(a), (64, 64), Path(task["out"])) for p, a in zip(poses, angles, strict=True)]
        median = float(np.median(np.stack(pictures))) / 255
        # Displayed values go roughly with the 2.2nd root of light.
        view.exposure = float(np.clip(view.exposure + 2.2 * np.log2(BRIGHTNESS / max(median, 0.02)), -6, 8))
    return True


@contextmanager
def _people(task: dict[str, Any]) -> Iterator[None]:
    if task["people"] is None:
        yield
        return
    people = importlib.import_module(f"{MODULE}.scene.people")
    with np.load(task["people"]) as found:
        frames = [found[f"frame_{k}"].tobytes() for k in range(len(found.files))]
    result = decode(frames).message
    candidate = result.candidates[task["candidate"]]
    what = people.Insertion(RESULT, {"prompt": RESULT, "seed": 0}, result.rigs, result.patterns, candidate, 0)
    people.insert(bpy.context.scene, what)
    bpy.context.view_layer.update()
    try:
        yield
    finally:
        people.remove(bpy.context.scene, RESULT)
        bpy.context.view_layer.update()


def _render(pose: Array, angle: float, size: tuple[int, int], beside: Path) -> Array:
    """(H, W, 3) uint8 sRGB."""
    scene = bpy.context.scene
    data = bpy.data.cameras.new("survey")
    data.sensor_fit, data.angle, data.clip_start = "VERTICAL", angle, 0.02
    camera = bpy.data.objects.new("survey", data)
    camera.matrix_world = Matrix(pose.tolist())
    scene.collection.objects.link(camera)
    scene.camera = camera
    path = beside.with_suffix(".png")
    scene.render.resolution_x, scene.render.resolution_y = size
    scene.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)
    bpy.data.cameras.remove(data)
    image = bpy.data.images.load(str(path))
    pixels = np.empty(len(image.pixels), np.float32)
    image.pixels.foreach_get(pixels)
    bpy.data.images.remove(image)
    path.unlink()
    rows = pixels.reshape(size[1], size[0], -1)[::-1, :, :3]
    return np.clip(rows * 255 + 0.5, 0, 255).astype(np.uint8)


def _settings(engine: str) -> None:
    """`engine`: "cycles", or "workbench", which is faster and has no light of the scene's own."""
    scene = bpy.context.scene
    if engine == "workbench":
        scene.render.engine = "BLENDER_WORKBENCH"
        shading = scene.display.shading
        shading.light, shading.color_type = "STUDIO", "MATERIAL"
        shading.show_shadows = shading.show_cavity = True
    else:
        scene.render.engine, scene.cycles.device = "CYCLES", "CPU"
    scene.cycles.samples, scene.cycles.use_denoising = SAMPLES, True
    scene.cycles.max_bounces, scene.cycles.diffuse_bounces = 3, 2
    scene.cycles.seed = 0
    scene.render.resolution_percentage = 100
    scene.render.use_persistent_data = True
    scene.render.image_settings.file_format, scene.render.image_settings.color_mode = "PNG", "RGB"


def _light_if_dark() -> None:
    scene = bpy.context.scene
    if any(own.type == "LIGHT" and not own.hide_render for own in scene.objects):
        return
    world = bpy.data.worlds.new("sky")
    world.use_nodes = True
    background = next(node for node in world.node_tree.nodes if node.type == "BACKGROUND")
    background.inputs["Color"].default_value = (0.8, 0.88, 1.0, 1.0)
    background.inputs["Strength"].default_value = 0.9
    scene.world = world
    data = bpy.data.lights.new("sun", "SUN")
    data.energy, data.angle, data.color = 2.4, np.radians(12), (1.0, 0.94, 0.86)
    lamp = bpy.data.objects.new("sun", data)
    lamp.rotation_euler = (np.radians(38), np.radians(-14), np.radians(25))
    scene.collection.objects.link(lamp)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    run_and_leave(lambda: main(*map(Path, sys.argv[1:4]), sys.argv[4]), "the scene could not be kept open")
