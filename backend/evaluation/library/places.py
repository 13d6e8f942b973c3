"""A place for every kind of support in `body.interactions.SUPPORTS`: named things around the origin, people's side −Y.

`place_for(interaction)` gives the place that an interaction is shown in; `as_snapshot` what a user's scene of it would
be to the backend. World: metres, Z up, floor at z = 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from backend.body.interactions import Interaction
from protocol.codec import mesh_hash
from protocol.messages import Mesh, SceneObject, Snapshot

from ..living_room.shapes import Piece, box
from . import furniture
from .horse import horse
from .vehicles import bicycle, motorcycle, skateboard

FLOOR = 2.6  # metres from the middle to the floor's edges
GREY = np.array([0.6, 0.58, 0.55], np.float32)  # sRGB; nothing is asked for by its colour here


@dataclass(frozen=True)
class Thing:
    """One object of a place, on its spot, turned by `turn` degrees about Z."""

    name: str
    pieces: tuple[Piece, ...]
    at: tuple[float, float, float] = (0.0, 0.0, 0.0)
    turn: float = 0.0

    @property
    def matrix(self) -> np.ndarray:
        """(4, 4) float64, object to world."""
        c, s = np.cos(np.radians(self.turn)), np.sin(np.radians(self.turn))
        x, y, z = self.at
        return np.array([[c, -s, 0, x], [s, c, 0, y], [0, 0, 1, z], [0, 0, 0, 1]], dtype=np.float64)


@dataclass(frozen=True)
class Place:
    """Things, which of them carries the people and which they touch: names of things, or empty for the floor."""

    things: tuple[Thing, ...]
    carrying: str = ""
    touched: str = ""


def thing(name: str, pieces: Sequence[Piece], *at: float, turn: float = 0.0) -> Thing:
    return Thing(name, tuple(pieces), (*at, *(0.0,) * (3 - len(at))), turn)


def floor() -> Thing:
    """A slab whose top is z = 0; pictures show a studio's backdrop instead."""
    return thing("floor", [box(2 * FLOOR, 2 * FLOOR, 0.1, "wall_plaster", radius=0.001)], 0.0, 0.0, -0.05)


PLACES: dict[str, Callable[[], Place]] = {
    "floor": lambda: Place(()),
    "seat": lambda: Place((thing("chair", furniture.chair()),), "chair"),
    "bed": lambda: Place((thing("bed", furniture.bed()),), "bed"),
    "wall": lambda: Place((thing("wall", furniture.wall()),), "", "wall"),
    "table": lambda: Place((thing("table", furniture.table()),), "", "table"),
    "window": lambda: Place(
        (thing("wall", furniture.wall_with_opening()), thing("windowsill", furniture.window_sill())), "", "windowsill"
    ),
    "stairs": lambda: Place((thing("stairs", furniture.stairs(), 0, -0.5),), "stairs"),
    "object on floor": lambda: Place((thing("basket", furniture.basket()),), "", "basket"),
    "object on table": lambda: Place(
        (thing("table", furniture.table()), thing("jar", furniture.jar(), 0.1, -0.12, 0.74)), "", "jar"
    ),
    "high object": lambda: Place(
        (thing("shelf", furniture.shelf()), thing("jar", furniture.jar(), 0.05, 0.12, 1.8)), "", "jar"
    ),
    "box": lambda: Place((thing("box", furniture.block()),), "", "box"),
    "bicycle": lambda: Place((thing("bicycle", bicycle()),), "bicycle"),
    "motorcycle": lambda: Place((thing("motorcycle", motorcycle()),), "motorcycle"),
    "horse": lambda: Place((thing("horse", horse()),), "horse"),
    "skateboard": lambda: Place((thing("skateboard", skateboard()),), "skateboard"),
}
# Interactions that one would not show on the plainest thing of their kind.
OWN_PLACES: dict[str, Callable[[], Place]] = {
    "sitting astride": lambda: Place((thing("bench", furniture.bench()),), "bench"),
    "typing": lambda: _at_table("laptop", furniture.laptop(), -0.40),
    "eating": lambda: _at_table("", furniture.meal(), -0.46),
    "driving": lambda: Place(
        (thing("chair", furniture.chair()), thing("steering wheel", furniture.steering_wheel(), 0.0, -0.56)),
        "chair",
        "steering wheel",
    ),
    "leaning on elbows": lambda: Place((thing("bar", furniture.bar()),), "", "bar"),
    "picking up": lambda: Place((thing("ball", furniture.ball()),), "", "ball"),
    "pulling": lambda: Place((thing("cart", furniture.cart()),), "", "cart"),
    "lifting": lambda: Place((thing("crate", furniture.crate()),), "", "crate"),
}


def _at_table(name: str, pieces: Sequence[Piece], y: float) -> Place:
    """A chair drawn up to a table with something on it, which is touched if it has a name."""
    things = (
        thing("chair", furniture.chair()),
        thing("table", furniture.table(1.2, 0.65), 0.0, -0.56),
        thing(name or "meal", pieces, 0.0, y, 0.74),
    )
    return Place(things, "chair", name)


def place_for(interaction: Interaction) -> Place:
    return OWN_PLACES.get(interaction.name, PLACES[interaction.support])()


def as_snapshot(place: Place) -> tuple[Snapshot, dict[str, Mesh]]:
    """The place with its floor as the extension would send it, and its meshes by hash."""
    objects, meshes = [], {}
    for own in (floor(), *place.things):
        vertices, triangles = _triangles(own.pieces)
        key = mesh_hash(vertices, triangles)
        meshes[key] = Mesh(key, vertices, triangles)
        objects.append(SceneObject(own.name, key, own.matrix, GREY))
    return Snapshot(tuple(objects), np.zeros(3, np.float32)), meshes


def _triangles(pieces: Sequence[Piece]) -> tuple[np.ndarray, np.ndarray]:
    """Vertices (V, 3) float32 and triangles (T, 3) int32 of some pieces together."""
    offsets = np.cumsum([0, *(len(piece.vertices) for piece in pieces)])
    vertices = np.concatenate([piece.vertices for piece in pieces]).astype(np.float32)
    quads = np.concatenate([piece.faces + offset for piece, offset in zip(pieces, offsets[:-1], strict=True)])
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[quads[:, 2] != quads[:, 3]][:, [0, 2, 3]]])
    return np.ascontiguousarray(vertices), np.ascontiguousarray(triangles, dtype=np.int32)
