"""Take a result out of the scene, as one undo step."""

from __future__ import annotations

import bpy

from ..link import pump
from ..scene import identity, people


class STAFFAGE_OT_remove_result(bpy.types.Operator):
    bl_idname = "staffage.remove_result"
    bl_label = "Remove"
    bl_description = "Take this result out of the scene"
    bl_options = {"INTERNAL", "UNDO"}

    result: bpy.props.StringProperty(name="Result", description="Its id; empty: the one meant", options={"HIDDEN"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        reason = pump.why_not_change(context)
        if not reason and not identity.current_result(context):
            reason = "There is no result in this scene"
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def execute(self, context: bpy.types.Context) -> set[str]:
        done = people.remove(context.scene, self.result or identity.current_result(context))
        return {"FINISHED"} if done else {"CANCELLED"}
