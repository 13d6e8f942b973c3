"""Shapes: what is asked of the backend, and what its answer becomes in the scene."""

from __future__ import annotations

import json
import tempfile
from typing import Any

import bpy
import numpy as np

from tests.blender.inside import stage
from tests.blender.shaping_pipeline import BASE, COLORS


def _image(name: str, alpha: float = 1.0) -> bpy.types.Image:
    """40 × 60 pixels: orange above, black below."""
    image = bpy.data.images.new(name, 40, 60, alpha=True)
    pixels = np.ones((60, 40, 4), np.float32)
    pixels[..., :3] = (1.0, 0.5, 0.25)
    pixels[:30, :, :3] = 0.0  # Blender's first row is the lowest
    pixels[..., 3] = alpha
    image.pixels.foreach_set(pixels.ravel())
    return image


def _make(operator: str = "staffage.generate_shape", **settings: Any) -> Any:
    stage.start()
    asked = bpy.context.scene.staffage_shape
    for name, value in {"candidates": 3, "seed": 5, **settings}.items():
        setattr(asked, name, value)
    assert stage.press(operator) == {"FINISHED"}
    stage.tick_until(lambda: stage.session().job is None)
    assert stage.session().error is None, stage.session().error
    return stage.session().newest


def _things() -> list[bpy.types.Object]:
    return [thing for thing in bpy.context.scene.objects if str(thing.get("staffage_part", "")).endswith("/thing")]


def check_a_picture_of_this_file_is_sent_with_its_transparency() -> None:
    stage.furnish()
    _make(picture=_image("chair picture", 0.5), use_size=True, size=0.8, faces=900, sketch=True)
    came = stage.arrived()
    assert came["picture"]["shape"] == [60, 40, 4], came
    assert np.allclose(came["picture"]["mean"], [127.5, 64, 32, 128], atol=1)
    assert came["picture"]["crop"] == [0, 0, 1, 1] and came["second"] is None
    asked = came["request"]
    assert asked["where"] == "cursor" and asked["sketch"] and asked["faces"] == 900 and asked["seed"] == 5
    assert abs(asked["size"] - 0.8) < 1e-6
    assert came["objects"] == [], "the scene is not needed"
    assert stage.session().newest.request.shape.picture is None, "pictures are not kept"


def check_files_crops_and_second_pictures_are_sent() -> None:
    stage.furnish()
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/picture.png"
        image = _image("saved")
        image.file_format, image.filepath_raw = "PNG", path
        image.save()
        bpy.data.images.remove(image)
        crop = {"use_crop": True, "left": 0.25, "top": 0.0, "right": 0.75, "bottom": 0.5}
        _make(picture_path=path, use_second=True, second=_image("second"), mix=0.25, **crop)
    came = stage.arrived()
    assert came["picture"]["file"] > 50 and came["picture"]["crop"] == [0.25, 0, 0.75, 0.5]
    assert came["second"]["shape"] == [60, 40, 4] and came["second"]["crop"] == [0, 0, 1, 1]
    assert came["request"]["mix"] == 0.25


def check_the_button_says_what_is_missing() -> None:
    stage.start()
    settings = bpy.context.scene.staffage_shape
    assert "Choose a picture" in stage.refusal("staffage.generate_shape")
    settings.picture = _image("picture")
    settings.use_second = True
    assert "second" in stage.refusal("staffage.generate_shape")
    settings.use_second, settings.use_crop, settings.left, settings.right = False, True, 0.5, 0.5
    assert "crop" in stage.refusal("staffage.generate_shape")
    settings.use_crop, settings.where = False, "ACTIVE"
    assert "active" in stage.refusal("staffage.generate_shape")
    assert "Click" in stage.refusal("staffage.more_like_this")


def check_a_thing_is_inserted_with_colors_and_one_undo_takes_it_back() -> None:
    stage.furnish()
    bpy.context.scene.cursor.location = (1.0, 2.0, 3.0)
    bpy.ops.ed.undo_push(message="Cursor")
    before = stage.fingerprint()
    materials = len(bpy.data.materials)
    stored = _make(picture=None, picture_path=_file())
    (thing,) = _things()
    assert thing.name.startswith("Pyramid") and thing["staffage_id"] == stored.id
    assert json.loads(thing["staffage_request"])["kind"] == "shape"
    assert np.allclose(stage.world_vertices(thing), BASE * 0.2 + [1, 2, 3], atol=1e-5)
    mesh = thing.data
    colors = np.empty(4 * len(mesh.vertices), np.float32)
    mesh.color_attributes[0].data.foreach_get("color_srgb", colors)
    assert np.allclose(colors.reshape(-1, 4)[:, :3], COLORS / 255, atol=0.01)
    assert mesh.color_attributes.active_color.name == mesh.color_attributes[0].name
    (material,) = mesh.materials
    shader = next(node for node in material.node_tree.nodes if node.type == "BSDF_PRINCIPLED")
    (link,) = shader.inputs["Base Color"].links
    assert link.from_node.layer_name == mesh.color_attributes[0].name
    assert not mesh.validate()
    assert thing.users_collection[0].name.startswith("Pyramid")
    assert stage.fingerprint() == before
    bpy.ops.ed.undo()
    assert not _things() and stage.fingerprint() == before
    bpy.ops.ed.redo()
    assert len(_things()) == 1
    assert stage.press("staffage.remove_result") == {"FINISHED"}
    assert not _things() and len(bpy.data.materials) == materials


def _file() -> str:
    path = f"{tempfile.mkdtemp()}/picture.png"
    image = _image("saved")
    image.file_format, image.filepath_raw = "PNG", path
    image.save()
    bpy.data.images.remove(image)
    return path


def check_another_candidate_takes_its_place_where_the_user_has_moved_it() -> None:
    stage.furnish()
    _make(picture=_image("picture"))
    (thing,) = _things()
    thing.location = (5.0, 0.0, 0.0)
    thing.name = "Mine"
    bpy.ops.ed.undo_push(message="Move")
    materials = len(bpy.data.materials)
    assert stage.press("staffage.show_candidate", index=2) == {"FINISHED"}
    (thing,) = _things()
    assert thing.name == "Mine" and thing["staffage_candidate"] == 2
    assert np.allclose(stage.world_vertices(thing), BASE * 0.6 + [5, 0, 0], atol=1e-5)
    assert len(bpy.data.materials) == materials, "the old one's material stayed behind"


def check_units_are_metres() -> None:
    stage.furnish()
    bpy.context.scene.unit_settings.scale_length = 0.01
    bpy.context.scene.cursor.location = (100.0, 0.0, 0.0)
    _make(picture=_image("picture"), use_size=True, size=50.0)
    (thing,) = _things()
    assert np.allclose(stage.world_vertices(thing), BASE * 20 + [100, 0, 0], atol=1e-3)
    assert abs(stage.arrived()["request"]["size"] - 0.5) < 1e-6


def check_more_like_the_active_object_sends_it_and_nothing_else() -> None:
    chair = stage.furnish()
    bpy.context.scene.staffage_shape.where = "ACTIVE"
    _make("staffage.more_like_this", use_second=True)
    came = stage.arrived()
    assert came["objects"] == [chair.name] and len(came["meshes"]) == 1
    assert came["request"]["like"] == chair.name and came["request"]["where"] == "cursor"
    assert came["picture"] is None and came["second"] is None
    assert stage.session().newest.request.title == f"Like {chair.name}"


def check_on_the_active_object_the_whole_scene_is_sent() -> None:
    chair = stage.furnish()
    stored = _make(picture=_image("picture"), where="ACTIVE")
    came = stage.arrived()
    assert sorted(came["objects"]) == sorted(["floor", chair.name]) and came["request"]["where"] == "active"
    assert stored.candidates[0].support == chair.name


def check_what_the_backend_refuses_is_shown_and_nothing_changes() -> None:
    stage.furnish()
    before = stage.fingerprint()
    stage.start()
    settings = bpy.context.scene.staffage_shape
    settings.picture, settings.seed = _image("picture"), 404
    assert stage.press("staffage.generate_shape") == {"FINISHED"}
    stage.tick_until(lambda: stage.session().job is None)
    assert stage.session().error.code == "nothing_in_picture" and stage.session().error.remedy
    assert stage.fingerprint() == before and not _things()


def check_the_panel_is_there_once_a_backend_makes_shapes_and_stays_when_it_stops() -> None:
    panel = bpy.types.STAFFAGE_PT_shapes
    stage.stop()
    stage.session().link.offered = ()
    assert not panel.poll(bpy.context)
    stage.start()
    assert panel.poll(bpy.context)
    stage.stop()
    assert panel.poll(bpy.context)  # what it made last can still be inserted
    stage.start()


def check_seeds_of_shapes_are_their_own() -> None:
    scene = bpy.context.scene
    scene.staffage.seed, scene.staffage_shape.seed = 1, 1
    stage.press("staffage.randomise_seed", shape=True)
    assert scene.staffage.seed == 1 and scene.staffage_shape.seed != 1
