"""How well a body sits in a place: the figures every report gives, and when a candidate counts as good.

Distances are exact (body vertex to scene triangle); whether a vertex is inside a solid is reachability from
open space, sampled from a field finer than the fitter's that is built anew from Blender's geometry. Gaps of a
metre and more, or to what is not there, count as FAR. Definitions:

    outside      share of body vertices with signed distance ≥ 0 (GenZI's and COINS' “non-collision”)
    deepest      depth of the deepest vertex inside a solid, metres
    gap          distance between body and anything, metres; 0 once they meet
    support      the object that carries most of the body: with most skin within a centimetre of its surface and on top
                 of it; empty if nothing carries the body, which then floats, whatever it touches from the side
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

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from backend.place.nearest import Nearest, SurfaceTree

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

    def objects_named(self, name: str) -> Array:
        """(N,) indices of the objects a request means: the exact name, else those it begins, ignoring case."""
        lower = [own.lower() for own in self.names]
        exact = [i for i, own in enumerate(lower) if own == name.lower()]
        return np.array(exact or [i for i, own in enumerate(lower) if own.startswith(name.lower())], int)


@dataclass(frozen=True)
class Body:
    """One posed person."""

    vertices: Array  # (V, 3) metres, world
    triangles: Array  # (T, 3)
    bones: Sequence[str]  # (V,) name of the bone that moves each vertex most


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


def measure(
    body: Body,
    place: Place,
    signed_distance: Callable[[Array], Array],
    *,
    support: str = "",
    touch: Mapping[str, str] | None = None,
) -> Metrics:
    """Judge one body. `signed_distance` maps (N, 3) points to (N,) metres, good to a centimetre."""
    nearest = SurfaceTree(place.corners).nearest(body.vertices, FAR)
    signed = signed_distance(body.vertices)
    inside = signed < 0
    # In overlapping pieces the nearest surface may be buried itself; the field knows how far open space is.
    depth = np.where(inside, np.maximum(nearest.distance, -signed - CONTACT), 0.0)
    touching = inside | (nearest.distance < CONTACT)
    owner = np.where(nearest.face >= 0, place.object_index[nearest.face], -1)
    wanted = place.objects_named(support) if support else None
    gaps = [_gap(body.vertices[mask], inside[mask], owner[mask], place, place.objects_named(name))
            for part, name in (touch or {}).items() for mask in part_masks(part, body.bones)]  # fmt: skip
    return Metrics(
        outside=float(1 - inside.mean()),
        deepest=float(depth.max()),
        gap=0.0 if inside.any() else float(nearest.distance.min()),
        support=_support(body, nearest, inside, touching, place),
        support_gap=None if wanted is None else _gap(body.vertices, inside, owner, place, wanted),
        touch_gap=max(gaps) if gaps else None,
        pierced=deepest_piercing(body.vertices[body.triangles], place.corners),
        overbalance=_overbalance(body, body.vertices[touching]),
    )


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


def _gap(vertices: Array, inside: Array, owner: Array, place: Place, objects: Array) -> float:
    """Metres between these vertices and these objects; 0 where they meet; FAR if there is no such object or part."""
    if not len(objects) or not len(vertices):
        return FAR
    if np.any(inside & np.isin(owner, objects)):
        return 0.0
    mine = place.corners[np.isin(place.object_index, objects)]
    return float(SurfaceTree(mine).nearest(vertices, FAR).distance.min())


def _support(body: Body, nearest: Nearest, inside: Array, touching: Array, place: Place) -> str:
    """The object on top of which most of the touching skin lies (a little inside it counts)."""
    known = touching & (nearest.face >= 0)
    faces = nearest.face[known]
    outwards = (body.vertices - nearest.foot)[known] * np.where(inside[known], -1.0, 1.0)[:, None]
    length = np.linalg.norm(outwards, axis=1)
    normals = _normals(place.corners[faces])
    level = np.abs(normals[:, 2]) > 0.5 * np.linalg.norm(normals, axis=1)
    on_top = np.where(length > 1e-4, outwards[:, 2] > 0.5 * length, level)
    if not on_top.any():
        return ""
    skin = np.bincount(place.object_index[faces[on_top]], weights=_skin_areas(body)[known][on_top])
    return place.names[int(skin.argmax())]


def _skin_areas(body: Body) -> Array:
    """(V,) m²: each vertex's share of the triangles around it; feet have many small ones."""
    areas = np.linalg.norm(_normals(body.vertices[body.triangles]), axis=1) / 2
    return np.bincount(body.triangles.reshape(-1), weights=np.repeat(areas / 3, 3), minlength=len(body.vertices))


def _normals(corners: Array) -> Array:
    """(T, 3) m², twice as long as the triangles (T, 3, 3) are large."""
    corners = corners.astype(float)
    return np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])


def _overbalance(body: Body, contacts: Array) -> float:
    if not len(contacts):
        return FAR
    centre = centre_of_mass(body)[:2]
    flat = contacts[:, :2]
    try:
        hull = flat[ConvexHull(flat).vertices]
    except (QhullError, ValueError):  # fewer than three contacts, or all in a line
        return float(np.linalg.norm(flat - centre, axis=1).min())
    start, along = hull, np.roll(hull, -1, axis=0) - hull
    place = np.clip(((centre - start) * along).sum(1) / np.maximum((along**2).sum(1), 1e-12), 0, 1)
    if np.all(along[:, 0] * (centre - start)[:, 1] - along[:, 1] * (centre - start)[:, 0] >= 0):
        return 0.0
    return float(np.linalg.norm(start + place[:, None] * along - centre, axis=1).min())


def centre_of_mass(body: Body) -> Array:
    """(3,) metres, of the closed surface filled evenly."""
    middle = body.vertices.mean(axis=0)
    a, b, c = (body.vertices[body.triangles[:, i]] - middle for i in range(3))
    volume = np.einsum("tk,tk->t", a, np.cross(b, c)) / 6
    return middle + (volume[:, None] * (a + b + c) / 4).sum(axis=0) / volume.sum()
