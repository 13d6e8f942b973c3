"""Lighting and rendering a view, and leaving the scene as it was.

Scenes without lights get a soft key from behind the camera's shoulder and an even sky; every picture is exposed for the
people by a tiny trial render, so that neither a dark room nor a bright street swallows them. Cycles, CPU, denoised.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy
import numpy as np
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Matrix, Vector

from .camera import ASPECT, View

HEIGHT = 480
SAMPLES = 16
THUMBNAIL = 560  # pixels, width
BRIGHTNESS = 0.52  # what the people's median should be, 0…1 as displayed
BRIGHTEST = 0.75  # what the whole picture's median may be


def render_view(view: View, points: np.ndarray, path: Path, *, height: int = HEIGHT, samples: int = SAMPLES) -> None:
    """Render `view` to a PNG and a small JPEG beside it.

    Exposed for the people, of whose bodies `points` (N, 3) are samples.
    """
    scene = bpy.context.scene
    with _temporary_camera(view), _light_if_dark(view), _kept_settings(scene):
        scene.render.engine = "CYCLES"
        scene.cycles.device, scene.cycles.use_denoising = "CPU", True
        scene.cycles.max_bounces, scene.cycles.diffuse_bounces = 4, 2
        scene.render.image_settings.file_format, scene.render.image_settings.color_mode = "PNG", "RGB"
        scene.render.resolution_percentage = 100
        scene.render.use_persistent_data = True
        _expose(scene, points, path)
        _render(scene, path, height, samples)
    _thumbnail(path)


def render_scene(path: Path, *, width: int, height: int, samples: int) -> None:
    """Render the scene with its own camera and light."""
    scene = bpy.context.scene
    with _kept_settings(scene):
        scene.render.engine, scene.cycles.device, scene.cycles.use_denoising = "CYCLES", "CPU", True
        scene.render.image_settings.file_format, scene.render.image_settings.color_mode = "PNG", "RGB"
        scene.render.resolution_percentage = 100
        scene.render.resolution_x, scene.render.resolution_y = width, height
        scene.cycles.samples, scene.render.filepath = samples, str(path)
        bpy.ops.render.render(write_still=True)


def _thumbnail(path: Path) -> None:
    """A small JPEG beside a picture, for the report's page."""
    image = bpy.data.images.load(str(path))
    width, height = image.size
    if width > THUMBNAIL:
        image.scale(THUMBNAIL, round(THUMBNAIL * height / width))
    image.file_format = "JPEG"
    image.save(filepath=str(path.with_suffix(".jpg")), quality=86)
    bpy.data.images.remove(image)


def _render(scene: bpy.types.Scene, path: Path, height: int, samples: int) -> None:
    scene.render.resolution_x, scene.render.resolution_y = round(height * ASPECT), height
    scene.cycles.samples, scene.render.filepath = samples, str(path)
    bpy.ops.render.render(write_still=True)


def _expose(scene: bpy.types.Scene, points: np.ndarray, path: Path) -> None:
    trial = path.with_name(f".{path.stem}-trial.png")
    for _ in range(2):
        _render(scene, trial, 60, 4)
        image = bpy.data.images.load(str(trial))
        pixels = np.empty(len(image.pixels), np.float32)
        image.pixels.foreach_get(pixels)
        bright = pixels.reshape(image.size[1], image.size[0], -1)[:, :, :3].mean(axis=2)
        bpy.data.images.remove(image)
        trial.unlink()
        # Displayed values go roughly with the 2.2nd root of light.
        wanted = 2.2 * np.log2(BRIGHTNESS / max(_brightness_at(scene, points, bright), 0.02))
        allowed = 2.2 * np.log2(BRIGHTEST / max(float(np.median(bright)), 0.02))
        change = min(wanted, allowed)
        scene.view_settings.exposure = float(np.clip(scene.view_settings.exposure + change, -6, 8))
        if abs(change) < 0.6:
            return


def _brightness_at(scene: bpy.types.Scene, points: np.ndarray, bright: np.ndarray) -> float:
    """The median of a picture (rows from the bottom) where the people are; things in front of them count as theirs."""
    bpy.context.view_layer.update()
    places = np.array([world_to_camera_view(scene, scene.camera, Vector(point)) for point in points])[:, :2]
    rows = np.clip((places[:, 1] * bright.shape[0]).astype(int), 0, bright.shape[0] - 1)
    columns = np.clip((places[:, 0] * bright.shape[1]).astype(int), 0, bright.shape[1] - 1)
    return float(np.median(bright[rows, columns]))


@contextmanager
def _temporary_camera(view: View) -> Iterator[None]:
    scene, before = bpy.context.scene, bpy.context.scene.camera
    data = bpy.data.cameras.new("view")
    data.sensor_fit, data.angle = "VERTICAL", view.field_of_view
    data.clip_start, data.clip_end = 0.02, 1000.0
    camera = bpy.data.objects.new("view", data)
    camera.matrix_world = _looking(view.eye, view.target - view.eye)
    scene.collection.objects.link(camera)
    scene.camera = camera
    try:
        yield
    finally:
        scene.camera = before
        bpy.data.cameras.remove(data)


@contextmanager
def _light_if_dark(view: View) -> Iterator[None]:
    scene, world = bpy.context.scene, bpy.context.scene.world
    if any(own.type == "LIGHT" and not own.hide_render for own in scene.objects):
        yield
        return
    sky = bpy.data.worlds.new("view")
    sky.use_nodes = True
    sky.node_tree.nodes["Background"].inputs["Color"].default_value = (0.72, 0.82, 1.0, 1.0)
    sky.node_tree.nodes["Background"].inputs["Strength"].default_value = 0.9
    data = bpy.data.lights.new("view", "SUN")
    data.energy, data.angle, data.color = 3.2, np.radians(8), (1.0, 0.93, 0.84)
    lamp = bpy.data.objects.new("view_light", data)
    ahead = view.target - view.eye
    side = np.cross(ahead, [0.0, 0.0, 1.0])
    towards = ahead / np.linalg.norm(ahead) + 0.55 * side / np.linalg.norm(side) + np.array([0.0, 0.0, -0.95])
    lamp.matrix_world = _looking(view.eye, towards)
    scene.collection.objects.link(lamp)
    scene.world = sky
    try:
        yield
    finally:
        scene.world = world
        bpy.data.lights.remove(data)
        bpy.data.worlds.remove(sky)


@contextmanager
def _kept_settings(scene: bpy.types.Scene) -> Iterator[None]:
    places = {
        scene.render: (
            "engine",
            "resolution_x",
            "resolution_y",
            "resolution_percentage",
            "filepath",
            "use_persistent_data",
        ),
        scene.cycles: ("samples", "device", "use_denoising", "max_bounces", "diffuse_bounces"),
        scene.view_settings: ("exposure",),
        scene.render.image_settings: ("file_format", "color_mode"),
    }
    kept = [(owner, name, getattr(owner, name)) for owner, names in places.items() for name in names]
    try:
        yield
    finally:
        for owner, name, value in kept:
            setattr(owner, name, value)


def _looking(eye: np.ndarray, direction: np.ndarray) -> Matrix:
    turn = Vector(direction).to_track_quat("-Z", "Y")
    return Matrix.Translation(Vector(eye)) @ turn.to_matrix().to_4x4()
