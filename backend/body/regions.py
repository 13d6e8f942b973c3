"""Named patches of skin that touch things: which vertices are the buttocks, the soles, the palms…

A region is every outer vertex that mostly follows one of its bones and whose rest normal points its way. They are found
once per body model on the average adult; vertex numbers are the same for every shape.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .model import BodyModel, ShapedBody
from .posture import palm_normal
from .rotations import unit


@dataclass(frozen=True)
class _Rule:
    bones: tuple[str, ...]  # prefixes, without side
    normal: tuple[float, float, float] | str  # rest direction on the left side, or "palm"
    least: float = 0.5  # cosine to it
    # Between which heights of the dominant bone's box the patch lies, 0 at its bottom.
    low: float = 0.0
    high: float = 1.0


_RULES: dict[str, _Rule] = {
    "soles": _Rule(("foot", "toe"), (0, 0, -1), 0.6),
    "heels": _Rule(("foot",), (0, 0.5, -1), 0.5),
    "toes": _Rule(("toe",), (0, 0, -1), 0.4),
    "buttocks": _Rule(("root", "pelvis", "upperleg01"), (0, 0.8, -0.6), 0.55, 0.0, 0.75),
    "thighs": _Rule(("upperleg02", "upperleg01"), (0, 1, 0), 0.6),
    "calves": _Rule(("lowerleg01", "lowerleg02"), (0, 1, 0), 0.6),
    "shins": _Rule(("lowerleg01", "lowerleg02"), (0, -1, 0), 0.6),
    "knees": _Rule(("lowerleg01", "upperleg02"), (0, -1, 0), 0.75),
    "back": _Rule(("spine01", "spine02", "spine03", "clavicle", "shoulder01"), (0, 1, 0), 0.65),
    "lower_back": _Rule(("spine05", "spine04"), (0, 1, 0), 0.6),
    "chest": _Rule(("spine01", "spine02"), (0, -1, 0), 0.6),
    "belly": _Rule(("spine03", "spine04", "spine05"), (0, -1, 0), 0.6),
    "palms": _Rule(("wrist", "metacarpal", "finger"), "palm", 0.45),
    "fingertips": _Rule(("finger2-3", "finger3-3", "finger4-3"), "palm", 0.2),
    "forearms": _Rule(("lowerarm02", "lowerarm01"), (0, 0, -1), 0.3),
    "elbows": _Rule(("lowerarm01", "upperarm02"), (0, 1, 0), 0.75),
    "back_of_head": _Rule(("head", "neck03"), (0, 1, 0), 0.6),
    "waist": _Rule(("spine05", "spine04", "root"), (1, 0, 0), 0.5),
    "thigh_tops": _Rule(("upperleg02",), (0, -1, 0), 0.6),
    "inner_thighs": _Rule(("upperleg02", "upperleg01"), (-1, 0, 0), 0.7),
    "hips": _Rule(("pelvis", "upperleg01", "upperleg02"), (1, 0, 0), 0.75, 0.55, 1.0),
    "shoulders": _Rule(("upperarm01", "shoulder01"), (1, 0, 0.35), 0.6),
    "chin": _Rule(("head",), (0, -0.7, -1), 0.6, 0.0, 0.22),
    "cheeks": _Rule(("head",), (1, 0, -0.15), 0.65, 0.05, 0.55),
}
_SIDED = ("soles", "heels", "toes", "thighs", "calves", "shins", "knees", "palms", "fingertips", "forearms", "elbows",
          "thigh_tops", "inner_thighs", "hips", "shoulders", "cheeks", "buttocks")  # fmt: skip


class Regions:
    """`regions["left_palms"]` and `regions["palms"]` are vertex indices (n,) int64."""

    def __init__(self, model: BodyModel) -> None:
        shaped = model.shape({"age": 0.67})
        self.normals = vertex_normals(shaped.vertices, model.topology.triangles)
        self._indices: dict[str, Tensor] = {}
        dominant = model.topology.dense_weights(len(model.skeleton.bone_names)).argmax(1)
        for name, rule in _RULES.items():
            chosen = self._apply(rule, model, shaped, dominant)
            if name == "knees":
                chosen &= _near_joint(model, shaped, "lowerleg01", 0.09)
            if name == "elbows":
                chosen &= _near_joint(model, shaped, "lowerarm01", 0.07)
            self._indices[name] = chosen.nonzero()[:, 0]
            for side, sign in (("left", 1), ("right", -1)):
                if name in _SIDED:
                    half = chosen & (shaped.vertices[:, 0] * sign > 0)
                    self._indices[f"{side}_{name}"] = half.nonzero()[:, 0]
        waist = self._indices["waist"]
        x = shaped.vertices[waist, 0]
        self._indices["left_waist"], self._indices["right_waist"] = waist[x > 0.05], waist[x < -0.05]
        # Nothing of a head is as wide as its ears.
        head = ((dominant == model.skeleton.index("head")) & model.topology.outer).nonzero()[:, 0]
        x = shaped.vertices[head, 0]
        self._indices["left_ears"], self._indices["right_ears"] = head[x > 0.8 * x.max()], head[x < 0.8 * x.min()]

    def __getitem__(self, name: str) -> Tensor:
        return self._indices[name]

    def __contains__(self, name: str) -> bool:
        return name in self._indices

    def sparse(self, name: str, most: int = 120) -> Tensor:
        """At most `most` evenly chosen vertices of a region."""
        indices = self._indices[name]
        if len(indices) <= most:
            return indices
        return indices[torch.linspace(0, len(indices) - 1, most).round().long()]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._indices)

    def _apply(self, rule: _Rule, model: BodyModel, shaped: ShapedBody, dominant: Tensor) -> Tensor:
        found = torch.zeros(len(shaped.vertices), dtype=torch.bool)
        for side in (".L", ".R", ""):
            bones = [
                index
                for index, bone in enumerate(model.skeleton.bone_names)
                if bone.endswith(side) and ("." in bone) == bool(side) and bone.startswith(rule.bones)
            ]
            if not bones:
                continue
            if rule.normal == "palm":
                direction = palm_normal(model.skeleton, shaped.heads, side)
            else:
                x, y, z = rule.normal
                direction = unit(torch.tensor([x if side == ".L" else -x, y, z], dtype=torch.float32))
            inside = torch.isin(dominant, torch.tensor(bones)) & model.topology.outer
            cosine = self.normals @ direction
            if rule.normal != "palm" and rule.normal[0] and not side:
                cosine = torch.maximum(cosine, self.normals @ (direction * direction.new_tensor([-1.0, 1.0, 1.0])))
            chosen = inside & (cosine > rule.least)
            if (rule.low, rule.high) != (0.0, 1.0) and inside.any():
                z = shaped.vertices[:, 2]
                bottom, top = z[inside].min(), z[inside].max()
                chosen &= (z >= bottom + rule.low * (top - bottom)) & (z <= bottom + rule.high * (top - bottom))
            found |= chosen
        return found


def vertex_normals(vertices: Tensor, triangles: Tensor) -> Tensor:
    """Area-weighted unit normals (V, 3) of a triangle mesh."""
    a, b, c = vertices[triangles].unbind(1)
    normals = torch.zeros_like(vertices)
    face = torch.linalg.cross(b - a, c - a)
    for corner in range(3):
        normals.index_add_(0, triangles[:, corner], face)
    return unit(normals)


def _near_joint(model: BodyModel, shaped: ShapedBody, bone: str, radius: float) -> Tensor:
    near = torch.zeros(len(shaped.vertices), dtype=torch.bool)
    for side in (".L", ".R"):
        joint = shaped.heads[model.skeleton.index(bone + side)]
        near |= (shaped.vertices - joint).norm(dim=1) < radius
    return near
