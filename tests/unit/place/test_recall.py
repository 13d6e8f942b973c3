"""What is kept comes back as it was, and no more is kept than there is room for."""

from __future__ import annotations

import numpy as np
import pytest

from backend.place.recall import Recall


def _arrays(count):
    return lambda: np.zeros(count, np.uint8)


def test_a_known_value_is_not_made_again():
    recall = Recall(100)
    first = recall("a", _arrays(10))
    assert recall("a", lambda: pytest.fail("made again")) is first


def test_what_was_used_longest_ago_goes_first():
    recall = Recall(100)
    for key in "ab":
        recall(key, _arrays(40))
    recall("a", _arrays(40))
    recall("c", _arrays(40))
    assert len(recall) == 2
    recall("a", lambda: pytest.fail("“a” was used last and should have stayed"))
    made = []
    recall("b", lambda: made.append(1) or np.zeros(40, np.uint8))
    assert made


def test_what_is_larger_than_all_the_room_is_not_kept_and_drives_nothing_out():
    recall = Recall(100)
    kept = recall("a", _arrays(40))
    assert len(recall("b", _arrays(101))) == 101
    assert len(recall) == 1
    assert recall("a", _arrays(40)) is kept


def test_nothing_is_kept_of_work_that_was_stopped():
    recall = Recall(100)
    with pytest.raises(KeyboardInterrupt):
        recall("a", lambda: (_ for _ in ()).throw(KeyboardInterrupt))
    assert len(recall) == 0
