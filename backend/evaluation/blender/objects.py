"""Photographs the objects of a scene one by one: `python -m backend.evaluation.blender.objects TASK.json`.

A task: `scene` (.blend or .glb), `out` (a folder for NAME.png), `pixels`. Parts whose names begin with the same two
words are one object; floors and walls are none. Transparent ground, sun and sky, from a little aside of the front.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix

from backend.evaluation.blender.ending import run_and_leave
from backend.evaluation.blender.scene import open_scene
from backend.training.shapes.cameras import aimed

AZIMUTH, ELEVATION, FIELD = np.radians(35.0), np.radians(18.0), np.radians(35.0)
THIN, LARGE = 0.25, 2.5  # metres: what is thinner than the one and larger than the other is a floor or a wall
SAMPLES = 48


def main(path: Path) -> None:
    task = json.loads(path.read_text(encoding="utf-8"))
    open_scene(Path(task["scene"]))
    scene, out = bpy.context.scene, Path(task["out"])
    out.mkdir(parents=True, exist_ok=True)
    meshes = [own for own in scene.objects if own.type == "MESH" and len(own.data.polygons)]
    _settings(scene, task["pixels"])
    for name, parts in _things(meshes).items():
        for own in scene.objects:
            own.hide_render = own.type == "MESH" and own not in parts
        _aim(scene, np.concatenate([_points(own) for own in parts]))
        scene.render.filepath = str(out / f"{name}.png")
        bpy.ops.render.render(write_still=True)


def _things(meshes: list[bpy.types.Object]) -> dict[str, list[bpy.types.Object]]:
    found: dict[str, list[bpy.types.Object]] = {}
    for own in meshes:
        found.setdefault("_".join(own.name.split(".")[0].split("_")[:2]), []).append(own)
    return {name: parts for name, parts in found.items() if not _is_room(parts)}


def _is_room(parts: list[bpy.types.Object]) -> bool:
    size = np.ptp(np.concatenate([_points(own) for own in parts]), axis=0)
    return size.max() > LARGE and size.min() < THIN


def _points(own: bpy.types.Object) -> np.ndarray:
    """(V, 3) world."""
    points = np.empty(3 * len(own.data.vertices), np.float32)
    own.data.vertices.foreach_get("co", points)
    matrix = np.array(own.matrix_world)
    return points.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3]


def _aim(scene: bpy.types.Scene, points: np.ndarray) -> None:
    low, high = points.min(0), points.max(0)
    scale = 0.9 / float((high - low).max())
    offset = 0.5 - scale * (low + high) / 2
    view = aimed((points * scale + offset)[:: max(1, len(points) // 4000)], AZIMUTH, ELEVATION, FIELD)
    matrix = view.camera_to_world.copy()
    matrix[:3, 3] = (matrix[:3, 3] - offset) / scale
    scene.camera.matrix_world = Matrix(matrix.tolist())
    scene.camera.data.angle = view.field_of_view
    scene.camera.data.clip_start, scene.camera.data.clip_end = 0.01 / scale, 100 / scale


def _settings(scene: bpy.types.Scene, pixels: int) -> None:
    for own in [own for own in scene.objects if own.type in {"LIGHT", "CAMERA"}]:
        bpy.data.objects.remove(own)
    scene.camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    scene.camera.data.sensor_fit = "HORIZONTAL"
    sun = bpy.data.objects.new("sun", bpy.data.lights.new("sun", "SUN"))
    sun.data.energy, sun.data.angle, sun.rotation_euler = 1.6, 0.3, (0.6, 0.3, 0.9)
    for own in (scene.camera, sun):
        scene.collection.objects.link(own)
    world = scene.world = bpy.data.worlds.new("sky")
    world.use_nodes = True
    next(node for node in world.node_tree.nodes if node.type == "BACKGROUND").inputs["Color"].default_value = (
        0.55, 0.58, 0.62, 1.0,
    )  # fmt: skip
    render, cycles = scene.render, scene.cycles
    render.engine, cycles.device, cycles.samples, cycles.use_denoising = "CYCLES", "CPU", SAMPLES, True
    render.film_transparent, render.resolution_percentage = True, 100
    render.resolution_x = render.resolution_y = pixels
    render.image_settings.file_format, render.image_settings.color_mode = "PNG", "RGBA"
    scene.view_settings.view_transform = "Standard"


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    run_and_leave(lambda: main(Path(sys.argv[1])), "the objects were not photographed")
