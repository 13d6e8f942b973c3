"""A user's copy of the voxels and pictures that CISP was trained on, as shapes and views.

ROOT/ShapeNetVox32/SYNSET/MODEL/model.binvox and ROOT/ShapeNetRendering/SYNSET/MODEL/rendering/00.png … with
rendering_metadata.txt: a line per picture of azimuth, elevation, roll, distance and field of view, degrees. ShapeNet's
own axes are y up, front towards −z; azimuth 0 is a camera at +x there and 90 one at +z. Ours: see `cameras`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter

from backend.shapes.marching import surface

from . import views
from .binvox import read_binvox
from .cameras import Camera, aimed
from .cutting import SEEN, extent, resized
from .folder import SYNSETS, MeshFileInvalid
from .shape import Part, Shape
from .volume import unit_frame

VOXELS, PICTURES = "ShapeNetVox32", "ShapeNetRendering"
SOFT = 0.7  # cells by which the voxels' steps are rounded
LEAST = 0.1  # cells that a voxel's middle stays inside or outside for all that


@dataclass(frozen=True)
class Model:
    """Where one object's files lie."""

    category: str
    name: str  # SYNSET/MODEL
    voxels: Path
    pictures: Path  # folder; it need not be there


def is_copy(root: Path) -> bool:
    """Whether a folder is laid out like that."""
    return (root / VOXELS).is_dir()


def models(root: Path) -> Iterator[Model]:
    """All objects with voxels, in the order of their paths."""
    for path in sorted((root / VOXELS).glob("*/*/model.binvox")):
        synset, model = path.parent.parent.name, path.parent.name
        pictures = root / PICTURES / synset / model / "rendering"
        yield Model(SYNSETS.get(synset, synset), f"{synset}/{model}", path, pictures)


def shape_of(model: Model) -> Shape:
    """The voxels' surface as a closed mesh; it has no size in metres, so its longest side is 1."""
    filled = read_binvox(model.voxels)
    if not filled.any():
        raise MeshFileInvalid(f"{model.voxels} is empty.")
    # (x, y, z) there is (−x, z, y) here; two open cells around close what touches the grid's rim.
    filled = np.pad(filled.transpose(0, 2, 1)[::-1], 2)
    vertices, triangles = surface(_soft_distance(filled))
    vertices = vertices.astype(np.float64)
    low, high = vertices.min(0), vertices.max(0)
    base = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
    placed = ((vertices - base) / (high - low).max()).astype(np.float32)
    part = Part("body", placed, triangles, (0.4, 0.4, 0.4), "paint")
    article = "an" if model.category[:1] in "aeiou" else "a"
    seed = int.from_bytes(hashlib.sha256(model.name.encode()).digest()[:6], "little")
    return Shape(model.category, (part,), f"{article} {model.category}", seed)


def views_of(model: Model, shape: Shape) -> views.Views | None:
    """Its pictures, if there are any; where the cameras stood is told by their angles and how large the object is."""
    from backend.shapes.pictures import read

    table = model.pictures / "rendering_metadata.txt"
    files = sorted(model.pictures.glob("[0-9][0-9].png"))
    if not files or not table.exists():
        return None
    rows = np.loadtxt(table, dtype=float, ndmin=2)
    scale, offset = unit_frame(shape)
    points = shape.vertices * scale + offset
    taken = [
        _taken(read(file), row, points[:: max(1, len(points) // 2000)])
        for file, row in zip(files, rows, strict=False)
    ]  # fmt: skip
    mark = views.fingerprint(shape.vertices, shape.triangles)
    return views.gathered([one[0] for one in taken], [one[1] for one in taken], [], [], mark)


def _taken(picture: np.ndarray, row: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, Camera]:
    azimuth, elevation, view = np.radians(row[0]), np.radians(row[1]), np.radians(row[4])
    # There it stands at (cos a, ·, sin a) of x and z: here at (−cos a, sin a).
    ours = float(np.arctan2(-np.cos(azimuth), -np.sin(azimuth)))
    small = resized(picture, views.PIXELS)
    low, high = extent(small[..., 3] >= SEEN)
    fill = float(np.clip((high - low).max() / views.PIXELS, 0.05, 0.98))
    return small, aimed(points, ours, float(elevation), float(view), fill)


def _soft_distance(filled: np.ndarray) -> np.ndarray:
    """Signed distance in cells, its steps rounded, every cell on the side that it was on."""
    distance = distance_transform_edt(~filled) - distance_transform_edt(filled)
    distance = np.where(filled, distance + 0.5, distance - 0.5)
    soft = gaussian_filter(distance, SOFT)
    return np.where(filled, np.minimum(soft, -LEAST), np.maximum(soft, LEAST)).astype(np.float32)
