"""Opening a scene file, and its geometry as arrays, read straight from Blender's dependency graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
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
    """Vertices (V, 3) in metres as the armature poses them, triangles (T, 3), and the strongest bone of each vertex.

    The whole body, also where clothes hide it: masks and whatever else the user sees on top are left out.
    """
    with _only_posed(person):
        own = person.evaluated_get(bpy.context.evaluated_depsgraph_get())
        mesh = own.to_mesh()
        vertices, triangles = arrays(mesh)
        matrix = np.array(own.matrix_world)
        bones = _strongest_bones(person, mesh)
        own.to_mesh_clear()
    return (vertices @ matrix[:3, :3].T + matrix[:3, 3]) * _metres(), triangles, bones


def as_seen(things: Iterable[bpy.types.Object]) -> tuple[Array, Array]:
    """Vertices (V, 3) in metres and triangles (T, 3) of several objects together, as all their modifiers leave them."""
    graph = bpy.context.evaluated_depsgraph_get()
    points, faces, count = [], [], 0
    for thing in things:
        own = thing.evaluated_get(graph)
        mesh = own.to_mesh()
        vertices, triangles = arrays(mesh)
        own.to_mesh_clear()
        matrix = np.array(thing.evaluated_get(graph).matrix_world)
        points.append(vertices @ matrix[:3, :3].T + matrix[:3, 3])
        faces.append(triangles + count)
        count += len(vertices)
    return np.concatenate(points) * _metres(), np.concatenate(faces)


@contextmanager
def _only_posed(person: bpy.types.Object) -> Iterator[None]:
    """Switches off every modifier but the armature's."""
    shown = [item for item in person.modifiers if item.type != "ARMATURE" and item.show_viewport]
    for item in shown:
        item.show_viewport = False
    bpy.context.view_layer.update()
    try:
        yield
    finally:
        for item in shown:
            item.show_viewport = True
        bpy.context.view_layer.update()


def _strongest_bones(person: bpy.types.Object, mesh: bpy.types.Mesh) -> list[str]:
    armature = person.find_armature()
    names = {
        group.index: group.name
        for group in person.vertex_groups
        if armature is None or group.name in armature.data.bones
    }
    strongest = []
    for vertex in mesh.vertices:
        own = max((entry for entry in vertex.groups if entry.group in names), key=_weight, default=None)
        strongest.append(names[own.group] if own else "")
    return strongest


def _weight(entry: bpy.types.VertexGroupElement) -> float:
    return entry.weight


def rig_of(person: bpy.types.Object) -> dict[str, Array]:
    """A body's rig and its mesh before it is posed, as `evaluation.bodies.load_body` reads them; empty without one."""
    armature = person.find_armature()
    if armature is None:
        return {}
    bones = sorted(armature.data.bones, key=lambda bone: len(bone.parent_recursive))  # parents first
    row = {bone.name: number for number, bone in enumerate(bones)}
    matrix = np.array(armature.matrix_world)
    posed = np.array([np.array(armature.pose.bones[bone.name].matrix)[:3, :3] for bone in bones])
    rest = np.array([np.array(bone.matrix_local) for bone in bones])
    return {
        "bone_names": np.array([bone.name for bone in bones]),
        "bone_parents": np.array([row[bone.parent.name] if bone.parent else -1 for bone in bones]),
        "rest_orientations": _unscaled(rest[:, :3, :3]),
        "orientations": _unscaled(matrix[:3, :3] @ posed),
        "rest_heads": rest[:, :3, 3] * _metres(),
        "root_position": (matrix @ [*armature.pose.bones[bones[0].name].head, 1.0])[:3] * _metres(),
        "rest_vertices": arrays(person.data)[0] * _metres(),
    }


def _unscaled(axes: Array) -> Array:
    """(B, 3, 3) with columns of length one."""
    return axes / np.linalg.norm(axes, axis=1, keepdims=True)


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
