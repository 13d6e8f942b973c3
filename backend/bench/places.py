"""A small place without Blender: the sample living room's floor, sofa and armchair as a snapshot."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backend.evaluation.living_room import furniture
from backend.evaluation.living_room.shapes import Piece, box, rotation
from protocol.codec import mesh_hash
from protocol.messages import Mesh, SceneObject, Snapshot


def living_room() -> tuple[Snapshot, dict[str, Mesh]]:
    """Metres, Z up: the floor's top at z = 0, the sofa facing −Y, an armchair to its left."""
    meshes: dict[str, Mesh] = {}
    objects = (
        _object("floor", [box(5.2, 4.4, 0.12, "").at(z=-0.06)], (0.0, 0.0, 0.0), 0.0, meshes),
        _object("wall_north", [box(5.2, 0.12, 2.6, "").at(z=1.3)], (0.0, 2.26, 0.0), 0.0, meshes),
        _object("sofa", furniture.sofa(), (-0.35, 1.7, 0.0), 0.0, meshes),
        _object("armchair", furniture.armchair(), (-1.78, -0.28, 0.0), 72.0, meshes),
        _object("coffee_table", furniture.coffee_table(), (-0.3, 0.42, 0.0), 0.0, meshes),
    )
    return Snapshot(objects, np.zeros(3, np.float32)), meshes


def _object(
    name: str, pieces: Sequence[Piece], at: tuple[float, float, float], turn: float, meshes: dict[str, Mesh]
) -> SceneObject:
    offsets = np.cumsum([0, *(len(piece.vertices) for piece in pieces)])
    vertices = np.concatenate([piece.vertices for piece in pieces]).astype(np.float32)
    quads = np.concatenate([piece.faces + start for piece, start in zip(pieces, offsets[:-1], strict=True)])
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[quads[:, 2] != quads[:, 3]][:, [0, 2, 3]]]).astype(np.int32)
    key = mesh_hash(vertices, triangles)
    meshes[key] = Mesh(key, vertices, triangles)
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = rotation(0, 0, turn), at
    return SceneObject(name, key, matrix, np.full(3, 0.5, np.float32))
