"""MediaPipe on pictures of this project: who is there, the same every time, and not a word on the terminal."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from backend.vision.keypoints import NAMES
from protocol.errors import ModelsMissing

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture(scope="module")
def detector():
    from backend.vision.pose2d.mediapipe_pose import MediaPipePose

    try:
        return MediaPipePose()
    except ModelsMissing as error:
        pytest.skip(error.detail)


@pytest.fixture(scope="module")
def demo():
    image = pytest.importorskip("PIL.Image")
    with image.open(ROOT / "docs" / "demo.png") as picture:
        return np.array(picture.convert("RGB"))


def test_everybody_in_the_demo_is_found_once(detector, demo):
    people = detector.detect(demo)
    assert 2 <= len(people) <= 4
    assert people == sorted(people, key=lambda p: -p.score)
    for person in people:
        assert person.pixels.shape == (23, 2) and person.confidences.shape == (23,)
        assert person.confidences.min() >= 0 and person.confidences.max() <= 1
        head, hips = person.pixels[NAMES.index("nose")], person.pixels[NAMES.index("left_hip")]
        assert head[1] < hips[1]
        assert (person.confidences[[NAMES.index("left_small_toe"), NAMES.index("right_small_toe")]] <= 0.5).all()


def test_the_same_picture_gives_the_same_people(detector, demo):
    for first, second in zip(detector.detect(demo), detector.detect(demo), strict=True):
        np.testing.assert_array_equal(first.pixels, second.pixels)
        np.testing.assert_array_equal(first.confidences, second.confidences)


def test_a_larger_picture_gives_the_same_people_in_its_own_pixels(detector, demo):
    large = demo.repeat(2, 0).repeat(2, 1)
    ours, theirs = detector.detect(large), detector.detect(demo)
    assert abs(len(ours) - len(theirs)) <= 1
    best = min(ours, key=lambda p: np.abs(p.pixels / 2 - theirs[0].pixels).mean())
    assert np.abs(best.pixels / 2 - theirs[0].pixels).mean() < 6


@pytest.mark.parametrize("shape", [(64, 64), (33, 500), (500, 33)])
def test_an_empty_picture_shows_nobody(detector, shape):
    assert detector.detect(np.full((*shape, 3), 128, np.uint8)) == []


def test_nothing_is_said_on_the_terminal(detector):
    code = (
        "import numpy as np\n"
        "from backend.vision.pose2d.mediapipe_pose import MediaPipePose\n"
        "MediaPipePose().detect(np.zeros((256, 200, 3), np.uint8))"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_without_the_package_the_error_says_what_to_install(monkeypatch):
    from backend.vision.pose2d.mediapipe_graphs import Graphs

    monkeypatch.setitem(sys.modules, "mediapipe", None)
    for name in [name for name in sys.modules if name.startswith("mediapipe.")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(ModelsMissing) as caught:
        Graphs(0.5, 0.5)
    assert "staffage[photo]" in caught.value.remedy
