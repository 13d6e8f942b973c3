"""Acclaim skeletons (.asf) and motions (.amc), as the CMU database has them.

A bone has a rest direction and length in world axes, an axis frame C (Euler angles, applied in the written order), and
freedoms `dof`; its motion is M = C · R(dofs, first written applied first) · C⁻¹, its orientation G = G_parent · M, and
its tail lies at head + G · direction · length. Angles are degrees or radians, lengths in inches times `length`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .clip import Clip, MotionInvalid, axis_rotations, numbers, read_text, to_z_up

INCH = 0.0254
RATE = 120.0  # frames a second by which the CMU database numbers its frames
_FREEDOMS = ("tx", "ty", "tz", "rx", "ry", "rz", "l")


@dataclass
class Bone:
    name: str
    direction: np.ndarray = field(default_factory=lambda: np.zeros(3))  # unit, world at rest
    length: float = 0.0  # file's unit
    axis: np.ndarray = field(default_factory=lambda: np.eye(3))  # (3, 3) C
    freedoms: tuple[str, ...] = ()
    parent: str = ""


@dataclass(frozen=True)
class Skeleton:
    name: str
    bones: dict[str, Bone]  # the root first, parents before children
    root_order: tuple[str, ...]
    metres: float  # per unit of length
    degrees: bool
    order: tuple[str, ...]  # names, parents before children


def read_asf(path: Path) -> Skeleton:
    """The skeleton of an .asf or .asf.gz file."""
    section, unit, degrees = "", 1.0, True
    bones: dict[str, Bone] = {"root": Bone("root")}
    root_order: tuple[str, ...] = ("tx", "ty", "tz", "rx", "ry", "rz")
    current: Bone | None = None
    raw_axes: dict[str, tuple[np.ndarray, str]] = {}
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        key = words[0].lower()
        if key.startswith(":"):
            section = key[1:]
        elif section == "units" and key == "length":
            unit = float(numbers(words[1:2], path, number)[0])
        elif section == "units" and key == "angle":
            degrees = words[-1].lower().startswith("deg")
        elif section == "root" and key == "order":
            root_order = tuple(word.lower() for word in words[1:])
        elif section == "root" and key == "axis":
            raw_axes.setdefault("root", (np.zeros(3), words[-1]))
            raw_axes["root"] = (raw_axes["root"][0], words[-1])
        elif section == "root" and key == "orientation":
            raw_axes["root"] = (numbers(words[1:4], path, number), raw_axes.get("root", (None, "xyz"))[1])
        elif section == "bonedata":
            current = _bone_line(words, key, current, bones, raw_axes, path, number)
        elif section == "hierarchy" and key not in ("begin", "end"):
            _hierarchy_line(words, bones, path, number)
    if len(bones) < 2 or not any(bone.parent for bone in bones.values()):
        raise MotionInvalid(f"{path.name}: no bones, or no hierarchy")
    for name, (angles, order) in raw_axes.items():
        bones[name].axis = _euler(angles, order.lower(), degrees)
    metres = INCH / unit if unit else INCH
    return Skeleton(path.name.split(".")[0], bones, root_order, metres, degrees, _sorted(bones, path))


def _bone_line(
    words: list[str], key: str, current: Bone | None, bones: dict[str, Bone],
    axes: dict[str, tuple[np.ndarray, str]], path: Path, number: int,
) -> Bone | None:  # fmt: skip
    if key == "begin":
        return Bone("")
    if key == "end":
        if current is not None and not current.name:
            raise MotionInvalid(f"{path.name}, line {number}: a bone without a name")
        return None
    if current is None:
        raise MotionInvalid(f"{path.name}, line {number}: “{key}” outside begin and end")
    if key == "name" and len(words) > 1:
        current.name = words[1]
        bones[current.name] = current
    elif key == "direction":
        direction = numbers(words[1:4], path, number)
        if len(direction) != 3:
            raise MotionInvalid(f"{path.name}, line {number}: a direction takes three numbers")
        current.direction = direction / max(np.linalg.norm(direction), 1e-9)
    elif key == "length":
        current.length = float(numbers(words[1:2], path, number)[0])
    elif key == "axis":
        axes[current.name] = (numbers(words[1:4], path, number), words[4] if len(words) > 4 else "xyz")
    elif key == "dof":
        current.freedoms = tuple(word.lower() for word in words[1:])
        unknown = set(current.freedoms) - set(_FREEDOMS)
        if unknown:
            raise MotionInvalid(f"{path.name}, line {number}: unknown freedom {sorted(unknown)[0]}")
    return current


def _hierarchy_line(words: list[str], bones: dict[str, Bone], path: Path, number: int) -> None:
    for name in words:
        if name not in bones:
            raise MotionInvalid(f"{path.name}, line {number}: the hierarchy names an unknown bone “{name}”")
    for name in words[1:]:
        bones[name].parent = words[0]


def _sorted(bones: dict[str, Bone], path: Path) -> tuple[str, ...]:
    order = ["root"]
    for name in order:  # grows while it is walked: breadth first
        order.extend(bone.name for bone in bones.values() if bone.parent == name and bone.name != "root")
    if len(order) != len(bones) or len(set(order)) != len(order):
        lost = sorted(set(bones) - set(order))
        raise MotionInvalid(f"{path.name}: bones that hang on nothing or on themselves: {', '.join(lost) or 'a loop'}")
    return tuple(order)


def _euler(angles: np.ndarray, order: str, degrees: bool) -> np.ndarray:
    """(3, 3) for angles listed as x, y, z and applied in `order`, first letter first."""
    angles = angles if degrees else np.rad2deg(angles)
    matrix = np.eye(3)
    for axis in order:
        matrix = axis_rotations(axis, angles["xyz".index(axis)]) @ matrix
    return matrix


def read_amc(path: Path, skeleton: Skeleton, rate: float = RATE) -> Clip:
    """The motion of an .amc or .amc.gz file. The format tells no rate: frame numbers count at `rate` a second."""
    values, interval = _frames(path, skeleton, rate)
    count = len(values["root"])
    order, bones = skeleton.order, skeleton.bones
    local = {name: _local(bones[name], values.get(name), count, skeleton) for name in order}
    orientation: dict[str, np.ndarray] = {}
    tail: dict[str, np.ndarray] = {}
    joints, parents, positions, orientations = [], [], [], []
    for name in order:
        bone = bones[name]
        if name == "root":
            head, turn = _root_position(values["root"], skeleton), local[name]
        else:
            head, turn = tail[bone.parent], orientation[bone.parent] @ local[name]
        orientation[name] = turn
        tail[name] = head + turn @ bone.direction * bone.length * skeleton.metres
        joints.append(name)
        parents.append(order.index(bone.parent) if bone.parent else -1)
        positions.append(head)
        orientations.append(turn)
    childless = [name for name in order if not any(bone.parent == name for bone in bones.values())]
    for name in childless:
        joints.append(f"{name}_end")
        parents.append(order.index(name))
        positions.append(tail[name])
        orientations.append(orientation[name])
    placed, turned = to_z_up(np.stack(positions, 1), np.stack(orientations, 1))
    return Clip(path.name.split(".")[0], tuple(joints), tuple(parents), placed, turned, interval, skeleton.name)


def _frames(path: Path, skeleton: Skeleton, rate: float) -> tuple[dict[str, np.ndarray], float]:
    """Bone → (T, its freedoms), degrees and file units; and seconds between frames."""
    numbered: list[int] = []
    degrees = skeleton.degrees
    collected: dict[str, list[np.ndarray]] = {}
    frame = 0
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        words = line.split()
        if not words or words[0][0] in "#:":
            degrees = degrees if not words else {":degrees": True, ":radians": False}.get(words[0].lower(), degrees)
            continue
        if len(words) == 1 and words[0].isdigit():
            frame += 1
            numbered.append(int(words[0]))
            continue
        name = words[0]
        if name not in skeleton.bones:
            raise MotionInvalid(f"{path.name}, line {number}: “{name}” is no bone of {skeleton.name}.asf")
        wanted = skeleton.root_order if name == "root" else skeleton.bones[name].freedoms
        row = numbers(words[1:], path, number)
        if len(row) != len(wanted):
            raise MotionInvalid(f"{path.name}, line {number}: “{name}” has {len(row)} values, not {len(wanted)}")
        rotational = np.array([freedom.startswith("r") for freedom in wanted])
        row = np.where(rotational & (not degrees), np.rad2deg(row), row)
        collected.setdefault(name, []).append(row)
        if len(collected[name]) != frame:
            raise MotionInvalid(f"{path.name}, line {number}: “{name}” missing in a frame or given twice")
    if frame == 0 or "root" not in collected:
        raise MotionInvalid(f"{path.name}: no frames")
    for name, rows in collected.items():
        if len(rows) != frame:
            raise MotionInvalid(f"{path.name}: “{name}” is missing in the last frames; is the file cut off?")
    step = float(np.median(np.diff(numbered))) if frame > 1 else 1.0
    return {name: np.array(rows) for name, rows in collected.items()}, max(step, 1.0) / rate


def _local(bone: Bone, values: np.ndarray | None, count: int, skeleton: Skeleton) -> np.ndarray:
    """(T, 3, 3) M = C R C⁻¹."""
    freedoms = skeleton.root_order if bone.name == "root" else bone.freedoms
    turn = np.broadcast_to(np.eye(3), (count, 3, 3))
    if values is not None:
        for column, freedom in enumerate(freedoms):
            if freedom.startswith("r"):
                turn = axis_rotations(freedom[1], values[:, column]) @ turn
    return bone.axis @ turn @ bone.axis.T


def _root_position(values: np.ndarray, skeleton: Skeleton) -> np.ndarray:
    """(T, 3) metres."""
    position = np.zeros((len(values), 3))
    for column, freedom in enumerate(skeleton.root_order):
        if freedom.startswith("t"):
            position[:, "xyz".index(freedom[1])] = values[:, column] * skeleton.metres
    return position
