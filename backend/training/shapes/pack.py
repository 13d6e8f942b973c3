"""A folder of shapes with pictures as few large arrays that training reads at random: FOLDER/packed/SPLIT/*.npy.

What is there at the moment is packed: shapes that have pictures, each with as many as the one with the fewest, unless
more are asked for. Pictures and drawings are cut out around the object, which then fills `FILLED` of 96 pixels, so
that none of the resolution they were taken with is lost on empty ground. Rows go by seed, then by category: any first
part holds all categories alike.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from protocol.errors import StaffageError

from . import views as files_of_views
from .catalogue import SPLITS, categories
from .cutting import cleaned, cut_out
from .files import FINE, ShapeFileInvalid, load

PIXELS = 96
FILLED = 0.92  # of the packed picture, by the object's longer side
SAY_EVERY = 500  # shapes
NAMES = "names.json"
ARRAYS = (
    "pictures", "lines", "azimuth", "elevation", "line_azimuth", "line_elevation", "signed_distance", "occupancy",
    "category", "seed", "size",
)  # fmt: skip


class NothingToPack(StaffageError):
    """A folder in which no shape has pictures."""

    code = "no_shapes"
    title = "No shapes with pictures"
    remedy = "Make some: `train shapes-data --out FOLDER --count 40 --views 8`."


@dataclass(frozen=True, eq=False)
class Packed:
    """N shapes of one split, V pictures and L drawings of each; large arrays stay on disk until indexed."""

    pictures: np.ndarray  # (N, V, 96, 96, 4) uint8 sRGB, straight alpha
    lines: np.ndarray  # (N, L, 96, 96) uint8: 0 a line, 255 paper
    azimuth: np.ndarray  # (N, V) float32, radians
    elevation: np.ndarray  # (N, V)
    line_azimuth: np.ndarray  # (N, L)
    line_elevation: np.ndarray  # (N, L)
    signed_distance: np.ndarray  # (N, 64, 64, 64) float16, edges of the unit cube
    occupancy: np.ndarray  # (N, 4096) uint8: 32³ cells, eight to a byte
    category: np.ndarray  # (N,) int16, into `names`
    seed: np.ndarray  # (N,) int64
    size: np.ndarray  # (N, 3) float32, metres
    names: tuple[str, ...]  # of the categories: those of the catalogue first

    def __len__(self) -> int:
        return len(self.seed)

    def occupied(self, rows: np.ndarray) -> np.ndarray:
        """(n, 32, 32, 32) bool of those rows."""
        return np.unpackbits(self.occupancy[rows], axis=-1).astype(bool).reshape(-1, 32, 32, 32)


def load_packed(folder: Path, split: str) -> Packed:
    """What was packed; packs the folder first if it never was."""
    place = folder / "packed" / split
    if not (place / NAMES).exists():
        pack(folder)
    if not (place / NAMES).exists():
        raise NothingToPack(f"No shape of the split “{split}” in {folder} has pictures.")
    arrays = {name: np.load(place / f"{name}.npy", mmap_mode="r") for name in ARRAYS}
    small = {name: np.array(arrays[name]) for name in ARRAYS if arrays[name].ndim < 3}
    return Packed(**{**arrays, **small}, names=tuple(json.loads((place / NAMES).read_text(encoding="utf-8"))))


def pack(folder: Path, views: int | None = None, *, say: Callable[[str], None] = lambda line: None) -> dict[str, int]:
    """Pack all splits anew; returns how many shapes each has."""
    found: dict[str, list[Path]] = {split: [] for split in SPLITS}
    counts, names = {}, set()
    for path in sorted(folder.glob("*/*/shape.npz"), key=lambda path: (path.parent.name, path.parent.parent.name)):
        counts[path] = files_of_views.count(files_of_views.path_of(path))
        if counts[path][0] >= (views or 1):
            with np.load(path) as data:
                split, name = str(data["split"]), str(data["category"])
            found[split].append(path)
            names.add(name)
    if not any(found.values()):
        raise NothingToPack(f"No shape in {folder} has {views or 'any'} pictures.")
    every = [counts[path] for paths in found.values() for path in paths]
    views = views or min(count[0] for count in every)
    lines = min(files_of_views.drawings(views), *(count[1] for count in every))
    known = (*categories(), *sorted(names - set(categories())))
    for split, paths in found.items():
        place, part = folder / "packed" / split, folder / "packed" / f".{split}.{os.getpid()}.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        if paths:
            _write(part, paths, (views, lines), known, say)
        shutil.rmtree(place, ignore_errors=True)  # who has it open goes on with what it has
        os.replace(part, place)
        say(f"{split}: {len(paths)} shapes, {views} pictures each")
    return {split: len(paths) for split, paths in found.items()}


def _write(
    place: Path, paths: list[Path], wanted: tuple[int, int], names: tuple[str, ...], say: Callable[[str], None]
) -> None:  # fmt: skip
    count, (views, lines) = len(paths), wanted
    shapes = {
        "pictures": ((views, PIXELS, PIXELS, 4), np.uint8), "lines": ((lines, PIXELS, PIXELS), np.uint8),
        "azimuth": ((views,), np.float32), "elevation": ((views,), np.float32),
        "line_azimuth": ((lines,), np.float32), "line_elevation": ((lines,), np.float32),
        "signed_distance": ((FINE, FINE, FINE), np.float16), "occupancy": ((4096,), np.uint8),
        "category": ((), np.int16), "seed": ((), np.int64), "size": ((3,), np.float32),
    }  # fmt: skip
    arrays = {
        name: np.lib.format.open_memmap(place / f"{name}.npy", mode="w+", dtype=kind, shape=(count, *shape))
        for name, (shape, kind) in shapes.items()
    }
    row = 0
    for path in paths:
        try:
            sample, seen = load(path), files_of_views.load(files_of_views.path_of(path))
        except ShapeFileInvalid as error:
            say(f"left out: {error}")
            continue
        content = {
            "pictures": [cut_out(cleaned(picture), PIXELS, FILLED) for picture in seen.pictures[:views]],
            "lines": np.array([cut_out_drawing(one) for one in seen.lines[:lines]]).reshape(lines, PIXELS, PIXELS),
            "azimuth": seen.azimuth[:views], "elevation": seen.elevation[:views],
            "line_azimuth": seen.line_azimuth[:lines], "line_elevation": seen.line_elevation[:lines],
            "signed_distance": sample.signed_distance, "occupancy": np.packbits(sample.occupancy),
            "category": names.index(sample.shape.category), "seed": sample.shape.seed, "size": sample.shape.size,
        }  # fmt: skip
        for name, value in content.items():
            arrays[name][row] = value
        row += 1
        if row % SAY_EVERY == 0:
            say(f"{row} of {count} packed")
    for array in arrays.values():
        array.flush()
    del arrays
    if row < count:
        _shorten(place, row)
    (place / NAMES).write_text(json.dumps(names), encoding="utf-8")


def cut_out_drawing(drawing: np.ndarray) -> np.ndarray:
    """(96, 96) uint8 of a drawing (H, W)."""
    ink = np.zeros((*drawing.shape, 4), np.uint8)
    ink[..., 3] = 255 - drawing
    return 255 - cut_out(ink, PIXELS, FILLED)[..., 3]


def _shorten(place: Path, count: int) -> None:
    """Drop the rows of shapes that could not be read."""
    for name in ARRAYS:
        path = place / f"{name}.npy"
        rows = np.load(path, mmap_mode="r")
        kept = place / f"{name}.short.npy"
        copy = np.lib.format.open_memmap(kept, mode="w+", dtype=rows.dtype, shape=(count, *rows.shape[1:]))
        copy[:] = rows[:count]
        copy.flush()
        del rows, copy
        os.replace(kept, path)
