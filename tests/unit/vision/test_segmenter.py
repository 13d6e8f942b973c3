"""SAM's outlines have the picture's size, from a folder that is whole; here with random weights."""

import numpy as np
import pytest

from protocol.errors import ModelUnusable

transformers = pytest.importorskip("transformers", reason="pip install -e .[models]")

from backend.vision.segmenter import Sam  # noqa: E402


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    import torch

    torch.manual_seed(0)
    vision = transformers.SamVisionConfig(
        hidden_size=16, output_channels=8, num_hidden_layers=1, num_attention_heads=2, image_size=64, patch_size=16,
        window_size=2, global_attn_indexes=[0], mlp_dim=16, num_pos_feats=4,
    )  # fmt: skip
    prompt = transformers.SamPromptEncoderConfig(hidden_size=8, image_size=64, patch_size=16, image_embedding_size=4)
    mask = transformers.SamMaskDecoderConfig(
        hidden_size=8, mlp_dim=8, num_attention_heads=2, iou_head_hidden_dim=8, num_hidden_layers=1
    )
    config = transformers.SamConfig(vision_config=vision, prompt_encoder_config=prompt, mask_decoder_config=mask)
    path = tmp_path_factory.mktemp("sam")
    transformers.SamModel(config).save_pretrained(path)
    return path


@pytest.mark.parametrize("shape", [(40, 90), (120, 60), (33, 33)])
def test_a_mask_has_the_pictures_size(folder, shape):
    picture = np.random.default_rng(0).integers(0, 255, (*shape, 3), np.uint8)
    mask = Sam(folder, device="cpu").outline(picture, (5.0, 5.0, 30.0, 30.0))
    assert mask.shape == shape and mask.dtype == bool


def test_a_folder_without_weights_is_said(tmp_path, folder):
    with pytest.raises(ModelUnusable):
        Sam(tmp_path)
    (tmp_path / "config.json").write_text((folder / "config.json").read_text())
    with pytest.raises(ModelUnusable):
        Sam(tmp_path)
