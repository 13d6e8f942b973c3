"""Square, turned regions of a picture, each about one person; and the windows that a detector looks through for them.

Pixels, origin top left, y down. A region's rotation is that of the person in it: 0 upright, positive clockwise.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

Array = np.ndarray
MARGIN = 1.25  # of a region about the circle of the person in it
WITHIN = 0.85  # the share of that circle's radius that a body usually takes, sideways less


@dataclass(frozen=True)
class Region:
    center: tuple[float, float]  # pixels
    size: float  # side, pixels
    rotation: float  # radians
    score: float  # 0…1

    def moved(self, right: float, down: float) -> Region:
        """Pixels."""
        return replace(self, center=(self.center[0] + right, self.center[1] + down))

    def cut_off(self, window: tuple[int, int, int], width: int, height: int) -> bool:
        """Whether the person reaches beyond a window (left, top, side) where the picture does not end with it."""
        left, top, side = window
        x, y = self.center
        reach = 0.5 * self.size / MARGIN * WITHIN
        beyond = (
            (left > 0 and x - reach < left, left + side < width and x + reach > left + side)
            + (top > 0 and y - reach < top, top + side < height and y + reach > top + side)
        )  # fmt: skip
        return any(beyond)

    def like(self, other: Region) -> bool:
        """Whether both are about the same person: more alike in place than people side by side."""
        near = math.dist(self.center, other.center) < 0.22 * min(self.size, other.size)
        return near and max(self.size, other.size) < 1.8 * min(self.size, other.size)


def about(middle: Sequence[float], reach: Sequence[float], score: float) -> Region:
    """The region of a person from two points in pixels: between the hips, and one as far as body and limbs reach.

    The second point lies towards the head, so that the two also tell how the person is turned. BlazePose (Bazarevsky
    et al. 2020) is trained with this circle around the hips; its models want a quarter more.
    """
    across, down = reach[0] - middle[0], reach[1] - middle[1]
    rotation = math.atan2(across, -down)
    return Region((float(middle[0]), float(middle[1])), 2 * MARGIN * math.hypot(across, down), rotation, score)


def distinct(regions: Sequence[Region]) -> list[Region]:
    """One region per person, best first."""
    kept: list[Region] = []
    for region in sorted(regions, key=lambda r: -r.score):
        if not any(region.like(other) for other in kept):
            kept.append(region)
    return kept


def windows(width: int, height: int, shares: Sequence[float], least: int) -> Iterator[tuple[int, int, int]]:
    """Squares (left, top, side) that cover the picture at each share of its longer side, half overlapping.

    Whoever is smaller than half a window is whole in one of them. Windows under `least` pixels are left out, and so is
    what the share before covers as well.
    """
    seen = set()
    for share in shares:
        side = round(max(width, height) * share)
        if side < least and share < 1:
            continue
        across, down = _starts(width, side), _starts(height, side)
        for top in down:
            for left in across:
                if (left, top, side) not in seen:
                    seen.add((left, top, side))
                    yield left, top, side


def _starts(length: int, side: int) -> list[int]:
    """Where windows begin along one axis: both ends are covered, neighbours share half or a little more."""
    if length <= side:
        return [0]
    count = math.ceil((length - side) / (side / 2)) + 1
    return [round(k * (length - side) / (count - 1)) for k in range(count)]


def cut(picture: Array, left: int, top: int, side: int) -> Array:
    """(side, side, 3) uint8: a window of the picture, black beyond its edges."""
    part = picture[top : top + side, left : left + side]
    if part.shape[:2] == (side, side):
        return np.ascontiguousarray(part)
    square = np.zeros((side, side, 3), np.uint8)
    square[: part.shape[0], : part.shape[1]] = part
    return square


def reduced(picture: Array, largest: int) -> tuple[Array, int]:
    """The picture with its longer side at most about `largest` pixels, and how many pixels became one along a side.

    Means of whole blocks: no aliasing, and pixel positions scale exactly.
    """
    factor = math.ceil(max(picture.shape[:2]) / largest)
    if factor <= 1:
        return picture, 1
    height, width = (length // factor * factor for length in picture.shape[:2])
    blocks = picture[:height, :width].reshape(height // factor, factor, width // factor, factor, 3)
    return (blocks.mean((1, 3)) + 0.5).astype(np.uint8), factor
