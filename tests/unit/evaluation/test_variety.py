"""Differences between candidates: what moving, turning and mirroring do to them."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from backend.evaluation.variety import difference

POINTS = np.random.default_rng(2).normal(size=(200, 3)) * [0.3, 0.2, 0.9]


def test_the_same_body_elsewhere_differs_as_placed_but_not_as_posed():
    moved = POINTS + [3.0, 4.0, 0.0]
    turned = Rotation.from_euler("xyz", [0.3, -1.0, 2.0]).apply(POINTS) + [1.0, 0.0, 0.0]
    found = difference([[POINTS], [moved]])
    assert found.placed_mean == pytest.approx(5.0) and found.posed_mean == pytest.approx(0.0, abs=1e-9)
    assert difference([[POINTS], [turned]]).posed_mean == pytest.approx(0.0, abs=1e-9)


def test_a_mirror_image_is_another_pose():
    assert difference([[POINTS], [POINTS * [-1, 1, 1]]]).posed_mean > 0.05


def test_the_least_is_of_the_two_most_alike():
    found = difference([[POINTS], [POINTS + [0.1, 0, 0]], [POINTS + [1.0, 0, 0]]])
    assert found.placed_least == pytest.approx(0.1)
    assert found.placed_mean == pytest.approx((0.1 + 1.0 + 0.9) / 3)


def test_one_candidate_has_nothing_to_differ_from():
    assert difference([[POINTS]]) is None and difference([]) is None


def test_several_people_count_as_their_mean():
    assert difference([[POINTS, POINTS], [POINTS, POINTS + [0.4, 0, 0]]]).placed_mean == pytest.approx(0.2)
