"""The judge's figures on bodies and places simple enough to know them by heart."""

import numpy as np
import pytest
import trimesh

from backend.evaluation.metrics import FAR, Body, Metrics, Place, centre_of_mass, measure, overlaps
from backend.evaluation.parts import part_masks
from backend.evaluation.piercing import cut
from backend.evaluation.winding import winding_number
from protocol.errors import RequestInvalid


def ball(x=0.0, z=0.5, radius=0.5, bone="spine01"):
    mesh = trimesh.creation.icosphere(subdivisions=4, radius=radius)
    return Body(mesh.vertices + [x, 0, z], np.array(mesh.faces), [bone] * len(mesh.vertices))


def place():
    """A floor at z = 0 (a slab) and a block standing on it from x = 1 on."""
    floor = trimesh.creation.box((10, 10, 0.2)).apply_translation((0, 0, -0.1)).triangles
    block = trimesh.creation.box((1, 1, 1)).apply_translation((1.5, 0, 0.5)).triangles
    return Place(("floor", "block"), np.concatenate([floor, block]).astype(np.float32), np.repeat([0, 1], 12))


def solid(points):
    in_floor = points[:, 2] < 0
    in_block = (np.abs(points[:, 0] - 1.5) < 0.5) & (np.abs(points[:, 1]) < 0.5) & (points[:, 2] < 1)
    return np.where(in_floor | in_block, -1e-6, 1.0)


def test_a_ball_on_the_floor_is_good():
    found = measure(ball(), place(), solid, support="floor")
    assert found.failures() == ()
    assert found.support == "floor"
    assert found.outside == 1.0 and found.deepest == 0.0
    assert found.support_gap == pytest.approx(0.0, abs=1e-6)
    assert found.overbalance < 0.02


def test_a_ball_above_the_floor_floats_by_exactly_that_much():
    found = measure(ball(z=0.54), place(), solid, support="floor")
    assert found.gap == pytest.approx(0.04, abs=1e-6)
    assert found.support_gap == pytest.approx(0.04, abs=1e-6)
    assert found.support == ""
    assert any("floats" in failure for failure in found.failures())


def test_depth_and_share_inside_are_those_of_the_cap_below_the_floor():
    body = ball(z=0.4)
    found = measure(body, place(), solid, support="floor")
    assert found.deepest == pytest.approx(0.1, abs=1e-6)
    assert found.outside == pytest.approx(np.mean(body.vertices[:, 2] >= 0))
    assert found.gap == 0.0 and found.support_gap == 0.0
    assert len(found.failures()) == 2


def test_standing_on_the_wrong_object_is_off_the_named_support():
    found = measure(ball(), place(), solid, support="block")
    assert found.support == "floor"
    assert found.support_gap == pytest.approx(0.5, abs=2e-3)
    assert found.failures()


def test_touching_a_wall_in_mid_air_is_floating():
    found = measure(ball(x=0.5, z=0.56), place(), solid)
    assert found.gap == pytest.approx(0.0, abs=2e-3)
    assert found.support == "" and found.failures() == ("nothing carries it",)


def test_standing_a_little_inside_the_floor_is_still_standing_on_it():
    assert measure(ball(z=0.495), place(), solid).support == "floor"


def test_an_object_that_is_not_there_is_far():
    assert measure(ball(), place(), solid, support="piano").support_gap == FAR


def test_touch_asks_the_named_part_and_every_side_of_a_plural():
    left, right = ball(x=0.5, radius=0.5, bone="wrist.L"), ball(x=-0.6, radius=0.5, bone="finger2-1.R")
    both = Body(np.concatenate([left.vertices, right.vertices]),
                np.concatenate([left.triangles, right.triangles + len(left.vertices)]),
                [*left.bones, *right.bones])  # fmt: skip
    assert measure(both, place(), solid, touch={"left_hand": "block"}).touch_gap == pytest.approx(0.0, abs=2e-3)
    assert measure(both, place(), solid, touch={"hands": "block"}).touch_gap == pytest.approx(1.0, abs=0.11)
    assert measure(both, place(), solid, touch={"hand": "block"}).touch_gap == pytest.approx(0.0, abs=2e-3)


def test_leaning_out_over_the_contacts_shows_as_overbalance():
    body = ball()
    stretched = Body(np.concatenate([body.vertices, ball(x=3.0, z=2.0).vertices]),
                     np.concatenate([body.triangles, body.triangles + len(body.vertices)]), body.bones * 2)  # fmt: skip
    assert measure(stretched, place(), solid).overbalance == pytest.approx(1.5, abs=0.1)


def test_centre_of_mass_is_that_of_the_volume_not_of_the_vertices():
    box = trimesh.creation.box((1, 1, 1)).subdivide().apply_translation((0, 0, 3))
    dense = trimesh.util.concatenate([box]).submesh([range(len(box.faces))], append=True)
    np.testing.assert_allclose(centre_of_mass(Body(dense.vertices, dense.faces, [])), (0, 0, 3), atol=1e-9)


def test_overlap_is_the_share_inside_the_other():
    apart = overlaps([ball(x=0), ball(x=2)])
    assert apart == (0.0, 0.0)
    inner, outer = overlaps([ball(radius=0.1), ball(radius=0.5)])
    assert inner == 1.0 and outer == 0.0


def test_failures_follow_the_limits():
    good = Metrics(0.99, 0.01, 0.0, "sofa", 0.005, None, 0.0)
    assert good.failures() == ()
    for change in (
        {"outside": 0.98},
        {"deepest": 0.03},
        {"gap": 0.02},
        {"support": ""},
        {"support_gap": 0.02},
        {"touch_gap": 0.02},
    ):
        assert len(Metrics(**{**vars(good), **change}).failures()) == 1


def test_part_names_pick_sides():
    bones = ["wrist.L", "wrist.R", "foot.L", "spine01", "toe1-1.R", "head"]
    assert [mask.tolist() for mask in part_masks("left_hand", bones)] == [[True, False, False, False, False, False]]
    assert len(part_masks("hands", bones)) == 2
    assert [mask.tolist() for mask in part_masks("feet", bones)] == [
        [False, False, True, False, False, False],
        [False, False, False, False, True, False],
    ]
    assert part_masks("back", bones)[0].tolist() == [False, False, False, True, False, False]
    with pytest.raises(RequestInvalid, match="tail"):
        part_masks("tail", bones)


def test_winding_number_tells_inside_from_outside():
    sphere = trimesh.creation.icosphere(subdivisions=2, radius=1.0)
    points = np.random.default_rng(1).uniform(-1.5, 1.5, (500, 3))
    points = points[np.abs(np.linalg.norm(points, axis=1) - 1) > 0.05]
    inside = winding_number(points, sphere.triangles) > 0.5
    np.testing.assert_array_equal(inside, np.linalg.norm(points, axis=1) < 1)


def test_a_thin_rod_through_the_body_pierces_it_though_no_vertex_is_inside_a_solid():
    rod = trimesh.creation.cylinder(0.005, 4.0).apply_translation((0, 0, 1.0)).triangles
    thin = Place(("rod",), rod.astype(np.float32), np.zeros(len(rod), int))
    found = measure(ball(), thin, lambda points: np.ones(len(points)))
    assert found.outside == 1.0
    assert found.pierced == pytest.approx(0.5, abs=0.02)
    assert measure(ball(x=0.6), thin, lambda points: np.ones(len(points))).pierced == 0.0


def test_resting_on_a_surface_does_not_pierce():
    assert measure(ball(z=0.497), place(), solid).pierced == 0.0


def test_cutting_bounds_the_edges_and_keeps_the_area_inside_the_box():
    corners = np.array([[[-5.0, -5, 0], [5, -5, 0], [5, 5, 0]], [[-5.0, -5, 0], [5, 5, 0], [-5, 5, 0]]])
    pieces = cut(corners, np.array([-0.5, -0.5, -1]), np.array([0.5, 0.5, 1]), 0.1)
    assert np.linalg.norm(pieces - np.roll(pieces, 1, axis=1), axis=2).max() <= 0.1
    area = np.linalg.norm(np.cross(pieces[:, 1] - pieces[:, 0], pieces[:, 2] - pieces[:, 0]), axis=1).sum() / 2
    assert 1.0 <= area < 1.5  # the unit square and the pieces that reach over its rim
