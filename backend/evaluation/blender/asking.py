"""The extension's buttons on order: Start, Generate with any of the panel's settings, Remove."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from backend.evaluation.blender.extension import Answer, BackendNotReady, Extension
from backend.evaluation.blender.scene import posed_body
from backend.evaluation.requests import parse_request

Array = np.ndarray


class Asking:
    """One Blender's extension; it shows one answer at a time."""

    def __init__(self, extension: Extension) -> None:
        self._extension = extension
        self._answer: Answer | None = None

    def start(self, log: str) -> None:
        self._extension.log_to(Path(log))
        try:
            self._extension.start_backend()
        except BackendNotReady as error:
            raise RuntimeError(f"{error.error['title']}: {error.error['detail']}") from error

    def generate(self, request: Mapping[str, Any], settings: Mapping[str, Any], seconds: float, out: str) -> dict:
        """What came of it. The bodies go to OUT-K.npz, K the candidate: `vertices`, `triangles` and the bone that moves
        each vertex most (`bones`) as Blender shows them; `bone_names` and `heads` (B, 3) of the posed armature.

        The first candidate stays in the scene until `remove`.
        """
        asked = parse_request({key: value for key, value in request.items() if value is not None})
        answer = self._extension.generate(asked, seconds, settings)
        if answer.error is None:
            self._answer = answer
            for k in range(answer.candidates):
                self._extension.show(answer, k)
                np.savez(f"{out}-{k}.npz", **_body(self._extension.people(answer)[0]))
            self._extension.show(answer, 0)
        return {
            "failure": answer.error, "seconds": answer.seconds, "longest_tick": answer.longest_tick,
            "reports": [dict(report) for report in answer.reports], "reading": answer.reading,
        }  # fmt: skip

    def remove(self) -> None:
        """Take the answer out of the scene."""
        if self._answer is not None:
            self._extension.remove(self._answer)
            self._answer = None


def _body(person: bpy.types.Object) -> dict[str, Array]:
    vertices, triangles, bones = posed_body(person)
    armature = person.find_armature()
    scale = bpy.context.scene.unit_settings.scale_length or 1.0
    heads = [armature.matrix_world @ bone.head for bone in armature.pose.bones]
    return {
        "vertices": vertices, "triangles": triangles, "bones": np.array(bones),
        "bone_names": np.array([bone.name for bone in armature.pose.bones]), "heads": np.array(heads) * scale,
    }  # fmt: skip
