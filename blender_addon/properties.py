"""What the user asks for, kept with the scene: `scene.staffage`."""

from __future__ import annotations

import bpy

MAX_SEED = 2**31 - 1

WHERE = (
    ("PROMPT", "As the Prompt Says", "Objects are found by the names in the prompt"),
    ("CURSOR", "3D Cursor", "At the 3D cursor"),
    ("ACTIVE", "Active Object", "On or at the active object"),
)


class StaffageSettings(bpy.types.PropertyGroup):
    prompt: bpy.props.StringProperty(
        name="Prompt",
        description="Who does what, and where: “an old man sitting on the sofa”",
    )
    where: bpy.props.EnumProperty(name="Where", description="Where the people go", items=WHERE, default="PROMPT")
    candidates: bpy.props.IntProperty(
        name="Candidates",
        description="How many answers to choose from",
        default=4,
        min=1,
        max=16,
    )
    seed: bpy.props.IntProperty(
        name="Seed",
        description="Another seed gives other answers; the same seed gives the same again",
        default=0,
        min=0,
        max=MAX_SEED,
    )
    clothes: bpy.props.BoolProperty(
        name="Clothes",
        description="Dress the people: as the prompt says, otherwise varied by the seed",
        default=True,
    )
    hair: bpy.props.BoolProperty(name="Hair", description="Give the people hair", default=True)


def register() -> None:
    bpy.utils.register_class(StaffageSettings)
    bpy.types.Scene.staffage = bpy.props.PointerProperty(type=StaffageSettings)


def unregister() -> None:
    del bpy.types.Scene.staffage
    bpy.utils.unregister_class(StaffageSettings)
