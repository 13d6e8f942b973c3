"""Colours of a shape's vertices from the picture that it was made from.

What the camera sees takes the picture's colours. What it does not see takes those of the mirrored place, if the shape
is alike left and right, else those of the nearest seen places that face the same way. sRGB, 0 … 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import binary_erosion, distance_transform_edt, map_coordinates
from scipy.sparse import csr_matrix, diags
from scipy.spatial import cKDTree

from backend.place.nearest import SurfaceTree

from .viewing import Framing

Array = np.ndarray
PLAIN = (0.64, 0.62, 0.58)  # where no picture tells


@dataclass(frozen=True)
class Parameters:
    rim: int = 2  # pixels inside the outline that are mixed with the background
    grazing: float = 0.15  # least cosine between the normal and the way to the camera
    facing: float = 0.25  # how far apart opposite normals count, in the shape's size
    near: float = 0.08  # of the shape's size: a mirrored place must be so close to something seen
    alike: float = 0.03  # of the shape's size: how far a shape may be from its mirror image
    neighbours: int = 6
    smoothing: int = 8  # rounds over what is guessed


def colored(
    vertices: Array, triangles: Array, pixels: Array, framed: Framing, parameters: Parameters = Parameters()
) -> Array:
    """(V, 3) float32. vertices: (V, 3) of any unit; pixels: the cut-out, (S, S, 4) uint8."""
    normals = vertex_normals(vertices, triangles)
    seen, facing = visible(vertices, triangles, normals, framed, parameters.grazing)
    colors, inside = _sampled(framed.project(vertices), pixels, parameters.rim)
    known = seen & inside
    if known.sum() < 4:
        opaque = pixels[pixels[..., 3] > 127][:, :3]
        mean = opaque.mean(0) / 255 if len(opaque) else np.array(PLAIN)
        return np.repeat(np.asarray(mean, np.float32)[None], len(vertices), 0)
    size = float(np.ptp(vertices, axis=0).max())
    filled = _completed(vertices, normals, colors, known, facing, size, parameters)
    return _smoothed(filled, known, triangles, parameters.smoothing).astype(np.float32)


def vertex_normals(vertices: Array, triangles: Array) -> Array:
    """(V, 3) float64, unit, weighted by the triangles' areas."""
    corners = vertices[triangles].astype(np.float64)
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    total = np.stack(
        [np.bincount(triangles.reshape(-1), np.repeat(normal[:, k], 3), len(vertices)) for k in range(3)], 1
    )
    return total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-30)


def visible(
    vertices: Array, triangles: Array, normals: Array, framed: Framing, grazing: float
) -> tuple[Array, Array]:
    """(V,) bool: which vertices the camera sees, and (V,): the cosine at which."""
    away = framed.eye - vertices
    distance = np.linalg.norm(away, axis=1)
    ray = away / distance[:, None]
    facing = (normals * ray).sum(1)
    size = float(np.ptp(vertices, axis=0).max())
    ahead = np.flatnonzero(facing > grazing)
    # The tree leaves out what is smaller than it expects things in metres to be.
    tree = SurfaceTree((vertices[triangles] / size).astype(np.float32))
    start = (vertices[ahead] + 0.004 * size * normals[ahead]) / size
    _, face = tree.first_hit(start, ray[ahead], distance[ahead] / size)
    seen = np.zeros(len(vertices), bool)
    seen[ahead[face < 0]] = True
    return seen, facing


def _sampled(places: Array, pixels: Array, rim: int) -> tuple[Array, Array]:
    """(V, 3) colours at picture coordinates, and (V,) bool: whether they lie within the outline, or just beside it."""
    side = len(pixels)
    opaque = pixels[..., 3] > 200
    inner = binary_erosion(opaque, iterations=rim) if rim else opaque
    inner = inner if inner.any() else opaque
    if not inner.any():
        return np.zeros((len(places), 3)), np.zeros(len(places), bool)
    away, nearest = distance_transform_edt(~inner, return_indices=True)
    spread = pixels[..., :3][tuple(nearest)].astype(np.float32) / 255  # what is outside has the colour beside it
    at = (places[:, ::-1] * side - 0.5).T
    colors = np.stack([map_coordinates(spread[..., k], at, order=1, mode="nearest") for k in range(3)], 1)
    off = map_coordinates(away, at, order=1, mode="nearest")
    return colors, off < rim + 0.03 * side


def _completed(
    vertices: Array, normals: Array, colors: Array, known: Array, facing: Array, size: float, parameters: Parameters
) -> Array:
    """Colours of all vertices: seen, mirrored, or like what is near."""
    colors = colors.copy()
    middle = (vertices[:, 0].min() + vertices[:, 0].max()) / 2
    mirror = np.array([-1.0, 1.0, 1.0])
    where = np.concatenate([vertices / size, parameters.facing * normals], 1)
    across = vertices * mirror + [2 * middle, 0, 0]
    mirrored = np.concatenate([across / size, parameters.facing * normals * mirror], 1)
    tree = cKDTree(where[known])
    sources, weights = colors[known], np.clip(facing[known], 0.1, 1.0)
    missing = np.flatnonzero(~known)
    if _mirrors(vertices, across, size, parameters.alike):
        distance, index = tree.query(mirrored[missing], k=min(3, len(sources)))
        near = distance.reshape(len(missing), -1)[:, 0] < parameters.near
        colors[missing[near]] = _blended(sources, weights, distance[near], index[near])
        missing = missing[~near]
    if len(missing):
        distance, index = tree.query(where[missing], k=min(parameters.neighbours, len(sources)))
        colors[missing] = _blended(sources, weights, distance, index)
    return colors


def _mirrors(vertices: Array, mirrored: Array, size: float, alike: float) -> bool:
    """Whether the shape is like its mirror image."""
    step = max(1, len(vertices) // 1500)
    distance, _ = cKDTree(vertices).query(mirrored[::step])
    return float(distance.mean()) < alike * size


def _blended(sources: Array, weights: Array, distance: Array, index: Array) -> Array:
    distance, index = distance.reshape(len(distance), -1), index.reshape(len(distance), -1)
    share = weights[index] / (distance + 0.01)
    return (sources[index] * share[..., None]).sum(1) / share.sum(1, keepdims=True)


def _smoothed(colors: Array, known: Array, triangles: Array, rounds: int) -> Array:
    """What was guessed, evened out towards what was seen, which stays."""
    first, second = triangles.reshape(-1), triangles[:, [1, 2, 0]].reshape(-1)
    near = csr_matrix((np.ones(len(first)), (first, second)), (len(colors), len(colors)))
    mean = diags(1 / np.maximum(np.asarray(near.sum(1)).reshape(-1), 1)) @ near
    for _ in range(rounds):
        colors = np.where(known[:, None], colors, 0.5 * colors + 0.5 * (mean @ colors))
    return np.clip(colors, 0.0, 1.0)
