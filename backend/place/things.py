"""Objects of the scene put together to things: `coffee_table_top` and its four legs are one coffee table.

Pieces belong together if their names share what comes before the piece's word, and if they touch; they join the whole
of that name that they touch, if there is one. Metres, world.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from backend.place.names import Named, read_name
from backend.place.scene import Scene

TOUCHING = 0.06  # metres between the bounds of pieces of one thing


@dataclass(frozen=True)
class Thing:
    """Objects that are one thing."""

    name: str
    objects: tuple[int, ...]
    named: Named
    from_collection: bool
    stray: bool = False  # a single piece whose whole is not here


def collect(scene: Scene) -> list[Thing]:
    """The scene's objects, pieces of one thing put together."""
    singles: list[Thing] = []
    pieces: dict[tuple[str, ...], list[int]] = {}
    for item in scene.objects:
        named, from_collection = read_name(item.name), False
        if not named.meaningful:
            named, from_collection = _from_collections(item.collections), True
        if named.part or (from_collection and named.meaningful):
            pieces.setdefault((*named.base, *_number(item.name)), []).append(item.index)
        else:
            singles.append(Thing(item.name, (item.index,), named, False))
    for base, members in pieces.items():
        whole = [number for number, thing in enumerate(singles) if _is_whole(thing, base)]
        whole_bounds = _bounds(scene, [singles[number].objects[0] for number in whole])
        bounds = _bounds(scene, members)
        for group in touching_groups(bounds):
            objects = tuple(members[row] for row in group)
            around = np.stack([bounds[group, 0].min(0), bounds[group, 1].max(0)])
            owners = np.flatnonzero(_meet(around, whole_bounds))
            if len(owners):
                number = whole[int(owners[0])]
                owner = singles[number]
                singles[number] = Thing(owner.name, (*owner.objects, *objects), owner.named, owner.from_collection)
                continue
            singles.append(_from_pieces(objects, scene))
    return sorted(singles, key=lambda thing: thing.objects[0])


def _is_whole(thing: Thing, base: tuple[str, ...]) -> bool:
    """Whether pieces with this base may belong to the thing: "chair", "leg" to "chair"."""
    return thing.named.noun is not None and thing.named.base == base[: len(thing.named.base)] and not thing.stray


def _from_pieces(objects: tuple[int, ...], scene: Scene) -> Thing:
    first = scene.objects[objects[0]]
    named, from_collection = read_name(first.name), False
    if not named.meaningful:
        named, from_collection = _from_collections(first.collections), True
    name = first.name if len(objects) == 1 else "_".join(named.base)
    whole = Named(named.base, named.noun, named.noun_words, False)
    return Thing(name, objects, whole, from_collection, stray=len(objects) == 1 and not from_collection)


def _number(name: str) -> tuple[str, ...]:
    """A number inside a name tells things apart ("chair_2_leg"), one at its end their pieces ("chair_leg.002")."""
    match = re.search(r"(\d+)[\W_]+[A-Za-z]", name)
    return (match.group(1),) if match else ()


def _from_collections(collections: tuple[str, ...]) -> Named:
    for name in reversed(collections):
        named = read_name(name)
        if named.meaningful and named.noun is not None:
            return named
    return Named((), None, (), False)


def touching_groups(bounds: np.ndarray) -> list[list[int]]:
    """Rows of `bounds` ((N, 2, 3), metres) that touch one another, directly or through others."""
    order = np.argsort(bounds[:, 0, 0], kind="stable")
    starts = bounds[order, 0, 0]
    group = np.arange(len(bounds))

    def root(row: int) -> int:
        while group[row] != row:
            group[row] = group[group[row]]
            row = int(group[row])
        return row

    for place, row in enumerate(order):
        # Only boxes that begin before this one ends along x can touch it.
        end = int(np.searchsorted(starts, bounds[row, 1, 0] + TOUCHING, side="right"))
        others = order[place + 1 : end]
        for other in others[_meet(bounds[row], bounds[others])]:
            group[root(int(other))] = root(int(row))
    found: dict[int, list[int]] = {}
    for row in range(len(bounds)):
        found.setdefault(root(row), []).append(row)
    return list(found.values())


def _meet(one: np.ndarray, many: np.ndarray) -> np.ndarray:
    """(N,) bool: whether bounds ((2, 3)) and each of `many` ((N, 2, 3)) come within TOUCHING."""
    return ((one[0] - TOUCHING <= many[:, 1]) & (one[1] + TOUCHING >= many[:, 0])).all(1)


def _bounds(scene: Scene, objects: list[int]) -> np.ndarray:
    """(N, 2, 3) float64, metres, world."""
    return np.array([scene.objects[index].world_bounds for index in objects]).reshape(-1, 2, 3)
