"""What the user asks for."""

from __future__ import annotations

import bpy

from .. import compat
from ..properties import PHOTO, StaffageSettings
from ..scene import thumbnails
from . import progress
from .sidebar import Sidebar

_PLACEHOLDERS = {
    "HUMANS": "a woman sitting on the sofa",
    "IMAGINE": "a man doing a handstand on the table",
    "PHOTO": "on the sofa, or nothing",
}


class STAFFAGE_PT_people(Sidebar, bpy.types.Panel):
    bl_idname = "STAFFAGE_PT_people"
    bl_label = "People"
    bl_order = 102

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, context.scene.staffage
        layout.row().prop(settings, "source", expand=True)
        if settings.source == "PHOTO":
            _draw_photo(layout, settings)
        compat.text_field(layout, settings, "prompt", _PLACEHOLDERS[settings.source], label="")
        options = layout.column()
        options.use_property_split = True
        options.use_property_decorate = False
        options.prop(settings, "where")
        options.prop(settings, "candidates")
        seed = options.row(align=True)
        seed.prop(settings, "seed")
        seed.operator("staffage.randomise_seed", text="", icon="FILE_REFRESH")
        if settings.source == "IMAGINE":
            _draw_imagination(options, settings)
        looks = options.row(heading="With")
        looks.prop(settings, "clothes", toggle=False)
        looks.prop(settings, "hair", toggle=False)
        progress.draw(layout, context, "staffage.generate", shape=False)


def _draw_imagination(options: bpy.types.UILayout, settings: StaffageSettings) -> None:
    column = options.column(align=True)
    column.prop(settings, "views")
    column.prop(settings, "imaginations")
    options.prop(settings, "engine")
    options.prop(settings, "review")


def _draw_photo(layout: bpy.types.UILayout, settings: StaffageSettings) -> None:
    """A file, or an image that is in this Blender file; the latter wins."""
    box = layout.box().column()
    if icon := _icon(settings):
        box.template_icon(icon_value=icon, scale=6.0)
    row = box.row()
    row.active = settings.photo is None
    compat.text_field(row, settings, "photo_path", "A photo's file", label="")
    box.prop(settings, "photo", text="", icon="IMAGE_DATA")


def _icon(settings: StaffageSettings) -> int:
    """Of the chosen photo; 0 if there is none. Blender makes an image's beside what the user does."""
    if settings.photo is None:
        return thumbnails.icon(PHOTO)
    preview = settings.photo.preview_ensure()
    return preview.icon_id if preview else 0
