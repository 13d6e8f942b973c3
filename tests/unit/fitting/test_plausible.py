"""The prior's term leaves an anchor alone, however rare, pulls back what bends oddly, and never outweighs contact."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from backend.body.anchors import ANCHORS
from backend.body.posture import resolve
from backend.body.rotations import about_z
from backend.fitting.optimise import Weights
from backend.fitting.plausible import SATURATION, Plausibility
from backend.fitting.rig import JOINT_NAMES, FittingRig, Pose, sample_skin

NAMES = ("handstand", "standing at ease", "sitting upright", "lying on the back")


@pytest.fixture(scope="module")
def rig(anny, woman, regions):
    anchors = torch.stack([
        resolve(next(a for a in ANCHORS if a.name == name).posture, anny.skeleton, woman) for name in NAMES
    ])  # fmt: skip
    chosen = sample_skin(anny, woman, 60, regions.sparse("soles", 20))
    yaws = about_z(torch.tensor([0.0, 1.0, 2.0, -2.5]))
    return FittingRig(anny, [woman] * len(NAMES), anchors, yaws, chosen)


@pytest.fixture(scope="module")
def plausible(rig):
    return Plausibility(rig)


def _bent(scale, seed=0):
    pose = Pose.zeros(torch.zeros(len(NAMES), 3))
    generator = torch.Generator().manual_seed(seed)
    return replace(pose, joints=scale * torch.randn(len(NAMES), len(JOINT_NAMES), 3, generator=generator))


def test_anchors_cost_nothing_whichever_way_they_face(rig, plausible):
    start = _bent(0.0)
    assert plausible(rig.pose(start)).max() < 0.05
    turned = replace(start, turn=torch.tensor([[2.0, 0.3, 1.0]] * len(NAMES)), position=torch.ones(len(NAMES), 3))
    assert plausible(rig.pose(turned)).max() < 0.05


def test_odd_bends_cost_but_never_more_than_the_limit(rig, plausible):
    costs = [plausible(rig.pose(_bent(scale))) for scale in (0.1, 0.4, 1.2)]
    assert costs[0].mean() < costs[1].mean() < costs[2].mean()
    assert (costs[2] < SATURATION).all()
    # Six centimetres of gap at one firm contact cost as much as the oddest pose can.
    weights = Weights()
    assert weights.prior * SATURATION < weights.contact * (0.06**2 + 0.01 * 0.06)


def test_descending_it_makes_the_pose_plausible_again(rig, plausible):
    pose = _bent(0.3)
    joints = pose.joints.clone().requires_grad_()
    before = plausible(rig.pose(replace(pose, joints=joints))).detach()
    optimiser = torch.optim.Adam([joints], 0.02)
    for _ in range(60):
        optimiser.zero_grad()
        plausible(rig.pose(replace(pose, joints=joints))).sum().backward()
        assert joints.grad.isfinite().all()
        optimiser.step()
    after = plausible(rig.pose(replace(pose, joints=joints))).detach()
    assert (after < 0.2 * before + 1).all()
