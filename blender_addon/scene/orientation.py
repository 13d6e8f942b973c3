"""How a photo was held: the orientation that cameras and phones write into their JPEG files (Exif), which Blender does
not read. Without it, a portrait lies on its side.
"""

from __future__ import annotations

import struct

import numpy as np

_TAG = 0x0112
_LOOK_AT = 256 * 1024  # bytes; the entry stands at the beginning


def orientation(data: bytes) -> int:
    """1…8 as Exif counts, 1 (upright) for all that does not say."""
    data = data[:_LOOK_AT]
    if data[:2] != b"\xff\xd8":
        return 1
    place = 2
    try:
        while data[place] == 0xFF and data[place + 1] != 0xDA:  # until the picture itself
            (length,) = struct.unpack_from(">H", data, place + 2)
            if data[place + 1] == 0xE1 and data[place + 4 : place + 10] == b"Exif\0\0":
                return _in_exif(data[place + 10 : place + 2 + length])
            place += 2 + length
    except (IndexError, struct.error):  # cut short
        pass
    return 1


def upright(pixels: np.ndarray, held: int) -> np.ndarray:
    """The picture (H, W, C) turned, and mirrored if need be, as it is to be looked at."""
    if held in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if held in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if held in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return pixels


def _in_exif(tiff: bytes) -> int:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    (first,) = struct.unpack_from(order + "I", tiff, 4)
    (count,) = struct.unpack_from(order + "H", tiff, first)
    for entry in range(count):
        tag, _, _, value = struct.unpack_from(order + "HHIH", tiff, first + 2 + 12 * entry)
        if tag == _TAG:
            return value if 1 <= value <= 8 else 1
    return 1
