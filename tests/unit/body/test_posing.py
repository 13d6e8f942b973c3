"""Our kinematics and skinning are Anny's, and what they return is what the extension needs."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.body.posing import pose, skin
from backend.body.rotations import exp, log


def test_posed_vertices_are_annys_own(anny, woman):
    generator = torch.Generator().manual_seed(3)
    rotations = exp(0.25 * torch.randn(len(anny.skeleton.bone_names), 3, generator=generator))
    posed = pose(anny, woman, rotations, torch.tensor([0.3, -0.2, 1.0]))
    with torch.no_grad():
        theirs = anny._anny.get_skinned_vertices(
            anny._anny(phenotype_kwargs={k: torch.tensor([v]) for k, v in woman.phenotype.items()})["rest_vertices"],
            *_bone_transforms(anny, woman, posed),
        )
    assert torch.allclose(theirs[0], posed.vertices, atol=2e-5)


def _bone_transforms(anny, woman, posed):
    """Posed bones times inverse rest bones, in Anny's own frame, whose origin differs from ours by a shift."""
    ours = posed.bone_poses @ torch.linalg.inv(woman.bone_poses)
    anny_rest = anny._anny(phenotype_kwargs={k: torch.tensor([v]) for k, v in woman.phenotype.items()})
    shift = anny_rest["rest_vertices"][0, 0] - woman.vertices[0]
    to_ours = torch.eye(4)
    to_ours[:3, 3] = -shift
    return ((ours @ to_ours)[None],)


def test_rest_pose_is_the_rest_mesh(anny, woman):
    rest = torch.eye(3).repeat(len(anny.skeleton.bone_names), 1, 1)
    posed = pose(anny, woman, rest, woman.heads[0])
    assert torch.allclose(posed.vertices, woman.vertices, atol=1e-5)
    assert torch.allclose(posed.bone_poses, woman.bone_poses, atol=1e-5)


def test_the_message_formula_holds(anny, woman):
    """A vertex is Σ w · bone_pose · rest_bone_pose⁻¹ · rest_vertex, as `protocol.messages.Person` says."""
    generator = torch.Generator().manual_seed(4)
    rotations = exp(0.4 * torch.randn(len(anny.skeleton.bone_names), 3, generator=generator))
    posed = pose(anny, woman, rotations, torch.tensor([0.0, 0.0, 0.9]))
    matrices = (posed.bone_poses @ torch.linalg.inv(woman.bone_poses))[anny.topology.weight_bones]
    blended = (anny.topology.weights[..., None, None] * matrices).sum(1)
    homogeneous = torch.cat((woman.vertices, torch.ones(len(woman.vertices), 1)), 1)
    assert torch.allclose((blended @ homogeneous[..., None])[:, :3, 0], posed.vertices, atol=1e-5)


def test_shape_stands_on_the_ground_with_unit_weights(anny, woman):
    outer = woman.vertices[anny.topology.outer]
    assert outer[:, 2].min().abs() < 1e-6
    assert torch.allclose(woman.heads[0, :2], torch.zeros(2), atol=1e-6)
    assert torch.allclose(anny.topology.weights.sum(1), torch.ones(anny.topology.vertex_count), atol=1e-5)


def test_unknown_phenotype_is_refused(anny):
    with pytest.raises(ValueError, match="wisdom"):
        anny.shape({"wisdom": 1.0})


def test_keypoints_are_where_joints_are(anny, woman):
    keypoints = dict(zip(anny.keypoint_names, anny.keypoints(woman.vertices), strict=True))
    assert (keypoints["left_knee"] - woman.heads[anny.skeleton.index("lowerleg01.L")]).norm() < 0.06
    assert keypoints["left_wrist"][0] > 0 > keypoints["right_wrist"][0]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-1.7, 1.7), min_size=3, max_size=3))
def test_exponential_and_logarithm_are_inverse(vector):
    axis_angle = torch.tensor(vector, dtype=torch.float64)
    if axis_angle.norm() > 3.0:
        return
    matrix = exp(axis_angle)
    assert torch.allclose(matrix @ matrix.T, torch.eye(3, dtype=torch.float64), atol=1e-9)
    assert torch.allclose(log(matrix), axis_angle, atol=1e-5)


def test_exponential_has_a_gradient_at_zero():
    vector = torch.zeros(3, requires_grad=True)
    exp(vector)[0, 1].backward()
    assert torch.allclose(vector.grad, torch.tensor([0.0, 0.0, -1.0]), atol=1e-5)


def test_skin_is_linear_in_the_weights():
    heads = torch.zeros(1, 2, 3)
    turns = torch.stack((torch.eye(3), exp(torch.tensor([0.0, 0.0, 1.0]))))[None]
    positions = torch.tensor([[[0.0, 0, 0], [1.0, 0, 0]]])
    points = torch.rand(1, 5, 3)
    ends = [skin(points, heads, turns, positions, torch.eye(2)[k].expand(5, 2)) for k in (0, 1)]
    middle = skin(points, heads, turns, positions, torch.tensor([0.5, 0.5]).expand(5, 2))
    assert torch.allclose(middle, (ends[0] + ends[1]) / 2, atol=1e-6)
