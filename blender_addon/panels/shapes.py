"""What object the user asks for: by a picture, two of them, a sketch, or like the active object."""

from __future__ import annotations

import bpy

from .. import compat
from ..link import pump
from ..scene import thumbnails
from ..shape_properties import PICTURE, SECOND, StaffageShape
from . import progress
from .sidebar import Sidebar


class STAFFAGE_PT_shapes(Sidebar, bpy.types.Panel):
    bl_idname = "STAFFAGE_PT_shapes"
    bl_label = "Shape from Picture"
    bl_order = 103
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return pump.session.offers("ShapeRequest")

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, context.scene.staffage_shape
        _draw_picture(layout, settings, PICTURE, "picture", "A picture's file")
        options = layout.column()
        options.use_property_split = True
        options.use_property_decorate = False
        told = options.row(heading="It Is")
        told.prop(settings, "sketch", text="a Sketch")
        options.prop(settings, "use_crop")
        if settings.use_crop:
            edges = options.column(align=True)
            for name in ("left", "top", "right", "bottom"):
                edges.prop(settings, name)
        options.prop(settings, "use_second")
        if settings.use_second:
            _draw_picture(layout, settings, SECOND, "second", "The second picture's file")
            options = layout.column()
            options.use_property_split = True
            options.use_property_decorate = False
            options.prop(settings, "mix", slider=True)
        options.prop(settings, "where")
        options.prop(settings, "use_size")
        if settings.use_size:
            options.prop(settings, "size")
        options.prop(settings, "faces")
        options.prop(settings, "candidates")
        seed = options.row(align=True)
        seed.prop(settings, "seed")
        seed.operator("staffage.randomise_seed", text="", icon="FILE_REFRESH").shape = True
        progress.draw(layout, context, "staffage.generate_shape", shape=True)
        _draw_more(layout, context)


def _draw_picture(layout: bpy.types.UILayout, settings: StaffageShape, thumbnail: str, name: str, hint: str) -> None:
    """A file, or an image that is in this Blender file; the latter wins."""
    image = getattr(settings, name)
    box = layout.box().column()
    if icon := _icon(image, thumbnail):
        box.template_icon(icon_value=icon, scale=6.0)
    row = box.row()
    row.active = image is None
    compat.text_field(row, settings, f"{name}_path", hint, label="")
    box.prop(settings, name, text="", icon="IMAGE_DATA")


def _icon(image: bpy.types.Image | None, thumbnail: str) -> int:
    """Of the chosen picture; 0 if there is none. Blender makes an image's beside what the user does."""
    if image is None:
        return thumbnails.icon(thumbnail)
    preview = image.preview_ensure()
    return preview.icon_id if preview else 0


def _draw_more(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    active = context.view_layer.objects.active
    name = f"More Like “{active.name}”" if active else "More Like This"
    layout.operator("staffage.more_like_this", text=name, translate=False, icon="DUPLICATE")
