"""The one who was not there before wins: not the painting, not the statue, not who was overlooked."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backend.vision.keypoints import NAMES
from backend.vision.pose2d import draw_keypoints, newcomer
from backend.vision.pose2d.newcomer import changed_share, difference
from backend.vision.pose2d.people import apart, merged, overlap

from .people import standing

PAINTING, SOMEBODY = standing(400, 60, 90), standing(150, 100, 300, score=0.6)


def test_a_painting_that_was_there_does_not_count_however_sure_the_detector_is():
    again = replace(PAINTING, pixels=PAINTING.pixels + 1.5, score=0.99)
    assert newcomer([PAINTING], [again, SOMEBODY]) is SOMEBODY
    assert newcomer([PAINTING], [again]) is None
    assert newcomer([], []) is None


def test_somebody_in_front_of_the_painting_is_new():
    before_it = standing(410, 20, 320)
    assert newcomer([PAINTING], [PAINTING, before_it]) is before_it


@given(st.floats(-6, 6), st.floats(-6, 6), st.integers(0, 2**32 - 1))
def test_noise_makes_nobody_new(dx, dy, seed):
    noise = np.random.default_rng(seed).normal(0, 3, SOMEBODY.pixels.shape)
    moved = replace(SOMEBODY, pixels=(SOMEBODY.pixels + (dx, dy) + noise).astype(np.float32))
    assert newcomer([SOMEBODY], [moved]) is None


def pictures():
    rng = np.random.default_rng(0)
    before = rng.integers(60, 90, (512, 512, 3)).astype(np.uint8)
    after = (before.astype(int) + rng.integers(-3, 4, before.shape)).astype(np.uint8)  # encoded anew
    after[90:420, 90:210] = (180, 40, 40)
    return before, after


def test_where_the_picture_has_not_changed_nobody_is_new():
    before, after = pictures()
    overlooked = standing(380, 100, 200, score=0.99)
    assert newcomer([], [overlooked, SOMEBODY], (before, after)) is SOMEBODY
    assert newcomer([], [overlooked], (before, after)) is None
    change = difference(before, after)
    assert changed_share(SOMEBODY, change) > 0.9 and changed_share(overlooked, change) == 0
    assert not difference(before, before).any()


def test_keypoints_outside_the_picture_are_not_looked_at():
    before, after = pictures()
    half = standing(150, 300, 400)
    assert changed_share(half, difference(before, after)) > 0
    assert changed_share(standing(900, 900, 50), difference(before, after)) == 0


def test_two_findings_of_one_person_are_merged_two_people_are_not():
    worse = replace(SOMEBODY, pixels=SOMEBODY.pixels + 4, score=0.5)
    assert merged([worse, SOMEBODY]) == [SOMEBODY]
    beside = standing(260, 100, 300)
    assert len(merged([SOMEBODY, beside])) == 2
    assert apart(SOMEBODY, SOMEBODY) == 0 and overlap(SOMEBODY, SOMEBODY) == 1
    assert apart(SOMEBODY, standing(0, 0, 10, confidence=0.0)) == float("inf")


def test_what_is_drawn_is_where_the_keypoints_are_and_the_picture_stays():
    picture = np.zeros((512, 512, 3), np.uint8)
    drawn = draw_keypoints(picture, SOMEBODY)
    assert not picture.any() and drawn.shape == picture.shape and drawn.dtype == np.uint8
    for pixel in SOMEBODY.pixels:
        x, y = np.floor(pixel).astype(int)
        assert drawn[y, x].max() > 100
    assert drawn.any(2).mean() < 0.05
    left = drawn[tuple(np.floor(SOMEBODY.pixels[NAMES.index("left_wrist")]).astype(int)[::-1])].astype(int)
    right = drawn[tuple(np.floor(SOMEBODY.pixels[NAMES.index("right_wrist")]).astype(int)[::-1])].astype(int)
    assert left[0] > left[2] and right[2] > right[0]
    draw_keypoints(picture, standing(-100, 700, 300))  # beyond every edge
