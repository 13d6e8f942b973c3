"""Close the error box."""

from __future__ import annotations

import bpy

from ..link import pump


class STAFFAGE_OT_dismiss_error(bpy.types.Operator):
    bl_idname = "staffage.dismiss_error"
    bl_label = "Dismiss"
    bl_description = "Close this message"
    bl_options = {"INTERNAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        pump.session.dismiss_error()
        return {"FINISHED"}
