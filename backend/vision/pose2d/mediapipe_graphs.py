"""MediaPipe's two pose networks as two functions: people → regions, and a region → landmarks.

MediaPipe's own solution couples the two and follows a single person. The same building blocks of its package, put
together as two graphs, serve everybody in the picture. Nothing is downloaded: version 0.10.21 carries both models
(detector and “full” landmarks, BlazePose). Landmarks are numbered as in MediaPipe, 0…32.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from protocol.errors import ModelsMissing

from .quiet import quiet
from .regions import Region, about

Array = np.ndarray
LANDMARKS = 33

_DETECTION = """
input_stream: "image"
output_stream: "detections"
node { calculator: "PoseDetectionCpu" input_stream: "IMAGE:image" output_stream: "DETECTIONS:detections" }
"""
_THRESHOLD = "posedetectioncpu__TensorsToDetectionsCalculator.min_score_thresh"
_LANDMARKS = """
input_stream: "image"
input_stream: "roi"
input_side_packet: "model_complexity"
input_side_packet: "enable_segmentation"
output_stream: "landmarks"
output_stream: "auxiliary"
node {
  calculator: "PoseLandmarkByRoiCpu"
  input_side_packet: "MODEL_COMPLEXITY:model_complexity"
  input_side_packet: "ENABLE_SEGMENTATION:enable_segmentation"
  input_stream: "IMAGE:image"
  input_stream: "ROI:roi"
  output_stream: "LANDMARKS:landmarks"
  output_stream: "AUXILIARY_LANDMARKS:auxiliary"
}
"""
_PRESENCE = "poselandmarkbyroicpu__tensorstoposelandmarksandsegmentation__ThresholdingCalculator.threshold"


class Graphs:
    """Both networks. Not for two threads at once: a lock keeps them apart."""

    def __init__(self, detection: float, presence: float) -> None:
        """Least scores, 0…1, of a person for the detector and for the landmark network."""
        with quiet():  # it tells of delegates and feedback managers, on every start
            self._base, self._rect = _mediapipe()
            self._detector = self._base(graph_config=_DETECTION, calculator_params={_THRESHOLD: detection})
            self._landmarker = self._base(
                graph_config=_LANDMARKS,
                calculator_params={_PRESENCE: presence},
                side_inputs={"model_complexity": 1, "enable_segmentation": False},
            )
            self._lock = threading.Lock()
            # The networks are built with the first picture, and talk while they are.
            blank = np.zeros((64, 64, 3), np.uint8)
            self.detect(blank)
            self.landmarks(blank, Region((32.0, 32.0), 64.0, 0.0, 1.0))

    def detect(self, square: Array) -> list[Region]:
        """People in a square picture (S, S, 3) uint8."""
        with self._lock:
            found = self._detector.process({"image": square}).detections or []
        side = len(square)
        regions = []
        for detection in found:
            points = [(p.x * side, p.y * side) for p in detection.location_data.relative_keypoints]
            regions.append(about(points[0], points[1], float(detection.score[0])))
        return regions

    def landmarks(self, square: Array, region: Region) -> tuple[Array, Array, Region] | None:
        """Of the person in a region of a square picture: pixels (33, 2), visibilities (33,), and a better region.

        None where the network sees nobody.
        """
        side = len(square)
        x, y = region.center
        rect = self._rect(
            x_center=x / side, y_center=y / side, width=region.size / side, height=region.size / side,
            rotation=region.rotation,
        )  # fmt: skip
        with self._lock:
            answer = self._landmarker.process({"image": square, "roi": rect})
            found, auxiliary = answer.landmarks, answer.auxiliary
        if found is None or auxiliary is None:
            return None
        pixels = np.array([(p.x * side, p.y * side) for p in found.landmark], np.float32)
        visible = np.array([p.visibility for p in found.landmark], np.float32)
        middle, reach = ((p.x * side, p.y * side) for p in auxiliary.landmark[:2])
        return pixels, visible, about(middle, reach, region.score)


def _mediapipe() -> tuple[Any, Any]:
    """MediaPipe's base class and its rectangle message. Raises `ModelsMissing`."""
    try:
        from mediapipe.framework.formats import rect_pb2
        from mediapipe.python import solution_base

        # Registers the options of the pose calculators, which the graphs' parameters set.
        from mediapipe.python.solutions import pose  # noqa: F401
    except ImportError as error:  # also a system library that OpenCV wants, as libGL
        raise ModelsMissing(
            f"MediaPipe cannot be loaded: {error}.",
            remedy='Install it where the backend runs: pip install "staffage[photo]" (Python 3.11 or 3.12).',
        ) from error
    return solution_base.SolutionBase, rect_pb2.NormalizedRect
