"""Of several things of one name the one with room is meant; where all have as much of it, any of them is."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "place"))
import shapes

from backend.fitting.naming import named
from backend.fitting.roominess import nearest_box
from backend.place.clearance import free_around


def _objects(scene, match):
    return {scene.objects[index].name for index in match.objects}


def _bench(x, y=0.0):
    return shapes.box((x - 0.8, y - 0.25, 0), (x + 0.8, y + 0.25, 0.45))


def _crates(x, *, high):
    """Around a bench at x, with passages too narrow to stand in."""
    return {
        "crate_a": shapes.box((x - 1.9, 0.45, 0), (x + 1.9, 1.6, high)),
        "crate_b": shapes.box((x - 1.9, -1.6, 0), (x + 1.9, -0.45, high)),
    }


@pytest.mark.parametrize("boxed", ["bench_left", "bench_right"])
@pytest.mark.parametrize("high", [0.6, 2.0])
def test_of_two_benches_the_one_that_is_not_boxed_in(boxed, high):
    parts = {"floor": shapes.floor(), "bench_left": _bench(-2.2), "bench_right": _bench(2.2)}
    parts |= _crates(-2.2 if boxed == "bench_left" else 2.2, high=high)
    scene = shapes.scene(parts)
    found = named("bench", scene, None, "")
    assert _objects(scene, found) == {"bench_left", "bench_right"} - {boxed}


@pytest.mark.parametrize("obstructed", ["wall_a", "wall_b"])
def test_of_two_walls_the_one_with_an_open_front(obstructed):
    parts = {
        "floor": shapes.box((-3, -3, -0.1), (3, 3, 0)), "wall_a": shapes.box((-3, 3, 0), (3, 3.1, 2.6)),
        "wall_b": shapes.box((3, -3, 0), (3.1, 3, 2.6)),
    }  # fmt: skip
    cupboards = {"wall_a": ((-2.8, 2.2, 0), (1.6, 2.9, 0.9)), "wall_b": ((2.2, -2.8, 0), (2.9, 1.6, 0.9))}
    scene = shapes.scene(parts | {"dresser": shapes.box(*cupboards[obstructed])})
    found = named("wall", scene, None, "")
    assert _objects(scene, found) == {"wall_a", "wall_b"} - {obstructed}


def test_of_three_trees_those_without_a_hedge():
    parts = {"ground": shapes.floor(12.0)}
    for k, x in enumerate((-5, 0, 5)):
        parts[f"tree_{k}"] = shapes.box((x - 0.2, -0.2, 0), (x + 0.2, 0.2, 4))
    parts["hedge"] = shapes.join(
        shapes.box((-1.2, -1.2, 0), (-0.5, 1.2, 1.3)), shapes.box((0.5, -1.2, 0), (1.2, 1.2, 1.3)),
        shapes.box((-0.5, 0.5, 0), (0.5, 1.2, 1.3)),
    )  # fmt: skip
    scene = shapes.scene(parts)
    found = named("tree", scene, None, "")
    assert _objects(scene, found) == {"tree_0", "tree_2"}
    assert len(found.choices) == 2


def test_things_with_as_much_room_stay_alternatives():
    scene = shapes.scene({"floor": shapes.floor(), "bench_1": _bench(-2), "bench_2": _bench(2)})
    assert _objects(scene, named("bench", scene, None, "")) == {"bench_1", "bench_2"}


def test_a_cursor_or_a_selection_says_which_one():
    parts = {"floor": shapes.floor(), "bench_1": _bench(-2.2), "bench_2": _bench(2.2), **_crates(2.2, high=0.6)}
    scene = shapes.scene(parts)
    assert _objects(scene, named("bench", scene, np.array([2.2, 0, 0]), "")) == {"bench_2"}
    assert _objects(scene, named("bench", scene, None, "bench_2")) == {"bench_2"}


def test_free_floor_is_a_share_of_the_floor_that_there_is():
    """Half of the bench's surroundings have no floor; what is left is free, but for what a low wall hides."""
    parts = {"floor": shapes.box((-4, -4, -0.1), (4, 0.25, 0)), "bench": _bench(0)}
    scene = shapes.scene(parts)
    assert free_around(scene, (1,)) == pytest.approx(1.0)
    screen = shapes.quad((-3, -0.5, 0), (3, -0.5, 0), (3, -0.5, 1.5), (-3, -0.5, 1.5))
    assert free_around(shapes.scene(parts | {"screen": screen}), (1,)) < 0.5


def test_places_are_measured_against_the_thing_that_they_are_at():
    scene = shapes.scene({"floor": shapes.floor(), "bench_1": _bench(-2), "bench_2": _bench(2)})
    both = named("bench", scene, None, "")
    low, high = nearest_box(torch.tensor([[-1.5, 1.0, 0.0], [1.0, -1.0, 0.0]]), both, scene)
    assert low[:, 0].tolist() == pytest.approx([-2.8, 1.2])
    assert high[:, 0].tolist() == pytest.approx([-1.2, 2.8])
