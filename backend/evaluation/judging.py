"""From the arrays that Blender left to the figures of every candidate."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from backend.place.box import Box
from backend.place.field import build_field
from backend.place.scene import Scene
from protocol.codec import mesh_hash
from protocol.errors import ErrorInfo
from protocol.messages import Mesh, SceneObject, Snapshot

from .metrics import Body, Metrics, Place, measure, overlaps
from .requests import EvaluationRequest

log = logging.getLogger(__name__)

Array = np.ndarray
VOXEL = 0.01  # metres: finer than the fitter's field
MARGIN = 0.15  # metres of open space around the body that its field includes


class Judge:
    """Knows one scene; judges bodies in it."""

    def __init__(self, work: Path) -> None:
        self._work = work
        self.place = load_place(work / "scene.npz")
        self._scene = scene_of(self.place)

    def candidate(self, request: EvaluationRequest, index: int, k: int, people: list[str]) -> dict[str, Any]:
        """Metrics of every person of a candidate, and what keeps it from being good."""
        bodies = [load_body(self._work / f"{index}_{k}_{number}.npz") for number in range(len(people))]
        figures: list[Metrics] = []
        for body, overlap in zip(bodies, overlaps(bodies), strict=True):
            found = measure(body, self.place, self._sign_near(body), support=request.support, touch=request.touch)
            figures.append(replace(found, overlap=overlap))
        failures = [failure for figure in figures for failure in figure.failures()]
        return {
            "good": not failures,
            "failures": failures,
            "metrics": [{"person": name, **figure.as_json()} for name, figure in zip(people, figures, strict=True)],
        }

    def _sign_near(self, body: Body) -> Callable[[Array], Array]:
        import torch

        low, high = body.vertices.min(axis=0) - MARGIN, body.vertices.max(axis=0) + MARGIN
        field = build_field(self._scene, Box(low, high), voxel=VOXEL)
        return lambda points: field.sample(torch.from_numpy(points.astype(np.float32))).numpy()


def load_place(path: Path) -> Place:
    data = np.load(path)
    return Place(tuple(str(name) for name in data["names"]), data["corners"].astype(np.float32), data["object_index"])


def load_body(path: Path) -> Body:
    data = np.load(path)
    return Body(data["vertices"], data["triangles"], [str(name) for name in data["bones"]])


def scene_of(place: Place) -> Scene:
    """The same geometry as `backend.place` reads it, each object in world space."""
    objects, meshes = [], {}
    for index, name in enumerate(place.names):
        corners = place.corners[place.object_index == index]
        vertices = np.ascontiguousarray(corners.reshape(-1, 3))
        triangles = np.arange(len(vertices), dtype=np.int32).reshape(-1, 3)
        key = mesh_hash(vertices, triangles)
        meshes[key] = Mesh(key, vertices, triangles)
        objects.append(SceneObject(name, key, np.eye(4), np.full(3, 0.5, np.float32)))
    return Scene.from_snapshot(Snapshot(tuple(objects), np.zeros(3, np.float32)), meshes)


def judge_event(judge: Judge, request: EvaluationRequest, event: dict[str, Any]) -> dict[str, Any]:
    """A report's entry: what was asked, what came back, how good it is."""
    candidates, error = [], event["error"]
    try:
        for k, entry in enumerate(event["candidates"]):
            candidates.append({**entry, **judge.candidate(request, event["index"], k, entry["people"])})
    except Exception as reason:  # our own mistake, or a scene that cannot be read: the other requests go on
        log.exception("request %d could not be judged", event["index"])
        told = f"{type(reason).__name__}: {reason}"
        candidates, error = [], vars(ErrorInfo("not_judged", "The result could not be measured", told, ""))
    return {
        **{key: value for key, value in request.as_json().items() if value not in (None, "", {})},
        "seconds": event["seconds"],
        "reading": event["reading"],
        "error": error,
        "good": bool(candidates) and candidates[0]["good"],
        "any_good": any(entry["good"] for entry in candidates),
        "longest_tick": event["longest_tick"],
        "candidates": candidates,
    }


def write_json(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
