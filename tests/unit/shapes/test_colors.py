"""The view is found again from a silhouette; what is seen takes the picture's colours, the rest those that fit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.shapes.colors import PLAIN, colored, vertex_normals, visible
from backend.shapes.cutout import resized
from backend.shapes.meshing import Parameters, mesh_of
from backend.shapes.portrayal import GROUND, portrayed
from backend.shapes.viewing import View, find_view, framing, outline_box, silhouette, surface_points

COUNT = 32
GRID = (np.stack(np.meshgrid(*[np.arange(COUNT)] * 3, indexing="ij"), -1) + 0.5) / COUNT
SIDE = 200


def box(low, high):
    out = np.abs(GRID - (np.array(low) + high) / 2) - (np.array(high) - low) / 2
    far = np.linalg.norm(np.maximum(out, 0), axis=-1)
    return (far + np.minimum(out.max(-1), 0)).astype(np.float32)


def seat():
    """A chair: seat, back at +Y, four legs; alike left and right."""
    pieces = [box((0.25, 0.2, 0.42), (0.75, 0.7, 0.52)), box((0.25, 0.62, 0.45), (0.75, 0.72, 0.95))]
    for x in (0.25, 0.67):
        pieces += [box((x, y, 0.05), (x + 0.08, y + 0.08, 0.47)) for y in (0.2, 0.62)]
    return np.min(pieces, axis=0)


@pytest.fixture(scope="module")
def chair():
    return mesh_of(seat(), Parameters(faces=3000))


def picture_of(mesh, view, colors=None):
    """A cut-out as a camera there would give it."""
    colors = np.full((len(mesh.vertices), 3), 0.6, np.float32) if colors is None else colors
    picture = portrayed(mesh.vertices, mesh.triangles, colors, view, SIDE)
    alpha = np.where((picture == np.array(GROUND, np.uint8)).all(2), 0, 255).astype(np.uint8)
    return np.dstack([picture, alpha])


def turned(first, second):
    return abs((first - second + np.pi) % (2 * np.pi) - np.pi)


def test_the_axes_of_a_view():
    front, right = View(0.0, 0.0), View(np.pi / 2, 0.0)
    assert front.axes == pytest.approx(np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]]), abs=1e-9)  # towards −Y
    assert right.axes == pytest.approx(np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]]), abs=1e-9)  # towards +X
    for view in (View(1.0, 0.4), View(-2.0, -0.3)):
        assert view.axes @ view.axes.T == pytest.approx(np.eye(3), abs=1e-9)
        assert np.linalg.det(view.axes) == pytest.approx(1.0)


def test_the_box_of_strokes_that_are_faint_all_over_is_found():
    """A drawing on nothing, its lines a pixel wide: the smaller cut-out has no opaque pixel left."""
    alpha = np.zeros((100, 100), np.uint8)
    alpha[20, 30:70] = alpha[79, 30:70] = alpha[20:80, 30] = alpha[20:80, 69] = 100
    assert outline_box(alpha) == pytest.approx((0.3, 0.2, 0.7, 0.8))
    assert outline_box(2 * alpha) == outline_box(alpha)


def test_a_framed_shape_fills_the_box(chair):
    framed = framing(chair.vertices, View(0.5, 0.3), (0.2, 0.1, 0.7, 0.9))
    places = framed.project(chair.vertices)
    assert (places.min(0) + places.max(0)) / 2 == pytest.approx([0.45, 0.5], abs=1e-6)


@pytest.mark.parametrize(("azimuth", "elevation"), [(0.6, 0.3), (-0.9, 0.2), (2.4, 0.5)])
def test_the_view_is_found_again(chair, azimuth, elevation):
    pixels = picture_of(chair, View(azimuth, elevation))
    guess = View(azimuth + 0.3, elevation - 0.15)
    found = find_view(chair.vertices, chair.triangles, pixels[..., 3], guess, np.random.default_rng(0))
    assert found.agreement > 0.9
    assert turned(found.view.azimuth, azimuth) < 0.15
    assert abs(found.view.elevation - elevation) < 0.15


def test_a_wholly_wrong_guess_is_seen_through(chair):
    pixels = picture_of(chair, View(0.7, 0.35))
    found = find_view(chair.vertices, chair.triangles, pixels[..., 3], View(2.6, 0.1), np.random.default_rng(0))
    assert found.agreement > 0.9


def test_a_silhouette_has_no_pinholes(chair):
    view = View(0.4, 0.3)
    alpha = picture_of(chair, view)[..., 3]
    framed = framing(chair.vertices, view, outline_box(alpha))
    points = surface_points(chair.vertices, chair.triangles, 8000, np.random.default_rng(0))
    seen = silhouette(framed.project(points))
    target = resized(alpha[..., None] / np.float32(255), *seen.shape)[..., 0] > 0.5
    assert (seen & target).sum() / (seen | target).sum() > 0.9


def test_only_what_faces_the_camera_unhidden_is_seen(chair):
    normals = vertex_normals(chair.vertices, chair.triangles)
    framed = framing(chair.vertices, View(0.0, 0.2), (0.1, 0.1, 0.9, 0.9))
    seen, facing = visible(chair.vertices, chair.triangles, normals, framed, 0.15)
    assert (facing[seen] > 0).all()
    back = (normals[:, 1] > 0.9) & (chair.vertices[:, 1] > 0.7)
    front = (normals[:, 1] < -0.9) & (chair.vertices[:, 2] > 0.7)
    assert not seen[back].any() and seen[front].mean() > 0.9


def test_colors_come_from_the_picture_and_are_mirrored_where_it_does_not_see(chair):
    """Red on both sides, blue in the middle, seen from one side."""
    aside = np.abs(chair.vertices[:, 0] - 0.5) > 0.17
    truth = np.where(aside[:, None], [0.8, 0.1, 0.1], [0.1, 0.1, 0.8]).astype(np.float32)
    view = View(0.8, 0.35)
    pixels = picture_of(chair, view, truth)
    framed = find_view(chair.vertices, chair.triangles, pixels[..., 3], view, np.random.default_rng(0))
    found = colored(chair.vertices, chair.triangles, pixels, framed)
    assert found.shape == chair.vertices.shape and found.dtype == np.float32
    assert ((found >= 0) & (found <= 1)).all()
    normals = vertex_normals(chair.vertices, chair.triangles)
    seen, _ = visible(chair.vertices, chair.triangles, normals, framed, 0.15)
    redder = found[:, 0] > found[:, 2]
    assert (redder == aside)[seen].mean() > 0.9
    far = (chair.vertices[:, 0] < 0.3) & (normals[:, 0] < -0.9)  # the side that the camera does not see
    assert not seen[far].any() and redder[far].mean() > 0.85


def test_a_picture_without_anything_opaque_gives_plain_colors(chair):
    framed = framing(chair.vertices, View(0.0, 0.2), (0.1, 0.1, 0.9, 0.9))
    found = colored(chair.vertices, chair.triangles, np.zeros((64, 64, 4), np.uint8), framed)
    assert found == pytest.approx(np.repeat(np.array([PLAIN]), len(found), 0), abs=1e-6)


@settings(deadline=None, max_examples=10)
@given(st.floats(-3, 3), st.floats(-0.5, 1.3))
def test_a_portrait_shows_the_whole_shape(chair, azimuth, elevation):
    pixels = picture_of(chair, View(azimuth, elevation))
    left, top, right, bottom = outline_box(pixels[..., 3])
    assert min(left, top) > 0.03 and max(right, bottom) < 0.97
    assert max(right - left, bottom - top) == pytest.approx(0.88, abs=0.03)
