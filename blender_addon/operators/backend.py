"""Start, stop and restart the backend."""

from __future__ import annotations

import bpy

from ..link import pump


class STAFFAGE_OT_start_backend(bpy.types.Operator):
    bl_idname = "staffage.start_backend"
    bl_label = "Start"
    bl_description = "Start the backend on this computer, or connect to the one that runs already"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if pump.session.state in ("starting", "ready", "busy"):
            cls.poll_message_set("The backend runs already")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        pump.session.start()
        pump.wake()
        return {"FINISHED"}


class STAFFAGE_OT_stop_backend(bpy.types.Operator):
    bl_idname = "staffage.stop_backend"
    bl_label = "Stop"
    bl_options = {"INTERNAL"}

    @classmethod
    def description(cls, context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        link = pump.session.link
        if link.others:
            return "Disconnect; other programs use the backend, which ends with the last of them"
        if link.own:
            return "End the backend that this Blender has started"
        return "Disconnect; the backend belongs to another program and runs on"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if pump.session.state == "stopped":
            cls.poll_message_set("The backend does not run")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        pump.session.stop()
        pump.wake()
        return {"FINISHED"}


class STAFFAGE_OT_restart_backend(bpy.types.Operator):
    bl_idname = "staffage.restart_backend"
    bl_label = "Restart"
    bl_options = {"INTERNAL"}

    @classmethod
    def description(cls, context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        also = "; what it computes for other programs is lost" if pump.session.link.others else ""
        return f"End the backend if it still runs, and start it anew{also}"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if pump.session.state == "stopped":
            cls.poll_message_set("The backend does not run: press Start")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        pump.session.restart()
        pump.wake()
        return {"FINISHED"}


CLASSES = (STAFFAGE_OT_start_backend, STAFFAGE_OT_stop_backend, STAFFAGE_OT_restart_backend)
