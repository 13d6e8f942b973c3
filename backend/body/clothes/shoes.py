"""Shoes: a last around both feet, toes together, with a flat sole.

The sole's underside is where the bare sole was, so that nobody's contact with the ground changes; the foot inside is
hidden. Every shoe is profiles in vertical planes around the ankle: down the foot to its outline, then the sole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .bound import Bound, near
from .grid import corner_uvs, fan, quads
from .measures import Measures
from .piece import Topology, Wearer, indexed, strongest
from .skirts import _outline

Array = np.ndarray
COLUMNS, PROFILE = 40, 9
UPPER, SOLE = 0, 1


@dataclass(frozen=True)
class Last:
    """Lengths in metres on the reference body."""

    name: str
    collar: float = 0.078  # height of the opening
    opening: float = 0.008  # between the ankle and the collar
    upper: float = 0.0035  # thickness over the foot
    sole: float = 0.016  # height of the sole's upper edge
    welt: float = 0.0025  # how far the sole stands out
    toe: float = 0.010  # room in front of the toes
    low_front: float = 0.0  # how much the opening is cut down towards the toes


class Shoes(Bound):
    """See `piece.Piece`: both shoes, one object."""

    def __init__(self, measures: Measures, last: Last) -> None:
        pairs = [_one(measures, last, side) for side in (".L", ".R")]
        points = np.concatenate([points for points, *_ in pairs])
        counts = [0, len(pairs[0][0])]
        faces = np.concatenate([own + first for (_, own, *_), first in zip(pairs, counts, strict=True)])
        uvs = np.concatenate([own * [0.5, 1] + [0.5 * k, 0] for k, (_, _, own, *_) in enumerate(pairs)])
        materials = np.concatenate([own for _, _, _, own, _ in pairs])
        skin = measures.surface_vertices & (measures.level < 0.25)
        mixes = near(points, measures.vertices, skin, 0.018, 16)
        weights, bones = strongest(np.asarray(mixes @ measures.weights))
        coordinates, face_uvs = indexed(uvs.astype(np.float32))
        topology = Topology(faces.astype(np.int32), coordinates, face_uvs, materials, weights, bones)
        cover = np.max(np.stack([own for *_, own in pairs]), axis=0)
        super().__init__(last.name, topology, points, mixes, measures.reference, ("foot.L", "toe3-1.L"), cover)
        row = np.arange(len(faces) // 2) // COLUMNS
        self.shell = np.tile(row >= 1, 2)
        self._flat = points[:, 2] < 1e-6
        self._edge = (points[:, 2] > 1e-6) & (points[:, 2] < last.sole + 1e-6)
        self._heights = points[:, 2]

    def vertices(self, wearer: Wearer) -> Array:
        """See `piece.Piece`. Soles are flat whatever the foot is like."""
        points = super().vertices(wearer)
        points[self._flat, 2] = 0.0
        points[self._edge, 2] = self._heights[self._edge] * wearer.scale
        return points


def _one(m: Measures, last: Last, side: str) -> tuple[Array, Array, Array, Array, Array]:
    """Points (P, 3), faces, corner uvs, face materials and cover of one shoe."""
    own = m.surface_vertices & ((m.vertices[:, 0] > 0) == (side == ".L"))
    foot = m.vertices[own & (m.level < m.ankle + 0.07)]
    ankle, toes = m.joint(f"foot{side}"), m.joint(f"toe3-1{side}")
    forward = (toes - ankle)[:2] / np.linalg.norm((toes - ankle)[:2])
    collar = foot[np.abs(foot[:, 2] - last.collar) < 0.018]
    center = (collar[:, :2].min(0) + collar[:, :2].max(0)) / 2
    angle = 2 * np.pi * np.arange(COLUMNS) / COLUMNS
    across = np.array([-forward[1], forward[0]])
    rays = np.outer(np.cos(angle), forward) + np.outer(np.sin(angle), across)
    front = np.clip(rays @ forward, 0, 1)
    hole = _outline(collar[:, :2] - center, rays) + last.opening
    # The outline bulges a little at the toes, as shoes do.
    print_ = foot[foot[:, 2] < 0.05][:, :2] - center
    edge = _outline(print_, rays) + last.upper + last.toe * front**6
    edge = np.maximum(_smooth(edge, 1), hole + 0.002)
    start = last.collar - last.low_front * front**2
    hole = hole + (edge - hole) * (last.low_front * 9) * front**2
    rows = [np.stack([hole - 0.004, start - 0.018]), np.stack([hole - 0.003, start - 0.001])]
    for share in np.linspace(0, 1, PROFILE):
        bent = np.sin(share * np.pi / 2)  # denser where the profile turns down
        radius = hole + (edge - hole) * bent
        height = _top(foot, center + radius[:, None] * rays) + last.upper
        limit = start - (start - last.sole) * share**2.6
        toe = last.sole + (height - last.sole) * np.sqrt(np.clip(1 - (max(0.0, share - 0.5) / 0.5) ** 3, 0, 1))
        rows.append(np.stack([radius, np.clip(np.minimum(toe, limit), last.sole + 0.001, None) if share < 1
                              else np.full(COLUMNS, last.sole)]))  # fmt: skip
    wide = edge + last.welt
    below = ((wide, last.sole), (wide + 0.001, 0.5 * last.sole), (wide - 0.001, 0.0), (wide * 0.9, 0.0))
    rows += [np.stack([radius, np.full(COLUMNS, height)]) for radius, height in below]
    polar = np.stack(rows)  # (rows, 2, columns)
    upper = slice(2, 2 + PROFILE)
    heights = polar[upper, 1]
    for _ in range(2):
        smoothed = (np.roll(heights, 1, 1) + 2 * heights + np.roll(heights, -1, 1)) / 4
        inner = (smoothed[:-2] + 2 * smoothed[1:-1] + smoothed[2:]) / 4
        heights = np.concatenate([heights[:1], np.maximum(inner, last.sole + 0.001), heights[-1:]])
    polar[upper, 1] = heights
    ground = center + polar[:, 0, :, None] * rays
    points = np.concatenate([ground, polar[:, 1, :, None]], 2).reshape(-1, 3)
    middle = np.concatenate([center + 0.45 * (edge.max() - edge.min()) * forward, [0.0]])
    points = np.concatenate([points, middle[None]])
    count = len(polar)
    last_ring = (count - 1) * COLUMNS + np.arange(COLUMNS)
    faces = np.concatenate([quads(count, COLUMNS, True), fan(last_ring, len(points) - 1)])
    uvs = np.concatenate([corner_uvs(count, COLUMNS, True), np.full((COLUMNS, 4, 2), 0.0, np.float32)])
    row = np.concatenate([np.repeat(np.arange(count - 1), COLUMNS), np.full(COLUMNS, count)])
    materials = np.where(row >= 1 + PROFILE, SOLE, UPPER).astype(np.uint8)
    away = m.vertices[:, :2] - center
    distance = np.linalg.norm(away, axis=1)
    column = np.argmax((away / np.maximum(distance, 1e-9)[:, None]) @ rays.T, axis=1)
    cover = np.maximum(start[column] - m.level, distance - hole[column])
    near_foot = ((m.vertices[:, 0] > 0) == (side == ".L")) & (m.level < 0.2) & (m.arm < 0.3)
    return points, faces, uvs, materials, np.where(near_foot, np.minimum(cover, start[column] + 0.01 - m.level), -1.0)


def _top(foot: Array, places: Array) -> Array:
    """(C,) how high the foot reaches near each place (C, 2): a soft maximum, which closes the gaps between toes."""
    away = np.linalg.norm(foot[None, :, :2] - places[:, None], axis=2)
    share = np.exp(-0.5 * (away / 0.010) ** 2) * np.exp(foot[None, :, 2] / 0.012)
    share = share + 1e-30
    return (share * foot[None, :, 2]).sum(1) / share.sum(1)


def _smooth(values: Array, rounds: int) -> Array:
    for _ in range(rounds):
        values = (np.roll(values, 1) + 2 * values + np.roll(values, -1)) / 4
    return values
