"""What carries a body: the object that bears most of its weight, how safely it is balanced, how far it floats.

Skin carries where a surface lies within `NEAR` below it. Loads are those of a body at rest: vertical forces on all
carrying skin that hold the weight and its moments about both axes, spread as evenly as that allows. So most of the
weight of someone on a chair is on the chair, however large his feet; the area of the contacts alone would not tell.
Metres; loads as shares of the weight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls
from scipy.spatial import ConvexHull, QhullError

from backend.place.nearest import Nearest, SurfaceTree

from .bodies import Body

Array = np.ndarray
NEAR = 0.015  # metres between skin and what carries it; flesh and cushions give that much
FAR = 1.0
STEEPEST = 0.5  # upward part of the direction from the surface to the skin: up to 60°
PATCH = 0.03  # metres: skin is gathered into patches of this size to find the loads
EVENNESS = 1e-3  # how much even pressure weighs against balance


@dataclass(frozen=True)
class Carried:
    loads: dict[int, float]  # object index → share of the weight, largest first; empty if nothing carries
    margin: float  # distance of the mass centre's ground point to the rim of the base, positive inside it
    floating: float  # clearance above what is below, 0 where it is touched


def carried(body: Body, nearest: Nearest, inside: Array, owner: Array, tree: SurfaceTree, corners: Array,
            bearing: Array | None = None) -> Carried:  # fmt: skip
    """How a body is carried.

    `nearest`: of each vertex; `inside` (V,) bool; `owner` (V,) object index, −1 for none near; `tree` over `corners`
    (T, 3, 3). `bearing` (V,) bool: skin that leans on things from any side and so widens the base, too.
    """
    on_top = lies_on_top(body.vertices, nearest, inside, corners)
    near = (inside | (nearest.distance <= NEAR)) & (owner >= 0)
    carrying = near & on_top
    base = carrying | (near & bearing) if bearing is not None else carrying
    loads = _loads(body, carrying, owner)
    return Carried(
        loads=loads,
        margin=base_margin(centre_of_mass(body)[:2], body.vertices[base][:, :2]),
        floating=_clearance(body, nearest, inside, on_top, tree),
    )


def lies_on_top(vertices: Array, nearest: Nearest, inside: Array, corners: Array) -> Array:
    """(V,) bool: the surface nearest to a vertex is below it (a little inside it counts)."""
    known = nearest.face >= 0
    outwards = (vertices - nearest.foot) * np.where(inside, -1.0, 1.0)[:, None]
    length = np.linalg.norm(outwards, axis=1)
    normals = face_normals(corners[np.maximum(nearest.face, 0)])
    # On the surface itself the direction is that of the face, whichever way it is turned.
    level = np.abs(normals[:, 2]) > STEEPEST * np.linalg.norm(normals, axis=1)
    return known & np.where(length > 1e-4, outwards[:, 2] > STEEPEST * length, level)


def base_margin(point: Array, contacts: Array) -> float:
    """Signed distance of a point (2,) to the rim of the contacts' (N, 2) convex hull, positive inside it."""
    if not len(contacts):
        return -FAR
    try:
        equations = ConvexHull(contacts).equations
        hull = contacts[ConvexHull(contacts).vertices]
    except (QhullError, ValueError):  # fewer than three contacts, or all in a line
        ends = contacts[[np.argmin(contacts @ _along(contacts)), np.argmax(contacts @ _along(contacts))]]
        return -_distance_to_segments(point, ends[:1], ends[1:])
    outside = equations[:, :2] @ point + equations[:, 2]
    if outside.max() <= 0:
        return float(-outside.max())
    return -_distance_to_segments(point, hull, np.roll(hull, -1, axis=0))


def centre_of_mass(body: Body) -> Array:
    """(3,) metres, of the closed surface filled evenly."""
    middle = body.vertices.mean(axis=0)
    a, b, c = (body.vertices[body.triangles[:, i]] - middle for i in range(3))
    volume = np.einsum("tk,tk->t", a, np.cross(b, c)) / 6
    return middle + (volume[:, None] * (a + b + c) / 4).sum(axis=0) / volume.sum()


def skin_areas(body: Body) -> Array:
    """(V,) m²: each vertex's share of the triangles around it; feet have many small ones."""
    areas = np.linalg.norm(face_normals(body.vertices[body.triangles]), axis=1) / 2
    return np.bincount(body.triangles.reshape(-1), weights=np.repeat(areas / 3, 3), minlength=len(body.vertices))


def face_normals(corners: Array) -> Array:
    """(T, 3) m², twice as long as the triangles (T, 3, 3) are large."""
    corners = corners.astype(float)
    return np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])


def _loads(body: Body, carrying: Array, owner: Array) -> dict[int, float]:
    if not carrying.any():
        return {}
    area, place = skin_areas(body)[carrying], body.vertices[carrying][:, :2]
    cells = np.concatenate([owner[carrying][:, None], np.floor(place / PATCH).astype(int)], axis=1)
    unique, row = np.unique(cells, axis=0, return_inverse=True)
    row = row.reshape(-1)
    size = np.maximum(np.bincount(row, weights=area), 1e-9)
    middle = np.stack([np.bincount(row, weights=area * place[:, k]) for k in (0, 1)], axis=1) / size[:, None]
    arms = middle - centre_of_mass(body)[:2]
    # Σ f = 1 and Σ f · arm = 0 as well as can be, and pressure f / area as even as that allows.
    balance = np.concatenate([np.ones((1, len(size))), arms.T])
    even = np.sqrt(EVENNESS) * np.diag(np.sqrt(size.sum() / size)) / np.sqrt(len(size))
    force, _ = nnls(np.concatenate([balance, even]), np.concatenate([[1.0, 0.0, 0.0], np.zeros(len(size))]))
    total = np.bincount(unique[:, 0], weights=force)
    shares = total / max(total.sum(), 1e-12)
    return {int(index): float(shares[index]) for index in np.argsort(-shares) if shares[index] > 1e-6}


def _clearance(body: Body, nearest: Nearest, inside: Array, on_top: Array, tree: SurfaceTree) -> float:
    if np.any(inside & on_top):
        return 0.0
    beside = float(nearest.distance[on_top].min(initial=FAR))
    down = np.tile(np.array([0.0, 0.0, -1.0], np.float32), (len(body.vertices), 1))
    below, _ = tree.first_hit(body.vertices.astype(np.float32), down, FAR)
    return min(beside, float(below.min()))


def _along(points: Array) -> Array:
    """(2,) the direction in which points (N, 2) spread most."""
    return np.linalg.svd(points - points.mean(axis=0), full_matrices=False)[2][0]


def _distance_to_segments(point: Array, start: Array, end: Array) -> float:
    along = end - start
    share = np.clip(((point - start) * along).sum(1) / np.maximum((along**2).sum(1), 1e-12), 0, 1)
    return float(np.linalg.norm(start + share[:, None] * along - point, axis=1).min())
