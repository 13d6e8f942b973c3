"""CLIP's score through a model with random weights in the real layout; and the words where there is none."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from backend.evaluation.semantic import VARIABLE, Missing, find_clip, mean_scores

needs_transformers = pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("transformers", "PIL")),
    reason="optional packages are not installed: pip install transformers pillow",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What transformers writes for CLIP, small: config, weights as safetensors, byte-pair tokenizer."""
    import torch
    from transformers import CLIPConfig, CLIPModel

    where = tmp_path_factory.mktemp("clip")
    text = {"vocab_size": 520, "hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2,
            "num_attention_heads": 2, "bos_token_id": 518, "eos_token_id": 519, "pad_token_id": 519}  # fmt: skip
    vision = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2,
              "image_size": 32, "patch_size": 8}  # fmt: skip
    torch.manual_seed(0)
    model = CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=12))
    model.save_pretrained(where, safe_serialization=True)
    _write_tokenizer(where)
    return where


def _write_tokenizer(where: Path) -> None:
    """Bytes and bytes at a word's end, no merges: the smallest vocabulary that CLIP's tokenizer works with."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = [chr(code) for code in plain] + [chr(256 + k) for k in range(256 - len(plain))]
    words = [*letters, *(letter + "</w>" for letter in letters), "a b", "c d", "e f", "g h", "i j", "k l"]
    vocabulary = {word: number for number, word in enumerate([*words, "<|startoftext|>", "<|endoftext|>"])}
    (where / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    (where / "merges.txt").write_text("#version: 0.2\n", encoding="utf-8")
    (where / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "CLIPTokenizer", "model_max_length": 77}), encoding="utf-8"
    )


@pytest.fixture
def pictures(tmp_path):
    from PIL import Image

    paths = []
    for number, size in enumerate([(64, 48), (48, 64)]):
        pixels = np.random.default_rng(number).integers(0, 255, (*size[::-1], 3), np.uint8)
        paths.append(tmp_path / f"{number}.png")
        Image.fromarray(pixels).save(paths[-1])
    return paths


@needs_transformers
def test_scores_are_cosines_and_the_same_every_time(folder, pictures):
    clip = find_clip(folder)
    scores = clip.similarity("a woman sitting on the sofa", pictures)
    assert scores.shape == (2,) and np.all(np.abs(scores) <= 1) and scores[0] != scores[1]
    np.testing.assert_array_equal(scores, clip.similarity("a woman sitting on the sofa", pictures))
    assert not np.allclose(scores, clip.similarity("a bicycle", pictures))


@needs_transformers
def test_a_score_is_that_of_transformers_own_forward_pass(folder, pictures):
    import torch
    from transformers import AutoTokenizer, CLIPModel

    model, tokenizer = CLIPModel.from_pretrained(folder).eval(), AutoTokenizer.from_pretrained(folder)
    clip = find_clip(folder)
    shown = torch.stack([clip._prepared(path) for path in pictures])
    with torch.no_grad():
        output = model(**tokenizer(["a man"], return_tensors="pt"), pixel_values=shown)
    theirs = (output.logits_per_image[:, 0] / model.logit_scale.exp()).detach().numpy()
    np.testing.assert_allclose(clip.similarity("a man", pictures), theirs, atol=1e-5)


@needs_transformers
def test_pictures_as_arrays_have_transformers_own_embeddings(folder, pictures):
    import torch
    from PIL import Image
    from transformers import CLIPModel

    clip, model = find_clip(folder), CLIPModel.from_pretrained(folder).eval()
    arrays = [np.asarray(Image.open(path), np.float32) / 255 for path in pictures]
    codes = np.concatenate([clip.embeddings(one[None]) for one in arrays])
    with torch.no_grad():
        output = model(input_ids=torch.tensor([[518, 519]]), pixel_values=torch.stack(
            [clip._prepared(path) for path in pictures]))  # fmt: skip
    np.testing.assert_allclose(codes, output.image_embeds.numpy(), atol=1e-5)
    assert np.linalg.norm(codes, axis=1) == pytest.approx(1, abs=1e-5)


@needs_transformers
def test_a_folder_of_something_else_says_so(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    found = find_clip(tmp_path)
    assert isinstance(found, Missing) and tmp_path.name in found.reason


def test_without_a_folder_the_reason_says_how_to_name_one(monkeypatch, tmp_path):
    monkeypatch.delenv(VARIABLE, raising=False)
    assert "--clip" in find_clip().reason
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert "config.json" in find_clip().reason


def test_the_mean_of_the_best_counts_each_request_once():
    found = mean_scores([[0.1, 0.3], [0.2], []])
    assert found["mean_of_all"] == pytest.approx(0.2)
    assert found["mean_of_max"] == pytest.approx(0.25)
    assert found["pictures"] == 3
    assert mean_scores([[], []]) is None
