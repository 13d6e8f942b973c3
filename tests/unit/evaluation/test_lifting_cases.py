"""The lifting's evaluation: what the cameras see is as asked for, and its table stands where the page has room."""

from __future__ import annotations

import json

import pytest
import torch

from backend.body.pose_joints import to_bones
from backend.body.prior import PosePrior
from backend.evaluation.lifting import cases, measure, page
from protocol.errors import RequestInvalid
from tests.mocap import MOCAP, needs_mocap


@pytest.fixture(scope="module")
def crowd(anny, woman):
    generator = torch.Generator().manual_seed(0)
    joints = PosePrior.load().sample(6, generator)
    poses = to_bones(joints, anny.skeleton.bone_names, woman.heads)
    return cases.people(anny, poses, 6, generator)


def test_as_many_views_as_asked_for_show_somebody_else(crowd):
    sample = cases.sample(crowd, 3, 8, 0.0, 0.4, torch.Generator().manual_seed(1))
    assert (sample.wrong.sum(1) == 3).all()
    for v, camera in enumerate(sample.views.cameras):
        pixels = torch.as_tensor(camera.project(sample.truth.double().numpy())[0], dtype=torch.float32)
        off = (pixels - sample.views.pixels[:, v]).norm(dim=-1).mean(1)
        assert (off[~sample.wrong[:, v]] < 1e-3).all() and (off[sample.wrong[:, v]] > 10).all()
        assert abs(float(torch.tensor(camera.eye - cases.TARGET).norm()) - cases.DISTANCE) < 1e-6
    missing = (sample.views.confidences == 0).float().mean()
    assert cases.MISSING * 0.5 < missing < 0.6
    seen = sample.views.pixels[sample.views.confidences > 0]
    assert (seen >= 0).all() and (seen < cases.SIZE).all()


def test_noise_is_as_large_as_asked_for(crowd):
    clean = cases.sample(crowd, 3, 8, 0.0, 0.0, torch.Generator().manual_seed(2))
    noisy = cases.sample(crowd, 3, 8, 5.0, 0.0, torch.Generator().manual_seed(2))
    assert abs(float((noisy.views.pixels - clean.views.pixels).std()) - 5) < 0.5


@needs_mocap
def test_the_poses_are_of_clips_that_nothing_was_trained_on(anny, monkeypatch):
    monkeypatch.setattr(cases, "_FRAMES", 2)
    found = cases.held_out_poses(MOCAP, anny)
    assert 8 < len(found) < 80
    assert (found.mT @ found - torch.eye(3)).abs().max() < 1e-3


def test_a_small_table_is_measured_and_written(anny, crowd, tmp_path, monkeypatch):
    monkeypatch.setattr(measure, "held_out_poses", lambda folder, model: None)
    monkeypatch.setattr(measure, "people", lambda model, poses, count, generator: crowd)
    for name, value in (("VIEWS", (6,)), ("NOISE", (5.0,)), ("WRONG", (0.0, 0.4))):
        monkeypatch.setattr(measure, name, value)
    from dataclasses import replace

    report = measure.measure(tmp_path, tmp_path / "out", lambda line: None, count=2,
                             parameters=replace(measure.OUTDOOR, iterations=150, restarts=2))  # fmt: skip
    assert [row["met"] for row in report["targets"]] == [True, True]
    assert json.loads((tmp_path / "out" / "lifting.json").read_text()) == report
    text = page.section(report)
    assert "| 6 | 5 |" in text and "40 % wrong" in text and "| met |" in text
    document = tmp_path / "page.md"
    document.write_text("nothing")
    with pytest.raises(RequestInvalid):
        page.write_lifting(document, report)
    document.write_text(f"before\n{page.BEGIN}\nold\n{page.END}\nafter")
    page.write_lifting(document, report)
    assert "old" not in document.read_text() and document.read_text().startswith("before")
