"""How alike to the true shape are those made from a plain picture of it: overlap at 32³ cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from backend.shapes.model import ShapeModel
from backend.training.cisp import batches
from backend.training.shapes.pack import Packed

from .autoencoding import take
from .overlap import occupied, overlap


@dataclass(frozen=True)
class Fidelity:
    """Means over shapes."""

    shapes: int
    one: float  # of a single sample
    best: float  # of the best of `tries`
    tries: int
    nearest: float  # of the shape of the training split whose embedding is nearest the picture's: what memory gives


def fidelity(
    model: ShapeModel, data: Packed, rows: np.ndarray, tries: int, *, seed: int = 0, steps: int = 20,
    known: tuple[Packed, Tensor] | None = None, report: Callable[[float], None] = lambda fraction: None,
) -> Fidelity:  # fmt: skip
    """Of rows of `data`. `known`: the training split and its embeddings (M, joint), to search for the nearest in."""
    found, nearest = [], []
    for at, row in enumerate(rows):
        pictures = batches.plain(data, rows[at : at + 1], 0).permute(0, 2, 3, 1).numpy()
        condition = model.encode_pictures(pictures).condition()
        made = model.sample(condition, tries, torch.Generator().manual_seed(seed + at), steps=steps)
        truth = _solid(data, row)
        found.append(overlap(occupied(torch.from_numpy(made)), truth.expand(tries, -1, -1, -1)))
        if known is not None:
            best = int((known[1] @ torch.from_numpy(condition.embedding)).argmax())
            nearest.append(overlap(_solid(known[0], best), truth))
        report((at + 1) / len(rows))
    each = torch.stack(found)
    near = float(torch.cat(nearest).mean()) if nearest else float("nan")
    return Fidelity(len(rows), float(each[:, 0].mean()), float(each.amax(1).mean()), tries, near)


def _solid(data: Packed, row: int) -> Tensor:
    """(1, 32, 32, 32) bool"""
    return occupied(take(data.signed_distance, torch.tensor([row]), torch.device("cpu")))
