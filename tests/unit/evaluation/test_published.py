"""The papers' metrics on samples and fields whose figures are known beforehand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.evaluation.published import collision, diversity, sample_grid


def clusters(sizes, radius, *, apart=100.0, dimensions=6):
    """Tight groups far apart; every sample is exactly `radius` from its group's middle."""
    samples = []
    for number, size in enumerate(sizes):
        middle = np.zeros(dimensions)
        middle[number % dimensions] = apart * (1 + number // dimensions)
        offsets = np.zeros((size, dimensions))
        offsets[np.arange(size), (np.arange(size) // 2) % dimensions] = np.where(np.arange(size) % 2, radius, -radius)
        samples.append(middle + offsets)
    return np.concatenate(samples)


def test_equally_full_clusters_have_the_entropy_of_their_number_and_the_size_of_their_radius():
    found = diversity(clusters([24] * 3, 0.25), 3)
    assert found.entropy == pytest.approx(np.log(3), abs=1e-9)
    assert found.cluster_size == pytest.approx(0.25, abs=1e-9)
    assert (found.clusters, found.samples) == (3, 72)
    assert found.entropy_spread == pytest.approx(0.0, abs=1e-9)


def test_unequal_clusters_have_the_entropy_of_their_shares():
    found = diversity(clusters([30, 6, 4], 0.1), 3)
    shares = np.array([30, 6, 4]) / 40
    assert found.entropy == pytest.approx(-(shares * np.log(shares)).sum(), abs=1e-9)


def test_with_fewer_samples_than_clusters_there_are_a_tenth_as_many_clusters():
    assert diversity(clusters([18], 1.0), 20).clusters == 1
    assert diversity(clusters([5], 1.0), 20).clusters == 1
    assert diversity(np.random.default_rng(0).normal(size=(49, 3)), 50).clusters == 4


def test_samples_that_are_all_the_same_have_neither_entropy_nor_size():
    found = diversity(np.ones((40, 5)), 20)
    assert found.entropy == pytest.approx(0.0) and found.cluster_size == pytest.approx(0.0)


def test_diversity_comes_out_the_same_every_time():
    samples = np.random.default_rng(3).normal(size=(300, 4))
    assert diversity(samples, 20) == diversity(samples, 20)
    assert 2.5 < diversity(samples, 20).entropy < np.log(20)


def test_contact_asks_for_penetration_and_zero_decides_between_the_papers():
    grazing = np.array([0.0, 0.0, 0.3, 0.4])
    found = collision(grazing, grazing)
    assert (found.non_collision_posa, found.non_collision_genzi) == (1.0, 1.0)  # POSA: 1 where nothing is below zero
    assert (found.contact_posa, found.contact_genzi, found.near_contact) == (0.0, 1.0, 1.0)
    clipping = np.array([-0.01, 0.0, 0.3, 0.4])
    found = collision(clipping, clipping)
    assert (found.non_collision_posa, found.non_collision_genzi) == (0.5, 0.75)
    assert (found.contact_posa, found.contact_genzi) == (1.0, 1.0)
    hovering = np.array([0.001, 0.5])
    found = collision(hovering, hovering)
    assert (found.contact_posa, found.contact_genzi, found.near_contact) == (0.0, 0.0, 1.0)


@given(st.lists(st.floats(-3, 3), min_size=4, max_size=4), st.integers(0, 2**31))
def test_a_linear_field_is_read_exactly_with_aligned_corners(coefficients, seed):
    low, high, shape = np.array([-1.0, 2.0, 0.5]), np.array([1.0, 3.0, 4.0]), (5, 7, 6)
    axes = [np.linspace(low[k], high[k], shape[k]) for k in range(3)]
    nodes = np.stack(np.meshgrid(*axes, indexing="ij"), -1)
    values = nodes @ np.array(coefficients[:3]) + coefficients[3]
    points = np.random.default_rng(seed).uniform(low, high, (50, 3))
    read = sample_grid(values, points, low, high, align_corners=True)
    np.testing.assert_allclose(read, points @ np.array(coefficients[:3]) + coefficients[3], atol=2e-5)


def test_without_aligned_corners_the_field_is_shifted_by_half_a_cell_at_the_sides_and_not_in_the_middle():
    values = np.broadcast_to(np.linspace(0, 1, 11)[:, None, None], (11, 3, 3))
    points = np.array([[0.5, 0.5, 0.5], [0.9, 0.5, 0.5], [0.1, 0.5, 0.5]])
    read = sample_grid(values, points, np.zeros(3), np.ones(3), align_corners=False)
    np.testing.assert_allclose(read, (points[:, 0] * 11 - 0.5) / 10, atol=1e-6)


def test_beyond_its_box_a_grid_keeps_its_border_values():
    values = np.broadcast_to(np.linspace(0, 1, 4)[:, None, None], (4, 3, 3))
    points = np.array([[-5.0, 0.5, 0.5], [9.0, 0.5, 0.5]])
    for aligned in (True, False):
        read = sample_grid(values, points, np.zeros(3), np.ones(3), align_corners=aligned)
        np.testing.assert_allclose(read, [0, 1], atol=1e-6)
