"""Show the backend's log, in whatever program this computer opens text with."""

from __future__ import annotations

import bpy

from .. import preferences


class STAFFAGE_OT_open_log(bpy.types.Operator):
    bl_idname = "staffage.open_log"
    bl_label = "Open Log"
    bl_description = "Show the backend's log"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not preferences.log_file(preferences.get()).is_file():
            cls.poll_message_set("There is no log yet: this Blender has not started a backend")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        bpy.ops.wm.path_open(filepath=str(preferences.log_file(preferences.get())))
        return {"FINISHED"}
