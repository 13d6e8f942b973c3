"""Send the request that the panel describes."""

from __future__ import annotations

import bpy

from ..link import pump
from ..link.jobs import Request
from ..protocol.errors import StaffageError


class STAFFAGE_OT_generate(bpy.types.Operator):
    bl_idname = "staffage.generate"
    bl_label = "Generate"
    bl_description = "Put the people that the prompt describes into this scene"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if reason := pump.session.can_generate or _missing(context):
            cls.poll_message_set(reason)
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        settings = context.scene.staffage
        request = Request(
            prompt=settings.prompt.strip(),
            where=settings.where.lower(),
            candidates=settings.candidates,
            seed=settings.seed,
            clothes=settings.clothes,
            hair=settings.hair,
            scene=context.scene.name,
            view_layer=context.view_layer.name,
        )
        try:
            pump.session.generate(request)
        except StaffageError as error:
            self.report({"ERROR"}, error.detail)
            return {"CANCELLED"}
        pump.wake()
        return {"FINISHED"}


def _missing(context: bpy.types.Context) -> str:
    settings = context.scene.staffage
    if not settings.prompt.strip():
        return "Write into the prompt who does what, for example: a woman sitting on the sofa"
    if settings.where == "ACTIVE" and context.view_layer.objects.active is None:
        return "No object is active: click the one that is meant, or choose another place"
    return ""
