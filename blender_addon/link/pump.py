"""The one timer, and Blender as the session's host. `session` is what panels and operators talk to."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import bpy

from .. import compat, preferences
from ..protocol.messages import Hello, Imagined, Preview, Review, Survey
from ..protocol.version import PROTOCOL_VERSION
from ..scene import preview as preview_drawing
from ..scene import snapshot, survey, thumbnails
from ..version import VERSION
from .backend_link import Options
from .budget import Budget
from .jobs import Request
from .session import Session

log = logging.getLogger(__name__)

_REDRAW_EVERY_S = 0.1


class BlenderHost:
    """See `session.Host`."""

    def __init__(self) -> None:
        # Modal operators that ran when the user asked: they belong to add-ons that always run one, such as those that
        # show pressed keys, and are no reason to wait.
        self._usual_modals: frozenset[str] = frozenset()

    def options(self) -> Options:
        chosen = preferences.get()
        return Options(
            hello=Hello(PROTOCOL_VERSION, "blender", VERSION, bpy.app.version_string),
            python=bpy.path.abspath(chosen.python) if chosen else "",
            log_file=preferences.log_file(chosen),
            folder=Path(compat.extension_folder(preferences.PACKAGE, "backend", create=True)),
            share=chosen.reuse if chosen else True,
        )

    def gather(self, request: Request, budget: Budget) -> Generator[float, None, Any]:
        running = compat.modal_operators()
        self._usual_modals = frozenset(name for name in running if not name.startswith("TRANSFORM_OT_"))
        place = snapshot.Place(request.scene, request.view_layer, request.where, request.prompt, request.needs)
        return snapshot.gather(place, budget)

    def obstacle(self) -> str:
        if reason := why_not_change(bpy.context):
            return reason
        if compat.modal_operators() - self._usual_modals:
            return "Finish the running operation first"
        return ""

    def insert(self, result: str) -> None:
        window = next(iter(bpy.context.window_manager.windows), None)
        with bpy.context.temp_override(window=bpy.context.window or window):
            bpy.ops.staffage.insert_result("EXEC_DEFAULT", True, result=result, candidate=0)

    def show_preview(self, preview: Preview | None) -> None:
        if preview is None:
            preview_drawing.clear()
        else:
            preview_drawing.show(preview)

    def cannot_render(self) -> str:
        if compat.rendering():
            return "Blender is rendering"
        if compat.modal_operators() - self._usual_modals:
            return "An operation is running"
        return ""

    def render(self, request: Request, wanted: Survey, first: int) -> Sequence[survey.Shot]:
        return survey.render(request.scene, request.view_layer, wanted, first)

    def show_imagined(self, imagined: Imagined) -> None:
        if not bpy.app.background:
            thumbnails.show(picture_name(imagined.view), imagined.pixels)

    def ask(self, review: Review) -> None:
        bpy.context.window_manager.staffage.ask(review)

    def forget_pictures(self) -> None:
        bpy.context.window_manager.staffage.pictures.clear()
        thumbnails.clear(_IMAGINED)


_IMAGINED = "imagined "


def picture_name(view: int) -> str:
    """Of an imagined picture, among the thumbnails."""
    return f"{_IMAGINED}{view}"


def why_not_change(context: bpy.types.Context) -> str:
    """Why our operators cannot change the scene now, for poll messages; empty if they can."""
    if compat.rendering():
        return "Blender is rendering"
    if context.mode != "OBJECT":
        return "Return to Object Mode first"
    return ""


session = Session(BlenderHost())
_drawn = {"revision": -1, "at": 0.0}


def tick() -> float:
    """The timer's body. Whatever goes wrong, the timer lives on."""
    try:
        wait = session.tick()
        _redraw()
    except Exception:
        log.exception("timer")
        wait = 1.0
    return wait


def wake() -> None:
    """Let the next tick come now: after a button, nobody wants to wait for the idle rhythm."""
    if bpy.app.timers.is_registered(tick):
        bpy.app.timers.unregister(tick)
    bpy.app.timers.register(tick, first_interval=0.0, persistent=True)


def _redraw() -> None:
    """Let the sidebars (and the views, for a preview) draw again, at most ten times a second."""
    now = time.monotonic()
    if session.revision == _drawn["revision"] or now - _drawn["at"] < _REDRAW_EVERY_S:
        return
    _drawn.update(revision=session.revision, at=now)
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                area.tag_redraw()


@bpy.app.handlers.persistent
def _before_load(*_: Any) -> None:
    session.forget_scene()


def register() -> None:
    global session
    session = Session(BlenderHost())
    bpy.app.handlers.load_pre.append(_before_load)
    bpy.app.timers.register(tick, first_interval=0.5, persistent=True)


def unregister() -> None:
    if bpy.app.timers.is_registered(tick):
        bpy.app.timers.unregister(tick)
    with contextlib.suppress(ValueError):  # somebody has cleared all handlers
        bpy.app.handlers.load_pre.remove(_before_load)
    session.close()
