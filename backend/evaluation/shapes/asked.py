"""The pictures that are asked with and what is true of them: test shapes, evenly over the categories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backend.training.shapes import views
from backend.training.shapes.files import folder_of
from backend.training.shapes.pack import Packed

from . import inputs
from .raycast import look


@dataclass(frozen=True, eq=False)
class Asked:
    """One picture, and the shape that it shows."""

    category: str
    seed: int
    kind: str  # of `inputs.KINDS`
    picture: np.ndarray | None  # (96, 96, 3) float32 as the networks see it; None if nothing could be cut out
    camera_to_world: np.ndarray  # (4, 4)
    field_of_view: float
    silhouette: np.ndarray  # (128, 128) bool
    volume: np.ndarray  # (64, 64, 64) float32
    occupancy: np.ndarray  # (32, 32, 32) bool


def rows_of(data: Packed, count: int) -> np.ndarray:
    """(≤ count,) rows, as many of each category as can be."""
    kinds = np.unique(data.category)
    turns = [np.flatnonzero(data.category == kind) for kind in kinds]
    order = [rows[k] for k in range(max(map(len, turns), default=0)) for rows in turns if k < len(rows)]
    return np.sort(np.array(order[:count], np.int64))


def asked(folder: Path, data: Packed, rows: np.ndarray, kind: str, seed: int) -> Iterator[Asked]:
    """The first picture, or drawing, of each of those shapes, in their order."""
    for row in rows:
        category, number = data.names[data.category[row]], int(data.seed[row])
        seen = _views(folder, category, number)
        generator = np.random.default_rng([seed, int(row), inputs.KINDS.index(kind)])
        volume = np.asarray(data.signed_distance[row], np.float32)
        if kind == "sketch":
            if not len(seen.lines):
                continue
            camera, view = seen.line_camera_to_world[0], float(seen.line_field_of_view[0])
            picture, silhouette = inputs.sketch(seen.lines[0]), look(volume, camera, view).silhouette
        else:
            camera, view = seen.camera_to_world[0], float(seen.field_of_view[0])
            silhouette = seen.pictures[0, ..., 3] > 127
            if kind == "plain":
                picture = inputs.plain(seen.pictures[0])
            else:
                others = [_another(folder, data, generator) for _ in range(inputs.BEHIND)]
                picture = inputs.cluttered(seen.pictures[0], others, generator)
        yield Asked(
            category, number, kind, picture, camera, view, silhouette, volume, data.occupied(np.array([row]))[0]
        )  # fmt: skip


def _another(folder: Path, data: Packed, generator: np.random.Generator) -> np.ndarray:
    """(128, 128, 4): any picture of any shape."""
    row = int(generator.integers(len(data)))
    seen = _views(folder, data.names[data.category[row]], int(data.seed[row]))
    return seen.pictures[int(generator.integers(len(seen.pictures)))]


def _views(folder: Path, category: str, seed: int) -> views.Views:
    return views.load(views.path_of(folder_of(folder, category, seed) / "shape.npz"))
