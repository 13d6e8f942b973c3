"""Materials of the sample living room, all procedural: nothing to download, nothing to lose.

Each function gives one `bpy` material; `material(name)` makes it on first use and finds it again later.
Colours are linear.
"""

from __future__ import annotations

from collections.abc import Callable

import bpy

Colour = tuple[float, float, float]


def material(name: str) -> bpy.types.Material:
    """The room's material of that name; `MAKERS` lists them."""
    found = bpy.data.materials.get(name)
    if found is None:
        found = bpy.data.materials.new(name)
        found.use_nodes = True
        MAKERS[name](found)
    return found


def _surface(target: bpy.types.Material, colour: Colour, roughness: float, **inputs: float) -> bpy.types.Node:
    node = target.node_tree.nodes["Principled BSDF"]
    node.inputs["Base Color"].default_value = (*colour, 1.0)
    node.inputs["Roughness"].default_value = roughness
    for name, value in inputs.items():
        node.inputs[name].default_value = value
    target.diffuse_color = (*colour, 1.0)
    return node


def _bump(target: bpy.types.Material, height: bpy.types.NodeSocket, strength: float, distance: float) -> None:
    nodes, links = target.node_tree.nodes, target.node_tree.links
    bump = nodes.new("ShaderNodeBump")
    bump.inputs["Strength"].default_value = strength
    bump.inputs["Distance"].default_value = distance
    links.new(height, bump.inputs["Height"])
    links.new(bump.outputs["Normal"], nodes["Principled BSDF"].inputs["Normal"])


def _coordinates(target: bpy.types.Material, scale: Colour) -> bpy.types.NodeSocket:
    nodes, links = target.node_tree.nodes, target.node_tree.links
    source, mapping = nodes.new("ShaderNodeTexCoord"), nodes.new("ShaderNodeMapping")
    mapping.inputs["Scale"].default_value = scale
    links.new(source.outputs["Object"], mapping.inputs["Vector"])
    return mapping.outputs["Vector"]


def _noise(target: bpy.types.Material, scale: Colour, detail: float = 4.0) -> bpy.types.Node:
    node = target.node_tree.nodes.new("ShaderNodeTexNoise")
    node.inputs["Scale"].default_value = 1.0
    node.inputs["Detail"].default_value = detail
    target.node_tree.links.new(_coordinates(target, scale), node.inputs["Vector"])
    return node


def _two_tone(target: bpy.types.Material, factor: bpy.types.NodeSocket, dark: Colour, light: Colour) -> bpy.types.Node:
    ramp = target.node_tree.nodes.new("ShaderNodeValToRGB")
    ramp.color_ramp.elements[0].position, ramp.color_ramp.elements[1].position = 0.3, 0.7
    ramp.color_ramp.elements[0].color, ramp.color_ramp.elements[1].color = (*dark, 1.0), (*light, 1.0)
    target.node_tree.links.new(factor, ramp.inputs["Fac"])
    return ramp


def plain(colour: Colour, roughness: float = 0.5, **inputs: float) -> Callable[[bpy.types.Material], None]:
    return lambda target: _surface(target, colour, roughness, **inputs) and None


def fabric(colour: Colour) -> Callable[[bpy.types.Material], None]:
    """Woven cloth: a fine bump, a slow change of tone, a soft sheen at grazing angles."""

    def make(target: bpy.types.Material) -> None:
        surface = _surface(target, colour, 0.95, **{"Sheen Weight": 0.35, "Sheen Roughness": 0.5})
        tone = _noise(target, (6, 6, 6))
        dark = tuple(0.82 * value for value in colour)
        light = tuple(min(1.0, 1.12 * value) for value in colour)
        ramp = _two_tone(target, tone.outputs["Fac"], dark, light)
        target.node_tree.links.new(ramp.outputs["Color"], surface.inputs["Base Color"])
        _bump(target, _noise(target, (420, 420, 420), 2.0).outputs["Fac"], 0.35, 0.002)

    return make


def wood(dark: Colour, light: Colour, *, roughness: float = 0.4) -> Callable[[bpy.types.Material], None]:
    """Grain along X."""

    def make(target: bpy.types.Material) -> None:
        surface = _surface(target, light, roughness)
        grain = _noise(target, (1.5, 28, 28), 8.0)
        ramp = _two_tone(target, grain.outputs["Fac"], dark, light)
        target.node_tree.links.new(ramp.outputs["Color"], surface.inputs["Base Color"])
        _bump(target, grain.outputs["Fac"], 0.08, 0.002)

    return make


def planks(target: bpy.types.Material) -> None:
    """Oak boards along Y, 14 cm wide, each with its own tone."""
    nodes, links = target.node_tree.nodes, target.node_tree.links
    surface = _surface(target, (0.32, 0.17, 0.08), 0.38)
    source, mapping, brick = (nodes.new(f"ShaderNode{kind}") for kind in ("TexCoord", "Mapping", "TexBrick"))
    mapping.inputs["Rotation"].default_value = (0.0, 0.0, 1.5707963)
    links.new(source.outputs["Object"], mapping.inputs["Vector"])
    links.new(mapping.outputs["Vector"], brick.inputs["Vector"])
    brick.offset, brick.squash = 0.37, 1.0
    for name, value in {
        "Scale": 1.0,
        "Brick Width": 1.5,
        "Row Height": 0.14,
        "Mortar Size": 0.0016,
        "Bias": 0.0,
    }.items():
        brick.inputs[name].default_value = value
    brick.inputs["Color1"].default_value = (0.40, 0.22, 0.105, 1.0)
    brick.inputs["Color2"].default_value = (0.27, 0.138, 0.062, 1.0)
    brick.inputs["Mortar"].default_value = (0.07, 0.035, 0.016, 1.0)
    grain = _noise(target, (34, 1.6, 1), 8.0)
    ramp = _two_tone(target, grain.outputs["Fac"], (0.72, 0.72, 0.72), (1.0, 1.0, 1.0))
    mix = nodes.new("ShaderNodeMix")
    mix.data_type, mix.blend_type = "RGBA", "MULTIPLY"
    mix.inputs["Factor"].default_value = 1.0
    links.new(brick.outputs["Color"], mix.inputs["A"])
    links.new(ramp.outputs["Color"], mix.inputs["B"])
    links.new(mix.outputs["Result"], surface.inputs["Base Color"])
    _bump(target, brick.outputs["Fac"], -0.4, 0.002)


def glow(colour: Colour, strength: float) -> Callable[[bpy.types.Material], None]:
    def make(target: bpy.types.Material) -> None:
        _surface(target, colour, 0.9, **{"Emission Strength": strength})
        target.node_tree.nodes["Principled BSDF"].inputs["Emission Color"].default_value = (*colour, 1.0)

    return make


def rug(target: bpy.types.Material) -> None:
    """A cream rug with two thin terracotta lines inside its edge; the pile is bump only, so that feet meet a plane."""
    nodes, links = target.node_tree.nodes, target.node_tree.links
    surface = _surface(target, (0.62, 0.54, 0.43), 1.0, **{"Sheen Weight": 0.3})
    source, separate = nodes.new("ShaderNodeTexCoord"), nodes.new("ShaderNodeSeparateXYZ")
    links.new(source.outputs["Generated"], separate.inputs["Vector"])
    lines = None
    for axis, size in (("X", 3.0), ("Y", 2.2)):
        for inset in (0.12, 0.17):
            for place in (inset / size, 1 - inset / size):
                compare = nodes.new("ShaderNodeMath")
                compare.operation = "COMPARE"
                compare.inputs[1].default_value, compare.inputs[2].default_value = place, 0.008 / size
                links.new(separate.outputs[axis], compare.inputs[0])
                if lines is None:
                    lines = compare.outputs["Value"]
                    continue
                either = nodes.new("ShaderNodeMath")
                either.operation = "MAXIMUM"
                links.new(lines, either.inputs[0])
                links.new(compare.outputs["Value"], either.inputs[1])
                lines = either.outputs["Value"]
    mix = nodes.new("ShaderNodeMix")
    mix.data_type = "RGBA"
    mix.inputs["A"].default_value, mix.inputs["B"].default_value = (0.62, 0.54, 0.43, 1), (0.42, 0.14, 0.07, 1)
    links.new(lines, mix.inputs["Factor"])
    links.new(mix.outputs["Result"], surface.inputs["Base Color"])
    _bump(target, _noise(target, (160, 160, 160), 3.0).outputs["Fac"], 0.8, 0.006)


MAKERS: dict[str, Callable[[bpy.types.Material], None]] = {
    "floor_oak": planks,
    "wall_plaster": plain((0.74, 0.69, 0.61), 0.9),
    "wall_sage": plain((0.27, 0.33, 0.27), 0.9),
    "ceiling_white": plain((0.86, 0.85, 0.82), 0.9),
    "trim_white": plain((0.82, 0.80, 0.76), 0.45),
    "sofa_linen": fabric((0.47, 0.42, 0.35)),
    "armchair_rust": fabric((0.46, 0.155, 0.06)),
    "cushion_ochre": fabric((0.60, 0.34, 0.075)),
    "cushion_blue": fabric((0.075, 0.155, 0.21)),
    "curtain_linen": fabric((0.80, 0.76, 0.68)),
    "rug_wool": rug,
    "oak": wood((0.27, 0.135, 0.06), (0.44, 0.25, 0.125)),
    "walnut": wood((0.075, 0.034, 0.017), (0.17, 0.08, 0.04)),
    "brass": plain((0.72, 0.47, 0.19), 0.28, Metallic=1.0),
    "black_metal": plain((0.015, 0.015, 0.015), 0.4),
    "ceramic_white": plain((0.78, 0.75, 0.70), 0.25),
    "ceramic_clay": plain((0.46, 0.19, 0.10), 0.6),
    "soil": plain((0.03, 0.018, 0.01), 1.0),
    "leaf": plain((0.035, 0.13, 0.035), 0.45),
    "paper": plain((0.74, 0.70, 0.61), 0.9),
    "ink_blue": plain((0.06, 0.12, 0.18), 0.8),
    "ink_rust": plain((0.45, 0.13, 0.05), 0.8),
    "ink_ochre": plain((0.62, 0.36, 0.09), 0.8),
    "book_green": plain((0.06, 0.12, 0.09), 0.7),
    "book_cream": plain((0.62, 0.55, 0.42), 0.7),
    "book_grey": plain((0.2, 0.2, 0.2), 0.7),
    "lampshade": glow((1.0, 0.62, 0.30), 3.0),
}
