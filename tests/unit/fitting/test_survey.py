"""A place is measured once, and again as soon as anything in it has changed."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "place"))
import shapes

from backend.fitting import survey as surveying
from backend.fitting.stage import Stage
from backend.place.box import Box
from backend.place.grounding import Match
from backend.place.recall import Recall

SEAT = Match("seat", (1,), 1.0, "name")


def _stage(**matrices):
    parts = {"floor": shapes.floor(), "seat": shapes.box((-0.3, -0.3, 0), (0.3, 0.3, 0.45))}
    scene = shapes.scene(parts, matrices)
    floor = Match("floor", (0,), 1.0, "name")
    box = Box((-0.6, -0.6, -0.1), (0.6, 0.6, 1.2))
    return Stage(
        "sit", scene, (SEAT,), floor, touches=(), landmark=None, gaze=None, relation="", cursor=np.zeros(3),
        cursor_weight=0.0, box=box, ground_level=0.0, seat_wanted=False, ground_wanted=False,
    )  # fmt: skip


@pytest.fixture
def recall(monkeypatch):
    """Nothing is known from other tests."""
    monkeypatch.setattr(surveying, "_RECALL", Recall())


def test_the_same_place_is_measured_once(recall):
    first = surveying.survey(_stage(), lambda: None)[1]
    again = surveying.survey(replace(_stage(), action="lie"), lambda: None)[1]
    assert again.field is first.field
    assert again.surfaces["support"] is first.surfaces["support"]


def test_a_place_in_which_something_moved_is_measured_anew(recall):
    first = surveying.survey(_stage(), lambda: None)[1]
    up = np.eye(4)
    up[2, 3] = 0.1
    moved = surveying.survey(_stage(seat=up), lambda: None)[1]
    above = np.array([0, 0, 0.5], np.float32)
    heights = [float(place.field.sample(surveying.torch.from_numpy(above))) for place in (first, moved)]
    assert heights == pytest.approx([0.05, -0.05], abs=0.01)
