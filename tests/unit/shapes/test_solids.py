"""Any mesh becomes a volume; what a thing stands on is level and free; sizes are those of real things."""

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.place.scene import Scene
from backend.shapes.meshing import mesh_of
from backend.shapes.resting import rest_on
from backend.shapes.sizes import EACH, longest_side, measured
from backend.shapes.solids import FILL, volume_of
from backend.training.shapes.catalogue import categories, generate, size_range
from backend.training.shapes.volume import signed_distance_volume
from protocol.codec import mesh_hash
from protocol.errors import NoShape, UnsuitableSupport
from protocol.messages import Mesh, SceneObject, Snapshot


def corners_of(mesh):
    return np.asarray(mesh.triangles, np.float32)


@pytest.mark.parametrize("category", ["bottle", "sofa", "car"])
def test_a_solid_has_the_volume_that_training_gives_it(category):
    shape = generate(category, 3)
    found = volume_of(shape.vertices[shape.triangles])
    truth = signed_distance_volume(shape)
    both, either = ((found < 0) & (truth < 0)).sum(), ((found < 0) | (truth < 0)).sum()
    assert both / either > 0.85
    near = np.abs(truth) < 0.1
    assert np.abs(found - truth)[near].mean() < 0.01


def test_an_open_sheet_gets_a_little_thickness():
    sheet = np.array([[[0, 0, 0], [1, 0, 0], [1, 1, 0]], [[0, 0, 0], [1, 1, 0], [0, 1, 0]]], np.float32)
    found = volume_of(sheet)
    assert 0 < (found < 0).mean() < 0.05
    mesh = mesh_of(found)
    assert np.ptp(mesh.vertices, axis=0)[:2] == pytest.approx([FILL, FILL], abs=0.04)


@settings(deadline=None, max_examples=8)
@given(st.floats(0.01, 100), st.floats(-50, 50))
def test_size_and_place_do_not_matter(scale, shift):
    ball = corners_of(trimesh.creation.icosphere(subdivisions=2))
    assert volume_of(ball * np.float32(scale) + np.float32(shift), 16) == pytest.approx(volume_of(ball, 16), abs=0.01)


@pytest.mark.parametrize("corners", [np.zeros((2, 3, 3)), np.full((1, 3, 3), np.nan)], ids=["a point", "not a number"])
def test_what_has_no_extent_is_said(corners):
    with pytest.raises(NoShape):
        volume_of(corners)


# --- sizes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("category", categories())
def test_sizes_are_within_the_category(category):
    low, high = size_range(category)
    for seed in (1, 2):
        size = generate(category, seed).size
        found = longest_side(size, {category: 1.0})
        assert min(low) <= found <= max(high)
        assert 0.4 < found / max(size) < 2.5 or category in ("watercraft", "aeroplane")


def test_the_file_is_what_the_catalogue_makes():
    from backend.shapes.sizes import _measures

    assert set(_measures()) == set(categories())
    assert all(len(sizes) == EACH for sizes in _measures().values())
    for category in ("chair", "mug"):
        assert 100 * _measures()[category][:3] == pytest.approx(np.array(measured(category, 3)))


def test_proportions_tell_a_floor_lamp_from_a_table_lamp():
    slim, squat = (longest_side(np.array(size), {"lamp": 1.0}) for size in ((0.4, 0.4, 1.6), (1, 1, 1.2)))
    assert slim > 2 * squat


def test_what_nobody_knows_is_a_metre():
    assert longest_side(np.ones(3), {}) == 1.0
    assert longest_side(np.ones(3), {"spaceship": 1.0}) == 1.0


# --- standing ---------------------------------------------------------------------------------------------------------


def scene_of(**things):
    """Boxes (low, high) or trimeshes by name; the first one is active."""
    objects, meshes = [], {}
    for name, thing in things.items():
        made = trimesh.creation.box(bounds=thing) if isinstance(thing, tuple) else thing
        vertices, triangles = np.asarray(made.vertices, np.float32), np.asarray(made.faces, np.int32)
        key = mesh_hash(vertices, triangles)
        meshes[key] = Mesh(key, vertices, triangles)
        objects.append(SceneObject(name, key, np.eye(4), np.ones(3, np.float32)))
    return Scene.from_snapshot(Snapshot(tuple(objects), np.zeros(3, np.float32), next(iter(things))), meshes)


TABLE = ((-0.8, -0.4, 0.7), (0.8, 0.4, 0.75))
MUG = np.array([0.12, 0.08, 0.1])


def test_it_stands_in_the_middle_of_a_table():
    found = rest_on(scene_of(Table=TABLE), 0, MUG)
    assert found.place == pytest.approx([0, 0, 0.75], abs=0.05)
    assert found.stands and found.free


@pytest.mark.parametrize("near", [(0.6, 0.2, 0.75), (-0.5, -0.3, 0.9)])
def test_it_stands_near_the_cursor_if_that_is_above_the_table(near):
    found = rest_on(scene_of(Table=TABLE), 0, MUG, np.array(near))
    assert found.place[:2] == pytest.approx(near[:2], abs=0.06)
    assert found.stands


def test_it_keeps_clear_of_what_stands_there():
    vase = ((-0.15, -0.15, 0.75), (0.15, 0.15, 1.1))
    found = rest_on(scene_of(Table=TABLE, Vase=vase), 0, MUG, np.array([0, 0, 0.75]))
    assert found.free and found.stands
    assert np.abs(found.place[:2]).max() > 0.15


def test_it_does_not_stand_under_a_shelf_that_is_too_low():
    shelf = ((0.0, -0.4, 0.8), (0.8, 0.4, 0.82))
    found = rest_on(scene_of(Table=TABLE, Shelf=shelf), 0, np.array([0.1, 0.1, 0.3]), np.array([0.2, 0.0, 0.75]))
    assert found.free and found.place[0] < 0.0


def test_a_base_that_is_too_large_is_said():
    found = rest_on(scene_of(Table=TABLE), 0, np.array([2.0, 1.0, 0.5]))
    assert not found.stands and found.place[2] == pytest.approx(0.75, abs=1e-3)


def test_a_steep_roof_carries_nothing():
    roof = trimesh.Trimesh([[-1, -1, 0], [1, -1, 0], [1, 0, 3], [-1, 0, 3]], [[0, 1, 2], [0, 2, 3]])
    with pytest.raises(UnsuitableSupport):
        rest_on(scene_of(Roof=roof), 0, MUG)
