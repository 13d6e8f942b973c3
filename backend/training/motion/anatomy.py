"""Where the anatomical axes lie in the joints of a recorded skeleton, learned from its own motion.

Files disagree about the pose that zero angles mean, and BVH files may mean none at all. So nothing is read off the
zero pose. Sideways axes come from joint positions: the line between the hips, between the shoulders; hinge axes are
what elbows and knees turn about; and what is upright is what people hold upright on average while they stand.
All directions are world directions in Z-up axes: `…_axes` (T, 3, 3) have columns left, back, up, as our rest body has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .clip import Clip
from .roles import Roles

_UP = np.array([0.0, 0.0, 1.0])
_STANDING = (np.cos(np.deg2rad(30)), np.cos(np.deg2rad(20)))  # least cosine of thighs and trunk with the vertical
_STILL = 0.25  # metres a second below which a foot is planted
_LEAST_BEND = np.sin(np.deg2rad(20))  # of a hinge that tells where its axis is
ANKLE_DROP = np.deg2rad(19)  # below the horizontal, from the ankle to the toes' base of a foot flat on the floor
_FEW = 5  # frames that are too few to learn from


@dataclass(frozen=True)
class Anatomy:
    """Constant rotations and directions in the frames of a skeleton's joints."""

    pelvis: np.ndarray  # (3, 3) from anatomical axes to the joint's
    chest: np.ndarray
    head: np.ndarray
    feet: tuple[np.ndarray, np.ndarray]  # (3, 3) left and right
    knees: tuple[np.ndarray | None, np.ndarray | None]  # (3,) where the kneecap faces, in the thigh's frame
    elbows: tuple[np.ndarray | None, np.ndarray | None]  # (3,) where the forearm folds to, in the upper arm's frame
    palms: tuple[np.ndarray | None, np.ndarray | None]  # (3,) out of the palm, in the hand's frame


SIDES = ("left", "right")


def learn(clips: Sequence[Clip]) -> Anatomy:
    """From all clips of one skeleton: the more, the better."""
    roles = Roles(clips[0])
    merged = _Merged(clips)
    standing = _standing(merged, roles)
    hips = merged.at(roles["left_hip"]) - merged.at(roles["right_hip"])
    shoulders = merged.at(roles["left_shoulder"]) - merged.at(roles["right_shoulder"])
    pelvis = _upright(merged.turns(roles["pelvis"]), hips, standing)
    chest = _upright(merged.turns(roles["chest"]), shoulders, standing)
    # The head has no sideways marker: over time it looks where the chest faces.
    left = (merged.turns(roles["chest"]) @ chest)[..., 0]
    head = _upright(merged.turns(roles["head"]), left, standing)
    return Anatomy(
        pelvis, chest, head,
        feet=_pair(_foot, merged, roles), knees=_pair(_kneecap, merged, roles),
        elbows=_pair(_fold, merged, roles), palms=_pair(_palm, merged, roles),
    )  # fmt: skip


class _Merged:
    """Frames of several clips of one skeleton end to end."""

    def __init__(self, clips: Sequence[Clip]) -> None:
        self.positions = np.concatenate([clip.positions for clip in clips])
        self.orientations = np.concatenate([clip.orientations for clip in clips])
        self.parents = clips[0].parents
        speeds = []
        for clip in clips:
            step = np.linalg.norm(np.diff(clip.positions, axis=0), axis=-1) / clip.interval
            speeds.append(np.concatenate((step, step[-1:])) if len(clip) > 1 else np.zeros(clip.positions.shape[:2]))
        self.speeds = np.concatenate(speeds)

    def at(self, joint: int) -> np.ndarray:
        return self.positions[:, joint]

    def turns(self, joint: int) -> np.ndarray:
        return self.orientations[:, joint]

    def local(self, joint: int, direction: np.ndarray) -> np.ndarray:
        """World directions (T, 3) in the joint's frame."""
        return np.einsum("tji,tj->ti", self.turns(joint), direction)


def _pair(learner, merged: _Merged, roles: Roles) -> tuple:
    return tuple(learner(merged, roles, side) for side in SIDES)


def _standing(merged: _Merged, roles: Roles) -> np.ndarray:
    """(T,) bool: trunk and thighs upright; all frames where that is nearly never the case."""
    hips = (merged.at(roles["left_hip"]) + merged.at(roles["right_hip"])) / 2
    shoulders = (merged.at(roles["left_shoulder"]) + merged.at(roles["right_shoulder"])) / 2
    upright = normal(shoulders - hips)[:, 2] > _STANDING[1]
    for side in SIDES:
        thigh = normal(merged.at(roles[f"{side}_hip"]) - merged.at(roles[f"{side}_knee"]))
        upright &= thigh[:, 2] > _STANDING[0]
    return upright if upright.sum() >= _FEW else np.ones_like(upright)


def _upright(turns: np.ndarray, left: np.ndarray, standing: np.ndarray) -> np.ndarray:
    """(3, 3) axes left, back, up in a joint's frame from a sideways line and the average vertical."""
    sideways = trimmed_mean(np.einsum("tji,tj->ti", turns, normal(left)))
    up = trimmed_mean(np.einsum("tji,j->ti", turns[standing], _UP))
    return axes(sideways, up)


def _foot(merged: _Merged, roles: Roles, side: str) -> np.ndarray:
    """Axes of a foot's joint: the sole's normal is the vertical while the foot is planted."""
    ankle, toe = roles[f"{side}_ankle"], roles.get(f"{side}_toe")
    if toe is None:
        # Without toes the foot follows the shin; the sole is across it.
        shin = normal(merged.at(roles[f"{side}_knee"]) - merged.at(ankle))
        up = trimmed_mean(merged.local(ankle, shin))
        left = trimmed_mean(merged.local(ankle, merged.at(roles["left_hip"]) - merged.at(roles["right_hip"])))
        return axes(left, up)
    forward = trimmed_mean(merged.local(ankle, normal(merged.at(toe) - merged.at(ankle))))
    height = merged.at(ankle)[:, 2]
    still = (merged.speeds[:, ankle] < _STILL) & (merged.speeds[:, toe] < _STILL)
    # On tiptoe and in the air the sole is not level: only the lower ankles count.
    planted = still & (height < np.quantile(height[still], 0.6)) if still.sum() >= _FEW else still
    if planted.sum() >= _FEW:
        up = trimmed_mean(merged.local(ankle, np.broadcast_to(_UP, merged.at(ankle).shape))[planted])
    else:
        shin = trimmed_mean(merged.local(ankle, normal(merged.at(roles[f"{side}_knee"]) - merged.at(ankle))))
        across = normal(shin - (shin @ forward) * forward)
        # Of a flat foot the line from ankle to toes drops; the sole's normal leans back from across it.
        up = np.cos(ANKLE_DROP) * across - np.sin(ANKLE_DROP) * forward
    return axes(np.cross(-forward, up), up)


def _hinge(merged: _Merged, upper: int, lower: int, end: int) -> np.ndarray | None:
    """(3,) where the lower segment goes when the hinge bends, across the upper one, in the upper joint's frame."""
    first = normal(merged.at(lower) - merged.at(upper))
    second = normal(merged.at(end) - merged.at(lower))
    part = second - (second * first).sum(-1, keepdims=True) * first
    sine = np.linalg.norm(part, axis=-1)
    bent = sine > _LEAST_BEND
    if bent.sum() < _FEW:
        return None
    return normal((merged.local(upper, part)[bent] * sine[bent, None]).mean(0))


def _kneecap(merged: _Merged, roles: Roles, side: str) -> np.ndarray | None:
    back = _hinge(merged, roles[f"{side}_hip"], roles[f"{side}_knee"], roles[f"{side}_ankle"])
    return None if back is None else -back


def _fold(merged: _Merged, roles: Roles, side: str) -> np.ndarray | None:
    return _hinge(merged, roles[f"{side}_shoulder"], roles[f"{side}_elbow"], roles[f"{side}_wrist"])


def _palm(merged: _Merged, roles: Roles, side: str) -> np.ndarray | None:
    """Out of the palm: across fingers and thumb, or across fingers and the knuckles' line."""
    wrist, fingers = roles[f"{side}_wrist"], roles.get(f"{side}_fingers")
    if fingers is None:
        return None
    index, little, thumb = (roles.get(f"{side}_{name}") for name in ("index", "little", "thumb"))
    along = merged.at(fingers) - merged.at(wrist)
    if index is not None and little is not None:
        across = merged.at(index) - merged.at(little)
    elif thumb is not None:
        end = next((k for k, parent in enumerate(merged.parents) if parent == thumb), None)
        across = merged.at(thumb if end is None else end) - merged.at(wrist)
    else:
        return None
    sign = 1.0 if side == "left" else -1.0
    return trimmed_mean(merged.local(wrist, normal(np.cross(along, across) * sign)))


def normal(vectors: np.ndarray) -> np.ndarray:
    """Unit vectors (…, 3)."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)


def axes(left: np.ndarray, up: np.ndarray) -> np.ndarray:
    """(3, 3) right-handed columns left (+X), back (+Y), up (+Z): `up` is kept, `left` made perpendicular."""
    third = normal(up)
    first = normal(left - (left @ third) * third)
    return np.stack((first, np.cross(third, first), third), -1)


def trimmed_mean(vectors: np.ndarray) -> np.ndarray:
    """(3,) mean direction of (T, 3), twice without the fifth that is farthest from it."""
    mean = normal(vectors.mean(0))
    for _ in range(2):
        cosine = vectors @ mean
        mean = normal(vectors[cosine >= np.quantile(cosine, 0.2)].mean(0))
    return mean
