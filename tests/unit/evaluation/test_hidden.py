"""Hidden people: who is drawn, where a result's joints are, and the results as a section of a page."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from backend.evaluation.hidden.page import BEGIN, END, section, write_imagine
from backend.evaluation.hidden.painter import Cast, HiddenPainter
from backend.evaluation.hidden.truth import JOINTS, joints_of, triangles_of, vertices_of
from backend.evaluation.lineup import Placed, line_up
from backend.place.camera import looking_at


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
