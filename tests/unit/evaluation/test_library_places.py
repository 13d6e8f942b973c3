"""The library's places: sound geometry, supports where they are meant to be, and a reading for every interaction."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from backend.body.anchors import ACTIONS
from backend.body.interactions import BY_NAME, INTERACTIONS, SUPPORTS
from backend.body.overlays import OVERLAYS
from backend.evaluation.library.answers import read_frames, write_frames
from backend.evaluation.library.places import OWN_PLACES, PLACES, as_snapshot, place_for
from backend.evaluation.library.readings import reading_of
from backend.fitting.manners import anchors_for
from backend.fitting.setting import set_stage
from backend.place.box import Box
from backend.place.field import build_field
from backend.place.mounts import find_animal, find_vehicle
from backend.place.scene import Scene
from backend.place.supports import find_supports
from protocol.messages import HumansRequest

EVERY = {**PLACES, **OWN_PLACES}


def scene_of(name: str) -> Scene:
    return Scene.from_snapshot(*as_snapshot(EVERY[name]()))


def corners_of(name: str) -> np.ndarray:
    scene = scene_of(name)
    return scene.triangles_in(scene.box_of((1,)), (1,)).corners


def test_every_kind_of_support_has_a_place() -> None:
    assert set(PLACES) == set(SUPPORTS)
    assert set(OWN_PLACES) <= set(BY_NAME)


@pytest.mark.parametrize("name", EVERY)
def test_pieces_are_wound_outwards(name: str) -> None:
    """Each piece encloses a positive volume, so that light falls on its outside and normals mean something."""
    for own in EVERY[name]().things:
        for number, piece in enumerate(own.pieces):
            triangles = np.concatenate([piece.faces[:, [0, 1, 2]], piece.faces[:, [0, 2, 3]]])
            a, b, c = (piece.vertices[triangles[:, k]] for k in range(3))
            volume = np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6
            assert volume > 0, (own.name, number, piece.material, volume)


@pytest.mark.parametrize("name", EVERY)
def test_things_stand_on_the_floor(name: str) -> None:
    for own in scene_of(name).objects[1:]:
        assert own.world_bounds[0, 2] > -0.004, own.name
    things = scene_of(name).objects[1:]
    if things:
        assert min(own.world_bounds[0, 2] for own in things) < 0.015


@pytest.mark.parametrize(
    ("name", "heights"),
    [
        ("seat", [0.45]),
        ("bed", [0.52]),
        ("table", [0.74]),
        ("box", [0.45]),
        ("sitting astride", [0.45]),
        ("leaning on elbows", [1.08]),
        ("stairs", [0.17 * step for step in range(1, 7)]),
    ],
)
def test_supports_are_found_where_they_are_meant(name: str, heights: list[float]) -> None:
    scene = scene_of(name)
    box = scene.box_of((1,))
    field = build_field(scene, Box(box.minimum - [0.4, 0.4, 0.1], box.maximum + [0.4, 0.4, 0.9]), voxel=0.025)
    found = [own.height for own in find_supports(scene, field, (1,))]
    for height in heights:
        assert min(abs(own - height) for own in found) < 0.02, (height, found)


def test_a_bicycle_is_found_to_be_one() -> None:
    mount = find_vehicle(corners_of("bicycle"))
    assert mount is not None
    assert mount.forward @ [0.0, -1.0] > 0.99
    assert np.abs(mount.saddle - [0.0, 0.28, 0.965]).max() < 0.06
    assert np.abs(mount.left_grip - [0.285, -0.26, 1.02]).max() < 0.06
    assert np.abs(mount.right_grip - [-0.285, -0.26, 1.02]).max() < 0.06
    assert mount.left_pedal[2] - mount.right_pedal[2] > 0.25  # the left one is up


def test_a_motorcycle_is_found_to_be_one() -> None:
    mount = find_vehicle(corners_of("motorcycle"))
    assert mount is not None
    assert mount.forward @ [0.0, -1.0] > 0.99
    assert -0.05 < mount.saddle[1] < 0.45
    assert abs(mount.saddle[2] - 0.795) < 0.04
    assert np.abs(mount.left_grip - [0.33, -0.43, 1.055]).max() < 0.07
    assert np.abs(mount.left_pedal - [0.24, 0.14, 0.38]).max() < 0.06


def test_a_horse_is_sat_on_where_its_saddle_is() -> None:
    mount = find_animal(corners_of("horse"))
    assert mount is not None
    assert mount.forward @ [0.0, -1.0] > 0.99
    assert abs(mount.saddle[1] + 0.10) < 0.12
    assert abs(mount.saddle[2] - 1.44) < 0.03


@pytest.mark.parametrize("name", BY_NAME)
def test_every_interaction_has_a_reading_that_its_place_can_answer(name: str) -> None:
    interaction = BY_NAME[name]
    reading = reading_of(interaction)
    assert reading.action in ACTIONS
    assert len(reading.people) >= interaction.people
    assert all(overlay in OVERLAYS for overlay in reading.overlays)
    anchors = anchors_for(reading)
    assert anchors
    assert any(interaction.manner in own.name for own in anchors)
    place = place_for(interaction)
    snapshot, meshes = as_snapshot(place)
    scene = Scene.from_snapshot(snapshot, meshes)
    stage = set_stage(reading, scene, HumansRequest("", snapshot))
    names = {scene.objects[o].name for match in stage.support for o in match.objects}
    assert names == {place.carrying or "floor"}
    if reading.touches:
        assert {scene.objects[o].name for o in stage.touches[0].match.objects} == {place.touched}


def test_people_on_the_sheet_differ() -> None:
    shown = [reading_of(own).people[0].name for own in INTERACTIONS]
    assert len(set(shown)) >= 8
    assert all(one != following for one, following in pairwise(shown) if one != "Woman")


def test_frames_come_back_from_a_file(tmp_path) -> None:
    frames = [b"kind", bytearray(b"header"), memoryview(np.arange(5, dtype=np.float32)), b""]
    write_frames(tmp_path / "answer.bin", frames)
    assert read_frames(tmp_path / "answer.bin") == [bytes(memoryview(frame).cast("B")) for frame in frames]
