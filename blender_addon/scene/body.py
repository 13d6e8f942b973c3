"""Meshes of people: bodies and what they wear, from arrays: UVs, material slots, vertex weights, what is hidden.

Lengths in Blender units. `Shape` is a Rig or a Pattern, which name these arrays alike.
"""

from __future__ import annotations

import bpy
import numpy as np

from ..protocol.messages import Garment, Material, Pattern, Person, Rig
from . import materials

HIDDEN = "Under Clothes"  # vertex group, and the modifier that hides it
Shape = Rig | Pattern


def new_body(name: str, rig: Rig, person: Person, scale: float) -> bpy.types.Object:
    """A mesh object at rest with a vertex group per bone, in no collection. `scale`: Blender units per metre."""
    body = _new(name, rig, person.rest_vertices, person.materials, scale)
    _weigh(body, rig, rig.bone_names)
    _note_hidden(body, person.hidden)
    return body


def new_garment(name: str, rig: Rig, pattern: Pattern, garment: Garment, scale: float) -> bpy.types.Object:
    """The same for something worn; with groups only for the bones that move it."""
    thing = _new(name, pattern, garment.rest_vertices, garment.materials, scale)
    used = np.unique(pattern.weight_bones[pattern.weights > 0])
    numbers = np.zeros(len(rig.bone_names), np.int32)
    numbers[used] = np.arange(len(used))
    _weigh(thing, pattern, tuple(rig.bone_names[bone] for bone in used), numbers)
    _note_hidden(thing, garment.hidden)
    return thing


def mask(thing: bpy.types.Object) -> None:
    """Hide what lies under clothes by a modifier, so that it can be shown again."""
    modifier = next((item for item in thing.modifiers if item.type == "MASK" and item.vertex_group == HIDDEN), None)
    if HIDDEN not in thing.vertex_groups:
        if modifier:
            thing.modifiers.remove(modifier)
        return
    if modifier is None:
        modifier = thing.modifiers.new(HIDDEN, "MASK")
    modifier.vertex_group = HIDDEN
    modifier.invert_vertex_group = True
    modifier.show_in_editmode = False


def _new(
    name: str, shape: Shape, vertices: np.ndarray, looks: tuple[Material, ...], scale: float
) -> bpy.types.Object:
    mesh = bpy.data.meshes.new(name)
    sizes = np.where(shape.faces[:, 3] == shape.faces[:, 2], 3, 4).astype(np.int32)
    corners = np.arange(4)[None, :] < sizes[:, None]  # (F, 4): which of the four columns count
    fill(mesh, vertices * np.float32(scale), shape.faces[corners], sizes)
    uv_layer = mesh.uv_layers.new(name="UVMap")
    uvs = np.ascontiguousarray(shape.uvs[shape.face_uvs[corners]], np.float32)
    uv_layer.uv.foreach_set("vector", uvs.reshape(-1))
    for material in looks:
        mesh.materials.append(materials.material_for(material))
    if looks:
        slots = np.minimum(shape.face_materials, len(looks) - 1).astype(np.int32)
        mesh.polygons.foreach_set("material_index", slots)
    return bpy.data.objects.new(name, mesh)


def _note_hidden(thing: bpy.types.Object, hidden: np.ndarray | None) -> None:
    if hidden is not None and len(hidden):
        thing.vertex_groups.new(name=HIDDEN).add(hidden.tolist(), 1.0, "REPLACE")


def fill(mesh: bpy.types.Mesh, vertices: np.ndarray, corners: np.ndarray, sizes: np.ndarray) -> None:
    """Give an empty mesh its faces. Made from arrays, they are smooth unless said otherwise."""
    starts = np.zeros(len(sizes), np.int32)
    np.cumsum(sizes[:-1], out=starts[1:])
    mesh.vertices.add(len(vertices))
    mesh.attributes["position"].data.foreach_set("vector", np.ascontiguousarray(vertices, np.float32).reshape(-1))
    mesh.loops.add(len(corners))
    mesh.loops.foreach_set("vertex_index", np.ascontiguousarray(corners, np.int32))
    mesh.polygons.add(len(sizes))
    mesh.polygons.foreach_set("loop_start", starts)
    mesh.update(calc_edges=True)


def _weigh(body: bpy.types.Object, shape: Shape, names: tuple[str, ...], numbers: np.ndarray | None = None) -> None:
    """Vertex weights in two passes, because a call per weight (some 60 000) would take twice as long.

    First every group takes all its vertices at once; a vertex then lists its groups in their order, so that its weights
    can be set in one call. `numbers`: the group of each bone, where groups do not count as the rig's bones do.
    """
    vertices, columns = np.nonzero(shape.weights > 0)
    bones = shape.weight_bones[vertices, columns]
    bones = bones if numbers is None else numbers[bones]
    weights = shape.weights[vertices, columns].astype(np.float32)
    _group(body, names, vertices, bones)
    order = np.lexsort((bones, vertices))
    ordered = weights[order]
    counts = np.bincount(vertices, minlength=len(shape.weights))
    ends = np.cumsum(counts)
    for vertex, start, end in zip(body.data.vertices, (ends - counts).tolist(), ends.tolist(), strict=True):
        if start != end:
            vertex.groups.foreach_set("weight", ordered[start:end])


def _group(body: bpy.types.Object, names: tuple[str, ...], vertices: np.ndarray, bones: np.ndarray) -> None:
    by_bone = np.argsort(bones, kind="stable")
    edges = np.searchsorted(bones[by_bone], np.arange(len(names) + 1))
    for bone, name in enumerate(names):
        members = vertices[by_bone[edges[bone] : edges[bone + 1]]]
        group = body.vertex_groups.new(name=name)
        if len(members):
            group.add(members.tolist(), 1.0, "REPLACE")
