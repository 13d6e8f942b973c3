"""The reduced body is the body: its keypoints, its skin, its bones; its shapes are Anny's; twists are shared alike."""

from __future__ import annotations

import pytest
import torch

from backend.body.pose_joints import JointReader, to_bones
from backend.body.posing import pose
from backend.body.rotations import exp
from backend.fitting.lifting.shape_space import LinearShapes, phenotype_prior


@pytest.fixture(scope="module")
def example(reduced):
    generator = torch.Generator().manual_seed(0)
    values = torch.rand(4, 6, generator=generator)
    latent = reduced.poses.starts()[[0, 20, 70, 100]] + 0.2 * torch.randn(4, 48, generator=generator)
    decoded = reduced.poses.decode(latent)
    root = exp(torch.randn(4, 3, generator=generator))
    local = torch.cat((root[:, None], decoded.bones), 1)
    position = torch.randn(4, 3, generator=generator)
    weights = reduced.shapes.weights(values)
    return values, latent, decoded, local, position, weights, reduced.frames(weights, local, position)


def test_keypoints_and_skin_are_those_of_the_full_body(anny, reduced, example):
    values, _, _, local, position, weights, frames = example
    keypoints, skin = reduced.keypoints(weights, frames), reduced.skin(weights, frames)
    rotations = reduced.full_rotations(local)
    for n in range(4):
        shaped = anny.shape(dict(zip(reduced.shapes.names, values[n].tolist(), strict=True)))
        full = pose(anny, shaped, rotations[n], position[n])
        assert (anny.keypoints(full.vertices) - keypoints[n]).abs().max() < 3e-4
        assert (full.vertices[reduced.chosen] - skin[n]).abs().max() < 1e-3


def test_bones_share_a_joint_as_the_posing_elsewhere_does(anny, reduced, example):
    _, latent, decoded, local, *_ = example
    rotations = reduced.full_rotations(local)
    average = anny.shape(dict(zip(reduced.shapes.names, phenotype_prior().mean.tolist(), strict=True)))
    expected = to_bones(decoded.joints, anny.skeleton.bone_names, average.heads, reduced.poses.held)
    assert (rotations[:, 1:] - expected[:, 1:]).abs().max() < 1e-5
    read = JointReader(anny.skeleton.bone_names)(rotations)
    assert (reduced.poses.encode(read) - latent).abs().max() < 1e-3


def test_shape_weights_are_shares_and_differentiable(reduced):
    values = torch.rand(5, 6, requires_grad=True)
    weights = reduced.shapes.weights(values)
    assert torch.allclose(weights.sum(1), torch.ones(5), atol=1e-5) and weights.min() >= 0
    weights.square().sum().backward()
    assert values.grad.isfinite().all()
    linear = LinearShapes(("beta0", "beta1"))
    corners = torch.tensor([[1.0, 2.0], [3.0, 2.0], [1.0, 7.0]])  # of x ↦ (1 + 2 β₀, 2 + 5 β₁)
    assert torch.allclose(linear.weights(torch.tensor([[0.5, -1.0]])) @ corners, torch.tensor([[2.0, -3.0]]))


def test_usual_poses_cost_nothing_and_are_within_the_joints(reduced):
    codes = reduced.poses.starts()
    assert reduced.poses.cost(codes).median() == 0 and reduced.poses.cost(codes).max() < 2
    assert reduced.poses.angles(reduced.poses.decode(codes)).median() < 0.01
    odd = torch.full((1, 48), 4.0)
    assert reduced.poses.cost(odd) > 1


def test_a_knee_bent_forward_costs(reduced):
    from backend.body.pose_joints import POSE_JOINTS
    from backend.fitting.lifting.pose_space import Decoded

    joints = torch.eye(3).repeat(2, 16, 1, 1)
    joints[:, POSE_JOINTS.index("left_knee")] = exp(torch.tensor([[0.8, 0, 0], [-0.8, 0, 0]]))
    back, forward = reduced.poses.angles(Decoded(joints, joints))
    assert back < 1e-3 < 0.01 < forward


def test_spheres_of_crossed_arms_overlap(reduced):
    weights = reduced.shapes.weights(phenotype_prior().mean[None])
    names = reduced.poses.bones
    local = torch.eye(3).repeat(1, len(names), 1, 1)
    apart = reduced.self_penetration(reduced.frames(weights, local, torch.zeros(1, 3)))
    # Both upper legs turned into each other.
    local[:, names.index("upperleg01.L")] = exp(torch.tensor([0.0, 0.5, 0.0]))
    local[:, names.index("upperleg01.R")] = exp(torch.tensor([0.0, -0.5, 0.0]))
    crossed = reduced.self_penetration(reduced.frames(weights, local, torch.zeros(1, 3)))
    assert apart < 1e-6 < 1e-3 < crossed
