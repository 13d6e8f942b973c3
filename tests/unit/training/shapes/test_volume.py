"""Signed distances of unions of parts: exact where they can be worked out, and of the right sign."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.training.shapes.builder import GLASS, Builder
from backend.training.shapes.catalogue import categories, generate
from backend.training.shapes.solids import ball, box, torus, tub
from backend.training.shapes.solids import rectangle as outline
from backend.training.shapes.volume import FILL, occupancy, occupancy_of, signed_distance_volume, unit_frame


def _shape(*solids):
    b = Builder()
    for solid in solids:
        b.add("part", solid, GLASS)
    return b.finish("thing", 0, "a thing")


def _points(resolution):
    line = (np.arange(resolution) + 0.5) / resolution
    return np.stack(np.meshgrid(line, line, line, indexing="ij"), -1)


def _to_box(points, low, high):
    """Exact signed distance to an axis-aligned box."""
    q = np.maximum(low - points, points - high)
    return np.linalg.norm(np.maximum(q, 0), axis=-1) + np.minimum(q.max(-1), 0)


def test_a_box_is_exact():
    shape = _shape(box(1.0, 0.5, 0.25))
    low, high = 0.5 - FILL * np.array([1, 0.5, 0.25]) / 2, 0.5 + FILL * np.array([1, 0.5, 0.25]) / 2
    found = signed_distance_volume(shape, 32)
    assert np.abs(found - _to_box(_points(32), low, high)).max() < 1e-5


def test_overlapping_boxes_are_their_union_with_no_surface_inside():
    first, second = box(1.0, 0.4, 0.4), box(0.4, 0.4, 1.0)
    shape = _shape(first, second)
    scale, offset = unit_frame(shape)
    points = _points(32)
    expected = np.minimum(
        *(
            _to_box(points, part.vertices.min(0) * scale + offset, part.vertices.max(0) * scale + offset)
            for part in shape.parts
        )
    )
    assert np.abs(signed_distance_volume(shape, 32) - expected).max() < 1e-5


def test_boxes_that_share_a_face_on_the_grid_are_one_solid():
    # Faces, edges and corners fall on the lines that are counted along.
    shape = _shape(box(0.5, 0.5, 0.5), box(0.5, 0.5, 0.5).at(z=0.5), box(0.5, 0.5, 0.5).at(x=0.5))
    found = signed_distance_volume(shape, 20)
    scale, offset = unit_frame(shape)
    points = _points(20)
    each = [
        _to_box(points, part.vertices.min(0) * scale + offset, part.vertices.max(0) * scale + offset)
        for part in shape.parts
    ]
    expected = np.min(each, axis=0)
    clear = np.abs(expected) > 1e-4
    assert ((found < 0) == (expected < 0))[clear].all()
    assert np.abs(found - expected)[clear].max() < 1e-5


def test_a_vessel_is_hollow_and_a_ring_has_a_hole():
    vessel = signed_distance_volume(_shape(tub(outline(1, 1), outline(1, 1), 1.0, 0.1, 0.1)), 32)
    assert vessel[16, 16, 20] > 0.2 and vessel[16, 16, 2] < 0 and vessel[3, 16, 16] < 0
    ring = signed_distance_volume(_shape(torus(0.4, 0.1)), 32)
    assert ring[16, 16, 16] > 0.2
    assert ring[4, 16, 16] < 0


@given(st.floats(0.2, 1.0), st.floats(0.2, 1.0), st.floats(0, 90), st.floats(0, 90))
@settings(max_examples=15, deadline=None)
def test_a_turned_ellipsoid_has_its_volume(depth, height, x, y):
    shape = _shape(ball(1.0, depth, height, sides=48, rows=24).turned(x=x, y=y))
    inside = (signed_distance_volume(shape, 32) < 0).mean()
    assert inside == pytest.approx(shape.parts[0].volume * unit_frame(shape)[0] ** 3, rel=0.06)


@pytest.mark.parametrize("category", categories())
def test_no_value_contradicts_its_neighbour(category):
    """A distance changes by no more than the way; one wrong sign anywhere would."""
    volume = signed_distance_volume(generate(category, 1), 32)
    for axis in range(3):
        assert np.abs(np.diff(volume, axis=axis)).max() <= 1.01 / 32
    assert volume.min() < 0.02  # thin bars may pass between all cells' middles
    for edge in (volume[0], volume[-1], volume[:, 0], volume[:, -1], volume[:, :, 0], volume[:, :, -1]):
        assert (edge > 0).all()


def test_a_chair_is_solid_in_its_seat_and_open_below():
    shape = generate("chair", 1)
    volume = signed_distance_volume(shape, 64)
    scale, offset = unit_frame(shape)
    seat = shape.named("seat")[0].vertices

    def at(point):
        return volume[tuple(((np.array(point) * scale + offset) * 64).astype(int))]

    middle = seat.mean(0)
    assert at(middle) < 0.01
    assert at([*middle[:2], middle[2] * 0.75]) > 0.03
    assert at([*middle[:2], middle[2] + 0.2]) > 0.05


def test_thin_legs_stay_whole_in_occupancy():
    shape = _shape(box(0.01, 0.01, 1.0), box(1.0, 1.0, 0.05).at(z=1.0))
    cells = occupancy(shape)
    assert cells.shape == (32, 32, 32) and cells.dtype == bool
    columns = cells[15:17, 15:17].any(axis=(0, 1))
    low = int(np.flatnonzero(columns)[0])
    assert columns[low : int(np.flatnonzero(columns)[-1]) + 1].all() and low <= 2
    assert np.array_equal(cells, occupancy_of(signed_distance_volume(shape, 64)))
