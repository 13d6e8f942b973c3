"""A user's own data: .binvox, a ShapeNet copy made by hand, folders of meshes good and bad."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh

from backend.training.shapes import shapenet, views
from backend.training.shapes.binvox import VoxelFileInvalid, read_binvox
from backend.training.shapes.collect import collect
from backend.training.shapes.files import load
from backend.training.shapes.volume import flooded_volume, signed_distance_volume


def binvox(filled: np.ndarray) -> bytes:
    """As the format's description says: y runs fastest, then z, then x."""
    flat = filled.transpose(0, 2, 1).reshape(-1)
    out, at = b"", 0
    while at < len(flat):
        run = 1
        while at + run < len(flat) and flat[at + run] == flat[at] and run < 255:
            run += 1
        out += bytes([int(flat[at]), run])
        at += run
    size = len(filled)
    return f"#binvox 1\ndim {size} {size} {size}\ntranslate 0 0 0\nscale 1\ndata\n".encode() + out


def test_voxels_are_read_by_their_own_axes(tmp_path):
    filled = np.random.default_rng(0).random((16, 16, 16)) < 0.3
    path = tmp_path / "a.binvox"
    path.write_bytes(binvox(filled))
    assert np.array_equal(read_binvox(path), filled)
    single = np.zeros((16, 16, 16), bool)
    single[1, 2, 3] = True
    path.write_bytes(binvox(single))
    assert np.argwhere(read_binvox(path)).tolist() == [[1, 2, 3]]


@pytest.mark.parametrize("content", [b"", b"#binvox 1\ndim 4 4 4\n", b"#binvox 1\ndim 4 4 4\ndata\n\x01\x08",
                                     b"#binvox 7\ndim 2 2 2\ndata\n\x01\x08", b"\x89PNG\n" * 90,
                                     b"#binvox 1\ndim 2 3 2\ndata\n\x01\x0c"])  # fmt: skip
def test_what_is_no_voxel_file_is_said(tmp_path, content):
    path = tmp_path / "a.binvox"
    path.write_bytes(content)
    with pytest.raises(VoxelFileInvalid):
        read_binvox(path)


@pytest.fixture
def copy(tmp_path):
    """One chair by hand: its back at ShapeNet's +z, twice as tall as the seat; a picture from the front."""
    image = pytest.importorskip("PIL.Image")
    root = tmp_path / "copy"
    voxels = root / "ShapeNetVox32" / "03001627" / "abc" / "model.binvox"
    voxels.parent.mkdir(parents=True)
    filled = np.zeros((32, 32, 32), bool)
    filled[8:24, 0:14, 8:24] = True  # x, y up, z
    filled[8:24, 0:30, 20:24] = True
    voxels.write_bytes(binvox(filled))
    pictures = root / "ShapeNetRendering" / "03001627" / "abc" / "rendering"
    pictures.mkdir(parents=True)
    picture = np.zeros((137, 137, 4), np.uint8)
    picture[30:100, 40:90] = (90, 60, 30, 255)
    lines = []
    for index, azimuth in enumerate((270.0, 0.0, 90.0)):
        image.fromarray(picture).save(pictures / f"{index:02d}.png")
        lines.append(f"{azimuth} 25.0 0 0.8 25\n")
    (pictures / "rendering_metadata.txt").write_text("".join(lines))
    empty = root / "ShapeNetVox32" / "03001627" / "empty" / "model.binvox"
    empty.parent.mkdir()
    empty.write_bytes(binvox(np.zeros((32, 32, 32), bool)))
    return root


def test_a_copy_of_shapenet_becomes_shapes_with_its_own_pictures(copy, tmp_path):
    said, out = [], tmp_path / "out"
    assert collect(copy, out, say=said.append) == 1
    assert any("left out" in line and "empty" in line for line in said)
    (path,) = out.glob("chair/*/shape.npz")
    sample = load(path)
    vertices = sample.shape.vertices
    # Its back is ours at +Y, upright, and it stands on its base.
    top = vertices[vertices[:, 2] > 0.8]
    assert top[:, 1].min() > 0.1 and vertices[:, 2].min() == pytest.approx(0, abs=1e-6)
    assert sample.shape.size.max() == pytest.approx(1.0, abs=1e-5)
    inside = sample.signed_distance < 0
    share = (16 * 14 * 16 + 16 * 16 * 4) / 30**3  # of the cube that the longest side spans
    assert inside.mean() == pytest.approx(share * 0.9**3, rel=0.15)
    seen = views.load(views.path_of(path))
    assert seen.pictures.shape == (3, 128, 128, 4) and seen.pictures[0, 60, 60].tolist() == [90, 60, 30, 255]
    assert np.degrees(seen.azimuth) % 360 == pytest.approx([0, 270, 180], abs=1e-3)
    assert np.degrees(seen.elevation) == pytest.approx([25] * 3) and len(seen.lines) == 0
    assert collect(copy, out, say=said.append) == 0


def test_shapenets_soft_surface_keeps_every_voxel_on_its_side():
    filled = np.random.default_rng(3).random((12, 12, 12)) < 0.5
    assert np.array_equal(shapenet._soft_distance(np.pad(filled, 2)) < 0, np.pad(filled, 2))


def test_a_folder_of_meshes_is_taken_in_and_broken_files_are_named(tmp_path):
    source, out, said = tmp_path / "mine", tmp_path / "out", []
    (source / "pot_plant").mkdir(parents=True)
    trimesh.creation.box((1, 2, 3)).export(source / "pot_plant" / "whole.ply")
    (source / "pot_plant" / "broken.obj").write_text("nothing\n")
    box = trimesh.creation.box((1, 2, 3))
    box.update_faces(np.arange(len(box.faces)) > 0)  # a triangle is missing
    box.export(source / "pot_plant" / "open.ply")
    assert collect(source, out, say=said.append) == 2
    assert [line for line in said if "left out" in line and "broken.obj" in line]
    middles = []
    for path in out.glob("pot_plant/*/shape.npz"):
        sample = load(path)
        assert sample.shape.category == "pot plant" and sample.occupancy.any()
        middles.append(sample.signed_distance[32, 32, 32])
    # The whole one is solid; air gets into the open one, of which only its walls are left.
    assert sorted(middles) == pytest.approx([-0.15, 0.15 - 0.75 / 64], abs=0.02)
    assert collect(source, out, say=said.append) == 0


def test_flooding_agrees_with_winding_for_a_closed_body():
    from backend.training.shapes.catalogue import generate

    shape = generate("bottle", 4)
    exact, flooded = signed_distance_volume(shape, 32), flooded_volume(shape, 32)
    far = np.abs(exact) > 0.06  # beyond the thickness
    assert ((exact < 0) == (flooded < 0))[far & (exact > 0)].all()
    assert np.abs(flooded - exact)[far & (exact > 0)].max() < 0.03
