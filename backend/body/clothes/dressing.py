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
from .joined import Joined
from .layering import Shell, clear, over
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
BENEATH = 0.002  # metres inside a border from which on things have to be beneath


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
    dressed = []
    layers: list[Array] = []
    for place, (item, own) in enumerate(zip(outfit.clothes, clothes, strict=True)):
        vertices = own.vertices(wearer)
        if layers:
            vertices = over(vertices, own, np.concatenate(layers), wearer.scale)
        covers = [own.under(outer.cover) for outer in clothes[place + 1 :]]
        nothing = np.full(len(own.topology.weights), -1.0)
        margin = UNDER if not isinstance(own, Shoes) else 0.003  # trousers end there; nobody sees farther up
        under = _well_inside(np.max([nothing, *covers], axis=0), own.topology.faces, margin)
        dressed.append(_worn(item, own, vertices, under))
        layers.append(vertices[~under])
    above = [outfit.face] + ([outfit.hair] if outfit.hair else [])
    for item in above:
        own = piece(model, item.piece)
        dressed.append(_worn(item, own, own.vertices(wearer), np.zeros(len(own.topology.weights), bool)))
        clothes.append(own)
    cover = np.max([own.cover for own in clothes], axis=0)
    hidden = _well_inside(cover, model.topology.faces.numpy(), MARGIN)
    return tuple(dressed), np.flatnonzero(hidden).astype(np.int32)


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

    What then still stands out of a layer over it is hidden in this pose, where that opens no hole beyond its border.
    """
    moves = transforms(body)
    skin = body.vertices.double().numpy()
    bare = model.topology.outer.numpy().copy()
    bare[hidden] = False
    below: list[tuple[Dressed, Array]] = []
    result = []
    for one in dressed:
        own, loose = piece(model, one.item.piece), _loose(model, one.item.piece)
        rest = one.vertices.astype(np.float64)
        rest = loose.settle(rest, body) if loose else rest
        if one.item.cloth:
            matrices = skinning(one.topology, moves)
            placed = posed(rest, matrices)
            inner = [skin[bare & (own.cover > BENEATH)], *(_beneath(model, own, *layer) for layer in below)]
            inner, scale = np.concatenate(inner), body.shaped.height / 1.75
            fitted = clear(over(placed, own, inner, scale), own, inner, scale)
            if fitted is not placed:
                rest, placed = unposed(fitted, matrices), fitted
            below.append((one, placed))
        result.append(replace(one, vertices=rest.astype(np.float32)))
    return _hide_what_stands_out(model, skin, bare, tuple(result), below)


def _hide_what_stands_out(
    model: BodyModel, skin: Array, bare: Array, dressed: tuple[Dressed, ...], layers: list[tuple[Dressed, Array]]
) -> tuple[tuple[Dressed, ...], Array]:
    gone = ~bare & model.topology.outer.numpy()
    under = [np.isin(np.arange(len(placed)), one.hidden) for one, placed in layers]
    for number, (one, placed) in enumerate(layers):
        own = piece(model, one.item.piece)
        shell = Shell(placed, one.topology.faces[own.shell])
        beneath = _well_inside(own.cover, model.topology.faces.numpy(), BENEATH) & ~gone
        gone |= shell.standing_out(skin, beneath)
        for inner, (what, points) in enumerate(layers[:number]):
            cover = piece(model, what.item.piece).under(own.cover)
            beneath = _well_inside(cover, what.topology.faces, BENEATH) & ~under[inner]
            under[inner] |= shell.standing_out(points, beneath)
    known = {id(one): np.flatnonzero(hide).astype(np.int32) for (one, _), hide in zip(layers, under, strict=True)}
    changed = iter(layers)
    final = [replace(one, hidden=known[id(next(changed)[0])]) if one.item.cloth else one for one in dressed]
    return tuple(final), np.flatnonzero(gone).astype(np.int32)


def _beneath(model: BodyModel, outer: Piece, inner: Dressed, placed: Array) -> Array:
    """Points of an inner layer that show up to the border of an outer one, inside it."""
    shown = np.ones(len(placed), bool)
    shown[inner.hidden] = False
    return placed[shown & (piece(model, inner.item.piece).under(outer.cover) > BENEATH)]


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
