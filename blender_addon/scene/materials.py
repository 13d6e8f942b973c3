"""Materials of people: made once, shared between people who look the same, never taken from the user."""

from __future__ import annotations

import bpy
import numpy as np

from .. import compat
from ..protocol.messages import Material

_KEY = "staffage_material"


def material_for(wanted: Material) -> bpy.types.Material:
    """One of ours that still looks as it was made, else a new one.

    A material that the user has edited is left to the people who wear it.
    """
    key = _key(wanted)
    for material in bpy.data.materials:
        if material.get(_KEY) == key and material.library is None and _looks_like(material, wanted):
            return material
    material = bpy.data.materials.new(wanted.name)
    compat.enable_nodes(material)
    material[_KEY] = key
    shader = compat.principled(material)
    shader.inputs["Base Color"].default_value = _rgba(wanted)
    shader.inputs["Roughness"].default_value = wanted.roughness
    shader.inputs["Subsurface Weight"].default_value = wanted.subsurface
    if wanted.subsurface > 0:
        shader.inputs["Subsurface Scale"].default_value = 0.01  # metres; light goes about a centimetre into skin
    material.diffuse_color = _rgba(wanted)  # what the solid view shows
    material.roughness = wanted.roughness
    return material


def _key(wanted: Material) -> str:
    numbers = (*(float(value) for value in wanted.base_color), wanted.roughness, wanted.subsurface)
    return "|".join([wanted.name, *(f"{value:.4f}" for value in numbers)])


def _rgba(wanted: Material) -> tuple[float, float, float, float]:
    red, green, blue = (float(value) for value in wanted.base_color)
    return red, green, blue, 1.0


def _looks_like(material: bpy.types.Material, wanted: Material) -> bool:
    shader = compat.principled(material)
    if shader is None or any(socket.is_linked for socket in shader.inputs):
        return False
    names = ("Base Color", "Roughness", "Subsurface Weight")
    color, roughness, subsurface = (shader.inputs[name].default_value for name in names)
    found = np.array([*color[:3], roughness, subsurface])
    return bool(np.allclose(found, [*_rgba(wanted)[:3], wanted.roughness, wanted.subsurface], atol=1e-4))
