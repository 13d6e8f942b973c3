"""Joint angles as a clinician would name them, and how far they are beyond what people can do.

Angles in degrees, measured between segments (so twist bones and spine segments count together), zero in the anatomical
position; positive are forwards flexion, away from the middle, inwards rotation, palms down, toes up. Ranges are the
norms of the American Academy of Orthopaedic Surgeons as Norkin & White (“Measurement of Joint Motion”) list them,
widened to passive and weight-bearing motion where people load a joint with their own weight: deep knee and hip flexion
in squatting and kneeling, wrists under straight arms, ankles in a lunge, and the outwards rotation of bent hips in
sitting cross-legged (62° on average, up to 82°: Ganokroj et al., BMC Musculoskeletal Disorders 22, 2021). Knees and
elbows are hinges: what they turn sideways is an angle of its own, with a small range. Recorded motion keeps to them: of
the poses of dancers, runners and others that were looked at, each angle but the wrist's (which optical markers hardly
see) was in range in 95 % and more.
Names of Anny's rigs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from .bodies import Rigged

Array = np.ndarray
LEFT_X = 1.0  # the left side is +X at rest, the front −Y

RANGES: dict[str, tuple[float, float]] = {
    "spine flexion": (-35, 90),
    "spine side bend": (-40, 40),
    "spine rotation": (-50, 50),
    "neck flexion": (-75, 65),
    "neck side bend": (-45, 45),
    "neck rotation": (-80, 80),
    "shoulder girdle": (0, 45),
    "shoulder backward": (-90, 60),
    "shoulder across": (-90, 50),
    "shoulder rotation": (-110, 110),
    "elbow flexion": (-10, 150),
    "elbow sideways": (-15, 15),
    "forearm pronation": (-90, 90),
    "wrist flexion": (-90, 85),
    "wrist radial": (-45, 30),
    "finger flexion": (-30, 110),
    "hip flexion": (-30, 140),
    "hip abduction": (-35, 65),
    "hip rotation": (-82, 60),
    "knee flexion": (-10, 160),
    "knee sideways": (-12, 12),
    "knee rotation": (-40, 40),
    "ankle dorsiflexion": (-55, 40),
    "ankle inversion": (-40, 40),
}  # fmt: skip


@dataclass(frozen=True)
class Violations:
    count: int  # joint angles beyond their range
    worst: float  # degrees beyond
    where: str  # the worst: “left knee flexion −35°”; empty if there is none


def violations(rigged: Rigged, *, tolerance: float = 0.5) -> Violations:
    """What is out of range by more than `tolerance` degrees."""
    beyond = {}
    for name, angle in joint_angles(rigged).items():
        low, high = RANGES[_kind(name)]
        excess = max(low - angle, angle - high)
        if excess > tolerance:
            beyond[name, angle] = excess
    if not beyond:
        return Violations(0, 0.0, "")
    name, angle = max(beyond, key=beyond.get)
    return Violations(len(beyond), float(beyond[name, angle]), f"{name} {angle:.0f}°")


def joint_angles(rigged: Rigged) -> dict[str, float]:
    """Every angle of a body, by “left knee flexion” or, in the middle, “neck rotation”; degrees."""
    pose = _Pose(rigged)
    return dict(angle for part in (_trunk, _arms, _hands, _legs) for angle in part(pose))


def _kind(name: str) -> str:
    words = [word for word in name.split() if word not in ("left", "right") and not word.isdigit()]
    return " ".join(words).replace("finger joint flexion", "finger flexion")


class _Pose:
    """Relative rotations and rest geometry by bone name."""

    def __init__(self, rigged: Rigged) -> None:
        self._row = {name: row for row, name in enumerate(rigged.bone_names)}
        self._heads = rigged.rest_heads.astype(float)
        self._world: list[Array] = []
        for rotation, parent in zip(rigged.rotations, rigged.bone_parents, strict=True):
            self._world.append(rotation if parent < 0 else self._world[parent] @ rotation)

    def between(self, first: str, second: str) -> Array:
        """(3, 3) how the second bone has turned relative to the first since rest, in rest axes."""
        return self._world[self._row[first]].T @ self._world[self._row[second]]

    def direction(self, first: str, second: str) -> Array:
        """(3,) unit, at rest, from one bone's head to the other's."""
        return _unit(self._heads[self._row[second]] - self._heads[self._row[first]])

    def palm(self, suffix: str) -> Array:
        """(3,) unit, at rest, out of the palm."""
        index, little = self.direction(f"wrist{suffix}", f"finger2-1{suffix}"), self.direction(
            f"wrist{suffix}", f"finger5-1{suffix}")  # fmt: skip
        normal = _unit(np.cross(index, little))
        return -normal if suffix == ".L" else normal


Angles = Iterator[tuple[str, float]]


def _trunk(pose: _Pose) -> Angles:
    for name, first, second in (("spine", "root", "spine01"), ("neck", "spine01", "head")):
        turn = pose.between(first, second)
        up = turn @ [0.0, 0.0, 1.0]
        yield f"{name} flexion", _degrees(np.arctan2(-up[1], up[2]))
        yield f"{name} side bend", _degrees(np.arcsin(np.clip(up[0], -1, 1)))
        yield f"{name} rotation", twist(turn, np.array([0.0, 0.0, 1.0]))


def _arms(pose: _Pose) -> Angles:
    for side, suffix, outward in _sides():
        girdle = pose.between("spine01", f"clavicle{suffix}")
        yield f"{side} shoulder girdle", _degrees(np.linalg.norm(Rotation.from_matrix(girdle).as_rotvec()))
        arm = pose.direction(f"upperarm01{suffix}", f"lowerarm01{suffix}")
        turn = pose.between("spine01", f"upperarm02{suffix}")
        points = turn @ arm
        yield f"{side} shoulder backward", _degrees(np.arcsin(np.clip(points[1], -1, 1)))
        yield f"{side} shoulder across", _degrees(np.arcsin(np.clip(-outward * points[0], -1, 1)))
        yield f"{side} shoulder rotation", outward * twist(turn, arm)
        yield from _elbow(pose, side, suffix, arm)


def _elbow(pose: _Pose, side: str, suffix: str, arm: Array) -> Angles:
    forearm = pose.direction(f"lowerarm01{suffix}", f"wrist{suffix}")
    hinge = _unit(np.cross(arm, forearm))
    turn = pose.between(f"upperarm02{suffix}", f"lowerarm02{suffix}")
    flexion, rest = twist(turn, hinge), _degrees(np.arccos(np.clip(arm @ forearm, -1, 1)))
    yield f"{side} elbow flexion", flexion + rest
    remaining = Rotation.from_rotvec(-np.radians(flexion) * hinge).as_matrix() @ turn
    sign = 1.0 if suffix == ".L" else -1.0
    # Sideways: out of the hinge's plane; what is left turns the forearm about itself.
    yield f"{side} elbow sideways", sign * _degrees(np.arcsin(np.clip((remaining @ forearm) @ hinge, -1, 1)))
    neutral = sign * hinge  # where the palm faces with the thumb up
    start = _turn_about(forearm, neutral, pose.palm(suffix))
    yield f"{side} forearm pronation", sign * (start + twist(remaining, forearm))


def _hands(pose: _Pose) -> Angles:
    for side, suffix, _ in _sides():
        forearm = pose.direction(f"lowerarm01{suffix}", f"wrist{suffix}")
        palm = _unit(_across(pose.palm(suffix), forearm))
        thumbwards = pose.direction(f"finger5-1{suffix}", f"finger2-1{suffix}")
        thumbwards = _unit(_across(_across(thumbwards, forearm), palm))
        hand = pose.between(f"lowerarm02{suffix}", f"wrist{suffix}") @ pose.direction(
            f"wrist{suffix}", f"finger3-1{suffix}")  # fmt: skip
        yield f"{side} wrist flexion", _degrees(np.arctan2(hand @ palm, hand @ forearm))
        yield f"{side} wrist radial", _degrees(np.arcsin(np.clip(hand @ thumbwards, -1, 1)))
        for finger in range(2, 6):
            for joint in (1, 2, 3):
                yield f"{side} finger {finger} joint {joint} flexion", _knuckle(pose, finger, joint, suffix)


def _knuckle(pose: _Pose, finger: int, joint: int, suffix: str) -> float:
    """Flexion of a finger's joint; the hinge lies across the phalanx in the palm's plane. Straight is straight."""
    bone = f"finger{finger}-{joint}{suffix}"
    before = f"wrist{suffix}" if joint == 1 else f"finger{finger}-{joint - 1}{suffix}"
    along = pose.direction(before, bone)
    hinge = _unit(np.cross(along, pose.palm(suffix)))
    if joint < 3:
        after = pose.direction(bone, f"finger{finger}-{joint + 1}{suffix}")
        rest = _degrees(np.arctan2(np.cross(along, after) @ hinge, along @ after))
    else:
        rest = 0.0  # the last phalanx has no end of its own
    return rest + twist(pose.between(before, bone), hinge)


def _legs(pose: _Pose) -> Angles:
    across = np.array([1.0, 0.0, 0.0])
    for side, suffix, outward in _sides():
        thigh = pose.direction(f"upperleg01{suffix}", f"lowerleg01{suffix}")
        turn = pose.between("root", f"upperleg02{suffix}")
        points = turn @ thigh
        yield f"{side} hip flexion", _degrees(np.arctan2(-points[1], -points[2]))
        yield f"{side} hip abduction", _degrees(np.arcsin(np.clip(outward * points[0], -1, 1)))
        # Flexion, then abduction, then rotation about the thigh: the order of the joint coordinate system (ISB).
        hanging = _leg_frame(points).T @ turn @ _leg_frame(thigh)
        yield f"{side} hip rotation", outward * twist(hanging, np.array([0.0, 0.0, -1.0]))
        shin = pose.direction(f"lowerleg01{suffix}", f"foot{suffix}")
        turn = pose.between(f"upperleg02{suffix}", f"lowerleg02{suffix}")
        flexion = twist(turn, across)
        remaining = Rotation.from_rotvec(-np.radians(flexion) * across).as_matrix() @ turn
        yield f"{side} knee flexion", flexion + _turn_about(across, thigh, shin)
        yield f"{side} knee sideways", outward * _degrees(np.arcsin(np.clip((remaining @ shin - shin) @ across, -1, 1)))
        yield f"{side} knee rotation", outward * twist(remaining, shin)
        turn = pose.between(f"lowerleg02{suffix}", f"foot{suffix}")
        rise = twist(turn, across)
        remaining = Rotation.from_rotvec(-np.radians(rise) * across).as_matrix() @ turn
        yield f"{side} ankle dorsiflexion", -rise
        yield f"{side} ankle inversion", _degrees(np.linalg.norm(Rotation.from_matrix(remaining).as_rotvec()))


def _leg_frame(points: Array) -> Array:
    """(3, 3) the rotation that flexes and then abducts a hanging leg until it points there; no rotation about it."""
    flexion, aside = np.arctan2(-points[1], -points[2]), np.arcsin(np.clip(points[0], -1, 1))
    return Rotation.from_euler("XY", [-flexion, -aside]).as_matrix()


def twist(turn: Array, axis: Array) -> float:
    """Degrees, −180…180, of a rotation (3, 3) about a unit axis: the twist of its swing-twist decomposition."""
    x, y, z, w = Rotation.from_matrix(turn).as_quat()
    angle = 2 * np.arctan2(np.array([x, y, z]) @ axis, w)
    return _degrees((angle + np.pi) % (2 * np.pi) - np.pi)


def _turn_about(axis: Array, first: Array, second: Array) -> float:
    """Degrees about `axis` from one direction to the other, both seen along it."""
    a, b = _across(first, axis), _across(second, axis)
    return _degrees(np.arctan2(np.cross(a, b) @ axis, a @ b))


def _across(direction: Array, axis: Array) -> Array:
    return direction - (direction @ axis) * axis


def _unit(vector: Array) -> Array:
    return vector / max(float(np.linalg.norm(vector)), 1e-12)


def _degrees(radians: float) -> float:
    return float(np.degrees(radians))


def _sides() -> tuple[tuple[str, str, float], ...]:
    return ("left", ".L", LEFT_X), ("right", ".R", -LEFT_X)
