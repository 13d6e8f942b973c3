"""The result that the user means, in the scene: which candidate it is, how good it is, the others."""

from __future__ import annotations

import json

import bpy

from ..link import pump
from ..link.jobs import StoredResult
from ..operators.insert_result import picture_name
from ..scene import identity, thumbnails
from .figures import summary
from .sidebar import Sidebar, paragraph


class STAFFAGE_PT_result(Sidebar, bpy.types.Panel):
    bl_idname = "STAFFAGE_PT_result"
    bl_label = "Result"
    bl_order = 105

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return bool(identity.current_result(context)) or pump.session.newest is not None

    def draw(self, context: bpy.types.Context) -> None:
        result = identity.current_result(context)
        if result:
            _draw_result(self.layout, context, result)
        elif not pump.session.waiting:
            _draw_removed(self.layout, context, pump.session.newest)


def _draw_result(layout: bpy.types.UILayout, context: bpy.types.Context, result: str) -> None:
    collection = identity.collection_of(context.scene, result)
    stored = pump.session.results.get(result)
    index = int(collection[identity.CANDIDATE])
    request = json.loads(collection[identity.REQUEST])
    paragraph(layout, context, f"“{request['prompt'] or request.get('photo_name', '')}”", most=3)
    _draw_browser(layout, index, len(stored.candidates) if stored else 0)
    if stored:
        _draw_pictures(layout, stored, index)
    if stored and index < len(stored.candidates):
        candidate = stored.candidates[index]
        details = layout.column(align=True)
        told = [candidate.action.capitalize(), candidate.support, f"seed {request['seed']}"]
        paragraph(details, context, " · ".join(item for item in told if item))
        if figures := summary(candidate.metrics):
            paragraph(details, context, figures)
        for warning in candidate.warnings:
            paragraph(layout, context, warning, icon="ERROR")
    else:
        paragraph(layout, context, f"Seed {request['seed']}")
    layout.operator("staffage.remove_result", icon="TRASH")


def _draw_browser(layout: bpy.types.UILayout, index: int, count: int) -> None:
    """Blender draws the buttons grey, with the reason, where there is nothing to browse."""
    row = layout.row(align=True)
    row.operator("staffage.show_candidate", text="", icon="TRIA_LEFT").index = (index - 1) % max(count, 1)
    middle = row.row(align=True)
    middle.alignment = "CENTER"
    middle.label(text=f"Candidate {index + 1} of {count}" if count else f"Candidate {index + 1}")
    row.operator("staffage.show_candidate", text="", icon="TRIA_RIGHT").index = (index + 1) % max(count, 1)


def _draw_pictures(layout: bpy.types.UILayout, stored: StoredResult, index: int) -> None:
    """Candidates that can be told apart at a glance: a press shows one in the scene."""
    icons = [thumbnails.icon(picture_name(stored.id, number)) for number in range(len(stored.candidates))]
    if not any(icons):
        return
    grid = layout.grid_flow(columns=0, row_major=True, even_columns=True, even_rows=True, align=True)
    for number, icon in enumerate(icons):
        cell = grid.column(align=True)
        cell.template_icon(icon_value=icon, scale=4.0)
        shown = cell.operator("staffage.show_candidate", text=f"{number + 1}", depress=number == index, translate=False)
        shown.index = number


def _draw_removed(layout: bpy.types.UILayout, context: bpy.types.Context, stored: StoredResult) -> None:
    paragraph(layout, context, f"“{stored.request.title}” is not in this scene.", most=3)
    layout.operator("staffage.insert_result", text="Insert Again").result = stored.id
