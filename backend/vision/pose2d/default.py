"""Which detector finds people in pictures here: the configured one, else MediaPipe."""

from __future__ import annotations

import logging
from functools import cache

from backend import providers
from backend.vision.keypoints import PoseDetector

log = logging.getLogger(__name__)


def default_detector() -> PoseDetector:
    """ViTPose where a folder is configured for it, else MediaPipe; the same object every time.

    Raises `ModelsMissing` with what to install where there is neither.
    """
    folder, boxes = providers.folder_of("pose2d"), providers.folder_of("person_detector")
    if folder and not boxes:
        log.warning("ViTPose needs a model for “person_detector”, too; people are found by MediaPipe instead.")
    return _detector(str(folder) if folder and boxes else "", str(boxes))


@cache
def _detector(folder: str, boxes: str) -> PoseDetector:
    if folder:
        from .vitpose import ViTPose

        return ViTPose(folder, boxes)
    from .mediapipe_pose import MediaPipePose

    return MediaPipePose()
