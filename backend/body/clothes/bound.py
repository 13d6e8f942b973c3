"""Shapes modelled once around the reference body and carried by it: shoes, hair, brows.

A vertex of such a shape is a weighted mean of body vertices near it plus an offset that grows with the person.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from .piece import Topology, Wearer

Array = np.ndarray


def near(points: Array, body: Array, allowed: Array, reach: float, count: int = 12) -> sparse.csr_matrix:
    """(P, V) rows sum to 1: Gaussian weights of the nearest `allowed` (V,) bool body vertices (V, 3)."""
    own = np.flatnonzero(allowed)
    away, index = cKDTree(body[own]).query(points, count)
    share = np.exp(-0.5 * ((away - away[:, :1]) / reach) ** 2)
    share /= share.sum(1, keepdims=True)
    rows = np.repeat(np.arange(len(points)), count)
    return sparse.csr_matrix((share.reshape(-1), (rows, own[index].reshape(-1))), (len(points), len(body)))


class Bound:
    """See `piece.Piece`. `measure`: two bones whose distance tells how the offsets grow."""

    def __init__(
        self, name: str, topology: Topology, points: Array, mix: sparse.csr_matrix, reference: Wearer,
        measure: tuple[str, str], cover: Array,
    ) -> None:  # fmt: skip
        self.name, self.topology, self.cover = name, topology, cover
        self.shell = np.ones(len(topology.faces), bool)
        self._mix = mix
        self._offset = points - mix @ reference.vertices
        self._measure = measure
        self._length = _length(reference, measure)

    def vertices(self, wearer: Wearer) -> Array:
        """See `piece.Piece`."""
        return self._mix @ wearer.vertices + self._offset * (_length(wearer, self._measure) / self._length)

    def under(self, cover: Array) -> Array:
        """See `piece.Piece`."""
        return np.asarray(self._mix @ cover)


def _length(wearer: Wearer, measure: tuple[str, str]) -> float:
    return float(np.linalg.norm(wearer.joint(measure[0]) - wearer.joint(measure[1])))
