"""A person's armature: bones at rest as the backend has them, posed as it says. Lengths in Blender units.

Blender keeps a bone's rest pose as head, tail and roll and gives back a matrix that differs in the last digits, so
poses are computed from what Blender gives back.
"""

from __future__ import annotations

import bpy
import numpy as np
from mathutils import Matrix

from ..protocol.messages import Person, Rig

_SHORTEST_BONE = 0.01  # metres; Blender drops bones without length
_LONGEST_LEAF = 0.03
_THICKNESS = 0.002


def new_armature(name: str, rig: Rig, person: Person, scale: float) -> bpy.types.Object:
    """An armature object with bones at rest, in no collection. `scale`: Blender units per metre.

    Bones can only be made in edit mode, which needs a scene with an active object. A scene of our own for that moment
    leaves the user's selection, modes and hidden collections alone.
    """
    data = bpy.data.armatures.new(name)
    data.display_type = "BBONE"  # as thick as said, so that bones stay inside the body until shown in front
    armature = bpy.data.objects.new(name, data)
    workshop = bpy.data.scenes.new("Staffage")
    try:
        workshop.collection.objects.link(armature)
        layer = workshop.view_layers[0]
        layer.objects.active = armature
        with bpy.context.temp_override(
            scene=workshop, view_layer=layer, object=armature, active_object=armature, selected_objects=[armature]
        ):
            bpy.ops.object.mode_set(mode="EDIT")
            try:
                _add_bones(data, rig, person, scale)
            finally:
                bpy.ops.object.mode_set(mode="OBJECT")
            layer.update()
    finally:
        bpy.data.scenes.remove(workshop)
    return armature


def _add_bones(data: bpy.types.Armature, rig: Rig, person: Person, scale: float) -> None:
    rest = _scaled(person.rest_bone_poses, scale)
    lengths = _lengths(rest, rig.bone_parents, scale)
    bones = []
    for name, matrix, length in zip(rig.bone_names, rest, lengths, strict=True):
        bone = data.edit_bones.new(name)
        bone.head = matrix[:3, 3]
        bone.tail = matrix[:3, 3] + length * matrix[:3, 1]
        bone.matrix = Matrix(matrix.tolist())  # keeps the length, sets the roll
        bone.bbone_x = bone.bbone_z = _THICKNESS * scale
        bones.append(bone)
    for bone, parent in zip(bones, rig.bone_parents.tolist(), strict=True):
        if parent >= 0:
            bone.parent = bones[parent]
            bone.use_connect = False


def _lengths(rest: np.ndarray, parents: np.ndarray, scale: float) -> np.ndarray:
    """(B,) along each bone's Y as far as its farthest child; a leaf is as long as its parent, within reason."""
    heads, axes = rest[:, :3, 3], rest[:, :3, 1]
    lengths = np.zeros(len(rest))
    children = np.flatnonzero(parents >= 0)
    along = np.einsum("ij,ij->i", heads[children] - heads[parents[children]], axes[parents[children]])
    np.maximum.at(lengths, parents[children], along)
    for bone in range(len(rest)):  # parents come first
        if lengths[bone] < _SHORTEST_BONE * scale:
            before = lengths[parents[bone]] if parents[bone] >= 0 else 0.0
            lengths[bone] = np.clip(0.6 * before, _SHORTEST_BONE * scale, _LONGEST_LEAF * scale)
    return lengths


def pose(armature: bpy.types.Object, rig: Rig, person: Person, scale: float) -> None:
    """Set every bone so that `pose · rest⁻¹` is what the backend has."""
    rest, posed = _scaled(person.rest_bone_poses, scale), _scaled(person.bone_poses, scale)
    bones = [armature.pose.bones[name] for name in rig.bone_names]
    actual_rest = np.array([bone.bone.matrix_local for bone in bones], np.float64)
    target = posed @ np.linalg.inv(rest) @ actual_rest
    parents = rig.bone_parents
    local_rest, local_pose = actual_rest.copy(), target.copy()
    inner = np.flatnonzero(parents >= 0)
    local_rest[inner] = np.linalg.inv(actual_rest[parents[inner]]) @ actual_rest[inner]
    local_pose[inner] = np.linalg.inv(target[parents[inner]]) @ target[inner]
    for bone, matrix in zip(bones, np.linalg.inv(local_rest) @ local_pose, strict=True):
        bone.matrix_basis = Matrix(matrix.tolist())


def _scaled(poses: np.ndarray, scale: float) -> np.ndarray:
    """(B, 4, 4) float64 with translations in Blender units."""
    result = poses.astype(np.float64)
    result[:, :3, 3] *= scale
    return result
