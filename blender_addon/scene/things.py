"""Meshes of things: vertices, triangles, colours at the vertices and one material that shows them. Lengths in Blender
units.
"""

from __future__ import annotations

import math

import bpy
import numpy as np

from ..protocol.messages import Thing
from . import body, materials

COLORS = "Color"  # the attribute's name
_SHARP = math.radians(38.0)  # edges between faces that turn by more are shown as edges


def new_thing(thing: Thing, scale: float) -> bpy.types.Object:
    """A mesh object, in no collection. `scale`: Blender units per metre."""
    mesh = bpy.data.meshes.new(thing.name)
    sizes = np.full(len(thing.triangles), 3, np.int32)
    body.fill(mesh, thing.vertices * np.float32(scale), thing.triangles.reshape(-1), sizes)
    mesh.set_sharp_from_angle(angle=_SHARP)
    shown = mesh.color_attributes.new(COLORS, "BYTE_COLOR", "POINT")
    values = np.ones((len(thing.vertices), 4), np.float32)
    values[:, :3] = thing.colors.astype(np.float32) / 255
    shown.data.foreach_set("color_srgb", values.reshape(-1))
    mesh.color_attributes.active_color = shown
    mean = values[:, :3].mean(0) if len(values) else np.full(3, 0.8, np.float32)
    mesh.materials.append(materials.of_vertices(thing.name, COLORS, mean, thing.roughness))
    return bpy.data.objects.new(thing.name, mesh)
