"""Supports on made-up seats of every kind, and on real ones."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
import shapes

from backend.place.field import Box, build_field
from backend.place.supports import Support, find_patches, find_supports

ROOM = Box((-1.1, -1.1, -0.15), (1.1, 1.1, 1.7))


def turned(part: shapes.Part, degrees: float, at: tuple[float, float] = (0, 0)) -> shapes.Part:
    angle = np.radians(degrees)
    matrix = np.eye(4)
    matrix[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    matrix[:2, 3] = at
    return shapes.turn(part, matrix)


def chair(lean: float = 0.1) -> shapes.Part:
    """Seat at 0.45 m, back at +Y leaning by `lean` metres, four thin legs."""
    legs = [shapes.box((x - 0.02, y - 0.02, 0), (x + 0.02, y + 0.02, 0.42)) for x in (-0.2, 0.2) for y in (-0.18, 0.18)]
    back = shapes.box((-0.2, 0.18, 0.45), (0.2, 0.22, 0.95))
    points = back[0].copy()
    points[:, 1] += lean * (points[:, 2] - 0.45) / 0.5
    return shapes.join(shapes.box((-0.22, -0.22, 0.42), (0.22, 0.22, 0.45)), (points, back[1]), *legs)


def supports_of(parts: dict[str, shapes.Part], name: str, box: Box = ROOM) -> list[Support]:
    scene = shapes.scene({"floor": shapes.floor(), **parts})
    index = next(item.index for item in scene.objects if item.name == name)
    return list(find_supports(scene, build_field(scene, box), [index]))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.floats(0, 360), st.floats(0, 0.2))
def test_a_chair_turned_any_way_faces_away_from_its_back(degrees, lean):
    seat = supports_of({"chair": turned(chair(lean), degrees)}, "chair")[0]
    assert seat.height == pytest.approx(0.45, abs=0.005)
    assert seat.area == pytest.approx(0.44 * 0.4, rel=0.15)
    angle = np.radians(degrees)
    assert seat.front is not None
    # The back is at +Y of the chair, so its front is its −Y.
    assert seat.front @ np.array([np.sin(angle), -np.cos(angle)]) > np.cos(np.radians(8))
    assert seat.free_height > 1.0
    assert seat.normal[2] > 0.99


def table(y: float) -> shapes.Part:
    """Its top at 0.74 m with an apron below, 1.2 × 0.7 m, the middle at (0, y)."""
    feet = [(x, y + side) for x in (-0.5, 0.5) for side in (-0.25, 0.25)]
    legs = [shapes.box((x - 0.03, y - 0.03, 0), (x + 0.03, y + 0.03, 0.71)) for x, y in feet]
    top = shapes.box((-0.6, y - 0.35, 0.71), (0.6, y + 0.35, 0.74))
    return shapes.join(top, shapes.box((-0.52, y - 0.27, 0.63), (0.52, y + 0.27, 0.71)), *legs)


@pytest.mark.parametrize("under", [0.0, 0.1, 0.2])
def test_the_table_that_a_chair_is_drawn_up_to_is_no_backrest(under):
    """`under`: metres of the seat that are below the table's top."""
    seat = supports_of({"chair": chair(), "table": table(-0.57 + under)}, "chair")[0]
    assert seat.front is not None and seat.front[1] < -0.98
    stool = {"stool": shapes.box((-0.2, -0.2, 0), (0.2, 0.2, 0.45)), "table": table(-0.55 + under)}
    assert supports_of(stool, "stool")[0].backs == ()


def test_a_stool_has_no_front_but_edges_all_round():
    stool = shapes.box((-0.2, -0.2, 0), (0.2, 0.2, 0.5))
    seat = supports_of({"stool": stool}, "stool")[0]
    assert seat.front is None and seat.backs == ()
    outwards = seat.edges / np.linalg.norm(seat.edges, axis=1, keepdims=True)
    assert (np.einsum("ij,ij->i", outwards, seat.edge_normals) > 0.6).all()
    assert {tuple(np.round(normal).astype(int)) for normal in seat.edge_normals} >= {(1, 0), (-1, 0), (0, 1), (0, -1)}
    assert seat.edge_distance.max() == pytest.approx(0.2, abs=0.03)


@pytest.mark.parametrize("gap", [0.01, 0.03, 0.05])
def test_slats_are_one_seat(gap):
    slats, y = [], -0.2
    while y < 0.2:
        slats.append(shapes.box((-0.6, y, 0.42), (0.6, y + 0.06, 0.445)))
        y += 0.06 + gap
    legs = [shapes.box((x - 0.03, -0.2, 0), (x + 0.03, 0.2, 0.42)) for x in (-0.5, 0.5)]
    found = supports_of({"bench": shapes.join(*slats, *legs)}, "bench")
    assert found[0].height == pytest.approx(0.445, abs=0.006)
    assert np.ptp(found[0].cells[:, 1]) > 0.33
    assert all(other.area < 0.05 for other in found[1:])


def test_a_sofa_of_pillows_is_one_seat_with_arms_that_are_no_backs():
    x, y = np.meshgrid(np.linspace(-0.8, 0.8, 65), np.linspace(-0.4, 0.3, 29), indexing="ij")
    height = 0.42 + 0.03 * np.abs(np.sin(np.pi * (x + 0.8) / 0.8)) * np.sin(np.pi * (y + 0.4) / 0.7)
    grid = np.arange(x.size).reshape(x.shape)
    a, b, c, d = (cut.ravel() for cut in (grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]))
    pillows = np.stack([x, y, height], -1).reshape(-1, 3), np.concatenate([np.c_[a, b, c], np.c_[a, c, d]])
    base = shapes.box((-0.8, -0.38, 0.1), (0.8, 0.3, 0.42))
    arms = [shapes.box((side * 0.9 - 0.1, -0.4, 0.1), (side * 0.9 + 0.1, 0.5, 0.66)) for side in (-1, 1)]
    back = shapes.box((-0.8, 0.3, 0.1), (0.8, 0.5, 0.85))
    seat = supports_of({"sofa": shapes.join(pillows, base, *arms, back)}, "sofa", Box((-1.4, -1, -0.1), (1.4, 1, 1.7)))[
        0
    ]
    assert 0.42 < seat.height < 0.455
    assert seat.area > 0.95
    assert len(seat.backs) == 1 and seat.backs[0][1] > 0.995


def test_a_bench_against_the_wall_is_leant_against_the_wall():
    bench = shapes.box((-0.6, 0.4, 0), (0.6, 0.8, 0.45))
    wall = shapes.box((-1.5, 0.82, 0), (1.5, 0.95, 2.5))
    seat = supports_of({"bench": bench, "wall": wall}, "bench")[0]
    assert seat.front is not None and seat.front[1] < -0.99
    assert (seat.edge_normals[:, 1] < 0.8).all(), "nobody's legs hang into the wall"


def test_floor_of_one_quad_under_and_around_a_table():
    table = shapes.join(
        shapes.box((-0.5, -0.4, 0.68), (0.5, 0.4, 0.72)), *[shapes.box((x, y, 0), (x + 0.05, y + 0.05, 0.68))
        for x in (-0.5, 0.45) for y in (-0.4, 0.35)],
    )  # fmt: skip
    scene = shapes.scene({"floor": shapes.floor(), "table": table})
    found = find_supports(scene, build_field(scene, ROOM))
    floor, top = found[0], found[1]
    assert (floor.name, top.name) == ("floor", "table")
    assert floor.height == pytest.approx(0, abs=1e-3) and top.height == pytest.approx(0.72, abs=1e-3)
    under = (np.abs(floor.cells) < 0.3).all(1)
    assert under.any()
    assert floor.free_heights[under].max() == pytest.approx(0.68, abs=0.03)
    assert floor.free_heights[~(np.abs(floor.cells) < 0.6).all(1)].min() > 1.4
    assert floor.backs == ()


def test_a_slope_too_steep_to_stand_on_is_no_support():
    def ramp(rise: float) -> shapes.Part:
        return shapes.quad((-0.7, -0.7, 0.1), (0.7, -0.7, 0.1), (0.7, 0.7, 0.1 + rise), (-0.7, 0.7, 0.1 + rise))

    assert supports_of({"ramp": ramp(0.4)}, "ramp")[0].area > 1.5
    assert supports_of({"ramp": ramp(1.8)}, "ramp") == []


def test_what_has_no_room_above_is_no_support():
    parts = {"shelf": shapes.join(*[shapes.box((-0.4, -0.2, z), (0.4, 0.2, z + 0.03)) for z in (0.2, 0.4, 0.9)])}
    heights = sorted(round(support.height, 2) for support in supports_of(parts, "shelf"))
    assert heights == [0.43, 0.93]


def test_supports_come_largest_first_and_points_lie_on_the_surface():
    scene = shapes.scene({"floor": shapes.floor(), "box": shapes.box((-0.3, -0.3, 0), (0.3, 0.3, 0.4))})
    field = build_field(scene, ROOM)
    found = find_supports(scene, field)
    assert [support.area for support in found] == sorted((support.area for support in found), reverse=True)
    import torch

    for support in found:
        inner = support.edge_distance > 0.03
        assert field.sample(torch.from_numpy(support.points[inner])).abs().max() < 0.002


def test_seats_of_the_real_living_room(living_room):
    names = {item.name: item.index for item in living_room.objects}
    sofa_field = build_field(living_room, living_room.box_of([names["sofa"]]).grown(0.5))
    sofa = find_supports(living_room, sofa_field, [names["sofa"]])[0]
    assert 0.34 < sofa.height < 0.46 and sofa.area > 0.9
    assert sofa.front is not None and sofa.front[1] < -0.98
    chair_field = build_field(living_room, living_room.box_of([names["office_chair"]]).grown(0.5))
    seat = find_supports(living_room, chair_field, [names["office_chair"]])[0]
    assert 0.45 < seat.height < 0.65 and seat.area > 0.15
    assert seat.front is not None and np.abs(seat.front).max() > 0.97


def test_seats_of_the_real_park(park):
    names = {item.name: item.index for item in park.objects}
    field = build_field(park, park.box_of([names["bench"]]).grown(0.5))
    bench = find_supports(park, field, [names["bench"]])[0]
    assert bench.height == pytest.approx(0.48, abs=0.01)
    assert np.ptp(bench.cells, axis=0) == pytest.approx([1.38, 0.46], abs=0.06)
    assert bench.front is not None and bench.front[1] < -0.99
    wall_box = park.box_of([names["low_wall"]])
    wall = find_supports(park, build_field(park, wall_box.grown(0.5)), [names["low_wall"]])[0]
    assert wall.height == pytest.approx(0.5, abs=0.005) and wall.front is None
    assert {1, -1} <= set(np.round(wall.edge_normals[:, 1]).astype(int))


def test_patches_are_the_same_as_supports_and_both_are_told_again():
    scene = shapes.scene({"floor": shapes.floor(), "chair": chair(), "stool": turned(chair(), 90, (0.7, 0.5))})
    field = build_field(scene, ROOM)
    for objects in (None, [1], [1, 2]):
        supports = find_supports(scene, field, objects)
        patches = find_patches(scene, field, objects)
        assert [(p.object, p.name, p.objects, p.height, p.area) for p in patches] == [
            (s.object, s.name, s.objects, s.height, s.area) for s in supports
        ]
        assert find_supports(scene, field, objects) is supports
    assert find_supports(scene, build_field(scene, ROOM), [1]) is not find_supports(scene, field, [1])
