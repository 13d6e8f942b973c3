"""Who is new in a picture: the person that the inpainting put there, not those who were there before.

A picture on a wall, a statue or somebody else in the scene is found before and after in the same place; such people
do not count. Where both pictures are at hand, a newcomer must also be where the pictures differ: that tells people who
were only overlooked before.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.ndimage import uniform_filter

from backend.vision.keypoints import PersonKeypoints

from .people import SEEN, apart, overlap, prominence

Array = np.ndarray
STAYED = 0.15  # mean distance of keypoints, of the person's size: who moved less is who was there before
COVERS = 0.5  # intersection over union of the boxes from which a somewhat larger distance is allowed, too
STAYED_IN_BOX = 0.25
DIFFERENT = 12.0  # grey levels that a pixel changes by, besides the noise of encoding the picture anew
CHANGED = 0.5  # the share of a newcomer's keypoints where the picture must differ


def newcomer(
    before: Sequence[PersonKeypoints],
    after: Sequence[PersonKeypoints],
    pictures: tuple[Array, Array] | None = None,
) -> PersonKeypoints | None:
    """The best person of `after` who is not in `before`; None where there is nobody new.

    pictures: the two pictures, (H, W, 3) uint8 each, in the same order.
    """
    fresh = [person for person in after if not any(_same(person, other) for other in before)]
    change = difference(*pictures) if pictures is not None else None
    if change is not None:
        fresh = [person for person in fresh if changed_share(person, change) >= CHANGED]
    return max(fresh, key=prominence, default=None)


def difference(before: Array, after: Array) -> Array:
    """(H, W) bool: where the picture has changed by more than all of it has."""
    change = np.abs(after.astype(np.float32) - before.astype(np.float32)).max(2)
    smooth = uniform_filter(change, 5)
    return smooth > DIFFERENT + 2 * np.median(smooth)


def changed_share(person: PersonKeypoints, change: Array) -> float:
    """The share of the person's keypoints in the picture that lie where it has changed, 0…1."""
    height, width = change.shape
    x, y = np.floor(person.pixels).astype(int).T
    shown = (person.confidences > SEEN) & (x >= 0) & (x < width) & (y >= 0) & (y < height)
    if not shown.any():
        return 0.0
    return float(change[y[shown], x[shown]].mean())


def _same(person: PersonKeypoints, other: PersonKeypoints) -> bool:
    distance = apart(person, other)
    return distance < STAYED or (distance < STAYED_IN_BOX and overlap(person, other) > COVERS)
