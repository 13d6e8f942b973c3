"""Which objects can be made, how large each kind is in real life, and which seeds are for what.

`generate(category, seed)` is the same shape on every platform; another seed is another structure, proportion and
colour. Splits go by the seed alone, so that they are disjoint in every category and for every number of shapes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from protocol.errors import StaffageError

from .aeroplane import aeroplane
from .beds import bed
from .bicycle import bicycle
from .car import car
from .dice import Dice
from .guitars import guitar
from .household import ladder, picture_frame, umbrella
from .lamps import lamp
from .plants import pot_plant
from .seating import bench, chair, stool
from .shape import Shape
from .storage import bin_, cabinet, shelf
from .tables import desk, table
from .upholstery import armchair, sofa
from .vessels import bottle, bowl, mug, vase
from .watercraft import watercraft

VERSION = 1  # changes whenever a seed's shape does, so that folders built before are built anew

SPLITS = ("train", "validation", "test")


class UnknownCategory(StaffageError):
    """A category that no generator makes."""

    code = "unknown_category"
    title = "No such kind of object"
    remedy = "Name one or more of those listed, separated by spaces."


@dataclass(frozen=True)
class Category:
    make: Callable[[str, int, Dice], Shape]
    low: tuple[float, float, float]  # metres: width, depth, height at least
    high: tuple[float, float, float]  # and at most


_CATEGORIES: dict[str, Category] = {
    "aeroplane": Category(aeroplane, (6.0, 5.5, 0.8), (90.0, 90.0, 30.0)),
    "armchair": Category(armchair, (0.6, 0.7, 0.6), (1.3, 1.2, 1.2)),
    "bed": Category(bed, (0.85, 1.95, 0.4), (2.5, 2.7, 2.4)),
    "bench": Category(bench, (0.95, 0.3, 0.4), (2.2, 0.75, 1.05)),
    "bicycle": Category(bicycle, (0.3, 1.0, 0.6), (0.9, 2.0, 1.4)),
    "bin": Category(bin_, (0.2, 0.18, 0.24), (0.75, 0.85, 1.2)),
    "bottle": Category(bottle, (0.03, 0.03, 0.12), (0.14, 0.14, 0.36)),
    "bowl": Category(bowl, (0.1, 0.1, 0.015), (0.55, 0.45, 0.35)),
    "cabinet": Category(cabinet, (0.34, 0.3, 0.4), (2.0, 0.75, 2.2)),
    "car": Category(car, (1.6, 3.4, 1.1), (2.4, 6.3, 2.5)),
    "chair": Category(chair, (0.36, 0.38, 0.7), (0.85, 0.95, 1.2)),
    "desk": Category(desk, (0.95, 0.5, 0.7), (1.9, 1.8, 1.35)),
    "guitar": Category(guitar, (0.15, 0.04, 0.5), (0.5, 0.25, 1.3)),
    "ladder": Category(ladder, (0.3, 0.04, 0.5), (0.7, 1.8, 4.3)),
    "lamp": Category(lamp, (0.1, 0.1, 0.2), (1.7, 0.85, 2.1)),
    "mug": Category(mug, (0.04, 0.04, 0.055), (0.35, 0.35, 0.14)),
    "picture frame": Category(picture_frame, (0.1, 0.01, 0.06), (1.15, 0.3, 1.6)),
    "pot plant": Category(pot_plant, (0.08, 0.08, 0.12), (1.5, 1.5, 2.0)),
    "shelf": Category(shelf, (0.48, 0.22, 0.7), (1.4, 0.95, 2.3)),
    "sofa": Category(sofa, (1.1, 0.7, 0.6), (3.4, 1.8, 1.2)),
    "stool": Category(stool, (0.25, 0.2, 0.22), (0.65, 0.65, 1.15)),
    "table": Category(table, (0.35, 0.25, 0.32), (2.4, 1.5, 0.95)),
    "umbrella": Category(umbrella, (0.04, 0.04, 0.5), (3.4, 3.4, 2.9)),
    "vase": Category(vase, (0.03, 0.03, 0.13), (0.9, 0.9, 1.0)),
    "watercraft": Category(watercraft, (0.35, 2.4, 0.2), (60.0, 340.0, 80.0)),
}  # fmt: skip


def categories() -> tuple[str, ...]:
    """All that can be made, in alphabetical order."""
    return tuple(_CATEGORIES)


def size_range(category: str) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Least and greatest width, depth and height of a category, metres."""
    found = _category(category)
    return found.low, found.high


def generate(category: str, seed: int) -> Shape:
    """The object of that category and seed: any whole number from 0 on."""
    return _category(category).make(category, seed, Dice("shape", category, seed))


def split_of(seed: int) -> str:
    """ "train" (80 %), "validation" (10 %) or "test" (10 %), by a hash of the seed."""
    share = int.from_bytes(hashlib.sha256(f"split {seed}".encode()).digest()[:4], "little") / 2**32
    return SPLITS[0] if share < 0.8 else SPLITS[1] if share < 0.9 else SPLITS[2]


def _category(name: str) -> Category:
    if name not in _CATEGORIES:
        raise UnknownCategory(f"“{name}” is none of: {', '.join(_CATEGORIES)}.")
    return _CATEGORIES[name]
