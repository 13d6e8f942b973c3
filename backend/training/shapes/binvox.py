"""Reads .binvox files: voxels of a cube, run-length encoded.

From the format's public description: a text header ("#binvox 1" or 2, "dim D D D", optionally "translate" and "scale",
"data"), then pairs of bytes, a value and how often it comes. The second axis runs fastest, then the third, then the
first; in version 2 a set voxel is any value above 0.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from protocol.errors import StaffageError

LARGEST = 1024  # cells along an edge that are believed


class VoxelFileInvalid(StaffageError):
    """A file that is no whole .binvox."""

    code = "voxel_file_invalid"
    title = "Unreadable voxels"
    remedy = "Copy the file again from where it came from."


def read_binvox(path: Path) -> np.ndarray:
    """(D, D, D) bool by the file's own x, y and z."""
    data = path.read_bytes()
    lines, at = [], 0
    while not lines or lines[-1] != "data":
        end = data.find(b"\n", at, at + 200)
        if end < 0:
            raise VoxelFileInvalid(f"{path} has no header of a .binvox file.")
        lines.append(data[at:end].decode("ascii", errors="replace").strip())
        at = end + 1
    size = next((line.split()[1:] for line in lines if line.startswith("dim ")), [])
    if lines[0] not in ("#binvox 1", "#binvox 2") or len(size) != 3 or len(set(size)) != 1 or not size[0].isdigit():
        raise VoxelFileInvalid(f"{path} has no header of a .binvox file.")
    edge = int(size[0])
    runs = np.frombuffer(data[at : at + (len(data) - at) // 2 * 2], np.uint8).reshape(-1, 2)
    if not 0 < edge <= LARGEST or int(runs[:, 1].sum(dtype=np.int64)) != edge**3:
        raise VoxelFileInvalid(f"{path} does not hold {edge}³ voxels.")
    return np.repeat(runs[:, 0] > 0, runs[:, 1]).reshape(edge, edge, edge).transpose(0, 2, 1)
