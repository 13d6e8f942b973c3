"""What the user asks for."""

from __future__ import annotations

import bpy

from .. import compat
from ..link import pump
from ..properties import PHOTO, StaffageSettings
from ..scene import thumbnails
from .sidebar import Sidebar, duration, paragraph

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
        layout, settings, session = self.layout, context.scene.staffage, pump.session
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
        if session.job:
            _draw_progress(layout)
        else:
            row = layout.row()
            row.scale_y = 1.4
            row.operator("staffage.generate")
        if session.waiting:
            _draw_waiting(layout, context)
        elif session.notice and not session.job:
            paragraph(layout, context, session.notice, icon="INFO")


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


def _draw_progress(layout: bpy.types.UILayout) -> None:
    job = pump.session.job
    column = layout.column(align=True)
    row = column.row(align=True)
    row.scale_y = 1.4
    compat.progress_bar(row, job.fraction, job.stage)
    row.operator("staffage.cancel", text="", icon="X")
    text = duration(job.seconds_left)
    below = column.row()
    below.active = False
    below.label(text=text or " ")


def _draw_waiting(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    box = layout.box()
    paragraph(box, context, f"The result is ready. {pump.session.obstacle}.", icon="CHECKMARK", boxed=True)
    box.operator("staffage.insert_result").result = pump.session.waiting
