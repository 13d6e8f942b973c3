"""Which joint of a motion file is the left knee: names of the usual skeletons, brought to one vocabulary.

Covers the CMU database's ASF names, its BVH conversions, Mixamo, Character Creator, Rokoko, Blender's .L/.R and plain
English. Pelvis and chest are not looked up by name: they are what both hips and both shoulders hang on.
"""

from __future__ import annotations

import re

from .clip import Clip, MotionInvalid

# Role → names without side and decoration, better ones first.
_NAMES: dict[str, tuple[str, ...]] = {
    "hip": ("femur", "thigh", "upleg", "upperleg", "legupper", "hip"),
    "knee": ("tibia", "calf", "leg", "lowleg", "lowerleg", "leglower", "shin", "knee"),
    "ankle": ("foot", "ankle"),
    "toe": ("toes", "toebase", "toe", "ball"),
    "shoulder": ("humerus", "upperarm", "uparm", "arm", "armupper", "shoulder"),
    "elbow": ("radius", "forearm", "lowerarm", "lowarm", "armlower", "elbow"),
    "wrist": ("hand", "wrist"),
    "fingers": ("mid1", "middle1", "handmiddle1", "fingermiddle1", "middleproximal", "fingers", "fingerbase"),
    "index": ("index1", "handindex1", "fingerindex1", "indexproximal"),
    "little": ("pinky1", "handpinky1", "little1", "pinkyproximal", "littleproximal"),
    "thumb": ("thumb", "thumb1", "handthumb1", "thumbproximal"),
}
_OPTIONAL = ("toe", "fingers", "index", "little", "thumb")


class Roles:
    """Indices into a clip's joints: `roles["left_knee"]`; optional ones may be missing (`get` returns None)."""

    def __init__(self, clip: Clip) -> None:
        found: dict[tuple[str, str], int] = {}
        for index, joint in enumerate(clip.joints):
            found.setdefault(_plain(joint), index)
        self._indices: dict[str, int] = {}
        for role, names in _NAMES.items():
            for side in ("left", "right"):
                match = next((found[side, name] for name in names if (side, name) in found), None)
                if match is not None:
                    self._indices[f"{side}_{role}"] = match
        head = found.get(("", "head"))
        if head is not None:
            self._indices["head"] = head
        for role, joint in (("pelvis", "hip"), ("chest", "shoulder")):
            pair = [self._indices.get(f"{side}_{joint}") for side in ("left", "right")]
            if None not in pair:
                self._indices[role] = _common_ancestor(clip.parents, *pair)
        needed = [f"{side}_{role}" for role in _NAMES if role not in _OPTIONAL for side in ("left", "right")]
        missing = [role for role in (*needed, "head") if role not in self._indices]
        if missing:
            raise MotionInvalid(
                f"{clip.name}: no joint found for {', '.join(missing)} among {', '.join(clip.joints[:40])}",
                remedy="Rename the joints in the usual way, for example LeftUpLeg, LeftLeg, LeftFoot, LeftArm.",
            )

    def __getitem__(self, role: str) -> int:
        return self._indices[role]

    def get(self, role: str) -> int | None:
        return self._indices.get(role)


def _plain(joint: str) -> tuple[str, str]:
    """(side, name): "mixamorig:LeftUpLeg" → ("left", "upleg"), "CC_Base_L_Calf" → ("left", "calf")."""
    name = joint.split(":")[-1].split("|")[-1]
    name = re.sub(r"^(cc_base|mixamorig\d*|bip\d*|character\d*|def)[_\s-]?", "", name, flags=re.IGNORECASE)
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    words = [word for word in re.split(r"[_\s.\-]+", name) if word]
    side = ""
    for word in words:
        side = {"l": "left", "left": "left", "r": "right", "right": "right"}.get(word, side)
    words = [word for word in words if word not in ("l", "r", "left", "right")]
    plain = "".join(words)
    if not side:  # lfemur, rthumb: one letter in front of a known name
        for letter, meant in (("l", "left"), ("r", "right")):
            if plain.startswith(letter) and any(plain[1:] in names for names in _NAMES.values()):
                return meant, plain[1:]
        for word in ("left", "right"):
            if plain.startswith(word):
                return word, plain.removeprefix(word)
    return side, plain


def _common_ancestor(parents: tuple[int, ...], first: int, second: int) -> int:
    """The nearest joint above both."""
    above = []
    while first >= 0:
        first = parents[first]
        above.append(first)
    while second not in above:
        second = parents[second]
    return max(second, 0)
