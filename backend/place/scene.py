"""The scene as geometry: named objects and their triangles in world metres, cut out box by box.

World frame: right-handed, Z up, metres. Meshes stay in their own frames, shared by their instances, and are only
brought to world for the box that is asked about, so that twenty million triangles cost no more than their own arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from backend.place.box import Box
from backend.place.thinning import thin
from protocol.errors import SceneEmpty, SceneInvalid
from protocol.messages import Mesh, Snapshot

CHUNK = 1 << 18  # triangles or vertices handled at once: some 10 MB per temporary
SAMPLE_PIECES = 16  # every so-manieth piece tells how far thinning must go
COARSEST_CELL = 0.016  # metres


@dataclass(frozen=True)
class SceneObject:
    """One visible object (or instance) that has triangles."""

    name: str
    index: int  # place in Scene.objects; what Triangles.object_index and Field.nearest_object hold
    world_bounds: np.ndarray  # (2, 3) float64, metres, world: minimum, maximum
    triangle_count: int
    base_color: np.ndarray  # (3,) float32, sRGB 0…1
    collections: tuple[str, ...] = ()


@dataclass(frozen=True)
class Triangles:
    """Triangles without connectivity."""

    corners: np.ndarray  # (T, 3, 3) float32, metres, world
    object_index: np.ndarray  # (T,) int32 into Scene.objects

    def __len__(self) -> int:
        return len(self.object_index)


@dataclass(frozen=True)
class Scene:
    """What a pipeline sees of the user's scene."""

    objects: tuple[SceneObject, ...]
    cursor: np.ndarray  # (3,) float64, metres, world
    active: int  # index of the active object, −1 if none (or if it has no triangles)
    camera_to_world: np.ndarray | None
    _meshes: tuple[Mesh, ...]  # per object; instances share one
    _matrices: np.ndarray  # (N, 4, 4) float64, object to world

    @classmethod
    def from_snapshot(cls, snapshot: Snapshot, meshes: Mapping[str, Mesh]) -> Scene:
        """Check and index a snapshot. `meshes` holds every mesh that it names, by hash.

        Objects without triangles are left out. Raises SceneInvalid (naming the object) for coordinates that are not
        finite and indices out of range, SceneEmpty if nothing is left.
        """
        objects: list[SceneObject] = []
        kept: list[Mesh] = []
        matrices: list[np.ndarray] = []
        active = -1
        for item in snapshot.objects:
            mesh = meshes.get(item.mesh)
            if mesh is None:
                raise SceneInvalid(f"The mesh of “{item.name}” did not arrive.", remedy="Press Generate again.")
            if len(mesh.triangles) == 0:
                continue
            matrix = np.array(item.object_to_world, dtype=np.float64).reshape(4, 4)
            if not np.isfinite(matrix).all():
                raise SceneInvalid(f"The transform of “{item.name}” has values that are not finite.")
            if item.name == snapshot.active_object:
                active = len(objects)
            bounds = _world_bounds(mesh, matrix, item.name)
            color = np.array(item.base_color, dtype=np.float32).reshape(3)
            objects.append(
                SceneObject(item.name, len(objects), bounds, len(mesh.triangles), color, tuple(item.collections))
            )
            kept.append(mesh)
            matrices.append(matrix)
        if not objects:
            raise SceneEmpty("The scene has no visible surface.")
        cursor = np.array(snapshot.cursor, dtype=np.float64).reshape(3)
        return cls(tuple(objects), cursor, active, snapshot.camera_to_world, tuple(kept), np.stack(matrices))

    @property
    def fingerprint(self) -> tuple[object, ...]:
        """Equal for scenes whose objects have the same names, meshes and transforms, in the same order."""
        named = tuple((item.name, mesh.hash) for item, mesh in zip(self.objects, self._meshes, strict=True))
        return (*named, self._matrices.tobytes())

    @property
    def bounds(self) -> np.ndarray:
        """(2, 3) float64, metres, world: minimum and maximum over all objects."""
        every = np.stack([item.world_bounds for item in self.objects])
        return np.stack([every[:, 0].min(0), every[:, 1].max(0)])

    def box_of(self, objects: Iterable[int]) -> Box:
        """The box around some objects, given by index."""
        every = np.stack([self.objects[index].world_bounds for index in objects])
        return Box(every[:, 0].min(0), every[:, 1].max(0))

    def triangles_in(
        self,
        box: Box,
        objects: Sequence[int] | None = None,
        limit: int | None = None,
        cell: float = 0.001,
    ) -> Triangles:
        """All triangles whose bounds touch `box`, whole, in world; of `objects` only, if given.

        With a `limit`, more triangles than that are thinned to about so many: small ones are snapped to a lattice of
        `cell` metres, coarser if that does not suffice (see thinning.py).
        """
        wanted = range(len(self.objects)) if objects is None else sorted(set(objects))
        cuts = {index: cut for index in wanted if (cut := self._cut(index, box)) is not None}
        total = sum(int(cut.keep.sum()) if cut.keep is not None else len(cut.triangles) for cut in cuts.values())
        cell = _fitting_cell(cuts, total, limit, cell) if limit is not None and total > limit else 0.0
        corners: list[np.ndarray] = []
        owners: list[np.ndarray] = []
        for index, cut in cuts.items():
            for piece in cut.pieces():
                corners.append(thin(piece, cell) if cell else piece)
                owners.append(np.full(len(corners[-1]), index, dtype=np.int32))
        if not corners:
            return Triangles(np.zeros((0, 3, 3), np.float32), np.zeros(0, np.int32))
        return Triangles(np.concatenate(corners), np.concatenate(owners))

    def sample_triangles(self, index: int, count: int) -> tuple[np.ndarray, float]:
        """About `count` triangles of an object, evenly from its list: corners (T, 3, 3) float32, metres, world.

        Also returns which share of all its triangles they are.
        """
        mesh = self._meshes[index]
        step = max(1, len(mesh.triangles) // count)
        rows = mesh.triangles[::step]
        corners = _to_world(mesh.vertices[rows.reshape(-1)], self._matrices[index])
        return corners.reshape(-1, 3, 3).astype(np.float32), len(rows) / len(mesh.triangles)

    def _cut(self, index: int, box: Box) -> _Cut | None:
        bounds = self.objects[index].world_bounds
        if not box.overlaps(bounds):
            return None
        mesh, matrix = self._meshes[index], self._matrices[index]
        world = np.empty((len(mesh.vertices), 3), np.float32)
        for start in range(0, len(world), CHUNK):
            world[start : start + CHUNK] = _to_world(mesh.vertices[start : start + CHUNK], matrix)
        if (bounds[0] >= box.minimum).all() and (bounds[1] <= box.maximum).all():
            return _Cut(world, mesh.triangles, None)
        # A triangle is outside if all its corners are beyond the same face of the box: one bit per face.
        code = np.zeros(len(world), np.uint8)
        for axis in range(3):
            code |= (world[:, axis] < box.minimum[axis]).astype(np.uint8) << (2 * axis)
            code |= (world[:, axis] > box.maximum[axis]).astype(np.uint8) << (2 * axis + 1)
        keep = np.empty(len(mesh.triangles), bool)
        for start in range(0, len(keep), CHUNK):
            codes = code[mesh.triangles[start : start + CHUNK]]
            keep[start : start + CHUNK] = (codes[:, 0] & codes[:, 1] & codes[:, 2]) == 0
        return _Cut(world, mesh.triangles, keep) if keep.any() else None


@dataclass(frozen=True)
class _Cut:
    """The triangles of one object that touch a box: which, and its vertices in world."""

    world: np.ndarray  # (V, 3) float32, metres, world
    triangles: np.ndarray  # (T, 3) int32
    keep: np.ndarray | None  # (T,) bool; None keeps all

    def pieces(self, every: int = 1) -> Iterator[np.ndarray]:
        """Corners (≤ CHUNK, 3, 3) float32, piece by piece, or only every so-manieth piece."""
        for start in range(0, len(self.triangles), CHUNK * every):
            rows = self.triangles[start : start + CHUNK]
            if self.keep is not None:
                rows = rows[self.keep[start : start + CHUNK]]
            if len(rows):
                yield self.world[rows]


def _to_world(vertices: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    return vertices @ matrix[:3, :3].T + matrix[:3, 3]


def _world_bounds(mesh: Mesh, matrix: np.ndarray, name: str) -> np.ndarray:
    """(2, 3) float64 bounds of the vertices that triangles use; raises SceneInvalid."""
    vertices, triangles = mesh.vertices, mesh.triangles
    used = np.zeros(len(vertices), bool)
    for start in range(0, len(triangles), CHUNK):
        rows = triangles[start : start + CHUNK]
        if rows.min() < 0 or rows.max() >= len(vertices):
            raise SceneInvalid(f"“{name}” has triangles that name vertices it does not have.")
        used[rows] = True
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    for start in range(0, len(vertices), CHUNK):
        # A loose vertex that is not a number harms nobody, so only those of triangles count.
        with np.errstate(invalid="ignore"):  # infinities, told below
            points = _to_world(vertices[start : start + CHUNK][used[start : start + CHUNK]], matrix)
        if len(points):
            low, high = np.minimum(low, points.min(0)), np.maximum(high, points.max(0))
    if not (np.isfinite(low).all() and np.isfinite(high).all()):
        raise SceneInvalid(f"“{name}” has vertices whose coordinates are not finite numbers.")
    return np.stack([low, high])


def _fitting_cell(cuts: Mapping[int, _Cut], total: int, limit: int, cell: float) -> float:
    """The smallest of a few cells that thins `total` triangles to about `limit`, tried on some of the pieces."""
    pieces = [piece for cut in cuts.values() for piece in cut.pieces(every=SAMPLE_PIECES)]
    sampled = sum(len(piece) for piece in pieces)
    while cell < COARSEST_CELL:
        if sum(len(thin(piece, cell)) for piece in pieces) / sampled * total <= limit:
            break
        cell *= 2
    return cell
