"""From the arrays that Blender left to the figures of every candidate."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from backend.place.box import Box
from backend.place.field import Field, build_field
from backend.place.scene import Scene
from protocol.codec import mesh_hash
from protocol.errors import ErrorInfo
from protocol.messages import Mesh, SceneObject, Snapshot

from .anatomy import action_named, anatomy_of
from .bodies import Body, load_body
from .metrics import Metrics, Place, carrying_of, overlaps, read
from .metrics import judge as judge_body
from .ours import bearing_skin, figures
from .parameters import parameters_of
from .published import CELL, collision, sample_grid
from .requests import EvaluationRequest
from .variety import difference

log = logging.getLogger(__name__)

Array = np.ndarray
VOXEL = 0.01  # metres: finer than the fitter's field
MARGIN = 0.15  # metres of open space around the body that its field includes


class Judge:
    """Knows one scene; judges bodies in it. `samples` gathers the parameters of Anny's bodies, in order."""

    def __init__(self, work: Path) -> None:
        self._work = work
        self.place = load_place(work / "scene.npz")
        self._scene = scene_of(self.place)
        self.samples: list[dict[str, Array]] = []

    def candidates(self, request: EvaluationRequest, index: int, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Metrics of every person of every candidate, and what keeps it from being good."""
        bodies = [
            [load_body(self._work / f"{index}_{k}_{number}.npz") for number in range(len(entry["people"]))]
            for k, entry in enumerate(entries)
        ]
        return [self._candidate(request, entry, own) for entry, own in zip(entries, bodies, strict=True)]

    def differences(self, index: int, entries: list[dict[str, Any]]) -> dict[str, float] | None:
        """How much the candidates differ."""
        found = difference([
            [load_body(self._work / f"{index}_{k}_{number}.npz").vertices for number in range(len(entry["people"]))]
            for k, entry in enumerate(entries)
        ])  # fmt: skip
        return None if found is None else {name: round(value, 5) for name, value in vars(found).items()}

    def _candidate(self, request: EvaluationRequest, entry: dict[str, Any], bodies: list[Body]) -> dict[str, Any]:
        phenotypes = entry.get("phenotypes") or [{}] * len(bodies)
        metrics, failures = [], []
        for body, name, overlap, phenotype in zip(bodies, entry["people"], overlaps(bodies), phenotypes, strict=True):
            found, more = self._person(request, entry["action"], body, overlap)
            failures += found.failures()
            metrics.append({"person": name, **found.as_json(), **more})
            if anatomy_of(body) is not None:
                self.samples.append(parameters_of(body.rigged, phenotype))
        return {"good": not failures, "failures": failures, "metrics": metrics}

    def _person(
        self, request: EvaluationRequest, action_name: str, body: Body, overlap: float
    ) -> tuple[Metrics, dict[str, Any]]:
        anatomy, action = anatomy_of(body), action_named(action_name)
        reading = read(body, self.place, self._sign_near(body))
        held = carrying_of(body, self.place, reading, bearing_skin(anatomy, action))
        common = judge_body(body, self.place, reading, held, support=request.support, touch=request.touch)
        own = figures(body, self.place, reading, held, request, anatomy, action)
        return replace(common, overlap=overlap), {"ours": own.as_json(), "published": self._published(body)}

    def _sign_near(self, body: Body) -> Callable[[Array], Array]:
        field = self._field(body, VOXEL)
        return lambda points: field.sample(torch.from_numpy(points.astype(np.float32))).numpy()

    def _published(self, body: Body) -> dict[str, float]:
        field = self._field(body, CELL)
        values, box = field.signed_distance.numpy(), field.grid.box
        ways = [
            sample_grid(values, body.vertices, box.minimum, box.maximum, align_corners=aligned)
            for aligned in (True, False)
        ]
        return {name: round(value, 5) for name, value in vars(collision(*ways)).items()}

    def _field(self, body: Body, voxel: float) -> Field:
        low, high = body.vertices.min(axis=0) - MARGIN, body.vertices.max(axis=0) + MARGIN
        return build_field(self._scene, Box(low, high), voxel=voxel)


def load_place(path: Path) -> Place:
    data = np.load(path)
    return Place(tuple(str(name) for name in data["names"]), data["corners"].astype(np.float32), data["object_index"])


def scene_of(place: Place) -> Scene:
    """The same geometry as `backend.place` reads it."""
    return Scene.from_snapshot(*snapshot_of(place))


def snapshot_of(place: Place) -> tuple[Snapshot, dict[str, Mesh]]:
    """The same geometry as a request carries it, each object in world space."""
    objects, meshes = [], {}
    for index, name in enumerate(place.names):
        corners = place.corners[place.object_index == index]
        vertices = np.ascontiguousarray(corners.reshape(-1, 3))
        triangles = np.arange(len(vertices), dtype=np.int32).reshape(-1, 3)
        key = mesh_hash(vertices, triangles)
        meshes[key] = Mesh(key, vertices, triangles)
        objects.append(SceneObject(name, key, np.eye(4), np.full(3, 0.5, np.float32)))
    return Snapshot(tuple(objects), np.zeros(3, np.float32)), meshes


def judge_event(judge: Judge, request: EvaluationRequest, event: dict[str, Any]) -> dict[str, Any]:
    """A report's entry: what was asked, what came back, how good it is."""
    candidates, differences, error = [], None, event["error"]
    try:
        judged = judge.candidates(request, event["index"], event["candidates"]) if event["candidates"] else []
        candidates = [{**entry, **own} for entry, own in zip(event["candidates"], judged, strict=True)]
        differences = judge.differences(event["index"], event["candidates"]) if candidates else None
    except Exception as reason:  # our own mistake, or a scene that cannot be read: the other requests go on
        log.exception("request %d could not be judged", event["index"])
        told = f"{type(reason).__name__}: {reason}"
        candidates, error = [], vars(ErrorInfo("not_judged", "The result could not be measured", told, ""))
    return {
        **{key: value for key, value in request.as_json().items() if value not in (None, "", {})},
        "candidates_asked": request.candidates,
        "seconds": event["seconds"],
        "reading": event["reading"],
        "error": error,
        "good": bool(candidates) and candidates[0]["good"],
        "any_good": any(entry["good"] for entry in candidates),
        "longest_tick": event["longest_tick"],
        "differences": differences,
        "candidates": candidates,
    }


def write_json(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
