"""The command `models` as users type it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def models(tmp_path):
    def run(*arguments):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("STAFFAGE_")}
        environment |= {
            "STAFFAGE_CONFIG": str(tmp_path / "config.json"), "STAFFAGE_DATA_DIR": str(tmp_path / "data"),
            "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hub"),
        }  # fmt: skip
        return subprocess.run(
            [sys.executable, "-m", "backend", "models", *arguments], cwd=ROOT, env=environment, capture_output=True,
            text=True, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip

    return run


def test_list_tells_of_every_role_what_it_costs_and_what_works_without_it(models, tmp_path):
    ended = models("list")
    assert ended.returncode == 0, ended.stderr
    for words in ("imagination", "2.8 GB", "CreativeML", "without", "MediaPipe", "models fetch inpainting", "SMPL-X",
                  "non-commercial", str(tmp_path / "config.json")):  # fmt: skip
        assert words in ended.stdout, words


def test_a_body_models_folder_is_added_checked_and_removed(models, tmp_path):
    folder = tmp_path / "smplx"
    folder.mkdir()
    wrong = models("add", "body", str(folder))
    assert wrong.returncode == 1 and "empty" in wrong.stderr and "Nothing was changed" in wrong.stderr
    assert not (tmp_path / "config.json").exists()
    (folder / "SMPLX_NEUTRAL.npz").write_bytes(b"PK\3\4")
    assert models("add", "body", str(folder)).returncode == 0
    assert json.loads((tmp_path / "config.json").read_text()) == {"models": {"body": str(folder)}}
    assert "can be used" in models("check", "body").stdout
    (folder / "SMPLX_NEUTRAL.npz").unlink()
    broken = models("check")
    assert broken.returncode == 1 and "cannot be used" in broken.stdout and "Traceback" not in broken.stderr
    assert models("remove", "body").returncode == 0
    assert models("check").returncode == 0


def test_a_configuration_that_cannot_be_read_is_told_once(models, tmp_path):
    (tmp_path / "config.json").write_text("{")
    checked = models("check")
    assert checked.returncode == 1 and checked.stderr.count("cannot be read") == 1 and not checked.stdout
    assert models("list").stderr.count("cannot be read") == 1


@pytest.mark.parametrize("arguments", [[], ["add"], ["add", "nonsense", "x"], ["fetch", "splats"]])
def test_wrong_use_is_told(models, arguments):
    ended = models(*arguments)
    assert ended.returncode == 2 and "usage:" in ended.stderr


def test_fetching_without_a_connection_or_a_source_says_so(models):
    offline = models("fetch", "clip", "--yes")
    assert offline.returncode == 1 and "could not be found" in offline.stderr and "Traceback" not in offline.stderr
    by_hand = models("fetch", "body")
    assert by_hand.returncode == 1 and "smpl-x" in by_hand.stderr


def test_an_id_that_is_not_there_or_a_mistyped_folder_changes_nothing(models, tmp_path):
    ended = models("add", "inpainting", "models/stable-diffusion")
    assert ended.returncode == 1 and "no folder models/stable-diffusion" in ended.stderr
    assert "models fetch inpainting --source" in ended.stderr and "Traceback" not in ended.stderr
    assert not (tmp_path / "config.json").exists()
