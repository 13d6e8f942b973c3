"""Who a photo is about, and whether it shows enough of them. What does not do is a typed error with a remedy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from backend.vision.keypoints import NAMES, PersonKeypoints, PoseDetector
from backend.vision.pose2d.people import SEEN, prominence, size_of
from protocol.errors import NobodyFound, PhotoUnusable

Array = np.ndarray
SMALLEST, LARGEST = 64, 50_000_000  # pixels: of a side, and altogether
LONGEST = 8  # times as long as wide
SMALLEST_PERSON = 60  # pixels
WHOLE = "Choose a photo that shows one person from head to foot."


def find_sitter(detector: PoseDetector, photo: Array) -> tuple[PersonKeypoints, tuple[str, ...]]:
    """The most prominent person of a photo (H, W, 3) uint8, and notes for the user.

    Raises `PhotoUnusable` or `NobodyFound`. Keypoints beyond the photo's edges are guesses: they are left out.
    """
    _check(photo)
    people = sorted(detector.detect(photo), key=prominence, reverse=True)
    if not people:
        raise NobodyFound(
            "No person can be recognised in the photo.",
            remedy="Choose a photo in which one person is large, sharp and seen from head to foot.",
        )
    sitter = _within(people[0], *photo.shape[:2])
    _require_whole(sitter)
    others = len(people) - 1
    return sitter, (f"{others + 1} people are in the photo; the most prominent one was taken.",) if others else ()


def _check(photo: Array) -> None:
    if photo.ndim != 3 or photo.shape[2] != 3 or photo.dtype != np.uint8:
        raise PhotoUnusable("It is not a picture of 8 bits per channel in red, green and blue.")
    height, width = photo.shape[:2]
    if min(height, width) < SMALLEST:
        raise PhotoUnusable(
            f"It has {width} × {height} pixels; at least {SMALLEST} × {SMALLEST} are needed.",
            remedy="Choose a larger version of the photo.",
        )
    if height * width > LARGEST:
        raise PhotoUnusable(
            f"It has {height * width / 1e6:.0f} million pixels; at most {LARGEST / 1e6:.0f} million are read.",
            remedy="Scale the photo down; a longer side of 2 000 pixels is plenty.",
        )
    if max(height, width) > LONGEST * min(height, width):
        raise PhotoUnusable(f"It is a strip of {width} × {height} pixels.", remedy="Cut it to the person.")


def _within(person: PersonKeypoints, height: int, width: int) -> PersonKeypoints:
    inside = ((person.pixels >= 0) & (person.pixels < (width, height))).all(1)
    return replace(person, confidences=np.where(inside, person.confidences, 0).astype(np.float32))


def _require_whole(person: PersonKeypoints) -> None:
    if size_of(person) < SMALLEST_PERSON:
        raise PhotoUnusable(
            f"The person in it is only {size_of(person):.0f} pixels large.",
            remedy="Choose a photo with a larger person, or cut it to the person.",
        )
    seen = {name for name, confidence in zip(NAMES, person.confidences, strict=True) if confidence > SEEN}
    if not {"left_shoulder", "right_shoulder"} & seen or not {"left_hip", "right_hip"} & seen:
        raise PhotoUnusable("The person's trunk cannot be seen.", remedy=WHOLE)
    # From the side one leg hides the other: one of each is enough.
    if not {"left_knee", "right_knee"} & seen or not {"left_ankle", "right_ankle"} & seen:
        raise PhotoUnusable("Only the upper half of the person can be seen.", remedy=WHOLE)
