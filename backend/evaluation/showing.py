"""Whether anything shows through clothes: skin or an inner garment outside of what covers it.

Looked at are visible vertices of the inner surface that lie inside an outer garment's border on the reference body, and
so must be beneath it in every pose. One shows if it is on the outer side of the nearest cloth, and neither that garment
nor a fold of its own surface is in front of it. Metres.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from backend.body.clothes.dressing import Dressed
from backend.body.clothes.patch import boundary_loops
from backend.body.clothes.piece import Piece, mesh_normals
from backend.body.clothes.settling import posed, skinning, transforms
from backend.body.clothes.wardrobe import piece
from backend.body.model import BodyModel
from backend.body.posing import PosedBody
from backend.place.nearest import SurfaceTree

Array = np.ndarray
INSIDE = 0.005  # metres inside the border from which on it must be beneath
THICK = 0.05  # metres of cloth and air that a ray looks through
AT_EDGE = 0.004  # metres: what is nearest to the edge is beside the cloth, not outside of it


@dataclass(frozen=True)
class Showing:
    """How far the worst vertex stands out, metres, and between what."""

    skin: float
    layers: float
    where: str

    @property
    def worst(self) -> float:
        return max(self.skin, self.layers)


def showing(model: BodyModel, body: PosedBody, worn: tuple[Dressed, ...], hidden: Array) -> Showing:
    """Of one person: `worn` from the inside out, `hidden` (H,) the body's vertices beneath."""
    moves = transforms(body)
    skin = body.vertices.double().numpy()
    clothes = [one for one in worn if one.item.cloth]
    placed = [posed(one.vertices.astype(np.float64), skinning(one.topology, moves)) for one in clothes]
    seen = model.topology.outer.numpy().copy()
    seen[hidden] = False
    faces = model.topology.faces.numpy()
    found = {"skin": (0.0, ""), "layers": (0.0, "")}
    for number, outer in enumerate(clothes):
        own: Piece = piece(model, outer.item.piece)
        cloth = _Cloth(placed[number], outer.topology.faces[own.shell])
        depth = cloth.standing_out(skin, faces, seen & (own.cover > INSIDE))
        found["skin"] = max(found["skin"], (depth, f"skin under {outer.item.label}"))
        for inner, points in zip(clothes[:number], placed[:number], strict=True):
            within = piece(model, inner.item.piece)
            shown = np.zeros(len(points), bool)
            shown[inner.topology.faces[within.shell]] = True  # what is turned in is not seen anyway
            shown[inner.hidden] = False
            beneath = within.under(own.cover) > INSIDE
            depth = cloth.standing_out(points, inner.topology.faces, shown & beneath)
            found["layers"] = max(found["layers"], (depth, f"{inner.item.label} under {outer.item.label}"))
    return Showing(found["skin"][0], found["layers"][0], max(found.values())[1])


class _Cloth:
    def __init__(self, vertices: Array, faces: Array) -> None:
        self._triangles = np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])
        corners = vertices[self._triangles].astype(np.float32)
        normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        self._normals = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
        self._tree = SurfaceTree(corners)
        loops = [vertices[loop] for loop in boundary_loops(faces)]
        along = np.linspace(0, 1, 6)[:, None, None]
        edge = [((1 - along) * one + along * np.roll(one, -1, axis=0)).reshape(-1, 3) for one in loops]
        self._edge = cKDTree(np.concatenate(edge)) if edge else None

    def standing_out(self, points: Array, faces: Array, chosen: Array) -> float:
        """The largest distance by which one of the `chosen` (V,) vertices of a mesh stands out of the cloth."""
        if not chosen.any():
            return 0.0
        own = points
        normals, points = mesh_normals(own, faces)[chosen], own[chosen]
        nearest = self._tree.nearest(points, THICK)
        outside = ((points - nearest.foot) * self._normals[np.maximum(nearest.face, 0)]).sum(1)
        _, hit = self._tree.first_hit(points, normals, THICK)
        shows = (hit < 0) & (nearest.face >= 0) & (outside > 0)
        if shows.any():  # what lies in a fold of its own surface is not seen
            triangles = np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])
            itself = SurfaceTree(own[triangles].astype(np.float32))
            shows &= itself.first_hit(points + 0.002 * normals, normals, THICK)[1] < 0
        if self._edge is not None:
            shows &= self._edge.query(nearest.foot)[0] > AT_EDGE
        return float(nearest.distance[shows].max(initial=0.0))
