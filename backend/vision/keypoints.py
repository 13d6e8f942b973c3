"""The keypoints of people in pictures, named once: COCO's 17 and three of each foot. Pixels, origin top left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

Array = np.ndarray

NAMES = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow",
    "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle",
    "right_ankle", "left_big_toe", "right_big_toe", "left_small_toe", "right_small_toe", "left_heel", "right_heel",
)  # fmt: skip
COCO = 17  # the first ones
MIRRORED = tuple(
    NAMES.index(name.replace("left", "right") if "left" in name else name.replace("right", "left")) for name in NAMES
)  # the same keypoint of the other side
LIMBS = (
    ("left_shoulder", "left_elbow"), ("left_elbow", "left_wrist"), ("right_shoulder", "right_elbow"),
    ("right_elbow", "right_wrist"), ("left_shoulder", "right_shoulder"), ("left_shoulder", "left_hip"),
    ("right_shoulder", "right_hip"), ("left_hip", "right_hip"), ("left_hip", "left_knee"),
    ("left_knee", "left_ankle"), ("right_hip", "right_knee"), ("right_knee", "right_ankle"),
    ("left_ankle", "left_big_toe"), ("left_ankle", "left_heel"), ("right_ankle", "right_big_toe"),
    ("right_ankle", "right_heel"), ("nose", "left_eye"), ("nose", "right_eye"), ("left_eye", "left_ear"),
    ("right_eye", "right_ear"),
)  # fmt: skip


@dataclass(frozen=True)
class PersonKeypoints:
    """One person found in one picture."""

    pixels: Array  # (23, 2) float32; anything where the confidence is 0
    confidences: Array  # (23,) float32, 0…1; 0 for what the detector does not know or did not find
    score: float = 1.0  # of the person as a whole

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom in pixels, about the keypoints that were found."""
        seen = self.pixels[self.confidences > 0]
        if not len(seen):
            return 0.0, 0.0, 0.0, 0.0
        (left, top), (right, bottom) = seen.min(0), seen.max(0)
        return float(left), float(top), float(right), float(bottom)


class PoseDetector(Protocol):
    """Finds people in a picture."""

    name: str

    def detect(self, picture: Array) -> list[PersonKeypoints]:
        """picture: (H, W, 3) uint8 sRGB → everybody in it, best first; nobody is an empty list."""
        ...
