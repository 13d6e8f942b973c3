"""Blender's pictures of two shapes: what is in them, that they are the same again, and that more can be added."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from backend.cli import main
from backend.training.shapes import views
from backend.training.shapes.build import build
from backend.training.shapes.cameras import project
from backend.training.shapes.files import folder_of, load
from backend.training.shapes.render import render
from backend.training.shapes.volume import unit_frame

pytestmark = pytest.mark.skipif(importlib.util.find_spec("bpy") is None, reason="Blender as a module is not installed")
WANTED = [("stool", 0), ("mug", 0)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("shapes")
    command = ["train", "shapes-data", "--out", str(root), "--count", "1", "--categories", "stool", "mug"]
    assert main([*command, "--views", "2", "--processes", "1"]) == 0
    return root


def seen_in(root, category):
    return views.load(folder_of(root, category, 0) / "views.npz")


@pytest.mark.parametrize("category", ["stool", "mug"])
def test_pictures_show_the_object_where_its_camera_says(folder, category):
    shape = load(folder_of(folder, category, 0) / "shape.npz").shape
    scale, offset = unit_frame(shape)
    found = seen_in(folder, category)
    assert found.pictures.shape == (2, 128, 128, 4) and found.lines.shape == (1, 128, 128)
    for index in range(2):
        points = project(shape.vertices * scale + offset, found.camera_to_world[index], found.field_of_view[index])
        solid = found.pictures[index, ..., 3] > 127
        rows, columns = np.nonzero(solid)
        low, high = points.min(0) * 128, points.max(0) * 128
        assert columns.min() == pytest.approx(low[0], abs=2) and columns.max() + 1 == pytest.approx(high[0], abs=2)
        assert 128 - rows.min() == pytest.approx(high[1], abs=2)
        assert 127 - rows.max() == pytest.approx(low[1], abs=2)
        bright = found.pictures[index][solid][:, :3].astype(float)
        assert 15 < bright.mean() < 240 and bright.std() > 2
    assert not np.array_equal(found.pictures[0], found.pictures[1])
    drawing = found.lines[0]
    assert drawing.min() < 128 and (drawing > 250).mean() > 0.5


def test_more_views_are_added_and_files_made_anew_are_the_same_whatever_was_photographed_before(folder):
    said = []
    before = seen_in(folder, "mug")
    assert render(folder, WANTED, 3, processes=1, say=said.append) == 2
    after = {category: seen_in(folder, category) for category, _ in WANTED}
    assert len(after["mug"].pictures) == 3 and np.array_equal(after["mug"].pictures[:2], before.pictures)
    assert render(folder, WANTED, 3, processes=1, say=said.append) == 0
    for category, _ in WANTED:
        (folder_of(folder, category, 0) / "views.npz").write_bytes(b"broken")
    assert render(folder, WANTED[::-1], 3, processes=1, say=said.append) == 6
    for category, known in after.items():
        again = seen_in(folder, category)
        assert np.array_equal(again.pictures, known.pictures) and np.array_equal(again.lines, known.lines)
        assert np.array_equal(again.camera_to_world, known.camera_to_world)


def test_pictures_of_another_mesh_are_taken_anew_and_unreadable_shapes_are_named(tmp_path):
    said = []
    build(tmp_path, 1, ["stool"], processes=1, say=said.append)
    path = folder_of(tmp_path, "stool", 0)
    (path / "views.npz").write_bytes(b"")
    broken = folder_of(tmp_path, "mug", 0) / "shape.npz"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"no shape")
    assert render(tmp_path, WANTED, 1, processes=1, say=said.append) == 1
    assert any(str(broken) in line for line in said)
