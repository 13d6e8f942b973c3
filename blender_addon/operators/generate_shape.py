"""Ask for an object: as in the panel's picture, or like the active one."""

from __future__ import annotations

import bpy

from ..link import pump
from ..link.jobs import Request
from ..link.shape_options import ShapeOptions
from ..protocol.errors import StaffageError
from ..scene import photo
from ..scene.snapshot import unit_scale


class STAFFAGE_OT_generate_shape(bpy.types.Operator):
    bl_idname = "staffage.generate_shape"
    bl_label = "Make Shape"
    bl_description = "Make the object that the picture shows, and put it into this scene"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if reason := pump.session.can_generate or missing(context) or without_place(context):
            cls.poll_message_set(reason)
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        return _send(self, context, like="")


class STAFFAGE_OT_more_like_this(bpy.types.Operator):
    bl_idname = "staffage.more_like_this"
    bl_label = "More Like This"
    bl_description = "Make objects that resemble the active one, and put one of them into this scene"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        reason = pump.session.can_generate
        active = context.view_layer.objects.active
        if not reason and (active is None or active.type not in _WITH_FACES):
            reason = "Click an object with faces first"
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def execute(self, context: bpy.types.Context) -> set[str]:
        return _send(self, context, like=context.view_layer.objects.active.name)


CLASSES = (STAFFAGE_OT_generate_shape, STAFFAGE_OT_more_like_this)
_WITH_FACES = {"MESH", "CURVE", "SURFACE", "META", "FONT"}


def _send(operator: bpy.types.Operator, context: bpy.types.Context, like: str) -> set[str]:
    try:
        pump.session.generate(_request(context, like))
    except StaffageError as error:
        operator.report({"ERROR"}, " ".join(filter(None, (error.detail or error.title, error.remedy))))
        return {"CANCELLED"}
    pump.wake()
    return {"FINISHED"}


def _request(context: bpy.types.Context, like: str) -> Request:
    settings = context.scene.staffage_shape
    first = None if like else photo.chosen(settings.picture, settings.picture_path, alpha=True)
    mixed = settings.use_second and not like
    second = photo.chosen(settings.second, settings.second_path, alpha=True) if mixed else None
    title = f"Like {like}" if like else photo.name_of(settings.picture, settings.picture_path)
    # More of a thing goes beside it: on top of itself is nowhere to be wanted.
    where = "cursor" if like else settings.where.lower()
    return Request(
        prompt="",
        where=where,
        candidates=settings.candidates,
        seed=settings.seed,
        scene=context.scene.name,
        view_layer=context.view_layer.name,
        kind="shape",
        photo_name=title,
        shape=ShapeOptions(
            first, second, settings.crop, like, settings.mix, settings.sketch and not like, settings.faces,
            settings.size * unit_scale(context.scene) if settings.use_size and not like else 0.0,
        ),
    )  # fmt: skip


def missing(context: bpy.types.Context) -> str:
    """What the panel lacks, in words for the user."""
    settings = context.scene.staffage_shape
    if not photo.name_of(settings.picture, settings.picture_path):
        return "Choose a picture of one object"
    if settings.use_second and not photo.name_of(settings.second, settings.second_path):
        return "Choose the second picture, or untick “Mix With”"
    if settings.use_crop and not (settings.left < settings.right and settings.top < settings.bottom):
        return "The crop leaves nothing of the picture"
    return ""


def without_place(context: bpy.types.Context) -> str:
    """Why the object cannot go where the panel says."""
    if context.scene.staffage_shape.where == "ACTIVE" and context.view_layer.objects.active is None:
        return "No object is active: click the one that is meant, or choose the 3D cursor"
    return ""
