"""The signed distance field of a place. Metres, world, Z up; positive outside solids.

*Solid* is what cannot be reached from open space: users' scenes are planes, open shells, inside-out and overlapping
pieces, so the sign comes from reachability (reach.py, rooms.py: what counts as open and why) and the magnitude from the
exact distance to the triangles within BAND of a surface; beyond it is interpolated, right to a centimetre or two.

- A closed room is open inside and solid outside; an object in open space is solid inside, whatever its normals say.
- Below a floor is solid, since nothing there can be stood on, even where the floor ends within the box
  (underground.py); under a table that the room reaches is open.
- Holes and slits narrower than about 3.5 cm do not let open space in.
- Sheets with open space on both sides, and solids too thin for the grid, get about one voxel of solid behind their
  front (sheets.py); the front itself is not moved.
- Depth inside overlapping pieces is measured to the surface that borders open space (depth.py).

Surfaces farther than MARGIN outside the box are not seen; distances are cut off where they could matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from backend.place.box import Box
from backend.place.depth import solid_depths
from backend.place.distance import node_distances
from backend.place.grid import Grid
from backend.place.nearest import SurfaceTree, prepare
from backend.place.reach import reachable
from backend.place.sampling import trilinear
from backend.place.scene import Scene, Triangles
from backend.place.sheets import thicken

__all__ = ["BAND", "Box", "Field", "build_field", "build_object_distance", "prepare"]

VOXEL = 0.02  # metres
BAND = 0.08  # metres: exact up to here
MARGIN = 0.25  # metres around the box from which triangles are taken
TRIANGLES_MAX = 2_000_000  # more are thinned to a lattice of a millimetre (scene.py)


@dataclass(frozen=True, eq=False)  # a field is equal to itself only, so that things can be kept with it
class Field:
    """Distances on a grid; read them with `sample`."""

    signed_distance: torch.Tensor  # (X, Y, Z) float32, metres
    nearest_object: torch.Tensor  # (X, Y, Z) int32 into Scene.objects, −1 farther than BAND from everything
    origin: torch.Tensor  # (3,) float32, metres, world: node (0, 0, 0)
    voxel: float  # metres

    def sample(self, points: torch.Tensor) -> torch.Tensor:
        """Trilinear distance at `points` ((…, 3), metres, world) → (…), differentiable with respect to the points.

        Outside the box the border's value is returned, with no gradient across the border.
        """
        return trilinear(points, self.signed_distance, self.origin, self.voxel)

    def sample_object(self, points: torch.Tensor) -> torch.Tensor:
        """The object nearest to each point ((…, 3), metres, world) → (…) int32; −1 where none is near."""
        last = torch.tensor(self.signed_distance.shape, device=points.device) - 1
        index = ((points.detach() - self.origin) / self.voxel).round().long()
        x, y, z = torch.minimum(index.clamp(min=0), last).unbind(-1)
        return self.nearest_object[x, y, z]

    @property
    def nbytes(self) -> int:
        return self.signed_distance.nbytes + self.nearest_object.nbytes

    @property
    def box(self) -> Box:
        return self.grid.box

    @property
    def grid(self) -> Grid:
        return Grid(self.origin.double().cpu().numpy(), self.voxel, tuple(self.signed_distance.shape))

    def to(self, device: torch.device | str) -> Field:
        """The same field on another device."""
        return Field(
            self.signed_distance.to(device), self.nearest_object.to(device), self.origin.to(device), self.voxel
        )


def build_field(
    scene: Scene,
    box: Box,
    voxel: float = VOXEL,
    open_points: np.ndarray | None = None,
    check: Callable[[], None] | None = None,
    front: np.ndarray | None = None,
) -> Field:
    """The signed distance field of `scene` over `box`, with nodes every `voxel` metres.

    `open_points`: (P, 3) metres, world, known to be open (a cursor in mid-air, a camera): the pieces of free space that
    hold them are open and nothing else is. A point with no free space within 15 cm is ignored; without any left,
    rooms.py decides. `front`: (3,) metres, world: about where the people will be, the middle of the box if not given;
    it only matters for upright sheets with open space on both sides, whose front is towards it. `check` is called now
    and then and may raise to stop the work.
    """
    check = check or _never
    grid = Grid.over(box, voxel)
    triangles = scene.triangles_in(grid.box.grown(MARGIN), limit=TRIANGLES_MAX)
    check()
    tree = SurfaceTree(triangles.corners)
    check()
    distances = node_distances(tree, grid, max(BAND, 4 * voxel), check)
    check()
    faces = distances.face[distances.exact]
    owners = triangles.object_index[faces]
    opened = reachable(grid, tree, distances, owners, _normals(triangles, faces), open_points).reshape(-1)
    check()
    value = np.minimum(distances.value, _unseen(scene, triangles, grid))
    depth_nodes, depths, rows = solid_depths(grid, distances, opened, tree)
    value[depth_nodes] = depths
    check()
    signed = np.where(opened, value, -value)
    sheet_nodes, sheet_values = thicken(grid, distances, opened, tree, grid.box.center if front is None else front)
    signed[sheet_nodes] = np.where(opened[sheet_nodes], sheet_values, np.minimum(signed[sheet_nodes], sheet_values))

    nearest = np.full(grid.count, -1, np.int32)
    nearest[distances.exact] = owners
    known = rows >= 0
    nearest[depth_nodes[~known]] = -1
    nearest[depth_nodes[known]] = owners[rows[known]]
    return _field(grid, signed, nearest)


def build_object_distance(
    scene: Scene,
    objects: Sequence[int],
    box: Box,
    voxel: float = VOXEL,
    check: Callable[[], None] | None = None,
) -> Field:
    """Unsigned distance to the surfaces of some objects, wherever they are; same grid as build_field's."""
    grid = Grid.over(box, voxel)
    reach = grid.box.united(scene.box_of(objects)).grown(MARGIN)
    triangles = scene.triangles_in(reach, objects, limit=TRIANGLES_MAX)
    distances = node_distances(SurfaceTree(triangles.corners), grid, max(BAND, 4 * voxel), check)
    nearest = np.full(grid.count, -1, np.int32)
    nearest[distances.exact] = triangles.object_index[distances.face[distances.exact]]
    return _field(grid, distances.value, nearest)


def _field(grid: Grid, values: np.ndarray, nearest: np.ndarray) -> Field:
    return Field(
        torch.from_numpy(values.astype(np.float32, copy=False).reshape(grid.shape)),
        torch.from_numpy(nearest.reshape(grid.shape)),
        torch.from_numpy(grid.origin.astype(np.float32)),
        grid.voxel,
    )


def _normals(triangles: Triangles, faces: np.ndarray) -> np.ndarray:
    """(M, 3) float32 normals by winding, not normalised."""
    corners = torch.from_numpy(triangles.corners[faces])
    return torch.linalg.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]).numpy()


def _unseen(scene: Scene, triangles: Triangles, grid: Grid) -> np.ndarray | float:
    """(N,) float32: how near a surface that was not taken could be to each node; infinite if all were."""
    taken = np.bincount(triangles.object_index, minlength=len(scene.objects))
    box, gap = grid.box, np.inf
    for item in scene.objects:
        if taken[item.index] < item.triangle_count:
            low, high = item.world_bounds
            apart = np.maximum(np.maximum(low - box.maximum, box.minimum - high), 0)
            gap = min(gap, max(float(np.linalg.norm(apart)), MARGIN))
    if not np.isfinite(gap):
        return gap
    axes = []
    for count in grid.shape:
        index = np.arange(count)
        axes.append((np.minimum(index, count - 1 - index) * grid.voxel + gap).astype(np.float32))
    return np.minimum(np.minimum(axes[0][:, None, None], axes[1][:, None]), axes[2]).reshape(-1)


def _never() -> None:
    """Does not stop the work."""
