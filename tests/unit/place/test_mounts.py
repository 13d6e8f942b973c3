"""Saddle, grips and pedals are found on bicycles however they stand, and not on things that are none."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.place.mounts import find_animal, find_vehicle
from tests.mounts import LEFT_GRIP, LEFT_PEDAL, RIGHT_GRIP, RIGHT_PEDAL, SADDLE, bicycle, tube


def placed(mesh, yaw, shift):
    turn = trimesh.transformations.rotation_matrix(yaw, [0, 0, 1])
    turn[:3, 3] = shift
    return mesh.triangles @ turn[:3, :3].T + turn[:3, 3], lambda point: turn[:3, :3] @ point + turn[:3, 3]


BICYCLE = bicycle()


@settings(deadline=None, max_examples=15)
@given(st.floats(-3.14, 3.14), st.floats(-5, 5), st.floats(-1, 1))
def test_a_bicycle_is_understood_wherever_it_stands(yaw, x, z):
    corners, to_world = placed(BICYCLE, yaw, [x, 2.0, z])
    mount = find_vehicle(corners)
    ahead = to_world(np.array([0.0, -1, 0])) - to_world(np.zeros(3))
    assert mount is not None and mount.forward @ ahead[:2] > 0.99
    for found, truth, near in (
        (mount.saddle, SADDLE, 0.1), (mount.left_grip, LEFT_GRIP, 0.08), (mount.right_grip, RIGHT_GRIP, 0.08),
        (mount.left_pedal, LEFT_PEDAL, 0.06), (mount.right_pedal, RIGHT_PEDAL, 0.06),
    ):  # fmt: skip
        assert np.linalg.norm(found - to_world(truth)) < near


@pytest.mark.parametrize("size", [(1, 1, 1), (0.3, 2, 0.8), (4, 2, 1.5)])
def test_a_box_is_no_bicycle(size):
    mount = find_vehicle(trimesh.creation.box(size).triangles)
    assert mount is None or np.linalg.norm(mount.left_grip - mount.saddle) > 0.2


@settings(deadline=None, max_examples=10)
@given(st.floats(-3.14, 3.14))
def test_a_horse_is_sat_on_in_the_dip_of_its_back(yaw):
    body = trimesh.creation.capsule(1.1, 0.3)
    body.apply_transform(trimesh.transformations.rotation_matrix(np.pi / 2, [1, 0, 0]))
    body.apply_translation([0, 0, 1.2] - body.bounds.mean(0))
    head = trimesh.creation.icosphere(radius=0.2).apply_translation([0, -0.95, 1.95])
    legs = [tube([x, y, 0], [x, y, 1.0], 0.07) for x in (-0.2, 0.2) for y in (-0.45, 0.45)]
    horse = trimesh.util.concatenate([body, head, tube([0, -0.5, 1.4], [0, -0.95, 1.95], 0.12), *legs])
    corners, to_world = placed(horse, yaw, [0.5, 0, 0])
    mount = find_animal(corners)
    ahead = to_world(np.array([0.0, -1, 0])) - to_world(np.zeros(3))
    assert mount.forward @ ahead[:2] > 0.97
    assert abs(mount.saddle[2] - 1.5) < 0.06
    assert np.linalg.norm((mount.saddle - to_world(np.array([0, 0, 1.5])))[:2]) < 0.45
    assert mount.left_pedal is None and mount.right_pedal is None
    treads = np.array([[0.36, 0.05, 0.75], [-0.36, 0.05, 0.75]])  # the rider's left is +X
    irons = [trimesh.creation.box([0.12, 0.05, 0.015], trimesh.transformations.translation_matrix(t)) for t in treads]
    leathers = [tube([np.sign(x) * 0.3, y, 1.25], [x, y, z], 0.01) for x, y, z in treads]
    corners, to_world = placed(trimesh.util.concatenate([horse, *irons, *leathers]), yaw, [0.5, 0, 0])
    mount = find_animal(corners)
    for found, truth in zip((mount.left_pedal, mount.right_pedal), treads, strict=True):
        assert found is not None and np.linalg.norm(found - to_world(truth)) < 0.06
