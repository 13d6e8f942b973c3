"""The photo of a request on its way: pixels that Blender has, or a file that is sent as it is. No bpy.

What cameras and phones write is decoded by the backend: Blender would take seconds for fifty million pixels, in which
its window stands still. A file is read in pieces, so that no tick waits for a slow disk.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..protocol.arrays import Array
from ..protocol.errors import PhotoUnusable

MOST_BYTES = 128 * 2**20
REMEDY = "Choose an ordinary photo, such as a JPEG or PNG file."
_PIECE_BYTES = 2**20
_NO_PIXELS, _NO_BYTES = np.empty((0, 0, 3), np.uint8), np.empty(0, np.uint8)
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"BM", b"II*\0", b"MM\0*", b"GIF8")


@dataclass(frozen=True)
class Photo:
    """One of the three."""

    pixels: Array | None = None  # (H, W, 3) uint8 sRGB
    data: bytes = b""  # a file's
    path: str = ""


def known(head: bytes) -> bool:
    """Whether a file that begins so is of a kind that every backend reads."""
    return head.startswith(_MAGIC) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")


def head_of(path: str) -> bytes:
    """The first bytes of a file. Raises `PhotoUnusable`."""
    try:
        with Path(path).open("rb") as file:
            return file.read(16)
    except OSError as error:
        raise PhotoUnusable(f"“{path}” cannot be opened: {error.strerror}.", remedy=REMEDY) from None


def reading(photo: Photo) -> Generator[None, None, tuple[Array, Array]]:
    """`photo` and `file` of a `PhotoRequest`, in steps of a millisecond or so. Raises `PhotoUnusable`."""
    if photo.pixels is not None:
        return photo.pixels, _NO_BYTES
    if photo.data:
        return _NO_PIXELS, np.frombuffer(photo.data, np.uint8)
    try:
        size = Path(photo.path).stat().st_size
        if size > MOST_BYTES:
            told = f"“{photo.path}” has {size / 2**20:.0f} MB; at most {MOST_BYTES >> 20} are read."
            raise PhotoUnusable(told, remedy=REMEDY)
        found, done = np.empty(size, np.uint8), 0
        with Path(photo.path).open("rb") as file:
            while count := file.readinto(memoryview(found)[done : done + _PIECE_BYTES]):
                done += count
                yield
    except OSError as error:
        raise PhotoUnusable(f"“{photo.path}” cannot be read: {error.strerror}.", remedy=REMEDY) from None
    return _NO_PIXELS, found[:done]
