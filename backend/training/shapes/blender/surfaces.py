"""Materials by the words that the generators use, each a little different in every picture.

One node tree for all: a grain (noise stretched along an axis) mixes two tones of the part's colour; the rest are
inputs of Blender's principled surface. Colours are linear.
"""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from dataclasses import dataclass, field

import bpy

from backend.training.shapes.dice import Dice

Color = tuple[float, float, float]


@dataclass(frozen=True)
class Look:
    """What a kind of material may be like."""

    roughness: tuple[float, float]
    grain: tuple[float, float] = (0.0, 0.1)  # how much darker the grain is
    scale: tuple[float, float] = (3.0, 20.0)  # of the grain: features along an edge of the cube
    stretch: float = 1.0  # of the grain, along one axis
    inputs: dict[str, tuple[float, float]] = field(default_factory=dict)  # further inputs, lowest and highest


LOOKS: dict[str, Look] = {
    "wood": Look((0.3, 0.75), (0.1, 0.6), (4.0, 14.0), 8.0, {"Coat Weight": (0.0, 0.3)}),
    "metal": Look((0.12, 0.5), inputs={"Metallic": (0.85, 1.0)}),
    "paint": Look((0.1, 0.65), inputs={"Coat Weight": (0.0, 0.6)}),
    "plastic": Look((0.15, 0.65)),
    "rubber": Look((0.65, 0.95)),
    "fabric": Look((0.8, 1.0), (0.0, 0.4), (10.0, 60.0), inputs={"Sheen Weight": (0.0, 0.4)}),
    "leather": Look((0.3, 0.65), (0.0, 0.3), (10.0, 40.0)),
    "ceramic": Look((0.05, 0.4), (0.0, 0.15), inputs={"Coat Weight": (0.0, 0.8)}),
    "glass": Look((0.02, 0.2), (0.0, 0.0), inputs={"Transmission Weight": (0.5, 0.95)}),
    "liquid": Look((0.02, 0.1), (0.0, 0.0)),
    "plant": Look((0.35, 0.75), (0.0, 0.5), (4.0, 20.0)),
    "paper": Look((0.8, 1.0), (0.0, 0.5), (2.0, 8.0)),
    "soil": Look((0.9, 1.0), (0.3, 0.7), (20.0, 50.0)),
    "stone": Look((0.3, 0.9), (0.1, 0.6), (4.0, 20.0)),
    "wicker": Look((0.6, 0.9), (0.3, 0.7), (20.0, 50.0), 3.0),
    "light": Look((0.4, 0.9), (0.0, 0.0), inputs={"Emission Strength": (0.0, 1.2)}),
}
OTHER = Look((0.2, 0.9))
OWN, HUES, CLAY = 0.55, 0.85, 1.0  # shares of pictures, added up: the part's own colours, others, one grey for all


class Surface:
    """One part's material in Blender."""

    def __init__(self, index: int, word: str, color: Color) -> None:
        self.look, self.color = LOOKS.get(word, OTHER), color
        self.material = bpy.data.materials.new(f"part {index}")
        self.material.use_nodes = True
        self.material.pass_index = index + 1
        self.material.cycles.emission_sampling = "NONE"  # lamps glow, and light nothing
        tree = self.material.node_tree
        self._principled = tree.nodes["Principled BSDF"]
        self._mapping = tree.nodes.new("ShaderNodeMapping")
        self._noise = tree.nodes.new("ShaderNodeTexNoise")
        self._mix = tree.nodes.new("ShaderNodeMix")
        self._mix.data_type = "RGBA"
        place = tree.nodes.new("ShaderNodeTexCoord")
        tree.links.new(place.outputs["Object"], self._mapping.inputs["Vector"])
        tree.links.new(self._mapping.outputs["Vector"], self._noise.inputs["Vector"])
        tree.links.new(self._noise.outputs["Fac"], self._mix.inputs[0])
        tree.links.new(self._mix.outputs[2], self._principled.inputs["Base Color"])
        tree.links.new(self._mix.outputs[2], self._principled.inputs["Emission Color"])

    def vary(self, color: Color, dice: Dice) -> None:
        """Another picture: roughness, grain and the like anew, in that colour."""
        look = self.look
        self._principled.inputs["Roughness"].default_value = dice.between(*look.roughness)
        for name, (low, high) in look.inputs.items():
            self._principled.inputs[name].default_value = dice.between(low, high)
        dark = 1 - dice.between(*look.grain)
        scale = dice.between(*look.scale)
        stretched = [scale, scale, scale]
        stretched[dice.integer(0, 2)] /= look.stretch
        self._mapping.inputs["Scale"].default_value = stretched
        self._mapping.inputs["Location"].default_value = [dice.between(-9, 9) for _ in range(3)]
        self._noise.inputs["Scale"].default_value = 1.0
        self._noise.inputs["Detail"].default_value = 2.0
        # The noise keeps near its middle: mixed past both tones, its tones are those asked for at their ends.
        self._mix.inputs[6].default_value = (*color, 1)
        self._mix.inputs[7].default_value = (*(value * dark for value in color), 1)


def colors(surfaces: Sequence[Surface], dice: Dice) -> list[Color]:
    """A colour for each part of a picture: mostly the object's own, slightly changed, else others or clay."""
    share = dice.random()
    if share < OWN:
        light, warm = dice.between(0.8, 1.25), dice.between(-0.08, 0.08)
        return [_limited((r * light * (1 + warm), g * light, b * light * (1 - warm))) for r, g, b in _own(surfaces)]
    if share < HUES:
        known: dict[Color, Color] = {}
        for color in _own(surfaces):  # parts that had one colour have one colour
            if color not in known:
                known[color] = _any(dice)
        return [known[color] for color in _own(surfaces)]
    value = dice.between(0.25, 0.8)
    return [(value, value, value)] * len(surfaces)


def _own(surfaces: Sequence[Surface]) -> list[Color]:
    return [surface.color for surface in surfaces]


def _any(dice: Dice) -> Color:
    saturation = dice.between(0.0, 0.9) * dice.random() ** 0.5
    return _limited(colorsys.hsv_to_rgb(dice.random(), saturation, dice.between(0.04, 0.85)))


def _limited(color: Color) -> Color:
    return tuple(min(max(value, 0.005), 0.9) for value in color)
