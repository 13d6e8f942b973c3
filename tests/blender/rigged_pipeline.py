"""A pipeline that answers at once with small rigged bodies, and does what its prompt says.

Words of the prompt: `two` (people), `dressed` (they wear something), `triangles N` (a body of about so many),
`bones N`, `slow SECONDS`, `preview`, `unknown` (an error with a remedy), `crash` (the worker), `warn`. The body is a
bent tube of random shape whose weights overlap, posed by random rotations: a plain body would hide mistakes.
`Result.reading` tells what of the scene arrived, as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import replace

import numpy as np

from protocol.errors import UnknownObject
from protocol.messages import Candidate, Garment, Material, Pattern, Person, Result, Rig

ACTIONS = ("stand", "sit")
WARM_UP_STAGE = "Building the body"


def warm_up(report) -> None:
    seconds = float(os.environ.get("RIGGED_PIPELINE_WARM_UP", "0"))
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        report(WARM_UP_STAGE, 1 - left / seconds)
        time.sleep(0.02)


def run(request, meshes, job) -> Result:
    words = request.prompt.split()
    if "unknown" in words:
        raise UnknownObject("There is no sofa here.", remedy="Try “chair”.")
    if "crash" in words:
        os.kill(os.getpid(), signal.SIGKILL)
    seconds = number_after(words, "slow", 0.0)
    rows = max(6, int(number_after(words, "triangles", 400)) // (2 * COLUMNS))
    rig, rest, bones = tube(rows, int(number_after(words, "bones", 6)))
    generator = np.random.default_rng(request.seed)
    people = 2 if "two" in words else 1
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        job.progress("Fitting contact", 1 - left / seconds)
        if "preview" in words:
            job.preview(rig.faces[:, :3], [rest + np.float32(left)])
        time.sleep(0.01)
    candidates = tuple(
        Candidate(
            tuple(person(rig, rest, bones, generator, f"Woman {k + 1}" if k else "Woman") for k in range(people)),
            action="sit",
            support="chair",
            metrics={"non_collision": 0.996, "deepest_penetration": 0.004, "support_gap": 0.002},
            warnings=("The chair is a little low.",) if "warn" in words else (),
        )
        for _ in range(request.candidates)
    )
    patterns = ()
    if "dressed" in words:
        candidates = tuple(replace(one, people=tuple(map(dressed, one.people))) for one in candidates)
        patterns = (pattern(rig),)
    return Result(job.job_id, (rig,), candidates, seconds, reading(request, meshes), patterns)


def number_after(words: list[str], name: str, default: float) -> float:
    return float(words[words.index(name) + 1]) if name in words else default


def reading(request, meshes) -> str:
    """What arrived, for tests to compare with the scene."""
    snapshot = request.snapshot
    objects = {
        item.name: {
            "triangles": len(meshes[item.mesh].triangles),
            "to_world": np.round(item.object_to_world, 6).tolist(),
            "color": np.round(item.base_color, 4).tolist(),
        }
        for item in snapshot.objects
    }
    return json.dumps({"objects": objects, "where": request.where, "cursor": snapshot.cursor.tolist(),
                       "active": snapshot.active_object, "clothes": request.clothes,
                       "hair": request.hair})  # fmt: skip


# --- the body -------------------------------------------------------------------------------------------------------

COLUMNS = 8


def tube(rows: int, bones: int) -> tuple[Rig, np.ndarray, np.ndarray]:
    """A rig, its rest vertices (V, 3) and its bones' rest poses (B, 4, 4)."""
    height = np.linspace(0, 1.7, rows)
    angle = np.linspace(0, 2 * np.pi, COLUMNS, endpoint=False)
    radius = 0.12 + 0.04 * np.sin(7 * height)
    rest = np.stack([radius[:, None] * np.cos(angle), radius[:, None] * np.sin(angle),
                     np.repeat(height[:, None], COLUMNS, 1)], -1).reshape(-1, 3).astype(np.float32)  # fmt: skip
    row, column = np.meshgrid(np.arange(rows - 1), np.arange(COLUMNS), indexing="ij")
    following = (column + 1) % COLUMNS
    quads = np.stack([row * COLUMNS + column, row * COLUMNS + following, (row + 1) * COLUMNS + following,
                      (row + 1) * COLUMNS + column], -1).reshape(-1, 4)  # fmt: skip
    cap = np.array([[0, k + 1, k, k] for k in range(1, COLUMNS - 1)])  # triangles repeat their last index
    faces = np.concatenate([quads, cap]).astype(np.int32)
    heads = np.linspace(0, 1.6, bones)
    poses = np.tile(np.eye(4), (bones, 1, 1))
    for bone in range(bones):
        poses[bone, :3, :3] = rotation(np.array([np.pi / 2, 0.3 * bone, 0.1 * bone]))
        poses[bone, :3, 3] = (0, 0, heads[bone])
    nearness = np.exp(-((height[:, None] - heads - 0.1) ** 2) / 0.05)
    order = np.argsort(-nearness, axis=1)[:, :3]
    weights = np.take_along_axis(nearness, order, 1)
    weights[:, 2] = np.where(weights[:, 2] < 0.2, 0, weights[:, 2])
    weights /= weights.sum(1, keepdims=True)
    rig = Rig(
        body_model="tube",
        faces=faces,
        uvs=(rest[:, :2] + 0.5).astype(np.float32),
        face_uvs=faces,
        face_materials=(np.arange(len(faces)) % 2).astype(np.uint8),
        bone_names=tuple(f"bone.{k}" for k in range(bones)),
        bone_parents=np.array([-1, *(k // 2 for k in range(bones - 1))], np.int32),
        weights=np.repeat(weights, COLUMNS, 0).astype(np.float32),
        weight_bones=np.repeat(order, COLUMNS, 0).astype(np.int32),
    )
    return rig, rest, poses.astype(np.float32)


def person(rig: Rig, rest: np.ndarray, bones: np.ndarray, generator: np.random.Generator, name: str) -> Person:
    posed = np.zeros_like(bones, dtype=np.float64)
    for bone, parent in enumerate(rig.bone_parents):
        turn = np.eye(4)
        turn[:3, :3] = rotation(generator.normal(0, 0.3, 3))
        if parent < 0:
            turn[:3, 3] = generator.normal(0, 0.2, 3)
            posed[bone] = turn @ bones[bone]
        else:
            posed[bone] = posed[parent] @ np.linalg.inv(bones[parent].astype(np.float64)) @ bones[bone] @ turn
    to_world = np.eye(4)
    to_world[:3, :3] = rotation(np.array([0, 0, generator.uniform(0, 6)]))
    to_world[:3, 3] = (*generator.uniform(-2, 2, 2), 0.1)
    shape = (rest * generator.uniform(0.9, 1.1, 3)).astype(np.float32)
    skin = Material("Skin", np.array([0.6, 0.35, 0.25], np.float32), roughness=0.55, subsurface=0.1)
    eyes = Material("Eyes", np.array([0.9, 0.9, 0.9], np.float32), roughness=0.2)
    return Person(name, 0, to_world, shape, bones, posed.astype(np.float32), (skin, eyes), {"age": 0.5})


def pattern(rig: Rig) -> Pattern:
    """A sheath around the tube: its own faces, moved by the same bones."""
    slots = np.zeros(len(rig.faces), np.uint8)
    return Pattern(rig.faces, rig.uvs, rig.face_uvs, slots, rig.weights, rig.weight_bones)


def dressed(who: Person) -> Person:
    """Wearing a wider tube, under which the middle of the body is hidden, and a still wider one over it."""
    middle = np.flatnonzero(np.abs(who.rest_vertices[:, 2] - 0.85) < 0.4).astype(np.int32)
    made = []
    for name, wider, under in (("Shirt", 1.1, middle), ("Coat", 1.2, middle[:0])):
        color = np.array([0.1, 0.2, 0.5], np.float32) * np.float32(wider)
        vertices = who.rest_vertices * np.array([wider, wider, 1], np.float32)
        made.append(Garment(name, 0, vertices, (Material(f"{name} Cloth", color, 0.9),), under))
    return replace(who, garments=tuple(made), hidden=middle)


def rotation(vector: np.ndarray) -> np.ndarray:
    """(3,) axis times angle → (3, 3), Rodrigues."""
    angle = np.linalg.norm(vector)
    if angle < 1e-9:
        return np.eye(3)
    x, y, z = vector / angle
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
