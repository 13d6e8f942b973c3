"""Small scenes for tests, as snapshots of triangles. Metres, Z up."""

from __future__ import annotations

import numpy as np
import trimesh

from backend.place.scene import Scene
from protocol.messages import Mesh, SceneObject, Snapshot

Part = tuple[np.ndarray, np.ndarray]


def box(low: tuple[float, float, float], high: tuple[float, float, float]) -> Part:
    mesh = trimesh.creation.box(bounds=[low, high])
    return np.array(mesh.vertices), np.array(mesh.faces)


def sphere(center: tuple[float, float, float], radius: float, subdivisions: int = 4) -> Part:
    mesh = trimesh.creation.icosphere(subdivisions=subdivisions, radius=radius)
    return np.array(mesh.vertices) + center, np.array(mesh.faces)


def torus(major: float, minor: float) -> Part:
    mesh = trimesh.creation.torus(major, minor, major_sections=96, minor_sections=48)
    return np.array(mesh.vertices), np.array(mesh.faces)


def quad(a: tuple, b: tuple, c: tuple, d: tuple) -> Part:
    """Two triangles; the normal follows the right hand around a, b, c, d."""
    return np.array([a, b, c, d], float), np.array([[0, 1, 2], [0, 2, 3]])


def floor(half: float = 5.0, z: float = 0.0) -> Part:
    return quad((-half, -half, z), (half, -half, z), (half, half, z), (-half, half, z))


def join(*parts: Part) -> Part:
    offset, vertices, faces = 0, [], []
    for points, triangles in parts:
        vertices.append(points)
        faces.append(triangles + offset)
        offset += len(points)
    return np.concatenate(vertices), np.concatenate(faces)


def turn(part: Part, matrix: np.ndarray) -> Part:
    points, triangles = part
    return points @ matrix[:3, :3].T + matrix[:3, 3], triangles


def scene(
    parts: dict[str, Part] | list[Part] | Part,
    matrices: dict[str, np.ndarray] | None = None,
    cursor: tuple[float, float, float] = (0, 0, 0),
    active: str = "",
) -> Scene:
    """A scene of named parts (or one part, or several without names), each its own object."""
    if isinstance(parts, tuple):
        parts = [parts]
    if isinstance(parts, list):
        parts = {f"part_{k}": part for k, part in enumerate(parts)}
    meshes, objects = {}, []
    for name, (points, triangles) in parts.items():
        meshes[name] = Mesh(name, np.asarray(points, np.float32), np.asarray(triangles, np.int32))
        matrix = (matrices or {}).get(name, np.eye(4))
        objects.append(SceneObject(name, name, matrix, np.full(3, 0.8, np.float32)))
    return Scene.from_snapshot(Snapshot(tuple(objects), np.array(cursor, np.float32), active), meshes)
