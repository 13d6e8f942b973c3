"""The object in a picture, cut out and centred: what encoders look at and colours are taken from.

Transparency decides where the picture has any; else GrabCut finds the object, and a segmentation
model makes its outline exact where one is configured. In the cut-out the longer side of the object takes 80 % of a
square, on nothing. Line drawings keep their paper.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import binary_dilation, gaussian_filter, label, zoom

from protocol.errors import NothingInPicture

from .grabcut import outlined
from .pictures import small

Array = np.ndarray
Box = tuple[float, float, float, float]  # left, top, right, bottom, pixels
Outline = Callable[[Array, Box], Array]  # a picture (H, W, 3) uint8 and where to look → (H, W) bool

FILL = 0.8  # of the square, by the object's longer side
SIDE = 512  # pixels of the square at most
WORK = 320  # pixels along the longer side that the outline is looked for in
GREY = 240  # of 255: what stands behind the object for the encoder
NETWORK = 96  # pixels

LEAST = 0.002  # of the picture's area
MOST = 0.97
GAP = 0.02  # of the picture's longer side: pieces no farther apart belong together
RIVAL = 0.3  # of the object's area: what else is so large is another object
CLOSER = 0.45  # of the picture's longer side: what is smaller is looked at again
FAINT = 0.15  # of the paper's lightness: what is less dark is no line
CUT = 0.04  # of the picture's side: how much of it the object may touch


@dataclass(frozen=True, eq=False)
class Cutout:
    pixels: Array  # (S, S, 4) uint8, straight alpha
    box: tuple[int, int, int, int]  # left, top, right, bottom of the square within the (reduced) picture, pixels
    warnings: tuple[str, ...] = ()


def cut_out(picture: Array, *, sketch: bool = False, outline: Outline | None = None) -> Cutout:
    """The main object of a picture: any array that `pictures.small` takes.

    sketch: dark lines on light paper. outline: makes exact what GrabCut has found roughly. Raises `NothingInPicture`
    and `PictureUnusable`.
    """
    rgba = small(picture)
    if sketch:
        return _sketched(rgba)
    alpha = rgba[..., 3]
    if _transparent(alpha):
        mask, several = _main_piece(alpha > 127)
        soft = np.where(binary_dilation(mask, iterations=2), alpha, 0)
    else:
        mask, several = _outlined(rgba[..., :3], outline)
        soft = (255 * np.clip(1.5 * gaussian_filter(mask.astype(np.float32), 0.7) - 0.25, 0, 1) + 0.5).astype(np.uint8)
    warnings = []
    if several:
        warnings.append("The picture shows several objects; the largest one near the middle was taken.")
    if sides := _cut_sides(mask):
        warnings.append(f"The picture's edge cuts the object off ({', '.join(sides)}); what is missing is guessed.")
    return Cutout(*_squared(np.dstack([rgba[..., :3], soft]), mask), tuple(warnings))


def for_network(pixels: Array, background: float = GREY / 255) -> Array:
    """(96, 96, 3) float32 in [0, 1]: a cut-out on a plain background."""
    values = pixels.astype(np.float32) / 255
    flat = values[..., :3] * values[..., 3:] + background * (1 - values[..., 3:])
    return resized(flat, NETWORK, NETWORK)


def resized(pixels: Array, height: int, width: int) -> Array:
    """(height, width, C) float32: areas' means on the way down, linear on the way up."""
    for axis, count in ((0, height), (1, width)):
        have = pixels.shape[axis]
        if count < have:  # the running sum at the new borders, so that each pixel counts by its share
            total = np.insert(np.cumsum(pixels, axis, dtype=np.float64), 0, 0, axis)
            at = np.linspace(0, have, count + 1)
            low = np.minimum(at.astype(int), have - 1)
            share = (at - low).reshape([-1 if k == axis else 1 for k in range(pixels.ndim)])
            sums = np.take(total, low, axis) * (1 - share) + np.take(total, low + 1, axis) * share
            pixels = (np.diff(sums, axis=axis) * (count / have)).astype(np.float32)
        elif count > have:
            scale = [count / have if k == axis else 1 for k in range(pixels.ndim)]
            pixels = zoom(pixels, scale, order=1, mode="nearest", grid_mode=True)
    return pixels.astype(np.float32)


def _transparent(alpha: Array) -> bool:
    """Whether transparency says where the object is: some of the picture is clear, and some is not."""
    return (alpha < 128).mean() > 0.005 and (alpha > 127).any()


def _outlined(colors: Array, outline: Outline | None) -> tuple[Array, bool]:
    """The object's mask in full size, and whether there are others. What is small is looked at once more, closer."""
    mask, several = _main_piece(_look(colors))
    rows, columns = _extent(mask)
    side = max(np.ptp(rows), np.ptp(columns)) + 1
    if outline is not None:
        exact = outline(colors, (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1))
        return (exact if LEAST < exact.mean() < MOST else mask), several
    if side < CLOSER * max(mask.shape):
        margin = round(0.35 * side)
        window = tuple(slice(max(at[0] - margin, 0), at[-1] + margin + 1) for at in (rows, columns))
        closer = _look(colors[window])
        # Its new surroundings may lead it astray: what it loses is hardly ever rightly lost.
        if (closer & mask[window]).sum() > 0.9 * mask.sum() and closer.sum() < 1.5 * mask.sum():
            mask = np.zeros_like(mask)
            mask[window] = _main_piece(closer)[0]
    return mask, several


def _extent(mask: Array) -> tuple[Array, Array]:
    """The rows and the columns that the object reaches into."""
    return np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))


def _look(colors: Array) -> Array:
    height, width = colors.shape[:2]
    scale = min(1.0, WORK / max(height, width))
    rows, columns = max(8, round(scale * height)), max(8, round(scale * width))
    mask = outlined(resized(colors.astype(np.float32) / 255, rows, columns))
    return resized(mask[..., None].astype(np.float32), height, width)[..., 0] > 0.5


def _main_piece(mask: Array) -> tuple[Array, bool]:
    """The largest piece near the middle, with what is close to it; whether another one is nearly as large."""
    if mask.mean() <= LEAST:
        raise NothingInPicture("Nothing stands out from the background.")
    if mask.mean() > MOST:
        raise NothingInPicture("The object cannot be told from its background.")
    reach = max(1, round(GAP * max(mask.shape) / 2))
    groups, count = label(binary_dilation(mask, np.ones((3, 3), bool), iterations=reach))
    groups = np.where(mask, groups, 0)
    areas = np.bincount(groups.reshape(-1), minlength=count + 1)[1:].astype(float)
    height, width = mask.shape
    y, x = np.nonzero(mask)
    off = np.hypot((y - height / 2) / height, (x - width / 2) / width)
    central = np.bincount(groups[y, x], np.exp(-4 * off**2), minlength=count + 1)[1:]
    taken = int(np.argmax(central))
    others = np.delete(areas, taken)
    return groups == taken + 1, bool((others > RIVAL * areas[taken]).any())


def _cut_sides(mask: Array) -> list[str]:
    names = {"left": mask[:, 0], "right": mask[:, -1], "top": mask[0], "bottom": mask[-1]}
    return [name for name, side in names.items() if side.mean() > CUT]


def _squared(rgba: Array, mask: Array) -> tuple[Array, tuple[int, int, int, int]]:
    """The object in the middle of a square with clear margins."""
    rows, columns = _extent(mask)
    side = round((max(np.ptp(rows), np.ptp(columns)) + 1) / FILL)
    top = round((rows[0] + rows[-1] + 1 - side) / 2)
    left = round((columns[0] + columns[-1] + 1 - side) / 2)
    square = np.zeros((side, side, 4), rgba.dtype)
    high, wide = rgba.shape[:2]
    from_top, from_left = max(top, 0), max(left, 0)
    to_bottom, to_right = min(top + side, high), min(left + side, wide)
    square[from_top - top : to_bottom - top, from_left - left : to_right - left] = rgba[
        from_top:to_bottom, from_left:to_right
    ]
    if side > SIDE:
        values = square.astype(np.float32)
        values[..., :3] *= values[..., 3:] / 255
        values = resized(values, SIDE, SIDE)
        values[..., :3] /= np.maximum(values[..., 3:] / 255, 1e-3)
        square = np.clip(values + 0.5, 0, 255).astype(np.uint8)
    return square, (left, top, left + side, top + side)


def _sketched(rgba: Array) -> Cutout:
    """A drawing's lines, dark on white whatever its paper was, all opaque."""
    values = rgba.astype(np.float32) / 255
    grey = (values[..., :3] * values[..., 3:] + 1 - values[..., 3:]).mean(2)
    paper = np.median(grey)
    if paper < 0.5:  # chalk on a board
        grey, paper = 1 - grey, 1 - paper
    ink = np.clip((paper - grey) / max(float(paper), 0.1), 0, 1)
    darkest = float(np.quantile(ink[ink > FAINT], 0.9)) if (ink > FAINT).any() else 1.0
    ink = np.clip((ink - FAINT / 2) / max(darkest - FAINT / 2, 0.1), 0, 1)
    lines = ink > 0.3
    if not LEAST / 4 < lines.mean() < 0.6:
        raise NothingInPicture("There are no dark lines on light paper.", remedy="Draw the object with clear lines.")
    dark = np.dstack([np.zeros((*ink.shape, 3)), 255 * ink]).astype(np.uint8)
    square, box = _squared(dark, lines)
    clear = square[..., 3:].astype(np.float32) / 255
    paper_white = np.dstack([np.repeat(255 * (1 - clear), 3, 2), np.full(square.shape[:2], 255)])
    return Cutout(paper_white.astype(np.uint8), box)
