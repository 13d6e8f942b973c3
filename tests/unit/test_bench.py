"""The bench command: targets are judged, a failing case leaves the others their turn, the file holds what was said."""

import json
import sys
import types

import numpy as np
import pytest

from backend.bench import commands, million
from backend.cli import main


def test_a_target_without_its_figure_is_missed():
    assert commands.missed({"targets": {"ratio": [">=", 20]}}) == ["ratio = None, wanted >= 20"]
    assert commands.missed({"ratio": 25, "targets": {"ratio": [">=", 20]}}) == []
    assert commands.missed({"ratio": 15, "targets": {"ratio": [">=", 20]}}) == ["ratio = 15, wanted >= 20"]


def test_a_failing_case_is_recorded_and_the_next_one_runs(tmp_path, monkeypatch, capsys):
    def fail():
        raise RuntimeError("no sockets here")

    for name, run in (("transport", fail), ("field", lambda: {"seconds": 1.0, "targets": {"seconds": ["<", 3]}})):
        monkeypatch.setitem(sys.modules, f"backend.bench.{name}", types.SimpleNamespace(run=run))
    path = tmp_path / "out" / "bench.json"
    assert main(["bench", "--json", str(path), "--only", "transport", "--only", "field"]) == 1
    report = json.loads(path.read_text())
    assert "no sockets here" in report["cases"]["transport"]["error"]
    assert report["cases"]["field"] == {"seconds": 1.0, "targets": {"seconds": ["<", 3]}, "missed": []}
    assert report["machine"]["processors"] >= 1
    assert "target < 3" in capsys.readouterr().out


def test_the_body_of_a_million_triangles_is_one_and_deforms_with_its_bones():
    rig, person = million.body(million.SIDE)
    assert 2 * len(rig.faces) >= 1_000_000
    assert rig.faces.max() == len(person.rest_vertices) - 1
    np.testing.assert_allclose(rig.weights.sum(axis=1), 1.0, atol=1e-6)


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("STAFFAGE_DATA_DIR", str(tmp_path / "data"))
