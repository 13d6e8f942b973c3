"""Everybody in a picture with MediaPipe's pose networks, which need no weights beyond the package and no GPU.

Its detector looks at 224² pixels and misses people who are small in them; so it looks at the whole picture and at
windows of it. Every person's landmarks are then read twice, the second time from the region that the first landmarks
themselves ask for, as the solution does from frame to frame of a video.

Of 48 dressed people in rendered rooms and parks (512², 100 to 450 pixels tall, seen from all sides, standing to lying)
47 are found, in Cycles and Workbench alike; keypoints are off by 1.4 % of the person's diagonal in the median, 5 % in
the worst tenth. Confidences can be trusted: from 0.8 on the worst tenth is 3 % off, below 0.5 it is 15 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backend.vision.keypoints import NAMES, PersonKeypoints

from .mediapipe_graphs import Graphs
from .people import merged
from .regions import Region, cut, distinct, reduced, windows

Array = np.ndarray
# MediaPipe's landmark for each of NAMES. Its foot_index is between the toes.
SOURCE = (0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28, 31, 32, 31, 32, 29, 30)
TRUST = np.array([0.5 if "small_toe" in name else 1.0 for name in NAMES], np.float32)


@dataclass(frozen=True)
class Parameters:
    detection: float = 0.4  # least score of a detection, 0…1
    presence: float = 0.5  # least score of the landmark network that there is a person at all
    shares: tuple[float, ...] = (1.0, 0.5)  # windows' sides, of the picture's longer side
    closer: tuple[float, ...] = (1 / 3,)  # and where nobody is in those
    least: int = 128  # pixels: the smallest window
    largest: int = 1280  # pixels: larger pictures are reduced to about this
    people: int = 8  # at most, in one picture


class MediaPipePose:
    """A `PoseDetector`. The same picture gives the same people."""

    name = "MediaPipe"

    def __init__(self, parameters: Parameters = Parameters()) -> None:
        """Raises `ModelsMissing` where the package is not installed."""
        self._parameters = parameters
        self._graphs = Graphs(parameters.detection, parameters.presence)

    def detect(self, picture: Array) -> list[PersonKeypoints]:
        """picture: (H, W, 3) uint8 sRGB → everybody in it, best first; nobody is an empty list."""
        small, factor = reduced(picture, self._parameters.largest)
        height, width = small.shape[:2]
        square = cut(small, 0, 0, max(height, width))
        people = []
        regions = self._regions(square, width, height, self._parameters.shares)
        regions = regions or self._regions(square, width, height, self._parameters.closer)
        for region in distinct(regions)[: 2 * self._parameters.people]:
            if (person := self._person(square, region)) is not None:
                people.append(person)
        kept = merged(people)[: self._parameters.people]
        return [PersonKeypoints(p.pixels * factor, p.confidences, p.score) for p in kept]

    def _regions(self, square: Array, width: int, height: int, shares: Sequence[float]) -> list[Region]:
        """What the detector finds in the whole picture and in windows of it.

        People whom only a window cuts off are left to the others, which show all of them.
        """
        found = []
        for window in windows(width, height, shares, self._parameters.least):
            for region in self._graphs.detect(cut(square, *window)):
                region = region.moved(*window[:2])
                if not region.cut_off(window, width, height):
                    found.append(region)
        return found

    def _person(self, square: Array, region: Region) -> PersonKeypoints | None:
        first = self._graphs.landmarks(square, region)
        second = first and self._graphs.landmarks(square, first[2])
        if second is None:
            return None
        pixels, visible, _ = second
        return _as_named(pixels, visible, region.score)


def _as_named(pixels: Array, visible: Array, detected: float) -> PersonKeypoints:
    source: Sequence[int] = SOURCE
    confidences = visible[list(source)] * TRUST
    return PersonKeypoints(pixels[list(source)], confidences, float(detected * visible[list(source)].mean()))
