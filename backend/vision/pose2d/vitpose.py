"""ViTPose (Xu et al. 2022) through transformers: 17 keypoints for every box of its usual person detector, RT-DETR.

Both come from folders on this computer in the layout that `save_pretrained` writes; only safetensors are read. Feet
keep the confidence 0: the models know COCO's keypoints only.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError

from backend.pretrained import whole
from backend.vision.keypoints import COCO, NAMES, PersonKeypoints
from protocol.errors import ModelsMissing, ModelUnusable

from .people import merged

Array = np.ndarray
EXPERTS_COCO = 0  # ViTPose+ has one expert per data set it was trained on; the first one's keypoints are COCO's


@dataclass(frozen=True)
class Parameters:
    detection: float = 0.4  # least score of a person's box, 0…1
    keypoint: float = 0.05  # less certain keypoints are not found
    people: int = 8  # at most, in one picture


class ViTPose:
    """A `PoseDetector`."""

    name = "ViTPose"

    def __init__(
        self, folder: Path, boxes: Path, device: str | None = None, parameters: Parameters = Parameters()
    ) -> None:
        """folder: ViTPose; boxes: RT-DETR or another detector of transformers; device: None takes the GPU if any.

        Raises `ModelsMissing` without transformers, `ModelUnusable` where a folder cannot be loaded.
        """
        try:
            import torch
            import transformers
        except ImportError as error:
            raise ModelsMissing(
                f"ViTPose needs the package {error.name}.",
                remedy='Install it where the backend runs: pip install "staffage[models]".',
            ) from error
        self._torch, self._parameters = torch, parameters
        self._device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        # The processors that need no torchvision; the ones chosen automatically say so on every start.
        self._pose = self._loaded(transformers.VitPoseForPoseEstimation, folder)
        self._pose_input = _processor("vitpose", "VitPoseImageProcessorPil", folder)
        self._boxes = self._loaded(transformers.AutoModelForObjectDetection, boxes)
        self._boxes_input = _processor("rt_detr", "RTDetrImageProcessorPil", boxes)
        labels = getattr(self._boxes.config, "id2label", None) or {0: "person"}
        self._person_labels = [int(key) for key, label in labels.items() if str(label).lower() == "person"] or [0]

    def detect(self, picture: Array) -> list[PersonKeypoints]:
        """picture: (H, W, 3) uint8 sRGB → everybody in it, best first; nobody is an empty list."""
        boxes, scores = self._people(picture)
        if not len(boxes):
            return []
        inputs = self._pose_input(picture, boxes=[boxes.tolist()], return_tensors="pt").to(self._device)
        experts = getattr(self._pose.config.backbone_config, "num_experts", 1)
        which = {"dataset_index": self._torch.full((len(boxes),), EXPERTS_COCO)} if experts > 1 else {}
        with self._torch.no_grad():
            outputs = self._pose(**inputs, **{name: value.to(self._device) for name, value in which.items()})
        outputs.heatmaps = outputs.heatmaps.float().cpu()
        answers = self._pose_input.post_process_pose_estimation(outputs, boxes=[boxes.tolist()])[0]
        people = [self._named(answer, float(score)) for answer, score in zip(answers, scores, strict=True)]
        return merged([person for person in people if person.confidences.any()])[: self._parameters.people]

    def _people(self, picture: Array) -> tuple[Array, Array]:
        """Boxes (N, 4) as left, top, width, height in pixels, and their scores (N,), best first."""
        inputs = self._boxes_input(picture, return_tensors="pt").to(self._device)
        with self._torch.no_grad():
            outputs = self._boxes(**inputs)
        found = self._boxes_input.post_process_object_detection(
            outputs, threshold=self._parameters.detection, target_sizes=[picture.shape[:2]]
        )[0]
        person = np.isin(found["labels"].cpu().numpy(), self._person_labels)
        corners, scores = found["boxes"].float().cpu().numpy()[person], found["scores"].float().cpu().numpy()[person]
        height, width = picture.shape[:2]
        corners = np.clip(corners, 0, (width, height, width, height))
        boxes = np.concatenate((corners[:, :2], corners[:, 2:] - corners[:, :2]), 1)
        large = (boxes[:, 2:] >= 2).all(1)
        order = np.argsort(-scores[large], kind="stable")[: 2 * self._parameters.people]
        return boxes[large][order], scores[large][order]

    def _named(self, answer: dict[str, Any], detected: float) -> PersonKeypoints:
        pixels, confidences = np.zeros((len(NAMES), 2), np.float32), np.zeros(len(NAMES), np.float32)
        labels, scores = answer["labels"].numpy(), answer["scores"].numpy().reshape(-1)
        known = labels < COCO
        pixels[labels[known]] = answer["keypoints"].numpy()[known, :2]
        confidences[labels[known]] = scores[known].clip(0, 1)
        confidences[~np.isfinite(pixels).all(1) | (confidences < self._parameters.keypoint)] = 0
        return PersonKeypoints(pixels, confidences, detected * float(confidences[:COCO].mean()))

    def _loaded(self, kind: Any, folder: Path) -> Any:
        try:
            model = whole(kind, folder)
        except (OSError, ValueError, RuntimeError, SafetensorError) as error:
            raise ModelUnusable(f"{folder}: {str(error).splitlines()[0]}") from error
        return model.to(self._device).eval()


def _processor(family: str, kind: str, folder: Path) -> Any:
    """What prepares pictures: from the folder's preprocessor_config.json, through Pillow."""
    import importlib

    module = importlib.import_module(f"transformers.models.{family}.image_processing_pil_{family}")
    try:
        return getattr(module, kind).from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError) as error:
        raise ModelUnusable(f"{folder}: {str(error).splitlines()[0]}") from error
