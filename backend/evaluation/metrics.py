"""How well a body sits in a place: the figures every report gives, and when a candidate counts as good.

Distances are exact (body vertex to scene triangle); whether a vertex is inside a solid is reachability from
open space, sampled from a field finer than the fitter's that is built anew from Blender's geometry. Gaps of a
metre and more, or to what is not there, count as FAR. Definitions:

    outside      share of body vertices with signed distance ≥ 0 (GenZI's and COINS' “non-collision”)
    deepest      depth of the deepest vertex inside a solid, metres
    gap          distance between body and anything, metres; 0 once they meet
    support      the object that bears most of the weight, see `carrying`; empty if nothing carries the body, which then
                 floats, whatever it touches from the side
    support_gap  distance to the support named in the request, metres, 0 once they meet
    touch_gap    the largest of the distances between named body parts and the objects they must touch
    overbalance  how far the centre of mass lies outside the hull of all contacts, seen from above, metres
    pierced      how deep the scene's surfaces reach into the body, metres: sees bars and boards that are too thin to be
                 solids; reported, not judged
    overlap      share of a person's vertices inside another person
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np

from backend.place.nearest import Nearest, SurfaceTree

from .bodies import Body
from .carrying import Carried, base_margin, carried, centre_of_mass
from .parts import part_masks
from .piercing import deepest_piercing
from .winding import winding_number

Array = np.ndarray
CONTACT = 0.01  # metres: nearer than this is contact
FAR = 1.0  # metres


@dataclass(frozen=True)
class Place:
    """The scene's triangles as Blender shows them, in world space, without the people."""

    names: tuple[str, ...]
    corners: Array  # (T, 3, 3) float32, metres
    object_index: Array  # (T,) into names

    @cached_property
    def tree(self) -> SurfaceTree:
        return SurfaceTree(self.corners)

    def tree_of(self, objects: Array) -> SurfaceTree:
        """Of some objects only; kept for the next body."""
        known: dict[tuple[int, ...], SurfaceTree] = self._trees
        key = tuple(int(own) for own in objects)
        if key not in known:
            known[key] = SurfaceTree(self.corners[np.isin(self.object_index, objects)])
        return known[key]

    @cached_property
    def _trees(self) -> dict[tuple[int, ...], SurfaceTree]:
        return {}

    def objects_named(self, name: str) -> Array:
        """(N,) indices of the objects a request means: the exact name, else those it begins, ignoring case."""
        lower = [own.lower() for own in self.names]
        exact = [i for i, own in enumerate(lower) if own == name.lower()]
        return np.array(exact or [i for i, own in enumerate(lower) if own.startswith(name.lower())], int)


@dataclass(frozen=True)
class Limits:
    """What a candidate must meet to count as good."""

    outside: float = 0.985
    deepest: float = 0.03
    gap: float = 0.015


GOOD = Limits()


@dataclass(frozen=True)
class Metrics:
    """See the module's first lines."""

    outside: float
    deepest: float
    gap: float
    support: str
    support_gap: float | None
    touch_gap: float | None
    overbalance: float
    pierced: float = 0.0
    overlap: float = 0.0

    def failures(self, limits: Limits = GOOD) -> tuple[str, ...]:
        """In words, what keeps this body from being good; empty if nothing does."""
        found = []
        if self.outside < limits.outside:
            found.append(f"{100 * (1 - self.outside):.1f} % of the body inside solids")
        if self.deepest >= limits.deepest:
            found.append(f"{100 * self.deepest:.1f} cm deep inside")
        if self.gap > limits.gap:
            found.append(f"floats {100 * self.gap:.1f} cm")
        elif not self.support:
            found.append("nothing carries it")
        if self.support_gap is not None and self.support_gap > limits.gap:
            found.append(f"{100 * self.support_gap:.1f} cm off the support")
        if self.touch_gap is not None and self.touch_gap > limits.gap:
            found.append(f"{100 * self.touch_gap:.1f} cm short of what it should touch")
        return tuple(found)

    def as_json(self) -> dict[str, object]:
        return {key: round(value, 5) if isinstance(value, float) else value for key, value in asdict(self).items()}


@dataclass(frozen=True)
class Reading:
    """A body's skin against a place, vertex by vertex."""

    nearest: Nearest
    inside: Array  # (V,) bool: within a solid
    depth: Array  # (V,) metres, 0 outside
    owner: Array  # (V,) index of the nearest object, −1 beyond FAR


def read(body: Body, place: Place, signed_distance: Callable[[Array], Array]) -> Reading:
    """`signed_distance` maps (N, 3) points to (N,) metres, good to a centimetre."""
    nearest = place.tree.nearest(body.vertices, FAR)
    signed = signed_distance(body.vertices)
    inside = signed < 0
    # In overlapping pieces the nearest surface may be buried itself; the field knows how far open space is.
    depth = np.where(inside, np.maximum(nearest.distance, -signed - CONTACT), 0.0)
    owner = np.where(nearest.face >= 0, place.object_index[nearest.face], -1)
    return Reading(nearest, inside, depth, owner)


def carrying_of(body: Body, place: Place, reading: Reading, bearing: Array | None = None) -> Carried:
    """See `carrying.carried`."""
    return carried(body, reading.nearest, reading.inside, reading.owner, place.tree, place.corners, bearing)


def measure(
    body: Body,
    place: Place,
    signed_distance: Callable[[Array], Array],
    *,
    support: str = "",
    touch: Mapping[str, str] | None = None,
) -> Metrics:
    """Judge one body; `signed_distance` as in `read`."""
    reading = read(body, place, signed_distance)
    return judge(body, place, reading, carrying_of(body, place, reading), support=support, touch=touch)


def judge(
    body: Body, place: Place, reading: Reading, held: Carried, *, support: str = "",
    touch: Mapping[str, str] | None = None,
) -> Metrics:  # fmt: skip
    """Judge one body of which the skin has been read."""
    inside, distance = reading.inside, reading.nearest.distance
    wanted = place.objects_named(support) if support else None
    gaps = touch_gaps(body, place, reading, touch or {})
    touching = body.vertices[inside | (distance < CONTACT)]
    return Metrics(
        outside=float(1 - inside.mean()),
        deepest=float(reading.depth.max()),
        gap=0.0 if inside.any() else float(distance.min()),
        support=place.names[next(iter(held.loads))] if held.loads else "",
        support_gap=None if wanted is None else gap_to(body, place, reading, wanted),
        touch_gap=max(gaps.values()) if gaps else None,
        pierced=deepest_piercing(body.vertices[body.triangles], place.corners),
        overbalance=max(0.0, -base_margin(centre_of_mass(body)[:2], touching[:, :2])),
    )


def touch_gaps(body: Body, place: Place, reading: Reading, touch: Mapping[str, str]) -> dict[str, float]:
    """Metres between each named part (each side of a plural) and the object it must touch."""
    gaps = {}
    for part, name in touch.items():
        masks = part_masks(part, body.bones)
        for side, mask in zip(("left ", "right ") if len(masks) > 1 else ("",), masks, strict=True):
            gaps[f"{side}{part} on {name}"] = gap_to(body, place, reading, place.objects_named(name), mask)
    return gaps


def overlaps(bodies: Sequence[Body], *, every: int = 13) -> tuple[float, ...]:
    """For each body, the share of its vertices (every n-th is tried) inside any of the others."""
    shares = []
    for i, body in enumerate(bodies):
        points = body.vertices[::every]
        inside = np.zeros(len(points), bool)
        for j, other in enumerate(bodies):
            low, high = other.vertices.min(axis=0), other.vertices.max(axis=0)
            near = np.flatnonzero(np.all((points >= low) & (points <= high), axis=1))
            if i != j and len(near):
                inside[near] |= winding_number(points[near], other.vertices[other.triangles]) > 0.5
        shares.append(float(inside.mean()))
    return tuple(shares)


def gap_to(body: Body, place: Place, reading: Reading, objects: Array, mask: Array | None = None) -> float:
    """Metres between skin (`mask` of it) and objects; 0 where they meet; FAR if there is no such object or part."""
    chosen = np.ones(len(body.vertices), bool) if mask is None else mask
    if not len(objects) or not chosen.any():
        return FAR
    if np.any(reading.inside & chosen & np.isin(reading.owner, objects)):
        return 0.0
    return float(place.tree_of(objects).nearest(body.vertices[chosen], FAR).distance.min())
