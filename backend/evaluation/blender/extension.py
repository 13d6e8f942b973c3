"""The extension as users have it: installed from its zip, driven through its properties and operators.

Nothing here knows the extension's insides but its session, whose `tick` the timer would call in a real window.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
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
    """The extension did not get its backend to work; the message is what the panel would show."""


class Extension:
    @classmethod
    def install(cls, archive: Path, log: Path | None = None) -> Extension:
        """Install and enable the zip in this Blender's user folder."""
        addon_utils.enable("bl_pkg")
        bpy.ops.extensions.package_install_files(
            filepath=str(archive), repo="user_default", enable_on_install=True, overwrite=True
        )
        if MODULE not in bpy.context.preferences.addons:
            raise BackendNotReady(f"{archive.name} could not be enabled")
        if log is not None:
            bpy.context.preferences.addons[MODULE].preferences.log_path = str(log)
        return cls()

    @property
    def session(self) -> Any:
        return importlib.import_module(f"{MODULE}.link.pump").session

    def start_backend(self, on_progress: Callable[[str, float], None] = lambda stage, fraction: None) -> None:
        """Press Start and wait until the backend is ready."""
        bpy.ops.staffage.start_backend()
        told, deadline = "", time.monotonic() + START_SECONDS
        while self.session.state != "ready":
            self._tick()
            progress = self.session.progress
            if progress is not None and progress.stage != told:
                told = progress.stage
                on_progress(told, progress.fraction)
            if self.session.state in ("failed", "refused", "lost", "stopped") or time.monotonic() > deadline:
                raise BackendNotReady(f"{self.session.state}: {self.session.error}")

    def stop_backend(self) -> None:
        if self.session.state != "stopped":
            bpy.ops.staffage.stop_backend()

    def generate(self, request: EvaluationRequest, seconds: float) -> Answer:
        """Fill in the panel, press Generate, wait for the result to be inserted; Cancel after `seconds`."""
        scene = bpy.context.scene
        settings = scene.staffage
        settings.prompt, settings.where = request.prompt, request.where.upper()
        settings.candidates, settings.seed = request.candidates, request.seed
        scale = scene.unit_settings.scale_length or 1.0
        if request.at is not None:
            scene.cursor.location = [value / scale for value in request.at]
        if request.active:
            bpy.context.view_layer.objects.active = bpy.data.objects[request.active]
        before = set(self._results())
        begun = time.monotonic()
        longest, late = 0.0, False
        bpy.ops.staffage.generate()
        while self.session.state == "busy":
            longest = max(longest, self._tick())
            if not late and time.monotonic() - begun > seconds:
                late = True
                bpy.ops.staffage.cancel()
        taken = time.monotonic() - begun
        new = [result for result in self._results() if result not in before]
        if late or not new:
            error = _timed_out(seconds) if late else self._error()
            return Answer("", 0, (), taken, longest, error)
        result = self.session.results[new[0]]
        reports = tuple(
            {"action": own.action, "support": own.support, "reported": own.metrics, "warnings": list(own.warnings)}
            for own in result.candidates
        )
        return Answer(new[0], len(reports), reports, taken, longest, None, result.reading)

    def show(self, answer: Answer, index: int) -> None:
        """Browse to a candidate."""
        self._select(answer)
        bpy.ops.staffage.show_candidate(index=index)
        bpy.context.view_layer.update()

    def remove(self, answer: Answer) -> None:
        self._select(answer)
        bpy.ops.staffage.remove_result()
        bpy.context.view_layer.update()

    def people(self, answer: Answer) -> list[bpy.types.Object]:
        """The bodies of a result's candidate that is shown, in order."""
        bodies = [
            own for own in bpy.context.scene.objects if own.get("staffage_id") == answer.result and own.type == "MESH"
        ]
        return sorted(bodies, key=lambda own: own.get("staffage_part", own.name))

    def _select(self, answer: Answer) -> None:
        bpy.context.view_layer.objects.active = self.people(answer)[0]

    def _results(self) -> list[str]:
        return list(dict.fromkeys(own["staffage_id"] for own in bpy.context.scene.objects if "staffage_id" in own))

    def _error(self) -> dict[str, Any]:
        error = self.session.error
        if error is None:
            return {
                "code": "no_result",
                "title": "Nothing was inserted",
                "detail": "",
                "remedy": "",
                "retryable": False,
            }
        return {name: getattr(error, name) for name in ("code", "title", "detail", "remedy", "retryable")}

    def _tick(self) -> float:
        begun = time.perf_counter()
        self.session.tick()
        taken = time.perf_counter() - begun
        time.sleep(TICK_EVERY)
        return taken


def _timed_out(seconds: float) -> dict[str, Any]:
    return {"code": "timed_out", "title": "Took too long", "detail": f"No result within {seconds:.0f} s.",
            "remedy": "Try again with fewer candidates.", "retryable": True}  # fmt: skip
