"""What cameras and phones write into their JPEG files beside the picture (Exif), which Blender does not read: how the
photo was held, without which a portrait lies on its side, and a small picture of it.
"""

from __future__ import annotations

import struct

import numpy as np

LOOK_AT = 256 * 1024  # bytes; the entries stand at the beginning
_ORIENTATION, _SMALL_START, _SMALL_SIZE = 0x0112, 0x0201, 0x0202
_SHORT = 3  # the type of values of two bytes


def orientation(data: bytes) -> int:
    """1…8 as Exif counts, 1 (upright) for all that does not say. `data`: a file's first `LOOK_AT` bytes."""
    try:
        held = _entries(_exif(data), 0).get(_ORIENTATION, 1)
    except (IndexError, struct.error):  # cut short
        return 1
    return held if 1 <= held <= 8 else 1


def embedded(data: bytes) -> bytes:
    """The small JPEG picture, as the camera held it; nothing if there is none."""
    try:
        tiff = _exif(data)
        entries = _entries(tiff, 1)
        start, size = entries[_SMALL_START], entries[_SMALL_SIZE]
    except (IndexError, KeyError, struct.error):
        return b""
    found = tiff[start : start + size]
    return found if found[:2] == b"\xff\xd8" and len(found) == size else b""


def upright(pixels: np.ndarray, held: int) -> np.ndarray:
    """The picture (H, W, C) turned, and mirrored if need be, as it is to be looked at."""
    if held in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if held in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if held in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return pixels


def _exif(data: bytes) -> bytes:
    """The file's Exif block, a small TIFF; empty if there is none."""
    place = 2 if data[:2] == b"\xff\xd8" else len(data)
    while data[place] == 0xFF and data[place + 1] != 0xDA:  # until the picture itself
        (length,) = struct.unpack_from(">H", data, place + 2)
        if data[place + 1] == 0xE1 and data[place + 4 : place + 10] == b"Exif\0\0":
            return data[place + 10 : place + 2 + length]
        place += 2 + length
    return b""


def _entries(tiff: bytes, directory: int) -> dict[int, int]:
    """Tag → number, of the first directory (about the picture) or the second (about the small one)."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2], "<")
    (place,) = struct.unpack_from(order + "I", tiff, 4)
    for _ in range(directory):
        (count,) = struct.unpack_from(order + "H", tiff, place)
        (place,) = struct.unpack_from(order + "I", tiff, place + 2 + 12 * count)
        if not place:
            return {}
    (count,) = struct.unpack_from(order + "H", tiff, place)
    found = {}
    for entry in range(place + 2, place + 2 + 12 * count, 12):
        tag, kind = struct.unpack_from(order + "HH", tiff, entry)
        (found[tag],) = struct.unpack_from(order + ("H" if kind == _SHORT else "I"), tiff, entry + 8)
    return found
