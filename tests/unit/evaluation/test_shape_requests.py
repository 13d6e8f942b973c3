"""Request files for shapes: what they may say, and what is said of those that say something else."""

import json

import pytest

from backend.evaluation.shape_requests import ShapeRun, is_about_a_shape, parse, read_shape_request
from protocol.errors import RequestInvalid


def test_a_request_is_read_with_files_beside_it(tmp_path):
    path = tmp_path / "request.json"
    path.write_text(json.dumps({"picture": "chair.png", "at": [1, 2, 0], "crop": [0, 0, 0.5, 1], "size": 1}))
    assert is_about_a_shape(path)
    read = read_shape_request(path)
    assert read.picture == str(tmp_path / "chair.png") and read.at == (1.0, 2.0, 0.0) and read.crop == (0, 0, 0.5, 1)
    assert read.where == "cursor" and read.candidates == 4


def test_where_follows_from_what_is_active(tmp_path):
    assert parse({"picture": "a.png", "active": "Table"}, tmp_path).where == "active"
    assert parse({"like": "Chair", "active": "Table"}, tmp_path).where == "cursor"
    assert parse({"like": "Chair"}, tmp_path) == ShapeRun(like="Chair")


@pytest.mark.parametrize(
    "change",
    [{"picture": 7}, {"mix": "half"}, {"sketch": 1}, {"crop": [1, 2]}, {"at": "here"}, {"seed": True},
     {"where": "prompt"}, {"mood": "good"}, {"picture": ""}, {"candidates": 1.5}],
)  # fmt: skip
def test_what_cannot_be_is_said(change, tmp_path):
    with pytest.raises(RequestInvalid):
        parse({"picture": "a.png"} | change, tmp_path)


def test_requests_for_people_are_none_for_shapes(tmp_path):
    path = tmp_path / "request.json"
    for content in ('{"prompt": "a woman"}', "[]", "no json"):
        path.write_text(content)
        assert not is_about_a_shape(path)
    assert not is_about_a_shape(tmp_path / "missing.json")
