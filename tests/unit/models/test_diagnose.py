"""Folders that are whole, and folders spoiled the way people spoil them: each gets its own words."""

import json
import shutil

import pytest

from backend.models.diagnose import check
from backend.providers import role

pytest.importorskip("transformers", reason="transformers is not installed")
pytest.importorskip("diffusers", reason="diffusers is not installed")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A tiny CLIP as transformers saves it, its weights in several files."""
    import torch
    from transformers import CLIPConfig, CLIPModel

    folder = tmp_path_factory.mktemp("clip")
    torch.manual_seed(0)
    text = {"vocab_size": 99, "hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2,
            "num_attention_heads": 2}  # fmt: skip
    vision = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2,
              "image_size": 32, "patch_size": 8}  # fmt: skip
    model = CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=12))
    model.save_pretrained(folder, max_shard_size="20KB")
    (folder / "vocab.json").write_text("{}")
    return folder


@pytest.fixture
def folder(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "clip")


def words(folder, key="clip"):
    return " ".join(check(role(key), folder))


def shards(folder):
    found = sorted(folder.glob("model-*.safetensors"))
    assert len(found) > 1
    return found


def test_a_whole_folder_is_whole(folder):
    assert check(role("clip"), folder) == []


def test_no_folder_a_file_and_an_empty_folder(folder, tmp_path):
    assert "no folder" in words(tmp_path / "nothing")
    assert "single file" in words(shards(folder)[0])
    (tmp_path / "empty").mkdir()
    assert "empty" in words(tmp_path / "empty")


def test_missing_files_of_several_are_named(folder):
    gone = shards(folder)[1]
    gone.unlink()
    assert gone.name in words(folder) and "1 are missing" in words(folder)


@pytest.mark.parametrize("kept", [0, 5, 100, -1])
def test_truncated_weights(folder, kept):
    broken = shards(folder)[0]
    content = broken.read_bytes()
    broken.write_bytes(content[:kept] if kept >= 0 else content + b"x")
    assert broken.name in words(folder) and "again" in words(folder)


def test_pointers_of_git_lfs(folder):
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 4\n"
    shards(folder)[0].write_text(pointer)
    assert "git lfs pull" in words(folder)
    (folder / "config.json").write_text(pointer)
    assert "git lfs pull" in words(folder)


def test_pickles_only(folder):
    for file in shards(folder):
        file.unlink()
    (folder / "model.safetensors.index.json").unlink()
    assert "model.safetensors is missing" in words(folder)
    (folder / "pytorch_model.bin").write_bytes(b"x")
    assert "pytorch_model.bin only" in words(folder) and "safetensors" in words(folder)


def test_another_model_and_a_configuration_that_says_nothing(folder):
    assert "CLIPModel" in words(folder, "pose2d") and "VitPoseForPoseEstimation" in words(folder, "pose2d")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({k: v for k, v in config.items() if k != "architectures"}))
    assert "architectures" in words(folder)
    (folder / "config.json").write_text("{")
    assert "JSON" in words(folder)


def test_the_wrong_level_of_folders(folder, tmp_path):
    assert "sub-folder clip" in words(tmp_path)
    (folder / "config.json").unlink()
    assert "config.json is missing" in words(folder)
    (folder / "snapshots").mkdir()
    assert "cache" in words(folder)
    (folder / "model_index.json").write_text("{}")
    assert "pipeline" in words(folder)


def test_other_files_of_the_model(folder):
    (folder / "vocab.json").unlink()
    assert "tokenizer.json or vocab.json is missing" in words(folder)


def test_painters_are_checked_as_pipelines(folder):
    assert "model_index.json" in words(folder, "inpainting")
    assert "model_index.json" in words(folder, "image_to_3d")


def test_body_models_are_arrays_never_pickles(tmp_path):
    (tmp_path / "SMPLX_NEUTRAL.pkl").write_bytes(b"x")
    assert "pickle" in words(tmp_path, "body")
    (tmp_path / "SMPLX_NEUTRAL.npz").write_bytes(b"PK\3\4 arrays")
    assert words(tmp_path, "body") == ""


@pytest.mark.parametrize("index", ['{"weight_map": ["a"]}', "{}", '{"weight_map": {}}', '{"weight_map"'])
def test_an_index_that_names_no_files(folder, index):
    (folder / "model.safetensors.index.json").write_text(index)
    assert "model.safetensors.index.json" in words(folder) and "copy it again" in words(folder)
