"""The reference body that everything is designed on, with the coordinates that tailors use: fields at its vertices.

All fields are (V,) float64 in metres on the reference body, whose height is about 1.75 m. `sleeve` runs along the arm,
`drop` down from the hip, `level` is height; a cut line is where a combination of them is 0.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass

import numpy as np

from ..model import BodyModel, ShapedBody
from ..regions import vertex_normals
from .patch import Patch, whole
from .piece import Wearer

Array = np.ndarray
_ARM = ("upperarm", "lowerarm", "wrist", "metacarpal", "finger")
_HEAD = ("neck02", "neck03", "head", "eye")


@dataclass(frozen=True, eq=False)
class Measures:
    model: BodyModel
    shaped: ShapedBody
    vertices: Array  # (V, 3) metres, the reference body at rest
    normals: Array  # (V, 3)
    weights: Array  # (V, B) float64
    surface: Patch  # the outer skin
    arm: Array  # (V,) 0…1, how much a vertex belongs to an arm, smooth
    sleeve: Array  # (V,) along the arm from the shoulder joint, negative off it
    shoulder_to_elbow: float
    shoulder_to_wrist: float
    hip: float  # height of the hip joints
    knee: float
    ankle: float
    crotch: float
    waist: float  # height of the natural waist
    neck: Array  # (3,) base of the neck

    @property
    def level(self) -> Array:
        return self.vertices[:, 2]

    @property
    def surface_vertices(self) -> Array:
        """(V,) bool: on the outer skin."""
        return self.model.topology.outer.numpy()

    @functools.cached_property
    def reference(self) -> Wearer:
        """The reference body as somebody who wears things."""
        heads = self.shaped.heads.double().numpy()
        return Wearer(self.vertices, self.normals, heads, self.model.skeleton.bone_names, 1.0)

    def wearer(self, shaped: ShapedBody) -> Wearer:
        """A person as pieces want to know them."""
        vertices = shaped.vertices.double()
        normals = vertex_normals(vertices, self.model.topology.triangles).numpy()
        scale = shaped.height / self.shaped.height
        heads = shaped.heads.double().numpy()
        return Wearer(vertices.numpy(), normals, heads, self.model.skeleton.bone_names, scale)

    def joint(self, bone: str) -> Array:
        return self.shaped.heads[self.model.skeleton.index(bone)].double().numpy()


@functools.cache
def measures(model: BodyModel) -> Measures:
    """Once per body model."""
    shaped = model.shape({"age": 0.67, "gender": 0.5, "height": 0.45})
    vertices = shaped.vertices.double().numpy()
    topology, skeleton = model.topology, model.skeleton
    weights = topology.dense_weights(len(skeleton.bone_names)).double().numpy()
    arm = weights[:, [name.startswith(_ARM) for name in skeleton.bone_names]].sum(1)
    head = {name: shaped.heads[skeleton.index(name)].double().numpy() for name in skeleton.bone_names}
    sleeve = np.full(len(vertices), -1.0)
    for side in (".L", ".R"):
        chain = np.stack([head[name + side] for name in ("upperarm01", "lowerarm01", "wrist", "finger3-1")])
        own = (arm > 0.5) & ((vertices[:, 0] > 0) == (side == ".L"))
        sleeve[own] = _along(vertices[own], chain)
    elbow = float(np.linalg.norm(head["lowerarm01.L"] - head["upperarm01.L"]))
    trunk = (np.abs(vertices[:, 0]) < 0.01) & (vertices[:, 2] < head["upperleg01.L"][2]) & (arm < 0.1)
    return Measures(
        model=model,
        shaped=shaped,
        vertices=vertices,
        normals=vertex_normals(shaped.vertices, topology.triangles).double().numpy(),
        weights=weights,
        surface=_skin(model),
        arm=arm,
        sleeve=sleeve,
        shoulder_to_elbow=elbow,
        shoulder_to_wrist=elbow + float(np.linalg.norm(head["wrist.L"] - head["lowerarm01.L"])),
        hip=float(head["upperleg01.L"][2]),
        knee=float(head["lowerleg01.L"][2]),
        ankle=float(head["foot.L"][2]),
        crotch=float(vertices[trunk, 2].min()),
        waist=float(head["spine04"][2]) + 0.03,
        neck=head["neck01"],
    )


def _skin(model: BodyModel) -> Patch:
    topology = model.topology
    uvs = topology.uvs[topology.face_uvs].numpy()
    skin = whole(topology.faces.int().numpy(), uvs, topology.vertex_count)
    return skin.keep(topology.outer[topology.faces].all(1).numpy() & (topology.face_materials == 0).numpy())


def _along(points: Array, chain: Array) -> Array:
    """Distance along a polyline (K, 3) to the foot of the perpendicular from points (N, 3); extended at both ends."""
    best, result = np.full(len(points), np.inf), np.zeros(len(points))
    start = 0.0
    for k, (a, b) in enumerate(itertools.pairwise(chain)):
        length = float(np.linalg.norm(b - a))
        share = (points - a) @ (b - a) / length**2
        low, high = (-np.inf if k == 0 else 0.0), (np.inf if k == len(chain) - 2 else 1.0)
        share = np.clip(share, low, high)
        away = np.linalg.norm(points - a - share[:, None] * (b - a), axis=1)
        nearer = away < best
        best[nearer], result[nearer] = away[nearer], start + share[nearer] * length
        start += length
    return result


def smooth_step(values: Array, low: float, high: float) -> Array:
    """0 below `low`, 1 above `high`, smooth between."""
    share = np.clip((values - low) / (high - low), 0, 1)
    return share * share * (3 - 2 * share)
