"""A user's own meshes in the form of generated shapes: any folder of meshes, or a copy of ShapeNet.

ShapeNet's layout is SYNSET/MODEL/models/model_normalized.obj, y up, front towards −Z, without a size in metres; other
folders are read as they are, glTF and OBJ as y up and the rest as z up. Categories come from the synset or from the
folder a file lies in. Such meshes may be open: they are welded, turned outwards as far as can be told, and set on
their base; `Part.volume` and `is_closed` tell which can be trusted as solids.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import trimesh

from protocol.errors import StaffageError

from .shape import Part, Shape

SUFFIXES = (".obj", ".ply", ".stl", ".glb", ".gltf", ".off")
Y_UP = (".obj", ".glb", ".gltf")
GREY = (0.4, 0.4, 0.4)

SYNSETS = {
    "02691156": "aeroplane", "02747177": "bin", "02818832": "bed", "02828884": "bench", "02871439": "shelf",
    "02876657": "bottle", "02880940": "bowl", "02933112": "cabinet", "02958343": "car", "03001627": "chair",
    "03467517": "guitar", "03636649": "lamp", "03797390": "mug", "03991062": "pot plant", "04256520": "sofa",
    "04379243": "table", "04530566": "watercraft",
}  # fmt: skip


class MeshFileInvalid(StaffageError):
    """A file that holds no triangles or cannot be read."""

    code = "mesh_file_invalid"
    title = "Unreadable mesh"
    remedy = "Open the file in Blender and export it again as OBJ, PLY or glTF."


@dataclass(frozen=True)
class Found:
    """A mesh file that has not been read yet."""

    file: Path
    category: str
    name: str  # the same wherever the folder lies

    @property
    def seed(self) -> int:
        """Splits go by the seed: a file's is the hash of its name."""
        return int.from_bytes(hashlib.sha256(self.name.encode()).digest()[:6], "little")


def read_folder(path: Path) -> Iterator[Shape]:
    """All meshes below a folder, in the order of their paths."""
    for found in meshes(path):
        yield read(found)


def meshes(path: Path) -> Iterator[Found]:
    """All mesh files below a folder, in the order of their paths."""
    if not path.is_dir():
        raise MeshFileInvalid(f"{path} is no folder.", remedy="Name a folder that holds meshes.")
    files = sorted(path.glob("*/*/models/model_normalized.obj"))
    if files:
        for file in files:
            synset = file.parents[2].name
            yield Found(file, SYNSETS.get(synset, synset), file.parents[1].name)
        return
    for file in sorted(found for found in path.rglob("*") if found.suffix.lower() in SUFFIXES):
        category = file.parent.name if file.parent != path else "object"
        yield Found(file, category.replace("_", " "), file.relative_to(path).as_posix())


def is_closed(part: Part) -> bool:
    """Whether every edge joins exactly two triangles that run along it in opposite directions."""
    edges = np.concatenate([part.triangles[:, [k, (k + 1) % 3]] for k in range(3)]).astype(np.int64)
    count = len(part.vertices)
    forth, back = edges[:, 0] * count + edges[:, 1], edges[:, 1] * count + edges[:, 0]
    return len(np.unique(forth)) == len(forth) and bool(np.array_equal(np.sort(forth), np.sort(back)))


def read(found: Found) -> Shape:
    """A mesh as a shape; raises `MeshFileInvalid` for what is none."""
    file, category = found.file, found.category
    try:
        scene = trimesh.load_scene(file)
        meshes = [mesh for mesh in scene.dump() if isinstance(mesh, trimesh.Trimesh) and len(mesh.faces)]
    except Exception as error:  # whatever the file's format makes trimesh's readers raise
        raise MeshFileInvalid(f"{file}: {error}") from error
    if not meshes:
        raise MeshFileInvalid(f"{file} holds no triangles.")
    parts = []
    for index, mesh in enumerate(meshes):
        mesh.merge_vertices(merge_tex=True, merge_norm=True)
        mesh.update_faces(mesh.nondegenerate_faces())
        mesh.remove_unreferenced_vertices()
        if len(mesh.faces) == 0:
            continue
        trimesh.repair.fix_normals(mesh)
        vertices = np.asarray(mesh.vertices, np.float64)
        if file.suffix.lower() in Y_UP:
            vertices = vertices[:, [0, 2, 1]] * [1, -1, 1]
            if file.name == "model_normalized.obj":
                vertices = vertices * [-1, -1, 1]  # its front is −Z, which is +Y so far
        parts.append((f"part {index + 1}" if len(meshes) > 1 else "body", vertices, mesh.faces, _color(mesh)))
    if not parts or not all(np.isfinite(vertices).all() for _, vertices, _, _ in parts):
        raise MeshFileInvalid(f"{file} holds no triangles, or numbers that are none.")
    everything = np.concatenate([vertices for _, vertices, _, _ in parts])
    low, high = everything.min(0), everything.max(0)
    base = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
    made = tuple(
        Part(label, (vertices - base).astype(np.float32), np.ascontiguousarray(faces, np.int32), color, "paint")
        for label, vertices, faces, color in parts
    )
    article = "an" if category[:1] in "aeiou" else "a"
    return Shape(category, made, f"{article} {category}", found.seed)


def _color(mesh: Any) -> tuple[float, float, float]:
    """The mean colour of a mesh, from sRGB to linear; grey where it has none."""
    try:
        color = np.asarray(
            mesh.visual.to_color().main_color if mesh.visual.kind == "texture" else mesh.visual.main_color
        )
    except Exception:  # textures that are missing or of a kind that trimesh does not know
        return GREY
    srgb = color[:3].astype(float) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return tuple(round(float(value), 4) for value in linear)
