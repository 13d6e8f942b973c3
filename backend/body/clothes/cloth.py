"""Cloth that follows the body: a patch of skin moved outwards, smoothed, hung, with folded hems and collars.

The way from skin to cloth: move outwards by `ease`; relax, but never nearer than `ease`, so that cloth spans hollows
instead of painting them; let it hang from what is above it, as far as it is loose; turn the open edges inwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from .hanging import Tube
from .measures import Measures, smooth_step
from .patch import Patch, boundary_loops
from .piece import Topology, Wearer, indexed, mesh_normals, strongest, unit
from .smoothing import plate

Array = np.ndarray


@dataclass(frozen=True)
class Row:
    """A row of vertices along an edge: metres outwards and into the cloth (negative: beyond the edge)."""

    out: float
    inwards: float


# The edge is turned in: a thickness, and a strip that is seen when one looks into a sleeve.
HEM = (Row(-0.0026, 0.0004), Row(-0.0032, 0.006), Row(-0.0034, 0.013))


@dataclass(frozen=True)
class Cut:
    """How a piece is made from the skin."""

    name: str
    fields: tuple[Array, ...]  # each (body vertices,), positive where there is cloth
    ease: float  # metres off the skin
    relaxing: int = 12  # rounds
    stiffness: float = 0.5  # of a round, 0…1
    tubes: tuple[Tube, ...] = ()
    collar: tuple[Row, ...] = ()  # instead of a hem at the loop around the neck
    parted: bool = False  # the collar is low at the throat, as a shirt's
    trim: bool = False  # hems and collar have the second material


class Cloth:
    """See `piece.Piece`."""

    def __init__(self, measures: Measures, cut: Cut) -> None:
        self.name, self._cut = cut.name, cut
        inside = np.min(np.stack(cut.fields), axis=0)
        patch = measures.surface.keep((measures.surface.mix @ inside)[measures.surface.faces].max(1) > 0)
        for one in cut.fields:
            patch = patch.cut(one)
        patch = _largest(patch)
        self._mix = patch.mix.tocsr()
        self._faces = patch.faces
        self._laplacian, self._free = _laplacian(patch.faces, self._mix.shape[0])
        self._edges = self._edge_rows(patch, measures)
        self.cover = _signed(inside, self._mix @ measures.vertices, self._loops(), measures.vertices)
        self._inside = self._mix @ self.cover
        self._filled, self._filling = plate(self._mix @ measures.vertices, self._faces, measures)
        self.topology = self._topology(patch, measures)
        self.shell = np.arange(len(self.topology.faces)) < len(self._faces)
        # Edges contract while they relax; what is covered in the end is what counts.
        made = self.vertices(measures.reference)[: self._mix.shape[0]]
        self.cover = _finished(self.cover, made, mesh_normals(made, self._faces), self._loops(), measures.vertices)

    # --- once per model -----------------------------------------------------------------------------------------------

    def _loops(self) -> list[Array]:
        return [loop for loop, _ in self._edges]

    def _edge_rows(self, patch: Patch, measures: Measures) -> list[tuple[Array, tuple[Row, ...]]]:
        place = self._mix @ measures.vertices
        edges = []
        self._stand: dict[int, Array] = {}
        for loop in boundary_loops(patch.faces):
            around_neck = abs(place[loop, 0].mean()) < 0.04 and place[loop, 2].mean() > measures.neck[2] - 0.16
            if around_neck and self._cut.parted:
                rising = 0.12 + 0.88 * smooth_step(np.abs(place[loop, 0]), 0.004, 0.034)
                self._stand[len(edges)] = np.where(place[loop, 1] < -0.01, rising, 1.0)[:, None]
            edges.append((loop, self._cut.collar if around_neck and self._cut.collar else HEM))
        return edges

    def _topology(self, patch: Patch, measures: Measures) -> Topology:
        faces, uvs, materials = [patch.faces], [patch.corner_uvs], [np.zeros(len(patch.faces), np.uint8)]
        sources = [np.arange(self._mix.shape[0])]
        collar = [np.zeros(self._mix.shape[0], bool)]
        corner_of = _corner_uvs(patch)
        count = self._mix.shape[0]
        for loop, rows in self._edges:
            before = loop
            for _ in rows:
                row = np.arange(count, count + len(loop), dtype=np.int32)
                count += len(loop)
                a, b = before, np.roll(before, -1)
                # The border runs a → b in its face, so the strip has to run b → a.
                faces.append(np.stack([b, a, row, np.roll(row, -1)], 1).astype(np.int32))
                texture = corner_of[loop]
                following = np.roll(texture, -1, axis=0)
                uvs.append(np.stack([following, texture, texture, following], 1))
                materials.append(np.full(len(loop), 1 if self._cut.trim else 0, np.uint8))
                sources.append(loop)
                collar.append(np.full(len(loop), rows is not HEM))
                before = row
        source = np.concatenate(sources)
        self._source, self._collar = source, np.concatenate(collar)
        weights, bones = strongest(np.asarray(self._mix @ measures.weights)[source])
        coordinates, face_uvs = indexed(np.concatenate(uvs).astype(np.float32))
        return Topology(np.concatenate(faces), coordinates, face_uvs, np.concatenate(materials), weights, bones)

    def under(self, cover: Array) -> Array:
        """See `piece.Piece`. Collars lie over everything."""
        return np.where(self._collar, -1.0, np.asarray(self._mix @ cover)[self._source])

    # --- for one person -----------------------------------------------------------------------------------------------

    def vertices(self, wearer: Wearer) -> Array:
        """See `piece.Piece`."""
        cut, scale = self._cut, wearer.scale
        skin = self._mix @ wearer.vertices
        smooth = skin
        for _ in range(24):  # cloth does not follow every fold of the skin
            smooth = smooth + 0.5 * (self._laplacian @ smooth)
        outwards = unit(mesh_normals(smooth, self._faces) + 0.5 * mesh_normals(skin, self._faces))
        ease = cut.ease * scale
        # Bumps of the skin that are hidden need no room: there, the smooth body is what the cloth lies on.
        off = ((skin - smooth) * outwards).sum(1)
        bump = np.clip(off, 0, 0.007 * scale) * smooth_step(self._inside, 0.03, 0.055)
        floor = skin - bump[:, None] * outwards
        cloth = self._relaxed(floor + ease * outwards, floor, outwards, ease, cut.relaxing)
        for tube in cut.tubes:
            cloth = tube.hang(cloth, self._mix, wearer)
        if cut.tubes:
            cloth = self._relaxed(cloth, floor, outwards, ease, 4)
        cloth[self._filled] = self._filling @ cloth
        return np.concatenate([cloth, *self._hems(cloth, scale)])

    def _relaxed(self, cloth: Array, skin: Array, outwards: Array, ease: float, rounds: int) -> Array:
        for _ in range(rounds):
            cloth = cloth + self._cut.stiffness * (self._laplacian @ cloth)
            off = ((cloth - skin) * outwards).sum(1)
            cloth = cloth + np.maximum(ease - off, 0)[:, None] * outwards
        return cloth

    def _hems(self, cloth: Array, scale: float) -> list[Array]:
        outwards = mesh_normals(cloth, self._faces)
        rows = []
        for number, (loop, design) in enumerate(self._edges):
            along = np.roll(cloth[loop], -1, axis=0) - np.roll(cloth[loop], 1, axis=0)
            out = outwards[loop]
            inwards = unit(np.cross(out, along))
            stand = self._stand.get(number, 1.0)
            for row in design:
                rows.append(cloth[loop] + scale * (row.out * out + row.inwards * stand * inwards))
        return rows


def _signed(inside: Array, place: Array, loops: list[Array], body: Array) -> Array:
    """(body vertices,) metres to the border, negative outside; the fields themselves are no distances."""
    border = [place[loop] for loop in loops]
    border += [(one + np.roll(one, -1, axis=0)) / 2 for one in border]
    away, _ = cKDTree(np.concatenate(border)).query(body)
    return np.where(inside > 0, away, -away)


def _finished(cover: Array, made: Array, outwards: Array, loops: list[Array], body: Array) -> Array:
    """`cover` with respect to the border of the finished piece, along its surface."""
    ends, inwards, normals = [], [], []
    for loop in loops:
        along = np.roll(made[loop], -1, axis=0) - np.roll(made[loop], 1, axis=0)
        ends.append(made[loop])
        normals.append(outwards[loop])
        inwards.append(unit(np.cross(outwards[loop], along)))
    border, inwards, normals = np.concatenate(ends), np.concatenate(inwards), np.concatenate(normals)
    _, nearest = cKDTree(border).query(body)
    offset = body - border[nearest]
    offset -= (offset * normals[nearest]).sum(1, keepdims=True) * normals[nearest]
    within = (offset * inwards[nearest]).sum(1)
    close = np.linalg.norm(offset, axis=1) < 0.08
    return np.where(close & (cover > 0), np.minimum(cover, within), cover)


def _largest(patch: Patch) -> Patch:
    """Without scraps that a cut leaves elsewhere."""
    count = patch.mix.shape[0]
    a = patch.faces[:, [0, 1, 2]].reshape(-1)
    b = patch.faces[:, [1, 2, 3]].reshape(-1)
    graph = sparse.coo_matrix((np.ones(len(a)), (a, b)), (count, count))
    _, label = sparse.csgraph.connected_components(graph, directed=False)
    sizes = np.bincount(label)
    return patch.keep(sizes[label[patch.faces[:, 0]]] > 0.12 * sizes.max())


def _laplacian(faces: Array, count: int) -> tuple[sparse.csr_matrix, Array]:
    """Mean of the neighbours minus oneself; open edges only feel their edge, so that they stay where they are cut."""
    pairs = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 3]], faces[:, [3, 0]]])
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    border = np.zeros(count, bool)
    edges = []
    for loop in boundary_loops(faces):
        border[loop] = True
        edges.append(np.stack([loop, np.roll(loop, -1)], 1))
    pairs = np.concatenate([pairs, pairs[:, ::-1]])
    pairs = pairs[~border[pairs[:, 0]]]
    along = np.concatenate(edges) if edges else np.zeros((0, 2), int)
    pairs = np.unique(np.concatenate([pairs, along, along[:, ::-1]]), axis=0)
    graph = sparse.coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (count, count)).tocsr()
    degree = np.maximum(np.asarray(graph.sum(1))[:, 0], 1)
    return (sparse.diags(1 / degree) @ graph - sparse.identity(count)).tocsr(), ~border


def _corner_uvs(patch: Patch) -> Array:
    """(V, 2) one texture coordinate of each vertex."""
    result = np.zeros((patch.mix.shape[0], 2), np.float32)
    result[patch.faces.reshape(-1)] = patch.corner_uvs.reshape(-1, 2)
    return result
