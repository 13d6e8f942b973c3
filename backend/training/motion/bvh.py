"""Biovision motions (.bvh): a joint's local rotation is the product of its channels' in the order they are written.

The format names no unit and no meaning of the root's OFFSET. The unit is taken from the length of a leg; the root's
position channels replace its OFFSET or add to it, whichever leaves the lowest joint nearer to the ground.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .clip import Clip, MotionInvalid, axis_rotations, numbers, read_text, to_z_up

_UNITS = (1.0, 0.1, 0.01, 0.001, 0.0254, 0.0254 / 0.45)  # metres: m, dm, cm, mm, inches, CMU's inches
_HEIGHT = (1.3, 2.3)  # metres of skeleton from lowest to highest joint that a grown person has, roughly
_CHANNELS = {f"{axis}{kind}": (kind[0], axis.lower()) for axis in "XYZ" for kind in ("position", "rotation")}


@dataclass
class _Joint:
    name: str
    parent: int
    offset: np.ndarray = field(default_factory=lambda: np.zeros(3))
    channels: tuple[tuple[str, str], ...] = ()  # ("p" or "r", axis)


def read_bvh(path: Path) -> Clip:
    """The motion of a .bvh or .bvh.gz file."""
    lines = read_text(path).splitlines()
    joints, start = _hierarchy(lines, path)
    values, interval = _motion(lines, start, sum(len(j.channels) for j in joints), path)
    positions, orientations = _forward(joints, values)
    placed, turned = to_z_up(positions, orientations)
    name = path.name.split(".")[0]
    names = tuple(joint.name for joint in joints)
    shape = hashlib.sha256(repr([(j.name, j.parent, j.offset.round(4).tolist()) for j in joints]).encode()).hexdigest()
    placed *= _unit(placed)
    # Clips of one subject share their calibration; a hash alone would mix subjects that a tool gave one skeleton.
    subject = f"{name.split('_')[0]}-{shape[:8]}"
    return Clip(name, names, tuple(j.parent for j in joints), placed, turned, interval, subject)


def _hierarchy(lines: list[str], path: Path) -> tuple[list[_Joint], int]:
    """Joints, parents before children, and the number of the line after MOTION."""
    joints: list[_Joint] = []
    stack: list[int] = []
    pending: _Joint | None = None
    for number, line in enumerate(lines, start=1):
        words = line.split()
        if not words:
            continue
        key = words[0].upper()
        if key in ("ROOT", "JOINT", "END"):
            if key == "END" and not stack:
                raise MotionInvalid(f"{path.name}, line {number}: an end without a joint")
            if len(words) < 2:
                raise MotionInvalid(f"{path.name}, line {number}: a joint without a name")
            name = f"{joints[stack[-1]].name}_end" if key == "END" else " ".join(words[1:])
            pending = _Joint(name, stack[-1] if stack else -1)
        elif key == "{":
            if pending is None:
                raise MotionInvalid(f"{path.name}, line {number}: an unexpected brace")
            joints.append(pending)
            stack.append(len(joints) - 1)
            pending = None
        elif key == "}":
            if not stack:
                raise MotionInvalid(f"{path.name}, line {number}: a brace too many")
            stack.pop()
        elif key == "OFFSET" and stack:
            offset = numbers(words[1:], path, number)
            if len(offset) != 3:
                raise MotionInvalid(f"{path.name}, line {number}: an OFFSET takes three numbers")
            joints[stack[-1]].offset = offset
        elif key == "CHANNELS" and stack:
            joints[stack[-1]].channels = _channels(words, path, number)
        elif key == "MOTION":
            if stack or not joints:
                raise MotionInvalid(f"{path.name}, line {number}: the hierarchy is incomplete")
            return joints, number
        elif key != "HIERARCHY":
            raise MotionInvalid(f"{path.name}, line {number}: “{words[0]}” is not known here")
    raise MotionInvalid(f"{path.name}: no MOTION section; is the file cut off?")


def _channels(words: list[str], path: Path, number: int) -> tuple[tuple[str, str], ...]:
    known = {name.lower(): channel for name, channel in _CHANNELS.items()}
    unknown = [word for word in words[2:] if word.lower() not in known]
    if unknown or len(words) < 2 or not words[1].isdigit() or int(words[1]) != len(words) - 2:
        raise MotionInvalid(f"{path.name}, line {number}: CHANNELS are miscounted or unknown: {' '.join(words[1:])}")
    return tuple(known[word.lower()] for word in words[2:])


def _motion(lines: list[str], start: int, width: int, path: Path) -> tuple[np.ndarray, float]:
    """Channel values (T, width) and seconds per frame."""
    count, interval = None, None
    rows: list[np.ndarray] = []
    for number in range(start, len(lines)):
        words = lines[number].split()
        if not words:
            continue
        text = lines[number].lower()
        if "frames:" in text:
            count = int(numbers(words[-1:], path, number + 1)[0])
        elif "frame time:" in text:
            interval = float(numbers(words[-1:], path, number + 1)[0])
        else:
            row = numbers(words, path, number + 1)
            if len(row) != width:
                raise MotionInvalid(f"{path.name}, line {number + 1}: {len(row)} values, the channels are {width}")
            rows.append(row)
    if count is None or interval is None or interval <= 0:
        raise MotionInvalid(f"{path.name}: “Frames:” or “Frame Time:” is missing or not positive")
    if len(rows) != count or not rows:
        raise MotionInvalid(f"{path.name}: {len(rows)} frames, announced were {count}; is the file cut off?")
    return np.array(rows), interval


def _forward(joints: list[_Joint], values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions (T, J, 3) and orientations (T, J, 3, 3), file's unit and axes."""
    count = len(values)
    positions = np.zeros((count, len(joints), 3))
    orientations = np.zeros((count, len(joints), 3, 3))
    moved = np.zeros((count, 3))  # the root's position channels
    column = 0
    for index, joint in enumerate(joints):
        turn = np.broadcast_to(np.eye(3), (count, 3, 3))
        shift = np.broadcast_to(joint.offset, (count, 3)).copy()
        if any(kind == "p" for kind, _ in joint.channels) and joint.parent >= 0:
            shift[:] = 0
        for kind, axis in joint.channels:
            if kind == "r":
                turn = turn @ axis_rotations(axis, values[:, column])
            elif joint.parent < 0:
                moved[:, "xyz".index(axis)] = values[:, column]
            else:
                shift[:, "xyz".index(axis)] = values[:, column]
            column += 1
        if joint.parent < 0:
            orientations[:, index] = turn
        else:
            above = orientations[:, joint.parent]
            orientations[:, index] = above @ turn
            positions[:, index] = positions[:, joint.parent] + np.einsum("tij,tj->ti", above, shift)
    lowest = positions[..., 1].min(1) + moved[:, 1]
    ground = np.quantile(lowest, 0.25)  # jumps and steps are rarer than standing
    added, replaced = abs(ground + joints[0].offset[1]), abs(ground)
    offset = joints[0].offset if added < replaced else np.zeros(3)
    return positions + (moved + offset)[:, None], orientations


def _unit(positions: np.ndarray) -> float:
    """Metres per unit: the first that gives the skeleton a person's size, else the nearest to it."""
    spread = positions - positions.mean(1, keepdims=True)
    # The skeleton's largest extent over all frames stands for the height, however the person bends.
    size = 2 * np.quantile(np.linalg.norm(spread, axis=-1).max(1), 0.9)
    middle = sum(_HEIGHT) / 2
    return min(_UNITS, key=lambda unit: abs(np.log(max(size, 1e-9) * unit / middle)))
