"""How far the running request is, and what became of the last one: in the panel that asked for it."""

from __future__ import annotations

import bpy

from .. import compat
from ..link import pump
from .sidebar import duration, paragraph


def draw(layout: bpy.types.UILayout, context: bpy.types.Context, generate: str, *, shape: bool) -> None:
    """The button `generate`, or the progress in its place; below it what the last request of this panel left."""
    job, session = pump.session.job, pump.session
    ours = (session.asked == "shape") == shape
    if job and ours:
        _draw_progress(layout)
    else:
        row = layout.row()
        row.scale_y = 1.4
        row.operator(generate)
    if not ours:
        return
    if session.waiting:
        _draw_waiting(layout, context)
    elif session.notice and not job:
        paragraph(layout, context, session.notice, icon="INFO")


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
