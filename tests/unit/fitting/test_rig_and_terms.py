"""The light rig is the full model, and each term of the energy is zero where it should be and pulls the right way."""

from __future__ import annotations

import pytest
import torch

from backend.body.anchors import anchors_of
from backend.body.posing import pose
from backend.body.posture import resolve
from backend.fitting import terms
from backend.fitting.problem import CONTACT_POINTS, ContactGroup, Problem, SkinContact, padded
from backend.fitting.rig import JOINT_NAMES, FittingRig, Pose, sample_skin


@pytest.fixture(scope="module")
def chosen(anny, woman, regions):
    return sample_skin(anny, woman, 400, torch.cat([regions.sparse(n, 60) for n in ("soles", "buttocks", "palms")]))


@pytest.fixture(scope="module")
def rig(anny, woman, chosen):
    rotations = resolve(anchors_of("sit")[0].posture, anny.skeleton, woman)
    return FittingRig(anny, [woman, woman], torch.stack([rotations] * 2), torch.eye(3).repeat(2, 1, 1), chosen)


def _random_pose(seed=0, scale=0.15):
    g = torch.Generator().manual_seed(seed)
    return Pose(
        torch.tensor([[1.0, 2, 0.9], [0, 0, 1]]), scale * torch.randn(2, 3, generator=g),
        scale * torch.randn(2, len(JOINT_NAMES), 3, generator=g), 2 * torch.rand(2, 2, generator=g) - 1,
    )  # fmt: skip


def test_the_light_rig_is_the_full_model(anny, rig, chosen):
    current = _random_pose()
    light = rig.pose(current)
    for index, exact in enumerate(rig.exact(current)):
        full = pose(anny, *exact)
        # The slack is linearised: at most a millimetre.
        assert (full.vertices[chosen] - light.vertices[index]).abs().max() < 1e-3
    for exact, start in zip(rig.exact(current, slack=False), rig.shaped, strict=True):
        assert exact[0] is start


def test_a_standing_plane_pushes_out_only_what_is_below_it(rig):
    def problem_with_floor_at(height):
        return Problem(
            signed_distance=lambda p: p[..., 2] - height, surfaces={}, contacts=(),
            allowance=torch.zeros(rig.rest_vertices.shape[1]), balanced=torch.zeros(2, dtype=torch.bool),
            skin_contacts=(),
        )  # fmt: skip

    current = _random_pose(scale=0.0)
    bodies = rig.pose(current)
    lowest = float(bodies.vertices[..., 2].min())
    skin, spheres = terms.penetration(bodies, rig, problem_with_floor_at(lowest - 0.01))
    assert skin.max() == 0 and spheres.max() == 0
    moving = Pose(current.position.clone().requires_grad_(), *list(vars(current).values())[1:])
    skin, spheres = terms.penetration(rig.pose(moving), rig, problem_with_floor_at(lowest + 0.1))
    (skin + spheres).sum().backward()
    assert (moving.position.grad[:, 2] < 0).all(), "going up must lower the cost"


def _local(rig, chosen, indices):
    """Vertex ids of the model as rows of what the rig poses."""
    local = torch.full((rig.model.topology.vertex_count,), -1, dtype=torch.long)
    local[chosen] = torch.arange(len(chosen))
    rows = local[indices]
    return rows[rows >= 0]


def test_contact_is_the_gap(rig, regions, chosen):
    soles = padded(_local(rig, chosen, regions.sparse("left_soles", 60)))
    bodies = rig.pose(_random_pose(scale=0.0))
    lowest = bodies.vertices[0, soles, 2].min()
    problem = Problem(
        signed_distance=lambda p: p[..., 2], surfaces={"floor": lambda p: (p[..., 2] - (lowest - 0.05)).abs()},
        contacts=(ContactGroup(0, soles, "floor", 1.0, "left_soles"),), skin_contacts=(),
        allowance=torch.zeros(len(chosen)), balanced=torch.zeros(2, dtype=torch.bool),
    )  # fmt: skip
    cost, gaps, _ = terms.contact(bodies, problem)
    assert 0.05 <= gaps[0] < 0.075
    assert cost[0] > 0 and cost[1] == 0


def test_limits_stop_a_knee_from_bending_backwards(rig):
    limits = terms.JointLimits(rig)
    knee = JOINT_NAMES.index("left_knee")
    straight, backwards = _random_pose(scale=0.0), _random_pose(scale=0.0)
    backwards.joints[:, knee, 0] = -(limits.start[0, knee] + 0.3)
    assert limits.limits(straight).max() == 0
    assert limits.limits(backwards).min() > 0.1
    assert limits.violations(backwards).min() == pytest.approx(0.27, abs=0.01)


def test_two_bodies_in_one_place_collide_and_push_apart(rig):
    current = _random_pose(scale=0.0)
    current.position[1] = current.position[0] + torch.tensor([0.15, 0, 0])
    position = current.position.requires_grad_()
    problem = Problem(lambda p: p[..., 2], {}, (), (), torch.zeros(1), torch.zeros(2, dtype=torch.bool),
                      companions=((0, 1),))  # fmt: skip
    cost = terms.collision(rig.pose(current), rig, problem)
    cost.sum().backward()
    assert cost.min() > 0
    assert position.grad[0, 0] > 0 > position.grad[1, 0]


def test_balance_wants_the_mass_centre_over_all_that_carries(rig, regions, chosen):
    def cost(*names, lifted=()):
        groups = tuple(
            ContactGroup(body, padded(_local(rig, chosen, regions.sparse(name, 60))), "floor", 1.0, name, carries=True)
            for body in range(2)
            for name in names
        )
        problem = Problem(lambda p: p[..., 2], {}, groups, (), torch.zeros(1), torch.tensor([True, False]))
        open_by = torch.stack([torch.full((CONTACT_POINTS,), 0.3 * (g.region in lifted)) for g in groups])
        return terms.balance(rig.pose(_random_pose(scale=0.0)), rig, problem, open_by)

    on_feet = cost("left_soles", "right_soles")
    assert on_feet[0] > 0.01, "a seated body's mass is behind its feet"
    assert on_feet[1] == 0, "balance was asked of the first body only"
    everything = ("left_soles", "right_soles", "buttocks")
    assert cost(*everything)[0] == 0
    assert cost(*everything, lifted=("buttocks",))[0] > 0.01, "a seat that is not touched carries nobody"


def test_the_fast_skinning_has_the_gradient_that_differences_give(rig):
    current = _random_pose(3)
    towards = _random_pose(4)
    pull = torch.randn(2, len(rig.chosen), 3, generator=torch.Generator().manual_seed(1)).double()

    def along(step):
        moved = [a + step * b for a, b in zip(vars(current).values(), vars(towards).values(), strict=True)]
        return Pose(*moved)

    values = [value.requires_grad_() for value in vars(along(0.0)).values()]
    (rig.pose(Pose(*values)).vertices.double() * pull).sum().backward()
    slope = sum((v.grad * t).sum() for v, t in zip(values, vars(towards).values(), strict=True))
    ends = [(rig.pose(along(step)).vertices.double() * pull).sum() for step in (-1e-2, 1e-2)]
    assert float(slope) == pytest.approx(float((ends[1] - ends[0]) / 2e-2), rel=0.02)


def test_skin_that_should_touch_is_drawn_together_and_pairs_do_not_disturb_each_other(rig, chosen, regions):
    palm, hip = (_local(rig, chosen, regions.sparse(name, 60)) for name in ("left_palms", "buttocks"))
    pairs = (SkinContact(0, palm, 0, hip, 2.0), SkinContact(1, palm[:5], 0, hip[:7], 0.5))

    def cost(chosen_pairs, bodies):
        problem = Problem(
            signed_distance=lambda p: p[..., 2], surfaces={}, contacts=(), skin_contacts=chosen_pairs,
            allowance=torch.zeros(rig.rest_vertices.shape[1]), balanced=torch.zeros(2, dtype=torch.bool),
        )  # fmt: skip
        return terms.skin_contact(bodies, problem)

    bodies = rig.pose(_random_pose(scale=0.1))
    together = cost(pairs, bodies)
    assert torch.allclose(together, cost(pairs[:1], bodies) + cost(pairs[1:], bodies))
    # By hand: the mean over the nearest three tenths of the palm.
    gap = (torch.cdist(bodies.vertices[0, palm], bodies.vertices[0, hip]).amin(1) - terms.SKIN_TO_SKIN).sort().values
    mean = float(gap.clamp_min(0)[: int(len(palm) * 0.3)].mean())
    assert float(together[0]) == pytest.approx(2 * mean**2, rel=1e-3)
