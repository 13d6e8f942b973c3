"""A person's body: mesh, UVs, material slots and vertex weights from a rig's arrays. Lengths in Blender units."""

from __future__ import annotations

import bpy
import numpy as np

from ..protocol.messages import Person, Rig
from . import materials


def new_body(name: str, rig: Rig, person: Person, scale: float) -> bpy.types.Object:
    """A mesh object at rest with a vertex group per bone, in no collection. `scale`: Blender units per metre."""
    mesh = bpy.data.meshes.new(name)
    sizes = np.where(rig.faces[:, 3] == rig.faces[:, 2], 3, 4).astype(np.int32)
    corners = np.arange(4)[None, :] < sizes[:, None]  # (F, 4): which of the four columns count
    _fill(mesh, person.rest_vertices * np.float32(scale), rig.faces[corners], sizes)
    uv_layer = mesh.uv_layers.new(name="UVMap")
    uv_layer.uv.foreach_set("vector", np.ascontiguousarray(rig.uvs[rig.face_uvs[corners]], np.float32).reshape(-1))
    for material in person.materials:
        mesh.materials.append(materials.material_for(material))
    if person.materials:
        slots = np.minimum(rig.face_materials, len(person.materials) - 1).astype(np.int32)
        mesh.polygons.foreach_set("material_index", slots)
    body = bpy.data.objects.new(name, mesh)
    _weigh(body, rig)
    return body


def _fill(mesh: bpy.types.Mesh, vertices: np.ndarray, corners: np.ndarray, sizes: np.ndarray) -> None:
    """Made from arrays, faces are smooth unless said otherwise."""
    starts = np.zeros(len(sizes), np.int32)
    np.cumsum(sizes[:-1], out=starts[1:])
    mesh.vertices.add(len(vertices))
    mesh.attributes["position"].data.foreach_set("vector", np.ascontiguousarray(vertices, np.float32).reshape(-1))
    mesh.loops.add(len(corners))
    mesh.loops.foreach_set("vertex_index", np.ascontiguousarray(corners, np.int32))
    mesh.polygons.add(len(sizes))
    mesh.polygons.foreach_set("loop_start", starts)
    mesh.update(calc_edges=True)


def _weigh(body: bpy.types.Object, rig: Rig) -> None:
    """Vertex weights in two passes, because a call per weight (some 60 000) would take twice as long.

    First every group takes all its vertices at once; a vertex then lists its groups in their order, so that its weights
    can be set in one call.
    """
    vertices, columns = np.nonzero(rig.weights > 0)
    bones = rig.weight_bones[vertices, columns]
    weights = rig.weights[vertices, columns].astype(np.float32)
    _group(body, rig.bone_names, vertices, bones)
    order = np.lexsort((bones, vertices))
    ordered = weights[order]
    counts = np.bincount(vertices, minlength=len(rig.weights))
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
