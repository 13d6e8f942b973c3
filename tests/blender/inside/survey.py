"""Pictures of the scene: they show it, and nothing of the user's is touched."""

from __future__ import annotations

import tempfile
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


def _cube(
    name: str, place: tuple[float, float, float], color: tuple[float, ...], size: float = 0.5
) -> bpy.types.Object:
    bpy.ops.mesh.primitive_cube_add(size=size, location=place)
    cube = bpy.context.object
    cube.name = name
    material = bpy.data.materials.new(name)
    stage.part("compat").enable_nodes(material)
    stage.part("compat").principled(material).inputs["Base Color"].default_value = color
    material.diffuse_color = color
    cube.data.materials.append(material)
    return cube


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


def _everything() -> dict[str, Any]:
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
        red = _cube("red", (0.8 / scale, 0.0, 0.6 / scale), RED, 0.5 / scale)
        green = _cube("green", (-0.6 / scale, 0.3 / scale, -0.4 / scale), GREEN, 0.5 / scale)
        cameras = [around(0.0, 4.0), around(0.2, 4.0)]
        for camera, shot in zip(cameras, _render(*cameras), strict=True):
            assert shot.pixels.shape == (SIZE, SIZE, 3) and shot.pixels.dtype == np.uint8 and not shot.filled
            for channel, cube in ((0, red), (1, green)):
                expected = _projected(camera, np.array(cube.location) * scale)
                assert np.abs(_centre(shot, channel) - expected).max() < 2.5, (scale, channel)
        for cube in (red, green):
            bpy.data.objects.remove(cube)


def check_pictures_need_not_be_square() -> None:
    _cube("red", (0.0, 0.0, 0.0), RED, 1.0)
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
    before = _everything()
    for engine in ("workbench", "cycles"):
        _render(around(0.1, 4.0), engine=engine)
        after = _everything()
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
    moving = _cube("moving", (-0.9, 0, 0), RED)
    moving.keyframe_insert("location", frame=1)
    moving.location.x = 0.9
    moving.keyframe_insert("location", frame=10)
    away = bpy.data.collections.new("away")
    scene.collection.children.link(away)
    for name in ("excluded", "not rendered"):
        other = _cube(name, (0, 0, 0.6), GREEN)
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
    _cube("red", (0.4, 0, 0.5), RED, 0.8)
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
    before = _everything()
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
    assert _everything() == before


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


# --- the whole way --------------------------------------------------------------------------------------------------


def _imagine(prompt: str = "a woman", **settings: Any) -> None:
    _cube("red", (0.3, 0.2, 0.3), RED, 1.0)
    bpy.ops.ed.undo_push(message="Cube")
    stage.ask(prompt, **{"source": "IMAGINE", "engine": "WORKBENCH", "views": 5, **settings})


def check_imagining_from_the_survey_to_the_people() -> None:
    _imagine(imaginations=3)
    before = _everything()["settings"]
    stage.tick_until(lambda: stage.session().job is None, 60)
    assert stage.session().error is None, stage.session().error
    came = stage.arrived()
    assert len(came["means"]) == 5 and min(came["means"]) > 2 and came["differ"] > 0.1
    assert came["kept"] == [0, 1, 2, 3, 4]
    assert came["request"] | {"views": 5, "imaginations": 3, "engine": "workbench", "review": False} == came["request"]
    assert stage.bodies()
    assert _everything()["settings"] == before
    assert stage.bodies()[0].users_collection[0]["staffage_request"].count('"kind": "imagine"') == 1
    bpy.ops.ed.undo()
    assert not stage.bodies() and "red" in bpy.data.objects


def check_the_user_chooses_among_the_pictures() -> None:
    _imagine(review=True)
    session, choice = stage.session(), bpy.context.window_manager.staffage
    assert "no pictures" in stage.refusal("staffage.go_on")
    stage.tick_until(lambda: session.job.review is not None, 60)
    assert sorted(session.job.imagined) == [picture.view for picture in choice.pictures] == [0, 1, 2, 3, 4]
    assert session.job.imagined[3].note == "from 3"
    assert bpy.types.STAFFAGE_PT_imagined.poll(bpy.context)
    for picture in choice.pictures:
        picture.keep = False
    assert "Tick" in stage.refusal("staffage.go_on")
    choice.of(1).keep = choice.of(4).keep = True
    assert bpy.ops.staffage.go_on() == {"FINISHED"}
    stage.tick_until(lambda: session.job is None)
    assert stage.arrived()["kept"] == [1, 4]
    assert len(choice.pictures) == 0 and not bpy.types.STAFFAGE_PT_imagined.poll(bpy.context)


def check_cancelling_between_two_pictures() -> None:
    _imagine(views=32)
    session = stage.session()
    survey, kept = stage.part("scene.survey"), stage.part("scene.survey").AT_ONCE_S
    survey.AT_ONCE_S = 0.0
    try:
        stage.tick_until(lambda: session.job.rendered >= 2, 60)
        bpy.ops.staffage.cancel()
        done = session.job.rendered
        session.tick()
        assert session.job is None or session.job.rendered == done < 32
        stage.tick_until(lambda: session.job is None)
    finally:
        survey.AT_ONCE_S = kept
    assert session.notice == "Cancelled" and not stage.bodies()
    stage.generate("a woman", source="HUMANS")


def check_cancelling_while_choosing() -> None:
    _imagine(review=True)
    session = stage.session()
    stage.tick_until(lambda: session.job.review is not None, 60)
    bpy.ops.staffage.cancel()
    stage.tick_until(lambda: session.job is None)
    assert session.notice == "Cancelled" and not bpy.context.window_manager.staffage.pictures


def check_what_cannot_be_rendered_is_an_error_of_the_request() -> None:
    survey = stage.part("scene.survey")
    kept, survey.render = survey.render, _broken
    try:
        _imagine()
        stage.tick_until(lambda: stage.session().job is None, 60)
    finally:
        survey.render = kept
    error = stage.session().error
    assert error.code == "render_failed" and "No graphics" in error.detail and error.remedy
    assert stage.session().state == "ready"


def _broken(*_: Any) -> None:
    raise stage.part("protocol.errors").RenderFailed("No graphics here.")


def check_pictures_wait_while_blender_renders() -> None:
    compat = stage.part("compat")
    kept = compat.rendering
    _imagine()
    session = stage.session()
    compat.rendering = lambda: True
    try:
        stage.tick_until(lambda: session.job.survey is not None, 60)
        for _ in range(5):
            session.tick()
        assert session.job.rendered == 0 and "Blender is rendering" in session.progress.stage
    finally:
        compat.rendering = kept
    stage.tick_until(lambda: session.job is None, 60)
    assert session.error is None


def check_another_file_while_pictures_are_made() -> None:
    _imagine(views=32)
    stage.tick_until(lambda: stage.session().job.rendered >= 1, 60)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    assert stage.session().job is None
    stage.generate("a woman")


# --- photos ---------------------------------------------------------------------------------------------------------


def _image(name: str, width: int, height: int, color: tuple[float, ...], **options: Any) -> bpy.types.Image:
    image = bpy.data.images.new(name, width, height, **options)
    pixels = np.ones((height, width, 4), np.float32)
    pixels[..., :3] = color
    pixels[: height // 2, :, :3] = 0.0  # Blender's first row is the lowest
    image.pixels.foreach_set(pixels.ravel())
    return image


def check_a_photo_of_this_file_is_sent() -> None:
    stage.furnish()
    image = _image("portrait", 40, 60, (1.0, 0.5, 0.25))
    assert "Choose a photo" in (_refused_photo() or "")
    stage.ask("", source="PHOTO", photo=image, photo_path="/nowhere.jpg", where="CURSOR")
    stage.tick_until(lambda: stage.session().job is None)
    assert stage.session().error is None, stage.session().error
    came = stage.arrived()
    assert came["shape"] == [60, 40, 3] and np.allclose(came["mean"], [127.5, 64, 32], atol=1)
    assert came["request"]["where"] == "cursor" and stage.session().newest.request.title == "portrait"
    assert stage.bodies()


def _refused_photo() -> str:
    stage.start()
    bpy.context.scene.staffage.source = "PHOTO"
    return stage.refusal("staffage.generate")


def check_a_photo_from_a_file_is_upright_and_small() -> None:
    read = stage.part("scene.photo").read
    with tempfile.TemporaryDirectory() as folder:
        image = _image("large", 3000, 1100, (1.0, 1.0, 1.0))
        image.file_format, image.filepath_raw = "JPEG", f"{folder}/large.jpg"
        image.save()
        bpy.data.images.remove(image)
        count = len(bpy.data.images)
        pixels = read(None, f"{folder}/large.jpg")
        assert pixels.shape == (366, 1000, 3) and pixels[:150].min() > 240 and pixels[-150:].max() < 15
        plain = Path(folder, "large.jpg").read_bytes()
        # Held upright: the camera's left is the picture's top, in Exif's words 6.
        entry = b"\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00"
        exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0" + entry + b"\0\0\0\0"
        segment = b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif
        Path(folder, "held.jpg").write_bytes(plain[:2] + segment + plain[2:])
        turned = read(None, f"{folder}/held.jpg")
        assert turned.shape == (1000, 366, 3) and turned[:, -150:].min() > 240 and turned[:, :150].max() < 15
        Path(folder, "none.png").write_bytes(b"no picture")
        for path in (f"{folder}/none.png", f"{folder}/missing.png"):
            try:
                read(None, path)
            except stage.part("protocol.errors").PhotoUnusable as error:
                assert Path(path).name in error.detail and error.remedy
            else:
                raise AssertionError("read what is no picture")
        assert len(bpy.data.images) == count


def check_a_photo_in_linear_light_is_sent_as_it_looks() -> None:
    image = _image("linear", 8, 8, (0.2140, 4.0, -1.0), float_buffer=True)
    pixels = stage.part("scene.photo").read(image, "")
    assert np.abs(pixels[0, 0].astype(int) - [127, 255, 0]).max() <= 1


def check_a_turned_camera_is_turned() -> None:
    """A camera that is rolled by a right angle sees the red cube beside instead of above."""
    cube = _cube("red", (0, 0, 0.9), RED)
    camera = around(0.0, 4.0)
    rolled = camera.camera_to_world @ np.array(Matrix.Rotation(np.pi / 2, 4, "Z"))
    turned = type(camera)(rolled, camera.field_of_view, SIZE, SIZE)
    (shot,) = _render(turned)
    assert np.abs(_centre(shot, 0) - _projected(turned, cube.location)).max() < 2.5
