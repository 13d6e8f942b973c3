"""The extension as users have it: installed from its zip, driven through its properties and operators.

Nothing here knows the extension's insides but its session, whose `tick` the timer would call in a real window.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import addon_utils
import bpy

from backend.evaluation.requests import EvaluationRequest

MODULE = "bl_ext.user_default.staffage"
START_SECONDS = 600.0  # the first start on a machine builds the body model's cache
TICK_EVERY = 0.02


@dataclass(frozen=True)
class Answer:
    """What came of one Generate."""

    result: str  # id of the inserted result; empty on error
    candidates: int
    reports: tuple[dict[str, Any], ...]  # per candidate: what the backend says of it
    seconds: float
    longest_tick: float  # seconds
    error: dict[str, Any] | None
    reading: str = ""


class BackendNotReady(RuntimeError):
    """The extension did not get its backend to work; `error` is what the panel shows."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["title"])
        self.error = error


class Extension:
    @classmethod
    def install(cls, archive: Path, log: Path | None = None) -> Extension:
        """Install and enable the zip in this Blender's user folder."""
        addon_utils.enable("bl_pkg")
        bpy.ops.extensions.package_install_files(
            filepath=str(archive), repo="user_default", enable_on_install=True, overwrite=True
        )
        if MODULE not in bpy.context.preferences.addons:
            raise RuntimeError(f"{archive.name} could not be enabled")
        made = cls()
        if log is not None:
            made.log_to(log)
        return made

    def log_to(self, path: Path) -> None:
        """Where the backend that it starts writes."""
        bpy.context.preferences.addons[MODULE].preferences.log_path = str(path)

    @property
    def session(self) -> Any:
        return importlib.import_module(f"{MODULE}.link.pump").session

    def start_backend(self, on_progress: Callable[[str, float], None] = lambda stage, fraction: None) -> None:
        """Press Start and wait until the backend is ready."""
        bpy.ops.staffage.start_backend()
        told, deadline = "", time.monotonic() + START_SECONDS
        while self.session.state != "ready":
            self._tick()
            if self.session.link.stage != told:
                told = self.session.link.stage
                on_progress(told, self.session.link.fraction or 0.0)
            if self.session.state in ("failed", "refused", "lost", "stopped") or time.monotonic() > deadline:
                raise BackendNotReady(self._error())

    def stop_backend(self) -> None:
        if self.session.state != "stopped":
            bpy.ops.staffage.stop_backend()

    def generate(self, request: EvaluationRequest, seconds: float, settings: Mapping[str, Any] | None = None) -> Answer:
        """Fill in the panel, press Generate, wait for the result to be inserted; Cancel after `seconds`.

        `settings`: what else the panel says, by the names of its properties.
        """
        cursor = bpy.context.scene.cursor
        before = cursor.location.copy()
        self._fill_in(request)
        for name, value in (settings or {}).items():
            setattr(bpy.context.scene.staffage, name, value)
        try:
            return self.press(bpy.ops.staffage.generate, seconds)
        finally:
            # The next request is asked of the scene as it was opened: a cursor that stays where this one wanted it
            # would draw whoever comes next.
            cursor.location = before

    def press(self, button: Callable[[], object], seconds: float) -> Answer:
        """Press a button that asks for something, wait for the result to be inserted; Cancel after `seconds`."""
        begun = time.monotonic()
        before = self.session.newest
        try:
            button()
        except RuntimeError as error:  # the button is disabled, and says why
            return Answer(
                "", 0, (), 0.0, 0.0, _failure("not_possible", "Generate cannot be pressed", str(error).strip())
            )
        longest, late = 0.0, False
        while self.session.job or self.session.waiting:
            longest = max(longest, self._tick())
            if not late and time.monotonic() - begun > seconds:
                late = True
                bpy.ops.staffage.cancel()
        taken, stored = time.monotonic() - begun, self.session.newest
        if stored is None or stored is before:
            late_error = _failure("timed_out", "Took too long", f"No result within {seconds:.0f} s.")
            return Answer("", 0, (), taken, longest, late_error if late else self._error())
        reports = tuple(
            {
                "action": own.action,
                "support": own.support,
                "reported": own.metrics,
                "warnings": list(own.warnings),
                "phenotypes": [person.phenotype for person in own.people],
            }
            for own in stored.result.candidates
        )
        return Answer(stored.id, len(reports), reports, taken, longest, None, stored.result.reading)

    def show(self, answer: Answer, index: int) -> None:
        """Browse to a candidate."""
        if answer.candidates > 1:
            bpy.ops.staffage.show_candidate(index=index, result=answer.result)
        bpy.context.view_layer.update()

    def remove(self, answer: Answer) -> None:
        bpy.ops.staffage.remove_result(result=answer.result)
        bpy.context.view_layer.update()

    def people(self, answer: Answer) -> list[bpy.types.Object]:
        """The bodies of a result's candidate that is shown, in order; not what they wear."""
        bodies = [own for own in self.shown(answer) if own.get("staffage_part", "/body").endswith("/body")]
        return sorted(bodies, key=lambda own: own.get("staffage_part", own.name))

    def shown(self, answer: Answer) -> list[bpy.types.Object]:
        """All meshes of a result's candidate that is shown: bodies and what they wear."""
        return [
            own for own in bpy.context.scene.objects if own.get("staffage_id") == answer.result and own.type == "MESH"
        ]

    def _fill_in(self, request: EvaluationRequest) -> None:
        scene = bpy.context.scene
        settings = scene.staffage
        settings.prompt, settings.where = request.prompt, request.where.upper()
        settings.candidates, settings.seed = request.candidates, request.seed
        scale = scene.unit_settings.scale_length or 1.0
        if request.at is not None:
            scene.cursor.location = [value / scale for value in request.at]
        if request.active:
            bpy.context.view_layer.objects.active = bpy.data.objects[request.active]

    def _error(self) -> dict[str, Any]:
        error = self.session.error
        if error is None:
            return _failure("no_result", "Nothing was inserted", self.session.notice)
        return {name: getattr(error, name) for name in ("code", "title", "detail", "remedy", "retryable")}

    def _tick(self) -> float:
        begun = time.perf_counter()
        self.session.tick()
        taken = time.perf_counter() - begun
        time.sleep(TICK_EVERY)
        return taken


def _failure(code: str, title: str, detail: str) -> dict[str, Any]:
    return {"code": code, "title": title, "detail": detail, "remedy": "", "retryable": False}
