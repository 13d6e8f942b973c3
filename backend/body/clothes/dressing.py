"""From an outfit and a person to what they wear: vertices at rest, and what lies hidden beneath.

Garments lie over one another from the inside out. What is well inside an outer one is hidden, on the body and on inner
garments alike, so that nothing shows through however a limb is bent; a strip at the border stays, so that no gap shows.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np

from ..model import BodyModel, ShapedBody
from ..posing import PosedBody
from .drawing import Surface, drawn_over
from .joined import Joined
from .layering import Sheet, Shell, clear, over, sheet, skirt_of, tucked, turned
from .limbs import body_limbs
from .measures import measures
from .outfit import Item, Outfit
from .piece import Piece, Topology
from .settling import Settling, posed, skinning, transforms, unposed
from .shoes import Shoes
from .skirts import COLUMNS, Tube
from .wardrobe import piece

Array = np.ndarray
MARGIN = 0.018  # metres inside a garment's border from which on the body is hidden
UNDER = 0.026  # … and inner garments
LOOK_IN = 2.5  # how far one looks in beneath an edge, in widths of the gap
TIGHT, LOOSE = 0.006, 0.04  # metres: gaps from and to which that counts
BENEATH = 0.002  # metres inside a border from which on things have to be beneath
SEEN = 0.003  # … and are looked for when they are not


@dataclass(frozen=True)
class Dressed:
    """One thing worn by one person."""

    item: Item
    topology: Topology
    vertices: Array  # (V, 3) float32, metres, rest
    hidden: Array  # (H,) int32, vertices beneath other things


def dress(model: BodyModel, shaped: ShapedBody, outfit: Outfit) -> tuple[tuple[Dressed, ...], Array]:
    """What a person wears, and the body's hidden vertices (H,) int32."""
    wearer = measures(model).wearer(shaped)
    clothes = [piece(model, item.piece) for item in outfit.clothes]
    made: list[_Made] = []
    for place, (item, own) in enumerate(zip(outfit.clothes, clothes, strict=True)):
        layer, vertices = sheet(model, item.piece), own.vertices(wearer)
        if made:
            points = np.concatenate([one.vertices[one.shown] for one in made])
            limbs = np.concatenate([one.sheet.limbs[one.shown] for one in made])
            vertices = over(vertices, layer, points, limbs, wearer.scale)
        covers = [own.under(outer.cover) for outer in clothes[place + 1 :]]
        made.append(_Made(item, layer, vertices, ~_beneath(covers, layer)))
    dressed = []
    for place, one in enumerate(made):
        own, outer = one.sheet.piece, made[place + 1 :]
        covers = [own.under(other.sheet.piece.cover) for other in outer]
        if not isinstance(own, Shoes):
            arrays = zip(covers, outer, strict=True)
            covers = [_deep(cover, UNDER, one.vertices, one.sheet.limbs, other) for cover, other in arrays]
        dressed.append(_worn(one.item, own, one.vertices, _beneath(covers, one.sheet)))
    limbs = body_limbs(model)
    covers = [_deep(one.sheet.piece.cover, MARGIN, wearer.vertices, limbs, one) for one in made]
    above = [outfit.face] + ([outfit.hair] if outfit.hair else [])
    for item in above:
        own = piece(model, item.piece)
        dressed.append(_worn(item, own, own.vertices(wearer), np.zeros(len(own.topology.weights), bool)))
        covers.append(own.cover)
    cover = np.max(covers, axis=0)
    shoes = [own.cover for own in clothes if isinstance(own, Shoes)]
    others = [own.cover for own in clothes if not isinstance(own, Shoes)]
    if shoes and others:  # from shoes on into trousers nothing ends
        in_shoe, in_others = np.max(shoes, axis=0), np.max(others, axis=0)
        cover = np.where((in_shoe > 0) & (in_others > 0), np.maximum(cover, in_shoe + in_others), cover)
    hidden = _well_inside(cover, model.topology.faces.numpy(), MARGIN)
    return tuple(dressed), np.flatnonzero(hidden).astype(np.int32)


@dataclass(frozen=True)
class _Made:
    """One of the clothes at rest over those beneath it; `shown` (V,) bool: what outer ones do not cover."""

    item: Item
    sheet: Sheet
    vertices: Array
    shown: Array


def _deep(cover: Array, margin: float, points: Array, limbs: Array, outer: _Made) -> Array:
    """`cover` (V,) less what one sees farther in where an outer layer lies loosely over `points` (V, 3)."""
    if outer.sheet.linings or isinstance(outer.sheet.piece, Shoes):
        return cover
    asked = np.flatnonzero((cover > margin) & (cover < margin + LOOK_IN * LOOSE))
    face, _, offset, _ = Shell(outer.vertices, outer.sheet).sides(points[asked], limbs[asked], LOOSE)
    gap = np.where(face >= 0, np.linalg.norm(offset, axis=1), LOOSE)
    result = cover.copy()
    result[asked] -= LOOK_IN * np.maximum(gap - TIGHT, 0)
    return result


def _beneath(covers: list[Array], own: Sheet) -> Array:
    """(V,) bool: what is hidden by outer pieces that cover it so far. Shoes end in trousers; nobody sees farther up."""
    deepest = np.max([np.full(len(own.limbs), -1.0), *covers], axis=0)
    return _well_inside(deepest, own.faces, 0.003 if isinstance(own.piece, Shoes) else UNDER)


def _well_inside(cover: Array, faces: Array, margin: float) -> Array:
    """(V,) bool: vertices farther inside than `margin`, all of whose faces, which go with them, stay inside by half."""
    lowest = cover.copy()
    of_faces = cover[faces].min(1)
    for corner in range(4):
        np.minimum.at(lowest, faces[:, corner], of_faces)
    return (cover > margin) & (lowest > 0.5 * margin)


def settle(
    model: BodyModel, body: PosedBody, dressed: tuple[Dressed, ...], hidden: Array
) -> tuple[tuple[Dressed, ...], Array]:
    """The same in the body's pose: skirts and long hair settled, and every layer outside of what shows beneath it.

    Outer layers give way first; then inner ones are tucked in. What still stands out of a layer over it is hidden in
    this pose, where that opens no hole beyond its border; elsewhere the layer is drawn over it.
    """
    moves = transforms(body)
    skin = body.vertices.double().numpy()
    bare = model.topology.outer.numpy().copy()
    bare[hidden] = False
    scale = body.shaped.height / 1.75
    below: list[_Layer] = []
    result = []
    for place, one in enumerate(dressed):
        own, loose = piece(model, one.item.piece), _loose(model, one.item.piece)
        rest = one.vertices.astype(np.float64)
        if loose:
            rest = loose.settle(rest, body)
        if one.item.cloth:
            layer = _Layer(place, one, sheet(model, one.item.piece), skinning(one.topology, moves), rest)
            chosen = bare & (own.cover > BENEATH)
            inner = [(skin[chosen], body_limbs(model)[chosen]), *(under.beneath(own) for under in below)]
            points, limbs = (np.concatenate(arrays) for arrays in zip(*inner, strict=True))
            layer.placed = clear(layer.placed, layer.sheet, points, limbs, scale)
            below.append(layer)
        result.append(replace(one, vertices=rest.astype(np.float32)))
    _tuck_in(model, below, scale)
    under, gone = _finish(model, body, bare, below)
    for layer, hide in zip(below, under, strict=True):
        vertices = layer.rest().astype(np.float32)
        placed = replace(layer.what, vertices=vertices, hidden=np.flatnonzero(hide).astype(np.int32))
        result[layer.place] = placed
    return tuple(result), np.flatnonzero(gone).astype(np.int32)


class _Layer:
    """One of the clothes in the pose. `placed` (V, 3) changes while layers find their places."""

    def __init__(self, place: int, what: Dressed, own: Sheet, matrices: Array, rest: Array) -> None:
        self.place, self.what, self.sheet = place, what, own  # `place` among all that is worn
        self._matrices, self._rest, self._start = matrices, rest, posed(rest, matrices)
        self.placed = self._start
        self._shell: tuple[Array, Shell] | None = None

    @property
    def shell(self) -> Shell:
        """Its outside as it is placed now."""
        if self._shell is None or self._shell[0] is not self.placed:
            self._shell = self.placed, Shell(self.placed, self.sheet)
        return self._shell[1]

    def turn_in(self, scale: float) -> None:
        """Hems, collars and linings go where they belong; none of them is part of the outside."""
        shell = self.shell
        self.placed = self.sheet.lined(turned(self.placed, self.sheet, shell, scale))
        self._shell = self.placed, shell

    @property
    def hidden(self) -> Array:
        """(V,) bool."""
        return np.isin(np.arange(len(self.placed)), self.what.hidden)

    def under(self, outer: Piece) -> Array:
        """(V,) metres inside the border of an outer piece."""
        return self.sheet.piece.under(outer.cover)

    def beneath(self, outer: Piece) -> tuple[Array, Array]:
        """Points that show up to the border of an outer piece, inside it, and their limbs."""
        chosen = ~self.hidden & (self.under(outer) > BENEATH)
        return self.placed[chosen], self.sheet.limbs[chosen]

    def surface(self) -> Surface:
        """As something beneath other layers."""
        own = self.sheet
        return Surface(self.placed, own.faces, own.limbs, isinstance(own.piece, Shoes))

    def rest(self) -> Array:
        """(V, 3) where skinning takes what is placed from."""
        moved = (self.placed != self._start).any(1)
        result = self._rest.copy()
        result[moved] = unposed(self.placed[moved], self._matrices[moved])
        return result


def _tuck_in(model: BodyModel, layers: list[_Layer], scale: float) -> None:
    """From the outside in: what shows at the border of an outer layer lies beneath it."""
    for number in reversed(range(len(layers))):
        outer = layers[number]
        skirt = skirt_of(model, outer.what.item.piece)
        if skirt:
            own, depth = skirt
            outer.placed = tucked(outer.placed, outer.sheet, depth > BENEATH, Shell(outer.placed, own), scale)
        for inner in layers[:number]:
            if not isinstance(inner.sheet.piece, Shoes):
                asked = ~inner.hidden & (inner.under(outer.sheet.piece) > BENEATH)
                inner.placed = tucked(inner.placed, inner.sheet, asked, outer.shell, scale)
    for layer in layers:
        layer.turn_in(scale)


def _finish(model: BodyModel, body: PosedBody, bare: Array, layers: list[_Layer]) -> tuple[list[Array], Array]:
    """From the inside out: what stands out of a layer is hidden, or the layer is drawn over it.

    Returns what is hidden (V,) bool of each layer, and of the body.
    """
    faces, limbs, outer_skin = model.topology.faces.numpy(), body_limbs(model), model.topology.outer.numpy()
    skin, scale = Surface(body.vertices.double().numpy(), faces, limbs), body.shaped.height / 1.75
    gone, under = ~bare & outer_skin, [layer.hidden for layer in layers]
    for number, outer in enumerate(layers):
        own, inside = outer.sheet.piece, list(zip(layers[:number], under, strict=False))
        gone |= outer.shell.standing_out(skin.points, limbs, _well_inside(own.cover, faces, BENEATH) & ~gone)
        for inner, hidden in inside:
            beneath = _well_inside(inner.under(own), inner.sheet.faces, BENEATH) & ~hidden
            hidden |= outer.shell.standing_out(inner.placed, inner.sheet.limbs, beneath)
        if isinstance(own, Shoes):  # they are stiff
            continue
        asked = [inner.sheet.outside & ~hidden & (inner.under(own) > SEEN) for inner, hidden in inside]
        asked = [outer_skin & ~gone & (own.cover > SEEN), *asked]
        surfaces = [skin, *(inner.surface() for inner, _ in inside)]
        outer.placed = drawn_over(outer.placed, outer.sheet, surfaces, asked, scale)
    return under, gone


def _worn(item: Item, own: Piece, vertices: Array, under: Array) -> Dressed:
    return Dressed(item, own.topology, vertices.astype(np.float32), np.flatnonzero(under).astype(np.int32))


@functools.cache
def _loose(model: BodyModel, name: str) -> Settling | None:
    own = piece(model, name)
    count = len(own.topology.weights)
    loose, fixed = np.zeros(count, bool), np.zeros(count, bool)
    parts, first = (own.parts if isinstance(own, Joined) else (own,)), 0
    for part in parts:
        size = len(part.topology.weights)
        if isinstance(part, Tube):
            loose[first : first + size] = True
            fixed[first : first + 4 * COLUMNS] = True  # the waistband holds
        first += size
    if loose.any():
        return Settling(model, own.topology, loose, fixed, tension=True)
    head = model.skeleton.index("head")
    on_head = (own.topology.weights * (own.topology.weight_bones == head)).sum(1)
    if name in ("Long Hair", "Bob", "Ponytail") and (on_head < 0.999).any():
        return Settling(model, own.topology, on_head < 0.999, np.zeros(count, bool), tension=False)
    return None
