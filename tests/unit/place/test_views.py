"""Cameras about a target: where they stand, what they see, what is said when little can be seen."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.place.camera import looking_at
from backend.place.nearest import SurfaceTree
from backend.place.scene import Scene
from backend.place.views import Target, ViewParameters, choose_views
from backend.place.views.choosing import fibonacci_sphere
from backend.place.visibility import dilated, render_depth, scene_tree, silhouette
from protocol.errors import NoView

from . import shapes

SEAT = {"floor": shapes.floor(), "seat": shapes.box((-0.3, -0.3, 0.0), (0.3, 0.3, 0.45))}
ON_SEAT = Target.at(np.array([0.0, 0.0, 0.45]))


def _tree(scene: Scene) -> SurfaceTree:
    return scene_tree(scene)


def _in_sight(scene: Scene, eye: np.ndarray, point: np.ndarray) -> bool:
    way = point - eye
    length = np.linalg.norm(way)
    return _tree(scene).first_hit(eye[None], way[None] / length, length - 0.02)[1][0] < 0


def _room(width: float, depth: float, height: float = 2.6, thick: float = 0.2) -> dict[str, shapes.Part]:
    """A closed box of a room with its floor at z = 0, seen from within; walls have two sides."""
    x, y = width / 2, depth / 2
    return {
        "floor": shapes.box((-x - thick, -y - thick, -thick), (x + thick, y + thick, 0)),
        "ceiling": shapes.box((-x - thick, -y - thick, height), (x + thick, y + thick, height + thick)),
        "west": shapes.box((-x - thick, -y, 0), (-x, y, height)),
        "east": shapes.box((x, -y, 0), (x + thick, y, height)),
        "south": shapes.box((-x, -y - thick, 0), (x, -y, height)),
        "north": shapes.box((-x, y, 0), (x, y + thick, height)),
    }


def test_directions_are_even():
    directions = fibonacci_sphere(256)
    assert np.allclose(np.linalg.norm(directions, axis=1), 1)
    assert np.abs(directions.mean(0)).max() < 0.01
    cosines = directions @ directions.T - 2 * np.eye(256)
    nearest = np.degrees(np.arccos(cosines.max(1)))
    assert nearest.min() > 8 and nearest.max() < 16


def test_open_place_has_the_papers_views():
    views = choose_views(shapes.scene(SEAT), ON_SEAT)
    assert len(views.cameras) == 16 and views.relaxed == ()
    for camera, score in zip(views.cameras, views.scores, strict=True):
        way = camera.eye - ON_SEAT.center
        assert 0 <= math.asin(way[2] / np.linalg.norm(way)) <= math.radians(30)
        assert np.linalg.norm(way) >= 1.99
        assert 0.4 < score <= 1
        pixels, depth = camera.project(ON_SEAT.center)
        assert np.allclose(pixels, 256) and depth > 0


def test_views_are_spread():
    views = choose_views(shapes.scene(SEAT), ON_SEAT, ViewParameters(count=8))
    directions = np.stack([c.eye - ON_SEAT.center for c in views.cameras])
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    apart = np.degrees(np.arccos(np.clip(directions @ directions.T - 2 * np.eye(8), -1, 1).max(1)))
    assert apart.min() > 20
    turns = np.sort(np.degrees(np.arctan2(directions[:, 1], directions[:, 0])))
    assert np.diff(np.append(turns, turns[0] + 360)).max() < 100  # from all around


def test_what_is_behind_a_backrest_does_not_count():
    parts = SEAT | {"back": shapes.box((-0.3, 0.3, 0.0), (0.3, 0.36, 1.6))}
    views = choose_views(shapes.scene(parts), ON_SEAT)
    assert not any(camera.eye[1] > 1 and abs(camera.eye[0]) < 0.5 for camera in views.cameras)
    assert not views.relaxed


def test_tall_people_are_seen_whole():
    body = np.array([[0, 0, z] for z in np.linspace(0, 2.1, 20)])
    target = Target.of_body(np.zeros(3), body)
    for camera in choose_views(shapes.scene({"floor": shapes.floor(8)}), target).cameras:
        pixels, _ = camera.project(body)
        assert (pixels > 0).all() and (pixels < 512).all()


@settings(max_examples=25, deadline=None)
@given(
    st.floats(2.2, 6), st.floats(2.2, 6), st.floats(-0.3, 0.3), st.floats(-0.3, 0.3), st.integers(0, 3), st.booleans()
)
def test_cameras_stay_in_the_room(width, depth, across, along, furniture, flipped):
    parts = _room(width, depth)
    generator = np.random.default_rng(furniture)
    for number in range(furniture):
        low = generator.uniform((-width / 2, -depth / 2, 0), (width / 2 - 0.4, depth / 2 - 0.4, 0.1))
        parts[f"thing_{number}"] = shapes.box(tuple(low), tuple(low + [0.35, 0.35, 0.6]))
    if flipped:  # windings are not trusted
        parts = {name: (points, faces[:, ::-1]) for name, (points, faces) in parts.items()}
    scene = shapes.scene(parts)
    point = np.array([across * width, along * depth, 0.0])
    target = Target.at(point, raised=0.9)
    if not _in_sight(scene, target.center, point):
        return  # furniture stands there
    views = choose_views(scene, target, ViewParameters(count=6))
    tree = _tree(scene)
    for camera, score in zip(views.cameras, views.scores, strict=True):
        assert (np.abs(camera.eye) < [width / 2, depth / 2, 2.6]).all() and camera.eye[2] > 0
        assert tree.nearest(camera.eye[None], 1.0).distance[0] > 0.1
        assert _in_sight(scene, camera.eye, target.center)
        assert 0 <= score <= 1
        near = np.linalg.norm(camera.eye - target.center)
        assert near >= 1.19 or views.relaxed
        assert camera.field_of_view <= math.radians(95) + 1e-6


def test_small_rooms_are_said_to_be_small():
    views = choose_views(shapes.scene(_room(1.5, 1.5)), Target.at(np.zeros(3), raised=0.9))
    assert any("little room" in said for said in views.relaxed)
    assert max(c.field_of_view for c in views.cameras) > math.radians(70)


def test_hidden_places_relax_step_by_step():
    # In a niche that opens to one side only.
    parts = SEAT | {
        "left": shapes.box((-0.5, -1.8, 0), (-0.32, 0.6, 2)), "right": shapes.box((0.32, -1.8, 0), (0.5, 0.6, 2)),
        "back": shapes.box((-0.5, 0.32, 0), (0.5, 0.6, 2)),
    }  # fmt: skip
    views = choose_views(shapes.scene(parts), ON_SEAT)
    assert views.relaxed and all(said[0].isupper() and said.endswith(".") for said in views.relaxed)
    assert all(camera.eye[1] < 0 for camera in views.cameras)


def test_no_view_is_an_error_with_a_remedy():
    closed = shapes.scene({"crate": shapes.box((-0.25, -0.25, 0), (0.25, 0.25, 0.5))})
    with pytest.raises(NoView) as caught:
        choose_views(closed, Target.at(np.array([0.0, 0.0, 0.0]), raised=0.25))
    assert caught.value.remedy


def test_target_in_mid_air_is_said():
    views = choose_views(shapes.scene({"floor": shapes.floor()}), Target.at(np.array([0.0, 0.0, 1.5])))
    assert "no surface" in views.relaxed[0] and len(views.cameras) == 16


def test_same_views_every_time():
    first, second = (choose_views(shapes.scene(SEAT), ON_SEAT) for _ in range(2))
    pairs = zip(first.cameras, second.cameras, strict=True)
    assert all(np.array_equal(a.camera_to_world, b.camera_to_world) for a, b in pairs)


# --- what cameras see -----------------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(st.floats(-3, 3), st.floats(-4, -1.5), st.floats(0.3, 2.5))
def test_depth_is_along_the_axis(x, y, z):
    scene = shapes.scene(SEAT)
    camera = looking_at(np.array([x, y, z]), np.array([0.0, 0.0, 0.3]), width=48, height=40)
    depth = render_depth(scene, camera)
    assert depth.shape == (40, 48) and depth.dtype == np.float32
    rows, columns = np.nonzero(np.isfinite(depth))
    # Every pixel's point, brought back to world, lies on the floor or on the box.
    ahead = -camera.camera_to_world[:3, 2]
    rays = camera.rays()[rows, columns]
    points = camera.eye + rays * (depth[rows, columns] / (rays @ ahead))[:, None]
    inside = np.abs(points[:, :2]).max(1)
    on_floor = np.abs(points[:, 2]) < 1e-3
    on_top = (np.abs(points[:, 2] - 0.45) < 1e-3) & (inside < 0.301)
    on_side = np.abs(inside - 0.3) < 1e-3
    assert (on_floor | on_top | on_side).all()
    back, _ = camera.project(points)
    assert np.abs(back - np.stack([columns + 0.5, rows + 0.5], 1)).max() < 0.01


def test_silhouettes_are_hidden_by_what_is_in_front():
    points, faces = shapes.sphere((0, 0, 1), 0.3)
    camera = looking_at(np.array([0.0, -3.0, 1.0]), np.array([0.0, 0.0, 1.0]), width=128, height=128)
    whole = silhouette(points, faces, camera, None)
    radius = math.tan(math.asin(0.3 / 3)) * camera.focal_length
    assert abs(whole.sum() / (math.pi * radius**2) - 1) < 0.05
    wall = shapes.scene({"wall": shapes.box((0.0, -1.1, 0.0), (2.0, -1.0, 3.0))})
    half = silhouette(points, faces, camera, render_depth(wall, camera))
    assert not half[:, 66:].any() and (half[:, :62] == whole[:, :62]).all()
    behind = shapes.scene({"wall": shapes.box((-2.0, 1.0, 0.0), (2.0, 1.1, 3.0))})
    assert (silhouette(points, faces, camera, render_depth(behind, camera)) == whole).all()


def test_silhouette_outside_the_picture_is_empty():
    points, faces = shapes.sphere((9, 0, 1), 0.3)
    camera = looking_at(np.array([0.0, -3.0, 1.0]), np.array([0.0, 0.0, 1.0]), width=64, height=64)
    assert not silhouette(points, faces, camera, None).any()


def test_masks_grow_as_in_the_paper():
    mask = np.zeros((200, 200), bool)
    mask[100, 100] = True
    rows, columns = np.nonzero(dilated(mask))
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (60, 140, 60, 140)  # 8 times 5 pixels
