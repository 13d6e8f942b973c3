"""What the user sets once: where the backend's Python is, where its log goes, whether Blenders share one backend."""

from __future__ import annotations

from pathlib import Path

import bpy

from . import compat

PACKAGE = __package__


class StaffagePreferences(bpy.types.AddonPreferences):
    bl_idname = PACKAGE

    python: bpy.props.StringProperty(
        name="Python",
        description="The Python that has the Staffage backend installed. Empty: found automatically",
        subtype="FILE_PATH",
    )
    log_path: bpy.props.StringProperty(
        name="Log File",
        description="Where the backend's messages go. Empty: a file in this extension's own folder",
        subtype="FILE_PATH",
    )
    reuse: bpy.props.BoolProperty(
        name="Share One Backend",
        description="Connect to a backend that already runs on this computer, and let other Blenders use ours",
        default=True,
    )

    def draw(self, context: bpy.types.Context) -> None:
        from .link import pump

        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        found = pump.session.python
        compat.text_field(layout, self, "python", f"In use: {found}" if found else "Found when the backend starts")
        row = layout.row(align=True)
        compat.text_field(row, self, "log_path", str(log_file(self)))
        row.operator("staffage.open_log", text="", icon="TEXT")
        layout.prop(self, "reuse")


def get() -> StaffagePreferences | None:
    """None while Blender is disabling the extension."""
    addon = bpy.context.preferences.addons.get(PACKAGE)
    return addon.preferences if addon else None


def log_file(preferences: StaffagePreferences | None) -> Path:
    if preferences and preferences.log_path:
        return Path(bpy.path.abspath(preferences.log_path))
    return Path(compat.extension_folder(PACKAGE, "log")) / "backend.log"


def register() -> None:
    bpy.utils.register_class(StaffagePreferences)


def unregister() -> None:
    bpy.utils.unregister_class(StaffagePreferences)
