"""Furniture made of arrays: closed where it should be, as large as real furniture, and where it should stand."""

import numpy as np
import pytest
import trimesh

from backend.bench.places import living_room
from backend.evaluation.living_room import furniture
from backend.evaluation.living_room.shapes import box, rod, rotation, rounded_box, sheet, turned_profile


def as_mesh(piece):
    quads = np.asarray(piece.faces)
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[quads[:, 2] != quads[:, 3]][:, [0, 2, 3]]])
    return trimesh.Trimesh(piece.vertices, triangles, process=True)


@pytest.mark.parametrize("puff", [0.0, 0.02])
def test_a_rounded_box_is_closed_wound_outwards_and_as_large_as_asked(puff):
    piece = rounded_box(0.8, 0.6, 0.2, "cloth", radius=0.04, puff=puff)
    mesh = as_mesh(piece)
    assert mesh.is_watertight and mesh.is_winding_consistent
    plain = 0.8 * 0.6 * 0.2
    assert (0.9 * plain < mesh.volume < plain) if puff == 0 else (0.9 * plain < mesh.volume < 1.5 * plain)
    np.testing.assert_allclose(mesh.extents, np.array([0.8, 0.6, 0.2]) + 2 * puff, atol=1e-4)


def test_a_box_with_hardly_round_edges_has_flat_faces():
    piece = box(1.0, 1.0, 1.0, "oak", radius=0.004)
    top = piece.vertices[piece.vertices[:, 2] > 0.4999]
    assert np.ptp(top[:, 0]) > 0.98 and np.ptp(top[:, 2]) < 1e-4


def test_turned_shapes_and_rods_are_closed_and_wound_outwards():
    for piece in (
        turned_profile([(0.0, 0.0), (0.1, 0.0), (0.1, 0.5), (0.0, 0.5)], "clay"),
        rod((0, 0, 0), (1, 2, 0.5), 0.05, "oak", end_radius=0.02),
    ):
        mesh = as_mesh(piece)
        mesh.merge_vertices(merge_tex=True, digits_vertex=6)
        mesh.update_faces(mesh.nondegenerate_faces())
        assert mesh.is_watertight and mesh.volume > 0


def test_a_sheet_with_thickness_is_closed():
    across, down = np.meshgrid(np.linspace(0, 1, 5), np.linspace(0, 1, 4))
    piece = sheet(np.stack([across, 0 * across, 1 - down], axis=-1), "linen", thickness=0.01)
    mesh = as_mesh(piece)
    assert mesh.is_watertight and abs(mesh.volume) == pytest.approx(0.01)


def test_rotation_turns_counter_clockwise_about_each_axis():
    np.testing.assert_allclose(rotation(0, 0, 90) @ [1, 0, 0], [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(rotation(90, 0, 0) @ [0, 1, 0], [0, 0, 1], atol=1e-12)
    np.testing.assert_allclose(rotation(0, 90, 0) @ [0, 0, 1], [1, 0, 0], atol=1e-12)


@pytest.mark.parametrize(
    ("pieces", "seat"),
    [(furniture.sofa(), (0.42, 0.46)), (furniture.armchair(), (0.40, 0.45))],
    ids=["sofa", "armchair"],
)
def test_seats_are_as_high_as_seats_are_and_everything_stands_on_the_floor(pieces, seat):
    vertices = np.concatenate([piece.vertices for piece in pieces])
    assert abs(vertices[:, 2].min()) < 0.01
    middle = vertices[(np.abs(vertices[:, 0]) < 0.12) & (np.abs(vertices[:, 1] + 0.1) < 0.12)]
    assert seat[0] < middle[:, 2].max() < seat[1]
    back = vertices[vertices[:, 2] > 0.75]
    assert len(back) and back[:, 1].min() > 0.1  # the backrest is behind, the front towards −Y


def test_books_stay_inside_their_shelf():
    pieces = furniture.bookshelf(np.random.default_rng(7))
    vertices = np.concatenate([piece.vertices for piece in pieces])
    np.testing.assert_allclose(np.ptp(vertices, axis=0), (0.95, 0.3, 1.9), atol=0.02)


def test_the_place_without_blender_is_a_valid_snapshot():
    snapshot, meshes = living_room()
    assert {item.name for item in snapshot.objects} >= {"floor", "sofa", "armchair"}
    for item in snapshot.objects:
        mesh = meshes[item.mesh]
        assert mesh.vertices.dtype == np.float32 and mesh.triangles.dtype == np.int32
        assert mesh.triangles.max() < len(mesh.vertices)
