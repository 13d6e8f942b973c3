"""Candidates differ in what nothing fixes, and in nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from backend.body.prior import PosePrior
from backend.body.shaping import shaped_people
from backend.fitting.manners import anchors_for
from backend.fitting.stage import Stage
from backend.fitting.variation import IMPLAUSIBLE, freedom, varied
from backend.language.prompt import read_all
from backend.place.grounding import Match

_LIMBS = {"left_leg", "right_leg", "left_arm", "right_arm", "head_front", "head_up"}


def _stage(action, gaze=None):
    return Stage(
        action, None, (Match("floor", (0,), 1.0, "name"),), None, (), None, gaze, "", np.zeros(3), 0.0, None, 0.0,
        False, False,
    )  # fmt: skip


def _moved(before, after):
    return {name for name in vars(before) if getattr(before, name) != getattr(after, name)}


def _ways(prompt, anny, count=6, gaze=None):
    reading = read_all(prompt)[0]
    anchor = anchors_for(reading)[0]
    generator = torch.Generator().manual_seed(0)
    (person,) = shaped_people(reading.people[:1], anny, generator)
    stage = _stage(reading.action, gaze)
    found = [varied(anchor, reading, stage, person, anny, generator) for _ in range(count)]
    return reading, anchor, stage, found


def test_standing_people_differ_and_stay_plausible(anny):
    _, _, _, ways = _ways("a man standing", anny)
    poses = torch.stack([rotations for _, rotations in ways]).float()
    prior = PosePrior.load()
    joints = prior.reader(anny.skeleton.bone_names)(poses)
    assert float(prior.percentile(joints).min()) >= IMPLAUSIBLE
    assert all(not torch.equal(poses[0], other) for other in poses[1:])


def test_what_the_words_say_stays(anny):
    _, anchor, _, ways = _ways("a man standing with his hands on his hips", anny)
    for way, _ in ways:
        assert not _moved(anchor.posture, way.posture) & {"left_arm", "right_arm", "left_leg", "right_leg"}
        assert way.contacts == anchor.contacts


def test_a_gaze_that_was_asked_for_stays(anny):
    _, anchor, _, ways = _ways("a man standing", anny, gaze=Match("tree", (1,), 1.0, "name"))
    for way, _ in ways:
        assert not _moved(anchor.posture, way.posture) & {"head_front", "head_up"}


@pytest.mark.parametrize("prompt", ["a person doing a handstand", "a man lying on the bench"])
def test_where_the_whole_body_is_the_action_only_hands_are_free(prompt, anny):
    _, anchor, _, ways = _ways(prompt, anny)
    for way, _ in ways:
        assert not _moved(anchor.posture, way.posture) & _LIMBS


def test_hands_that_lie_on_something_do_not_close(anny):
    reading, anchor, stage, ways = _ways("a woman sitting on the sofa", anny, count=12)
    assert {way.posture.left_hand for way, _ in ways} <= {"relaxed", "open"}
    assert "left" not in freedom(anchor, reading, stage).arms


def test_mirror_images_only_where_no_side_was_named(anny):
    reading, anchor, stage, _ = _ways("a man standing", anny, count=1)
    assert freedom(anchor, reading, stage).sides
    assert not freedom(anchor, replace(reading, overlays=("waving",)), stage).sides


def test_the_same_seed_varies_the_same_way(anny):
    first, again = (_ways("a man walking", anny, count=3)[3] for _ in range(2))
    for (one, turns), (other, same) in zip(first, again, strict=True):
        assert one == other
        assert torch.equal(turns, same)
