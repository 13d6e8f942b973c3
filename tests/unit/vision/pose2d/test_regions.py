"""Windows show everybody whole, regions turn with people, reduced pictures keep positions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.vision.pose2d.regions import MARGIN, Region, about, cut, distinct, reduced, windows


@given(st.integers(128, 900), st.integers(128, 900), st.data())
def test_whoever_is_smaller_than_half_a_window_is_whole_in_one(width, height, data):
    side = round(max(width, height) / 2)
    size = data.draw(st.floats(4, side / 2 - 2))
    x = data.draw(st.floats(size / 2, max(size / 2, width - size / 2)))
    y = data.draw(st.floats(size / 2, max(size / 2, height - size / 2)))
    found = list(windows(width, height, (0.5,), 32))
    half = size / 2
    assert any(
        left <= x - half and x + half <= left + side + 1 and top <= y - half and y + half <= top + side + 1
        for left, top, side in found
    )
    assert len(found) <= 16


def test_windows_too_small_to_help_are_left_out_but_never_the_whole():
    assert list(windows(100, 80, (1.0, 0.5), 128)) == [(0, 0, 100)]
    assert {side for _, _, side in windows(512, 512, (1.0, 0.5), 128)} == {512, 256}


@given(st.floats(-3, 3), st.floats(20, 200))
def test_a_region_is_turned_as_the_person_is(angle, reach):
    head = (300 + reach * math.sin(angle), 200 - reach * math.cos(angle))
    region = about((300, 200), head, 0.9)
    assert region.rotation == pytest.approx(angle, abs=1e-6)
    assert region.size == pytest.approx(2 * MARGIN * reach)


def test_only_windows_cut_people_off_not_the_picture():
    region = Region((60.0, 100.0), 200.0, 0.0, 1.0)
    assert not region.cut_off((0, 0, 256), 512, 512)  # the picture ends there, too
    assert region.cut_off((40, 0, 256), 512, 512)
    assert region.cut_off((0, 100, 256), 512, 512)


def test_the_same_person_found_twice_is_one():
    first, again = Region((100.0, 100.0), 80.0, 0.0, 0.9), Region((104.0, 98.0), 88.0, 0.1, 0.7)
    beside, child = Region((150.0, 100.0), 80.0, 0.0, 0.8), Region((100.0, 104.0), 30.0, 0.0, 0.6)
    assert distinct([again, beside, child, first]) == [first, beside, child]


def test_windows_beyond_the_edge_are_black_there():
    picture = np.full((40, 30, 3), 200, np.uint8)
    square = cut(picture, 10, 0, 40)
    assert square.shape == (40, 40, 3)
    assert (square[:, :20] == 200).all() and (square[:, 20:] == 0).all()


def test_reduced_pictures_are_means_of_blocks():
    picture = np.random.default_rng(0).integers(0, 255, (100, 61, 3)).astype(np.uint8)
    small, factor = reduced(picture, 34)
    assert factor == 3 and small.shape == (33, 20, 3)
    assert np.abs(small[4, 7] - picture[12:15, 21:24].mean((0, 1))).max() <= 0.51
    assert reduced(picture, 100)[0] is picture
