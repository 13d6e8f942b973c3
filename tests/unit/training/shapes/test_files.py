"""Folders of shapes: what is written is what is read, broken files are made anew, whole ones left alone."""

from __future__ import annotations

import numpy as np
import pytest

from backend.cli import main
from backend.training.shapes.build import build
from backend.training.shapes.catalogue import UnknownCategory, generate, split_of
from backend.training.shapes.files import ShapeFileInvalid, folder_of, is_whole, load, save
from backend.training.shapes.folder import MeshFileInvalid, is_closed, read_folder
from backend.training.shapes.volume import occupancy, signed_distance_volume


def test_a_shape_comes_back_as_it_was(tmp_path):
    shape = generate("pot plant", 3)
    path = folder_of(tmp_path, "pot plant", 3) / "shape.npz"
    save(path, shape)
    sample = load(path)
    assert path.relative_to(tmp_path).as_posix() == "pot_plant/000003/shape.npz"
    assert sample.shape.caption == shape.caption and sample.shape.seed == 3 and sample.split == split_of(3)
    for found, part in zip(sample.shape.parts, shape.parts, strict=True):
        assert (found.name, found.material) == (part.name, part.material)
        assert found.color == pytest.approx(part.color, abs=1e-5)
        assert np.array_equal(found.vertices, part.vertices) and np.array_equal(found.triangles, part.triangles)
    assert np.abs(sample.signed_distance - signed_distance_volume(shape)).max() < 1e-3
    assert np.array_equal(sample.occupancy, occupancy(shape))


def test_a_run_goes_on_where_it_was_and_mends_what_is_broken(tmp_path):
    said = []
    assert build(tmp_path, 2, ["stool", "table"], processes=1, say=said.append) == 4
    files = {path: path.read_bytes() for path in tmp_path.rglob("shape.npz")}
    assert len(files) == 4 and "4 of 4" in said[-1]
    broken, short, missing, whole = sorted(files)
    broken.write_bytes(b"not a shape")
    short.write_bytes(files[short][:-200])
    missing.unlink()
    before = whole.stat().st_mtime_ns
    assert not is_whole(broken) and not is_whole(short) and not is_whole(missing)
    with pytest.raises(ShapeFileInvalid):
        load(short)
    assert build(tmp_path, 2, ["stool", "table"], processes=1, say=said.append) == 3
    assert whole.stat().st_mtime_ns == before
    for path, content in files.items():
        assert path.read_bytes() == content
    assert not list(tmp_path.rglob("*.part"))


def test_pictures_beside_a_shape_are_left_alone(tmp_path):
    views = folder_of(tmp_path, "mug", 0) / "views"
    views.mkdir(parents=True)
    (views / "00.png").write_bytes(b"picture")
    build(tmp_path, 1, ["mug"], processes=1, say=lambda line: None)
    assert (views / "00.png").read_bytes() == b"picture"


def test_the_command_in_parallel_makes_the_same_files(tmp_path, capsys):
    one, two = tmp_path / "one", tmp_path / "two"
    command = ["train", "shapes-data", "--count", "5", "--categories", "ladder", "picture frame", "--out"]
    assert main([*command, str(one), "--processes", "1"]) == 0
    assert main([*command, str(two), "--processes", "2"]) == 0
    assert "10 of 10" in capsys.readouterr().out
    names = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
    assert len(names) == 11  # ten shapes and dataset.json
    for name in names:
        assert (one / name).read_bytes() == (two / name).read_bytes()


def test_an_unknown_category_writes_nothing(tmp_path):
    with pytest.raises(UnknownCategory):
        build(tmp_path / "out", 1, ["unicorn"], processes=1, say=lambda line: None)
    assert not (tmp_path / "out").exists()


CUBE = "".join(f"v {x} {y} {z}\n" for x in (0, 1) for y in (0, 2) for z in (0, 3)) + "".join(
    f"f {a} {b} {c} {d}\n"
    for a, b, c, d in ((1, 2, 4, 3), (5, 7, 8, 6), (1, 5, 6, 2), (3, 4, 8, 7), (1, 3, 7, 5), (2, 6, 8, 4))
)


def test_a_folder_of_meshes_is_read_upright_and_on_its_base(tmp_path):
    (tmp_path / "side_table").mkdir()
    (tmp_path / "side_table" / "a.obj").write_text(CUBE)
    (tmp_path / "side_table" / "notes.txt").write_text("not a mesh")
    (shape,) = read_folder(tmp_path)
    assert shape.category == "side table" and shape.caption == "a side table"
    assert shape.size == pytest.approx([1, 3, 2])  # y was up
    assert shape.bounds[0] == pytest.approx([-0.5, -1.5, 0], abs=1e-6)
    assert is_closed(shape.parts[0]) and shape.parts[0].volume == pytest.approx(6, rel=1e-5)


def test_a_copy_of_shapenet_is_known_by_its_layout(tmp_path):
    for synset, model in (("03001627", "b" * 8), ("03001627", "a" * 8), ("09999999", "c" * 8)):
        (tmp_path / synset / model / "models").mkdir(parents=True)
        (tmp_path / synset / model / "models" / "model_normalized.obj").write_text(CUBE)
    shapes = list(read_folder(tmp_path))
    assert [shape.category for shape in shapes] == ["chair", "chair", "09999999"]
    assert len({shape.seed for shape in shapes}) == 3
    assert shapes[0].parts[0].volume > 0


def test_shapenets_front_becomes_minus_y(tmp_path):
    """A wedge that is lower at −Z, its front, is lower at −Y when read."""
    wedge = "v 0 0 0\nv 1 0 0\nv 1 0 1\nv 0 0 1\nv 0 1 1\nv 1 1 1\n"
    wedge += "f 1 2 3\nf 1 3 4\nf 4 3 6\nf 4 6 5\nf 1 5 6\nf 1 6 2\nf 1 4 5\nf 2 6 3\n"
    folder = tmp_path / "02691156" / "wedge" / "models"
    folder.mkdir(parents=True)
    (folder / "model_normalized.obj").write_text(wedge)
    (shape,) = read_folder(tmp_path)
    top = shape.vertices[shape.vertices[:, 2] > 0.9]
    assert (top[:, 1] > 0.4).all()


def test_bad_meshes_are_said(tmp_path):
    with pytest.raises(MeshFileInvalid):
        list(read_folder(tmp_path / "nowhere"))
    (tmp_path / "empty.obj").write_text("v 0 0 0\n")
    with pytest.raises(MeshFileInvalid, match=r"empty\.obj"):
        list(read_folder(tmp_path))
