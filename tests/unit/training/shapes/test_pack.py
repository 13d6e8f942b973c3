"""Packing: what is in the folder at the moment, row by row the same as its files."""

from __future__ import annotations

import numpy as np
import pytest

from backend.training.shapes import views
from backend.training.shapes.cameras import aimed
from backend.training.shapes.catalogue import categories, generate, split_of
from backend.training.shapes.files import folder_of, load, save
from backend.training.shapes.pack import NothingToPack, load_packed, pack

CUBE = np.array([[x, y, z] for x in (0.2, 0.8) for y in (0.2, 0.8) for z in (0.2, 0.8)])


def write(root, category, seed, count, shade):
    """A shape with `count` pictures of a square of one shade, and a drawing."""
    path = folder_of(root, category, seed) / "shape.npz"
    shape = generate(category, seed)
    save(path, shape)
    picture = np.zeros((128, 128, 4), np.uint8)
    picture[40:90, 30:80] = (shade, shade, shade, 255)
    drawing = np.full((128, 128), 255, np.uint8)
    drawing[40:90, 30] = drawing[40:90, 79] = drawing[40, 30:80] = drawing[89, 30:80] = 0
    cameras = [aimed(CUBE, 0.1 * k, 0.2, 0.5) for k in range(count)]
    lines = views.drawings(count)
    mark = views.fingerprint(shape.vertices, shape.triangles)
    made = views.gathered([picture] * count, cameras, [drawing] * lines, cameras[:lines], mark)
    views.save(views.path_of(path), made)
    return path


@pytest.fixture
def folder(tmp_path):
    for seed, (category, count) in enumerate([("mug", 3), ("stool", 2), ("mug", 2)]):
        write(tmp_path, category, seed, count, 50 + 50 * seed)
    save(folder_of(tmp_path, "bowl", 0) / "shape.npz", generate("bowl", 0))  # not photographed yet
    return tmp_path


def test_what_is_packed_is_what_the_files_hold(folder):
    assert {split_of(seed) for seed in range(3)} == {"train"}
    assert pack(folder) == {"train": 3, "validation": 0, "test": 0}
    packed = load_packed(folder, "train")
    assert len(packed) == 3 and packed.pictures.shape == (3, 2, 96, 96, 4) and packed.lines.shape == (3, 1, 96, 96)
    assert [packed.names[k] for k in packed.category] == ["mug", "stool", "mug"] and packed.seed.tolist() == [0, 1, 2]
    assert packed.names == categories()
    for row, (category, seed) in enumerate([("mug", 0), ("stool", 1), ("mug", 2)]):
        sample = load(folder_of(folder, category, seed) / "shape.npz")
        assert np.array_equal(packed.signed_distance[row], sample.signed_distance)
        assert np.array_equal(packed.occupied(np.array([row]))[0], sample.occupancy)
        assert np.allclose(packed.size[row], sample.shape.size)
        picture = packed.pictures[row, 0]
        assert picture[48, 48].tolist() == [50 + 50 * seed] * 3 + [255]
        assert np.ptp(np.flatnonzero(picture[..., 3].max(0) > 127)) + 1 == pytest.approx(0.92 * 96, abs=2)
        assert packed.lines[row, 0].min() < 60 and packed.lines[row, 0, 48, 48] == 255
        assert packed.azimuth[row].tolist() == pytest.approx([0.0, 0.1]) and packed.line_azimuth[row, 0] == 0
    assert isinstance(packed.signed_distance, np.memmap)


def test_more_views_leave_out_shapes_that_lack_them_and_a_new_packing_replaces_the_old(folder):
    assert pack(folder)["train"] == 3
    assert pack(folder, 3)["train"] == 1
    assert load_packed(folder, "train").pictures.shape[:2] == (1, 3)


def test_an_unreadable_shape_is_said_and_left_out(folder):
    path = folder_of(folder, "stool", 1) / "shape.npz"
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] + b"\0" * 200 + content[len(content) // 2 + 200 :])
    said = []
    pack(folder, say=said.append)
    packed = load_packed(folder, "train")
    assert packed.seed.tolist() == [0, 2] and any("left out" in line for line in said)


def test_an_empty_folder_and_an_empty_split_are_said_in_words(folder, tmp_path_factory):
    with pytest.raises(NothingToPack):
        load_packed(tmp_path_factory.mktemp("empty"), "train")
    with pytest.raises(NothingToPack, match="test"):
        load_packed(folder, "test")
