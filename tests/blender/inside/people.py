"""Insertion: the body where the backend says, the scene otherwise as it was, one undo step."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import bpy
import numpy as np

from tests.blender.inside import stage

CLOSE = 1e-5  # metres


def _error(stored, candidate: int, person: int = 0, scale: float = 1.0) -> float:
    wanted = stage.expected_vertices(stored, candidate, person)
    found = stage.world_vertices(stage.bodies()[person]) * scale
    assert found.shape == wanted.shape
    assert np.ptp(wanted, axis=0).max() > 0.5, "a body of no size proves nothing"
    return float(np.abs(found - wanted).max())


def check_body_is_where_the_formula_says() -> None:
    stage.furnish()
    stored = stage.generate("a woman two bones 24")
    for candidate in (0, 2, 1):
        stage.press("staffage.show_candidate", index=candidate)
        assert _error(stored, candidate, 0) < CLOSE
        assert _error(stored, candidate, 1) < CLOSE


def check_large_body_is_inserted_exactly() -> None:
    """As many vertices and bones as the real body has, and more."""
    stored = stage.generate("a woman triangles 40000 bones 104", candidates=1)
    assert _error(stored, 0) < CLOSE


def check_units_are_honoured_both_ways() -> None:
    for scale in (0.01, 25.4):
        stage.new_scene()
        bpy.context.scene.unit_settings.scale_length = scale
        bpy.ops.mesh.primitive_cube_add(size=1 / scale, location=(2 / scale, 0, 0.5 / scale))
        bpy.context.scene.cursor.location = (3 / scale, 0, 0)
        stored = stage.generate("a woman", candidates=1)
        assert _error(stored, 0, scale=scale) < 2 * CLOSE
        arrived = stage.arrived()
        assert np.allclose(arrived["cursor"], (3, 0, 0), atol=1e-5)
        cube = np.array(arrived["objects"]["Cube"]["to_world"])
        corner = cube @ (0.5 / scale, 0.5 / scale, 0.5 / scale, 1)
        assert np.allclose(corner[:3], (2.5, 0.5, 1), atol=1e-4)


def check_rig_is_as_the_backend_has_it() -> None:
    stored = stage.generate("a woman bones 12", candidates=1)
    who, rig = stored.candidates[0].people[0], stored.result.rigs[0]
    armature, body = stage.armatures()[0], stage.bodies()[0]
    assert sorted(bone.name for bone in armature.data.bones) == sorted(rig.bone_names)
    for index, name in enumerate(rig.bone_names):
        bone = armature.data.bones[name]
        parent = rig.bone_parents[index]
        assert (bone.parent.name if bone.parent else None) == (rig.bone_names[parent] if parent >= 0 else None)
        assert np.allclose(np.array(bone.matrix_local), who.rest_bone_poses[index], atol=1e-5)
        assert bone.length > 0.005
        assert np.allclose(np.array(armature.pose.bones[name].matrix), who.bone_poses[index], atol=1e-5)
    wanted = np.zeros((len(rig.weights), len(rig.bone_names)))
    np.add.at(wanted, (np.arange(len(rig.weights))[:, None], rig.weight_bones), rig.weights)
    found = np.zeros_like(wanted)
    for vertex in body.data.vertices:
        for entry in vertex.groups:
            found[vertex.index, entry.group] = entry.weight
    assert [group.name for group in body.vertex_groups] == list(rig.bone_names)
    assert np.allclose(found, wanted, atol=1e-6)
    assert not armature.show_in_front
    (modifier,) = body.modifiers
    assert modifier.object == armature
    assert not modifier.use_deform_preserve_volume


def check_surface_is_as_the_backend_has_it() -> None:
    stored = stage.generate("a woman", candidates=1)
    rig = stored.result.rigs[0]
    mesh = stage.bodies()[0].data
    faces = [list(dict.fromkeys(face.tolist())) for face in rig.faces]
    assert [list(polygon.vertices) for polygon in mesh.polygons] == faces
    assert not mesh.validate(verbose=True), "Blender had to repair the mesh"
    uvs = [list(mesh.uv_layers[0].uv[corner].vector) for polygon in mesh.polygons for corner in polygon.loop_indices]
    wanted = [rig.uvs[k] for face in rig.face_uvs for k in dict.fromkeys(face.tolist())]
    assert np.allclose(uvs, wanted, atol=1e-6)
    assert [polygon.material_index for polygon in mesh.polygons] == rig.face_materials.tolist()
    assert all(polygon.use_smooth for polygon in mesh.polygons)


def check_materials() -> None:
    stage.generate("a woman", candidates=1)
    skin = stage.bodies()[0].data.materials[0]
    shader = next(node for node in skin.node_tree.nodes if node.type == "BSDF_PRINCIPLED")
    assert np.allclose(shader.inputs["Base Color"].default_value[:3], (0.6, 0.35, 0.25), atol=1e-4)
    assert np.isclose(shader.inputs["Roughness"].default_value, 0.55)
    stage.generate("another woman", candidates=1)
    assert {body.data.materials[0] for body in stage.bodies()} == {skin}, "people who look the same share a material"
    shader.inputs["Base Color"].default_value = (0, 1, 0, 1)
    stage.generate("a third woman", candidates=1)
    assert sum(body.data.materials[0] == skin for body in stage.bodies()) == 2, "the user's green is for two people"
    users = bpy.data.materials.new("Eyes")  # not ours, whatever its name
    stage.generate("a fourth woman", candidates=1)
    assert users.users == 0


def check_scene_keeps_its_story() -> None:
    stored = stage.generate("eine Frau, “zwei”\tSätze", candidates=2, seed=77)
    for thing in (*stage.bodies(), *stage.armatures()):
        assert thing["staffage_id"] == stored.id
        assert json.loads(thing["staffage_request"])["prompt"] == "eine Frau, “zwei”\tSätze"
        assert thing["staffage_seed"] == 77
        assert thing["staffage_candidate"] == 0
    collection = stage.bodies()[0].users_collection[0]
    assert collection["staffage_id"] == stored.id
    assert collection.name in bpy.data.collections["Staffage"].children


def check_nothing_else_changes() -> None:
    stage.furnish()
    bpy.data.objects["floor"].hide_set(True)
    before = stage.fingerprint()
    stage.generate("a woman")
    assert stage.fingerprint() == before
    stage.press("staffage.show_candidate", index=1)
    assert stage.fingerprint() == before
    stage.press("staffage.remove_result")
    assert stage.fingerprint() == before
    assert not bpy.data.armatures
    assert {mesh.name for mesh in bpy.data.meshes} == {"Plane", "Cube"}
    assert [item.name for item in bpy.data.collections] == []


def check_selection_follows_the_candidate() -> None:
    stage.furnish()
    stage.generate("a woman")
    armature = stage.armatures()[0]
    bpy.context.view_layer.objects.active = armature
    armature.select_set(True)
    before = stage.fingerprint()
    stage.press("staffage.show_candidate", index=1)
    assert stage.fingerprint() == before
    assert bpy.context.view_layer.objects.active == stage.armatures()[0]


def check_undo_takes_it_back_and_redo_brings_it() -> None:
    stage.furnish()
    before = stage.fingerprint()
    stored = stage.generate("a woman")
    bpy.ops.ed.undo()
    assert not stage.bodies()
    assert stage.fingerprint() == before
    assert not bpy.data.collections
    bpy.ops.ed.redo()
    assert _error(stored, 0) < CLOSE
    stage.press("staffage.show_candidate", index=2)
    assert _error(stored, 2) < CLOSE
    bpy.ops.ed.undo()
    assert _error(stored, 0) < CLOSE
    assert stage.bodies()[0]["staffage_candidate"] == 0
    bpy.ops.ed.redo()
    assert _error(stored, 2) < CLOSE
    stage.press("staffage.remove_result")
    assert not stage.bodies()
    bpy.ops.ed.undo()
    assert _error(stored, 2) < CLOSE
    for _ in range(3):
        bpy.ops.ed.undo()
    assert "chair" not in bpy.data.objects, "the steps before are the user's own"


def check_saved_and_loaded_it_is_still_there() -> None:
    stored = stage.generate("a woman two")
    stage.press("staffage.show_candidate", index=1)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "saved.blend"))
        bpy.ops.wm.save_as_mainfile(filepath=path)
        stage.new_scene()
        assert not stage.bodies()
        assert stage.refusal("staffage.show_candidate") == "There is no result in this scene"
        bpy.ops.wm.open_mainfile(filepath=path)
        assert _error(stored, 1, 1) < CLOSE
        stage.press("staffage.show_candidate", index=0)
        assert _error(stored, 0, 1) < CLOSE
        session = stage.session()
        kept, session.results = session.results, type(session.results)()  # as after a restart of Blender
        try:
            assert "same seed" in stage.refusal("staffage.show_candidate")
            stage.press("staffage.remove_result")
            assert not stage.bodies()
        finally:
            session.results = kept


def check_renamed_and_duplicated_by_the_user() -> None:
    stored = stage.generate("a woman")
    collection = stage.bodies()[0].users_collection[0]
    armature, body = stage.armatures()[0], stage.bodies()[0]
    armature.name, body.name, collection.name = "Anna", "Anna's body", "Guests"
    for thing in (armature, body):
        thing.select_set(True)
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.duplicate()
    bpy.ops.transform.translate(value=(0, 3, 0))
    copies = [thing for thing in bpy.context.selected_objects if thing.type == "MESH"]
    where = stage.world_vertices(copies[0])
    stage.press("staffage.show_candidate", index=1)
    assert bpy.data.objects["Anna"].get("staffage_candidate") == 1
    moved = stage.world_vertices(bpy.data.objects["Anna's body"])
    assert np.abs(moved - stage.expected_vertices(stored, 1)).max() < CLOSE
    assert np.allclose(stage.world_vertices(copies[0]), where), "the copy is the user's"
    stage.press("staffage.remove_result")
    assert copies[0].name in bpy.context.scene.objects
    assert "Anna" not in bpy.data.objects


def check_what_hangs_on_a_person_stays_there() -> None:
    stored = stage.generate("a woman")
    armature = stage.armatures()[0]
    hat = bpy.data.objects.new("hat", None)
    bpy.context.scene.collection.objects.link(hat)
    hat.parent, hat.parent_type, hat.parent_bone = armature, "BONE", "bone.3"
    stage.press("staffage.show_candidate", index=2)
    assert hat.parent == stage.armatures()[0]
    bpy.context.view_layer.update()
    who = stored.candidates[2].people[0]
    bone = armature.pose.bones["bone.3"]
    tip = who.object_to_world @ who.bone_poses[3] @ (0, bone.length, 0, 1)
    assert np.allclose(hat.matrix_world.translation, tip[:3], atol=1e-5)


def check_excluded_and_hidden_collections_do_not_matter() -> None:
    stage.generate("a woman", candidates=1)
    layer = bpy.context.view_layer.layer_collection.children["Staffage"]
    layer.exclude = True
    stored = stage.generate("another woman", candidates=1)
    layer.exclude = False
    bpy.context.view_layer.update()
    body = next(thing for thing in stage.bodies() if thing["staffage_id"] == stored.id)
    assert np.abs(stage.world_vertices(body) - stage.expected_vertices(stored, 0)).max() < CLOSE


def check_waits_while_the_user_is_editing() -> None:
    stage.furnish()
    stage.ask("a woman")
    bpy.ops.object.mode_set(mode="EDIT")
    before = stage.fingerprint()
    session = stage.session()
    stage.tick_until(lambda: session.job is None)
    for _ in range(5):
        session.tick()
    assert session.waiting == session.newest.id
    assert session.obstacle == "Return to Object Mode first"
    assert stage.refusal("staffage.insert_result") == "Return to Object Mode first"
    assert not stage.bodies()
    assert stage.fingerprint() == before
    bpy.ops.object.mode_set(mode="OBJECT")
    session.tick()
    assert not session.waiting
    assert _error(session.newest, 0) < CLOSE


def check_result_goes_into_the_scene_that_asked() -> None:
    first = bpy.context.scene
    other = bpy.data.scenes.new("Other")
    stage.ask("a woman")
    bpy.context.window.scene = other
    stage.tick_until(lambda: stage.session().job is None)
    assert not [thing for thing in other.objects if "staffage_id" in thing]
    assert [thing for thing in first.objects if "staffage_id" in thing]
    bpy.context.window.scene = first


def check_insert_again_after_undo() -> None:
    stored = stage.generate("a woman")
    bpy.ops.ed.undo()
    stage.press("staffage.insert_result", result=stored.id)
    assert _error(stored, 0) < CLOSE
    assert stage.press("staffage.insert_result", result=stored.id, candidate=1) == {"FINISHED"}
    assert len(stage.bodies()) == 1
    assert _error(stored, 1) < CLOSE
