"""How deep the scene reaches into a body: what a signed distance field cannot see of bars, cables and thin boards.

Sample points on the scene's surfaces that lie inside the closed body, and how far they are from its skin.
"""

from __future__ import annotations

import numpy as np

from backend.place.nearest import SurfaceTree

from .winding import winding_number

Array = np.ndarray
SPACING = 0.03  # metres between samples
MOST = 64  # samples whose winding number is computed: the deepest
SHALLOW = 0.01  # metres: samples nearer to the skin than this are contact


def deepest_piercing(body_corners: Array, scene_corners: Array) -> float:
    """Metres from the skin (T, 3, 3) to the deepest sample of the scene (S, 3, 3) inside it; 0 if none is."""
    flat = body_corners.reshape(-1, 3)
    low, high = flat.min(axis=0), flat.max(axis=0)
    samples = cut(np.asarray(scene_corners, float), low, high, SPACING).mean(axis=1)
    samples = samples[np.all((samples >= low) & (samples <= high), axis=1)]
    if not len(samples):
        return 0.0
    skin = SurfaceTree(np.ascontiguousarray(body_corners, np.float32))
    nearest = skin.nearest(samples, 1.0)
    corners = body_corners[nearest.face].astype(float)
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    behind = ((samples - nearest.foot) * normals).sum(axis=1) < 0  # errs beside sharp edges only
    candidates = np.flatnonzero(behind & (nearest.distance > SHALLOW))
    candidates = candidates[np.argsort(-nearest.distance[candidates])][:MOST]
    inside = winding_number(samples[candidates], body_corners) > 0.5
    return float(nearest.distance[candidates[inside]].max(initial=0.0))


def cut(corners: Array, low: Array, high: Array, edge: float) -> Array:
    """Pieces (P, 3, 3), edges at most `edge`, of the triangles (T, 3, 3) wherever their boxes overlap low…high."""
    pieces = [np.zeros((0, 3, 3))]
    while len(corners):
        corners = corners[np.all((corners.min(axis=1) <= high) & (corners.max(axis=1) >= low), axis=1)]
        lengths = np.linalg.norm(corners - np.roll(corners, -1, axis=1), axis=2)  # edge i runs from corner i to i + 1
        small = lengths.max(axis=1, initial=0.0) <= edge
        pieces.append(corners[small])
        corners, longest = corners[~small], lengths[~small].argmax(axis=1)
        rows = np.arange(len(corners))
        start, end, other = (corners[rows, (longest + step) % 3] for step in range(3))
        middle = (start + end) / 2
        corners = np.concatenate([np.stack([start, middle, other], 1), np.stack([middle, end, other], 1)])
    return np.concatenate(pieces)
