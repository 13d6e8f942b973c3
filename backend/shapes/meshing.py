"""From a volume of signed distances to a mesh that people work with: closed, a manifold, of so many triangles.

The volume is in the frame of `training/shapes/volume.py`: a unit cube, Z up, front towards −Y, distances in its edges,
positive outside, values at the cells' middles. The mesh is in the same cube until `placed` gives it metres and moves
its origin to the middle of its base.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import distance_transform_edt, label, minimum_filter, uniform_filter
from scipy.sparse import csr_matrix, diags

from protocol.errors import NoShape

from .decimate import decimate
from .marching import surface
from .soundness import flaws

Array = np.ndarray
FEWEST, MOST = 200, 100_000  # triangles that can be asked for
THICK = 1.0  # cells: what is deeper somewhere is thick there
CLEARLY = 2.0  # cells: how much nearer than the thick parts something must be to be no corner of them

_EVERYWHERE = np.ones((3, 3, 3), bool)  # neighbours by corners, too


@dataclass(frozen=True)
class Parameters:
    faces: int = 8000  # triangles at most
    finest: int = 2  # the volume's cells are cut into so many along each axis, where the surface is small enough …
    raw: int = 50_000  # … for the mesh before decimation to have about so many triangles
    thinnest: float = 0.4  # cells: how deep at least what is thinner is made in its middle
    crumb: float = 0.01  # of the largest piece's volume: smaller ones go
    smoothing: int = 6  # rounds over the fine mesh; they take the steps of the grid away, not the volume


@dataclass(frozen=True, eq=False)
class SolidMesh:
    """Closed, a manifold, wound outwards."""

    vertices: Array  # (V, 3) float32, unit cube or metres
    triangles: Array  # (T, 3) int32


def mesh_of(volume: Array, parameters: Parameters = Parameters()) -> SolidMesh:
    """The solid in a volume (R, R, R), in the unit cube.

    Loose crumbs are left out and hollows that nobody can see into are filled. Raises `NoShape` for an empty volume.
    """
    volume = _closed(_thickened(np.nan_to_num(np.asarray(volume, np.float32), nan=1.0), parameters.thinnest))
    if not (volume < 0).any():
        raise NoShape("The volume is empty.")
    fine = _cleaned(_finer(volume, _factor(volume, parameters)), parameters.crumb)
    if not (fine < 0).any():
        raise NoShape("The volume holds nothing but crumbs.")
    vertices, triangles = surface(fine)
    vertices = _smooth(vertices, triangles, parameters.smoothing)
    # A value's place: cells of the padded volume, half a cell in.
    vertices = ((vertices + 0.5) * (len(volume) / len(fine)) - 1.0) / (len(volume) - 2)
    vertices, triangles = decimate(vertices, triangles, int(np.clip(parameters.faces, FEWEST, MOST)))
    if found := flaws(vertices, triangles):
        raise NoShape(f"The mesh is not sound: {', '.join(found)}.")
    return SolidMesh(vertices, triangles)


def placed(mesh: SolidMesh, longest: float) -> SolidMesh:
    """The mesh in metres: its longest side so long, the middle of its base at the origin."""
    low, high = mesh.vertices.min(0), mesh.vertices.max(0)
    base = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]], np.float32)
    scale = np.float32(longest / max(float((high - low).max()), 1e-9))
    return SolidMesh((mesh.vertices - base) * scale, mesh.triangles)


def _thickened(volume: Array, thinnest: float) -> Array:
    """The same where things are thick; what is thinner than the grid can hold grows to about a cell.

    A table's leg or a vase's wall may pass between the middles of the cells, and would be torn or lost. It is where
    something is much nearer than the thick parts alone would be. There the least distance nearby tells how deep it is;
    if there is anything, that is no more than half a cell's diagonal.
    """
    distance = volume * len(volume)  # cells
    core = distance < -THICK
    thick = np.full_like(distance, np.inf)
    if core.any():
        away, nearest = distance_transform_edt(~core, return_indices=True)
        thick = away + distance[tuple(nearest)]
    thin = np.where(distance < thick - CLEARLY, distance, np.inf)
    depth = -minimum_filter(thin, 7, mode="nearest")
    lost = np.sqrt(3) / 2
    missing = np.where(depth > -lost, np.clip(thinnest - depth, 0.0, thinnest + lost), 0.0)
    return volume - uniform_filter(missing, 3, mode="nearest").astype(np.float32) / len(volume)


def _closed(volume: Array) -> Array:
    """One more cell of open space all around."""
    edge = np.float32(1.0 / len(volume))
    padded = np.pad(volume, 1, mode="edge")
    hull = np.ones(padded.shape, bool)
    hull[1:-1, 1:-1, 1:-1] = False
    padded[hull] = np.maximum(padded[hull], 0) + edge
    return padded


def _factor(volume: Array, parameters: Parameters) -> float:
    """How many cells one becomes along each axis: `finest`, or fewer for a large surface."""
    inside = volume < 0
    crossings = sum(int((np.diff(inside, axis=axis)).sum()) for axis in range(3))
    possible = np.sqrt(parameters.raw / max(2 * crossings, 1))  # two triangles to each crossed edge
    return float(np.clip(np.floor(4 * possible) / 4, 1.0, parameters.finest))


def _finer(volume: Array, factor: float) -> Array:
    """The volume at `factor` times as many cells, by cubic interpolation along each axis."""
    if factor == 1.0:
        return volume
    weights = _cubic(len(volume), round(factor * len(volume)))
    for _ in range(3):
        volume = np.tensordot(volume, weights, (0, 1))
    return volume


def _cubic(count: int, finer: int) -> Array:
    """(finer, count) float32: Catmull-Rom weights of the coarse values in the fine ones; the ends go on evenly."""
    place = (np.arange(finer) + 0.5) * count / finer - 0.5
    start = np.floor(place).astype(int)
    t = place - start
    taps = [
        -0.5 * t + t**2 - 0.5 * t**3,
        1 - 2.5 * t**2 + 1.5 * t**3,
        0.5 * t + 2 * t**2 - 1.5 * t**3,
        -0.5 * t**2 + 0.5 * t**3,
    ]
    weights = np.zeros((finer, count), np.float32)
    for step, tap in enumerate(taps, -1):
        np.add.at(weights, (np.arange(finer), np.clip(start + step, 0, count - 1)), tap.astype(np.float32))
    return weights


def _cleaned(volume: Array, crumb: float) -> Array:
    """Without crumbs, without hollows, open at the border."""
    volume = volume.copy()
    for axis in range(3):
        side = np.moveaxis(volume, axis, 0)
        side[[0, -1]] = np.maximum(side[[0, -1]], 1e-3)
    # As the surface sees it: what is inside hangs together by faces, what is outside by corners, too.
    pieces, count = label(volume < 0)
    if count > 1:
        sizes = np.bincount(pieces.reshape(-1))
        sizes[0] = sizes.max()
        loose = (sizes < crumb * sizes[1:].max())[pieces]
        volume[loose] = -volume[loose] + 1e-6
    hollows, count = label(volume >= 0, _EVERYWHERE)
    if count > 1:
        closed = (hollows > 0) & (hollows != hollows[0, 0, 0])
        volume[closed] = -volume[closed] - 1e-6
    return volume


def _smooth(vertices: Array, triangles: Array, rounds: int) -> Array:
    """Taubin's smoothing (1995): a step inwards and one outwards in turn, so that nothing shrinks."""
    if rounds == 0:
        return vertices
    count = len(vertices)
    first, second = triangles.reshape(-1), triangles[:, [1, 2, 0]].reshape(-1)
    near = csr_matrix((np.ones(len(first), np.float32), (first, second)), (count, count))
    mean = diags((1.0 / np.maximum(np.diff(near.indptr), 1)).astype(np.float32)) @ near
    for _ in range(rounds):
        for step in (0.5, -0.53):
            vertices = vertices + np.float32(step) * (mean @ vertices - vertices)
    return vertices.astype(np.float32)
