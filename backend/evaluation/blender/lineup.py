"""The Blender side of `evaluation.lineup`: `python -m backend.evaluation.blender.lineup EXTENSION PICTURE SCENE`."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

# Before anything else that bpy loads.
import bpy
import numpy as np
from mathutils import Matrix, Vector

from backend.body import anny_model
from backend.evaluation.blender.ending import run_and_leave
from backend.evaluation.blender.extension import MODULE, Extension
from backend.evaluation.lineup import line_up

WIDTH, HEIGHT = 1600, 720
SAMPLES = 28


def draw(archive: Path, picture: Path, scene: Path) -> None:
    Extension.install(archive)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    people = importlib.import_module(f"{MODULE}.scene.people")
    result, blocks = line_up(anny_model.load())
    request = {"prompt": "Line-up", "seed": 0}
    people.insert(
        bpy.context.scene,
        people.Insertion("lineup", request, result.rigs, result.patterns, result.candidates[0], 0),
    )
    _room(blocks)
    _lights()
    _camera()
    _render(picture)
    bpy.ops.wm.save_as_mainfile(filepath=str(scene), copy=True, compress=True)


def _material(name: str, color: tuple[float, float, float]) -> bpy.types.Material:
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    shader = next(node for node in material.node_tree.nodes if node.type == "BSDF_PRINCIPLED")
    shader.inputs["Base Color"].default_value = (*color, 1.0)
    shader.inputs["Roughness"].default_value = 0.9
    return material


def _mesh(name: str, vertices: list, faces: list, material: bpy.types.Material) -> bpy.types.Object:
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(vertices, [], faces)
    mesh.materials.append(material)
    thing = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(thing)
    return thing


def _room(blocks: list[tuple]) -> None:
    backdrop = _material("Backdrop", (0.50, 0.47, 0.43))
    profile = [(-9.0, 0.0), (1.7, 0.0), (2.3, 0.12), (2.75, 0.45), (2.95, 1.0), (3.0, 7.0)]
    vertices = [(x, y, z) for y, z in profile for x in (-16.0, 16.0)]
    faces = [(2 * k, 2 * k + 1, 2 * k + 3, 2 * k + 2) for k in range(len(profile) - 1)]
    for polygon in _mesh("backdrop", vertices, faces, backdrop).data.polygons:
        polygon.use_smooth = True
    block = _material("Block", (0.62, 0.58, 0.52))
    for (x, y), yaw, height in blocks:
        corners = [(a, b, c) for c in (0.0, height) for b in (-0.20, 0.26) for a in (-0.24, 0.24)]
        sides = [(0, 1, 5, 4), (1, 3, 7, 5), (3, 2, 6, 7), (2, 0, 4, 6), (4, 5, 7, 6)]
        thing = _mesh("block", corners, sides, block)
        thing.matrix_world = Matrix.Translation((x, y, 0)) @ Matrix.Rotation(yaw, 4, "Z")


def _lights() -> None:
    world = bpy.data.worlds.new("studio")
    world.use_nodes = True
    background = next(node for node in world.node_tree.nodes if node.type == "BACKGROUND")
    background.inputs["Color"].default_value = (0.80, 0.87, 1.0, 1.0)
    background.inputs["Strength"].default_value = 0.42
    bpy.context.scene.world = world
    for name, place, energy, size, color in (
        ("key", (-4.5, -6.0, 5.0), 900.0, 3.0, (1.0, 0.94, 0.86)),
        ("fill", (6.0, -5.0, 3.0), 260.0, 4.0, (0.86, 0.92, 1.0)),
        ("rim", (2.5, 2.2, 4.5), 260.0, 2.0, (1.0, 0.97, 0.92)),
    ):
        data = bpy.data.lights.new(name, "AREA")
        data.energy, data.size, data.color = energy, size, color
        lamp = bpy.data.objects.new(name, data)
        lamp.matrix_world = _looking(place, (0, 0, 0.9))
        bpy.context.scene.collection.objects.link(lamp)


def _camera() -> None:
    data = bpy.data.cameras.new("camera")
    data.sensor_fit, data.angle = "HORIZONTAL", float(np.radians(36.5))
    camera = bpy.data.objects.new("camera", data)
    camera.matrix_world = _looking((0.0, -11.2, 2.2), (0.0, -0.1, 0.90))
    bpy.context.scene.collection.objects.link(camera)
    bpy.context.scene.camera = camera


def _looking(place: tuple[float, float, float], target: tuple[float, float, float]) -> Matrix:
    turn = (Vector(target) - Vector(place)).to_track_quat("-Z", "Y")
    return Matrix.Translation(place) @ turn.to_matrix().to_4x4()


def _render(picture: Path) -> None:
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.device, scene.cycles.samples, scene.cycles.use_denoising = "CPU", SAMPLES, True
    scene.cycles.max_bounces, scene.cycles.diffuse_bounces = 4, 2
    scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = WIDTH, HEIGHT, 100
    scene.render.image_settings.file_format, scene.render.filepath = "PNG", str(picture)
    scene.view_settings.view_transform = "AgX"
    scene.view_settings.look = "AgX - Medium High Contrast"
    bpy.ops.render.render(write_still=True)


if __name__ == "__main__":
    run_and_leave(lambda: draw(*map(Path, sys.argv[1:4])), "the line-up was not drawn")
