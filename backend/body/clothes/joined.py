"""Several pieces as one object: a bodice and its skirt, the details of a face."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .piece import Piece, Topology, Wearer

Array = np.ndarray


class Joined:
    """See `piece.Piece`. `slots`: the first material of each part."""

    def __init__(self, name: str, parts: Sequence[Piece], slots: Sequence[int]) -> None:
        self.name, self.parts = name, tuple(parts)
        self.shell = np.concatenate([part.shell for part in parts])
        self.cover = np.max(np.stack([part.cover for part in parts]), axis=0)
        own = [part.topology for part in parts]
        vertices = np.cumsum([0, *(len(one.weights) for one in own)])
        uvs = np.cumsum([0, *(len(one.uvs) for one in own)])
        self.counts = np.diff(vertices)
        self.topology = Topology(
            np.concatenate([one.faces + first for one, first in zip(own, vertices, strict=False)]).astype(np.int32),
            np.concatenate([one.uvs for one in own]),
            np.concatenate([one.face_uvs + first for one, first in zip(own, uvs, strict=False)]).astype(np.int32),
            np.concatenate([one.face_materials + slot for one, slot in zip(own, slots, strict=True)]).astype(np.uint8),
            np.concatenate([one.weights for one in own]),
            np.concatenate([one.weight_bones for one in own]),
        )

    def vertices(self, wearer: Wearer) -> Array:
        """See `piece.Piece`."""
        return np.concatenate([part.vertices(wearer) for part in self.parts])

    def under(self, cover: Array) -> Array:
        """See `piece.Piece`."""
        return np.concatenate([part.under(cover) for part in self.parts])
