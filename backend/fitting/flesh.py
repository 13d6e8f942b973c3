"""Limbs stay out of each other: skin of hands, forearms and feet against the skin of the parts they may meet.

The medial spheres (terms.self_penetration) know bones, not flesh: a palm can sink centimetres into a thigh before they
notice. Here each probing point is held against the tangent plane of the nearest skin of another part. Which skin that
is changes slowly, so it is looked up every few iterations only; the plane distance is differentiable.
"""

from __future__ import annotations

import re

import torch
from torch import Tensor

from backend.body.regions import vertex_normals

from .rig import Bodies, FittingRig

REFRESH = 5  # iterations for which the nearest skin is kept
FOLD = 0.10  # metres from each other at rest
NEAR = 0.07  # metres: beyond that a plane says nothing about the skin
MARGIN = 0.002  # metres that skin keeps from skin
_PARTS: tuple[tuple[str, str], ...] = (
    ("pelvis", r"root|pelvis"), ("trunk", r"spine|clavicle|shoulder"), ("head", r"neck|head"),
    ("upperarm", r"upperarm"), ("forearm", r"lowerarm"), ("hand", r"wrist|metacarpal|finger"),
    ("thigh", r"upperleg"), ("shin", r"lowerleg"), ("foot", r"foot|toe"),
)  # fmt: skip
_MIDDLE = ("pelvis", "trunk", "head")
# Who is held against whom. A part's own neighbours fold where they meet; they are left out.
_PROBES: dict[str, tuple[str, ...]] = {
    "hand": ("pelvis", "trunk", "head", "thigh", "shin", "foot", "upperarm", "other upperarm", "other forearm",
             "other hand"),
    "forearm": ("pelvis", "trunk", "head", "thigh", "shin", "other upperarm", "other forearm"),
    "foot": ("pelvis", "trunk", "other thigh", "other shin", "other foot", "thigh"),
    "shin": ("pelvis", "trunk", "other thigh", "other shin"),
    "thigh": ("trunk",),
}  # fmt: skip


class Flesh:
    """The probing and the probed skin of a rig's bodies."""

    def __init__(self, rig: FittingRig) -> None:
        names = rig.model.skeleton.bone_names
        topology = rig.model.topology
        dominant = topology.weight_bones.gather(1, topology.weights.argmax(1, keepdim=True))[rig.chosen, 0]
        labels = [_label(names[int(bone)]) for bone in dominant]
        known = sorted({label for label in labels if label})
        self._known = known
        part = torch.tensor([known.index(label) if label else -1 for label in labels])
        meets = torch.zeros(len(known), len(known), dtype=torch.bool)
        for a, first in enumerate(known):
            for b, second in enumerate(known):
                meets[a, b] = _meets(first, second)
        outer = topology.outer[rig.chosen] & (part >= 0)
        probing = outer & meets.any(1)[part.clamp_min(0)]
        probed = outer & meets.any(0)[part.clamp_min(0)]
        self.probes, self.targets = probing.nonzero()[:, 0], probed.nonzero()[:, 0]
        self._forbidden = ~meets[part[self.probes]][:, part[self.targets]]
        self._forbidden |= self._folding(rig, part)
        carriers = torch.tensor([rig._carrier(int(bone)) for bone in dominant])
        self._bones = carriers[self.targets]
        normals = [vertex_normals(body.vertices, topology.triangles)[rig.chosen][self.targets] for body in rig.shaped]
        self._normals = torch.stack(normals)
        self._nearest: Tensor | None = None
        self._age = 0

    def _folding(self, rig: FittingRig, part: Tensor) -> Tensor:
        """(probes, targets) bool: parts that a probe is close to at rest: there flesh folds, as in the groin."""
        rest = rig.shaped[0].vertices[rig.chosen]
        close = torch.cdist(rest[self.probes], rest[self.targets]) < FOLD
        owner = part[self.targets]
        found = torch.zeros_like(close)
        for k in owner.unique():
            found[:, owner == k] = close[:, owner == k].any(1, keepdim=True)
        return found & _is_leg(self._known, part[self.probes])[:, None]

    def penetration(self, bodies: Bodies) -> Tensor:
        """(N,) squared metres by which probing skin is inside other parts."""
        if self._nearest is None or self._age >= REFRESH:
            self._nearest, self._age = self._look_up(bodies), 0
        self._age += 1
        count = len(bodies.vertices)
        rows = torch.arange(count)[:, None]
        points = bodies.vertices[:, self.probes]
        skin = bodies.vertices[rows, self.targets[self._nearest]]
        turned = bodies.orientations[rows, self._bones[self._nearest]] @ self._normals[rows, self._nearest][..., None]
        offset = points - skin
        height = (offset * turned[..., 0]).sum(-1)
        close = offset.detach().square().sum(-1) < NEAR**2
        return ((MARGIN - height).clamp_min(0).square() * close).sum(1)

    @torch.no_grad()
    def _look_up(self, bodies: Bodies) -> Tensor:
        """(N, probes) index of the nearest target that each probe may meet."""
        distance = torch.cdist(bodies.vertices[:, self.probes], bodies.vertices[:, self.targets])
        return distance.masked_fill_(self._forbidden, 10.0).argmin(-1)


def _is_leg(names: list[str], part: Tensor) -> Tensor:
    return torch.tensor([name.startswith(("thigh", "shin")) for name in names])[part]


def _label(bone: str) -> str:
    base, _, side = bone.partition(".")
    for part, pattern in _PARTS:
        if re.match(pattern, base):
            return part if part in _MIDDLE else f"{part}.{side}"
    return ""


def _meets(first: str, second: str) -> bool:
    """Whether skin of part `first` is held against that of part `second`."""
    base, _, side = first.partition(".")
    other, _, other_side = second.partition(".")
    prefix = "other " if other_side and side != other_side else ""
    # Of a part in the middle there is only one; "thigh" alone is the own side's.
    return prefix + other in _PROBES.get(base, ())
