"""A pipeline that answers at once with a body of a million triangles: what `tick` lets arrive in Blender."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from backend.service.context import JobContext
from protocol.messages import Candidate, HumansRequest, Material, Mesh, Person, Result, Rig

ACTIONS = ("stand",)
SIDE = 708  # quads along each side of the grid: 708² quads are 1 002 528 triangles


def warm_up(report: Callable[[str, float], None]) -> None:
    report("Ready", 1.0)


def run(request: HumansRequest, meshes: Mapping[str, Mesh], job: JobContext) -> Result:
    rig, person = body(SIDE)
    candidates = tuple(Candidate((person,), "stand", "") for _ in range(request.candidates))
    return Result(job.job_id, (rig,), candidates, 0.0, "a million triangles")


def body(side: int) -> tuple[Rig, Person]:
    """A sphere on two bones, of `side` × `side` quads."""
    count = side + 1
    turn, rise = np.meshgrid(np.linspace(0, 2 * np.pi, count), np.linspace(0.02, np.pi - 0.02, count))
    ball = np.stack([np.cos(turn) * np.sin(rise), np.sin(turn) * np.sin(rise), 1 - np.cos(rise)], axis=-1)
    index = np.arange(count * count, dtype=np.int32).reshape(count, count)
    faces = np.stack([index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]], axis=-1).reshape(-1, 4)
    upper = ((1 - np.cos(rise)) / 2).reshape(-1, 1)
    rest = np.tile(np.eye(4, dtype=np.float32), (2, 1, 1))
    rest[1, 2, 3] = 1.0
    rig = Rig(
        body_model="grid",
        faces=np.ascontiguousarray(faces, np.int32),
        uvs=np.stack([turn / turn.max(), rise / rise.max()], axis=-1).reshape(-1, 2).astype(np.float32),
        face_uvs=np.ascontiguousarray(faces, np.int32),
        face_materials=np.zeros(len(faces), np.uint8),
        bone_names=("root", "tip"),
        bone_parents=np.array([-1, 0], np.int32),
        weights=np.concatenate([1 - upper, upper], axis=1).astype(np.float32),
        weight_bones=np.tile(np.array([0, 1], np.int32), (count * count, 1)),
    )
    person = Person(
        name="Million",
        rig=0,
        object_to_world=np.eye(4),
        rest_vertices=np.ascontiguousarray(ball.reshape(-1, 3), np.float32),
        rest_bone_poses=rest,
        bone_poses=rest.copy(),
        materials=(Material("Skin", np.full(3, 0.5, np.float32)),),
    )
    return rig, person
