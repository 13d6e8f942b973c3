"""The field against shapes whose distance is known, and against what users' meshes do to it."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

sys.path.insert(0, str(Path(__file__).parent))
import shapes

from backend.place.field import BAND, Box, build_field, build_object_distance
from backend.place.scene import Scene

VOXEL = 0.04  # coarse grids keep tests quick; what they show holds at any size
FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(field, points) -> np.ndarray:
    return field.sample(torch.as_tensor(np.asarray(points), dtype=torch.float32)).numpy()


def nodes(field) -> np.ndarray:
    """(X, Y, Z, 3) positions of the field's nodes."""
    axes = [field.origin[a].item() + field.voxel * np.arange(field.signed_distance.shape[a]) for a in range(3)]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)


def cloud(count: int, half: float, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-half, half, (count, 3))


def test_sphere_is_exact_in_the_band_and_close_beyond():
    field = build_field(shapes.scene(shapes.sphere((0, 0, 0), 0.5, 5)), Box.around(np.zeros(3), 1.8), VOXEL)
    truth = np.linalg.norm(nodes(field), axis=-1) - 0.5
    error = field.signed_distance.numpy() - truth
    band = np.abs(truth) < BAND
    assert np.abs(error[band]).max() < 0.001  # what the icosphere's flat faces cost
    assert error[truth > 0].max() < 0.01  # never much too far
    assert np.abs(error[truth > -0.3]).max() < 0.03
    assert np.abs(error).max() < 0.1  # the very centre, a cusp


def test_sampled_between_nodes_the_sphere_is_right_to_a_millimetre():
    field = build_field(shapes.scene(shapes.sphere((0, 0, 0), 0.5, 5)), Box.around(np.zeros(3), 1.4), 0.02)
    direction = cloud(4000, 1.0)
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    for offset in (-0.03, -0.01, 0.0, 0.01, 0.03):
        assert np.abs(read(field, direction * (0.5 + offset)) - offset).max() < 0.0012


def test_box_inside_and_outside():
    field = build_field(
        shapes.scene(shapes.box((-0.3, -0.2, -0.25), (0.3, 0.2, 0.25))), Box.around(np.zeros(3), 1.2), VOXEL
    )
    apart = np.abs(nodes(field)) - [0.3, 0.2, 0.25]
    truth = np.linalg.norm(np.maximum(apart, 0), axis=-1) + np.minimum(apart.max(-1), 0)
    error = field.signed_distance.numpy() - truth
    assert np.abs(error[np.abs(truth) < BAND]).max() < 1e-5
    assert np.abs(error).max() < 0.06


def test_torus_hole_is_open():
    field = build_field(shapes.scene(shapes.torus(0.4, 0.12)), Box.around(np.zeros(3), 1.4), VOXEL)
    points = nodes(field)
    truth = np.hypot(np.hypot(points[..., 0], points[..., 1]) - 0.4, points[..., 2]) - 0.12
    error = field.signed_distance.numpy() - truth
    assert np.abs(error[np.abs(truth) < BAND]).max() < 0.002
    assert read(field, [[0, 0, 0.0]])[0] > 0.2


@FEW
@given(st.randoms(use_true_random=False))
def test_neither_winding_nor_order_nor_names_change_the_field(random):
    points, faces = shapes.sphere((0.1, 0, 0), 0.35, 2)
    other = shapes.box((-0.5, -0.1, -0.1), (0.2, 0.1, 0.1))
    box = Box.around(np.zeros(3), 1.4)
    reference = build_field(shapes.scene([(points, faces), other]), box, VOXEL)
    rows = list(range(len(faces)))
    random.shuffle(rows)
    turned = np.array([faces[row][::-1] if random.random() < 0.5 else np.roll(faces[row], 1) for row in rows])
    field = build_field(shapes.scene([other, (points, turned)]), box, VOXEL)
    assert torch.allclose(field.signed_distance, reference.signed_distance, atol=1e-6)


@FEW
@given(
    st.tuples(*[st.floats(-1, 1)] * 3),
    st.floats(-3, 3),
    st.tuples(*[st.floats(-20, 20)] * 3),
)
def test_rigid_motion_moves_the_field_along(axis, angle, shift):
    matrix = np.eye(4)
    vector = np.array(axis) + [0, 0, 1e-3]
    matrix[:3, :3] = Rotation.from_rotvec(vector / np.linalg.norm(vector) * angle).as_matrix()
    matrix[:3, 3] = shift
    part = shapes.join(shapes.sphere((0.1, 0, 0.1), 0.3, 3), shapes.box((-0.45, -0.1, -0.1), (0, 0.1, 0.1)))
    still = build_field(shapes.scene(part), Box.around(np.zeros(3), 1.6), VOXEL)
    moved = build_field(shapes.scene(shapes.turn(part, matrix)), Box.around(np.array(shift), 1.6), VOXEL)
    points = cloud(2000, 0.45)
    before, after = read(still, points), read(moved, points @ matrix[:3, :3].T + matrix[:3, 3])
    # Two grids differ by what trilinear reading costs at creases, more so inside, where depth is measured to samples
    # of the visible surface.
    outside = (before > 0) & (before < 0.06)
    inside = (before < 0) & (before > -0.06)
    assert np.abs(before - after)[outside].max() < 0.6 * VOXEL
    assert np.abs(before - after)[inside].max() < 1.5 * VOXEL
    assert np.median(np.abs(before - after)[outside | inside]) < 0.05 * VOXEL


@FEW
@given(st.lists(st.tuples(*[st.floats(-0.35, 0.35)] * 3, *[st.floats(0.1, 0.3)] * 3), min_size=2, max_size=5))
def test_overlapping_boxes_are_their_union(boxes):
    parts, truth = [], np.inf
    points = cloud(3000, 0.75)
    for x, y, z, a, b, c in boxes:
        center, half = np.array([x, y, z]), np.array([a, b, c])
        parts.append(shapes.box(center - half, center + half))
        apart = np.abs(points - center) - half
        inside = np.minimum(apart.max(-1), 0)
        truth = np.minimum(truth, np.linalg.norm(np.maximum(apart, 0), axis=-1) + inside)
    field = build_field(shapes.scene(parts), Box.around(np.zeros(3), 1.6), VOXEL)
    found = read(field, points)
    outside = (truth > 0) & (truth < BAND)
    assert np.abs(found - truth)[outside].mean() < 0.1 * VOXEL
    # Slits between boxes narrower than the grid may be closed; everything else has the union's sign.
    clear = np.abs(truth) > 0.9 * VOXEL
    assert ((found > 0) == (truth > 0))[clear].mean() > 0.995
    # The inside of a union is at least as deep as its deepest member says, up to what sampling costs at ridges.
    deep = truth < -0.9 * VOXEL
    assert not deep.any() or np.quantile(found[deep] - truth[deep], 0.9) < 0.7 * VOXEL


def test_a_lining_close_under_the_surface_does_not_count():
    outer, inner = (shapes.box((-h, -h, -h), (h, h, h)) for h in (0.3, 0.288))
    field = build_field(shapes.scene(shapes.join(outer, inner)), Box.around(np.zeros(3), 1.0), 0.02)
    depth = np.linspace(0.002, 0.1, 50)
    values = read(field, np.stack([0.3 - depth, np.full_like(depth, 0.03), np.full_like(depth, -0.02)], 1))
    assert np.abs(values + depth).max() < 0.004


def test_below_a_floor_is_solid_however_it_is_wound():
    for part in (shapes.floor(), (shapes.floor()[0], shapes.floor()[1][:, ::-1])):
        field = build_field(shapes.scene(part), Box((-1, -1, -0.6), (1, 1, 1.4)), VOXEL)
        points = cloud(2000, 0.59)
        assert np.abs(read(field, points) - points[:, 2])[np.abs(points[:, 2]) < BAND].max() < 1e-4
        assert ((read(field, points) < 0) == (points[:, 2] < 0)).all()


def test_below_a_floor_that_ends_in_the_box_is_solid_but_not_beside_it_or_under_a_table_in_the_void():
    def room(thickness: float) -> shapes.Part:
        if thickness == 0:
            return shapes.quad((-3, -2, 0), (0.8, -2, 0), (0.8, 2, 0), (-3, 2, 0))
        return shapes.box((-3, -2, -thickness), (0.8, 2, 0))

    for thickness in (0.0, 0.1):
        field = build_field(shapes.scene(room(thickness)), Box((-1.5, -1.5, -0.6), (1.5, 1.5, 1.4)), VOXEL)
        assert (read(field, [[-0.5, 0, -0.05], [-0.5, 0, -0.4], [0.6, 0, -0.4]]) < -0.03).all()
        assert (read(field, [[1.2, 0, -0.4], [1.2, 0, 0.4], [-0.5, 0, 0.4]]) > 0.1).all()
    corner = build_field(shapes.scene(room(0)), Box((-0.2, 0.6, -0.6), (1.8, 2.6, 1.4)), VOXEL)
    assert (read(corner, [[0.2, 1.3, -0.3], [0.5, 1.7, -0.1]]) < -0.03).all()
    table = shapes.box((-0.6, -0.4, 0.7), (0.6, 0.4, 0.75))
    field = build_field(shapes.scene(table), Box((-1.2, -1.2, 0), (1.2, 1.2, 2.0)), VOXEL)
    assert read(field, [[0, 0, 0.4]])[0] > 0.2


def test_a_closed_room_is_open_inside_and_solid_outside():
    room = {
        "shell": shapes.box((-1.4, -1.4, 0), (1.4, 1.4, 2.5)),
        "stool": shapes.box((-0.2, -0.2, 0), (0.2, 0.2, 0.45)),
        "shelf": shapes.box((0.8, -0.5, 0), (1.2, 0.5, 1.2)),
    }
    field = build_field(shapes.scene(room), Box((-1.8, -1.8, -0.4), (1.8, 1.8, 2.9)), VOXEL)
    assert read(field, [[-0.8, 0.5, 1.0]])[0] > 0.3
    assert (read(field, [[0, 0, -0.2], [1.6, 0, 1], [0, 0, 2.7], [0, 0, 0.2], [1, 0, 0.5]]) < -0.05).all()


def test_a_closed_crate_is_solid_even_if_a_person_would_fit():
    crate = {"crate": shapes.box((-1, -1, 0), (1, 1, 2.0)), "ground": shapes.floor()}
    field = build_field(shapes.scene(crate), Box((-1.7, -1.7, -0.3), (1.7, 1.7, 2.6)), VOXEL)
    assert read(field, [[0, 0, 1.0]])[0] < -0.3
    assert read(field, [[1.4, 0, 1.0]])[0] > 0.3


def test_open_points_decide():
    crate = {"crate": shapes.box((-1, -1, 0), (1, 1, 2.0)), "ground": shapes.floor()}
    box = Box((-1.7, -1.7, -0.3), (1.7, 1.7, 2.6))
    field = build_field(shapes.scene(crate), box, VOXEL, open_points=np.array([[0, 0, 1.0]]))
    assert read(field, [[0, 0, 1.0]])[0] > 0.3
    assert read(field, [[1.4, 0, 1.0]])[0] < -0.3
    inside_the_ground = build_field(shapes.scene(crate), box, VOXEL, open_points=np.array([[40, 0, -9.0]]))
    assert read(inside_the_ground, [[0, 0, 1.0]])[0] < -0.3


def test_under_a_table_is_open_and_a_sheet_top_is_solid_below_its_true_height():
    top = shapes.quad((-0.6, -0.4, 0.7), (0.6, -0.4, 0.7), (0.6, 0.4, 0.7), (-0.6, 0.4, 0.7))
    field = build_field(shapes.scene({"floor": shapes.floor(), "top": top}), Box((-1, -1, -0.3), (1, 1, 1.7)), 0.02)
    column = np.linspace(0.02, 1.2, 237)
    values = read(field, np.stack([np.zeros_like(column), np.zeros_like(column), column], 1))
    assert values[np.searchsorted(column, 0.35)] > 0.3
    above = (column > 0.7) & (column < 0.75)
    assert np.abs(values - (column - 0.7))[above].max() < 0.003
    solid = column[values < 0]
    assert solid.size and solid.max() < 0.7025 and solid.min() > 0.65


@FEW
@given(st.floats(0.3, 0.34), st.booleans())
def test_a_wall_without_thickness_cannot_be_crossed_unnoticed(x, flip):
    wall = shapes.quad((x, -5, 0), (x, 5, 0), (x, 5, 3), (x, -5, 3))
    part = (wall[0], wall[1][:, ::-1]) if flip else wall
    field = build_field(shapes.scene({"wall": part, "floor": shapes.floor()}), Box((-1, -1, -0.2), (1, 1, 1.4)), 0.02)
    row = np.linspace(-0.5, 0.9, 561)
    values = read(field, np.stack([row, np.full_like(row, 0.13), np.full_like(row, 0.77)], 1))
    assert values.min() < -0.003
    front = (row < x - 1e-3) & (row > x - 0.06)
    assert np.abs(values[front] - (x - row[front])).max() < 0.004
    assert values[-1] > 0.3
    assert row[values < 0].max() < x + 0.04


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("center", [-0.6, 0.0, 0.6])
def test_a_wall_at_the_edge_of_the_floor_is_thick_on_the_far_side(flip, center):
    wall = shapes.quad((0, -0.8, 0), (0, 0.8, 0), (0, 0.8, 3), (0, -0.8, 3))
    floor = shapes.quad((-5, -5, 0), (0, -5, 0), (0, 5, 0), (-5, 5, 0))
    parts = {"wall": (wall[0], wall[1][:, ::-1]) if flip else wall, "floor": floor}
    field = build_field(shapes.scene(parts), Box((center - 1, -1, -0.2), (center + 1, 1, 1.4)), 0.02)
    row = np.linspace(-0.05, 0.1, 151)
    for y in (-0.5, 0.01, 0.63):
        values = read(field, np.stack([row, np.full_like(row, y), np.full_like(row, 0.77)], 1))
        assert np.abs(values + row)[row < 0].max() < 1e-3
        assert values[row > 0].min() < -0.003 and values[-1] > 0.05


@pytest.mark.parametrize("hole", [0.0, 0.01, 0.02, 0.028])
def test_small_holes_do_not_leak(hole):
    def lid(z):
        out, h = 0.5, hole / 2
        return [
            shapes.quad((-out, -out, z), (-h, -out, z), (-h, out, z), (-out, out, z)),
            shapes.quad((h, -out, z), (out, -out, z), (out, out, z), (h, out, z)),
            shapes.quad((-h, -out, z), (h, -out, z), (h, -h, z), (-h, -h, z)),
            shapes.quad((-h, h, z), (h, h, z), (h, out, z), (-h, out, z)),
        ]

    crate = shapes.box((-0.5, -0.5, 0), (0.5, 0.5, 0.5))
    sides = (crate[0], np.array([f for f in crate[1] if not (crate[0][f][:, 2] == 0.5).all()]))
    part = shapes.join(sides, *lid(0.5))
    field = build_field(
        shapes.scene({"crate": part, "floor": shapes.floor()}), Box((-0.9, -0.9, -0.2), (0.9, 0.9, 1.6)), 0.02
    )
    assert read(field, [[0, 0, 0.25]])[0] < -0.2
    assert read(field, [[0.1, 0.1, 0.45]])[0] < -0.03
    assert read(field, [[0, 0, 0.7]])[0] > 0.1


def test_a_wide_opening_does_let_the_room_in():
    crate = shapes.box((-0.5, -0.5, 0), (0.5, 0.5, 0.5))
    sides = (crate[0], np.array([f for f in crate[1] if not (crate[0][f][:, 2] == 0.5).all()]))
    field = build_field(
        shapes.scene({"crate": sides, "floor": shapes.floor()}), Box((-0.9, -0.9, -0.2), (0.9, 0.9, 1.6)), 0.02
    )
    assert read(field, [[0, 0, 0.25]])[0] > 0.2


def test_gradient_is_that_of_finite_differences_and_stops_at_the_border():
    field = build_field(shapes.scene(shapes.sphere((0, 0, 0), 0.3, 4)), Box.around(np.zeros(3), 1.0), VOXEL)
    cell = np.random.default_rng(0).integers(1, 23, (500, 3)) + np.random.default_rng(1).uniform(0.1, 0.9, (500, 3))
    points = torch.tensor(field.origin.numpy() + cell * VOXEL, dtype=torch.float32, requires_grad=True)
    field.sample(points).sum().backward()
    step = 2e-3
    for axis in range(3):
        shift = torch.zeros(3)
        shift[axis] = step
        slope = (field.sample(points.detach() + shift) - field.sample(points.detach() - shift)) / (2 * step)
        assert torch.allclose(points.grad[:, axis], slope, atol=2e-3)
    outside = torch.tensor([[9.0, 0.1, 0.1]], requires_grad=True)
    value = field.sample(outside)
    value.sum().backward()
    assert value.item() == pytest.approx(read(field, [[field.box.maximum[0], 0.1, 0.1]])[0], abs=1e-5)
    assert outside.grad[0, 0] == 0


def test_near_contact_the_gradient_points_out_of_the_surface():
    field = build_field(shapes.scene(shapes.sphere((0, 0, 0), 0.4, 5)), Box.around(np.zeros(3), 1.2), 0.02)
    direction = cloud(1000, 1.0)
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    points = torch.tensor(direction * 0.405, dtype=torch.float32, requires_grad=True)
    field.sample(points).sum().backward()
    assert (points.grad.numpy() * direction).sum(1).min() > 0.96


def test_nothing_near_reads_as_far_but_no_farther_than_known():
    scene = shapes.scene(shapes.box((0, 0, 0), (1, 1, 1)))
    field = build_field(scene, Box((5, 5, 5), (6, 6, 6)), VOXEL)
    truth = np.linalg.norm(nodes(field) - 1, axis=-1)
    assert (field.signed_distance.numpy() <= truth + 1e-3).all()
    assert field.signed_distance.min() > 0.2
    assert (field.nearest_object == -1).all()


def test_nearest_object_and_object_distance():
    scene = shapes.scene({"a": shapes.sphere((-0.3, 0, 0.5), 0.2), "b": shapes.sphere((0.3, 0, 0.5), 0.1)})
    box = Box((-0.6, -0.4, 0), (0.6, 0.4, 1.0))
    field = build_field(scene, box, VOXEL)
    points = torch.tensor([[-0.3, 0, 0.72], [0.3, 0, 0.62], [0.3, 0, 0.5]], dtype=torch.float32)
    assert field.sample_object(points).tolist()[:2] == [0, 1]
    only = build_object_distance(scene, [1], box, VOXEL)
    assert only.sample(torch.tensor([0.3, 0.0, 0.65])).item() == pytest.approx(0.05, abs=0.004)
    assert only.sample(torch.tensor([-0.3, 0.0, 0.5])).item() == pytest.approx(0.5, abs=0.02)
    assert (only.signed_distance >= 0).all()
    assert only.signed_distance.shape == field.signed_distance.shape


def test_check_can_stop_the_work():
    class Stop(Exception):
        pass

    def check() -> None:
        raise Stop

    with pytest.raises(Stop):
        build_field(shapes.scene(shapes.floor()), Box.around(np.zeros(3), 1.0), VOXEL, check=check)


def test_same_scene_same_field():
    scene: Scene = shapes.scene([shapes.sphere((0.1, 0, 0), 0.35, 3), shapes.floor(z=-0.3)])
    first, second = (build_field(scene, Box.around(np.zeros(3), 1.4), VOXEL) for _ in range(2))
    assert torch.equal(first.signed_distance, second.signed_distance)
    assert torch.equal(first.nearest_object, second.nearest_object)
