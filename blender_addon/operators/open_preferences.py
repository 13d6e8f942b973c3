"""Show this extension's preferences."""

from __future__ import annotations

import bpy

from .. import preferences


class STAFFAGE_OT_open_preferences(bpy.types.Operator):
    bl_idname = "staffage.open_preferences"
    bl_label = "Preferences"
    bl_description = "Show the extension's preferences"
    bl_options = {"INTERNAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        bpy.ops.preferences.addon_show(module=preferences.PACKAGE)
        return {"FINISHED"}
