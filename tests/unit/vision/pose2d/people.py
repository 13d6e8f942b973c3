"""People made of keypoints, for tests that need no picture."""

import numpy as np

from backend.vision.keypoints import NAMES, PersonKeypoints

# A standing person, one unit tall, seen from the front: x to the viewer's right, y down, head at 0.
_STANDING = {
    "nose": (0, 0.06), "eye": (0.02, 0.05), "ear": (0.04, 0.06), "shoulder": (0.11, 0.18), "elbow": (0.14, 0.36),
    "wrist": (0.15, 0.5), "hip": (0.06, 0.5), "knee": (0.06, 0.74), "ankle": (0.06, 0.96), "big_toe": (0.07, 1.0),
    "small_toe": (0.09, 0.99), "heel": (0.06, 0.98),
}  # fmt: skip


def standing(x, y, height, score=0.9, confidence=0.9):
    """Head at (x, y), `height` pixels tall."""
    pixels = []
    for name in NAMES:
        side = {"left": 1, "right": -1}.get(name.partition("_")[0], 1)
        own = _STANDING[name.removeprefix("left_").removeprefix("right_")]
        pixels.append((x + side * own[0] * height, y + own[1] * height))
    return PersonKeypoints(np.array(pixels, np.float32), np.full(len(NAMES), confidence, np.float32), score)
