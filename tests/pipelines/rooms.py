"""Small procedural places for tests: floors, boxes, seats, walls, as snapshots with their meshes."""

from __future__ import annotations

import numpy as np

from protocol.codec import mesh_hash
from protocol.messages import HumansRequest, Mesh, SceneObject, Snapshot

_BOX_TRIANGLES = np.array(
    [[0, 2, 1], [1, 2, 3], [4, 5, 6], [5, 7, 6], [0, 1, 4], [1, 5, 4], [2, 6, 3], [3, 6, 7], [0, 4, 2], [2, 4, 6],
     [1, 3, 5], [3, 7, 5]], np.int32)  # fmt: skip


def box(low, high):
    """(8, 3) float32 vertices and (12, 3) int32 triangles of an axis-aligned box, metres."""
    low, high = np.asarray(low, np.float32), np.asarray(high, np.float32)
    corners = np.array([[x, y, z] for z in (0, 1) for y in (0, 1) for x in (0, 1)], np.float32)
    return low + corners * (high - low), _BOX_TRIANGLES


class Room:
    """Collects objects; `request(prompt)` makes the request that the extension would send."""

    def __init__(self):
        self.objects: list[SceneObject] = []
        self.meshes: dict[str, Mesh] = {}

    def add(self, name, vertices, triangles, matrix=None):
        vertices = np.ascontiguousarray(vertices, np.float32)
        triangles = np.ascontiguousarray(triangles, np.int32)
        key = mesh_hash(vertices, triangles)
        self.meshes[key] = Mesh(key, vertices, triangles)
        matrix = np.eye(4) if matrix is None else np.asarray(matrix, np.float64)
        self.objects.append(SceneObject(name, key, matrix, np.full(3, 0.7, np.float32)))
        return self

    def add_box(self, name, low, high):
        return self.add(name, *box(low, high))

    def snapshot(self, cursor=(0, 0, 0), active=""):
        return Snapshot(tuple(self.objects), np.asarray(cursor, np.float32), active)

    def request(self, prompt, cursor=(0, 0, 0), active="", **options):
        return HumansRequest(prompt, self.snapshot(cursor, active), **{"candidates": 2, **options})


def furnished():
    """A floor, a wall, a chair with a backrest towards +Y, a bench, a table with a stool, a counter, a bed, a cup."""
    room = Room().add_box("floor", (-4, -4, -0.1), (4, 4, 0))
    room.add_box("wall", (-4, 3.9, 0), (4, 4, 2.6))
    room.add_box("chair_seat", (-0.25, -0.25, 0.41), (0.25, 0.25, 0.45))
    room.add_box("chair_back", (-0.25, 0.25, 0.0), (0.25, 0.3, 0.95))
    room.add_box("bench", (1.2, -0.2, 0.0), (2.8, 0.25, 0.44))
    room.add_box("table", (-2.9, -0.4, 0.70), (-1.7, 0.4, 0.74))
    room.add_box("stool", (-2.45, -0.95, 0.0), (-2.1, -0.6, 0.45))
    room.add_box("counter", (-3.0, 2.2, 0.0), (-1.4, 2.8, 0.92))
    room.add_box("bed", (1.2, 1.4, 0.0), (2.6, 3.5, 0.5))
    room.add_box("cup", (-1.86, -0.05, 0.74), (-1.78, 0.03, 0.84))
    return room
