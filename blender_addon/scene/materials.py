"""Materials of people: made once, shared between people who look the same, never taken from the user."""

from __future__ import annotations

import bpy
import numpy as np

from .. import compat
from ..protocol.messages import Material

_KEY = "staffage_material"
_OF_VERTICES = "vertices|"


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


def of_vertices(name: str, attribute: str, mean: np.ndarray, roughness: float) -> bpy.types.Material:
    """A new material that shows a mesh's colour attribute. `mean` (3,) sRGB is what the solid view shows, and whoever
    asks the shader for one colour.
    """
    material = bpy.data.materials.new(name)
    compat.enable_nodes(material)
    material[_KEY] = f"{_OF_VERTICES}{attribute}"
    shader = compat.principled(material)
    source = material.node_tree.nodes.new("ShaderNodeVertexColor")
    source.layer_name = attribute
    source.location = shader.location.x - 220, shader.location.y - 40
    linear = np.where(mean <= 0.04045, mean / 12.92, ((mean + 0.055) / 1.055) ** 2.4)
    color = (*(float(value) for value in linear), 1.0)
    shader.inputs["Base Color"].default_value = color
    material.node_tree.links.new(source.outputs["Color"], shader.inputs["Base Color"])
    shader.inputs["Roughness"].default_value = roughness
    material.diffuse_color, material.roughness = color, roughness
    return material


def forget(looks: list[bpy.types.Material]) -> None:
    """Take those of vertices away that nobody uses any more; others are shared and stay."""
    for material in dict.fromkeys(looks):  # the user may have put one into several slots
        if material.users == 0 and str(material.get(_KEY, "")).startswith(_OF_VERTICES):
            bpy.data.materials.remove(material)


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
