"""Which objects words mean: names as people and programs give them, pieces, kinds, colours, shapes, and nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
import shapes

from backend.language.nouns import TABLE, head_noun, is_a, kinds_of, known_nouns, noun_of, singular
from backend.place.colors import color_of
from backend.place.grounding import ground
from backend.place.names import read_name
from backend.place.scene import Scene
from protocol.errors import UnknownObject
from protocol.messages import Mesh, SceneObject, Snapshot

BLOCK = shapes.box((0, 0, 0), (0.5, 0.5, 0.5))


def scene_of(names: list[str], spacing: float = 3.0) -> Scene:
    """One block per name, in a row along x."""
    row = {}
    for number, name in enumerate(names):
        points, faces = BLOCK
        row[name] = (points + [spacing * number, 0, 0], faces)
    return shapes.scene(row)


def found(phrase: str, scene: Scene, near: np.ndarray | None = None) -> list[str]:
    return [match.name for match in ground(phrase, scene, near)]


@pytest.mark.parametrize(
    "name", ["sofa", "Sofa.001", "IKEA_couch", "SM_Couch_03", "LeatherSofa", "old-settee", "SOFA_A"]
)
@pytest.mark.parametrize("phrase", ["the sofa", "couch", "a settee"])
def test_a_sofa_by_any_name(name, phrase):
    assert found(phrase, scene_of(["floor", "lamp", name, "table"])) == [name]


@pytest.mark.parametrize(
    ("phrase", "names", "expected"),
    [
        ("the chair", ["chair_leg_cap", "office_chair", "table"], "office_chair"),
        ("the office chair", ["dining_chair", "office_chair"], "office_chair"),
        ("the bike", ["BMX_red", "car"], "BMX_red"),
        ("the car", ["Sedan.002", "bus"], "Sedan.002"),
        ("a seat", ["table", "Barstool"], "Barstool"),
        ("the lamp", ["table_lamp", "table"], "table_lamp"),
        ("the table", ["table_lamp", "kitchenTable"], "kitchenTable"),
        ("the lamp post", ["Lamppost_01", "desk lamp"], "Lamppost_01"),
        ("the low wall", ["wall_north", "low_wall"], "low_wall"),
        ("the shelves", ["Bookshelf", "bed"], "Bookshelf"),
        ("the benches", ["park-bench", "wall"], "park-bench"),
        ("the door", ["car_door", "Door_Main"], "Door_Main"),
        ("the fribble", ["Fribble_07", "sofa"], "Fribble_07"),
        ("the stove", ["fridge", "Oven"], "Oven"),
        ("the edge of the bed", ["bed", "sofa"], "bed"),
        ("the arm of the sofa", ["bed", "sofa"], "sofa"),
        ("the couhc", ["bed", "sofa"], "sofa"),
        ("the trunk of a tree", ["log_02", "oak"], "oak"),
        ("a tree trunk", ["log_02", "oak"], "log_02"),
        ("the glass of wine", ["wine_glass", "bottle"], "wine_glass"),
    ],
)
def test_the_best_match(phrase, names, expected):
    assert found(phrase, scene_of(names))[0] == expected


def test_pieces_of_one_thing_are_one_match():
    parts = {
        "coffee_table_top": shapes.box((-0.5, -0.3, 0.4), (0.5, 0.3, 0.44)),
        **{
            f"coffee_table_leg_{number}": shapes.box((x, y, 0), (x + 0.05, y + 0.05, 0.4))
            for number, (x, y) in enumerate([(-0.5, -0.3), (0.45, -0.3), (-0.5, 0.25), (0.45, 0.25)])
        },
        "floor": shapes.floor(),
    }
    (match,) = ground("the coffee table", shapes.scene(parts))
    assert match.name == "coffee_table" and match.objects == (0, 1, 2, 3, 4)
    assert found("the table", shapes.scene(parts)) == ["coffee_table"]


def test_two_things_with_the_same_piece_names_stay_two():
    parts = {}
    for number, x in enumerate((0.0, 5.0)):
        ending = f".{number:03d}" if number else ""
        parts[f"Chair_Seat{ending}"] = shapes.box((x, 0, 0.4), (x + 0.4, 0.4, 0.45))
        parts[f"Chair_Back{ending}"] = shapes.box((x, 0.4, 0.4), (x + 0.4, 0.45, 0.9))
    matches = ground("the chair", shapes.scene(parts), near=np.array([5.0, 0, 0]))
    assert [match.objects for match in matches] == [(2, 3), (0, 1)]


def test_pieces_join_the_whole_of_their_name():
    parts = {"Car": shapes.box((0, 0, 0.3), (4, 2, 1.5)), "Car_Wheel.001": shapes.box((0.2, 0, 0), (0.8, 0.2, 0.6))}
    (match,) = ground("the car", shapes.scene(parts))
    assert match.name == "Car" and match.objects == (0, 1)


def test_of_several_the_one_near_the_cursor_or_the_other_thing_mentioned():
    scene = scene_of(["wall_north", "lamp", "wall_south"], spacing=5.0)
    assert sorted(found("the wall", scene)) == ["wall_north", "wall_south"]
    assert found("the wall", scene, np.array([10, 1, 0]))[0] == "wall_south"
    assert found("the wall", scene, np.array([-1, 1, 0]))[0] == "wall_north"
    scene = scene_of(["chair.001", "stone", "window", "chair.002"])
    assert found("the chair by the window", scene)[0] == "chair.002"
    assert found("the chair next to the stone", scene)[0] == "chair.001"


def test_a_better_name_far_away_beats_a_worse_one_nearby():
    scene = scene_of(["car_door", "Door"], spacing=6.0)
    assert found("the door", scene, np.zeros(3))[0] == "Door"


def test_floors_are_found_by_name_and_tiles_are_one_floor():
    assert found("the ground", scene_of(["Floor", "sofa"]))[0] == "Floor"
    assert found("the floor", scene_of(["Terrain.001", "sofa"]))[0] == "Terrain.001"
    tiles = {f"floor_tile.{x}{y}": shapes.box((x, y, -0.1), (x + 1, y + 1, 0)) for x in range(3) for y in range(3)}
    (match,) = ground("the floor", shapes.scene(tiles))
    assert len(match.objects) == 9


def test_without_a_name_the_floor_is_the_large_low_thing():
    parts = {
        "Cube": shapes.box((-0.4, -0.4, 0), (0.4, 0.4, 0.9)),
        "Plane.003": shapes.floor(),
        "roof": shapes.floor(z=3),
    }
    assert found("the floor", shapes.scene(parts)) == ["Plane.003"]


def test_without_names_the_shape_tells_and_the_cursor_chooses():
    parts = {
        "Cube": shapes.box((-0.2, -0.2, 0), (0.2, 0.2, 0.45)),
        "Cube.001": shapes.box((2, 0, 0.7), (3.2, 0.8, 0.75)),
        "Cube.002": shapes.box((6, 0, 0), (6.4, 0.4, 0.45)),
        "Cube.003": shapes.box((-5, 4.9, 0), (5, 5, 2.6)),
        "Plane": shapes.floor(8),
    }
    scene = shapes.scene(parts)
    assert found("the chair", scene, np.array([6, 0, 0.0])) == ["Cube.002", "Cube"]
    assert found("the table", scene) == ["Cube.001"]
    assert found("the wall", scene) == ["Cube.003"]
    assert ground("the chair", scene)[0].how == "shape"
    with pytest.raises(UnknownObject):
        ground("the piano", scene)


def test_objects_with_names_are_not_taken_for_something_else():
    parts = {"crate": shapes.box((-0.2, -0.2, 0), (0.2, 0.2, 0.45)), "floor": shapes.floor()}
    with pytest.raises(UnknownObject):
        ground("the chair", shapes.scene(parts))


def test_collections_name_what_objects_do_not():
    mesh = {"m": Mesh("m", BLOCK[0].astype(np.float32), BLOCK[1].astype(np.int32))}
    places = [np.eye(4), np.eye(4)]
    places[1][0, 3] = 0.4
    white = np.ones(3, np.float32)
    objects = [SceneObject(f"Cube.{k:03d}", "m", place, white, ("Sofa",)) for k, place in enumerate(places)]
    scene = Scene.from_snapshot(Snapshot(tuple(objects), np.zeros(3, np.float32)), mesh)
    (match,) = ground("the sofa", scene)
    assert match.objects == (0, 1)


def test_colours_tell_equal_things_apart():
    colors = {"chair.001": (0.8, 0.1, 0.1), "chair.002": (0.1, 0.2, 0.8)}
    mesh = {"m": Mesh("m", BLOCK[0].astype(np.float32), BLOCK[1].astype(np.int32))}
    objects = tuple(SceneObject(n, "m", np.eye(4), np.array(c, np.float32)) for n, c in colors.items())
    scene = Scene.from_snapshot(Snapshot(objects, np.zeros(3, np.float32)), mesh)
    assert found("the blue chair", scene)[0] == "chair.002"
    assert found("the red chair", scene)[0] == "chair.001"


@pytest.mark.parametrize(
    ("color", "word"),
    [((1, 1, 1), "white"), ((0.02, 0.02, 0.02), "black"), ((0.5, 0.5, 0.5), "grey"), ((0.9, 0.1, 0.1), "red"),
     ((0.1, 0.6, 0.2), "green"), ((0.1, 0.2, 0.8), "blue"), ((0.45, 0.3, 0.15), "brown"), ((0.9, 0.85, 0.1), "yellow")],
)  # fmt: skip
def test_colour_words(color, word):
    assert word in color_of(np.array(color))


def test_what_is_not_there_is_named_with_what_is():
    with pytest.raises(UnknownObject) as error:
        ground("the grand piano", scene_of(["sofa", "Cube", "plant"]))
    assert "piano" in error.value.detail
    assert "sofa" in error.value.remedy and "plant" in error.value.remedy
    with pytest.raises(UnknownObject) as error:
        ground("the armchair", scene_of(["sofa", "plant", "office_chair"]))
    assert "Did you mean “office_chair”" in error.value.remedy
    with pytest.raises(UnknownObject) as error:
        ground("the harp", scene_of([f"crate.{k:03d}" for k in range(40)]))
    assert len(error.value.remedy) < 400 and "28 more" in error.value.remedy


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_any_text_finds_something_or_says_so(text):
    try:
        assert ground(text, scene_of(["sofa", "Cube", "floor"]))
    except UnknownObject as error:
        assert error.detail and error.remedy


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_any_name_can_be_read(name):
    named = read_name(name)
    assert named.meaningful == bool(named.words)


@given(st.sampled_from(sorted(set(known_nouns()))), st.sampled_from(["{}", "SM_{}_03", "{}.001", "my {}", "{}_low"]))
def test_every_noun_of_the_lexicon_is_found_in_a_name(noun, pattern):
    wanted = noun_of(noun.split())
    name = pattern.format(noun.replace(" ", "_"))
    assert head_noun(name) == wanted
    assert is_a(name, wanted)


def test_the_lexicon_is_sound():
    nouns = [line.partition(":")[0].strip() for line in TABLE.splitlines() if line and not line.startswith("#")]
    for noun in nouns:
        for kind in kinds_of(noun):
            assert kind in nouns, f"{noun} is a {kind}, which has no line"
            assert kind == noun or noun not in kinds_of(kind)
    assert len(set(known_nouns())) > 500


@pytest.mark.parametrize(
    ("plural", "expected"),
    [("sofas", "sofa"), ("benches", "bench"), ("shelves", "shelf"), ("glass", "glass"), ("bus", "bus"),
     ("boxes", "box"), ("grass", "grass"), ("cherries", "cherry"), ("chaise", "chaise"), ("houses", "house"),
     ("toys", "toy"),
    ],
)  # fmt: skip
def test_singular(plural, expected):
    assert singular(plural) == expected


def test_the_real_scenes(living_room, park):
    for phrase, name in {
        "the sofa": "sofa", "a couch": "sofa", "the office chair": "office_chair", "the coffee table": "coffee_table",
        "the counter": "counter", "the mug": "mug", "the plant": "plant", "the floor": "floor",
        "the wall next to the office chair": "wall_west",
    }.items():  # fmt: skip
        assert found(phrase, living_room)[0] == name
    for phrase, name in {
        "the bench": "bench", "the bicycle": "bike", "the car": "car", "the low wall": "low_wall", "the tree": "tree",
        "the ground": "ground", "the floor": "ground",
    }.items():  # fmt: skip
        assert found(phrase, park)[0] == name
    with pytest.raises(UnknownObject):
        ground("the sofa", park)
