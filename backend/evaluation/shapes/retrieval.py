"""Finding a picture's shape among many, and a shape's picture: by the similarity of their embeddings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Retrieval:
    """Shares, 0…1, of those whose counterpart was the nearest, or among the nearest five."""

    asked: int
    gallery: int
    first: float
    five: float


def retrieval(queries: np.ndarray, gallery: np.ndarray) -> Retrieval:
    """Query k of (N, D) belongs to entry k of (M, D), M at least N; of unit length. Equals count against the query."""
    if len(queries) == 0 or len(gallery) < len(queries):
        raise ValueError("There must be queries, and an entry for each.")
    similar = np.asarray(queries, np.float64) @ np.asarray(gallery, np.float64).T
    own = similar[np.arange(len(queries)), np.arange(len(queries))][:, None]
    rank = (similar >= own).sum(1)  # its own counts, too: 1 is the first
    return Retrieval(len(queries), len(gallery), float((rank <= 1).mean()), float((rank <= 5).mean()))
