"""Exact distances: against a brute-force search, and on shapes whose distances are known."""

import numpy as np
import pytest
import trimesh

from backend.evaluation.surfaces import Surfaces, closest_points, cut, winding_number


def brute_force(points, corners):
    closest = closest_points(points[:, None], corners[None])
    return np.linalg.norm(closest - points[:, None], axis=2)


def test_the_closest_point_of_a_triangle_is_never_farther_than_a_dense_sample_of_it():
    rng = np.random.default_rng(0)
    corners, points = rng.normal(size=(40, 3, 3)), rng.normal(size=(40, 3)) * 2
    weights = rng.dirichlet((0.4, 0.4, 0.4), size=4000)
    samples = np.einsum("sk,tkd->tsd", weights, corners)
    sampled = np.linalg.norm(samples - points[:, None], axis=2).min(axis=1)
    exact = np.linalg.norm(closest_points(points, corners) - points, axis=1)
    assert np.all(exact <= sampled + 1e-9)
    assert np.all(sampled - exact < 0.2)


def test_degenerate_triangles_count_as_the_line_or_point_that_they_are():
    line = np.array([[[0.0, 0, 0], [1, 0, 0], [2, 0, 0]]])
    point = np.zeros((1, 3, 3))
    query = np.array([[1.0, 3.0, 4.0]])
    assert np.linalg.norm(closest_points(query, line) - query) == pytest.approx(5.0)
    assert np.linalg.norm(closest_points(query, point) - query) == pytest.approx(np.sqrt(26.0))


def test_cutting_keeps_the_area_inside_the_box_and_bounds_the_edges():
    corners = np.array([[[-5.0, -5, 0], [5, -5, 0], [5, 5, 0]], [[-5.0, -5, 0], [5, 5, 0], [-5, 5, 0]]])
    pieces, owner = cut(corners, np.array([-0.5, -0.5, -1]), np.array([0.5, 0.5, 1]), 0.1)
    assert np.linalg.norm(pieces - np.roll(pieces, 1, axis=1), axis=2).max() <= 0.1
    assert set(owner) == {0, 1}
    area = np.linalg.norm(np.cross(pieces[:, 1] - pieces[:, 0], pieces[:, 2] - pieces[:, 0]), axis=1).sum() / 2
    assert 1.0 <= area < 1.5  # the unit square and the pieces that reach over its rim


@pytest.mark.parametrize("seed", range(3))
def test_nearest_is_exact_among_large_and_small_triangles(seed):
    rng = np.random.default_rng(seed)
    small = rng.uniform(-1, 1, (300, 1, 3)) + rng.normal(scale=0.05, size=(300, 3, 3))
    large = rng.uniform(-4, 4, (6, 3, 3))
    corners, points = np.concatenate([small, large]), rng.uniform(-0.6, 0.6, (200, 3))
    found = Surfaces(corners, points.min(0), points.max(0), reach=2.0).nearest(points)
    expected = brute_force(points, corners)
    np.testing.assert_allclose(found.distance, expected.min(axis=1), atol=1e-9)
    np.testing.assert_allclose(expected[np.arange(200), found.triangle], found.distance, atol=1e-9)


def test_nothing_within_reach_is_infinitely_far():
    corners = np.array([[[0.0, 0, 0], [1, 0, 0], [0, 1, 0]]])
    found = Surfaces(corners, np.array([5.0, 5, 5]), np.array([6.0, 6, 6]), reach=0.3).nearest(
        np.array([[5.5, 5.5, 5.5]])
    )
    assert np.isinf(found.distance[0]) and found.triangle[0] == -1


def test_winding_number_tells_inside_from_outside():
    ball = trimesh.creation.icosphere(subdivisions=2, radius=1.0)
    rng = np.random.default_rng(1)
    points = rng.uniform(-1.5, 1.5, (500, 3))
    radius = np.linalg.norm(points, axis=1)
    points, radius = points[np.abs(radius - 1) > 0.05], radius[np.abs(radius - 1) > 0.05]
    inside = winding_number(points, ball.triangles) > 0.5
    np.testing.assert_array_equal(inside, radius < 1)
