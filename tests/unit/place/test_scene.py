"""Snapshots as scenes: transforms of every kind, broken input, cutting, and memory."""

from __future__ import annotations

import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import shapes

from backend.place.field import Box, build_field
from backend.place.scene import Scene
from backend.place.thinning import thin
from protocol.errors import SceneEmpty, SceneInvalid
from protocol.messages import Mesh, SceneObject, Snapshot

WHITE = np.ones(3, np.float32)
EVERYWHERE = Box.around(np.zeros(3), 1e6)


def snapshot(*objects: SceneObject, active: str = "") -> Snapshot:
    return Snapshot(tuple(objects), np.zeros(3, np.float32), active)


def cube(name: str = "m") -> Mesh:
    points, faces = shapes.box((-0.5, -0.5, -0.5), (0.5, 0.5, 0.5))
    return Mesh(name, points.astype(np.float32), faces.astype(np.int32))


def test_scale_of_any_kind_and_handedness_reaches_bounds_and_triangles():
    matrix = np.diag([2.0, -1.0, 0.5, 1.0])
    matrix[:3, 3] = [1, 2, 3]
    scene = Scene.from_snapshot(snapshot(SceneObject("a", "m", matrix, WHITE)), {"m": cube()})
    assert np.allclose(scene.objects[0].world_bounds, [[0, 1.5, 2.75], [2, 2.5, 3.25]])
    corners = scene.triangles_in(EVERYWHERE).corners
    assert np.allclose([corners.min((0, 1)), corners.max((0, 1))], scene.bounds)


def test_mirrored_and_inside_out_solids_are_solid():
    matrix = np.diag([1.2, -0.8, 1.0, 1.0])
    inside_out = cube()
    inside_out = Mesh("m", inside_out.vertices, np.ascontiguousarray(inside_out.triangles[:, ::-1]))
    for mesh in (cube(), inside_out):
        scene = Scene.from_snapshot(snapshot(SceneObject("a", "m", matrix, WHITE)), {"m": mesh})
        field = build_field(scene, Box.around(np.zeros(3), 2.0), 0.05)
        values = field.signed_distance.numpy()
        assert values[20, 20, 20] < -0.3 and values[1, 20, 20] > 0.3


def test_instances_share_a_mesh_and_keep_their_places():
    places = [np.eye(4), np.eye(4)]
    places[1][:3, 3] = [4, 0, 0]
    scene = Scene.from_snapshot(snapshot(*(SceneObject("chair", "m", place, WHITE) for place in places)), {"m": cube()})
    found = scene.triangles_in(Box((3, -1, -1), (5, 1, 1)))
    assert set(found.object_index) == {1} and len(found) == 12
    assert scene.bounds[1, 0] == 4.5


def test_objects_without_triangles_are_left_out_and_indices_stay_right():
    empty = Mesh("e", np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32))
    scene = Scene.from_snapshot(
        snapshot(SceneObject("empty", "e", np.eye(4), WHITE), SceneObject("b", "m", np.eye(4), WHITE), active="b"),
        {"m": cube(), "e": empty},
    )
    assert [item.name for item in scene.objects] == ["b"]
    assert scene.active == 0
    with pytest.raises(SceneEmpty):
        Scene.from_snapshot(snapshot(SceneObject("empty", "e", np.eye(4), WHITE)), {"e": empty})
    with pytest.raises(SceneEmpty):
        Scene.from_snapshot(snapshot(), {})


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_coordinates_that_are_no_numbers_name_the_object(value):
    mesh = cube()
    vertices = mesh.vertices.copy()
    vertices[3, 1] = value
    with pytest.raises(SceneInvalid, match="broken lamp"):
        Scene.from_snapshot(
            snapshot(SceneObject("ok", "m", np.eye(4), WHITE), SceneObject("broken lamp", "n", np.eye(4), WHITE)),
            {"m": mesh, "n": Mesh("n", vertices, mesh.triangles)},
        )
    matrix = np.eye(4)
    matrix[0, 3] = value
    with pytest.raises(SceneInvalid, match="adrift"):
        Scene.from_snapshot(snapshot(SceneObject("adrift", "m", matrix, WHITE)), {"m": mesh})


def test_a_loose_vertex_that_is_no_number_harms_nobody():
    mesh = cube()
    vertices = np.concatenate([mesh.vertices, np.full((1, 3), np.nan, np.float32)])
    scene = Scene.from_snapshot(
        snapshot(SceneObject("a", "m", np.eye(4), WHITE)), {"m": Mesh("m", vertices, mesh.triangles)}
    )
    assert np.isfinite(scene.bounds).all()


@pytest.mark.parametrize("index", [-1, 8, 2**31 - 1])
def test_indices_out_of_range_name_the_object(index):
    mesh = cube()
    triangles = mesh.triangles.copy()
    triangles[4, 2] = index
    with pytest.raises(SceneInvalid, match="odd"):
        Scene.from_snapshot(
            snapshot(SceneObject("odd", "m", np.eye(4), WHITE)), {"m": Mesh("m", mesh.vertices, triangles)}
        )


def test_a_mesh_that_did_not_arrive_is_an_error_of_ours_to_tell():
    with pytest.raises(SceneInvalid, match="did not arrive"):
        Scene.from_snapshot(snapshot(SceneObject("a", "m", np.eye(4), WHITE)), {})


def test_cutting_keeps_every_triangle_that_touches_the_box():
    rng = np.random.default_rng(3)
    corners = (rng.uniform(-2, 2, (3000, 1, 3)) + rng.normal(0, 0.4, (3000, 3, 3))).astype(np.float32)
    mesh = Mesh("m", corners.reshape(-1, 3), np.arange(9000, dtype=np.int32).reshape(-1, 3))
    scene = Scene.from_snapshot(snapshot(SceneObject("soup", "m", np.eye(4), WHITE)), {"m": mesh})
    box = Box((-0.5, -0.3, -0.4), (0.6, 0.7, 0.2))
    touches = (corners.min(1) <= box.maximum).all(1) & (corners.max(1) >= box.minimum).all(1)
    found = scene.triangles_in(box).corners
    assert len(found) == touches.sum()
    assert np.array_equal(np.sort(found.reshape(-1, 9), axis=0), np.sort(corners[touches].reshape(-1, 9), axis=0))


def test_degenerate_triangles_do_not_disturb_the_field():
    points, faces = shapes.sphere((0, 0, 0), 0.4, 3)
    spoilt = np.concatenate([faces, [[0, 0, 0], [5, 5, 9], [1, 2, 1]]])
    box = Box.around(np.zeros(3), 1.2)
    clean, dirty = (build_field(shapes.scene((points, f)), box, 0.04) for f in (faces, spoilt))
    assert np.allclose(clean.signed_distance, dirty.signed_distance, atol=1e-6)


def test_thinning_moves_small_triangles_little_and_large_ones_not_at_all():
    points, faces = shapes.sphere((0.3, 0.2, 0.1), 0.15, 6)
    fine = points[faces].astype(np.float32)
    large = np.array([[[0, 0, 0], [1, 0, 0.0003], [0, 1, 0]]], np.float32)
    found = thin(np.concatenate([fine, large]), 0.004)
    assert len(found) < len(fine)
    assert (found == large[0]).all((1, 2)).sum() == 1
    radius = np.linalg.norm(found[1:].reshape(-1, 3) - [0.3, 0.2, 0.1], axis=1)
    assert np.abs(radius - 0.15).max() < 0.004


def test_twenty_million_triangles_are_cut_within_bounded_memory():
    # A terrain of 3163² cells, 60 m across, as one mesh, and a box of 3 m in it.
    side = 3164
    grid = np.arange(side, dtype=np.int32)
    x, y = np.meshgrid(grid, grid, indexing="ij")
    first = (x[:-1, :-1] * side + y[:-1, :-1]).reshape(-1)
    triangles = np.empty((2 * len(first), 3), np.int32)
    triangles[0::2] = np.stack([first, first + side, first + side + 1], axis=1)
    triangles[1::2] = np.stack([first, first + side + 1, first + 1], axis=1)
    step = np.float32(60 / side)
    vertices = np.stack([x * step - 30, y * step - 30, 0.2 * np.sin(x * step)], axis=-1).reshape(-1, 3)
    vertices = vertices.astype(np.float32)
    del x, y, first
    assert len(triangles) > 20_000_000
    meshes = {"m": Mesh("m", vertices, triangles)}
    box = Box.around(np.zeros(3), 3.5)
    tracemalloc.start()
    scene = Scene.from_snapshot(snapshot(SceneObject("terrain", "m", np.eye(4), WHITE)), meshes)
    found = scene.triangles_in(box)
    _, peak = tracemalloc.get_traced_memory()
    assert 50_000 < len(found) < 100_000
    assert peak < 500e6
    # The same as a scan of 3 m, all of it in the box.
    tracemalloc.reset_peak()
    small = np.diag([0.05, 0.05, 0.05, 1.0])
    scan = Scene.from_snapshot(snapshot(SceneObject("scan", "m", small, WHITE)), meshes)
    found = scan.triangles_in(box, limit=1_500_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1e9
    assert 200_000 < len(found) < 2_000_000
    heights = found.corners.reshape(-1, 3)
    assert np.abs(heights[:, 2] - 0.01 * np.sin(20 * heights[:, 0] + 30)).max() < 0.005


def test_fingerprints_differ_by_name_place_mesh_and_order_and_by_nothing_else():
    floor, table = shapes.floor(), shapes.box((0, 0, 0), (1, 1, 0.7))
    first = shapes.scene({"floor": floor, "table": table})
    assert first.fingerprint == shapes.scene({"floor": floor, "table": table}, cursor=(1, 0, 0)).fingerprint
    moved = np.eye(4)
    moved[0, 3] = 0.001
    others = (
        shapes.scene({"floor": floor, "table": table}, {"table": moved}),
        shapes.scene({"floor": floor, "desk": table}),
        shapes.scene({"table": table, "floor": floor}),
        shapes.scene({"floor": floor}),
    )
    prints = {first.fingerprint, *(other.fingerprint for other in others)}
    assert len(prints) == 1 + len(others)
    same_name = [
        Scene.from_snapshot(snapshot(SceneObject("table", key, np.eye(4), np.ones(3))), {key: cube(key)})
        for key in ("a", "b")
    ]
    assert same_name[0].fingerprint != same_name[1].fingerprint
