"""Whether there is a backend, and why not."""

from __future__ import annotations

import bpy

from .. import compat
from ..link import pump
from .sidebar import Sidebar, duration, paragraph

# State → word, icon.
_STATES = {
    "stopped": ("Not running", "RADIOBUT_OFF"),
    "starting": ("Starting", "SORTTIME"),
    "ready": ("Ready", "CHECKMARK"),
    "busy": ("Working", "PLAY"),
    "lost": ("Stopped unexpectedly", "CANCEL"),
    "failed": ("Did not start", "CANCEL"),
    "refused": ("Does not match this extension", "CANCEL"),
}


class STAFFAGE_PT_backend(Sidebar, bpy.types.Panel):
    bl_idname = "STAFFAGE_PT_backend"
    bl_label = "Backend"
    bl_order = 101

    def draw(self, context: bpy.types.Context) -> None:
        layout, session = self.layout, pump.session
        word, icon = _STATES[session.state]
        row = layout.row()
        row.label(text=word, icon=icon)
        buttons = row.row(align=True)
        buttons.alignment = "RIGHT"
        if session.state == "stopped":
            buttons.operator("staffage.start_backend")
            paragraph(layout, context, "Start it to generate people. It runs on this computer and ends with Blender.")
        elif session.link.client is None and session.state != "starting":
            buttons.operator("staffage.restart_backend")
        else:
            leaves = session.link.client is not None and (session.link.others or not session.link.own)
            buttons.operator("staffage.stop_backend", text="Leave" if leaves else "Stop")
            buttons.operator("staffage.restart_backend", text="", icon="FILE_REFRESH")
        if session.state == "starting":
            _draw_start(layout, context)
        elif session.state in ("ready", "busy"):
            _draw_figures(layout, context)


def _draw_start(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    link = pump.session.link
    if link.fraction:
        compat.progress_bar(layout, link.fraction, link.stage)
        if left := duration(link.seconds_left):
            layout.label(text=left)
    else:
        paragraph(layout, context, f"{link.stage} …")


def _draw_figures(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    link = pump.session.link
    if link.status is None:
        return
    whose = "Runs with this Blender" if link.own else "Started by another program"
    size = link.status.resident_bytes / 2**30
    column = layout.column()
    column.active = False
    column.label(text=f"{whose}, {size:.1f} GB", translate=False)
    if link.others:
        who = "Another program uses it" if link.others == 1 else f"{link.others} other programs use it"
        paragraph(column, context, f"{who}, too: Leave lets it run on for them, Restart interrupts their work.")
