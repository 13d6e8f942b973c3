"""The user's photo: a file is sent as it is; what only Blender has, such as a rendered or painted image, as pixels."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import bpy
import numpy as np

from ..link.photo_file import REMEDY, Photo, head_of, known
from ..protocol.errors import PhotoUnusable
from . import thumbnails
from .orientation import LOOK_AT, embedded, orientation, upright

LARGEST = 1024  # pixels along the longer side


def name_of(image: bpy.types.Image | None, path: str) -> str:
    """What to call the chosen photo, or nothing if none is chosen."""
    return image.name if image else os.path.basename(path)


def chosen(image: bpy.types.Image | None, path: str, *, alpha: bool = False) -> Photo:
    """The image datablock or, without one, the file. Pixels have transparency if `alpha`. Raises `PhotoUnusable`.

    Takes no time for the files that cameras write. Others (such as OpenEXR), and images that were changed or made in
    Blender, are read here and now.
    """
    if image is None:
        return _of_file(bpy.path.abspath(path), alpha)
    if image.source == "FILE" and not image.is_dirty:
        if image.packed_file:
            if known(image.packed_file.data[:16]):
                return Photo(data=bytes(image.packed_file.data))
        elif os.path.isfile(file := bpy.path.abspath(image.filepath, library=image.library)) and known(head_of(file)):
            return Photo(path=file)
    return Photo(pixels=_read(image, alpha))


def show(name: str, path: str) -> None:
    """A thumbnail of a file under a name, upright if the file has a small picture of itself or was held so."""
    try:
        with open(path := bpy.path.abspath(path), "rb") as file:
            head = file.read(LOOK_AT)
    except OSError:
        return  # Generate says it
    held = orientation(head)
    if held == 1 or not (small := embedded(head)):
        thumbnails.show_file(name, path)
        return
    with tempfile.TemporaryDirectory() as folder:
        (copy := Path(folder, "small.jpg")).write_bytes(small)
        opened = bpy.data.images.load(str(copy))
        try:
            thumbnails.show(name, upright(_read(opened), held))
        except PhotoUnusable:
            thumbnails.show_file(name, path)
        finally:
            bpy.data.images.remove(opened)


def _of_file(path: str, alpha: bool) -> Photo:
    if known(head_of(path)):
        return Photo(path=path)
    try:
        opened = bpy.data.images.load(path)
    except RuntimeError:
        raise PhotoUnusable(f"“{path}” cannot be opened.", remedy=REMEDY) from None
    try:
        return Photo(pixels=_read(opened, alpha))
    finally:
        bpy.data.images.remove(opened)


def _read(image: bpy.types.Image, alpha: bool = False) -> np.ndarray:
    count = len(image.pixels)  # this is what makes Blender read the file
    width, height = image.size
    if not count or count != width * height * image.channels:
        raise PhotoUnusable(f"“{image.name}” has no pixels.", remedy=REMEDY)
    pixels = np.empty(count, np.float32)
    image.pixels.foreach_get(pixels)
    small = _reduce(pixels.reshape(height, width, image.channels)[::-1])
    opaque = small[..., 3:] if small.shape[2] == 4 else np.ones_like(small[..., :1])
    small = small[..., :3] if small.shape[2] >= 3 else np.repeat(small[..., :1], 3, 2)
    if image.is_float:  # Blender keeps those in linear light
        small = np.clip(small, 0.0, 1.0)
        small = np.where(small <= 0.0031308, 12.92 * small, 1.055 * small ** (1 / 2.4) - 0.055)
    if alpha:
        small = np.concatenate([small, opaque], 2)
    return np.ascontiguousarray((np.clip(small, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8))


def _reduce(pixels: np.ndarray) -> np.ndarray:
    """Means of squares, as many pixels wide as it takes to become small enough."""
    step = -(-max(pixels.shape[:2]) // LARGEST)
    if step == 1:
        return pixels
    height, width = (max(side // step, 1) for side in pixels.shape[:2])
    pixels = pixels[: height * step, : width * step]
    return pixels.reshape(height, -1, width, pixels.shape[1] // width, pixels.shape[2]).mean((1, 3))
