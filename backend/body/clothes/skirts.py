"""Skirts, and the skirts of dresses: a tube around both legs, hanging from the hips, weighted from the nearer leg.

Rest frame, metres. The tube is the convex outline of hips and legs at every height, never narrower than hanging cloth
would be, with folds that grow towards the hem. A lining closes it a little inside the hem: legs come out of it as out
of an underskirt, and nobody looks up to where the body is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.spatial import ConvexHull

from .bound import near
from .grid import corner_uvs, fan, quads
from .measures import Measures
from .piece import Topology, Wearer, indexed, strongest

Array = np.ndarray
COLUMNS, ROWS = 56, 22
_WAISTBAND = 5  # rows down to where it hangs freely
_HEM_ROWS = 3  # behind the hem, turned in
_HANGING = (ROWS + 1 + _HEM_ROWS) * COLUMNS  # vertices without the lining
_LINING_ROW = 1 + ROWS - 3  # where the lining is sewn on
_LINING_RINGS = (1.0, 0.9, 0.75, 0.5, 0.25)  # share of the way from the middle to the skirt


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
        skin = self._body & measures.surface_vertices
        wide = near(grid.reshape(-1, 3), measures.vertices, skin, 0.03, 24)
        # A waistband goes with the skin right beneath it, or it would slide over a blouse when a thigh is drawn up.
        close = near(grid.reshape(-1, 3), measures.vertices, skin, 0.008, 6)
        hanging = np.repeat(np.clip(np.arange(ROWS) / _WAISTBAND, 0, 1), COLUMNS)
        mix = (sparse.diags(hanging) @ wide + sparse.diags(1 - hanging) @ close).tocsr()
        self._mix = mix
        self.lining = _lining()
        self.topology = self._topology(np.asarray(mix @ measures.weights))

    def _topology(self, weights: Array) -> Topology:
        weights = weights.reshape(ROWS, COLUMNS, -1)
        for _ in range(5):  # cloth does not change sides from one vertex to the next
            around = (np.roll(weights, 1, 1) + 2 * weights + np.roll(weights, -1, 1)) / 4
            inner = (around[:-2] + 2 * around[1:-1] + around[2:]) / 4
            weights = np.concatenate([around[:1], inner, around[-1:]])
        weights = np.concatenate([weights[:1], weights, *[weights[-1:]] * _HEM_ROWS])
        rows = ROWS + 1 + _HEM_ROWS
        faces = quads(rows, COLUMNS, True)
        row = np.arange(len(faces)) // COLUMNS
        # The lining's rings run inwards, its outside is below.
        rings = quads(len(_LINING_RINGS), COLUMNS, True, _HANGING)
        last = _HANGING + (len(_LINING_RINGS) - 1) * COLUMNS + np.arange(COLUMNS)
        disc = np.concatenate([rings, fan(last, _HANGING + len(_LINING_RINGS) * COLUMNS)])
        self.shell = np.concatenate([(row >= 1) & (row < ROWS), np.zeros(len(disc), bool)])
        inner = np.concatenate([corner_uvs(len(_LINING_RINGS), COLUMNS, True), np.zeros((COLUMNS, 4, 2), np.float32)])
        uvs, face_uvs = indexed(np.concatenate([corner_uvs(rows, COLUMNS, True), inner]))
        hanging = weights.reshape(_HANGING, -1)
        kept, bones = strongest(np.concatenate([hanging, self.lining @ hanging]))
        faces = np.concatenate([faces, disc])
        return Topology(faces, uvs, face_uvs, np.zeros(len(faces), np.uint8), kept, bones)

    def under(self, cover: Array) -> Array:
        """See `piece.Piece`."""
        rows = np.asarray(self._mix @ cover).reshape(ROWS, COLUMNS)
        hanging = np.concatenate([rows[:1], rows, *[rows[-1:]] * _HEM_ROWS]).reshape(-1)
        return np.concatenate([hanging, np.full(self.lining.shape[0], -1.0)])

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
        hanging = np.concatenate([waistband, grid, *hem]).reshape(-1, 3)
        return np.concatenate([hanging, self.lining @ hanging])

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


def _lining() -> sparse.csr_matrix:
    """(D, hanging vertices) rows sum to 1: a membrane over the seam, whose heights are harmonic in the unit disc."""
    columns = np.arange(COLUMNS)
    angle = 2 * np.pi * columns / COLUMNS
    inner = len(_LINING_RINGS) - 1
    radius = np.repeat([*_LINING_RINGS[1:], 0.0], [*[COLUMNS] * inner, 1])[:, None]
    turn = np.concatenate([np.tile(angle, inner), [0.0]])[:, None] - angle
    poisson = (1 - radius**2) / (1 - 2 * radius * np.cos(turn) + radius**2)
    kernel = np.concatenate([np.eye(COLUMNS), poisson])
    seam = sparse.csr_matrix((np.ones(COLUMNS), (columns, _LINING_ROW * COLUMNS + columns)), (COLUMNS, _HANGING))
    return (sparse.csr_matrix(kernel / kernel.sum(1, keepdims=True)) @ seam).tocsr()


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
