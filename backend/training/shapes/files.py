"""One shape as one file, and a folder of them.

    FOLDER/dataset.json                      what was asked for: version, categories, count, splits
    FOLDER/chair/000007/shape.npz            arrays (below)
    FOLDER/chair/000007/views.npz            pictures of it (see `views`)

`shape.npz`: vertices (V, 3) float32 metres, triangles (T, 3) int32, part_of_triangle (T,) int32, part_names (P,),
part_materials (P,), part_colors (P, 3) float32 linear, signed_distance (64, 64, 64) float16 in edges of the unit cube,
occupancy (4096,) uint8 (32³ cells, eight to a byte: `numpy.unpackbits`), caption, category, seed, split, version.
Every file is written beside its place and moved there whole. Nothing in it depends on when or where it was made.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backend.whole_file import whole_file
from protocol.errors import StaffageError

from .catalogue import VERSION, split_of
from .shape import Part, Shape
from .volume import occupancy_of, signed_distance_volume

FINE, CELLS = 64, 32


class ShapeFileInvalid(StaffageError):
    """A file that is not a whole shape of this version."""

    code = "shape_file_invalid"
    title = "Unreadable shape"
    remedy = "Run `train shapes-data` on its folder again: it writes anew what is missing or broken."


@dataclass(frozen=True, eq=False)
class Sample:
    """A shape and its volumes, as training reads them."""

    shape: Shape
    signed_distance: np.ndarray  # (64, 64, 64) float16, edges of the unit cube
    occupancy: np.ndarray  # (32, 32, 32) bool
    split: str


def folder_of(root: Path, category: str, seed: int) -> Path:
    """A shape's own folder, with `shape.npz` and `views.npz`."""
    return root / category.replace(" ", "_") / f"{seed:06d}"


def save(path: Path, shape: Shape, volume: np.ndarray | None = None) -> None:
    """Write a shape with its volumes, whole or not at all; `volume` for meshes that are no solids by themselves."""
    volume = signed_distance_volume(shape, FINE) if volume is None else volume
    arrays = {
        "vertices": shape.vertices,
        "triangles": shape.triangles,
        "part_of_triangle": shape.part_of_triangle,
        "part_names": np.array([part.name for part in shape.parts]),
        "part_materials": np.array([part.material for part in shape.parts]),
        "part_colors": np.array([part.color for part in shape.parts], np.float32),
        "signed_distance": volume.astype(np.float16),
        "occupancy": np.packbits(occupancy_of(volume)),
        "caption": np.array(shape.caption),
        "category": np.array(shape.category),
        "seed": np.array(shape.seed, np.int64),
        "split": np.array(split_of(shape.seed)),
        "version": np.array(VERSION, np.int64),
    }
    with whole_file(path) as part, part.open("wb") as file:
        np.savez_compressed(file, **arrays)


def load(path: Path) -> Sample:
    """Read a shape; raises `ShapeFileInvalid` for anything that is not one of this version."""
    try:
        with np.load(path, allow_pickle=False) as data:
            arrays = {name: data[name] for name in data.files}
        if int(arrays["version"]) != VERSION:
            raise ShapeFileInvalid(f"{path} is of version {int(arrays['version'])}, not {VERSION}.")
        return Sample(
            _shape(arrays),
            arrays["signed_distance"].reshape(FINE, FINE, FINE),
            np.unpackbits(arrays["occupancy"]).astype(bool).reshape(CELLS, CELLS, CELLS),
            str(arrays["split"]),
        )
    except (OSError, ValueError, KeyError, IndexError, EOFError, zipfile.BadZipFile) as error:
        raise ShapeFileInvalid(f"{path}: {error}") from error


def is_whole(path: Path) -> bool:
    """Whether a whole shape of this version is there; all of it is read, checksums included."""
    try:
        load(path)
    except ShapeFileInvalid:
        return False
    return True


def _shape(arrays: dict[str, np.ndarray]) -> Shape:
    """The parts again: each has its own vertices, in the order of the parts."""
    parts, start = [], 0
    owner = arrays["part_of_triangle"]
    for index, (name, material, color) in enumerate(
        zip(arrays["part_names"], arrays["part_materials"], arrays["part_colors"], strict=True)
    ):
        triangles = arrays["triangles"][owner == index]
        end = int(triangles.max()) + 1
        vertices = arrays["vertices"][start:end]
        color = tuple(round(float(value), 6) for value in color)
        parts.append(Part(str(name), vertices, triangles - np.int32(start), color, str(material)))
        start = end
    return Shape(str(arrays["category"]), tuple(parts), str(arrays["caption"]), int(arrays["seed"]))
