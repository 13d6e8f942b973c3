"""Limbs stay out of each other: skin of hands, forearms and feet against the skin of the parts they may meet.

The medial spheres (terms.self_penetration) know bones, not flesh: a palm can sink centimetres into a thigh before they
notice. Here each probing point is held against the tangent plane of the nearest skin of another part. Which skin that
is changes slowly, so it is looked up every few iterations only; the plane distance is differentiable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import torch
from torch import Tensor

from backend.body.regions import vertex_normals

from .nearby import SkinSearch
from .rig import Bodies, FittingRig

REFRESH = 5  # iterations for which the nearest skin is kept
# Legs and what they are that near at rest, in metres: where thighs meet the trunk flesh folds, and shins cross.
FOLD, BESIDE = 0.03, 0.10
GIVE, YIELDING = 0.010, 0.10  # metres of give beside the fold, and from the trunk at rest where it has gone
NEAR = 0.07  # metres: beyond that a plane says nothing about the skin
COMING = 0.04  # metres by which skin may come nearer until it is looked up again
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
        of_bone = [_label(name) for name in names]
        labels = [of_bone[bone] for bone in dominant.tolist()]
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
        rest = rig.shaped[0].vertices[rig.chosen]
        owners = part[self.targets]
        apart = self._apart_at_rest(rest, part)
        least = torch.where(_begins(known, "shin", part[self.probes]), BESIDE, FOLD)
        self.allowed = meets[part[self.probes]] & (apart >= least[:, None])  # (probes, parts)
        self._give = GIVE * ((YIELDING - apart) / (YIELDING - FOLD)).clamp(0, 1)  # (probes, parts) metres
        self._owners = owners
        self._search = SkinSearch(rest[self.targets], owners, self.allowed)
        carriers = torch.tensor([rig._carrier(int(bone)) for bone in dominant])
        self._bones = carriers
        self._moving = len(rig.moving)
        normals = [vertex_normals(body.vertices, topology.triangles)[rig.chosen] for body in rig.shaped]
        self._normals = torch.stack(normals)
        self._folds = _begins(known, "thigh", part[self.probes])
        self._close: _Close | None = None
        self._age = 0

    def _apart_at_rest(self, rest: Tensor, part: Tensor) -> Tensor:
        """(probes, parts) metres from a leg's probe to each part at rest; beyond every fold for all others."""
        apart = torch.full((len(self.probes), len(self._known)), torch.inf)
        legs = _begins(self._known, ("thigh", "shin"), part[self.probes]).nonzero()[:, 0]
        owners = part[self.targets]
        for k in owners.unique():
            own = rest[self.targets[owners == k]]
            apart[legs, k] = torch.cdist(rest[self.probes[legs]], own).amin(1)
        return apart

    def penetration(self, bodies: Bodies) -> Tensor:
        """(N,) squared metres by which probing skin is inside other parts."""
        if self._close is None or self._age >= REFRESH:
            self._close, self._age = self._look_up(bodies), 0
        self._age += 1
        close = self._close
        # index_select: its gradient is an addition, that of plain indexing a slow scatter.
        skin = bodies.vertices.flatten(0, 1)
        offset = skin.index_select(0, close.points) - skin.index_select(0, close.skin)
        turns = bodies.orientations.flatten(0, 1).index_select(0, close.bones)
        height = (offset * (turns * close.normals[:, None]).sum(-1)).sum(-1)
        near = offset.detach().square().sum(-1) < NEAR**2
        cost = (MARGIN - close.give - height).clamp_min(0).square() * near
        return torch.zeros(len(bodies.vertices)).index_add(0, close.bodies, cost)

    @torch.no_grad()
    def _look_up(self, bodies: Bodies) -> _Close:
        """The probes that have skin near, for which a plane will be looked at until the next look-up."""
        vertices = bodies.vertices
        nearest = self._search(vertices[:, self.probes], vertices[:, self.targets], NEAR + COMING)
        body, probe = (nearest >= 0).nonzero(as_tuple=True)
        target = nearest[body, probe]
        give = self._give[probe, self._owners[target]]
        point, skin = self.probes[probe], self.targets[target]
        # Beside a fold the nearest skin may be that which goes on from the probe's own: only what faces it is met.
        turns = bodies.orientations[body[:, None], torch.stack((self._bones[point], self._bones[skin]), 1)]
        own, other = (turns @ self._normals[body[:, None], torch.stack((point, skin), 1)][..., None])[..., 0].unbind(1)
        met = ~self._folds[probe] | ((own * other).sum(-1) < 0)
        body, point, skin, give = body[met], point[met], skin[met], give[met]
        first = body * vertices.shape[1]
        bones = body * self._moving + self._bones[skin]
        return _Close(body, first + point, first + skin, bones, self._normals[body, skin], give)


@dataclass(frozen=True)
class _Close:
    """K pairs of a probe and the skin nearest to it, in arrays of all bodies one after the other."""

    bodies: Tensor  # (K,) int64 body
    points: Tensor  # (K,) int64 the probe, into (N · P) vertices
    skin: Tensor  # (K,) int64 the skin, likewise
    bones: Tensor  # (K,) int64 the bone that turns that skin, into (N · M)
    normals: Tensor  # (K, 3) of that skin at rest
    give: Tensor  # (K,) metres by which the two may be inside each other


def _begins(names: list[str], with_: str | tuple[str, ...], part: Tensor) -> Tensor:
    return torch.tensor([name.startswith(with_) for name in names])[part]


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
