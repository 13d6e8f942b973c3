"""Which part of a giant mesh the backend needs: what lies in boxes around the place where people will be.

A box is (2, 3) float64: its lower and upper corner, metres, world.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable

import numpy as np

from ..link.budget import Budget
from .meshes import Polygons, join

GIANT_TRIANGLES = 1_000_000
MARGIN_M = 3.0
LARGEST_OBJECT_M = 15.0  # a box around something larger would clip nothing

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_]+")


def around(points: np.ndarray) -> np.ndarray:
    """The box around `points: (N, 3)` with room for people."""
    return np.stack([points.min(0) - MARGIN_M, points.max(0) + MARGIN_M])


def words(text: str) -> set[str]:
    """Lower-case words of a name or a prompt: "IKEA_couchTable.001" → ikea, couch, table. Plurals lose their s."""
    found = {word.lower() for word in _WORD.findall(text)}
    return {word.removesuffix("s") if len(word) > 3 else word for word in found if len(word) > 2}


def boxes(
    where: str, prompt: str, cursor: np.ndarray, bounds: Iterable[tuple[str, bool, np.ndarray]]
) -> list[np.ndarray]:
    """`bounds`: name, whether it is the active object, and corners (8, 3) in metres, of every visible object."""
    at_cursor = around(cursor[None, :3].astype(np.float64))
    if where == "cursor":
        return [at_cursor]
    named = words(prompt)
    found = []
    for name, active, corners in bounds:
        wanted = active if where == "active" else bool(named & words(name))
        if wanted and np.ptp(corners, axis=0).max() <= LARGEST_OBJECT_M:
            found.append(around(corners))
    return found or [at_cursor]


def cut(
    polygons: Polygons, to_world: np.ndarray, regions: list[np.ndarray], budget: Budget
) -> Generator[None, None, Polygons]:
    """The polygons whose own box, in world, meets one of the regions. `to_world: (4, 4)`."""
    rotation, offset = to_world[:3, :3].T.astype(np.float32), to_world[:3, 3].astype(np.float32)
    found = []
    for starts, ends in polygons.chunks():
        loop = polygons.corner_vertices[starts[0] : ends[-1]]
        corners = polygons.vertices[loop] @ rotation + offset
        least = np.minimum.reduceat(corners, starts - starts[0])
        most = np.maximum.reduceat(corners, starts - starts[0])
        chosen = np.zeros(len(starts), bool)
        for low, high in regions:
            # Written so that NaN is inside: whoever looks for broken geometry must still find it.
            chosen |= ~((least > high) | (most < low)).any(1)
        if chosen.any():
            sizes = ends - starts
            found.append((loop[np.repeat(chosen, sizes)], sizes[chosen]))
        if budget.over():
            yield
    return (yield from join(polygons.vertices, found, budget))
