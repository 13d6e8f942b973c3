"""Where the joints of a person in a result are. Metres, world."""

from __future__ import annotations

import numpy as np

from protocol.messages import Person, Result, Rig

Array = np.ndarray
# The joints whose mean error is told, by the bones that begin there.
JOINTS = (
    "upperleg01.L", "upperleg01.R", "lowerleg01.L", "lowerleg01.R", "foot.L", "foot.R", "upperarm01.L", "upperarm01.R",
    "lowerarm01.L", "lowerarm01.R", "wrist.L", "wrist.R", "neck01", "head",
)  # fmt: skip


def joints_of(result: Result, candidate: int, person: int = 0) -> Array:
    """(14, 3) float64, in the order of `JOINTS`."""
    own, rig = _person(result, candidate, person)
    heads = own.bone_poses[[rig.bone_names.index(name) for name in JOINTS], :3, 3].astype(np.float64)
    return heads @ own.object_to_world[:3, :3].T + own.object_to_world[:3, 3]


def vertices_of(result: Result, candidate: int, person: int = 0) -> Array:
    """(V, 3) float64: the body as the armature poses it, by the formula of `messages.Person`."""
    own, rig = _person(result, candidate, person)
    moves = own.bone_poses.astype(np.float64) @ np.linalg.inv(own.rest_bone_poses.astype(np.float64))
    blended = np.einsum("vk,vkij->vij", rig.weights.astype(np.float64), moves[rig.weight_bones])
    rest = own.rest_vertices.astype(np.float64)
    local = np.einsum("vij,vj->vi", blended[:, :3, :3], rest) + blended[:, :3, 3]
    return local @ own.object_to_world[:3, :3].T + own.object_to_world[:3, 3]


def _person(result: Result, candidate: int, person: int) -> tuple[Person, Rig]:
    own = result.candidates[candidate].people[person]
    return own, result.rigs[own.rig]


def triangles_of(result: Result) -> Array:
    """(T, 3) of the body."""
    faces = result.rigs[0].faces
    return np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])
