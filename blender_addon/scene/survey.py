"""Pictures of the scene from cameras that the backend asks for, with the user's own materials and light.

Each call renders in a copy of the scene, which shares the objects, collections and world and is gone when the call
returns. So the user's render settings, selection and camera are not touched, and what Blender stores for undo between
two calls holds nothing of ours. Render handlers, the user's and other extensions', are not run: nobody has rendered.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix

from .. import compat
from ..protocol.errors import RenderFailed
from ..protocol.messages import Camera, Survey
from .snapshot import SceneChanged, unit_scale

AT_ONCE_S = 0.15  # go on with the next picture in the same tick before that; Blender is held for longer by a slow one
DARK = 0.12  # mean luminance as displayed, 0…1: below it nothing is recognised

_SAMPLES = {"eevee": 16, "cycles": 16}
_NEAREST_M, _FARTHEST_M = 0.05, 5000.0
# W/m²: white that faces the camera becomes a middle gray, what faces up a darker one; a room reflects both, too.
_FILL_FROM_CAMERA, _FILL_FROM_ABOVE = 1.0, 0.7
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)
_LEFT_OVERS = ("Render Result", "Viewer Node")  # images that Blender makes when it first renders
_HANDLERS = ("init", "pre", "post", "write", "stats", "cancel", "complete")


@dataclass(frozen=True)
class Shot:
    pixels: np.ndarray  # (H, W, 3) uint8 sRGB, the first row at the top
    filled: bool  # the fill light was on


def render(scene_name: str, layer_name: str, survey: Survey, first: int) -> list[Shot]:
    """The pictures of the survey's cameras from number `first` on: at least one, and what takes no time.

    Raises `SceneChanged` and `RenderFailed`.
    """
    scene = bpy.data.scenes.get(scene_name)
    if scene is None or layer_name not in scene.view_layers:
        raise SceneChanged(f"There is no scene “{scene_name}” with the view layer “{layer_name}” any more.")
    begun = time.perf_counter()
    shots: list[Shot] = []
    with _quiet(), _copy_of(scene) as copy:
        _prepare(copy, layer_name, survey.engine)
        for camera in survey.cameras[first:]:
            with _seen_from(copy, camera):
                shots.append(_shot(copy, camera, fill_light=survey.fill_light and survey.engine != "workbench"))
            if time.perf_counter() - begun > AT_ONCE_S:
                break
    return shots


def luminance(pixels: np.ndarray) -> float:
    """Mean of a picture as displayed, 0…1."""
    return float((pixels.reshape(-1, 3).mean(0, dtype=np.float32) @ _LUMINANCE) / 255.0)


def _shot(scene: bpy.types.Scene, camera: Camera, *, fill_light: bool) -> Shot:
    pixels = _render(scene, camera)
    if not fill_light or luminance(pixels) >= DARK:
        return Shot(pixels, False)
    with _fill_light(scene):
        return Shot(_render(scene, camera), True)


def _render(scene: bpy.types.Scene, camera: Camera) -> np.ndarray:
    path = Path(bpy.app.tempdir) / f"staffage-{os.getpid()}.png"
    scene.render.filepath = str(path)
    path.unlink(missing_ok=True)
    try:
        with bpy.context.temp_override(**_window()):
            bpy.ops.render.render(write_still=True, scene=scene.name)
        if not path.is_file():
            raise RenderFailed("Rendering was stopped.", remedy="Press Generate again to begin anew.")
        return _read(path, camera)
    except RuntimeError as error:  # what the operator reports
        raise RenderFailed(str(error).strip().removeprefix("Error: ")) from None
    finally:
        path.unlink(missing_ok=True)


def _window() -> dict[str, bpy.types.Window]:
    """A timer has no window of its own; `blender -b` has none at all."""
    windows = bpy.context.window_manager.windows
    return {"window": bpy.context.window or windows[0]} if windows else {}


def _read(path: Path, camera: Camera) -> np.ndarray:
    image = bpy.data.images.load(str(path))
    try:
        width, height = image.size
        if (width, height) != (camera.width, camera.height):
            raise RenderFailed(f"Blender made a picture of {width} × {height}.")
        pixels = np.empty(width * height * image.channels, np.float32)
        image.pixels.foreach_get(pixels)
        rows = pixels.reshape(height, width, image.channels)[::-1, :, :3]
    finally:
        bpy.data.images.remove(image)
    return (rows * 255.0 + 0.5).astype(np.uint8)


# --- the copy of the scene ------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without render handlers."""
    lists = [getattr(bpy.app.handlers, f"render_{name}") for name in _HANDLERS]
    kept = [list(handlers) for handlers in lists]
    for handlers in lists:
        handlers.clear()
    try:
        yield
    finally:
        for handlers, before in zip(lists, kept, strict=True):
            handlers[:] = before


@contextlib.contextmanager
def _copy_of(scene: bpy.types.Scene) -> Iterator[bpy.types.Scene]:
    there = {name for name in _LEFT_OVERS if name in bpy.data.images}
    try:
        with compat.copied(scene) as copy:
            yield copy
    finally:
        for name in _LEFT_OVERS:
            if name not in there and (image := bpy.data.images.get(name)):
                bpy.data.images.remove(image)


@contextlib.contextmanager
def _seen_from(scene: bpy.types.Scene, camera: Camera) -> Iterator[None]:
    scale = unit_scale(scene)
    data = bpy.data.cameras.new("Survey")
    data.sensor_fit, data.angle = "VERTICAL", camera.field_of_view
    data.clip_start, data.clip_end = _NEAREST_M / scale, _FARTHEST_M / scale
    eye = bpy.data.objects.new("Survey", data)
    pose = camera.camera_to_world.copy()
    pose[:3, 3] /= scale
    eye.matrix_world = Matrix(pose.tolist())
    scene.collection.objects.link(eye)
    scene.camera = eye
    scene.render.resolution_x, scene.render.resolution_y = camera.width, camera.height
    try:
        yield
    finally:
        bpy.data.objects.remove(eye)
        bpy.data.cameras.remove(data)


@contextlib.contextmanager
def _fill_light(scene: bpy.types.Scene) -> Iterator[None]:
    """A sun behind the camera and one above that cast no shadows: no wall or ceiling stands in their way."""
    exposure = scene.view_settings.exposure
    if scene.render.engine == compat.engine("cycles"):
        exposure += np.log2(max(scene.cycles.film_exposure, 1e-3))
    suns = ((scene.camera.matrix_world, _FILL_FROM_CAMERA), (Matrix(), _FILL_FROM_ABOVE))
    made = []
    for to_world, irradiance in suns:
        data = bpy.data.lights.new("Survey", "SUN")
        data.energy = irradiance * 2.0 ** -float(exposure)
        compat.without_shadow(data)
        lamp = bpy.data.objects.new("Survey", data)
        lamp.matrix_world = to_world
        scene.collection.objects.link(lamp)
        made.append((lamp, data))
    try:
        yield
    finally:
        for lamp, data in made:
            bpy.data.objects.remove(lamp)
            bpy.data.lights.remove(data)


def _prepare(scene: bpy.types.Scene, layer_name: str, engine: str) -> None:
    """Make the copy render one view layer, plainly and quickly, in the colours of an ordinary photo."""
    scene.timeline_markers.clear()  # some change cameras
    for layer in [layer for layer in scene.view_layers if layer.name != layer_name]:
        scene.view_layers.remove(layer)
    compat.set_known(scene.view_layers[0], use=True, samples=0)
    try:
        scene.render.engine = compat.engine(engine)
    except TypeError:
        raise RenderFailed(f"This Blender has no {engine.capitalize()}.", remedy="Choose another engine.") from None
    compat.set_known(
        scene.render, use_compositing=False, use_sequencer=False, use_freestyle=False, use_motion_blur=False,
        use_multiview=False, use_border=False, use_crop_to_border=False, use_stamp=False, use_overwrite=True,
        use_placeholder=False, use_file_extension=True, use_render_cache=False, use_persistent_data=False,
        film_transparent=False, resolution_percentage=100, pixel_aspect_x=1.0, pixel_aspect_y=1.0,
        dither_intensity=0.0,
    )  # fmt: skip
    compat.as_png(scene.render.image_settings)
    _plain_colors(scene)
    match engine:
        case "cycles":
            compat.set_known(
                scene.cycles, samples=_SAMPLES[engine], use_denoising=True, use_adaptive_sampling=True, time_limit=0.0
            )
        case "eevee":
            compat.set_known(scene.eevee, taa_render_samples=_SAMPLES[engine])
        case "workbench":
            scene.display.render_aa = "8"
            compat.set_known(
                scene.display.shading, light="STUDIO", color_type="TEXTURE", show_shadows=True, show_cavity=True,
                show_xray=False, show_object_outline=False, use_dof=False, show_backface_culling=False,
            )  # fmt: skip


def _plain_colors(scene: bpy.types.Scene) -> None:
    """sRGB without a film look. The exposure stays: it belongs to the user's light."""
    with contextlib.suppress(TypeError):  # a colour configuration of the user's own has other names
        scene.display_settings.display_device = "sRGB"
        scene.view_settings.view_transform = "Standard"
        scene.view_settings.look = "None"
    compat.set_known(scene.view_settings, gamma=1.0, use_curve_mapping=False, use_white_balance=False)
