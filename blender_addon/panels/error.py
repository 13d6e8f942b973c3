"""The panel above the others that is there after an error: what went wrong, what to do, and the button that does it."""

from __future__ import annotations

import bpy

from ..link import pump
from ..protocol.errors import ErrorInfo
from .sidebar import Sidebar, paragraph

# What repairs an error: operators by its code. Generate is offered for all that may work a second time.
_REPAIRS = {
    "backend_missing": ("staffage.start_backend", "staffage.restart_backend"),
    "backend_lost": ("staffage.restart_backend",),
    "backend_start_failed": ("staffage.open_preferences", "staffage.restart_backend"),
    "protocol_mismatch": ("staffage.restart_backend",),
    "malformed_message": ("staffage.restart_backend",),
}
_RESTART = "staffage.restart_backend"
_BROKEN = ("lost", "failed", "refused")
_WITH_LOG = {"backend_lost", "backend_start_failed", "worker_died", "internal", "malformed_message"}


class STAFFAGE_PT_error(Sidebar, bpy.types.Panel):
    bl_idname = "STAFFAGE_PT_error"
    bl_label = ""
    bl_order = 100  # after the built-in tabs, whichever of our panels are shown

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return pump.session.error is not None

    def draw_header(self, context: bpy.types.Context) -> None:
        if error := pump.session.error:
            title = self.layout.row()
            title.alert = True
            title.label(text=error.title, icon="ERROR", translate=False)

    def draw(self, context: bpy.types.Context) -> None:
        error = pump.session.error
        if error is None:
            return
        if error.detail and error.detail != error.title:
            paragraph(self.layout, context, error.detail)
        if error.remedy:
            paragraph(self.layout, context, error.remedy, icon="INFO")
        _buttons(self.layout, error)


def _buttons(layout: bpy.types.UILayout, error: ErrorInfo) -> None:
    again = "staffage.generate_shape" if pump.session.asked == "shape" else "staffage.generate"
    repairs = _REPAIRS.get(error.code, (again,) if error.retryable else ())
    if pump.session.state == "stopped":
        repairs = tuple(name for name in repairs if name != _RESTART)
    elif error.code == "backend_missing" or (pump.session.state in _BROKEN and _RESTART not in repairs):
        repairs = (_RESTART,)
    row = layout.row(align=True)
    for name in repairs:
        row.operator(name, text="Try Again" if name == again else None)
    row.operator("staffage.dismiss_error")
    if error.code in _WITH_LOG:
        row = layout.row(align=True)
        row.operator("staffage.open_log", icon="TEXT")
        row.operator("staffage.copy_report", icon="COPYDOWN")
