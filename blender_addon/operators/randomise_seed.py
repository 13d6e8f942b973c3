"""Another seed, another answer."""

from __future__ import annotations

import secrets

import bpy

from ..properties import MAX_SEED


class STAFFAGE_OT_randomise_seed(bpy.types.Operator):
    bl_idname = "staffage.randomise_seed"
    bl_label = "Randomise Seed"
    bl_description = "Take another seed"
    bl_options = {"INTERNAL", "UNDO"}

    shape: bpy.props.BoolProperty(name="Shape", description="That of shapes, not of people", options={"HIDDEN"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        settings = context.scene.staffage_shape if self.shape else context.scene.staffage
        settings.seed = secrets.randbelow(min(MAX_SEED, 10**6))  # short enough to tell somebody
        return {"FINISHED"}
