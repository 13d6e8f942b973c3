"""Exchange the candidate that is in the scene for another one of the same result, as one undo step."""

from __future__ import annotations

import bpy

from ..link import pump
from ..scene import identity, people
from .insert_result import insertion


class STAFFAGE_OT_show_candidate(bpy.types.Operator):
    bl_idname = "staffage.show_candidate"
    bl_label = "Show Candidate"
    bl_options = {"INTERNAL", "UNDO"}

    index: bpy.props.IntProperty(name="Index", description="Counted from 0; past the end it begins anew")
    result: bpy.props.StringProperty(name="Result", description="Its id; empty: the one meant", options={"HIDDEN"})

    @classmethod
    def description(cls, context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        return f"Show candidate {properties.index + 1} instead; what you changed on this one by hand is lost"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        reason = pump.why_not_change(context)
        result = "" if reason else identity.current_result(context)
        if not reason and not result:
            reason = "There is no result in this scene"
        stored = pump.session.results.get(result)
        if not reason and stored is None:
            reason = "Its other candidates were kept until Blender closed; the same seed gives them again"
        if not reason and len(stored.candidates) < 2:
            reason = "There is only one candidate"
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def execute(self, context: bpy.types.Context) -> set[str]:
        stored = pump.session.results.get(self.result or identity.current_result(context))
        if stored is None:
            self.report({"ERROR"}, "This result is no longer kept")
            return {"CANCELLED"}
        people.insert(context.scene, insertion(stored, self.index % len(stored.candidates)))
        return {"FINISHED"}
