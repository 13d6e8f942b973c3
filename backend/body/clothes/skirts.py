"""Skirts, and the skirts of dresses: a tube around both legs, hanging from the hips, weighted from the nearer leg.

Rest frame, metres. The tube is the convex outline of hips and legs at every height, never narrower than hanging cloth
would be, with folds that grow towards the hem.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import ConvexHull

from .bound import near
from .grid import corner_uvs, quads
from .measures import Measures
from .piece import Topology, Wearer, indexed, strongest

Array = np.ndarray
COLUMNS, ROWS = 56, 22
_HEM_ROWS = 3  # behind the hem, turned in


@dataclass(frozen=True)
class Skirt:
    """Shape of a skirt; lengths on the reference body."""

    name: str
    top: float  # height of the upper edge
    hem: float  # height of the hem
    ease: float = 0.009
    slope: float = 0.10  # how fast it may come in below the hips, metres per metre
    flare: float = 0.05  # metres at the hem
    folds: int = 9
    fold_depth: float = 0.012  # metres at the hem


class Tube:
    """See `piece.Piece`."""

    def __init__(self, measures: Measures, skirt: Skirt) -> None:
        self.name, self._skirt = skirt.name, skirt
        self._body = (measures.arm < 0.25) & (measures.level < skirt.top + 0.05) & (measures.level > skirt.hem - 0.05)
        self._levels = np.linspace(skirt.top, skirt.hem, ROWS)
        # A person's heights are found between the same body vertices as the reference body's.
        chain = np.array([measures.ankle, measures.knee, measures.hip, measures.neck[2]])
        self._place = np.interp(self._levels, chain, np.arange(4))
        self._height_of = np.interp(measures.level, chain, np.arange(4))
        covered = np.minimum(skirt.top - measures.level, measures.level - skirt.hem - 0.05)
        self.cover = np.where(measures.arm < 0.3, covered, -1.0)
        grid = self._grid(measures.reference)
        mix = near(grid.reshape(-1, 3), measures.vertices, self._body & measures.surface_vertices, 0.03, 24)
        self._mix = mix
        self.topology = self._topology(np.asarray(mix @ measures.weights), measures.joint("upperleg01.L"))

    def _topology(self, weights: Array, hip: Array) -> Topology:
        weights = weights.reshape(ROWS, COLUMNS, -1)
        for _ in range(5):  # cloth does not change sides from one vertex to the next
            around = (np.roll(weights, 1, 1) + 2 * weights + np.roll(weights, -1, 1)) / 4
            inner = (around[:-2] + 2 * around[1:-1] + around[2:]) / 4
            weights = np.concatenate([around[:1], inner, around[-1:]])
        weights = np.concatenate([weights[:1], weights, *[weights[-1:]] * _HEM_ROWS])
        rows = ROWS + 1 + _HEM_ROWS
        faces = quads(rows, COLUMNS, True)
        row = np.arange(len(faces)) // COLUMNS
        self.shell = (row >= 1) & (row < ROWS)
        uvs, face_uvs = indexed(corner_uvs(rows, COLUMNS, True))
        kept, bones = strongest(weights.reshape(rows * COLUMNS, -1))
        return Topology(faces, uvs, face_uvs, np.zeros(len(faces), np.uint8), kept, bones)

    def under(self, cover: Array) -> Array:
        """See `piece.Piece`."""
        rows = np.asarray(self._mix @ cover).reshape(ROWS, COLUMNS)
        return np.concatenate([rows[:1], rows, *[rows[-1:]] * _HEM_ROWS]).reshape(-1)

    def vertices(self, wearer: Wearer) -> Array:
        """See `piece.Piece`."""
        grid, scale = self._grid(wearer), wearer.scale
        away = grid - grid.mean(axis=1, keepdims=True)
        away[..., 2] = 0
        away /= np.linalg.norm(away, axis=2, keepdims=True)
        up = np.array([0.0, 0.0, 1.0])
        waistband = grid[:1] - 0.006 * scale * away[:1] - 0.002 * scale * up
        hem = [grid[-1:] + scale * (inwards * away[-1:] + rise * up) for inwards, rise in
               ((-0.003, 0.0), (-0.0035, 0.012), (-0.0035, 0.03))]  # fmt: skip
        return np.concatenate([waistband, grid, *hem]).reshape(-1, 3)

    def _grid(self, wearer: Wearer) -> Array:
        """(ROWS, COLUMNS, 3)."""
        skirt, scale = self._skirt, wearer.scale
        body = wearer.vertices[self._body]
        bones = [wearer.joint(bone)[2] for bone in ("foot.L", "lowerleg01.L", "upperleg01.L", "neck01")]
        levels = np.interp(self._place, np.arange(4), bones)
        center = np.array([0.0, float(wearer.joint("upperleg01.L")[1]) + 0.01 * scale])
        angle = 2 * np.pi * np.arange(COLUMNS) / COLUMNS
        rays = np.stack([np.cos(angle), np.sin(angle)], 1)
        slab = 0.035 * scale
        radii = np.stack([_outline(_slice(body, z, slab) - center, rays) for z in levels])
        held = np.linspace(0, 1, ROWS)[:, None] < 0.12  # at the waistband it lies close
        radii = radii + np.where(held, 0.62, 1.0) * skirt.ease * scale
        for row in range(1, ROWS):
            fall = abs(levels[row] - levels[row - 1])
            radii[row] = np.maximum(radii[row], radii[row - 1] - skirt.slope * fall)
        for _ in range(2):
            inner = (radii[:-2] + 2 * radii[1:-1] + radii[2:]) / 4
            radii = np.concatenate([radii[:1], np.maximum(inner, radii[1:-1] - 0.004), radii[-1:]])
        share = np.clip((levels[0] - levels) / (levels[0] - levels[-1]), 0, 1)[:, None]
        # Fewer folds than columns; a second, slower wave keeps them from looking like a crown.
        wave = np.cos(skirt.folds * angle + 0.6) + 0.5 * np.cos((skirt.folds // 2) * angle - 1.1)
        radii = radii + scale * (skirt.flare * share**1.3 + skirt.fold_depth * share**1.5 * (0.5 + 0.5 * wave))
        ring = center + radii[..., None] * rays
        return np.concatenate([ring, np.broadcast_to(levels[:, None, None], (*radii.shape, 1))], 2)


def _slice(body: Array, height: float, half: float) -> Array:
    """(N, 2) points about as high as `height`; enough for an outline, however small the person."""
    away = np.abs(body[:, 2] - height)
    return body[away < max(half, np.partition(away, 40)[40])][:, :2]


def _outline(points: Array, rays: Array) -> Array:
    """(C,) how far rays (C, 2) from the origin reach in the convex outline of points (N, 2)."""
    equations = ConvexHull(points).equations  # n·x + d ≤ 0
    along = rays @ equations[:, :2].T
    reach = np.where(along > 1e-6, -equations[:, 2] / np.maximum(along, 1e-6), np.inf)
    return reach.min(1)
