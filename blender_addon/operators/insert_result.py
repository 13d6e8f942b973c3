"""Put a candidate of a result into the scene, as one undo step. Also what the timer calls when a result has arrived."""

from __future__ import annotations

import bpy

from ..link import pump
from ..scene import people, thumbnails


class STAFFAGE_OT_insert_result(bpy.types.Operator):
    bl_idname = "staffage.insert_result"
    bl_label = "Insert"
    bl_description = "Put the result into the scene"
    bl_options = {"INTERNAL", "UNDO"}

    result: bpy.props.StringProperty(name="Result", description="Its id; empty: the newest", options={"HIDDEN"})
    candidate: bpy.props.IntProperty(name="Candidate", default=0, min=0, options={"HIDDEN"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        reason = pump.why_not_change(context)
        if not reason and pump.session.newest is None:
            reason = "There is no result yet"
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def execute(self, context: bpy.types.Context) -> set[str]:
        stored = pump.session.results.get(self.result) if self.result else pump.session.newest
        if stored is None or self.candidate >= len(stored.candidates):
            self.report({"ERROR"}, "This result is no longer kept")
            return {"CANCELLED"}
        scene = bpy.data.scenes.get(stored.request.scene) or context.scene
        people.insert(scene, insertion(stored, self.candidate))
        if not bpy.app.background:
            _keep_pictures(stored)
        pump.session.inserted(stored.id)
        return {"FINISHED"}


def picture_name(result: str, candidate: int) -> str:
    """Of a candidate, among the thumbnails."""
    return f"candidate {result} {candidate}"


def _keep_pictures(stored) -> None:
    """Let the panel show the candidates; those of results that are gone are forgotten."""
    thumbnails.keep("candidate ", {f"candidate {one.id}" for one in pump.session.results})
    for number, candidate in enumerate(stored.candidates):
        if candidate.picture is not None:
            thumbnails.show(picture_name(stored.id, number), candidate.picture)


def insertion(stored, index: int) -> people.Insertion:
    """A stored result's candidate as `people.insert` wants it."""
    result = stored.result
    request, candidate = stored.request.as_json(), result.candidates[index]
    return people.Insertion(stored.id, request, result.rigs, result.patterns, candidate, index)
