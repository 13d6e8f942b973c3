"""The whole evaluation with untrained networks on a few shapes: what is reported, what is kept, what the page says."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from backend.evaluation.shapes import coherence
from backend.evaluation.shapes.asked import asked, rows_of
from backend.evaluation.shapes.page import BEGIN, END, section, targets, write_shapes
from backend.evaluation.shapes.raycast import look
from backend.evaluation.shapes.run import Parameters, evaluate_shapes
from backend.shapes import storage
from backend.shapes.model import ShapeModel
from backend.training.shapes import views
from backend.training.shapes.cameras import aimed
from backend.training.shapes.catalogue import generate, split_of
from backend.training.shapes.files import folder_of, load, save
from backend.training.shapes.pack import load_packed, pack
from backend.training.shapes.volume import unit_frame
from protocol.errors import RequestInvalid
from tests.unit.shapes import tiny

TEST = [seed for seed in range(60) if split_of(seed) == "test"]
SHAPES = [("stool", TEST[0]), ("bin", TEST[0]), ("stool", TEST[1]),
          ("bin", next(seed for seed in range(60) if split_of(seed) == "validation"))]  # fmt: skip
PARAMETERS = Parameters(pictures=3, candidates=2, gallery=4, paths=2, shares=(0.5,))


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Four shapes, each with two pictures as the ray caster sees it, and a drawing of its outline."""
    root = tmp_path_factory.mktemp("shapes")
    for category, seed in SHAPES:
        path = folder_of(root, category, seed) / "shape.npz"
        shape = generate(category, seed)
        save(path, shape)
        scale, offset = unit_frame(shape)
        cameras = [aimed(shape.vertices[::7] * scale + offset, angle, 0.3, 0.6) for angle in (0.5, 2.0)]
        seen = [look(load(path).signed_distance, one.camera_to_world, one.field_of_view) for one in cameras]
        pictures = [
            np.concatenate([255 * one.picture, 255 * one.silhouette[..., None]], axis=-1).astype(np.uint8)
            for one in seen
        ]  # fmt: skip
        inner = seen[0].silhouette
        rim = inner & ~(np.roll(inner, 2, 0) & np.roll(inner, -2, 0) & np.roll(inner, 2, 1) & np.roll(inner, -2, 1))
        drawing = np.where(rim, 0, 255).astype(np.uint8)
        mark = views.fingerprint(shape.vertices, shape.triangles)
        views.save(views.path_of(path), views.gathered(pictures, cameras, [drawing], cameras[:1], mark))
    pack(root)
    return root


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    folder, model = tmp_path_factory.mktemp("weights"), tiny.model()
    for name in ("picture_encoder", "autoencoder", "shape_encoder", "denoiser"):
        storage.write(folder, name, getattr(model, name), {"categories": list(tiny.NAMES)})
    return folder


@pytest.fixture(scope="module")
def judge(tmp_path_factory):
    folder = tmp_path_factory.mktemp("judge")
    storage.write(folder, "picture_encoder", tiny.model(seed=1).picture_encoder, {"categories": list(tiny.NAMES)})
    return folder


def test_nobody_judges_what_it_guided(data, weights, judge, tmp_path):
    for guides in ({"weights": weights}, {"weights": judge, "image_only": weights}):
        with pytest.raises(RequestInvalid, match="is the encoder that guides"):
            evaluate_shapes(data, tmp_path, print, **guides, judge=weights, parameters=PARAMETERS)


def test_rows_are_taken_evenly_from_the_categories(data):
    packed = load_packed(data, "test")
    assert len(packed) == 3 and len(rows_of(packed, 3)) == 3
    two = rows_of(packed, 2)
    assert len(set(packed.category[two])) == 2 and len(rows_of(packed, 99)) == 3


def test_the_true_shape_is_like_its_picture_and_another_is_not(data):
    packed = load_packed(data, "test")
    for kind in ("plain", "sketch", "cluttered"):
        for one in asked(data, packed, rows_of(packed, 3), kind, 0):
            assert one.kind == kind and one.picture.shape == (96, 96, 3)

            def same(pictures):
                flat = pictures.reshape(len(pictures), -1) - 0.9
                return flat / np.linalg.norm(flat, axis=1, keepdims=True)

            wrong = np.roll(one.volume, 12, axis=2)
            row = coherence.measured(one, [one.volume, wrong, np.ones_like(one.volume)], same, 0)
            assert row["overlap"][0] == 1.0 and row["silhouette"][0] > 0.97 and row["chamfer"][0] < 6e-4
            assert row["overlap"][1] < 0.7 and row["silhouette"][1] < 0.9 and row["chamfer"][1] > 3e-3
            assert row["overlap"][2] == row["silhouette"][2] == 0.0 and row["chamfer"][2] is None
            assert row["judge"][2] is None and row["pieces"][2] == 0
            assert coherence.best(row, "overlap") == 1.0 and coherence.best(row, "chamfer") == row["chamfer"][0]
            assert coherence.single(row, "chamfer") == pytest.approx((row["chamfer"][0] + row["chamfer"][1]) / 2)
            if kind == "plain":
                assert row["judge"][0] > 0.9 and row["judge"][0] > row["judge"][1]
                top = coherence.ceiling(one, same)
                assert top["silhouette"] > 0.97 and top["judge"] == pytest.approx(row["judge"][0], abs=1e-5)


def balls(self, condition, count, generator, **settings):
    """In place of an untrained network's noise, whose surface has a million triangles."""
    line = (np.arange(64) + 0.5) / 64 - 0.5
    away = np.linalg.norm(np.stack(np.meshgrid(line, line, line, indexing="ij")), axis=0)
    return np.stack([away - 0.2 - 0.2 * float(torch.rand(1, generator=generator)) for _ in range(count)])


def test_all_is_measured_once_kept_and_put_into_the_page(data, weights, judge, tmp_path, monkeypatch):
    monkeypatch.setattr(ShapeModel, "sample", balls)
    said, out = [], tmp_path / "out"
    report = evaluate_shapes(
        data, out, said.append, weights=weights, image_only=weights, judge=judge, parameters=PARAMETERS
    )
    assert json.loads((out / "report.json").read_text()) == json.loads(json.dumps(report))
    assert [(one["kind"], one["direction"]) for one in report["retrieval"]][:2] == [
        ("plain", "picture to shape"), ("plain", "shape to picture")]  # fmt: skip
    assert {one["gallery"] for one in report["retrieval"]} == {4}
    pairs = {(one["setting"], one["kind"]) for one in report["coherence"]}
    kinds = ("plain", "cluttered", "sketch")
    assert pairs == {(name, kind) for name in ("CISP", "image only") for kind in kinds} | {("none", "plain")}
    # The same weights twice: no difference, and none is claimed.
    same = [one for one in report["claim"] if one["against"] == "image only"]
    assert same and all(one["mean"] == 0 and not one["certain"] for one in same)
    rows = (out / "rows.jsonl").read_text()
    (out / "rows.jsonl").write_text(rows + '{"key": "stopped whi')
    again = evaluate_shapes(
        data, out, said.append, weights=weights, image_only=weights, judge=judge, parameters=PARAMETERS
    )
    assert (out / "rows.jsonl").read_text() == rows
    assert again["coherence"] == report["coherence"]

    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    write_shapes(page, report)
    text = page.read_text(encoding="utf-8")
    assert "\nold\n" not in text and text.startswith("before") and text.endswith("after\n")
    assert "| stool |" in text and "1-NNA" in text and text.count("| image only |") >= 5
    widths = {line.count("|") for line in text.splitlines() if line.startswith("| CISP | plain | 3")}
    heads = {line.count("|") for line in text.splitlines() if line.startswith("| Guidance | Pictures")}
    assert widths == heads


def test_targets_say_what_is_met_and_what_is_not():
    found = {"mean": 0.5, "low": 0.4, "high": 0.6}
    report = {
        "parameters": {"candidates": 4},
        "retrieval": [{"kind": "plain", "direction": "picture to shape", "asked": 9, "gallery": 9, "first": 0.6,
                       "five": 0.7}],
        "coherence": [{"setting": "CISP", "kind": "plain", "best_overlap": found, "overlap": found,
                       "silhouette": None}],
    }  # fmt: skip
    assert [line[3] for line in targets(report)] == ["met", "**missed**", "**missed**", "met", "open"]
    full = report | {"claim": [], "variety": [], "regularity": [], "categories": [], "coherence": [],
                     "ceiling": {"silhouette": found, "judge": None}}  # fmt: skip
    assert "open" in section(full)
