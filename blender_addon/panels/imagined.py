"""The pictures of the running request, as they are imagined or looked through, and the choice among them."""

from __future__ import annotations

import bpy

from ..link import pump
from ..scene import thumbnails
from .sidebar import Sidebar, paragraph

_SCALE = 5.5  # of an icon's height; two fit into a sidebar of the usual width


class STAFFAGE_PT_imagined(Sidebar, bpy.types.Panel):
    bl_idname = "STAFFAGE_PT_imagined"
    bl_label = "Pictures"
    bl_order = 104

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return pump.session.job is not None and bool(pump.session.job.imagined)

    def draw(self, context: bpy.types.Context) -> None:
        job, layout, choice = pump.session.job, self.layout, context.window_manager.staffage
        if job is None:
            return
        asked = job.review is not None and not job.cancelling
        if asked:
            paragraph(layout, context, "Untick pictures that show nobody, or the wrong thing.", icon="INFO")
            row = layout.row(align=True)
            row.scale_y = 1.4
            row.operator("staffage.go_on", text=f"Go On with {len(choice.kept)}")
            row.operator("staffage.cancel")
        grid = layout.grid_flow(columns=0, row_major=True, even_columns=True, even_rows=True, align=False)
        for view in sorted(job.imagined):
            cell = grid.column(align=True)
            cell.template_icon(icon_value=thumbnails.icon(pump.picture_name(view)), scale=_SCALE)
            label = job.imagined[view].note or f"{view + 1}"
            if asked and (picture := choice.of(view)):
                cell.prop(picture, "keep", text=label, translate=False)
            else:
                cell.label(text=label, translate=False)
