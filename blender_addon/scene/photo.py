"""The user's photo as the backend needs it: upright, not larger than necessary, 8-bit sRGB."""

from __future__ import annotations

import os
from pathlib import Path

import bpy
import numpy as np

from ..protocol.errors import PhotoUnusable
from .orientation import orientation, upright

LARGEST = 1024  # pixels along the longer side
_REMEDY = "Choose an ordinary photo, such as a JPEG or PNG file."


def name_of(image: bpy.types.Image | None, path: str) -> str:
    """What to call the chosen photo, or nothing if none is chosen."""
    return image.name if image else os.path.basename(path)


def read(image: bpy.types.Image | None, path: str) -> np.ndarray:
    """(H, W, 3) uint8 of the image datablock or, without one, of the file. Raises `PhotoUnusable`."""
    if image is not None:
        return _read(image)
    path = bpy.path.abspath(path)
    try:
        opened = bpy.data.images.load(path)
    except RuntimeError:
        raise PhotoUnusable(f"“{path}” cannot be opened.", remedy=_REMEDY) from None
    try:
        return _read(opened)
    finally:
        bpy.data.images.remove(opened)


def _read(image: bpy.types.Image) -> np.ndarray:
    count = len(image.pixels)  # this is what makes Blender read the file
    width, height = image.size
    if not count or count != width * height * image.channels:
        raise PhotoUnusable(f"“{image.name}” has no pixels.", remedy=_REMEDY)
    pixels = np.empty(count, np.float32)
    image.pixels.foreach_get(pixels)
    small = _reduce(pixels.reshape(height, width, image.channels)[::-1])
    if small.shape[2] < 3:
        small = np.repeat(small[..., :1], 3, 2)
    small = small[..., :3]
    if image.is_float:  # Blender keeps those in linear light
        small = np.clip(small, 0.0, 1.0)
        small = np.where(small <= 0.0031308, 12.92 * small, 1.055 * small ** (1 / 2.4) - 0.055)
    small = (np.clip(small, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8)
    return np.ascontiguousarray(upright(small, orientation(_bytes(image))))


def _reduce(pixels: np.ndarray) -> np.ndarray:
    """Means of squares, as many pixels wide as it takes to become small enough."""
    step = -(-max(pixels.shape[:2]) // LARGEST)
    if step == 1:
        return pixels
    height, width = (max(side // step, 1) for side in pixels.shape[:2])
    pixels = pixels[: height * step, : width * step]
    return pixels.reshape(height, -1, width, pixels.shape[1] // width, pixels.shape[2]).mean((1, 3))


def _bytes(image: bpy.types.Image) -> bytes:
    """The beginning of the image's file, wherever that is; nothing if there is none."""
    if image.packed_file:
        return image.packed_file.data
    try:
        with Path(bpy.path.abspath(image.filepath, library=image.library)).open("rb") as file:
            return file.read(256 * 1024)
    except OSError:
        return b""
