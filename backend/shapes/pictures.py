"""Pictures as they come: files of any usual kind and arrays of any depth, to small upright 8-bit RGBA.

sRGB with straight alpha, (H, W, 4) uint8, the first row at the top. Nothing here knows what the picture shows.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np

from protocol.errors import PictureUnusable, RequestInvalid

Array = np.ndarray
Crop = tuple[float, float, float, float]  # left, top, right and bottom of the part that is meant, 0 … 1
LARGEST = 1024  # pixels along the longer side: more is not needed by anything here
SMALLEST = 16
SAMPLED = 3  # pixels that a mean is taken of, along each side, where there are many more
MOST_PIXELS = 200_000_000  # a file that claims more is not opened
_CONVERTED = ("P", "PA", "LA", "CMYK", "YCbCr", "LAB", "HSV", "1")  # modes that Pillow itself makes RGBA
_FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF", "JPEG2000", "PPM", "TGA")  # Pillow gives some to programs
_ROWS = 512  # of a large array at a time


def read(source: bytes | Path, crop: Crop | None = None) -> Array:
    """A file's picture, turned as Exif says, or the part of it that is meant; what is read is as `small` makes it.

    Fifty million pixels take some 0.2 GB: JPEG files are opened at a fraction of their size, unless a part is meant.
    Raises `PictureUnusable` for what is no picture, cut short or too large, and `RequestInvalid` as `cropped` does.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    name = "This" if isinstance(source, bytes) else f"“{source.name}”"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source, formats=_FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise PictureUnusable(f"{name} has {picture.width} × {picture.height} pixels.")
                if crop is None:
                    picture.draft("RGB", (2 * LARGEST, 2 * LARGEST))
                picture.load()
                if picture.mode in _CONVERTED or "transparency" in picture.info:
                    picture = picture.convert("RGBA")
                return small(cropped(np.asarray(ImageOps.exif_transpose(picture)), crop))
    except PictureUnusable:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise PictureUnusable(f"{name} cannot be read as a picture: {str(error)[:200]}.") from error


def cropped(pixels: Array, crop: Crop | None) -> Array:
    """The part of a picture (H, W, …) that is meant, not copied. Raises `RequestInvalid` for a crop that is none."""
    if crop is None:
        return pixels
    left, top, right, bottom = crop
    if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
        raise RequestInvalid(f"The crop {crop} is not left, top, right and bottom within 0 … 1.")
    height, width = pixels.shape[:2]
    return pixels[round(top * height) : round(bottom * height), round(left * width) : round(right * width)]


def small(pixels: Array, largest: int = LARGEST) -> Array:
    """An array of 1 to 4 channels (or none) as RGBA, at most `largest` pixels wide and high.

    Whole numbers fill their type's range (those of 32 bits and more: 16), others are 0 … 1. Raises `PictureUnusable`.
    """
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    if pixels.ndim != 3 or not 1 <= pixels.shape[2] <= 4:
        raise PictureUnusable(f"An array of shape {pixels.shape} is no picture.")
    if min(pixels.shape[:2]) < SMALLEST:
        raise PictureUnusable(f"It has {pixels.shape[1]} × {pixels.shape[0]} pixels; {SMALLEST} are the least.")
    step = -(-max(pixels.shape[:2]) // largest)
    if step > 2 * SAMPLED:  # of a very large picture some pixels of each square are enough
        pixels = pixels[:: step // SAMPLED, :: step // SAMPLED]
        step = -(-max(pixels.shape[:2]) // largest)
    height, width = (side // step for side in pixels.shape[:2])
    if min(height, width) < 1:
        raise PictureUnusable("It is far longer than wide.")
    made = np.empty((height, width, 4), np.uint8)
    rows = max(1, _ROWS // step)
    for top in range(0, height, rows):
        part = _straight(pixels[top * step : (top + rows) * step, : width * step])
        made[top : top + rows] = _reduced(part[: part.shape[0] // step * step], step)[: height - top]
    return made


def _straight(pixels: Array) -> Array:
    """(h, w, 4) float32 in [0, 1]"""
    if pixels.dtype == bool:
        values = pixels.astype(np.float32)
    elif np.issubdtype(pixels.dtype, np.integer):
        top = 255 if pixels.dtype.itemsize == 1 else 65535
        values = pixels.astype(np.float32) / np.float32(top)
    elif np.issubdtype(pixels.dtype, np.floating):
        values = np.nan_to_num(pixels.astype(np.float32), nan=0.0, posinf=1.0, neginf=0.0)
    else:
        raise PictureUnusable(f"Pixels of type {pixels.dtype} are no picture.")
    values = np.clip(values, 0.0, 1.0)
    channels = values.shape[2]
    alpha = values[..., -1:] if channels in (2, 4) else np.ones_like(values[..., :1])
    colors = values[..., :3] if channels >= 3 else np.repeat(values[..., :1], 3, 2)
    return np.concatenate([colors, alpha], 2)


def _reduced(pixels: Array, step: int) -> Array:
    """Means of squares of pixels, each weighted by how opaque it is."""
    height, width = pixels.shape[0] // step, pixels.shape[1] // step
    if step > 1:
        colors = pixels[..., :3] * pixels[..., 3:]
        whole = np.concatenate([colors, pixels[..., 3:]], 2).reshape(height, step, width, step, 4).mean((1, 3))
        clear = whole[..., 3:] < 1 / 512
        colors = np.where(clear, 0, whole[..., :3] / np.where(clear, 1, whole[..., 3:]))
        pixels = np.concatenate([colors, whole[..., 3:]], 2)
    return (pixels * 255 + 0.5).astype(np.uint8)
