"""Takes pictures of the studio's scene: as light, or as what lines are drawn from."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np

from backend.training.shapes.exr import layer, read_exr

from .studio import PIXELS, SAMPLES


def photograph(scene: bpy.types.Scene, work: Path, seed: int) -> np.ndarray:
    """(128, 128, 4) float32: linear light, premultiplied."""
    layers = scene.view_layers[0]
    layers.use_pass_combined, layers.use_pass_z = True, False
    layers.use_pass_normal = layers.use_pass_material_index = False
    scene.cycles.samples, scene.cycles.seed, scene.cycles.max_bounces = SAMPLES, seed % 2**31, 3
    scene.cycles.pixel_filter_type = "BLACKMAN_HARRIS"
    return layer(_render(scene, work, PIXELS), "Combined")


def survey(scene: bpy.types.Scene, work: Path) -> dict[str, np.ndarray]:
    """At twice the resolution, one ray through every pixel's middle, no light.

    depth (256, 256), 0 where nothing is; normal (256, 256, 3), world; part (256, 256) int32, 0 where nothing is.
    """
    layers = scene.view_layers[0]
    layers.use_pass_z = layers.use_pass_normal = layers.use_pass_material_index = True
    scene.cycles.samples, scene.cycles.seed, scene.cycles.max_bounces = 1, 0, 0
    scene.cycles.pixel_filter_type, scene.cycles.filter_width = "BOX", 0.01
    found = _render(scene, work, 2 * PIXELS)
    part = np.round(layer(found, "IndexMA")).astype(np.int32)
    depth = np.where(part > 0, layer(found, "Depth"), 0)
    scene.cycles.filter_width = 1.5
    return {"depth": depth.astype(np.float32), "normal": layer(found, "Normal"), "part": part}


def _render(scene: bpy.types.Scene, work: Path, pixels: int) -> dict[str, np.ndarray]:
    path = work / "picture.exr"
    scene.render.resolution_x = scene.render.resolution_y = pixels
    scene.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)
    return read_exr(path)
