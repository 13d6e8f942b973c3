"""How like the shape of its picture a generated one is: overlap, Chamfer's distance, silhouette, and a judge's eye.

The judge is an encoder of pictures that guided nothing: it compares the picture asked with and the generated shape,
shaded plainly and seen through the same camera.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from backend.shapes.model import Condition, ShapeModel
from backend.training.shapes.volume import occupancy_of

from . import inputs
from .asked import Asked
from .clouds import chamfer, cloud_of
from .raycast import look
from .solids import overlap, pieces

Judge = Callable[[np.ndarray], np.ndarray]  # pictures (N, 96, 96, 3) → (N, D) of unit length
MEASURES = ("overlap", "chamfer", "silhouette", "judge")
BETTER_SMALL = ("chamfer",)


@dataclass(frozen=True)
class Setting:
    """A model and whether pictures guide it."""

    name: str
    model: ShapeModel
    guided: bool = True

    def volumes(self, picture: np.ndarray, count: int, seed: int) -> np.ndarray:
        """(count, 64, 64, 64)"""
        condition: Condition | None = None
        if self.guided:
            condition = self.model.encode_pictures(picture[None]).condition()
        return self.model.sample(condition, count, torch.Generator().manual_seed(seed))


def measured(asked: Asked, volumes: Sequence[np.ndarray], judge: Judge | None, seed: int) -> dict[str, Any]:
    """What came of one picture: a list of every measure, one value for each candidate. Misses are None."""
    generator = np.random.default_rng(seed)
    true = cloud_of(asked.volume, generator)
    row: dict[str, Any] = {name: [] for name in MEASURES} | {"pieces": []}
    shaded = []
    for volume in volumes:
        cloud = cloud_of(volume, generator)
        seen = look(volume, asked.camera_to_world, asked.field_of_view, len(asked.silhouette))
        row["overlap"].append(overlap(occupancy_of(volume), asked.occupancy))
        row["chamfer"].append(None if cloud is None or true is None else chamfer(cloud, true))
        row["silhouette"].append(overlap(seen.silhouette, asked.silhouette))
        row["pieces"].append(pieces(volume < 0))
        shaded.append(_for_judge(seen.silhouette, seen.picture))
    row["judge"] = _judged(asked.picture, shaded, judge)
    return row


def missed(candidates: int) -> dict[str, Any]:
    """What came of a picture from which nothing could be cut out."""
    zeros = [0.0] * candidates
    return {
        "overlap": zeros, "chamfer": [None] * candidates, "silhouette": zeros, "judge": [None] * candidates,
        "pieces": [0] * candidates,
    }  # fmt: skip


def ceiling(asked: Asked, judge: Judge | None) -> dict[str, Any]:
    """What the true shape's own volume reaches: no generated one can be better, but by chance."""
    seen = look(asked.volume, asked.camera_to_world, asked.field_of_view, len(asked.silhouette))
    return {
        "silhouette": overlap(seen.silhouette, asked.silhouette),
        "judge": _judged(asked.picture, [_for_judge(seen.silhouette, seen.picture)], judge)[0],
    }


def single(row: dict[str, Any], measure: str) -> float:
    """What one candidate reaches: the mean over all; not a number where none has a value."""
    known = [value for value in row[measure] if value is not None]
    return float(np.mean(known)) if known else float("nan")


def best(row: dict[str, Any], measure: str) -> float:
    """What the best of all candidates reaches."""
    known = [value for value in row[measure] if value is not None]
    if not known:
        return float("nan")
    return float(min(known) if measure in BETTER_SMALL else max(known))


def _for_judge(silhouette: np.ndarray, picture: np.ndarray) -> np.ndarray | None:
    """A shaded shape framed as pictures are."""
    alpha = silhouette[..., None].astype(np.float32)
    return inputs.plain(np.round(255 * np.concatenate([picture, alpha], axis=-1)).astype(np.uint8))


def _judged(picture: np.ndarray | None, shaded: Sequence[np.ndarray | None], judge: Judge | None) -> list[float | None]:
    if judge is None or picture is None:
        return [None] * len(shaded)
    there = [index for index, one in enumerate(shaded) if one is not None]
    found: list[float | None] = [None] * len(shaded)
    if there:
        codes = judge(np.stack([picture, *(shaded[index] for index in there)]))
        for index, code in zip(there, codes[1:], strict=True):
            found[index] = float(codes[0] @ code)
    return found
