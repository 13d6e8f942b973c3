"""What clothes, hair and eyes are made of, as ordinary Principled materials. Colours linear RGB."""

from __future__ import annotations

import numpy as np

from protocol.messages import Material

from .palette import Color


def _material(name: str, color: Color, roughness: float, subsurface: float = 0.0) -> Material:
    return Material(name, np.asarray(color, np.float32), roughness, subsurface)


def cloth(label: str, color: Color, denim: bool = False) -> Material:
    return _material("Denim" if denim else f"{label} Cloth", color, 0.92 if denim else 0.86)


def leather(label: str, color: Color, polished: bool) -> Material:
    return _material(label, color, 0.38 if polished else 0.75)


def hair_material(color: Color) -> Material:
    return _material("Hair", color, 0.52)


def iris_materials(iris: Color, brow: Color) -> tuple[Material, ...]:
    """In the order of the face piece: iris, pupil, brows, lashes."""
    return (
        _material("Iris", iris, 0.08),
        _material("Pupil", (0.004, 0.004, 0.004), 0.05),
        _material("Brows", brow, 0.7),
        _material("Lashes", (0.010, 0.008, 0.007), 0.6),
    )
