"""Every metric against truths made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from backend.evaluation.shapes.bootstrap import difference, mean_interval
from backend.evaluation.shapes.clouds import chamfer, cloud_of, distances, sampled
from backend.evaluation.shapes.inputs import CANVAS, clutter, cluttered, plain, sketch
from backend.evaluation.shapes.raycast import GREY, NEAR, look
from backend.evaluation.shapes.regularity import regularity
from backend.evaluation.shapes.retrieval import retrieval
from backend.evaluation.shapes.solids import filled, overlap, pieces
from backend.evaluation.shapes.variety import from_distances, variety
from backend.training.shapes.cameras import aimed, project


def grid(count: int = 64) -> np.ndarray:
    line = (np.arange(count) + 0.5) / count
    return np.stack(np.meshgrid(line, line, line, indexing="ij"), axis=-1)


def ball(radius: float, middle=(0.5, 0.5, 0.5)) -> np.ndarray:
    return (np.linalg.norm(grid() - middle, axis=-1) - radius).astype(np.float32)


def box(low, high) -> np.ndarray:
    away = np.maximum(np.array(low) - grid(), grid() - np.array(high))
    return (np.linalg.norm(np.maximum(away, 0), axis=-1) + np.minimum(away.max(-1), 0)).astype(np.float32)


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_retrieval_counts_ranks_and_lets_nobody_win_by_a_tie():
    found = retrieval(np.eye(8), np.eye(8))
    assert (found.first, found.five, found.gallery) == (1.0, 1.0, 8)
    assert retrieval(np.ones((8, 3)), np.ones((8, 3))).five == 0.0  # all alike: it knows nothing
    turned = np.roll(np.eye(8), 1, axis=0)  # each is nearest to its neighbour, its own is as far as the rest
    assert retrieval(np.eye(8), turned).first == 0.0
    line = np.stack([np.cos(np.arange(10) / 10), np.sin(np.arange(10) / 10)], 1)
    off = np.stack([np.cos(np.arange(10) / 10 + 0.24), np.sin(np.arange(10) / 10 + 0.24)], 1)
    found = retrieval(off, line)  # two and a half steps on: the own one is third to fifth
    assert found.first <= 0.1 and found.five == 1.0
    assert retrieval(np.eye(8)[:2], np.eye(8)).asked == 2
    with pytest.raises(ValueError):
        retrieval(np.eye(8), np.eye(8)[:3])


def test_overlap_of_boxes_is_what_their_cells_say():
    first, second = np.zeros((2, 32, 32, 32), bool)
    first[:16], second[8:24] = True, True
    assert overlap(first, second) == pytest.approx(8 / 24)
    assert overlap(first, first) == 1.0 and overlap(first, ~first) == 0.0
    assert overlap(np.zeros(4, bool), np.zeros(4, bool)) == 1.0


def test_pieces_and_fullness():
    two = np.minimum(ball(0.1, (0.25, 0.5, 0.5)), ball(0.1, (0.75, 0.5, 0.5)))
    crumb = np.minimum(two, ball(0.015, (0.5, 0.1, 0.5)))
    assert pieces(ball(0.3) < 0) == 1 and pieces(two < 0) == 2 and pieces(crumb < 0) == 2
    assert pieces(np.zeros((4, 4, 4), bool)) == 0
    corner = np.zeros((6, 6, 6), bool)
    corner[1:3, 1:3, 1:3] = corner[3:5, 3:5, 3:5] = True
    assert pieces(corner) == 1
    assert filled(ball(0.3)) == pytest.approx(4 / 3 * np.pi * 0.3**3, rel=0.02)


def test_points_lie_on_the_surface_and_evenly():
    cloud = cloud_of(ball(0.3), rng(), 4000)
    assert np.abs(np.linalg.norm(cloud - 0.5, axis=1) - 0.3).max() < 0.004
    assert np.abs(cloud.mean(0) - 0.5).max() < 0.02 and cloud_of(np.ones((64, 64, 64)), rng()) is None
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [10, 0, 0], [13, 0, 0], [10, 1, 0]], float)
    points = sampled(vertices, np.array([[0, 1, 2], [3, 4, 5]]), rng(), 8000)
    assert (points[:, 0] > 5).mean() == pytest.approx(0.75, abs=0.02)  # three times the area
    small = points[points[:, 0] < 5]
    assert small.mean(0)[:2] == pytest.approx([1 / 3, 1 / 3], abs=0.02)


def test_chamfer_is_the_sum_of_both_mean_squares():
    first = np.array([[0, 0, 0], [1, 0, 0]], float)
    second = np.array([[0, 0, 0.5]], float)
    assert chamfer(first, second) == pytest.approx((0.25 + 1.25) / 2 + 0.25)
    assert chamfer(first, first) == 0
    clouds = [cloud_of(ball(radius), rng(), 1500) for radius in (0.2, 0.3)]
    assert chamfer(*clouds) == pytest.approx(2 * 0.1**2, rel=0.1)
    found = distances(clouds, clouds)
    assert np.allclose(found, distances(clouds)) and found[0, 0] == 0 and found[0, 1] == found[1, 0]


def test_variety_of_a_good_copy_of_a_collapsed_and_of_a_foreign_set():
    places = rng().random((40, 1))
    real = np.abs(places - places.T)
    near = places + 1e-6
    good = from_distances(real, np.abs(places - near.T), np.abs(near - near.T))
    assert good.mmd == pytest.approx(1e-6, rel=0.01) and good.coverage == 1.0 and good.nearest == 0.0
    one = np.full((40, 1), places[0, 0] + 1e-9)  # forty times the same
    collapsed = from_distances(real, np.abs(places - one.T), np.abs(one - one.T))
    assert collapsed.coverage == 1 / 40 and collapsed.nearest > 0.95
    far = places + 10
    foreign = from_distances(real, np.abs(places - far.T), np.abs(far - far.T))
    assert foreign.nearest == 1.0 and foreign.mmd > 9
    halves = rng().random((400, 1))
    same = from_distances(*(np.abs(a - b.T) for a, b in ((halves[:200],) * 2, (halves[:200], halves[200:]),
                                                           (halves[200:],) * 2)))  # fmt: skip
    assert same.nearest == pytest.approx(0.5, abs=0.08)  # two samples of one set cannot be told apart
    cloud = cloud_of(ball(0.2), rng(), 300)
    assert variety([cloud, cloud + 0.1], [cloud, cloud + 0.1]).mmd == 0


def test_intervals_hold_the_mean_as_often_as_they_say():
    generator = rng()
    held = [
        found.low <= 1.0 <= found.high
        for found in (mean_interval(generator.normal(1, 2, 60), generator, 600) for _ in range(200))
    ]
    assert 0.88 < np.mean(held) < 0.99
    first = generator.normal(0, 5, 100)
    better = difference(first + 0.5 + generator.normal(0, 0.1, 100), first, generator)
    assert better.excludes_zero and better.mean == pytest.approx(0.5, abs=0.05)
    assert not difference(first, generator.permutation(first), generator).excludes_zero
    with pytest.raises(ValueError):
        difference(first, first[1:], generator)


def test_a_ball_looks_like_a_circle_of_the_right_size_and_is_lit_from_the_camera():
    corners = np.array([[x, y, z] for x in (0.2, 0.8) for y in (0.2, 0.8) for z in (0.2, 0.8)])
    camera = aimed(corners, 0.7, 0.3, 0.6)
    seen = look(ball(0.3), camera.camera_to_world, 0.6, 128)
    distance = np.linalg.norm(camera.camera_to_world[:3, 3] - 0.5)
    radius = np.tan(np.arcsin((0.3 + NEAR / 64) / distance)) / np.tan(0.3) * 64
    assert seen.silhouette.sum() == pytest.approx(np.pi * radius**2, rel=0.03)
    rows, columns = np.nonzero(seen.silhouette)
    middle = project(np.full((1, 3), 0.5), camera.camera_to_world, 0.6)[0]
    assert columns.mean() == pytest.approx(128 * middle[0] - 0.5, abs=1)
    assert 127.5 - rows.mean() == pytest.approx(128 * middle[1], abs=1)
    assert np.allclose(seen.picture[~seen.silhouette], GREY)
    top, bottom = seen.picture[rows[:500], columns[:500]], seen.picture[rows[-500:], columns[-500:]]
    assert top.mean() > bottom.mean() + 0.1  # the sky and the lamp are above


def test_a_box_is_seen_from_the_side_that_the_azimuth_says():
    volume = box((0.1, 0.4, 0.3), (0.9, 0.6, 0.7))  # wide, shallow
    corners = np.array([[x, y, z] for x in (0.1, 0.9) for y in (0.4, 0.6) for z in (0.3, 0.7)])
    for azimuth, ratio in ((0.0, 2.0), (np.pi / 2, 0.5)):
        camera = aimed(corners, azimuth, 0.0, 0.35)
        seen = look(volume, camera.camera_to_world, 0.35).silhouette
        size = [np.ptp(np.flatnonzero(seen.any(axis))) + 1 for axis in (0, 1)]
        assert size[0] / size[1] == pytest.approx(ratio, rel=0.15)
    assert not look(np.ones((64, 64, 64)), camera.camera_to_world, 0.35).silhouette.any()


def test_mixed_shapes_are_told_from_crumbs():
    real = [cloud_of(ball(radius), rng(), 500) for radius in (0.2, 0.3, 0.4)]
    good = regularity([(ball(0.2), [ball(0.25), ball(0.3)], ball(0.35))], real, rng())
    assert (good.shapes, good.whole, good.between) == (2, 1.0, 1.0)
    assert good.nearest < 0.006 and good.ends_nearest < 0.006
    crumbs = np.minimum(ball(0.05, (0.2, 0.2, 0.2)), ball(0.05, (0.8, 0.8, 0.8)))
    bad = regularity([(ball(0.2), [crumbs, np.ones((64, 64, 64))], ball(0.35))], real, rng())
    assert bad.whole == 0.0 and bad.between == 0.0 and bad.nearest > 0.05


def test_inputs_go_the_products_way():
    picture = np.zeros((128, 128, 4), np.uint8)
    picture[30:100, 20:70] = (200, 60, 40, 255)
    framed = plain(picture)
    assert framed.shape == (96, 96, 3) and framed[0, 0] == pytest.approx([240 / 255] * 3, abs=0.01)
    assert framed[48, 48] == pytest.approx(np.array([200, 60, 40]) / 255, abs=0.02)
    other = np.zeros((128, 128, 4), np.uint8)
    other[40:90, 40:90] = (20, 90, 200, 255)
    canvas, crop = clutter(picture, [other] * 2, rng())
    assert canvas.shape == (CANVAS, CANVAS, 3)
    blue = (canvas[..., 2] > 150) & (canvas[..., 0] < 60)
    red = (canvas[..., 0] > 150) & (canvas[..., 2] < 80)
    assert blue.sum() > 100 and red.sum() == pytest.approx(70 * 50, rel=0.02)  # nothing lies before it
    rows, columns = np.nonzero(red)
    left, top, right, bottom = np.array(crop) * CANVAS
    assert left < columns.min() - 8 and right > columns.max() + 8 and top < rows.min() - 8 and bottom > rows.max() + 8
    assert bottom - top < 1.4 * 70
    found = cluttered(picture, [], rng())
    assert found[48, 48] == pytest.approx(np.array([200, 60, 40]) / 255, abs=0.1)
    drawing = np.full((128, 128), 255, np.uint8)
    drawing[30:100, 20:23] = drawing[30:100, 67:70] = drawing[30:33, 20:70] = drawing[97:100, 20:70] = 0
    drawn = sketch(drawing)
    assert drawn.min() < 0.4 and drawn[48, 48].mean() > 0.8
    assert plain(np.zeros((128, 128, 4), np.uint8)) is None
