"""CLIP ranks pictures through a small model with random weights in the real layout; half a model is none."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from safetensors.torch import load_file, save_file

from backend.evaluation.semantic import find_clip
from backend.vision import similarity

from ..evaluation.test_semantic import folder, needs_transformers  # noqa: F401  (a fixture)


@pytest.fixture
def configured(monkeypatch):
    yield lambda where: monkeypatch.setenv("STAFFAGE_CLIP", str(where))
    similarity._loaded.cache_clear()


@needs_transformers
def test_cosines_do_not_depend_on_the_batch(folder, configured):  # noqa: F811
    configured(folder)
    found = similarity.configured()
    pictures = np.random.default_rng(0).integers(0, 255, (similarity.BATCH + 3, 40, 56, 3), np.uint8)
    cosines = found.cosines("a b", pictures)
    assert cosines.shape == (len(pictures),) and (np.abs(cosines) <= 1).all() and np.ptp(cosines) > 1e-4
    assert np.allclose(cosines[-3:], found.cosines("a b", pictures[-3:]), atol=1e-4)


@needs_transformers
def test_a_text_tower_alone_sees_no_pictures(folder, configured, tmp_path, caplog):  # noqa: F811
    (tmp_path / "config.json").write_text('{"architectures": ["CLIPTextModelWithProjection"]}', encoding="utf-8")
    configured(tmp_path)
    assert similarity.configured() is None
    assert "picture tower" in caplog.text


def test_nothing_configured_is_nothing(monkeypatch):
    monkeypatch.delenv("STAFFAGE_CLIP", raising=False)
    assert similarity.configured() is None


def test_a_model_that_was_not_downloaded_is_nothing(configured):
    configured("nobody/nothing-at-all")
    assert similarity.configured() is None


@needs_transformers
def test_half_copied_weights_rank_nothing(folder, configured, tmp_path, caplog):  # noqa: F811
    half = shutil.copytree(folder, tmp_path / "half")
    weights = half / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    configured(half)
    assert similarity.configured() is None
    assert "cannot rank" in caplog.text


@needs_transformers
def test_weights_that_lack_a_tensor_are_not_filled_with_random_ones(folder, configured, tmp_path, caplog):  # noqa: F811
    """Neither for ranking nor for the metric."""
    copy = shutil.copytree(folder, tmp_path / "copy")
    tensors = load_file(copy / "model.safetensors")
    del tensors[next(name for name in sorted(tensors) if name.startswith("text_model.encoder"))]
    save_file(tensors, copy / "model.safetensors", metadata={"format": "pt"})
    configured(copy)
    assert similarity.configured() is None and "lack 1 of the model's tensors" in caplog.text
    assert "lack 1" in find_clip(copy).reason
