"""Answers kept in files between the process that thinks and the one that draws: the frames of one message."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

from protocol.codec import Frame


def write_frames(path: Path, frames: Sequence[Frame]) -> None:
    """Each frame after its length, 8 bytes, little endian."""
    with open(path, "wb") as file:
        for frame in frames:
            view = memoryview(frame).cast("B")
            file.write(struct.pack("<Q", len(view)))
            file.write(view)


def read_frames(path: Path) -> list[bytes]:
    data, at, frames = path.read_bytes(), 0, []
    while at < len(data):
        (length,) = struct.unpack_from("<Q", data, at)
        frames.append(data[at + 8 : at + 8 + length])
        at += 8 + length
    return frames
