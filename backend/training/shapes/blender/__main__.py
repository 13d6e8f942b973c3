"""Works through a task inside Blender: shape after shape, one line of events.jsonl after each.

A task (JSON, written by `shapes.render`): `work` (a folder for what is thrown away), `views` (how many each shape is to
have), `shapes` (paths of their `shape.npz`). Views that are there are kept and the missing ones made. A shape that
cannot be read is an event, too; what else escapes ends the process.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import bpy
import numpy as np
from scipy.spatial import ConvexHull, QhullError

from backend.evaluation.blender.ending import run_and_leave
from backend.training.shapes import files, views
from backend.training.shapes.blender.capture import photograph, survey
from backend.training.shapes.blender.studio import Studio
from backend.training.shapes.blender.surfaces import Surface, colors
from backend.training.shapes.cameras import Camera, choose_camera
from backend.training.shapes.developing import develop
from backend.training.shapes.dice import Dice
from backend.training.shapes.lines import draw
from backend.training.shapes.shape import Shape
from backend.training.shapes.volume import unit_frame

SMOOTH = np.radians(35.0)  # edges less bent than this are rounded by shading


def main(path: Path) -> None:
    task = json.loads(path.read_text(encoding="utf-8"))
    work, studio = Path(task["work"]), Studio()
    for name in task["shapes"]:
        try:
            made = _photograph_all(studio, Path(name), task["views"], work)
            _tell(work, shape=name, made=made)
        except files.ShapeFileInvalid as error:
            _tell(work, shape=name, made=0, error=str(error))


def _photograph_all(studio: Studio, path: Path, wanted: int, work: Path) -> int:
    """Make the views that a shape lacks; returns how many."""
    shape = files.load(path).shape
    mark = views.fingerprint(shape.vertices, shape.triangles)
    there = _there(views.path_of(path), mark)
    first, first_line = (len(there.azimuth), len(there.line_azimuth)) if there else (0, 0)
    if first >= wanted:
        return 0
    scale, offset = unit_frame(shape)
    vertices = shape.vertices * scale + offset
    rim = _rim(vertices)
    thing, surfaces = _build(studio, shape, vertices)
    pictures, cameras, lines, line_cameras = [], [], [], []
    for index in range(first, wanted):
        camera, picture = _view(studio, surfaces, rim, Dice("view", shape.category, shape.seed, index), work)
        cameras.append(camera)
        pictures.append(picture)
    for index in range(first_line, views.drawings(wanted)):
        camera, picture = _drawing(studio, rim, Dice("drawing", shape.category, shape.seed, index), work)
        line_cameras.append(camera)
        lines.append(picture)
    _remove(thing)
    found = views.gathered(pictures, cameras, lines, line_cameras, mark)
    views.save(views.path_of(path), there.joined(found) if there else found)
    return wanted - first


def _there(path: Path, mark: str) -> views.Views | None:
    """Views of this very mesh that are there already."""
    try:
        found = views.load(path)
    except files.ShapeFileInvalid:
        return None
    return found if found.shape == mark else None


def _view(
    studio: Studio, surfaces: list[Surface], rim: np.ndarray, dice: Dice, work: Path
) -> tuple[Camera, np.ndarray]:  # fmt: skip
    camera = choose_camera(rim, dice)
    studio.aim(camera, rim)
    studio.light(dice)
    for surface, color in zip(surfaces, colors(surfaces, dice), strict=True):
        surface.vary(color, dice)
    return camera, develop(photograph(studio.scene, work, dice.integer(0, 2**31 - 1)))


def _drawing(studio: Studio, rim: np.ndarray, dice: Dice, work: Path) -> tuple[Camera, np.ndarray]:
    camera = choose_camera(rim, dice)
    studio.aim(camera, rim)
    return camera, draw(**survey(studio.scene, work), dice=dice)


def _build(studio: Studio, shape: Shape, vertices: np.ndarray) -> tuple[bpy.types.Object, list[Surface]]:
    """The shape in Blender, each part with a material of its own."""
    mesh = bpy.data.meshes.new("shape")
    triangles = shape.triangles
    mesh.vertices.add(len(vertices))
    mesh.vertices.foreach_set("co", vertices.astype(np.float32).reshape(-1))
    mesh.loops.add(triangles.size)
    mesh.loops.foreach_set("vertex_index", triangles.reshape(-1))
    mesh.polygons.add(len(triangles))
    mesh.polygons.foreach_set("loop_start", np.arange(0, triangles.size, 3, dtype=np.int32))
    mesh.polygons.foreach_set("material_index", shape.part_of_triangle)
    mesh.update(calc_edges=True)
    mesh.shade_smooth()
    mesh.set_sharp_from_angle(angle=SMOOTH)
    surfaces = [Surface(index, part.material, part.color) for index, part in enumerate(shape.parts)]
    for surface in surfaces:
        mesh.materials.append(surface.material)
    thing = bpy.data.objects.new("shape", mesh)
    studio.scene.collection.objects.link(thing)
    return thing, surfaces


def _remove(thing: bpy.types.Object) -> None:
    mesh = thing.data
    materials = list(mesh.materials)
    bpy.data.objects.remove(thing)
    bpy.data.meshes.remove(mesh)
    bpy.data.batch_remove(materials)


def _rim(vertices: np.ndarray) -> np.ndarray:
    """The vertices that decide what of the picture the shape takes, (N, 3)."""
    try:
        return vertices[ConvexHull(vertices).vertices]
    except QhullError:  # a flat object
        return vertices


def _tell(work: Path, **event: object) -> None:
    with open(work / "events.jsonl", "a", encoding="utf-8") as file:
        file.write(json.dumps(event) + "\n")


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    run_and_leave(lambda: main(Path(sys.argv[1])), "the shapes' pictures were not all taken")
