"""Who judges: our own encoder's weights, or words about what is missing."""

from __future__ import annotations

import numpy as np
import pytest

from backend.evaluation.shapes.judge import judge_in, mark_of
from backend.shapes import storage
from protocol.errors import RequestInvalid
from tests.unit.shapes import tiny


def test_an_encoder_judges_as_the_model_sees(tmp_path):
    model = tiny.model()
    storage.write(tmp_path, "picture_encoder", model.picture_encoder, {})
    pictures = np.random.default_rng(0).random((2, 96, 96, 3)).astype(np.float32)
    codes = judge_in(tmp_path)(pictures)
    assert np.allclose(codes, model.encode_pictures(pictures).embedding, atol=2e-3)  # kept in half precision
    before = mark_of(tmp_path)
    storage.write(tmp_path, "picture_encoder", tiny.model(1).picture_encoder, {})
    assert mark_of(tmp_path) != before


def test_a_folder_without_a_judge_is_said(tmp_path):
    with pytest.raises(RequestInvalid, match=tmp_path.name):
        judge_in(tmp_path)
