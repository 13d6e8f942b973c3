"""Few poses that stand for many: k-means, its medoids, without twins, without what a body cannot do."""

from __future__ import annotations

import torch
from torch import Tensor

from backend.body.medial import medial_spheres
from backend.body.model import BodyModel, ShapedBody
from backend.body.pose_joints import POSE_JOINTS, mirrored, smooth_log
from backend.body.posing import forward_kinematics

ALIKE = 0.16  # radians of mean joint angle below which two poses are one
DEEPEST = 0.02  # metres that limbs may be inside each other, measured on the medial spheres
KNEE = (-0.08, 2.45)  # radians of flexion about the knee's axis
WRIST = 1.35  # radians that a hand may be bent from the forearm
_APART = 0.02  # metres between spheres at rest that belong to different limbs


def clusters(features: Tensor, count: int, generator: torch.Generator, rounds: int = 40) -> Tensor:
    """(≤ count,) indices of the poses nearest to the centres of k-means over features (N, F), largest cluster first."""
    count = min(count, len(features))
    centers = features[_spread_out(features, count, generator)]
    for _ in range(rounds):
        owner = torch.cdist(features, centers).argmin(1)
        sums = torch.zeros_like(centers).index_add_(0, owner, features)
        sizes = torch.bincount(owner, minlength=count).float()
        filled = sizes > 0
        centers = torch.where(filled[:, None], sums / sizes.clamp_min(1)[:, None], centers)
    distance = torch.cdist(features, centers)
    owner = distance.argmin(1)
    sizes = torch.bincount(owner, minlength=count)
    order = sizes.argsort(descending=True)
    return torch.stack([
        torch.where(owner == k, distance[:, k], torch.inf).argmin() for k in order.tolist() if sizes[k] > 0
    ])  # fmt: skip


def _spread_out(features: Tensor, count: int, generator: torch.Generator) -> list[int]:
    """Seeds, each drawn in proportion to its squared distance from those before (k-means++)."""
    chosen = [int(torch.randint(len(features), (), generator=generator))]
    nearest = (features - features[chosen[0]]).square().sum(1)
    while len(chosen) < count:
        chosen.append(int(torch.multinomial(nearest + 1e-9, 1, generator=generator)))
        nearest = torch.minimum(nearest, (features - features[chosen[-1]]).square().sum(1))
    return chosen


def distance(first: Tensor, second: Tensor) -> Tensor:
    """(N, M) mean joint angle in radians between poses (N, 16, 3, 3) and (M, 16, 3, 3) or their mirror images."""
    pairs = [smooth_log(first[:, None].mT @ other[None]).norm(dim=-1).mean(-1) for other in (second, mirrored(second))]
    return torch.minimum(*pairs)


class Rules:
    """What a pose must keep to."""

    def __init__(self, model: BodyModel, shaped: ShapedBody) -> None:
        self.model, self.shaped = model, shaped
        self.spheres = medial_spheres(model, shaped)
        groups = self.spheres.groups
        first, second = torch.triu_indices(len(groups), len(groups), 1)
        differ = torch.tensor([groups[i] != groups[j] for i, j in zip(first, second, strict=True)])
        gap = (self.spheres.centers[first] - self.spheres.centers[second]).norm(dim=1)
        differ &= gap - self.spheres.radii[first] - self.spheres.radii[second] > _APART
        self.pairs = first[differ], second[differ]

    def broken(self, rotations: Tensor, joints: Tensor) -> list[str]:
        """For each pose (N, B, 3, 3) with joints (N, 16, 3, 3) the first rule that it breaks, or ""."""
        depth = self.depth(rotations)
        vectors = smooth_log(joints)
        found = []
        for k in range(len(rotations)):
            knees = [float(vectors[k, POSE_JOINTS.index(f"{s}_knee"), 0]) for s in ("left", "right")]
            wrists = [float(vectors[k, POSE_JOINTS.index(f"{s}_wrist")].norm()) for s in ("left", "right")]
            if min(knees) < KNEE[0] or max(knees) > KNEE[1]:
                found.append("knee beyond its range")
            elif max(wrists) > WRIST:
                found.append("hand bent too far")
            elif depth[k] > DEEPEST:
                found.append("limbs inside each other")
            else:
                found.append("")
        return found

    def depth(self, rotations: Tensor) -> Tensor:
        """(N,) metres, the deepest overlap of different limbs."""
        heads = self.shaped.heads.expand(len(rotations), -1, -1)
        turns, places = forward_kinematics(self.model.skeleton, heads, rotations, torch.zeros(len(rotations), 3))
        centers = self.spheres.posed(heads, turns, places)
        first, second = self.pairs
        gap = (centers[:, first] - centers[:, second]).norm(dim=-1)
        return (self.spheres.radii[first] + self.spheres.radii[second] - gap).amax(1).clamp_min(0)
