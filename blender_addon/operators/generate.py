"""Send the request that the panel describes."""

from __future__ import annotations

import bpy

from ..link import pump
from ..link.jobs import Request
from ..protocol.errors import StaffageError
from ..scene import photo


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
        try:
            pump.session.generate(_request(context))
        except StaffageError as error:
            self.report({"ERROR"}, " ".join(filter(None, (error.detail or error.title, error.remedy))))
            return {"CANCELLED"}
        pump.wake()
        return {"FINISHED"}


def _request(context: bpy.types.Context) -> Request:
    settings = context.scene.staffage
    kind = settings.source.lower()
    chosen = (settings.photo, settings.photo_path)
    return Request(
        prompt=settings.prompt.strip(),
        where=settings.where.lower(),
        candidates=settings.candidates,
        seed=settings.seed,
        clothes=settings.clothes,
        hair=settings.hair,
        scene=context.scene.name,
        view_layer=context.view_layer.name,
        kind=kind,
        views=settings.views,
        imaginations=settings.imaginations,
        engine=settings.engine.lower(),
        review=settings.review,
        photo=photo.chosen(*chosen) if kind == "photo" else None,
        photo_name=photo.name_of(*chosen) if kind == "photo" else "",
    )


def _missing(context: bpy.types.Context) -> str:
    settings = context.scene.staffage
    if settings.source == "PHOTO":
        if not photo.name_of(settings.photo, settings.photo_path):
            return "Choose a photo that shows one person from head to foot"
    elif not settings.prompt.strip():
        return "Write into the prompt who does what, for example: a woman sitting on the sofa"
    if settings.where == "ACTIVE" and context.view_layer.objects.active is None:
        return "No object is active: click the one that is meant, or choose another place"
    return ""
