"""Sentences in a furnished room: the person is there, on the right thing, not inside anything; mistakes get answers."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from backend.pipelines import humans
from backend.service.context import LocalContext
from protocol.errors import (
    Cancelled,
    PromptEmpty,
    PromptTooLong,
    RequestInvalid,
    SceneEmpty,
    SceneInvalid,
    TargetBlocked,
    UnknownAction,
    UnknownObject,
)

from .rooms import Room, furnished


def run(request, room, job=None):
    return humans.run(request, room.meshes, job or LocalContext())


def world_vertices(result, person):
    """(V, 3) metres: the formula of `messages.Person`."""
    rig = result.rigs[person.rig]
    transforms = person.bone_poses.astype(np.float64) @ np.linalg.inv(person.rest_bone_poses.astype(np.float64))
    homogeneous = np.concatenate([person.rest_vertices, np.ones((len(person.rest_vertices), 1))], 1)
    posed = np.einsum("vk,vkij,vj->vi", rig.weights, transforms[rig.weight_bones], homogeneous)
    return (posed @ person.object_to_world.T)[:, :3]


SENTENCES = [
    ("a woman sitting on the chair", "chair_seat"),
    ("an old man sitting on the bench, leaning back, legs crossed", "bench"),
    ("a man lying on the bed", "bed"),
    ("a child sitting on the floor, cross-legged", "floor"),
    ("a man kneeling", "floor"),
    ("a woman squatting", "floor"),
    ("a tall man standing next to the table with his hands on his hips", "floor"),
    ("a woman leaning on the counter with both hands", "floor"),
    ("a man leaning with his back against the wall, arms crossed", "floor"),
    ("a person walking", "floor"),
    ("a woman reaching for the cup", "floor"),
    ("a boy standing on the bench, arms raised", "bench"),
    ("two women sitting on the bench talking to each other", "bench"),
    ("somebody sitting at the table", "stool"),
    ("a child sitting on the bed, cross-legged", "bed"),
]


@pytest.mark.parametrize(("prompt", "support"), SENTENCES, ids=[p for p, _ in SENTENCES])
def test_sentences_put_people_where_they_say(anny, prompt, support):
    room = furnished()
    result = run(room.request(prompt, cursor=(0.0, -1.5, 0.0)), room)
    best = result.candidates[0]
    assert best.support == support
    assert best.metrics["non_collision"] >= 0.985
    assert best.metrics["deepest_penetration"] < 0.03
    assert best.metrics["support_gap"] < 0.015
    assert best.metrics["touch_gap"] < 0.03
    assert len(best.people) == (2 if prompt.startswith("two") else 1)
    for person in best.people:
        vertices = world_vertices(result, person)
        assert np.isfinite(vertices).all()
        assert vertices[:, 2].min() > -0.03
        front = person.object_to_world[:3, :3] @ [0, -1, 0]
        assert abs(np.linalg.norm(front) - 1) < 1e-9


def test_a_sitter_turns_the_back_to_the_backrest(anny):
    room = furnished()
    result = run(room.request("a woman sitting on the chair"), room)
    for candidate in result.candidates:
        front = candidate.people[0].object_to_world[:3, :3] @ [0, -1, 0]
        assert front @ [0, -1, 0] > 0.7


def test_same_seed_same_people_and_other_seed_others(anny):
    room = furnished()
    first, again, other = (
        run(room.request("a person sitting on the bench", seed=s, candidates=1), room).candidates[0].people[0]
        for s in (5, 5, 6)
    )
    assert np.array_equal(first.bone_poses, again.bone_poses)
    assert not np.allclose(first.rest_vertices, other.rest_vertices, atol=1e-4)


def test_candidates_differ_and_are_as_many_as_asked(anny):
    room = furnished()
    result = run(room.request("a man standing", cursor=(0, -1.5, 0), candidates=4), room)
    assert len(result.candidates) == 4
    placements = [c.people[0].object_to_world for c in result.candidates]
    poses = [c.people[0].bone_poses for c in result.candidates]
    for a in range(4):
        for b in range(a):
            assert not np.allclose(placements[a], placements[b], atol=0.02) or not np.allclose(
                poses[a], poses[b], atol=0.02
            )


def test_the_cursor_decides_the_place(anny):
    room = furnished()
    for cursor in ((3.0, -3.0, 0.0), (-3.0, -2.5, 0.0)):
        result = run(room.request("a man standing", cursor=cursor, where="cursor"), room)
        assert np.linalg.norm(result.candidates[0].people[0].object_to_world[:2, 3] - cursor[:2]) < 0.75


def test_the_active_object_is_what_is_sat_on(anny):
    room = furnished()
    result = run(room.request("a woman sitting", active="bench", where="active"), room)
    assert result.candidates[0].support == "bench"


@pytest.mark.parametrize(
    ("prompt", "error"),
    [("", PromptEmpty), ("a man " + "very " * 2000 + "tall", PromptTooLong), ("a man juggling", UnknownAction),
     ("a woman sitting on the elephant", UnknownObject)],
)  # fmt: skip
def test_prompts_that_cannot_be_done_are_errors_with_a_remedy(anny, prompt, error):
    room = furnished()
    with pytest.raises(error) as caught:
        run(room.request(prompt), room)
    assert caught.value.remedy


def test_an_unknown_object_lists_what_is_there(anny):
    room = furnished()
    with pytest.raises(UnknownObject) as caught:
        run(room.request("a man sitting on the elephant"), room)
    assert "bench" in caught.value.remedy


def test_a_misspelt_object_is_found_and_said(anny):
    room = furnished()
    best = run(room.request("a man sitting on the benhc"), room).candidates[0]
    assert best.support == "bench"
    assert "benhc" in best.warnings[0] and "bench" in best.warnings[0]


def test_an_empty_scene_is_an_error(anny):
    with pytest.raises(SceneEmpty):
        run(Room().request("a man standing"), Room())


def test_a_cursor_inside_a_wall_is_an_error(anny):
    room = furnished()
    room.add_box("thick_wall", (-1.5, -2.25, 0), (1.5, -1.75, 2.6))
    with pytest.raises(TargetBlocked):
        run(room.request("a man standing", cursor=(0, -2, 1.0), where="cursor"), room)


def test_nan_vertices_name_the_object(anny):
    room = furnished()
    vertices = np.array([[0, 0, 0], [1, 0, 0], [np.nan, 1, 0]], np.float32)
    room.add("torn_curtain", vertices, np.array([[0, 1, 2]], np.int32))
    with pytest.raises(SceneInvalid, match="torn_curtain"):
        run(room.request("a man standing"), room)


@pytest.mark.parametrize(
    "options",
    [{"candidates": 0}, {"candidates": 99}, {"where": "moon"}, {"seed": 2**70}, {"cursor": (float("nan"), 0, 0)}],
)
def test_options_out_of_range_are_errors(anny, options):
    room = furnished()
    with pytest.raises(RequestInvalid):
        run(room.request("a man standing", **options), room)


def test_cancel_stops_the_fit(anny):
    room = furnished()
    job = LocalContext()
    seen = []

    def heard(stage, fraction):
        seen.append(fraction)
        job.cancelled = fraction > 0.5

    job._on_progress = heard
    with pytest.raises(Cancelled):
        run(room.request("a man standing"), room, job)
    assert 0.5 < max(seen) < 0.6


def test_progress_rises_and_previews_are_bodies(anny):
    room = furnished()
    stages, previews = [], []
    job = LocalContext(
        lambda stage, fraction: stages.append(fraction), lambda triangles, bodies: previews.append((triangles, bodies))
    )
    run(room.request("a man standing"), room, job)
    assert stages == sorted(stages)
    triangles, bodies = previews[0]
    assert triangles.max() < len(bodies[0])
    assert torch.isfinite(torch.as_tensor(bodies[0])).all()


def test_warming_up_reports_rising_progress(monkeypatch):
    """Loading takes long the first time; whoever waits sees it move."""
    import time

    from backend.body import anny_model

    real = anny_model.load

    def slow():
        time.sleep(1.3)
        return real()

    monkeypatch.setattr(anny_model, "load", slow)
    seen = []
    humans.warm_up(lambda stage, fraction: seen.append(fraction))
    assert seen == sorted(seen)
    assert len(seen) >= 4 and seen[-1] == 1.0
