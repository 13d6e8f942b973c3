"""A scene that stays open in a Blender with the extension and takes orders from outside, one at a time.

`python -m backend.evaluation.blender.orders EXTENSION SCENE FOLDER`, started by `evaluation.hidden.studio`. Orders are
files FOLDER/order-N.json in their order; FOLDER/done-N.json has the answer, or {"error": …} if it failed. Paths lead to
files that the order's arrays are in or go to, in SI units:

    snapshot  out                                    what the extension reads of the scene, as .npz
    render    cameras people candidate engine out    the extension's survey of it as .npy (N, H, W, 3), see `pictures`
    start     log                                    the extension's Start
    generate  request settings seconds out           its Generate, and the answer's bodies, see `asking`
    remove                                           takes the answer out of the scene

It goes on until it is ended, or whoever started it is gone. Scenes without lights get a sky and a sun, as whoever
renders has them.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from pathlib import Path
from typing import Any

# Before anything else that bpy loads.
import bpy
import numpy as np

from backend.evaluation.blender.asking import Asking
from backend.evaluation.blender.ending import run_and_leave
from backend.evaluation.blender.extension import Extension
from backend.evaluation.blender.pictures import render, snapshot
from backend.evaluation.blender.scene import open_scene

log = logging.getLogger(__name__)
SKY, SUN = 0.35, 1.9  # W/m²sr and W/m²: together they light what is white to just below white


def main(archive: Path, scene: Path, folder: Path) -> None:
    extension = Extension.install(archive)
    open_scene(scene)
    _light_if_dark()
    asking = Asking(extension)
    known = {"snapshot": snapshot, "render": render, "start": asking.start, "generate": asking.generate,
             "remove": asking.remove}  # fmt: skip
    number, parent = 0, os.getppid()
    try:
        while True:
            order = folder / f"order-{number}.json"
            while not order.exists():
                if os.getppid() != parent:
                    return
                time.sleep(0.02)
            task = json.loads(order.read_text(encoding="utf-8"))
            try:
                answer: dict[str, Any] = known[task.pop("do")](**task) or {}
            except Exception as error:
                log.exception("order %d failed", number)
                answer = {"error": f"{type(error).__name__}: {error}"}
            unfinished = folder / f"done-{number}.tmp"
            unfinished.write_text(json.dumps(answer), encoding="utf-8")
            unfinished.rename(folder / f"done-{number}.json")
            number += 1
    finally:
        extension.stop_backend()


def _light_if_dark() -> None:
    scene = bpy.context.scene
    if any(own.type == "LIGHT" and not own.hide_render for own in scene.objects):
        return
    world = bpy.data.worlds.new("sky")
    world.use_nodes = True
    background = next(node for node in world.node_tree.nodes if node.type == "BACKGROUND")
    background.inputs["Color"].default_value = (0.8, 0.88, 1.0, 1.0)
    background.inputs["Strength"].default_value = SKY
    scene.world = world
    data = bpy.data.lights.new("sun", "SUN")
    data.energy, data.angle, data.color = SUN, np.radians(12), (1.0, 0.94, 0.86)
    lamp = bpy.data.objects.new("sun", data)
    lamp.rotation_euler = (np.radians(38), np.radians(-14), np.radians(25))
    scene.collection.objects.link(lamp)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    run_and_leave(lambda: main(*map(Path, sys.argv[1:4])), "the scene could not be kept open")
