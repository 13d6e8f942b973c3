"""Comparing people found in pictures: are these two the same one?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backend.vision.keypoints import PersonKeypoints

SEEN = 0.3  # confidence from which a keypoint counts
SAME = 0.12  # mean distance of keypoints, of the people's size, below which they are one person


def size_of(person: PersonKeypoints) -> float:
    """Pixels: the diagonal of the box about the keypoints."""
    left, top, right, bottom = person.box
    return float(np.hypot(right - left, bottom - top))


def prominence(person: PersonKeypoints) -> float:
    """For choosing one of several: certain and large."""
    return person.score * size_of(person) ** 0.5


def apart(first: PersonKeypoints, second: PersonKeypoints) -> float:
    """Mean distance of the keypoints that both show, as a share of the larger one's size; infinite without any."""
    both = (first.confidences > SEEN) & (second.confidences > SEEN)
    size = max(size_of(first), size_of(second))
    if not both.any() or size <= 0:
        return float("inf")
    return float(np.linalg.norm(first.pixels[both] - second.pixels[both], axis=1).mean() / size)


def overlap(first: PersonKeypoints, second: PersonKeypoints) -> float:
    """Intersection over union of the boxes, 0…1."""
    a, b = np.array(first.box), np.array(second.box)
    shared = np.clip(np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]), 0, None).prod()
    union = (a[2:] - a[:2]).prod() + (b[2:] - b[:2]).prod() - shared
    return float(shared / union) if union > 0 else 0.0


def merged(people: Sequence[PersonKeypoints]) -> list[PersonKeypoints]:
    """Everybody once, best first."""
    kept: list[PersonKeypoints] = []
    for person in sorted(people, key=lambda p: -p.score):
        if not any(apart(person, other) < SAME for other in kept):
            kept.append(person)
    return kept
