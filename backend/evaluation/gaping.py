"""Whether clothes gape: what is hidden beneath them would be seen, and emptiness is seen instead.

Looked at from all around along parallel rays, with perspective left out. A ray sees emptiness if it first meets the
front of a face that is hidden, and of the faces that are shown only the back of one, or none. Some of it is fair: who
looks up a trouser leg sees no leg there. Areas in cm², a ray every `STEP` metres.
"""

from __future__ import annotations

import numpy as np

from backend.body.clothes.dressing import Dressed
from backend.body.clothes.settling import posed, skinning, transforms
from backend.body.model import BodyModel
from backend.body.posing import PosedBody
from backend.place.nearest import SurfaceTree

Array = np.ndarray
STEP = 0.01  # metres
FAR = 2.5  # metres from where the rays start; they are twice as long
VIEWS = ((-0.25, 8, 0.0), (0.2, 10, 0.0), (0.9, 6, 0.5))  # elevation in radians, how many around, turned by a share


def gaping(model: BodyModel, body: PosedBody, worn: tuple[Dressed, ...], hidden: Array) -> float:
    """The largest area of emptiness, cm², that one sees of a person from any of the views."""
    corners, concealed = _triangles(model, body, worn, hidden)
    if not concealed.any():
        return 0.0
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    shown, beneath = SurfaceTree(corners[~concealed]), SurfaceTree(corners[concealed])
    points = corners.reshape(-1, 3)
    center = points.mean(0)
    return max(
        float(_empty(shown, normals[~concealed], beneath, normals[concealed], points - center, center, view))
        for view in _views()
    )


def _triangles(model: BodyModel, body: PosedBody, worn: tuple[Dressed, ...], hidden: Array) -> tuple[Array, Array]:
    """Corners (T, 3, 3) float32 in the pose of all that is worn and of the outer skin, and which are hidden (T,)."""
    moves, topology = transforms(body), model.topology
    faces = topology.faces[topology.outer[topology.faces].all(1)].numpy()
    meshes = [(body.vertices.numpy(), faces, hidden)]
    for one in worn:
        vertices = posed(one.vertices.astype(np.float64), skinning(one.topology, moves))
        meshes.append((vertices, one.topology.faces, one.hidden))
    corners, concealed = [], []
    for vertices, faces, without in meshes:
        gone = np.zeros(len(vertices), bool)
        gone[without] = True
        for pick in ([0, 1, 2], [0, 2, 3]):
            corners.append(vertices[faces[:, pick]].astype(np.float32))
            concealed.append(gone[faces].any(1))  # a face goes with any of its vertices
    return np.concatenate(corners), np.concatenate(concealed)


def _views() -> Array:
    """(N, 3) unit, towards the one who looks."""
    views = []
    for elevation, count, turn in VIEWS:
        around = 2 * np.pi * (np.arange(count) + turn) / count
        level = np.cos(elevation)
        views.append(np.stack([level * np.cos(around), level * np.sin(around), np.full(count, np.sin(elevation))], 1))
    return np.concatenate(views)


def _empty(
    shown: SurfaceTree, shown_normals: Array, beneath: SurfaceTree, beneath_normals: Array, points: Array,
    center: Array, view: Array,
) -> float:  # fmt: skip
    across = np.cross([0.0, 0.0, 1.0], view)
    across /= np.linalg.norm(across)
    up = np.cross(view, across)
    a, b = points @ across, points @ up
    grid = np.meshgrid(np.arange(a.min(), a.max(), STEP), np.arange(b.min(), b.max(), STEP))
    x, y = (one.reshape(-1, 1) for one in grid)
    starts = center + FAR * view + x * across + y * up
    along = np.broadcast_to(-view, starts.shape)
    far, face = shown.first_hit(starts, along, 2 * FAR)
    near, within = beneath.first_hit(starts, along, 2 * FAR)
    front = (within >= 0) & (beneath_normals[np.maximum(within, 0)] @ view > 0)
    back = (face < 0) | ((near < far) & (shown_normals[np.maximum(face, 0)] @ view <= 0))
    return float((front & back).sum() * (STEP * 100) ** 2)
