"""Which vertices a body part's name means, by the bone that moves each vertex most (names of Anny's rigs)."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from protocol.errors import RequestInvalid

Array = np.ndarray

BONES = {
    "hand": r"(wrist|finger|metacarpal)",
    "finger": r"finger",
    "forearm": r"lowerarm",
    "elbow": r"(upperarm02|lowerarm01)",
    "arm": r"(upperarm|lowerarm|wrist|finger|metacarpal)",
    "shoulder": r"(clavicle|shoulder)",
    "foot": r"(foot|toe)",
    "knee": r"(upperleg02|lowerleg01)",
    "shin": r"lowerleg",
    "thigh": r"upperleg",
    "leg": r"(upperleg|lowerleg|foot|toe)",
    "hip": r"(pelvis|upperleg01)",
}
WHOLE = {
    "back": r"(spine|clavicle|shoulder|root)",
    "bottom": r"(root|pelvis|upperleg01)",
    "head": r"head",
    "neck": r"neck",
    "body": r"",
}
PLURALS = {"feet": "foot"}


def part_masks(part: str, bones: Sequence[str]) -> tuple[Array, ...]:
    """Masks (V,) of the vertices that must touch: one for “left_hand”, two for “hands”, one for “back”.

    `bones`: the name of the bone that moves each vertex most.
    """
    name = part.strip().lower().replace(" ", "_")
    side = re.fullmatch(r"(left|right)_(\w+)", name)
    if side and side[2] in BONES:
        return (_moved_by(BONES[side[2]], ".L" if side[1] == "left" else ".R", bones),)
    single = PLURALS.get(name, name.removesuffix("s"))
    if name != single and single in BONES:
        return tuple(_moved_by(BONES[single], ending, bones) for ending in (".L", ".R"))
    if name in BONES:  # “hand”: either will do
        return (_moved_by(BONES[name], "", bones),)
    if name in WHOLE:
        return (_moved_by(WHOLE[name], "", bones),)
    known = sorted([*BONES, *WHOLE])
    raise RequestInvalid(f"“{part}” is no body part; known are {', '.join(known)}, left_…, right_… and plurals.")


def _moved_by(pattern: str, ending: str, bones: Sequence[str]) -> Array:
    names = {name: bool(re.match(pattern, name)) and name.endswith(ending) for name in set(bones)}
    return np.array([names[name] for name in bones])
