"""Pictures that nobody here made, or that show what nobody here modelled: what the product makes of them, to look at.

No true shape is known; what can be measured is what the object is taken for, how well the shape's outline agrees with
the cut-out in the best view, and what the judge says. The sheet shows for each picture its cut-out, the candidates from
the picture's side, the best outline first, and that one from another side.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from backend.evaluation.process import in_blender
from backend.shapes.colors import colored
from backend.shapes.cutout import cut_out, for_network, resized
from backend.shapes.meshing import SolidMesh, mesh_of
from backend.shapes.model import ShapeModel
from backend.shapes.pictures import read
from backend.shapes.portrayal import GROUND, VIEW, portrayed
from backend.shapes.viewing import Framing, View, find_view
from protocol.errors import NoShape, StaffageError

from . import inputs
from .coherence import Judge

SIDE = 160  # pixels of a tile of the sheet
LABEL = 16
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
ASIDE = np.radians(110.0)  # how far around the other side is


@dataclass(frozen=True, eq=False)
class Made:
    mesh: SolidMesh
    colors: np.ndarray  # (V, 3)
    framed: Framing


def found_in(folders: Sequence[Path]) -> list[Path]:
    """All picture files in folders, and the cup of coffee that comes with scikit-image, if that is installed."""
    files = [file for folder in folders for file in sorted(folder.iterdir()) if file.suffix.lower() in SUFFIXES]
    package = importlib.util.find_spec("skimage")
    coffee = Path(package.origin).parent / "data" / "coffee.png" if package and package.origin else None
    return [*files, *([coffee] if coffee is not None and coffee.exists() else [])]


def of_scenes(scenes: Sequence[Path], out: Path, pixels: int = 320) -> list[Path]:
    """Blender's pictures of the objects in scene files."""
    made = []
    for scene in scenes:
        folder = out / scene.stem
        folder.mkdir(parents=True, exist_ok=True)
        task = {"scene": str(scene.resolve()), "out": str(folder.resolve()), "pixels": pixels}
        in_blender("objects", task, out / "blender.log")
        made += sorted(folder.glob("*.png"))
    return made


def photographs(
    files: Sequence[Path], model: ShapeModel, judge: Judge | None, sheet: Path, say: Callable[[str], None], *,
    candidates: int = 4,
) -> list[dict[str, Any]]:  # fmt: skip
    """A line for each picture; the sheet of all of them is written."""
    from PIL import Image

    lines, rows = [], []
    for file in files:
        line, tiles = _one(file, model, judge, candidates)
        lines.append(line)
        rows.append(_row(line, tiles, candidates + 3))
        say(f"{line['picture']}: {line['error'] or line['category']}")
    if rows:
        sheet.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.concatenate(rows)).save(sheet)
    return lines


def _one(
    file: Path, model: ShapeModel, judge: Judge | None, candidates: int
) -> tuple[dict[str, Any], list[np.ndarray]]:  # fmt: skip
    began, tiles = time.monotonic(), []
    name = f"{file.parent.name}/{file.stem}"
    try:
        pixels = read(file)
        tiles.append(_tile(pixels))
        cut = cut_out(pixels).pixels
        tiles.append(_tile(cut))
        picture = for_network(cut)
        code = model.encode_pictures(picture[None])
        volumes = model.sample(code.condition(), candidates, torch.Generator().manual_seed(0))
        expected = View(float(code.azimuth[0]), float(code.elevation[0]))
        made = _finished(volumes, cut, expected)
    except StaffageError as error:
        return {"picture": name, "error": f"{error.title}: {error.detail}"}, tiles
    best = made[0]
    tiles += [_portrait(one, one.framed.view) for one in made]
    tiles += [np.zeros_like(tiles[0])] * (candidates - len(made))
    tiles.append(_portrait(best, replace(VIEW, azimuth=best.framed.view.azimuth + ASIDE)))
    kind = int(code.category[0].argmax())
    return {
        "picture": name, "error": None, "category": model.categories[kind], "sure": float(code.category[0, kind]),
        "silhouette": best.framed.agreement, "judge": _judged(judge, picture, best),
        "seconds": time.monotonic() - began,
    }, tiles  # fmt: skip


def _finished(volumes: np.ndarray, cut: np.ndarray, expected: View) -> list[Made]:
    """As the product makes them, the best outline first. Raises `NoShape` if all volumes are empty."""
    found, failure = [], NoShape("No candidate holds a solid.")
    for volume in volumes:
        try:
            mesh = mesh_of(volume)
        except NoShape as error:
            failure = error
            continue
        framed = find_view(mesh.vertices, mesh.triangles, cut[..., 3], expected, np.random.default_rng(0))
        found.append(Made(mesh, colored(mesh.vertices, mesh.triangles, cut, framed), framed))
    if not found:
        raise failure
    return sorted(found, key=lambda one: -one.framed.agreement)


def _judged(judge: Judge | None, picture: np.ndarray, made: Made) -> float | None:
    """The judge's cosine between the picture and the shape as it is shown."""
    if judge is None:
        return None
    shown = _portrait(made, made.framed.view)
    alpha = np.where((shown == np.array(GROUND)).all(-1, keepdims=True), 0, 255).astype(np.uint8)
    framed = inputs.plain(np.concatenate([shown, alpha], axis=-1))
    if framed is None:
        return None
    codes = judge(np.stack([picture, framed]))
    return float(codes[0] @ codes[1])


def _portrait(made: Made, view: View) -> np.ndarray:
    return portrayed(made.mesh.vertices, made.mesh.triangles, made.colors, view, SIDE)


def _tile(pixels: np.ndarray) -> np.ndarray:
    """(160, 160, 3) uint8: all of a picture, before the portraits' ground."""
    values = pixels.astype(np.float32)
    flat = values[..., :3] * values[..., 3:] / 255 + np.array(GROUND) * (1 - values[..., 3:] / 255)
    scale = SIDE / max(flat.shape[:2])
    height, width = (max(1, round(side * scale)) for side in flat.shape[:2])
    tile = np.empty((SIDE, SIDE, 3), np.float32)
    tile[:] = GROUND
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    tile[top : top + height, left : left + width] = resized(flat, height, width)
    return np.clip(tile + 0.5, 0, 255).astype(np.uint8)


def _row(line: dict[str, Any], tiles: Sequence[np.ndarray], columns: int) -> np.ndarray:
    """Tiles side by side below what was found."""
    from PIL import Image, ImageDraw

    row = np.full((SIDE + LABEL, columns * SIDE, 3), 255, np.uint8)
    for column, tile in enumerate(tiles):
        row[LABEL:, column * SIDE : (column + 1) * SIDE] = tile
    image = Image.fromarray(row)
    found = line["error"] or f"{line['category']} ({line['sure']:.0%}), outline {line['silhouette']:.2f}"
    ImageDraw.Draw(image).text((4, 2), f"{line['picture']}: {found}"[:150], fill=(0, 0, 0))
    return np.asarray(image)
