"""Pictures of one shape as one file beside its `shape.npz`: `FOLDER/chair/000007/views.npz`.

pictures (V, 128, 128, 4) uint8 sRGB with straight alpha on a transparent ground; azimuth, elevation, field_of_view (V,)
float32 radians; camera_to_world (V, 4, 4) float32 in the unit cube's frame (see `cameras`). lines (L, 128, 128) uint8,
0 a line and 255 paper, with line_azimuth and so on. `shape` is the fingerprint of the mesh that was photographed.
View k of a shape is the same whatever else is made, so a file with few views is one with many, cut short.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backend.whole_file import whole_file

from .cameras import Camera
from .files import ShapeFileInvalid

VERSION = 1  # changes whenever pictures do
PIXELS = 128
PER_DRAWING = 6  # views for each line drawing
CAMERA = ("azimuth", "elevation", "field_of_view", "camera_to_world")


@dataclass(frozen=True, eq=False)
class Views:
    """All pictures of one shape."""

    pictures: np.ndarray  # (V, 128, 128, 4) uint8
    azimuth: np.ndarray  # (V,) float32, radians
    elevation: np.ndarray  # (V,)
    field_of_view: np.ndarray  # (V,)
    camera_to_world: np.ndarray  # (V, 4, 4) float32
    lines: np.ndarray  # (L, 128, 128) uint8
    line_azimuth: np.ndarray  # (L,)
    line_elevation: np.ndarray  # (L,)
    line_field_of_view: np.ndarray  # (L,)
    line_camera_to_world: np.ndarray  # (L, 4, 4)
    shape: str

    def joined(self, more: Views) -> Views:
        """These, then those."""
        names = [name for name in self.__dataclass_fields__ if name != "shape"]
        return Views(
            **{name: np.concatenate([getattr(self, name), getattr(more, name)]) for name in names}, shape=more.shape
        )


def drawings(views: int) -> int:
    """How many line drawings go with that many views."""
    return -(-views // PER_DRAWING)


def gathered(
    pictures: Sequence[np.ndarray], cameras: Sequence[Camera], lines: Sequence[np.ndarray],
    line_cameras: Sequence[Camera], shape: str,
) -> Views:  # fmt: skip
    """Views of single pictures and their cameras."""
    return Views(
        np.array(pictures, np.uint8).reshape(-1, PIXELS, PIXELS, 4),
        *_rows(cameras),
        np.array(lines, np.uint8).reshape(-1, PIXELS, PIXELS),
        *_rows(line_cameras),
        shape,
    )


def path_of(shape_file: Path) -> Path:
    return shape_file.with_name("views.npz")


def fingerprint(vertices: np.ndarray, triangles: np.ndarray) -> str:
    """Of a mesh, to tell pictures of another."""
    content = np.ascontiguousarray(vertices, np.float32).tobytes() + np.ascontiguousarray(triangles, np.int32).tobytes()
    return hashlib.sha256(content).hexdigest()[:32]


def save(path: Path, views: Views) -> None:
    """Write the file, whole or not at all."""
    arrays = {name: getattr(views, name) for name in views.__dataclass_fields__}
    with whole_file(path) as part, part.open("wb") as file:
        np.savez_compressed(file, **arrays, version=np.array(VERSION, np.int64))


def load(path: Path) -> Views:
    """Read the file; raises `ShapeFileInvalid` for anything that is not one of this version."""
    try:
        with np.load(path, allow_pickle=False) as data:
            if int(data["version"]) != VERSION:
                raise ShapeFileInvalid(f"{path} is of version {int(data['version'])}, not {VERSION}.")
            arrays = {name: data[name] for name in data.files if name != "version"}
        return Views(**{**arrays, "shape": str(arrays["shape"])})
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise ShapeFileInvalid(f"{path}: {error}") from error


def count(path: Path) -> tuple[int, int]:
    """How many views and drawings are there: none if there is no readable file. Only the small arrays are read."""
    try:
        with np.load(path, allow_pickle=False) as data:
            return (len(data["azimuth"]), len(data["line_azimuth"])) if int(data["version"]) == VERSION else (0, 0)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return 0, 0


def _rows(cameras: Sequence[Camera]) -> tuple[np.ndarray, ...]:
    return (
        *(np.array([getattr(camera, name) for camera in cameras], np.float32) for name in CAMERA[:3]),
        np.array([camera.camera_to_world for camera in cameras], np.float32).reshape(-1, 4, 4),
    )
