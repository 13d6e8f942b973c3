"""A recorded motion in our conventions, whatever file it came from: metres, Z up, the person's front −Y at heading 0.

Joint k of frame t has its head at `positions[t, k]` and carries whatever hangs on it by `orientations[t, k]`. What the
zero orientation looks like is the file's own affair (a T pose in ASF, anything in BVH): nothing below relies on it.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from protocol.errors import StaffageError


class MotionInvalid(StaffageError):
    """A motion file that cannot be read; the detail names file, line and what is wrong there."""

    code = "motion_invalid"
    title = "Unreadable motion file"
    remedy = "Export the motion again as BVH, or as ASF with its AMC files, or take the file out of the folder."


@dataclass(frozen=True)
class Clip:
    """One recording."""

    name: str  # "005_02"
    joints: tuple[str, ...]  # names as in the file; ends of chains as NAME_end
    parents: tuple[int, ...]  # −1 for the root; parents before children
    positions: np.ndarray  # (T, J, 3) float64, metres, Z up
    orientations: np.ndarray  # (T, J, 3, 3) float64
    interval: float  # seconds between frames
    skeleton: str  # clips with the same skeleton share it: the ASF's name, or a hash of the BVH's hierarchy
    described: str = ""  # what the clip shows, from the folder's index.csv

    def __len__(self) -> int:
        return len(self.positions)

    def index(self, joint: str) -> int:
        return self.joints.index(joint)

    def taken(self, frames: slice | np.ndarray) -> Clip:
        """Only some of the frames."""
        return replace(self, positions=self.positions[frames], orientations=self.orientations[frames])


# Motion files have Y up and the front +Z; ours have Z up and the front −Y.
Y_UP_TO_Z_UP = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])


def to_z_up(positions: np.ndarray, orientations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions (…, 3) and orientations (…, 3, 3) from Y up to Z up; orientations also get their rest axes turned."""
    return positions @ Y_UP_TO_Z_UP.T, Y_UP_TO_Z_UP @ orientations @ Y_UP_TO_Z_UP.T


def axis_rotations(axis: str, degrees: np.ndarray) -> np.ndarray:
    """(…) degrees about "x", "y" or "z" → (…, 3, 3)."""
    radians = np.deg2rad(degrees)
    c, s = np.cos(radians), np.sin(radians)
    matrix = np.zeros((*np.shape(radians), 3, 3))
    first = "xyz".index(axis)
    i, j = (first + 1) % 3, (first + 2) % 3
    matrix[..., first, first] = 1
    matrix[..., i, i] = matrix[..., j, j] = c
    matrix[..., j, i], matrix[..., i, j] = s, -s
    return matrix


def read_text(path: Path) -> str:
    """The text of a plain or gzipped file."""
    try:
        data = path.read_bytes()
        if path.suffix == ".gz":
            data = gzip.decompress(data)
        return data.decode("utf-8")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise MotionInvalid(f"{path.name}: {error}") from error


def numbers(words: list[str], path: Path, line: int, finite_below: float = 1e6) -> np.ndarray:
    """The words as float64, or `MotionInvalid` naming the line; NaN and absurd sizes are refused, too."""
    try:
        values = np.array([float(word) for word in words])
    except ValueError as error:
        raise MotionInvalid(f"{path.name}, line {line}: {error}") from error
    if not (np.abs(values) < finite_below).all():
        raise MotionInvalid(f"{path.name}, line {line}: a number is not finite or absurdly large")
    return values
