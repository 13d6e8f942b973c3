"""The empty scene in which shapes are photographed: camera, sky and lamps, other ones in every picture.

Lights are measured so that a white surface that faces them shines at about 1: the sky's share, and the rest from a sun
or a soft box, mostly from the camera's side, as photographers do; often a second lamp fills the shadows.
"""

from __future__ import annotations

import math

import bpy
import numpy as np
from mathutils import Matrix, Vector

from backend.training.shapes.cameras import Camera, project
from backend.training.shapes.dice import Dice

PIXELS = 128
SAMPLES = 4  # rays per pixel: their noise is finer than what is left of it once the picture is made smaller
BORDER = 0.02  # of the picture, around the object
MIDDLE = Vector((0.5, 0.5, 0.5))


class Studio:
    """Blender's only scene."""

    def __init__(self, threads: int = 1) -> None:
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self.scene = bpy.context.scene
        self._camera = self._add("camera", bpy.data.cameras.new("camera"))
        self._camera.data.clip_start, self._camera.data.clip_end = 0.01, 100.0
        self._camera.data.sensor_fit = "HORIZONTAL"
        self.scene.camera = self._camera
        self._sun = self._add("sun", bpy.data.lights.new("sun", "SUN"))
        self._boxes = [self._add(f"box {k}", bpy.data.lights.new(f"box {k}", "AREA")) for k in range(2)]
        self._sky = _Sky()
        self.scene.world = self._sky.world
        _settings(self.scene, threads)

    def aim(self, camera: Camera, rim: np.ndarray) -> None:
        """At an object with the outermost points `rim` (N, 3): only what it takes of the picture is traced."""
        self._camera.matrix_world = Matrix(camera.camera_to_world.tolist())
        self._camera.data.angle = camera.field_of_view
        seen = project(rim, camera.camera_to_world, camera.field_of_view)
        low, high = np.clip(seen.min(0) - BORDER, 0, 1), np.clip(seen.max(0) + BORDER, 0, 1)
        render = self.scene.render
        render.border_min_x, render.border_min_y = low.tolist()
        render.border_max_x, render.border_max_y = high.tolist()

    def light(self, dice: Dice) -> None:
        """Other lights, from where the camera stands now."""
        exposure = 2 ** dice.between(-0.7, 0.3)
        share = dice.between(0.25, 0.9)  # of the light that comes from everywhere
        self._sky.vary(share * exposure, dice)
        eye = self._camera.matrix_world.translation - MIDDLE
        around = math.atan2(eye.y, eye.x)
        key = math.pi * (1 - share) * exposure
        # Out by having no power, not by being hidden: Cycles counts lamps in the order in which it met them, and which
        # lamp a ray is sent to, so every picture's noise, would hang on what was photographed before.
        for lamp in (self._sun, *self._boxes):
            lamp.data.energy = 0.0
        if dice.chance(0.5):
            self._sun.data.angle = dice.between(0.01, 0.7)
            self._set(self._sun, key, around + dice.between(-1.9, 1.9), dice)
        else:
            self._set(self._boxes[0], key, around + dice.between(-1.9, 1.9), dice)
        if dice.chance(0.6):
            self._set(self._boxes[1], key * dice.between(0.15, 0.6), around + dice.between(-math.pi, math.pi), dice)

    def _set(self, lamp: bpy.types.Object, irradiance: float, around: float, dice: Dice) -> None:
        """A lamp from that side, somewhere above the horizon, that gives the cube's middle as much light."""
        up = dice.between(0.1, 1.4)
        away = Vector((math.cos(around) * math.cos(up), math.sin(around) * math.cos(up), math.sin(up)))
        distance = dice.between(1.6, 4.0)
        at = MIDDLE + away * distance
        lamp.matrix_world = Matrix.Translation(at) @ away.to_track_quat("Z", "Y").to_matrix().to_4x4()
        if lamp.data.type == "AREA":
            lamp.data.shape, lamp.data.size = "SQUARE", dice.between(0.4, 2.2)
            lamp.data.energy = irradiance * math.pi * distance**2
        else:
            lamp.data.energy = irradiance
        lamp.data.color = _tint(dice, 0.25)

    def _add(self, name: str, data: bpy.types.ID) -> bpy.types.Object:
        made = bpy.data.objects.new(name, data)
        self.scene.collection.objects.link(made)
        return made


class _Sky:
    """Light from everywhere: ground, horizon and zenith of three colours, with soft clouds."""

    def __init__(self) -> None:
        self.world = bpy.data.worlds.new("sky")
        self.world.use_nodes = True
        # A map of the sky's brightness for the sampler: it is smooth, and made anew for every picture.
        self.world.cycles.sampling_method, self.world.cycles.sample_map_resolution = "MANUAL", 32
        tree = self.world.node_tree
        self._background = next(node for node in tree.nodes if node.type == "BACKGROUND")
        place, split = tree.nodes.new("ShaderNodeTexCoord"), tree.nodes.new("ShaderNodeSeparateXYZ")
        level = tree.nodes.new("ShaderNodeMapRange")
        self._ramp, self._clouds = tree.nodes.new("ShaderNodeValToRGB"), tree.nodes.new("ShaderNodeTexNoise")
        self._mix = tree.nodes.new("ShaderNodeMix")
        self._mix.data_type, self._mix.blend_type = "RGBA", "MULTIPLY"
        level.inputs["From Min"].default_value = -1.0
        tree.links.new(place.outputs["Generated"], split.inputs["Vector"])
        tree.links.new(split.outputs["Z"], level.inputs["Value"])
        tree.links.new(level.outputs["Result"], self._ramp.inputs["Fac"])
        tree.links.new(place.outputs["Generated"], self._clouds.inputs["Vector"])
        tree.links.new(self._ramp.outputs["Color"], self._mix.inputs[6])
        tree.links.new(self._clouds.outputs["Fac"], self._mix.inputs[7])
        tree.links.new(self._mix.outputs[2], self._background.inputs["Color"])
        steps = self._ramp.color_ramp.elements
        steps[0].position, steps[1].position = 0.45, 1.0
        steps.new(0.55)

    def vary(self, strength: float, dice: Dice) -> None:
        ground, horizon, zenith = (dice.between(0.1, 1.0), dice.between(0.4, 1.3), dice.between(0.4, 1.3))
        edge = dice.between(0.01, 0.3)
        steps = self._ramp.color_ramp.elements
        steps[0].position, steps[1].position = 0.5 - edge, 0.5 + edge
        for step, value, tint in zip(steps, (ground, horizon, zenith), (0.3, 0.15, 0.25), strict=True):
            step.color = (*(value * part for part in _tint(dice, tint)), 1)
        cloudy = dice.between(0.0, 0.8)
        self._mix.inputs[0].default_value = cloudy
        self._clouds.inputs["Scale"].default_value = dice.between(0.8, 3.0)
        # The mean over the sphere, of which the clouds' noise takes half where they are.
        mean = (ground + (horizon + zenith) / 2) / 2 * (1 - cloudy / 2)
        self._background.inputs["Strength"].default_value = strength / mean


def _tint(dice: Dice, amount: float) -> tuple[float, float, float]:
    """A white, warmer or colder, greener or not."""
    warm, green = dice.between(-amount, amount), dice.between(-amount, amount) / 3
    return (1 + warm, 1 + green, 1 - warm)


def _settings(scene: bpy.types.Scene, threads: int) -> None:
    render, cycles = scene.render, scene.cycles
    render.engine, cycles.device = "CYCLES", "CPU"
    render.threads_mode, render.threads = "FIXED", threads
    render.use_persistent_data, render.film_transparent = True, True
    render.use_border, render.use_crop_to_border = True, False
    render.resolution_percentage, render.dither_intensity = 100, 0
    cycles.use_denoising = cycles.use_adaptive_sampling = False
    cycles.use_light_tree = cycles.use_auto_tile = False  # for three lamps and one tile
    cycles.sampling_pattern = "BLUE_NOISE"
    cycles.diffuse_bounces, cycles.glossy_bounces, cycles.transmission_bounces = 1, 1, 3
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.sample_clamp_direct, cycles.sample_clamp_indirect = 6.0, 2.0
    image = render.image_settings
    if hasattr(image, "media_type"):  # from Blender 5.0 on
        image.media_type = "MULTI_LAYER_IMAGE"
    image.file_format, image.exr_codec, image.color_depth = "OPEN_EXR_MULTILAYER", "NONE", "32"
