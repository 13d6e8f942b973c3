"""One posed person as arrays, as Blender shows it: skin, rig and pose; written in Blender, read by the judge.

Rotations follow `body/model.py`: axes parallel to the object frame, Q_k = Q_parent R_k, identity at rest; the root's
rotation includes the object's own turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Rigged:
    """The skeleton that poses a body, and the body before it is posed."""

    bone_names: tuple[str, ...]
    bone_parents: tuple[int, ...]  # −1 for roots; parents before children
    rotations: Array  # (B, 3, 3) local rotations
    rest_heads: Array  # (B, 3) metres, object frame
    rest_vertices: Array  # (V, 3) metres, object frame
    root_position: Array  # (3,) metres, world: the first bone's head


@dataclass(frozen=True)
class Body:
    """One posed person."""

    vertices: Array  # (V, 3) metres, world
    triangles: Array  # (T, 3)
    bones: Sequence[str]  # (V,) name of the bone that moves each vertex most
    rigged: Rigged | None = None


def local_rotations(rest: Array, posed: Array, parents: Sequence[int]) -> Array:
    """(B, 3, 3) local rotations from the bones' orientations (B, 3, 3) at rest (object frame) and posed (world)."""
    carried = posed @ np.swapaxes(rest, 1, 2)
    return np.stack([
        own if parent < 0 else carried[parent].T @ own for own, parent in zip(carried, parents, strict=True)
    ])  # fmt: skip


def load_body(path: Path) -> Body:
    data = np.load(path)
    rigged = None
    if "bone_names" in data:
        parents = tuple(int(parent) for parent in data["bone_parents"])
        rotations = local_rotations(data["rest_orientations"], data["orientations"], parents)
        names = tuple(str(name) for name in data["bone_names"])
        rigged = Rigged(names, parents, rotations, data["rest_heads"], data["rest_vertices"], data["root_position"])
    return Body(data["vertices"], data["triangles"], [str(name) for name in data["bones"]], rigged)
