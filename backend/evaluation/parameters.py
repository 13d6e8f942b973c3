"""A body as a vector of numbers, laid out as SMPL-X's parameters are, for metrics that cluster such vectors.

Anny is not SMPL-X. What stands for what, all angles as axis-angle vectors in radians:

    translation   3    the root bone's head, metres, world                (transl)
    orientation   3    the root bone's turn from rest, world              (global_orient)
    body         63    21 joints: the same ones as SMPL-X's, each the turn between the bones at its ends; Anny's twist
                       bones and her five spine bones are gathered into them         (body_pose)
    hands        90    15 joints of each hand, full rotations             (left_hand_pose, right_hand_pose without PCA)
    shape         6    phenotype, in standard deviations of its uniform range        (betas, 10 numbers there)

Rotations count from Anny's rest pose (arms lowered by some 40°), SMPL-X's from a T: a constant turn per joint, which
changes distances between samples a little. PLACE's vectors hold 72 numbers, with VPoser's 32 for the body and 24
principal components for the hands; there is no VPoser here, so the joints themselves stand for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from backend.body.model import PHENOTYPES

from .bodies import Rigged

Array = np.ndarray

# The turn is that of the second bone relative to the first.
_MIDDLE = {
    "spine1": ("root", "spine04"), "spine2": ("spine04", "spine02"), "spine3": ("spine02", "spine01"),
    "neck": ("spine01", "neck03"), "head": ("neck03", "head"),
}  # fmt: skip
_SIDED = {
    "hip": ("root", "upperleg02"), "knee": ("upperleg02", "lowerleg02"), "ankle": ("lowerleg02", "foot"),
    "foot": ("foot", "toe2-1"), "collar": ("spine01", "shoulder01"), "shoulder": ("shoulder01", "upperarm02"),
    "elbow": ("upperarm02", "lowerarm01"), "wrist": ("lowerarm01", "wrist"),
}  # fmt: skip
_FINGERS = tuple(
    ("wrist" if joint == 1 else f"finger{finger}-{joint - 1}", f"finger{finger}-{joint}")
    for finger in (2, 3, 5, 4, 1) for joint in (1, 2, 3)
)  # fmt: skip


def _sided(pair: tuple[str, str], suffix: str) -> tuple[str, str]:
    first, second = (bone if bone in ("root", "spine01") else bone + suffix for bone in pair)
    return first, second


BODY_JOINTS: dict[str, tuple[str, str]] = {
    **{
        f"{side}_{joint}": _sided(pair, suffix)
        for joint, pair in _SIDED.items()
        for side, suffix in (("left", ".L"), ("right", ".R"))
    },
    **_MIDDLE,
}
GROUPS = ("translation", "orientation", "body", "hands", "shape")


@dataclass(frozen=True)
class Variant:
    """Which parameters a paper clusters, into how many clusters."""

    paper: str
    groups: tuple[str, ...]
    clusters: int


VARIANTS = (
    Variant("PSI, PLACE, POSA", GROUPS, 20),
    Variant("GenZI", ("body", "hands"), 20),
    Variant("GenZI", ("body", "hands"), 50),
    Variant("COINS", ("body",), 1),
    Variant("COINS", ("body",), 20),
    Variant("COINS", ("body",), 50),
    Variant("COINS", ("body",), 150),
)


def parameters_of(rigged: Rigged, phenotype: Mapping[str, float]) -> dict[str, Array]:
    """A body's vectors by group."""
    row = {name: index for index, name in enumerate(rigged.bone_names)}
    world: list[Array] = []
    for rotation, parent in zip(rigged.rotations, rigged.bone_parents, strict=True):
        world.append(rotation if parent < 0 else world[parent] @ rotation)

    def turns(pairs: Sequence[tuple[str, str]]) -> Array:
        return _vectors(np.stack([world[row[first]].T @ world[row[second]] for first, second in pairs])).reshape(-1)

    hands = [tuple(bone + suffix for bone in pair) for suffix in (".L", ".R") for pair in _FINGERS]
    deviations = [(phenotype.get(name, 0.5) - 0.5) * np.sqrt(12.0) for name in PHENOTYPES]
    return {
        "translation": np.asarray(rigged.root_position, float),
        "orientation": _vectors(world[row["root"]][None])[0],
        "body": turns(list(BODY_JOINTS.values())),
        "hands": turns(hands),
        "shape": np.array(deviations),
    }


def gathered(vectors: Sequence[Mapping[str, Array]], groups: Sequence[str]) -> Array:
    """(N, D): the chosen groups of every sample side by side."""
    return np.array([np.concatenate([own[group] for group in groups]) for own in vectors])


def _vectors(matrices: Array) -> Array:
    """(N, 3, 3) → (N, 3)."""
    return Rotation.from_matrix(matrices).as_rotvec()
