"""Skin inside its own body: none at rest, all of what is pushed in, exactly what geometry says for simple parts."""

import numpy as np
import pytest
import trimesh

from backend.evaluation.bodies import Body
from backend.evaluation.self_penetration import parts_of, self_penetration


@pytest.mark.parametrize(
    "phenotype", [{}, {"age": 0.0}, {"weight": 1.0, "gender": 1.0}, {"age": 1.0, "muscle": 1.0}, {"gender": 0.0}]
)
def test_no_body_at_rest_is_inside_itself(posed, phenotype):
    assert self_penetration(posed({}, phenotype)).share == 0.0


def test_a_hand_in_the_belly_is_found_there(posed):
    """The upper arm hangs, the forearm goes across the trunk and the hand through it."""
    found = self_penetration(posed({"upperarm01.L": (0, 45, 0), "lowerarm01.L": (0, 0, -100)}))
    assert found.share > 0.02
    assert found.deepest > 0.02
    assert found.where.split(" in ")[0].endswith(".L") or found.where.split(" in ")[1].endswith(".L")


def test_bending_an_elbow_or_a_knee_folds_flesh_and_pierces_nothing(posed):
    assert self_penetration(posed({"lowerleg01.L": (100, 0, 0)})).share == 0.0
    assert self_penetration(posed({"lowerarm01.R": (-70, 0, 0)})).share == 0.0


def test_it_does_not_matter_where_the_body_is_and_which_way_round(posed):
    turns = {"upperarm01.L": (0, 45, 0), "lowerarm01.L": (0, 0, -100)}
    here, there = self_penetration(posed(turns)), self_penetration(posed(turns, at=(7.0, -3.0, 1.0)))
    assert there.share == pytest.approx(here.share, rel=0.01) and there.where == here.where
    turned = self_penetration(posed({**turns, "root": (0, 0, 90)}))
    assert turned.share == pytest.approx(here.share, rel=0.01)


def balls(first, second, distance):
    """Two unit balls of 642 vertices as two parts."""
    ball = trimesh.creation.icosphere(subdivisions=3)
    vertices = np.concatenate([ball.vertices, ball.vertices + [distance, 0, 0]])
    triangles = np.concatenate([ball.faces, ball.faces + len(ball.vertices)])
    return Body(vertices, triangles, [first] * len(ball.vertices) + [second] * len(ball.vertices))


def test_two_balls_share_exactly_the_vertices_within_both():
    body = balls("wrist.L", "upperleg01.L", 1.4)
    ball = trimesh.creation.icosphere(subdivisions=3)  # convex: inside is behind all faces
    outwards = (ball.vertices + [1.4, 0, 0]) @ ball.face_normals.T - (ball.triangles[:, 0] * ball.face_normals).sum(1)
    within = 2 * (outwards.max(axis=1) < 0).sum()
    found = self_penetration(body)
    assert found.share == pytest.approx(within / len(body.vertices), abs=4 / len(body.vertices))
    assert found.deepest == pytest.approx(0.6, abs=0.02)
    assert self_penetration(balls("wrist.L", "upperleg01.L", 2.1)).share == 0.0


def test_neighbours_may_fold_into_one_another():
    assert self_penetration(balls("upperleg01.L", "lowerleg01.L", 1.4)).share == 0.0
    assert self_penetration(balls("upperleg01.L", "lowerleg01.R", 1.4)).share > 0.0


def test_a_part_that_was_cut_from_its_neighbours_is_closed_again():
    """A tube of three parts; a small ball in the middle of the second is inside it, not outside of an open pipe."""
    tube = trimesh.creation.cylinder(0.3, 3.0, sections=24).subdivide_to_size(0.25)
    height = tube.vertices[:, 2]
    bones = np.where(height < -0.5, "upperarm01.L", np.where(height < 0.5, "lowerarm01.L", "wrist.L"))
    ball = trimesh.creation.icosphere(subdivisions=2, radius=0.1)
    for middle, inside in ((0.0, True), (1.2, True), (2.0, False)):
        vertices = np.concatenate([tube.vertices, ball.vertices + [0, 0, middle]])
        triangles = np.concatenate([tube.faces, ball.faces + len(tube.vertices)])
        found = self_penetration(Body(vertices, triangles, [*bones, *["foot.R"] * len(ball.vertices)]))
        expected = len(ball.vertices) / len(vertices) if inside else 0.0
        assert found.share == pytest.approx(expected), middle


def test_every_bone_of_the_skin_belongs_to_a_part(posed):
    part, names = parts_of(posed.bones)
    outside = {bone for bone, number in zip(posed.bones, part, strict=True) if number < 0}
    assert outside == {"eye.L", "eye.R"}
    assert {"hand.L", "fingertip 3.R", "belly", "thigh.L"} <= set(names)
