"""Whatever the volume, the mesh is closed, a manifold, wound outwards and of the size that was asked for."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from backend.shapes.decimate import decimate
from backend.shapes.marching import surface
from backend.shapes.meshing import Parameters, SolidMesh, mesh_of, placed
from backend.shapes.soundness import flaws, pieces, volume
from protocol.errors import NoShape

RESOLUTION = 32
GRID = (np.stack(np.meshgrid(*[np.arange(RESOLUTION)] * 3, indexing="ij"), -1) + 0.5) / RESOLUTION
PLACE = st.tuples(*[st.floats(0.3, 0.7)] * 3)


def ball(center, radius):
    return (np.linalg.norm(GRID - np.array(center), axis=-1) - radius).astype(np.float32)


def box(low, high):
    low, high = np.array(low), np.array(high)
    out = np.abs(GRID - (low + high) / 2) - (high - low) / 2
    far = np.linalg.norm(np.maximum(out, 0), axis=-1)
    return (far + np.minimum(out.max(-1), 0)).astype(np.float32)


@settings(deadline=None, max_examples=60)
@given(hnp.arrays(np.float32, (4, 5, 6), elements=st.floats(-1, 1, width=32)))
def test_any_values_at_all_give_a_sound_surface(values):
    padded = np.pad(values, 1, constant_values=1.0)
    vertices, triangles = surface(padded)
    if (values < 0).any():
        assert not flaws(vertices, triangles)
    else:
        assert len(triangles) == 0


@settings(deadline=None, max_examples=12)
@given(st.lists(st.tuples(PLACE, st.floats(0.1, 0.25)), min_size=1, max_size=5), st.integers(200, 3000))
@example(
    [((x, y, z), 0.125) for x, y, z in ((0.5, 0.5, 0.5), (0.5, 0.5, 0.625), (0.625, 0.625, 0.5), (0.625, 0.3125, 0.5))],
    200,
)
def test_blobs_become_sound_meshes_of_their_volume(blobs, faces):
    field = np.min([ball(*blob) for blob in blobs], axis=0)
    mesh = mesh_of(field, Parameters(faces=faces))
    assert not flaws(mesh.vertices, mesh.triangles)
    assert len(mesh.triangles) <= faces
    cell = 1 / RESOLUTION
    filled = np.clip(0.5 - field / cell, 0, 1).mean()  # the share of each cell, near enough
    whole = mesh_of(field, Parameters(faces=10**6))
    inside = volume(whole.vertices, whole.triangles)
    assert inside == pytest.approx(filled, rel=0.08)
    # What flat triangles cut off round balls halves as their number doubles.
    assert volume(mesh.vertices, mesh.triangles) == pytest.approx(inside, rel=0.02 + 16 / faces)


def test_a_ball_is_where_it_was():
    mesh = mesh_of(ball((0.5, 0.45, 0.55), 0.3))
    radii = np.linalg.norm(mesh.vertices - np.array([0.5, 0.45, 0.55]), axis=1)
    assert np.abs(radii - 0.3).max() < 0.15 / RESOLUTION


def test_a_solid_that_the_border_cuts_is_closed_there():
    mesh = mesh_of(ball((0.5, 0.5, 0.0), 0.4))
    assert not flaws(mesh.vertices, mesh.triangles)
    assert -0.5 / RESOLUTION < mesh.vertices[:, 2].min() < 0.5 / RESOLUTION


def test_crumbs_go_and_larger_pieces_stay():
    field = np.minimum(ball((0.35, 0.5, 0.5), 0.22), ball((0.8, 0.5, 0.5), 0.14))
    field = np.minimum(field, ball((0.75, 0.15, 0.15), 0.04))
    mesh = mesh_of(field)
    assert pieces(mesh.triangles, len(mesh.vertices))[0] == 2
    assert mesh.vertices[:, 1].min() > 0.25


def test_hollows_that_nobody_sees_are_filled():
    shell = np.maximum(ball((0.5, 0.5, 0.5), 0.4), -ball((0.5, 0.5, 0.5), 0.25))
    mesh = mesh_of(shell)
    assert pieces(mesh.triangles, len(mesh.vertices))[0] == 1
    assert volume(mesh.vertices, mesh.triangles) == pytest.approx(4 / 3 * np.pi * 0.4**3, rel=0.03)


@pytest.mark.parametrize("shift", [0.0, 0.25, 0.5, 0.75])
def test_a_leg_thinner_than_a_cell_is_not_torn(shift):
    """It passes between the samples, which are all outside it."""
    cell = 1 / RESOLUTION
    middle = 0.3 + shift * cell
    leg = box((middle - 0.2 * cell, middle - 0.2 * cell, 0.1), (middle + 0.2 * cell, middle + 0.2 * cell, 0.8))
    top = box((0.2, 0.2, 0.75), (0.8, 0.8, 0.85))
    mesh = mesh_of(np.minimum(leg, top))
    assert pieces(mesh.triangles, len(mesh.vertices))[0] == 1
    assert mesh.vertices[:, 2].min() == pytest.approx(0.1, abs=cell)
    below = mesh.vertices[mesh.vertices[:, 2] < 0.7]
    assert np.ptp(below[:, :2], axis=0).max() < 2.5 * cell


def test_a_thick_box_is_not_thickened():
    mesh = mesh_of(box((0.2, 0.3, 0.25), (0.8, 0.7, 0.7)))
    assert mesh.vertices.min(0) == pytest.approx([0.2, 0.3, 0.25], abs=0.3 / RESOLUTION)
    assert mesh.vertices.max(0) == pytest.approx([0.8, 0.7, 0.7], abs=0.3 / RESOLUTION)


@pytest.mark.parametrize("field", [np.ones((16,) * 3), np.full((16,) * 3, np.nan)], ids=["open space", "not a number"])
def test_an_empty_volume_is_said(field):
    with pytest.raises(NoShape):
        mesh_of(field)


def test_placed_has_its_base_at_the_origin():
    mesh = placed(mesh_of(box((0.2, 0.3, 0.25), (0.8, 0.7, 0.7))), 1.5)
    low, high = mesh.vertices.min(0), mesh.vertices.max(0)
    assert (high - low).max() == pytest.approx(1.5, abs=1e-5)
    assert [low[0] + high[0], low[1] + high[1], low[2]] == pytest.approx([0, 0, 0], abs=1e-5)


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 2**31), st.sampled_from([100, 400, 1500]))
def test_decimation_never_tears_the_wildest_surface(seed, faces):
    values = np.pad(np.random.default_rng(seed).normal(size=(8, 8, 8)), 1, constant_values=1.0)
    vertices, triangles = decimate(*surface(values), faces)
    assert not flaws(vertices, triangles)


def test_decimation_keeps_flat_sides_flat():
    mesh = SolidMesh(*surface(np.pad(64 * box((0.2, 0.2, 0.2), (0.8, 0.8, 0.8)), 1, constant_values=9.0)))
    vertices, triangles = decimate(mesh.vertices, mesh.triangles, 200)
    assert len(triangles) <= 200
    assert volume(vertices, triangles) == pytest.approx(volume(mesh.vertices, mesh.triangles), rel=0.005)


TETRAHEDRON = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [0, 3, 2]])
CORNERS = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)


def test_a_sound_mesh_has_no_flaws():
    assert flaws(CORNERS, TETRAHEDRON) == []


@pytest.mark.parametrize(
    ("vertices", "triangles", "flaw"),
    [
        (CORNERS, TETRAHEDRON[:0], "empty"),
        (CORNERS, TETRAHEDRON[:3], "not closed"),
        (CORNERS, TETRAHEDRON[:, ::-1], "inwards"),
        (CORNERS, np.concatenate([TETRAHEDRON, TETRAHEDRON]), "twice in one direction"),
        (np.full((4, 3), np.nan), TETRAHEDRON, "finite"),
        (CORNERS, TETRAHEDRON + 1, "range"),
        (
            np.concatenate([CORNERS, -CORNERS[1:]]),  # two that share a corner
            np.concatenate([TETRAHEDRON, np.array([0, 4, 5, 6])[TETRAHEDRON[:, ::-1]]]),
            "rings",
        ),
    ],
)  # fmt: skip
def test_each_flaw_is_named(vertices, triangles, flaw):
    assert flaw in " ".join(flaws(vertices, triangles))
