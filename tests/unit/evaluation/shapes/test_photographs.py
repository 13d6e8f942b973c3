"""Pictures by other hands: what is reported and drawn of good and of bad ones, and Blender's pictures of a scene."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest
import trimesh

from backend.evaluation.shapes.photographs import SIDE, found_in, of_scenes, photographs
from backend.shapes.model import ShapeModel
from tests.unit.shapes import tiny


def balls(self, condition, count, generator, **settings):
    """In place of an untrained network's noise: balls of falling size, the last one empty."""
    line = (np.arange(64) + 0.5) / 64 - 0.5
    away = np.linalg.norm(np.stack(np.meshgrid(line, line, line, indexing="ij")), axis=0)
    return np.stack([away - 0.4 + 0.3 * k for k in range(count)])


def test_good_and_bad_pictures_are_on_the_sheet(tmp_path, monkeypatch):
    image = pytest.importorskip("PIL.Image")
    monkeypatch.setattr(ShapeModel, "sample", balls)
    disc = np.zeros((120, 120, 4), np.uint8)
    rows, columns = np.mgrid[:120, :120]
    disc[np.hypot(rows - 60, columns - 60) < 40] = (200, 80, 30, 255)
    image.fromarray(disc).save(tmp_path / "disc.png")
    image.fromarray(np.zeros((50, 50, 4), np.uint8)).save(tmp_path / "empty.png")
    (tmp_path / "note.txt").write_text("no picture")
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    files = [file for file in found_in([tmp_path]) if file.parent == tmp_path]
    assert [file.name for file in files] == ["broken.jpg", "disc.png", "empty.png"]
    said = []

    def judge(pictures):
        flat = pictures.reshape(len(pictures), -1)
        return flat / np.linalg.norm(flat, axis=1, keepdims=True)

    sheet = tmp_path / "out" / "sheet.png"
    lines = photographs(files, tiny.model(), judge, sheet, said.append, candidates=3)
    assert lines[0]["error"] and lines[2]["error"] and len(said) == 3
    good = lines[1]
    assert good["error"] is None and good["category"] in tiny.NAMES and 0 < good["sure"] <= 1
    assert good["silhouette"] > 0.9 and good["judge"] > 0.9
    drawn = np.asarray(image.open(sheet))
    assert drawn.shape[1] == 6 * SIDE and drawn.shape[0] % 3 == 0
    middle = drawn[drawn.shape[0] // 2 + 8, 2 * SIDE + SIDE // 2]
    assert middle[0] > middle[2] + 40  # the ball has taken the disc's colour


@pytest.mark.skipif(importlib.util.find_spec("bpy") is None, reason="Blender as a module is not installed")
def test_a_scenes_things_are_photographed_whole_and_its_floor_is_not(tmp_path):
    scene = trimesh.Scene()
    things = {
        "floor": ((6, 0.1, 6), (0, -0.05, 0)), "low_table_top": ((1.2, 0.1, 0.6), (0, 0.5, 0)),
        "low_table_leg": ((0.1, 0.45, 0.1), (0.3, 0.22, 0)), "box": ((0.3, 0.3, 0.3), (2, 0.2, 1)),
    }  # fmt: skip
    for name, (size, at) in things.items():
        mesh = trimesh.creation.box(size)
        mesh.apply_translation(at)
        scene.add_geometry(mesh, node_name=name, geom_name=name)
    (tmp_path / "room.glb").write_bytes(scene.export(file_type="glb"))
    made = of_scenes([tmp_path / "room.glb"], tmp_path / "out", pixels=64)
    assert sorted(file.stem for file in made) == ["box", "low_table"]
    picture = np.asarray(pytest.importorskip("PIL.Image").open(tmp_path / "out" / "room" / "low_table.png"))
    alpha = picture[..., 3] > 127
    assert picture.shape == (64, 64, 4) and not alpha[0].any() and 0.05 < alpha.mean() < 0.6
    assert np.ptp(np.flatnonzero(alpha.any(0))) > 40  # it fills the picture: nothing else is there
