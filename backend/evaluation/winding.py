"""Inside or outside of a closed surface, by summed solid angles: needs no field and no orientation of rays."""

from __future__ import annotations

import numpy as np
import torch

Array = np.ndarray
CHUNK = 64  # points handled at once: with a body's 27 000 triangles about 100 MB


def winding_number(points: Array, corners: Array) -> Array:
    """How often a closed surface of triangles (T, 3, 3) winds around each of `points` (N, 3): 1 inside, 0 outside."""
    triangles = torch.from_numpy(np.ascontiguousarray(corners, np.float32))
    queries = torch.from_numpy(np.ascontiguousarray(points, np.float32))
    result = torch.empty(len(queries))
    for begin in range(0, len(queries), CHUNK):
        a, b, c = (triangles[None] - queries[begin : begin + CHUNK, None, None]).unbind(2)
        la, lb, lc = a.norm(dim=2), b.norm(dim=2), c.norm(dim=2)
        volume = (a * torch.linalg.cross(b, c)).sum(2)
        spread = la * lb * lc + (a * b).sum(2) * lc + (b * c).sum(2) * la + (c * a).sum(2) * lb
        result[begin : begin + CHUNK] = torch.atan2(volume, spread).sum(1) / (2 * torch.pi)
    return result.numpy()
