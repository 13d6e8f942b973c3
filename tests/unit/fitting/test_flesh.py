"""Limbs inside other parts cost, and following the gradient takes them out."""

from __future__ import annotations

import pytest
import torch

from backend.body.anchors import anchors_of
from backend.body.posture import resolve
from backend.fitting.flesh import Flesh
from backend.fitting.rig import JOINT_NAMES, FittingRig, Pose, sample_skin


@pytest.fixture(scope="module")
def rig(anny, woman):
    return _two(anny, woman, "stand")


def _two(anny, woman, action):
    chosen = sample_skin(anny, woman, 900, torch.zeros(0, dtype=torch.long))
    rotations = resolve(anchors_of(action)[0].posture, anny.skeleton, woman)
    return FittingRig(anny, [woman, woman], torch.stack([rotations] * 2), torch.eye(3).repeat(2, 1, 1), chosen)


def _pressed(angle):
    """The second body's arms swung across the front axis by `angle` radians: one way they end in the trunk."""
    pose = Pose.zeros(torch.tensor([[0.0, 0, 1], [3, 0, 1]]))
    pose.joints[1, JOINT_NAMES.index("left_shoulder"), 1] = angle
    return pose


def test_an_arm_swung_into_the_trunk_costs_its_own_body_only_and_is_pushed_out(rig):
    costs = {angle: Flesh(rig).penetration(rig.pose(_pressed(angle))) for angle in (-0.8, 0.8)}
    inwards = max(costs, key=lambda angle: float(costs[angle][1]))
    rest = Flesh(rig).penetration(rig.pose(Pose.zeros(torch.zeros(2, 3))))
    assert costs[inwards][1] > rest[1] + 1e-3
    assert costs[inwards][0] == pytest.approx(float(rest[0]), abs=1e-5)
    pose = _pressed(inwards)
    pose.joints.requires_grad_()
    flesh = Flesh(rig)
    before = flesh.penetration(rig.pose(pose))
    before.sum().backward()
    step = 0.05 * pose.joints.grad / pose.joints.grad.norm()
    after = flesh.penetration(rig.pose(Pose(pose.position, pose.turn, pose.joints.detach() - step, pose.slack)))
    assert after[1] < before[1]


def _leaning(*angles):
    """Spines bent forwards by `angles` radians."""
    pose = Pose.zeros(torch.tensor([[0.0, 0, 1], [3, 0, 1]]))
    pose.joints[:, JOINT_NAMES.index("spine"), 0] = torch.tensor(angles)
    return pose


def test_skin_that_goes_on_beside_the_fold_of_the_hip_is_not_met(rig):
    """Of a body that stands straight or leans back, thighs and belly are one sheet of skin: nothing is in anything."""
    cost = Flesh(rig).penetration(rig.pose(_leaning(-0.4, 0.0)))
    assert cost.max() < 3e-4


def test_a_sitters_thighs_meet_the_belly_that_comes_down_on_them(anny, woman):
    sitting = _two(anny, woman, "sit")
    upright, bent = Flesh(sitting).penetration(sitting.pose(_leaning(-0.4, 0.4)))
    assert upright < 1e-3 < 1e-2 < bent
