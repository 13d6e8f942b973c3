"""Small pictures of coloured shapes, for choosing among them: rays through every pixel, light from the upper left."""

from __future__ import annotations

import numpy as np

from backend.place.nearest import SurfaceTree

from .colors import vertex_normals
from .viewing import View, framing

Array = np.ndarray
SIDE = 160  # pixels
VIEW = View(float(np.radians(35.0)), float(np.radians(22.0)), float(np.radians(35.0)))
GROUND = (112, 112, 112)
_FINER = 2  # rays per pixel along each side


def portrayed(vertices: Array, triangles: Array, colors: Array, view: View = VIEW, side: int = SIDE) -> Array:
    """(side, side, 3) uint8. vertices: (V, 3) of any unit; colors: (V, 3) sRGB 0 … 1."""
    framed = framing(vertices, view, (0.06, 0.06, 0.94, 0.94))
    size = float(np.ptp(vertices, axis=0).max())
    spans = framed.project(vertices)
    room = 0.88 / max(float(np.ptp(spans, axis=0).max()), 1e-9)  # `framing` fits the mean of width and height
    count = side * _FINER
    at = (np.arange(count) + 0.5) / count
    x, y = np.meshgrid(at, at)
    middle = (spans.min(0) + spans.max(0)) / 2
    flat = ((np.stack([x, y], -1).reshape(-1, 2) - 0.5) / room + middle - framed.offset) / framed.scale
    right, up, back = view.axes
    rays = flat[:, :1] * right - flat[:, 1:] * up - back
    rays /= np.linalg.norm(rays, axis=1, keepdims=True)
    tree = SurfaceTree((vertices[triangles] / size).astype(np.float32))
    start = np.repeat((framed.eye / size)[None], len(rays), 0)
    distance, face = tree.first_hit(start, rays, 20.0)
    hit = face >= 0
    place = (start + distance[:, None] * rays)[hit] * size
    share = _barycentric(vertices[triangles[face[hit]]], place)
    normal = (vertex_normals(vertices, triangles)[triangles[face[hit]]] * share[..., None]).sum(1)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    light = 0.35 * back - 0.45 * right + 0.8 * up
    shade = 0.55 + 0.45 * np.clip(normal @ (light / np.linalg.norm(light)), 0, 1)
    picture = np.repeat(np.array(GROUND, np.float32)[None], len(rays), 0)
    picture[hit] = 255 * (colors[triangles[face[hit]]] * share[..., None]).sum(1) * shade[:, None]
    picture = picture.reshape(side, _FINER, side, _FINER, 3).mean((1, 3))
    return np.clip(picture + 0.5, 0, 255).astype(np.uint8)


def _barycentric(corners: Array, points: Array) -> Array:
    """(N, 3): shares of each triangle's corners in points on it."""
    a, b, c = (corners[:, k].astype(np.float64) for k in range(3))
    normal = np.cross(b - a, c - a)
    total = np.maximum((normal * normal).sum(1), 1e-30)
    first = (np.cross(c - b, points - b) * normal).sum(1) / total
    second = (np.cross(a - c, points - c) * normal).sum(1) / total
    share = np.clip(np.stack([first, second, 1 - first - second], 1), 0, 1)
    return share / np.maximum(share.sum(1, keepdims=True), 1e-9)
