"""Request files, PLY files and the summary of a report."""

import json

import numpy as np
import pytest
import trimesh

from backend.evaluation.ply import read_ply, write_ply
from backend.evaluation.report import entry_line, summarise, summary_line
from backend.evaluation.requests import parse_request, read_request, read_requests
from protocol.errors import RequestInvalid


def test_ply_is_read_back_by_us_and_by_others(tmp_path):
    mesh = trimesh.creation.icosphere(subdivisions=1)
    write_ply(tmp_path / "ball.ply", mesh.vertices, mesh.faces)
    vertices, triangles = read_ply(tmp_path / "ball.ply")
    np.testing.assert_allclose(vertices, mesh.vertices, atol=1e-7)
    np.testing.assert_array_equal(triangles, mesh.faces)
    theirs = trimesh.load(tmp_path / "ball.ply", process=False)
    np.testing.assert_allclose(theirs.vertices, mesh.vertices, atol=1e-7)
    np.testing.assert_array_equal(theirs.faces, mesh.faces)


def test_a_cursor_position_makes_the_cursor_the_place_unless_told_otherwise():
    assert parse_request({"prompt": "a man"}).where == "prompt"
    assert parse_request({"prompt": "a man", "at": [1, 2, 0]}).where == "cursor"
    assert parse_request({"prompt": "a man", "at": [1, 2, 0], "where": "prompt"}).where == "prompt"


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ([], "object"),
        ({}, "prompt"),
        ({"prompt": 3}, "prompt"),
        ({"prompt": "a man", "at": [1, 2]}, "at"),
        ({"prompt": "a man", "where": "there"}, "where"),
        ({"prompt": "a man", "candidates": True}, "candidates"),
        ({"prompt": "a man", "touch": ["hands"]}, "touch"),
        ({"prompt": "a man", "colour": "red"}, "colour"),
    ],
)
def test_a_bad_request_is_refused_by_name(data, named):
    with pytest.raises(RequestInvalid, match=named):
        parse_request(data)


def test_request_files_that_cannot_be_read_say_so(tmp_path):
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(RequestInvalid, match=r"broken\.json"):
        read_request(tmp_path / "broken.json")
    (tmp_path / "one.json").write_text(json.dumps({"prompt": "a man"}))
    with pytest.raises(RequestInvalid, match="list"):
        read_requests(tmp_path / "one.json")


def entry(good, error=None, **metrics):
    figures = {"person": "Man", "outside": 1.0, "deepest": 0.0, "gap": 0.0, "support": "sofa", "support_gap": 0.0,
               "touch_gap": None, "overbalance": 0.0, "overlap": 0.0, **metrics}  # fmt: skip
    candidates = [] if error else [{"good": good, "failures": [], "metrics": [figures]}]
    return {"prompt": "a man", "seconds": 2.0, "error": error, "good": good, "any_good": good, "longest_tick": 0.004,
            "candidates": candidates}  # fmt: skip


def test_the_summary_counts_requests_and_first_candidates():
    error = {"code": "unknown_object", "title": "No such object", "detail": "piano", "remedy": ""}
    scenes = {"room": [entry(True), entry(False, support_gap=0.5, outside=0.9)], "park": [entry(False, error=error)]}
    total = summarise(scenes)
    assert (total["requests"], total["answered"], total["good"], total["failed"]) == (3, 2, 1, 1)
    assert total["errors"] == {"unknown_object": 1}
    assert total["share_on_support"] == 0.5 and total["share_outside"] == 0.5 and total["share_not_floating"] == 1.0
    assert summary_line(total).startswith("1 of 3 good") and summary_line(total).endswith("2.0 s")
    assert "piano" in entry_line(scenes["park"][0])
    assert "POOR" in entry_line(scenes["room"][1])


def test_an_evaluation_without_answers_has_no_shares():
    total = summarise({"room": [entry(False, error={"code": "x", "title": "t", "detail": "", "remedy": ""})]})
    assert total["share_outside"] is None and total["median_seconds"] is None
