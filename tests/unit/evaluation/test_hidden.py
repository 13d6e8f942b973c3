"""Hidden people: who is drawn, where a result's joints are, and the results as a section of a page."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch

from backend.evaluation.hidden import worker
from backend.evaluation.hidden.judging import measured
from backend.evaluation.hidden.page import BEGIN, END, section, write_imagine
from backend.evaluation.hidden.painter import Cast, HiddenPainter, Turn
from backend.evaluation.hidden.people import RECORDED, hidden_person, on_feet
from backend.evaluation.hidden.run import Settings, evaluate_imagine
from backend.evaluation.hidden.studio import Shown
from backend.evaluation.hidden.truth import JOINTS, joints_of, triangles_of, vertices_of
from backend.evaluation.lineup import Placed, line_up
from backend.evaluation.requests import EvaluationRequest
from backend.language.imagined import read_wish
from backend.pipelines.painters import the_painter
from backend.place.camera import looking_at
from backend.place.scene import Scene
from tests.mocap import MOCAP, needs_mocap
from tests.pipelines.rooms import Room


class Counting:
    """A studio that draws a flat picture for whoever is in it, and counts."""

    def __init__(self):
        self.rendered, self.order = [], {}

    def render(self, cameras, people=None, candidate=0):
        self.rendered.append((people, len(cameras)))
        self.order[people] = [camera.camera_to_world.tobytes() for camera in cameras]
        level = 0 if people is None else 90 if people == "hidden" else 180
        return np.stack([np.full((c.height, c.width, 3), level + k, np.uint8) for k, c in enumerate(cameras)])


def test_shares_of_who_is_drawn_and_every_picture_once():
    studio = Counting()
    painter = HiddenPainter(studio, Cast("hidden", "other", wrong=0.2, empty=0.1))
    cameras = [looking_at(np.array([2.0, k, 1.0]), np.zeros(3), width=4, height=4) for k in range(5)]
    empty = np.zeros((5, 4, 4, 3), np.uint8)  # all alike: views are told by their cameras
    views = [0, 1, 2, 3, 4] * 80
    turns, told = [], []
    painter.told = turns.append

    def paint():
        return painter.paint(
            empty[views], "a man", person="man", seeds=range(400), report=told.append,
            cameras=[cameras[view] for view in views],
        )  # fmt: skip

    painted = paint()
    drawn = turns[0].who
    assert told[0] == 0.0 and told[-1] == 1.0 and sorted(told) == told and painted.pictures.shape == (400, 4, 4, 3)
    assert abs(drawn.count("other") / 400 - 0.2) < 0.06
    assert abs(drawn.count("nobody") / 400 - 0.1) < 0.05
    assert sorted(studio.rendered) == [("hidden", 5), ("other", 5)]
    for who, view, picture, mask in zip(drawn, views, painted.pictures, painted.masks, strict=True):
        level = {"nobody": 0, "hidden": 90, "other": 180}[who]
        assert mask.all() == (who != "nobody")
        place = studio.order[who].index(cameras[view].camera_to_world.tobytes()) if level else 0
        assert (picture == level + place).all()
    again = paint()
    assert np.array_equal(again.pictures, painted.pictures) and len(studio.rendered) == 2


@pytest.fixture(scope="module")
def result(anny):
    return line_up(anny, (Placed("a man", "standing at ease", (1.0, 2.0), 0.7),))[0]


def test_joints_are_where_the_body_is(anny, result):
    joints, vertices = joints_of(result, 0), vertices_of(result, 0)
    assert joints.shape == (len(JOINTS), 3)
    keypoints = anny.keypoints(torch.tensor(vertices).float()).numpy()
    for bone, keypoint in (("wrist.L", 9), ("lowerleg01.R", 14), ("foot.L", 15), ("upperarm01.R", 6)):
        assert np.linalg.norm(joints[JOINTS.index(bone)] - keypoints[keypoint]) < 0.05
    assert abs(vertices[triangles_of(result)].min(axis=(0, 1))[2]) < 0.01  # stands on the floor
    assert np.linalg.norm(vertices.mean(0)[:2] - [1.0, 2.0]) < 0.15


def test_the_worker_gets_the_people_and_tells_what_it_painted(result, tmp_path, monkeypatch):
    """What goes through files between the processes comes out as it went in."""
    other = replace(result, seconds=7.0)
    (tmp_path / "turn-0.npz").write_bytes(b"of the last request")
    worker.set_stage(tmp_path, Cast(result, other, 0.3, 0.2), "workbench")
    for name, value in worker.environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    painter = the_painter()
    assert painter.cast.wrong == 0.3 and painter.cast.empty == 0.2 and painter.cast.other.seconds == 7.0
    np.testing.assert_array_equal(joints_of(painter.cast.hidden, 0), joints_of(result, 0))
    assert worker.turns(tmp_path) == []
    cameras = tuple(looking_at(np.array([2.0, k, 1.0]), np.zeros(3), width=6, height=4) for k in range(3))
    for level in (10, 20):
        given = np.full((3, 4, 6, 3), level, np.uint8)
        painter.told(Turn(cameras, given, given + 1, ("hidden", "nobody", "other")))
    first, second = worker.turns(tmp_path)
    assert first.who == ("hidden", "nobody", "other") and (second.given == 20).all() and (second.painted == 21).all()
    assert (first.cameras[1].width, first.cameras[1].height) == (6, 4)
    assert np.array_equal(first.cameras[2].camera_to_world, cameras[2].camera_to_world)
    worker.set_stage(tmp_path, Cast(result), "cycles")
    assert the_painter().cast.other is None and not worker.turns(tmp_path)


@pytest.mark.parametrize(
    ("prompt", "alone"),
    [("a man walking", True), ("a person standing, arms raised", True), ("a man squatting under the tree", True),
     ("a woman sitting on the sofa", False), ("a woman leaning on the counter with both hands", False),
     ("a person doing a handstand", False), ("a woman standing beside the bike holding the handlebar", False)],
)  # fmt: skip
def test_recorded_poses_are_for_those_whom_feet_alone_carry(prompt, alone):
    assert on_feet(read_wish(prompt).reading) == alone


@needs_mocap
def test_recorded_people_stand_in_the_scene_and_in_nothing():
    room = Room().add_box("floor", (-4, -4, -0.1), (4, 4, 0)).add_box("crate", (0.5, 0.5, 0), (1.5, 1.5, 1))
    request = EvaluationRequest("a man walking", support="floor")
    hidden = hidden_person(request, room.snapshot(), room.meshes, 5, MOCAP)
    assert hidden.source == RECORDED
    vertices, joints = vertices_of(hidden.person, 0), joints_of(hidden.person, 0)
    heads = dict(zip(JOINTS, joints, strict=True))
    shown = Shown(vertices, triangles_of(hidden.person), ("spine01",) * len(vertices), heads)
    found = measured(Scene.from_snapshot(room.snapshot(), room.meshes), hidden.person, shown, "floor")
    assert found.joint_error == 0 and found.support_right and found.outside > 0.99 and found.gap == 0
    twin = hidden_person(request, room.snapshot(), room.meshes, 5, MOCAP)
    np.testing.assert_array_equal(joints_of(twin.person, 0), joints)


def test_what_is_kept_is_not_measured_again(tmp_path):
    scenes, out = tmp_path / "scenes", tmp_path / "out"
    (scenes).mkdir()
    (scenes / "room.glb").write_bytes(b"never opened")
    (scenes / "room.json").write_text('[{"prompt": "a man"}, {"prompt": "a cat"}]', encoding="utf-8")
    settings = Settings(views=6)
    for index, row in enumerate(_report()["rows"]):
        file = out / "rows" / f"room_{index}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({**row, "settings": asdict(settings)}), encoding="utf-8")
    report = evaluate_imagine(scenes, out, str, settings=settings)
    assert report["summary"]["requests"] == 2 and report["summary"]["answered"] == 1
    assert report["summary"]["sources"] == {"recorded": {"answered": 1, "joint_error": 0.031}}
    assert json.loads((out / "report.json").read_text(encoding="utf-8")) == report


def _report():
    row = {"scene": "room", "index": 0, "prompt": "a man | sitting", "support": "sofa", "seconds": 12.3, "error": None,
           "joint_error": 0.031, "best_joint_error": 0.03, "outside": 0.9985, "carried_by": "sofa",
           "support_right": True, "hidden": "recorded", "drawn": {"hidden": 7, "other": 2, "nobody": 1}}  # fmt: skip
    failed = {"scene": "room", "index": 1, "prompt": "a cat", "seconds": 1.0, "error": {"code": "x", "detail": "y"}}
    summary = {"requests": 2, "answered": 1, "joint_error": 0.031, "worst_joint_error": 0.031, "outside": 0.9985,
               "least_outside": 0.9985, "supports_right": 1, "supports_asked": 1,
               "sources": {"recorded": {"answered": 1, "joint_error": 0.031}}}  # fmt: skip
    settings = {"views": 10, "imaginations": 2, "wrong": 0.2, "empty": 0.1}
    return {"rows": [row, failed], "summary": summary, "settings": settings}


def test_results_are_written_between_their_marks(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    write_imagine(page, _report())
    text = page.read_text(encoding="utf-8")
    assert "old" not in text and text.startswith("before") and text.endswith("after\n")
    assert "Mean joint error 3.1 cm (3.1 cm of 1 recorded poses" in text
    assert "| 7 / 2 / 1 |" in text and "a man / sitting" in text
    assert section(_report()).count("\n| room |") == 2
