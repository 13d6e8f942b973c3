"""Who bears the weight, how safely, and how far things float, in places simple enough for pencil and paper."""

import numpy as np
import pytest
import trimesh
from hypothesis import given
from hypothesis import strategies as st

from backend.evaluation.bodies import Body
from backend.evaluation.carrying import FAR, base_margin
from backend.evaluation.metrics import Place, carrying_of, read

SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.5, 0.5]])


def box(size, at):
    return trimesh.creation.box(size).apply_translation(at)


def body(*meshes):
    whole = trimesh.util.concatenate([mesh.subdivide_to_size(0.04) for mesh in meshes])
    return Body(np.array(whole.vertices), np.array(whole.faces), ["spine01"] * len(whole.vertices))


def place(**meshes):
    corners = [mesh.triangles for mesh in meshes.values()]
    return Place(tuple(meshes), np.concatenate(corners).astype(np.float32),
                 np.repeat(np.arange(len(corners)), [len(own) for own in corners]))  # fmt: skip


def held(what, where):
    def solid(points):  # all pieces of these places are boxes
        inside = np.zeros(len(points), bool)
        for index in range(len(where.names)):
            corners = where.corners[where.object_index == index].reshape(-1, 3)
            inside |= np.all((points > corners.min(0)) & (points < corners.max(0)), axis=1)
        return np.where(inside, -1e-6, 1.0)

    return carrying_of(what, where, read(what, where, solid))


FLOOR = box((10, 10, 0.2), (0, 0, -0.1))


def test_margin_is_the_distance_to_the_rim_with_its_sign():
    assert base_margin(np.array([0.5, 0.5]), SQUARE) == pytest.approx(0.5)
    assert base_margin(np.array([0.9, 0.5]), SQUARE) == pytest.approx(0.1)
    assert base_margin(np.array([1.3, 0.5]), SQUARE) == pytest.approx(-0.3)
    assert base_margin(np.array([1.3, 1.4]), SQUARE) == pytest.approx(-0.5)


def test_a_line_or_a_point_has_no_inside():
    line = np.array([[0.0, 0.0], [0.5, 0.0], [2.0, 0.0]])
    assert base_margin(np.array([1.0, 0.3]), line) == pytest.approx(-0.3)
    assert base_margin(np.array([3.0, 0.0]), line) == pytest.approx(-1.0)
    assert base_margin(np.array([3.0, 4.0]), np.zeros((1, 2))) == pytest.approx(-5.0)
    assert base_margin(np.zeros(2), np.zeros((0, 2))) == -FAR


@given(st.floats(-2, 2), st.floats(-2, 2), st.floats(0, 6.28))
def test_margin_does_not_depend_on_where_the_world_s_axes_are(x, y, angle):
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    point = np.array([x, y])
    assert base_margin(turn @ point, SQUARE @ turn.T) == pytest.approx(base_margin(point, SQUARE), abs=1e-7)


def test_a_box_on_the_floor_is_balanced_by_half_its_width():
    found = held(body(box((0.4, 0.8, 0.3), (0, 0, 0.15))), place(floor=FLOOR))
    assert found.margin == pytest.approx(0.2, abs=1e-6)
    assert found.loads == {0: pytest.approx(1.0)} and found.floating == 0.0


def test_a_box_that_hangs_over_the_edge_tips_by_what_it_hangs_over():
    table = box((1.0, 1.0, 1.0), (-0.5, 0, 0.5))  # ends at x = 0
    found = held(body(box((0.8, 0.4, 0.2), (0.08, 0, 1.1))), place(floor=FLOOR, table=table))
    assert found.margin == pytest.approx(-0.08, abs=0.04)  # contacts are vertices, 4 cm apart
    assert list(found.loads) == [1]


def test_loads_are_those_of_a_lever():
    """Three quarters of the volume stand on one block, a quarter on the other."""
    blocks = place(left=box((0.4, 0.4, 0.5), (-1, 0, 0.25)), right=box((0.4, 0.4, 0.5), (1, 0, 0.25)))
    what = body(box((0.2, 0.2, 0.9), (-1, 0, 0.95)), box((0.2, 0.2, 0.3), (1, 0, 0.65)))
    found = held(what, blocks)
    assert found.loads[0] == pytest.approx(0.75, abs=0.01) and found.loads[1] == pytest.approx(0.25, abs=0.01)


def test_the_seat_carries_the_sitter_though_the_feet_have_the_larger_area():
    seat = box((0.5, 0.5, 0.4), (0, 0, 0.2))
    trunk, legs = box((0.2, 0.2, 0.8), (0, 0, 0.8)), box((0.5, 0.5, 0.02), (0.7, 0, 0.01))
    found = held(body(trunk, legs), place(floor=FLOOR, seat=seat))
    # The mass centre is 9.5 cm before the seat's middle, the feet begin 45 cm before it, the seat's skin ends at 10 cm.
    assert 1 - (0.095 + 0.1) / (0.45 + 0.1) < found.loads[1] < 1


def test_floating_is_the_clearance_below_not_the_distance_to_a_wall():
    wall = box((0.2, 4, 4), (0.35, 0, 2))  # from x = 0.25 on
    found = held(body(box((0.4, 0.4, 0.4), (0, 0, 0.5))), place(floor=FLOOR, wall=wall))
    assert found.floating == pytest.approx(0.3, abs=1e-5)
    assert found.loads == {} and found.margin == -FAR


def test_a_little_inside_the_floor_does_not_float():
    assert held(body(box((0.4, 0.4, 0.4), (0, 0, 0.195))), place(floor=FLOOR)).floating == 0.0


def test_a_wall_carries_nobody_but_widens_the_base_of_who_leans_on_it():
    wall = box((0.2, 4, 4), (0.4, 0, 2))  # from x = 0.3 on
    what = body(box((0.2, 0.4, 0.2), (0, 0, 0.1)), box((0.2, 0.4, 0.4), (0.2, 0, 1.2)))
    where = place(floor=FLOOR, wall=wall)
    reading = read(what, where, lambda points: np.ones(len(points)))
    alone = carrying_of(what, where, reading)
    leaning = carrying_of(what, where, reading, np.ones(len(what.vertices), bool))
    assert list(alone.loads) == list(leaning.loads) == [0]
    assert alone.margin < 0 < leaning.margin
