"""ViTPose and its person detector as tiny models with random weights, saved in the layout of the real ones."""

import shutil

import numpy as np
import pytest

from backend.vision.keypoints import COCO, NAMES
from protocol.errors import ModelUnusable

pytest.importorskip("transformers", reason="transformers is not installed")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    import torch
    from transformers import (
        RTDetrConfig,
        RTDetrForObjectDetection,
        RTDetrResNetConfig,
        VitPoseBackboneConfig,
        VitPoseConfig,
        VitPoseForPoseEstimation,
    )
    from transformers.models.rt_detr.image_processing_pil_rt_detr import RTDetrImageProcessorPil
    from transformers.models.vitpose.image_processing_pil_vitpose import VitPoseImageProcessorPil

    torch.manual_seed(0)
    pose, boxes = tmp_path_factory.mktemp("vitpose"), tmp_path_factory.mktemp("rtdetr")
    backbone = VitPoseBackboneConfig(
        image_size=[64, 48], patch_size=[16, 16], hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, out_indices=[2], num_experts=1,
    )  # fmt: skip
    config = VitPoseConfig(backbone_config=backbone, num_labels=COCO, use_simple_decoder=True)
    VitPoseForPoseEstimation(config).save_pretrained(pose)
    VitPoseImageProcessorPil(size={"height": 64, "width": 48}).save_pretrained(pose)
    resnet = RTDetrResNetConfig(
        embedding_size=8, hidden_sizes=[8, 16, 16, 16], depths=[1, 1, 1, 1], layer_type="basic",
        out_features=["stage2", "stage3", "stage4"],
    )  # fmt: skip
    detection = RTDetrConfig(
        backbone_config=resnet, encoder_hidden_dim=16, encoder_in_channels=[16, 16, 16], feat_strides=[8, 16, 32],
        encoder_layers=1, encoder_ffn_dim=16, encoder_attention_heads=2, d_model=16, num_queries=12,
        decoder_in_channels=[16, 16, 16], decoder_ffn_dim=16, decoder_layers=1, decoder_attention_heads=2,
        num_denoising=0, id2label={0: "person", 1: "bicycle"}, label2id={"person": 0, "bicycle": 1},
    )  # fmt: skip
    RTDetrForObjectDetection(detection).save_pretrained(boxes)
    RTDetrImageProcessorPil(size={"height": 64, "width": 64}).save_pretrained(boxes)
    return pose, boxes


@pytest.fixture(scope="module")
def detector(folders):
    from backend.vision.pose2d.vitpose import Parameters, ViTPose

    # Random weights are sure of nothing: everything that is a box counts.
    return ViTPose(*folders, device="cpu", parameters=Parameters(detection=0.0, keypoint=0.0))


@pytest.fixture
def picture():
    return np.random.default_rng(3).integers(0, 255, (120, 160, 3)).astype(np.uint8)


def test_people_have_cocos_keypoints_and_no_feet(detector, picture):
    people = detector.detect(picture)
    assert 0 < len(people) <= 8
    for person in people:
        assert person.pixels.shape == (23, 2) and np.isfinite(person.pixels).all()
        assert not person.confidences[COCO:].any()
        assert person.confidences.min() >= 0 and person.confidences.max() <= 1
        left, top, right, bottom = person.box
        assert left > -80 and top > -60 and right < 240 and bottom < 180


def test_the_same_picture_gives_the_same_people(detector, picture):
    for first, second in zip(detector.detect(picture), detector.detect(picture), strict=True):
        np.testing.assert_array_equal(first.pixels, second.pixels)


def test_uncertain_boxes_are_nobody(folders, picture):
    from backend.vision.pose2d.vitpose import Parameters, ViTPose

    assert ViTPose(*folders, device="cpu", parameters=Parameters(detection=0.999)).detect(picture) == []


def test_a_keypoint_is_where_its_heat_map_peaks(detector, picture, monkeypatch):
    """The heat maps replaced by known ones: what is left is the way from a box to pixels."""
    import torch

    box = np.array([[40.0, 20.0, 45.0, 60.0]], np.float32)  # the input's shape: no padding but the quarter all around
    monkeypatch.setattr(detector, "_people", lambda picture: (box, np.array([0.9], np.float32)))
    forward = detector._pose.forward

    def peaked(*arguments, **named):
        outputs = forward(*arguments, **named)
        height, width = outputs.heatmaps.shape[2:]
        y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
        peak = torch.exp(-((x - (width - 1) / 2) ** 2 + (y - (height - 1) / 2) ** 2) / 4.0)
        outputs.heatmaps = peak.expand(1, COCO, height, width).clone()
        return outputs

    monkeypatch.setattr(detector._pose, "forward", peaked)
    (person,) = detector.detect(picture)
    middle = box[0, :2] + box[0, 2:] / 2
    assert np.abs(person.pixels[:COCO] - middle).max() < 1.5
    assert (person.confidences[:COCO] > 0.7).all()
    assert person.confidences[NAMES.index("left_heel")] == 0


def test_folders_of_something_else_are_typed_errors(folders, tmp_path):
    from backend.vision.pose2d.vitpose import ViTPose

    with pytest.raises(ModelUnusable):
        ViTPose(tmp_path, folders[1], device="cpu")
    with pytest.raises(ModelUnusable):
        ViTPose(folders[0], tmp_path, device="cpu")


def test_half_copied_weights_are_a_typed_error(folders, tmp_path):
    from backend.vision.pose2d.vitpose import ViTPose

    half = shutil.copytree(folders[1], tmp_path / "boxes")
    weights = half / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(ModelUnusable, match="boxes"):
        ViTPose(folders[0], half, device="cpu")


@pytest.mark.parametrize("which, name", [(0, "vitpose"), (1, "rtdetr")])
def test_weights_that_lack_a_tensor_are_not_filled_with_random_numbers(folders, tmp_path, which, name):
    from safetensors.torch import load_file, save_file

    from backend.vision.pose2d.vitpose import ViTPose

    copy = shutil.copytree(folders[which], tmp_path / name)
    tensors = load_file(copy / "model.safetensors")
    del tensors[next(own for own in sorted(tensors) if own.endswith("weight") and "backbone" in own)]
    save_file(tensors, copy / "model.safetensors", metadata={"format": "pt"})
    given = [copy if k == which else folder for k, folder in enumerate(folders)]
    with pytest.raises(ModelUnusable, match="lack 1 of the model's tensors"):
        ViTPose(*given, device="cpu")


def test_configured_folders_make_it_the_default(folders, monkeypatch):
    from backend.vision.pose2d import default_detector

    monkeypatch.setenv("STAFFAGE_POSE2D", str(folders[0]))
    monkeypatch.setenv("STAFFAGE_PERSON_DETECTOR", str(folders[1]))
    assert default_detector().name == "ViTPose"
    assert default_detector() is default_detector()
