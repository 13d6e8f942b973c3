"""Small places for benchmarks."""

from __future__ import annotations

import numpy as np

from protocol.codec import mesh_hash
from protocol.messages import HumansRequest, Mesh, SceneObject, Snapshot

_TRIANGLES = np.array(
    [[0, 2, 1], [1, 2, 3], [4, 5, 6], [5, 7, 6], [0, 1, 4], [1, 5, 4], [2, 6, 3], [3, 6, 7], [0, 4, 2], [2, 4, 6],
     [1, 3, 5], [3, 7, 5]], np.int32)  # fmt: skip


def seat_in_a_room(prompt: str, candidates: int) -> tuple[HumansRequest, dict[str, Mesh]]:
    """A chair with a backrest on a floor before a wall; the request and its meshes."""
    corners = np.array([[x, y, z] for z in (0, 1) for y in (0, 1) for x in (0, 1)], np.float32)
    objects, meshes = [], {}
    for name, low, high in (
        ("floor", (-3, -3, -0.1), (3, 3, 0)),
        ("wall", (-3, 1.5, 0), (3, 1.6, 2.6)),
        ("chair_seat", (-0.25, -0.25, 0.41), (0.25, 0.25, 0.45)),
        ("chair_back", (-0.25, 0.25, 0.0), (0.25, 0.3, 0.95)),
    ):
        vertices = (np.array(low) + corners * (np.array(high) - np.array(low))).astype(np.float32)
        key = mesh_hash(vertices, _TRIANGLES)
        meshes[key] = Mesh(key, vertices, _TRIANGLES)
        objects.append(SceneObject(name, key, np.eye(4), np.full(3, 0.7, np.float32)))
    snapshot = Snapshot(tuple(objects), np.zeros(3, np.float32))
    return HumansRequest(prompt, snapshot, candidates=candidates), meshes
