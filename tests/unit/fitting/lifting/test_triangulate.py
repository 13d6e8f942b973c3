"""Proposals from pairs of views: exact where views agree, blind to wrong ones, aware of swapped sides."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.body.rotations import exp
from backend.fitting.lifting import Views2D
from backend.fitting.lifting.consensus import candidates
from backend.fitting.lifting.start import kabsch
from backend.fitting.lifting.triangulate import nearest_to_rays, triangulate
from backend.fitting.lifting.views2d import Lenses
from backend.place.camera import looking_at
from backend.vision.keypoints import MIRRORED

from .conftest import CENTER, cameras, seen

finite = st.floats(-1.5, 1.5)
points3 = st.tuples(finite, finite, finite)


def test_projection_is_the_cameras():
    eyes = (
        looking_at(np.array([2.0, 1.0, 1.5]), CENTER, 0.8, 640, 360), looking_at(np.array([-1.0, 2.0, 0.3]), CENTER),
    )  # fmt: skip
    points = torch.tensor(CENTER, dtype=torch.float32) + torch.randn(2, 5, 3) * 0.5
    lenses = Lenses(eyes)
    found = lenses.project(points) * lenses.sizes[:, None, None]
    rays = lenses.rays(lenses.project(points))
    for v, eye in enumerate(eyes):
        assert np.abs(eye.project(points.double().numpy())[0] - found[:, v].numpy()).max() < 0.01
        toward = torch.nn.functional.normalize(points - torch.tensor(eye.eye, dtype=torch.float32), dim=-1)
        assert (toward - rays[:, v]).abs().max() < 1e-4


@settings(max_examples=40, deadline=None)
@given(points3, st.lists(points3, min_size=2, max_size=6, unique=True))
def test_a_point_is_where_its_rays_meet(point, eyes):
    target = torch.tensor(point)
    origins = 4 * torch.nn.functional.normalize(torch.tensor(eyes) + torch.tensor([0.0, 0.0, 3.2]), dim=-1) + target
    toward = torch.nn.functional.normalize(target - origins, dim=-1)
    spread = 1 - (toward @ toward.T).min()
    found, determined = nearest_to_rays(origins, toward, torch.ones(len(eyes)))
    if spread > 0.01:
        assert determined > 1e-4
        assert (found - target).norm() < 0.02
    parallel, none = nearest_to_rays(origins, toward[:1].expand(len(eyes), 3), torch.ones(len(eyes)))
    assert none < 1e-4 and parallel.isfinite().all()


@settings(max_examples=30, deadline=None)
@given(points3, points3, st.integers(0, 1000))
def test_laying_points_on_their_moved_copies_finds_the_motion(turn, shift, seed):
    points = torch.randn(1, 8, 3, generator=torch.Generator().manual_seed(seed))
    rotation = exp(torch.tensor(turn))
    target = points[0] @ rotation.T + torch.tensor(shift)
    found, moved, error = kabsch(points, target, torch.ones(8))
    assert torch.linalg.det(found)[0] > 0.99
    assert error < 1e-6 and (found[0] - rotation).abs().max() < 1e-2 and (moved[0] - torch.tensor(shift)).norm() < 1e-2


def test_half_of_the_views_may_be_of_others(crowd):
    eyes = cameras(8)
    people = crowd[0].expand(1, 8, -1, -1).clone()
    for v in range(4):
        people[0, 2 * v] = crowd[1 + v] + torch.tensor([0.2 * (-1) ** v, 0.15, 0])
    found = triangulate(Lenses(eyes), seen(people, eyes), 0, 3)
    assert (found.points[0] - crowd[0]).norm(dim=-1).max() < 0.02
    assert (found.agreement[0, 1::2] > 0.9).all() and (found.agreement[0, ::2] < 0.5).all()
    assert not found.flipped[0, 1::2].any()


def test_views_with_swapped_sides_are_told_and_used(crowd):
    eyes = cameras(8)
    views = seen(crowd[:1, None].expand(1, 8, -1, -1), eyes)
    flipped = torch.zeros(1, 8, dtype=torch.bool)
    flipped[0, [1, 4, 6]] = True
    found = triangulate(Lenses(eyes), views.mirrored(flipped), 0, 2)
    right = (found.flipped[0] == flipped[0]).float().mean()
    # All the other way round is the same; where left and right coincide in a picture either is right.
    assert right >= 7 / 8 or right <= 1 / 8
    order = list(range(23)) if right > 0.5 else list(MIRRORED)
    assert (found.points[0][order] - crowd[0]).norm(dim=-1).max() < 0.015


def test_missing_keypoints_and_single_views_are_no_trouble(crowd):
    eyes = cameras(4)
    views = seen(crowd[:1, None].expand(1, 4, -1, -1), eyes)
    confidences = views.confidences.clone()
    confidences[:, :, 9] = 0  # a wrist that nobody sees
    confidences[:, 1:, 15] = 0  # an ankle that one view sees
    pixels = views.pixels.clone()
    pixels[:, 0, 3] = torch.nan
    found = triangulate(Lenses(eyes), Views2D(eyes, pixels, confidences), 0, 1)
    assert found.certainty[0, 9] == 0 and found.certainty[0, 15] == 0 and found.certainty[0, 3] > 0
    assert (found.points[0] - crowd[0]).norm(dim=-1)[found.certainty[0] > 0].max() < 0.005
    nobody = Views2D(eyes, views.pixels, torch.zeros(1, 4, 23))
    assert triangulate(Lenses(eyes), nobody, 0, 1) is None


def test_candidates_gather_findings_of_the_same_person(crowd):
    """Three findings per view in any order: two people who are in all views, and a stranger in each."""
    eyes = cameras(6)
    generator = torch.Generator().manual_seed(5)
    order = torch.stack([torch.randperm(3, generator=generator) for _ in range(6)], 1)  # (3, V) who is the k-th
    scene = torch.stack((crowd[0].expand(6, -1, -1), crowd[1].expand(6, -1, -1),
                         crowd[2:].repeat(2, 1, 1)[:6] + 0.3 * torch.randn(6, 1, 3, generator=generator)))  # fmt: skip
    views = seen(scene[order, torch.arange(6)], eyes)
    found, taken = candidates(eyes, views.pixels, views.confidences, 4)
    assert len(found) == 4 and taken.shape == (4, 6)
    who = order.gather(0, taken)  # (4, V)
    firsts = {int(row[0]) for row in who if (row == row[0]).all()}
    assert {0, 1} <= firsts
    assert torch.equal(found.pixels[0, 2], views.pixels[taken[0, 2], 2])
    assert len(taken.unique(dim=0)) == 4
    single, again = candidates(eyes, views.pixels[:1], views.confidences[:1], 3)
    assert len(single) == 3 and (again == 0).all()


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match="cameras"):
        Views2D(cameras(3), torch.zeros(1, 2, 23, 2), torch.zeros(1, 2, 23))
