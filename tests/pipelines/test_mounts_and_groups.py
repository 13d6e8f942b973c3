"""Riders on what they ride, people who hold each other, and prompts about several groups."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh
from scipy.spatial import cKDTree

from tests.mounts import LEFT_PEDAL, RIGHT_PEDAL, bicycle

from .rooms import Room, furnished
from .test_humans import run, world_vertices


@pytest.fixture(scope="module")
def wheels():
    turn = trimesh.transformations.rotation_matrix(0.7, [0, 0, 1])
    turn[:3, 3] = [1.0, -0.5, 0.0]
    mesh = bicycle()
    return Room().add_box("floor", (-4, -4, -0.1), (4, 4, 0)).add("bike", mesh.vertices, mesh.faces, turn), turn


def regions_near(regions, vertices, name, point):
    """Metres from a point to the nearest skin of a region."""
    return np.linalg.norm(vertices[regions[name].numpy()] - point, axis=1).min()


def test_a_rider_sits_on_the_saddle_with_hands_and_feet_where_they_belong(anny, regions, wheels):
    room, turn = wheels
    result = run(room.request("a man riding the bike", candidates=2), room)
    best = result.candidates[0]
    assert best.support == "bike"
    assert best.metrics["deepest_penetration"] < 0.025
    person = best.people[0]
    front = person.object_to_world[:3, :3] @ [0, -1, 0]
    assert front @ (turn[:3, :3] @ [0, -1, 0]) > 0.95, "in the direction of travel"
    vertices = world_vertices(result, person)
    to_world = lambda p: turn[:3, :3] @ p + turn[:3, 3]  # noqa: E731
    assert regions_near(regions, vertices, "buttocks", to_world(np.array([0, 0.25, 0.95]))) < 0.06
    for side, x in (("left", 1), ("right", -1)):
        bar = to_world(np.array([0.27 * x, -0.32, 1.05]))
        assert regions_near(regions, vertices, f"{side}_palms", bar) < 0.09
    for side, pedal in (("left", LEFT_PEDAL), ("right", RIGHT_PEDAL)):
        assert regions_near(regions, vertices, f"{side}_soles", to_world(pedal)) < 0.09


def test_a_bicycle_without_a_handlebar_is_declined_in_words(anny):
    from protocol.errors import UnsuitableSupport

    room = furnished().add_box("bike", (2.0, -2.0, 0.0), (2.4, -0.5, 0.8))
    with pytest.raises(UnsuitableSupport, match="handlebar"):
        run(room.request("a man riding the bike"), room)


@pytest.mark.parametrize("prompt", ["two men shaking hands", "a woman and a man hugging"])
def test_two_people_meet(anny, regions, prompt):
    room = furnished()
    result = run(room.request(prompt, cursor=(0.0, -1.8, 0.0), candidates=1), room)
    first, second = result.candidates[0].people
    fronts = [p.object_to_world[:3, :3] @ [0, -1, 0] for p in (first, second)]
    assert fronts[0] @ fronts[1] < -0.9, "face to face"
    a, b = (world_vertices(result, p) for p in (first, second))
    gap, _ = cKDTree(a).query(b)
    assert gap.min() < 0.02, "they touch"
    if "shaking" in prompt:
        hands = cKDTree(a[regions["right_palms"].numpy()]).query(b[regions["right_palms"].numpy()])[0]
        assert hands.min() < 0.03


def test_several_groups_are_all_there_and_know_of_each_other(anny):
    room = furnished()
    prompt = "a man sitting on the chair while a woman stands next to him"
    result = run(room.request(prompt, candidates=2), room)
    assert len(result.candidates) == 2
    for candidate in result.candidates:
        man, woman = candidate.people
        apart = np.linalg.norm((man.object_to_world - woman.object_to_world)[:2, 3])
        assert 0.3 < apart < 1.6
        nearest, _ = cKDTree(world_vertices(result, man)).query(world_vertices(result, woman))
        assert nearest.min() > 0.0
