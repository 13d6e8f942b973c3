"""What the evaluation reads of a body in Blender: all of its skin, its bones, its pose."""

import importlib.util
import subprocess
import sys

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from backend.evaluation.bodies import load_body
from backend.evaluation.process import REPOSITORY

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("bpy") is None, reason="Blender as a module is not installed: pip install -e .[blender]"
)

# A strip of skin on two bones; the upper one bends by 90° about X, the whole turns by 30° about Z and is at (1, 2, 0).
SCRIPT = """
import sys
import bpy, numpy as np
from mathutils import Matrix, Quaternion, Vector
from backend.evaluation.blender.scene import open_scene, posed_body, rig_of
bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
scene = bpy.context.scene
data = bpy.data.armatures.new("rig")
armature = bpy.data.objects.new("rig", data)
scene.collection.objects.link(armature)
bpy.context.view_layer.objects.active = armature
bpy.ops.object.mode_set(mode="EDIT")
lower = data.edit_bones.new("lower"); lower.head, lower.tail = (0, 0, 0), (0, 0, 1)
upper = data.edit_bones.new("upper"); upper.head, upper.tail = (0, 0, 1), (0, 0, 2)
upper.parent = lower
bpy.ops.object.mode_set(mode="OBJECT")
mesh = bpy.data.meshes.new("skin")
heights = [0, 0.5, 1.5, 2]
mesh.from_pydata([(x, 0, z) for z in heights for x in (-0.1, 0.1)], [],
                 [(2 * k, 2 * k + 1, 2 * k + 3, 2 * k + 2) for k in range(3)])
body = bpy.data.objects.new("skin", mesh)
scene.collection.objects.link(body)
body.parent = armature
body.vertex_groups.new(name="lower").add([0, 1, 2, 3], 0.7, "REPLACE")
body.vertex_groups.new(name="upper").add([4, 5, 6, 7], 0.7, "REPLACE")
body.vertex_groups.new(name="beneath clothes").add([2, 3, 4, 5], 1.0, "REPLACE")
body.modifiers.new("rig", "ARMATURE").object = armature
mask = body.modifiers.new("beneath clothes", "MASK")
mask.vertex_group, mask.invert_vertex_group = "beneath clothes", True
armature.matrix_world = Matrix.Translation((1, 2, 0)) @ Matrix.Rotation(np.radians(30), 4, "Z")
bone = armature.pose.bones["upper"]
bone.rotation_mode = "QUATERNION"
turn = Matrix.Rotation(np.radians(90), 3, "X")
rest = bone.bone.matrix_local.to_3x3()
bone.rotation_quaternion = (rest.inverted() @ turn @ rest).to_quaternion()
bpy.context.view_layer.update()
shown = len(body.evaluated_get(bpy.context.evaluated_depsgraph_get()).to_mesh().vertices)
vertices, triangles, bones = posed_body(body)
assert body.modifiers["beneath clothes"].show_viewport
np.savez(sys.argv[1], vertices=vertices, triangles=triangles, bones=np.array(bones), shown=shown, **rig_of(body))
import os; sys.stdout.flush(); os._exit(0)
"""


def test_skin_beneath_clothes_bones_and_pose_are_read(tmp_path):
    path = tmp_path / "body.npz"
    command = [sys.executable, "-c", SCRIPT, str(path)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert path.exists(), done.stderr[-2000:]
    body = load_body(path)
    assert int(np.load(path)["shown"]) < 8 and len(body.vertices) == 8 and len(body.triangles) == 6
    assert body.bones == ["lower"] * 4 + ["upper"] * 4  # not the group that the mask uses
    turned, bent = Rotation.from_euler("z", 30, degrees=True), Rotation.from_euler("x", 90, degrees=True)
    np.testing.assert_allclose(body.rigged.rotations[0], turned.as_matrix(), atol=1e-6)
    np.testing.assert_allclose(body.rigged.rotations[1], bent.as_matrix(), atol=1e-6)
    np.testing.assert_allclose(body.rigged.root_position, [1, 2, 0], atol=1e-6)
    assert body.rigged.bone_names == ("lower", "upper") and body.rigged.bone_parents == (-1, 0)
    # The end of the strip, two metres up at rest, lies a metre up and a metre behind.
    np.testing.assert_allclose(body.vertices[6:].mean(axis=0), turned.apply([0, -1, 1]) + [1, 2, 0], atol=1e-5)
    np.testing.assert_allclose(body.rigged.rest_vertices[6:, 2], 2.0)
