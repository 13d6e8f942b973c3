"""Give up the running request."""

from __future__ import annotations

import bpy

from ..link import pump


class STAFFAGE_OT_cancel(bpy.types.Operator):
    bl_idname = "staffage.cancel"
    bl_label = "Cancel"
    bl_description = "Give up the running request; nothing in the scene changes"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        job = pump.session.job
        if job is None or job.cancelling:
            cls.poll_message_set("Cancelled already" if job else "Nothing to cancel")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        pump.session.cancel()
        pump.wake()
        return {"FINISHED"}
