"""Where one can sit, stand or lie: patches of upward-facing solid surface, read from the field. Metres, world, Z up.

Every column of the field is walked upwards; wherever it leaves something solid, a cell of surface lies, at the height
where the distance is zero. Cells that are not steep and have some air above grow together to patches: neighbours at
about the same height on the same object (on any of the objects asked for), and across gaps like those between slats.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import torch
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from backend.place.backrests import backrest_directions
from backend.place.field import Field
from backend.place.scene import Scene

STEEPEST = 0.7  # least upward component of the normal: 45°
AIR_MIN = 0.25  # metres above a cell
AREA_MIN = 0.015  # m²: a bicycle's saddle
STEP = 0.03  # metres between the heights of neighbouring cells
GAP = 0.07  # metres: gaps on one object that do not part a patch
GAP_STEP = 0.02  # metres between the heights on both sides of a gap
DROP = 0.15  # metres: how much lower it must be beyond an edge that legs can hang over
SMALLEST_SEAT = 0.05  # m²: smaller patches are not asked for backrests
LARGEST_CUT_SEAT = 0.8  # m², where the field's border cuts it: more of it is probably a floor
LARGEST_SEAT = 3.0  # m²: larger patches are floors; what rises beside them is no backrest


@dataclass(frozen=True)
class Support:
    """A patch of surface that can carry a person."""

    object: int  # index into Scene.objects of the one that makes up most of it
    name: str
    objects: tuple[int, ...]  # all objects that are part of it
    height: float  # metres, world z: median over the cells
    area: float  # m², seen from above
    normal: np.ndarray  # (3,) float32, unit, mean over the cells
    cells: np.ndarray  # (N, 2) float32, metres, world: x, y of the cells' centres
    heights: np.ndarray  # (N,) float32, metres, world z
    free_heights: np.ndarray  # (N,) float32, metres of air above each cell (at least; the field ends somewhere)
    edge_distance: np.ndarray  # (N,) float32, metres to where the patch ends, for whatever reason
    bounds: np.ndarray  # (2, 3) float32, metres, world: minimum, maximum
    free_height: float  # metres: median over the cells
    backs: tuple[np.ndarray, ...]  # (2,) float32 unit directions towards backrests, best first
    front: np.ndarray | None  # (2,) float32, unit: where a sitter with a backrest faces
    edges: np.ndarray  # (E, 2) float32, metres, world: cells at whose outer side legs can hang down
    edge_normals: np.ndarray  # (E, 2) float32, unit, outwards

    @property
    def points(self) -> np.ndarray:
        """(N, 3) float32: the cells at their heights, metres, world."""
        return np.column_stack([self.cells, self.heights])

    @property
    def center(self) -> np.ndarray:
        """(3,) float32: the middle of the cells."""
        return np.append(self.cells.mean(0), self.height).astype(np.float32)


@dataclass(frozen=True)
class Patch:
    """A patch of surface that can carry a person, before anything else about it is measured."""

    object: int  # as in Support, also the following
    name: str
    objects: tuple[int, ...]
    height: float
    area: float


@dataclass(frozen=True)
class _Cells:
    """Surface cells of all columns, flat."""

    column: np.ndarray  # (N, 2) int64: grid x, y
    height: np.ndarray  # (N,) metres, world z
    air: np.ndarray  # (N,) metres
    normal: np.ndarray  # (N, 3)
    owner: np.ndarray  # (N,) int32

    def take(self, rows: np.ndarray) -> _Cells:
        return _Cells(self.column[rows], self.height[rows], self.air[rows], self.normal[rows], self.owner[rows])


def find_supports(scene: Scene, field: Field, objects: Sequence[int] | None = None) -> tuple[Support, ...]:
    """All supports in the field's box, largest first; of the given objects only (taken together as one), if given."""
    known = _KNOWN.setdefault(field, {})
    key = (tuple(item.name for item in scene.objects), None if objects is None else tuple(objects))
    if key not in known:
        found = [_support(patch, field, cells) for patch, cells in _pieces(scene, field, objects)]
        known[key] = tuple(sorted(found, key=lambda support: -support.area))
    return known[key]


def find_patches(scene: Scene, field: Field, objects: Sequence[int] | None = None) -> tuple[Patch, ...]:
    """The same patches as `find_supports` in the same order, at a tenth of the cost."""
    return tuple(sorted((patch for patch, _ in _pieces(scene, field, objects)), key=lambda patch: -patch.area))


# Supports are asked for several times in one request, and a field that is kept for the next keeps its supports, too.
_KNOWN: WeakKeyDictionary[Field, dict[tuple, tuple[Support, ...]]] = WeakKeyDictionary()
_USABLE: WeakKeyDictionary[Field, _Cells] = WeakKeyDictionary()


def _pieces(scene: Scene, field: Field, objects: Sequence[int] | None) -> Iterator[tuple[Patch, _Cells]]:
    if field not in _USABLE:
        every = _surface_cells(field)
        _USABLE[field] = every.take(np.flatnonzero((every.normal[:, 2] >= STEEPEST) & (every.air >= AIR_MIN)))
    cells = _USABLE[field]
    if objects is not None:
        cells = cells.take(np.flatnonzero(np.isin(cells.owner, np.asarray(objects, dtype=np.int32))))
    if len(cells.height) == 0:
        return
    group = cells.owner if objects is None else np.zeros(len(cells.owner), np.int32)
    patch = _patches(cells, group, field.voxel)
    smallest = AREA_MIN / field.voxel**2
    order = np.argsort(patch, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(patch[order])) + 1):
        if len(rows) >= smallest:
            own = cells.take(rows)
            yield _patch(scene, field, own), own


def _surface_cells(field: Field) -> _Cells:
    values = field.signed_distance.cpu().numpy()
    origin = field.origin.double().cpu().numpy()
    solid = values < 0
    x, y, k = np.nonzero(solid[:, :, :-1] & ~solid[:, :, 1:])
    below, above = values[x, y, k], values[x, y, k + 1]
    height = origin[2] + field.voxel * (k + below / (below - above))
    # Air: the next solid node of the column above, or the end of the field.
    top = values.shape[2]
    level = np.where(solid, np.arange(top), top)
    following = np.minimum.accumulate(level[:, :, ::-1], axis=2)[:, :, ::-1]
    air = origin[2] + field.voxel * (following[x, y, k + 1] - 0.5) - height
    points = np.stack([origin[0] + field.voxel * x, origin[1] + field.voxel * y, height], axis=1)
    owners = field.nearest_object.cpu().numpy()
    near, far = owners[x, y, k + 1], owners[x, y, k]
    owner = np.where((np.abs(above) <= np.abs(below)) & (near >= 0) | (far < 0), near, far)
    return _Cells(np.stack([x, y], axis=1), height, air, _normals(field, points), owner)


def _normals(field: Field, points: np.ndarray) -> np.ndarray:
    """(N, 3) float32 unit gradients over two voxels: what a thigh feels, not every crease.

    Taken just above the surface, for below thin ones the field rises again.
    """
    raised = points + [0.0, 0.0, 1.2 * field.voxel]
    where = torch.from_numpy(raised.astype(np.float32)).to(field.origin.device)
    slopes = []
    for axis in range(3):
        shift = torch.zeros(3, device=where.device)
        shift[axis] = field.voxel
        slopes.append(field.sample(where + shift) - field.sample(where - shift))
    gradient = torch.stack(slopes, dim=1)
    return torch.nn.functional.normalize(gradient, dim=1).cpu().numpy()


def _patches(cells: _Cells, group: np.ndarray, voxel: float) -> np.ndarray:
    """(N,) patch number of each cell."""
    reach = max(1, int(GAP / voxel))
    offsets = [(1, 0), (0, 1), (1, 1), (1, -1)]
    offsets += [(step, 0) for step in range(2, reach + 1)] + [(0, step) for step in range(2, reach + 1)]
    offsets += [(step, side * step) for step in range(2, int(reach / 2**0.5) + 1) for side in (1, -1)]
    # Columns may hold several cells, so rank them within their column.
    width = int(cells.column[:, 1].max()) + 2 * reach + 1
    key = (cells.column[:, 0] + reach) * width + cells.column[:, 1] + reach
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    first = np.searchsorted(ordered, ordered, side="left")
    layer = np.arange(len(ordered)) - first
    layers = int(layer.max()) + 1
    table = np.full((layers, (int(cells.column[:, 0].max()) + 2 * reach + 1) * width), -1, np.int64)
    table[layer, ordered] = order
    heads, tails = [], []
    for x, y in offsets:
        tolerance = (STEP if max(abs(x), abs(y)) == 1 else GAP_STEP) * max(1.0, voxel / 0.02)
        for number in range(layers):
            other = table[number, key + x * width + y]
            rows = np.flatnonzero(other >= 0)
            other = other[rows]
            same = (np.abs(cells.height[rows] - cells.height[other]) <= tolerance) & (group[rows] == group[other])
            heads.append(rows[same])
            tails.append(other[same])
    head, tail = np.concatenate(heads), np.concatenate(tails)
    count = len(cells.height)
    graph = coo_matrix((np.ones(len(head), np.int8), (head, tail)), shape=(count, count))
    return connected_components(graph, directed=False)[1]


def _patch(scene: Scene, field: Field, cells: _Cells) -> Patch:
    owners, counts = np.unique(cells.owner, return_counts=True)
    main = int(owners[counts.argmax()])
    name = scene.objects[main].name if main >= 0 else ""
    objects = tuple(int(owner) for owner in owners if owner >= 0)
    return Patch(main, name, objects, float(np.median(cells.height)), len(cells.height) * field.voxel**2)


def _support(patch: Patch, field: Field, cells: _Cells) -> Support:
    origin = field.origin.double().cpu().numpy()
    area = patch.area
    flat = (origin[:2] + field.voxel * cells.column).astype(np.float32)
    normal = cells.normal.mean(0)
    edge_distance, edges, edge_normals = _edges(field, cells, flat)
    cut = (cells.column.min(0) <= 1).any() or (cells.column.max(0) >= np.array(field.grid.shape[:2]) - 2).any()
    seat = SMALLEST_SEAT <= area <= (LARGEST_CUT_SEAT if cut else LARGEST_SEAT)
    backs = backrest_directions(field, flat, cells.height) if seat else ()
    low = np.append(flat.min(0), cells.height.min())
    high = np.append(flat.max(0), cells.height.max())
    return Support(
        object=patch.object,
        name=patch.name,
        objects=patch.objects,
        height=patch.height,
        area=area,
        normal=(normal / max(float(np.linalg.norm(normal)), 1e-9)).astype(np.float32),
        cells=flat,
        heights=cells.height.astype(np.float32),
        free_heights=cells.air.astype(np.float32),
        edge_distance=edge_distance,
        bounds=np.stack([low, high]).astype(np.float32),
        free_height=float(np.median(cells.air)),
        backs=backs,
        front=-backs[0] if backs else None,
        edges=edges,
        edge_normals=edge_normals,
    )


def _edges(field: Field, cells: _Cells, flat: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distance of each cell to the end of its patch (N,); the cells at whose outer side legs can hang, with normals."""
    low = cells.column.min(0) - 1
    shape = cells.column.max(0) - low + 2
    filled = np.zeros(shape, bool)
    at = cells.column - low
    filled[at[:, 0], at[:, 1]] = True
    missing = np.argwhere(~filled)
    way, _ = cKDTree(missing).query(at)
    edge_distance = ((way - 0.5) * field.voxel).astype(np.float32)
    border = np.flatnonzero(way < 1.5)
    # Outwards: away from the patch's mass within a few cells.
    tree = cKDTree(flat)
    points = flat[border]
    sums = np.stack([flat[near].mean(0) for near in tree.query_ball_point(points, 0.1)]) if len(border) else points
    outward = points - sums
    length = np.linalg.norm(outward, axis=1)
    clear = length > 0.1 * field.voxel
    border, points, outward = border[clear], points[clear], outward[clear] / length[clear, None]
    open_below = np.ones(len(border), bool)
    top = cells.height[border]
    for ahead in (0.08, 0.14):
        for drop in (0.02, DROP):
            ask = np.column_stack([points + outward * ahead, top - drop]).astype(np.float32)
            value = field.sample(torch.from_numpy(ask).to(field.origin.device)).cpu().numpy()
            open_below &= value > 0.01
    return edge_distance, points[open_below].astype(np.float32), outward[open_below].astype(np.float32)
