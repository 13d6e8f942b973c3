"""Answer the running request's question: go on with the pictures that are ticked."""

from __future__ import annotations

import bpy

from ..link import pump


class STAFFAGE_OT_go_on(bpy.types.Operator):
    bl_idname = "staffage.go_on"
    bl_label = "Go On"
    bl_description = "Go on with the pictures that are ticked"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        reason = ""
        if pump.session.job is None or pump.session.job.review is None:
            reason = "There are no pictures to choose from"
        elif not context.window_manager.staffage.kept:
            reason = "Tick at least one picture, or press Cancel"
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def execute(self, context: bpy.types.Context) -> set[str]:
        pump.session.choose(context.window_manager.staffage.kept)
        pump.wake()
        return {"FINISHED"}
