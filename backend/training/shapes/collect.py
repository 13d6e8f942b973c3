"""Takes a user's own meshes or ShapeNet copy into a folder of shapes, as if they had been generated.

Meshes whose parts are closed are solids as they are; of others what no light reaches from outside is solid. What
cannot be read is named and left out. Run again, it goes on with what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from protocol.errors import StaffageError

from . import folder, shapenet, views
from .files import FINE, folder_of, is_whole, save
from .render import render
from .shape import Shape
from .volume import flooded_volume

SAY_EVERY = 100  # objects


def collect(
    source: Path, root: Path, *, wanted_views: int = 0, processes: int = 1, say: Callable[[str], None]
) -> int:  # fmt: skip
    """Everything that `source` holds into the folder `root`; returns how many shapes are new."""
    root.mkdir(parents=True, exist_ok=True)
    there, new = [], 0
    for number, made in enumerate(_all(source, root, say), 1):
        if made is not None:
            category, seed, is_new = made
            there.append((category, seed))
            new += is_new
        if number % SAY_EVERY == 0:
            say(f"{number} read, {new} new")
    say(f"{len(there)} shapes, {new} new")
    if wanted_views and there:
        render(root, there, wanted_views, processes=processes, say=say)
    return new


def _all(source: Path, root: Path, say: Callable[[str], None]) -> Iterator[tuple[str, int, bool] | None]:
    """Category and seed of each object, and whether it is new; None for what cannot be read."""
    if shapenet.is_copy(source):
        jobs = [(model.name, lambda model=model: _voxels(model, root)) for model in shapenet.models(source)]
    else:
        jobs = [(str(found.file), lambda found=found: _mesh(found, root)) for found in folder.meshes(source)]
    for name, job in jobs:
        try:
            yield job()
        except (StaffageError, OSError, ValueError) as error:
            say(f"left out: {name}: {error}")
            yield None


def _voxels(model: shapenet.Model, root: Path) -> tuple[str, int, bool]:
    shape = shapenet.shape_of(model)
    path = folder_of(root, shape.category, shape.seed) / "shape.npz"
    is_new = not is_whole(path)
    if is_new:
        save(path, shape)
    seen_there = views.path_of(path)
    if not views.count(seen_there)[0] and (seen := shapenet.views_of(model, shape)) is not None:
        views.save(seen_there, seen)
    return shape.category, shape.seed, is_new


def _mesh(found: folder.Found, root: Path) -> tuple[str, int, bool]:
    path = folder_of(root, found.category, found.seed) / "shape.npz"
    if is_whole(path):
        return found.category, found.seed, False
    shape = folder.read(found)
    save(path, shape, None if _closed(shape) else flooded_volume(shape, FINE))
    return found.category, found.seed, True


def _closed(shape: Shape) -> bool:
    return all(folder.is_closed(part) and part.volume > 0 for part in shape.parts)
