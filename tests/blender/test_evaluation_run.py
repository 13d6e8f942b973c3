"""`evaluate`, through a real Blender, the built extension and a real backend; only the pipeline is simple."""

import importlib.util
import json

import numpy as np
import pytest
import trimesh

from backend.evaluation.ply import read_ply
from backend.evaluation.process import BlenderFailed
from backend.evaluation.protocol import evaluate_humans
from protocol.errors import RequestInvalid

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("bpy") is None, reason="Blender as a module is not installed: pip install -e .[blender]"
)

REQUESTS = [
    {"prompt": "a ball on the ground", "at": [0.5, 0.25, 0.0], "support": "ground", "candidates": 2},
    {"prompt": "a ball that can fly", "at": [0, 0, 0]},
    {"prompt": "crash", "at": [0, 0, 0]},
    {"prompt": "two balls", "at": [-1.0, 0, 0], "support": "ground", "candidates": 1, "seed": 5},
    {"prompt": "  "},
    {"prompt": "a ball where nobody points", "candidates": 1},
]


def scene_files(folder):
    """A ground slab and a block on it, as glTF (Y up), with its requests."""
    ground = trimesh.creation.box((8, 0.2, 8)).apply_translation((0, -0.1, 0))
    block = trimesh.creation.box((1, 1, 1)).apply_translation((3, 0.5, 0))
    scene = trimesh.Scene()
    scene.add_geometry(ground, node_name="ground", geom_name="ground")
    scene.add_geometry(block, node_name="block", geom_name="block")
    scene.export(folder / "yard.glb")
    (folder / "yard.json").write_text(json.dumps(REQUESTS))


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("evaluate")
    scene_files(folder)
    said = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STAFFAGE_PIPELINES", "HumansRequest=tests.blender.ball_pipeline")
        report = evaluate_humans(folder, folder / "out", said.append)
    return folder / "out", report, said


def entry(evaluated, index):
    return evaluated[1]["scenes"]["yard"][index]


def test_every_request_has_its_entry_and_the_file_holds_the_report(evaluated):
    out, report, said = evaluated
    assert [own["prompt"] for own in report["scenes"]["yard"]] == [own["prompt"] for own in REQUESTS]
    assert json.loads((out / "report.json").read_text()) == json.loads(json.dumps(report))
    assert report["summary"]["requests"] == 6 and report["summary"]["failed"] == 3
    assert len(said) >= 6


def test_a_ball_on_the_ground_is_good_and_the_second_candidate_floats(evaluated):
    first = entry(evaluated, 0)
    assert first["error"] is None and first["good"]
    good, floating = first["candidates"]
    assert good["good"] and good["metrics"][0]["support"] == "ground" and good["support"] == "ground"
    assert floating["metrics"][0]["gap"] == pytest.approx(0.3, abs=1e-3)
    assert any("floats" in failure for failure in floating["failures"])


def test_bodies_are_written_in_world_metres_z_up(evaluated):
    vertices, triangles = read_ply(evaluated[0] / "yard" / "0" / "candidate_1.ply")
    np.testing.assert_allclose(vertices.min(axis=0), (-0.5, -0.75, 0.3), atol=5e-3)
    np.testing.assert_allclose(vertices.max(axis=0), (1.5, 1.25, 2.3), atol=5e-3)
    assert len(triangles) == 2 * 40 * 40


def test_a_request_without_a_place_is_asked_of_the_scene_as_it_was_opened(evaluated):
    vertices, _ = read_ply(evaluated[0] / "yard" / "5" / "candidate_0.ply")
    np.testing.assert_allclose((vertices.min(axis=0) + vertices.max(axis=0))[:2] / 2, (0.0, 0.0), atol=5e-3)


def test_several_people_have_a_file_each(evaluated):
    folder = evaluated[0] / "yard" / "3"
    assert {path.name for path in folder.glob("*.ply")} == {"candidate_0_0.ply", "candidate_0_1.ply"}
    people = entry(evaluated, 3)["candidates"][0]["metrics"]
    assert [own["overlap"] for own in people] == [0.0, 0.0]


def test_pictures_and_scenes_are_there(evaluated):
    for index in (0, 3):
        folder = evaluated[0] / "yard" / str(index)
        assert (folder / "view.png").stat().st_size > 10_000
        assert (folder / "result.blend").stat().st_size > 10_000


def test_the_page_shows_every_request_and_the_picture_of_each_answer(evaluated):
    page = (evaluated[0] / "report.html").read_text(encoding="utf-8")
    assert all(own["prompt"].strip() in page for own in REQUESTS)
    assert page.count("data:image/jpeg;base64,") == 3


def test_our_figures_tell_what_carries_the_ball_and_that_the_second_candidate_floats(evaluated):
    good, floating = (candidate["metrics"][0]["ours"] for candidate in entry(evaluated, 0)["candidates"])
    assert good["support_right"] and good["loads"] == {"ground": 1.0} and good["balance"] > 0
    assert floating["floating"] == pytest.approx(0.3, abs=1e-3) and floating["support_right"] is False
    published = [candidate["metrics"][0]["published"] for candidate in entry(evaluated, 0)["candidates"]]
    assert published[0]["near_contact"] == 1.0 and published[1]["near_contact"] == 0.0
    assert entry(evaluated, 0)["differences"]["placed_mean"] == pytest.approx(0.3, abs=1e-3)
    assert entry(evaluated, 0)["differences"]["posed_mean"] == pytest.approx(0.0, abs=1e-5)


def test_targets_are_told_met_or_missed(evaluated):
    targets = {row["name"]: row["met"] for row in evaluated[1]["targets"]}
    assert targets["floating"] is True and targets["entropy"] is None


def test_failures_are_recorded_and_do_not_stop_the_others(evaluated):
    assert entry(evaluated, 1)["error"]["code"] == "unknown_action" and entry(evaluated, 1)["error"]["remedy"]
    assert entry(evaluated, 2)["error"]["code"] == "blender_died"
    assert entry(evaluated, 3)["error"] is None
    assert entry(evaluated, 4)["error"]["code"] == "not_possible"
    assert "prompt" in entry(evaluated, 4)["error"]["detail"]


def test_people_of_earlier_requests_are_gone_when_the_next_is_asked(evaluated):
    """The pipeline's reading counts what it was sent: ground and block, nobody else."""
    assert entry(evaluated, 0)["reading"] == entry(evaluated, 3)["reading"] == "2 objects"


def test_a_backend_that_cannot_start_fails_every_request_with_its_reason(tmp_path, monkeypatch):
    scene_files(tmp_path)
    monkeypatch.setenv("STAFFAGE_PIPELINES", "HumansRequest=tests.blender.no_such_pipeline")
    report = evaluate_humans(tmp_path, tmp_path / "out", lambda line: None, only="yard:0")
    error = report["scenes"]["yard"][0]["error"]
    assert "no_such_pipeline" in error["detail"]


def test_a_folder_without_scenes_is_refused(tmp_path):
    with pytest.raises((RequestInvalid, BlenderFailed), match="no such scene"):
        evaluate_humans(tmp_path, tmp_path / "out", lambda line: None)
