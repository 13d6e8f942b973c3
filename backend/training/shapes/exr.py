"""Reads the floating-point pictures that Blender writes for us: OpenEXR, scan lines, uncompressed, one part.

From the format's public description: a magic number and a version, attributes (name, type, size, value) up to an
empty name, a table of the lines' offsets, then for each line its y, its size and all channels in the header's order,
one after the other. Little-endian throughout.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

MAGIC = b"\x76\x2f\x31\x01"
MULTI_PART, TILED = 0x1000, 0x200
TYPES = ("<u4", "<f2", "<f4")  # unsigned integers, half and single floats


def read_exr(path: Path) -> dict[str, np.ndarray]:
    """Channels by their full names ("ViewLayer.Combined.R"), each (H, W) float32, the top line first."""
    data = path.read_bytes()
    if data[:4] != MAGIC or int.from_bytes(data[4:8], "little") & (MULTI_PART | TILED):
        raise ValueError(f"{path} is no OpenEXR picture of scan lines in one part.")
    attributes, at = _attributes(data, 8)
    if attributes["compression"] != b"\x00":
        raise ValueError(f"{path} is compressed.")
    left, top, right, bottom = struct.unpack("<4i", attributes["dataWindow"])
    width, height = right - left + 1, bottom - top + 1
    channels = _channels(attributes["channels"])
    stride = sum(np.dtype(kind).itemsize for _, kind in channels) * width
    offsets = np.frombuffer(data, "<u8", height, at)
    found = {name: np.empty((height, width), np.float32) for name, _ in channels}
    for offset in offsets:
        y, size = struct.unpack_from("<ii", data, int(offset))
        if size != stride:
            raise ValueError(f"{path}: a line of {size} bytes, not {stride}.")
        start = int(offset) + 8
        for name, kind in channels:
            found[name][y - top] = np.frombuffer(data, kind, width, start)
            start += np.dtype(kind).itemsize * width
    return found


def layer(channels: dict[str, np.ndarray], name: str) -> np.ndarray:
    """(H, W) or (H, W, C) float32: all channels of a pass, whatever the view layer is called."""
    order = "RGBAXYZV"
    found = sorted(
        (full for full in channels if full.split(".")[-2] == name), key=lambda full: order.index(full.split(".")[-1])
    )
    if not found:
        raise KeyError(name)
    stacked = np.stack([channels[full] for full in found], axis=-1)
    return stacked[..., 0] if len(found) == 1 else stacked


def _attributes(data: bytes, at: int) -> tuple[dict[str, bytes], int]:
    found = {}
    while data[at]:
        name, at = _word(data, at)
        _, at = _word(data, at)  # its type
        (size,) = struct.unpack_from("<i", data, at)
        found[name] = data[at + 4 : at + 4 + size]
        at += 4 + size
    return found, at + 1


def _channels(data: bytes) -> list[tuple[str, str]]:
    found, at = [], 0
    while data[at]:
        name, at = _word(data, at)
        kind, _, across, down = struct.unpack_from("<iiii", data, at)
        if (across, down) != (1, 1):
            raise ValueError("Channels of another resolution are not read.")
        found.append((name, TYPES[kind]))
        at += 16
    return found


def _word(data: bytes, at: int) -> tuple[str, int]:
    end = data.index(b"\x00", at)
    return data[at:end].decode("ascii"), end + 1
