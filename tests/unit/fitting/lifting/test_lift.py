"""Known people come back from their keypoints, whoever else is in the pictures, and nothing breaks the batch."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.fitting.lifting import INDOOR, OUTDOOR, LiftingProblem, Views2D, lift
from backend.fitting.lifting.adamw import BatchedAdamW
from backend.fitting.lifting.energy import Energy
from backend.fitting.lifting.optimise import _state
from backend.fitting.lifting.robust import Seen, geman_mcclure, view_errors
from backend.fitting.lifting.scene_terms import penetration_and_air, rounded
from backend.fitting.lifting.schedule import interpolated
from backend.fitting.lifting.shape_space import phenotype_prior
from backend.fitting.lifting.start import starts
from backend.fitting.lifting.views2d import Lenses

from .conftest import CENTER, cameras, seen

QUICK = replace(OUTDOOR, iterations=160, restarts=2)


def _same(person, count):
    return person[:, None].expand(len(person), count, -1, -1)


def _errors(found, truth):
    return (found.keypoints - truth[found.candidate]).norm(dim=-1).mean(1)


def test_schedules_meet_their_knots_and_are_linear_between():
    knots = (1.0, 0.1, 0.01, 0.1, 1.0)
    assert [interpolated(knots, k / 4) for k in range(5)] == pytest.approx(knots)
    assert interpolated(knots, 0.125) == pytest.approx(0.55)
    assert interpolated((3.0,), 0.7) == 3.0
    assert interpolated(knots, 2.0) == 1.0 and interpolated(knots, -1.0) == 1.0
    for preset in (OUTDOOR, INDOOR):
        assert preset.weights.at(0.0)["no_contact"] == 0
        assert preset.weights.at(1.0)["penetration"] >= 1
        assert preset.rho == 0.2 and preset.least_views == 3
    assert INDOOR.threshold == 0 and OUTDOOR.threshold == -0.01
    assert INDOOR.weights.at(0.0)["penetration"] == 10 and OUTDOOR.weights.at(0.5)["penetration"] == 0.01


@settings(max_examples=50, deadline=None)
@given(st.floats(0, 5), st.floats(0.01, 1))
def test_the_robust_error_is_quadratic_when_small_and_bounded(residual, rho):
    cost = float(geman_mcclure(torch.tensor(residual**2), rho))
    assert 0 <= cost <= min(residual**2, rho**2) * (1 + 1e-5)


def test_an_exact_view_costs_nothing_and_a_swapped_one_little(crowd):
    eyes = cameras(5)
    views = seen(_same(crowd[:2], 5), eyes)
    lenses = Lenses(eyes)
    flipped = torch.zeros(2, 5, dtype=torch.bool)
    flipped[1] = True
    twisted = views.mirrored(flipped)
    found = view_errors(Seen.of(lenses.normalised(twisted.pixels), twisted.confidences), lenses.project(crowd[:2]),
                        0.2, 0.02, 0.01)  # fmt: skip
    assert found.total[0].max() < 5e-3
    assert found.total[1].max() < 0.05  # the cost of two swaps at most
    assert (found.swapped[0] < 0.2).all() and (found.swapped[1].mean(0) > 0.6).all()


def test_people_come_back_and_strangers_are_not_believed(anny, crowd):
    eyes = cameras(8)
    people = _same(crowd[:3], 8).clone()
    wrong = torch.zeros(3, 8, dtype=torch.bool)
    wrong[1, [0, 3, 6]] = wrong[2, [2, 5]] = True
    for n, v in wrong.nonzero().tolist():
        people[n, v] = crowd[3 + (n + v) % 3] + torch.tensor([0.2, -0.1, 0.0])
    found = lift(anny, seen(people, eyes), parameters=QUICK)
    assert len(found) == 3 and sorted(found.candidate.tolist()) == [0, 1, 2]
    assert (found.energy.diff() >= 0).all()
    assert _errors(found, crowd).max() < 0.025
    bad = wrong[found.candidate]
    assert found.view_weights[bad].max() < 0.2 and found.view_weights[~bad].min() > 0.8
    assert found.reprojection.max() < 6
    body = found.bodies[0]
    assert (anny.keypoints(body.vertices) - found.keypoints[0]).abs().max() < 1e-3
    assert body.rotations.shape == (104, 3, 3) and 1.4 < body.shaped.height < 2.1


def test_swapped_views_do_not_matter(anny, crowd):
    eyes = cameras(6)
    flipped = torch.zeros(1, 6, dtype=torch.bool)
    flipped[0, [1, 4]] = True
    found = lift(anny, seen(_same(crowd[[1]], 6), eyes).mirrored(flipped), parameters=QUICK)
    assert _errors(found, crowd[[1]]).max() < 0.03
    assert found.view_weights.min() > 0.6


def test_moving_and_turning_the_world_moves_and_turns_the_answer(anny, crowd):
    import math

    import numpy as np

    from backend.place.camera import Camera

    eyes = cameras(5)
    angle, shift = 0.7, np.array([3.0, -2.0, 0.4])
    turn = np.array([[math.cos(angle), -math.sin(angle), 0], [math.sin(angle), math.cos(angle), 0], [0, 0, 1]])
    motion = np.eye(4)
    motion[:3, :3], motion[:3, 3] = turn, shift
    moved = tuple(Camera(motion @ eye.camera_to_world, eye.field_of_view) for eye in eyes)
    views = seen(_same(crowd[[2]], 5), eyes)
    short = replace(QUICK, iterations=80)
    here = lift(anny, views, parameters=short).keypoints[0]
    there = lift(anny, Views2D(moved, views.pixels, views.confidences), parameters=short).keypoints[0]
    expected = here @ torch.tensor(turn.T, dtype=torch.float32) + torch.tensor(shift, dtype=torch.float32)
    assert (there - expected).norm(dim=-1).max() < 0.02


def test_nobody_seen_or_nonsense_leaves_finite_bodies(anny, crowd):
    eyes = cameras(4)
    views = seen(_same(crowd[:3], 4), eyes)
    pixels, confidences = views.pixels.clone(), views.confidences.clone()
    confidences[0] = 0
    pixels[1] = torch.nan
    pixels[2, 0, :5] = 1e7
    found = lift(anny, Views2D(eyes, pixels, confidences), parameters=replace(QUICK, iterations=60))
    assert found.keypoints.isfinite().all() and found.energy.isfinite().all()
    best = int((found.candidate == 2).nonzero())
    assert (found.keypoints[best] - crowd[2]).norm(dim=-1).mean() < 0.06


def test_a_body_sunk_into_the_floor_is_lifted_out_and_one_above_is_drawn_down(anny, crowd):
    eyes = cameras(4)
    views = seen(_same(crowd[[0, 0]], 4), eyes)
    lowest = float(crowd[0, :, 2].min())
    heights = []
    for floor in (lowest + 0.15, lowest - 0.25):
        problem = LiftingProblem(signed_distance=lambda points, floor=floor: points[..., 2] - floor)
        found = lift(anny, views.taken(torch.tensor([0])), problem, replace(QUICK, iterations=100))
        heights.append(float(found.keypoints[0, :, 2].min()))
        assert found.energies["penetration"].isfinite().all()
    assert heights[0] > lowest + 0.02 and heights[1] < lowest - 0.01


def test_a_floor_where_it_is_leaves_the_body_where_it_is(anny, crowd):
    """Strong as the last weights of rooms are, they may not take a body from what the views show."""
    eyes = cameras(6)
    floor = float(crowd[0, :, 2].min()) - 0.03
    problem = LiftingProblem(signed_distance=lambda points: points[..., 2] - floor)
    found = lift(anny, seen(_same(crowd[:1], 6), eyes), problem, replace(INDOOR, iterations=200, restarts=1))
    assert _errors(found, crowd[:1]).max() < 0.025
    assert abs(float(found.vertices[0, :, 2].min()) - floor) < 0.03


def test_scene_costs_are_smooth_linear_far_off_and_count_air_only_without_contact():
    depths = torch.tensor([0.0, 0.01, 0.04, 0.14])
    assert torch.allclose(rounded(depths), torch.tensor([0.0, 0.00125, 0.02, 0.12]))
    points = torch.tensor([[[0, 0, -0.14], [0, 0, 0.5]], [[0, 0, 0.16], [0, 0, 0.5]]])
    depth, gap = penetration_and_air(points, lambda p: p[..., 2], 0.0)
    assert torch.allclose(depth, torch.tensor([0.12, 0.0])) and torch.allclose(gap, torch.tensor([0.0, 0.12]))


def test_one_view_gives_a_plausible_body_of_the_right_size_at_about_the_right_place(anny, crowd):
    eyes = cameras(1)
    found = lift(anny, seen(_same(crowd[:2], 1), eyes), parameters=replace(OUTDOOR, iterations=150, restarts=4))
    assert found.reprojection.max() < 8 and (found.view_weights == 1).all()
    assert (found.keypoints.mean(1) - crowd[:2][found.candidate].mean(1)).norm(dim=-1).max() < 0.4
    hips = found.keypoints[:, 11:13].mean(1, keepdim=True)
    true = crowd[:2][found.candidate]
    off = (found.keypoints - hips) - (true - true[:, 11:13].mean(1, keepdim=True))
    assert off.norm(dim=-1).mean() < 0.2


def test_every_gradient_is_finite_at_every_start(anny, reduced, crowd):
    eyes = cameras(4)
    views = seen(_same(crowd[:2], 4), eyes)
    lenses, prior = Lenses(eyes), phenotype_prior()
    state = _state(starts(reduced, lenses, views, prior, 6), 6)
    seen_twice = Seen.of(lenses.normalised(views.pixels), views.confidences).taken(torch.arange(2).repeat_interleave(6))
    problem = LiftingProblem(signed_distance=lambda points: points[..., 2], target_height=0.9)
    energy = Energy(reduced, lenses, seen_twice, problem, prior, INDOOR, focal_known=False)
    parameters = [value.requires_grad_() for value in vars(state).values()]
    weight = {**INDOOR.weights.at(1.0), "floating": 1.0}
    found = energy(state, weight)
    found.total.sum().backward()
    assert set(found.parts) >= {"reprojection", "views", "discarded", "prior", "shape", "angles", "self_penetration",
                                "penetration", "no_contact", "floating", "focal"}  # fmt: skip
    assert all(value.grad.isfinite().all() for value in parameters)
    assert all(value.grad.abs().sum() > 0 for value in parameters)


def test_a_member_with_an_invalid_gradient_stands_still_alone():
    value = torch.ones(3, 2, requires_grad=True)
    optimiser = BatchedAdamW(value, torch.ones(2), torch.full((2,), 0.1))
    value.grad = torch.tensor([[1.0, -1.0], [float("nan"), 1.0], [2.0, 0.5]])
    valid = optimiser.step(0.1)
    assert valid.tolist() == [True, False, True] and optimiser.skipped == 1
    assert torch.equal(value[1], torch.ones(2))
    assert value[0, 0] < 1 < value[0, 1]
    # Its first valid step is as long as everybody's first.
    value.grad = torch.ones(3, 2)
    optimiser.step(0.1)
    assert torch.allclose(value[1], torch.full((2,), 0.9 - 0.01), atol=1e-4)


def test_optimising_matches_torchs_adamw():
    start = torch.randn(2, 3, generator=torch.Generator().manual_seed(0))
    ours, theirs = start.clone().requires_grad_(), start.clone().requires_grad_()
    batched = BatchedAdamW(ours, torch.ones(3), torch.full((3,), 0.01))
    reference = torch.optim.AdamW([theirs], lr=0.05, weight_decay=0.01)
    for _ in range(10):
        for value in (ours, theirs):
            value.grad = None
            (value - 2).pow(4).sum().backward()
        batched.step(0.05)
        reference.step()
    assert torch.allclose(ours, theirs, atol=1e-5)


def test_reports_come_and_cancel(anny, crowd):
    class Stop(Exception):
        pass

    heard = []

    def report(fraction, skin):
        heard.append(fraction)
        if skin is not None:
            assert skin.shape[0] == 1 and skin.shape[2] == 3
        if fraction > 0.2:
            raise Stop

    threads = torch.get_num_threads()
    with pytest.raises(Stop):
        lift(anny, seen(_same(crowd[:1], 3), cameras(3)), parameters=QUICK, report=report)
    assert heard[0] == 0 and len(heard) == 3
    assert torch.get_num_threads() == threads


def test_a_second_stage_goes_on_from_the_first(anny, crowd):
    eyes = cameras(4)
    views = seen(_same(crowd[:2], 4), eyes)
    first = lift(anny, views, parameters=replace(QUICK, iterations=60))
    again = lift(anny, views.taken(first.candidate), parameters=replace(QUICK, iterations=60), start=first.state)
    assert float(_errors(again, crowd[:2][first.candidate]).mean()) < float(_errors(first, crowd[:2]).mean()) + 0.002
    assert CENTER is not None
