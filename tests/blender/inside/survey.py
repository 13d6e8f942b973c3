"""Pictures of the scene: they show it, and nothing of the user's is touched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix

from tests.blender.imagining_pipeline import SIZE, around
from tests.blender.inside import stage

RED, GREEN = (0.8, 0.02, 0.02, 1.0), (0.02, 0.6, 0.02, 1.0)


def _survey(*cameras: Any, engine: str = "workbench", fill_light: bool = True) -> Any:
    messages = stage.part("protocol.messages")
    asked = [messages.Camera(np.asarray(c.camera_to_world), c.field_of_view, c.width, c.height) for c in cameras]
    return messages.Survey("0" * 32, 1, tuple(asked), fill_light, engine)


def _render(*cameras: Any, **options: Any) -> list[Any]:
    survey = _survey(*cameras, **options)
    scene, layer = bpy.context.scene.name, bpy.context.view_layer.name
    shots: list[Any] = []
    while len(shots) < len(cameras):
        made = stage.part("scene.survey").render(scene, layer, survey, len(shots))
        assert made
        shots += made
    return shots


def cube(name: str, place: tuple[float, float, float], color: tuple[float, ...], size: float = 0.5) -> bpy.types.Object:
    bpy.ops.mesh.primitive_cube_add(size=size, location=place)
    made = bpy.context.object
    made.name = name
    material = bpy.data.materials.new(name)
    stage.part("compat").enable_nodes(material)
    stage.part("compat").principled(material).inputs["Base Color"].default_value = color
    material.diffuse_color = color
    made.data.materials.append(material)
    return made


def _centre(shot: Any, channel: int) -> np.ndarray:
    """(2,) x and y, in pixels, of what is of this color."""
    pixels = shot.pixels.astype(float)
    others = np.delete(pixels, channel, 2).max(2)
    rows, columns = np.nonzero(pixels[..., channel] > others + 40)
    assert len(rows) > 10, "nothing of this color is in the picture"
    return np.array([columns.mean() + 0.5, rows.mean() + 0.5])


def _projected(camera: Any, point: Any) -> np.ndarray:
    local = np.linalg.inv(camera.camera_to_world) @ np.array([*point, 1.0])
    scale = 0.5 * camera.height / np.tan(0.5 * camera.field_of_view) / -local[2]
    return np.array([0.5 * camera.width + scale * local[0], 0.5 * camera.height - scale * local[1]])


def _values(target: Any) -> dict[str, Any]:
    """All that is set on a part of Blender's data."""
    values = {}
    for item in target.bl_rna.properties:
        if item.identifier == "rna_type" or item.type == "COLLECTION":
            continue
        value = getattr(target, item.identifier)
        values[item.identifier] = (
            value if item.type != "POINTER" and not getattr(item, "is_array", False) else str(value)
        )
    return values


def everything() -> dict[str, Any]:
    scene = bpy.context.scene
    parts = [
        scene.render,
        scene.render.image_settings,
        scene.view_settings,
        scene.display_settings,
        scene.display.shading,
    ]
    parts += [part for part in (getattr(scene, "cycles", None), getattr(scene, "eevee", None)) if part]
    return {
        "settings": [_values(part) for part in parts],
        "data": {
            item.identifier: [(block.name, block.users) for block in getattr(bpy.data, item.identifier)]
            for item in bpy.data.bl_rna.properties
            if item.type == "COLLECTION"
        },
        "layers": [(layer.name, layer.use) for layer in scene.view_layers],
        "camera": scene.camera and scene.camera.name,
        "world": scene.world and scene.world.name,
        "markers": [marker.name for marker in scene.timeline_markers],
        "handlers": {
            name: len(found)
            for name in dir(bpy.app.handlers)
            if isinstance(found := getattr(bpy.app.handlers, name), list)
        },
        "rest": stage.fingerprint(),
    }


def check_pictures_show_the_scene_where_it_is() -> None:
    """Two cubes beside and above the middle: pictures are neither mirrored nor upside down, whatever the units."""
    for scale in (1.0, 0.01):
        bpy.context.scene.unit_settings.scale_length = scale
        red = cube("red", (0.8 / scale, 0.0, 0.6 / scale), RED, 0.5 / scale)
        green = cube("green", (-0.6 / scale, 0.3 / scale, -0.4 / scale), GREEN, 0.5 / scale)
        cameras = [around(0.0, 4.0), around(0.2, 4.0)]
        for camera, shot in zip(cameras, _render(*cameras), strict=True):
            assert shot.pixels.shape == (SIZE, SIZE, 3) and shot.pixels.dtype == np.uint8 and not shot.filled
            for channel, seen in ((0, red), (1, green)):
                expected = _projected(camera, np.array(seen.location) * scale)
                assert np.abs(_centre(shot, channel) - expected).max() < 2.5, (scale, channel)
        for seen in (red, green):
            bpy.data.objects.remove(seen)


def check_pictures_need_not_be_square() -> None:
    cube("red", (0.0, 0.0, 0.0), RED, 1.0)
    square = around(0.0, 4.0)
    wide = type(square)(square.camera_to_world, square.field_of_view, 2 * SIZE, SIZE)
    (shot,) = _render(wide)
    assert shot.pixels.shape == (SIZE, 2 * SIZE, 3)
    assert np.abs(_centre(shot, 0) - _projected(wide, (0, 0, 0))).max() < 2.5
    (other,) = _render(square)
    assert np.abs(shot.pixels[:, SIZE // 2 : -SIZE // 2].astype(int) - other.pixels).mean() < 3


def check_nothing_of_the_users_changes() -> None:
    stage.furnish()
    scene = bpy.context.scene
    bpy.ops.object.camera_add(location=(0, -5, 2))
    scene.camera = bpy.context.object
    scene.render.resolution_x, scene.render.resolution_percentage = 333, 37
    scene.render.use_border = scene.render.film_transparent = True
    scene.render.filepath = "//mine"
    scene.view_settings.exposure = 0.7
    scene.timeline_markers.new("cut", frame=1).camera = scene.camera
    scene.view_layers.new("other")
    scene.collection.children.link(bpy.data.collections.new("kept"))
    bpy.data.collections["kept"].use_fake_user = bpy.data.objects["floor"].use_fake_user = True
    bpy.data.objects["chair"].select_set(True)
    bpy.context.view_layer.objects.active = bpy.data.objects["chair"]
    before = everything()
    for engine in ("workbench", "cycles"):
        _render(around(0.1, 4.0), engine=engine)
        after = everything()
        assert after == before, _difference(before, after)
    assert not list(Path(bpy.app.tempdir).glob("staffage-*"))


def _difference(before: Any, after: Any, way: str = "") -> list[Any]:
    if isinstance(before, dict):
        return [d for key in before for d in _difference(before[key], after.get(key), f"{way}.{key}")]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [d for k, one in enumerate(before) for d in _difference(one, after[k], f"{way}[{k}]")]
    return [] if before == after else [(way, before, after)]


def check_undo_knows_nothing_of_it() -> None:
    stage.furnish()
    chair = bpy.data.objects["chair"]
    chair.location.x = 3.0
    bpy.ops.ed.undo_push(message="Moved")
    _render(around(0.0, 4.0))
    bpy.data.objects["chair"].location.x = 5.0
    bpy.ops.ed.undo_push(message="Moved again")
    scenes = [scene.name for scene in bpy.data.scenes]
    for expected in (3.0, 1.0):
        bpy.ops.ed.undo()
        assert bpy.data.objects["chair"].location.x == expected
        assert [scene.name for scene in bpy.data.scenes] == scenes
        assert "Survey" not in bpy.data.cameras and "Survey" not in bpy.data.objects
    bpy.ops.ed.redo()
    assert bpy.data.objects["chair"].location.x == 3.0


def check_pictures_are_of_what_is_shown_now() -> None:
    """The frame, excluded collections, what is not rendered, the view layer."""
    scene = bpy.context.scene
    moving = cube("moving", (-0.9, 0, 0), RED)
    moving.keyframe_insert("location", frame=1)
    moving.location.x = 0.9
    moving.keyframe_insert("location", frame=10)
    away = bpy.data.collections.new("away")
    scene.collection.children.link(away)
    for name in ("excluded", "not rendered"):
        other = cube(name, (0, 0, 0.6), GREEN)
        if name == "excluded":
            away.objects.link(other)
            scene.collection.objects.unlink(other)
        else:
            other.hide_render = True
    bpy.context.view_layer.layer_collection.children["away"].exclude = True
    camera = around(0.0, 4.0)
    for frame, place in ((1, -0.9), (10, 0.9)):
        scene.frame_set(frame)
        (shot,) = _render(camera)
        assert np.abs(_centre(shot, 0) - _projected(camera, (place, 0, 0))).max() < 2.5
        pixels = shot.pixels.astype(int)
        assert not (pixels[..., 1] > pixels[..., [0, 2]].max(2) + 40).any()


def _room(lit: bool) -> None:
    """Closed on all sides, so that only a light without shadow reaches it from behind the camera."""
    bpy.ops.mesh.primitive_cube_add(size=12)
    cube("red", (0.4, 0, 0.5), RED, 0.8)
    world = bpy.data.worlds.new("black")
    world.color = (0, 0, 0)
    bpy.context.scene.world = world
    if lit:
        bpy.ops.object.light_add(type="POINT", location=(0, -3, 4))
        bpy.context.object.data.energy = 1500


def check_a_dark_room_gets_a_fill_light() -> None:
    luminance = stage.part("scene.survey").luminance
    camera = around(0.0, 4.0)
    _room(lit=False)
    (dark,) = _render(camera, engine="cycles", fill_light=False)
    assert luminance(dark.pixels) < 0.02 and not dark.filled
    (filled,) = _render(camera, engine="cycles")
    assert filled.filled and 0.2 < luminance(filled.pixels) < 0.9
    assert np.abs(_centre(filled, 0) - _projected(camera, (0.4, 0, 0.5))).max() < 6
    bpy.context.scene.view_settings.exposure = -5.0
    (exposed,) = _render(camera, engine="cycles")
    assert exposed.filled and abs(luminance(exposed.pixels) - luminance(filled.pixels)) < 0.1
    assert not [light for light in bpy.data.lights if light.name.startswith("Survey")]


def check_a_room_that_is_lit_stays_as_the_user_lit_it() -> None:
    _room(lit=True)
    (shot,) = _render(around(0.0, 4.0), engine="cycles")
    assert not shot.filled and stage.part("scene.survey").luminance(shot.pixels) > 0.12


def check_every_engine_is_there() -> None:
    scene = bpy.context.scene
    for name in stage.part("protocol.messages").ENGINES:
        scene.render.engine = stage.part("compat").engine(name)


def check_what_goes_wrong_is_told_in_words() -> None:
    errors = stage.part("protocol.errors")
    survey = stage.part("scene.survey")
    before = everything()
    for scene, expected in (("no such scene", "no scene"), (bpy.context.scene.name, "no Lumen")):
        try:
            layer = bpy.context.view_layer.name
            with_engine = _survey(around(0.0, 4.0), engine="eevee")
            if expected == "no Lumen":
                compat = stage.part("compat")
                kept, compat.engine = compat.engine, lambda name: "LUMEN"
                with_engine = _survey(around(0.0, 4.0), engine="lumen")
            survey.render(scene, layer, with_engine, 0)
        except errors.StaffageError as error:
            assert expected in error.detail, error.detail
        else:
            raise AssertionError("nothing went wrong")
        finally:
            if expected == "no Lumen":
                compat.engine = kept
    assert everything() == before


def check_render_handlers_are_not_run() -> None:
    """They belong to whoever renders: another extension may upload the picture, or shut down the computer."""
    ran = []
    handlers = [getattr(bpy.app.handlers, name) for name in ("render_pre", "render_complete", "render_write")]
    for each in handlers:
        each.append(lambda *_: ran.append(1))
    try:
        stage.furnish()
        _render(around(0.0, 4.0))
        assert not ran
        assert all(len(each) == 1 for each in handlers)
    finally:
        for each in handlers:
            each.clear()


def check_a_turned_camera_is_turned() -> None:
    """A camera that is rolled by a right angle sees the red cube beside instead of above."""
    red = cube("red", (0, 0, 0.9), RED)
    camera = around(0.0, 4.0)
    rolled = camera.camera_to_world @ np.array(Matrix.Rotation(np.pi / 2, 4, "Z"))
    turned = type(camera)(rolled, camera.field_of_view, SIZE, SIZE)
    (shot,) = _render(turned)
    assert np.abs(_centre(shot, 0) - _projected(turned, red.location)).max() < 2.5
