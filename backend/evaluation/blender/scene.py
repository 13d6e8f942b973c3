"""Opening a scene file, and its geometry as arrays, read straight from Blender's dependency graph."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import bpy
import numpy as np

Array = np.ndarray


def open_scene(path: Path | None) -> None:
    """A .blend, a .glb or .gltf into an empty scene, or (None) the sample living room. Leaves object mode active."""
    if path is not None and path.suffix.lower() == ".blend":
        bpy.ops.wm.open_mainfile(filepath=str(path), load_ui=False)
        return
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)
    if path is None:
        from backend.evaluation.living_room.room import build

        build(bpy.context.scene)
    else:
        bpy.ops.import_scene.gltf(filepath=str(path))
    bpy.context.view_layer.update()


def world_triangles(leave_out: Iterable[bpy.types.Object] = ()) -> tuple[list[str], Array, Array]:
    """Names (N), corners (T, 3, 3) in metres and object indices (T,) of all that is visible, instances included."""
    skip, metres = {own.name for own in leave_out}, _metres()
    graph = bpy.context.evaluated_depsgraph_get()
    names, corners, owners = [], [], []
    for instance in graph.object_instances:
        own = instance.object
        if (
            own.original.name in skip
            or own.type not in {"MESH", "CURVE", "SURFACE", "META", "FONT"}
            or not instance.show_self
        ):
            continue
        mesh = own.to_mesh()
        if mesh is None or not len(mesh.polygons):
            own.to_mesh_clear()
            continue
        vertices, triangles = arrays(mesh)
        world = vertices @ np.array(instance.matrix_world)[:3, :3].T + np.array(instance.matrix_world)[:3, 3]
        corners.append(world[triangles] * metres)
        owners.append(np.full(len(triangles), len(names)))
        names.append(own.original.name)
        own.to_mesh_clear()
    if not names:
        return [], np.zeros((0, 3, 3)), np.zeros(0, int)
    return names, np.concatenate(corners), np.concatenate(owners)


def posed_body(person: bpy.types.Object) -> tuple[Array, Array, list[str]]:
    """Vertices (V, 3) in metres as the armature poses them, triangles (T, 3), and the strongest bone of each vertex."""
    graph = bpy.context.evaluated_depsgraph_get()
    own = person.evaluated_get(graph)
    mesh = own.to_mesh()
    vertices, triangles = arrays(mesh)
    matrix = np.array(own.matrix_world)
    groups = [group.name for group in person.vertex_groups]
    bones = []
    for vertex in mesh.vertices:
        strongest = max(vertex.groups, key=lambda entry: entry.weight, default=None)
        bones.append(groups[strongest.group] if strongest else "")
    own.to_mesh_clear()
    return (vertices @ matrix[:3, :3].T + matrix[:3, 3]) * _metres(), triangles, bones


def arrays(mesh: bpy.types.Mesh) -> tuple[Array, Array]:
    """Vertices (V, 3) float64 and triangles (T, 3) of a mesh, in its own frame."""
    vertices = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", vertices)
    mesh.calc_loop_triangles()
    triangles = np.empty(len(mesh.loop_triangles) * 3, np.int32)
    mesh.loop_triangles.foreach_get("vertices", triangles)
    return vertices.reshape(-1, 3).astype(float), triangles.reshape(-1, 3)


def _metres() -> float:
    units = bpy.context.scene.unit_settings
    return units.scale_length if units.system != "NONE" else 1.0
