"""CLIP's text tower takes the lexicon's place where a folder is configured; a broken folder does not stop anybody."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from backend.body.interactions import INTERACTIONS
from backend.language import clip, retrieval
from backend.language.prompt import read


@pytest.fixture
def configured(monkeypatch):
    """Sets the folder; what was loaded for another one is forgotten before and after."""
    yield lambda folder: (monkeypatch.setenv(clip.FOLDER, str(folder)), retrieval.learned.cache_clear())
    monkeypatch.delenv(clip.FOLDER, raising=False)
    retrieval.learned.cache_clear()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A tiny text tower with random weights, in the layout that transformers writes."""
    pytest.importorskip("transformers", reason="transformers is not installed")
    import torch
    from transformers import CLIPTextConfig, CLIPTextModelWithProjection

    path = tmp_path_factory.mktemp("clip")
    letters = [chr(c) for c in range(33, 127)]
    words = [*letters, *(f"{c}</w>" for c in letters), "si", "sit</w>", "<|startoftext|>", "<|endoftext|>"]
    (path / "vocab.json").write_text(json.dumps({word: k for k, word in enumerate(words)}), encoding="utf-8")
    (path / "merges.txt").write_text("#version: 0.2\ns i\nsi t</w>\n", encoding="utf-8")
    (path / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "CLIPTokenizer", "model_max_length": 77, "pad_token": "<|endoftext|>"}),
        encoding="utf-8",
    )
    torch.manual_seed(0)
    config = CLIPTextConfig(
        vocab_size=len(words), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        projection_dim=16, bos_token_id=len(words) - 2, eos_token_id=len(words) - 1, pad_token_id=len(words) - 1,
    )  # fmt: skip
    CLIPTextModelWithProjection(config).save_pretrained(path, safe_serialization=True)
    return path


def test_texts_become_unit_vectors_that_do_not_depend_on_their_batch(folder):
    embedding = clip.ClipEmbedding(folder)
    together = embedding.embed(["sit", "lean on the very far end of a table", "sit"])
    assert together.shape == (3, 16)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.allclose(together[0], together[2], atol=1e-5)
    assert np.allclose(together[0], embedding.embed(["sit"])[0], atol=1e-4)


def test_a_configured_folder_ranks_what_the_lexicon_is_not_certain_of(folder, configured):
    configured(folder)
    found = retrieval.ranked("frobnicate", len(INTERACTIONS))
    assert {f.by for f in found} == {"CLIP"}
    assert len(found) == len(INTERACTIONS)
    assert {f.by for f in retrieval.ranked("sitting")} == {"embedded"}
    assert read("a man sitting on the sofa").action == "sit"


def test_a_description_is_nearest_to_itself(folder):
    ranking = retrieval.Retrieval(clip.ClipEmbedding(folder))
    for interaction in INTERACTIONS[::9]:
        assert ranking.ranked(interaction.name)[0].similarity == pytest.approx(1, abs=1e-4)


def test_a_broken_folder_is_logged_and_the_lexicon_used(tmp_path, configured, caplog):
    configured(tmp_path / "nothing")
    assert retrieval.ranked("frobnicate")[0].by == "embedded"
    assert clip.FOLDER not in caplog.text
    assert "cannot be used" in caplog.text


def test_half_copied_weights_are_logged_and_the_lexicon_used(folder, tmp_path, configured, caplog):
    half = shutil.copytree(folder, tmp_path / "half")
    weights = half / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    configured(half)
    assert retrieval.ranked("frobnicate")[0].by == "embedded"
    assert "cannot be used" in caplog.text


def test_a_text_tower_that_lacks_a_tensor_is_not_filled_with_random_numbers(folder, tmp_path, configured, caplog):
    from safetensors.torch import load_file, save_file

    copy = shutil.copytree(folder, tmp_path / "copy")
    tensors = load_file(copy / "model.safetensors")
    lost = next(name for name in sorted(tensors) if "layers.1" in name)
    del tensors[lost]
    save_file(tensors, copy / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ValueError, match=f"lack 1 of the model's tensors, such as .*{lost.split('layers')[-1]}"):
        clip.ClipEmbedding(copy)
    configured(copy)
    assert retrieval.ranked("frobnicate")[0].by == "embedded"
    assert "lack 1 of the model's tensors" in caplog.text


def test_without_a_folder_nothing_is_loaded(monkeypatch):
    monkeypatch.delenv(clip.FOLDER, raising=False)
    assert clip.configured() is None
