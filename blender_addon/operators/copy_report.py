"""Everything that whoever helps the user wants to know, as text in the clipboard."""

from __future__ import annotations

import platform

import bpy

from .. import preferences
from ..link import pump
from ..link.backend_process import log_tail
from ..version import VERSION


class STAFFAGE_OT_copy_report(bpy.types.Operator):
    bl_idname = "staffage.copy_report"
    bl_label = "Copy Report"
    bl_description = "Copy the error, the versions and the end of the log to the clipboard, for a bug report"
    bl_options = {"INTERNAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        context.window_manager.clipboard = report()
        self.report({"INFO"}, "Copied to the clipboard")
        return {"FINISHED"}


def report() -> str:
    session = pump.session
    lines = [
        f"Staffage {VERSION}, Blender {bpy.app.version_string}, {platform.platform()}, "
        f"Python {platform.python_version()}",
        f"Backend: {session.state}, Python: {session.python or 'not started from here'}",
    ]
    if session.link.client and session.link.client.welcome:
        welcome = session.link.client.welcome
        lines.append(f"Backend version {welcome.backend_version}, protocol {welcome.protocol}")
    if error := session.error:
        lines += [f"Error {error.code}: {error.title}", error.detail, error.remedy]
    lines += ["", "Log:", log_tail(preferences.log_file(preferences.get()), 60)]
    return "\n".join(lines)
