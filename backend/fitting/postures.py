"""What somebody in a photo does, as far as it decides what carries them: in the words of a prompt."""

from __future__ import annotations

import math

from torch import Tensor

from backend.vision.keypoints import NAMES

LYING = math.radians(35)  # of the trunk above the horizontal
LEVEL_THIGH = math.radians(45)  # below the horizontal; less is sitting, or squatting
LEVEL_SHIN = math.radians(40)
LOW = 0.5  # of the legs' length: hips nearer to the lowest foot are on the ground, or nearly
ON_GROUND = 0.25  # of the legs' length: hips of somebody who squats are higher
LEVEL = math.radians(5)  # of the thighs of somebody who squats, at most
OVER_FEET = 0.24  # metres: from hips to ankles on the map, for somebody who squats


def posture_of(keypoints: Tensor) -> str:
    """Standing, sitting, sitting on the floor, squatting, kneeling or lying. `keypoints` (23, 3): metres, Z up."""
    left = {name.removeprefix("left_"): p for name, p in zip(NAMES, keypoints, strict=True) if name.startswith("left")}
    right = {
        name.removeprefix("right_"): p for name, p in zip(NAMES, keypoints, strict=True) if name.startswith("right")
    }
    middle = {name: (left[name] + right[name]) / 2 for name in left}
    if abs(_slope(middle["shoulder"] - middle["hip"])) < LYING:
        return "lying"
    thighs = [_slope(side["hip"] - side["knee"]) for side in (left, right)]
    shins = [_slope(side["knee"] - side["ankle"]) for side in (left, right)]
    legs = sum(
        float((side["hip"] - side["knee"]).norm() + (side["knee"] - side["ankle"]).norm()) / 2 for side in (left, right)
    )
    feet = min(float(side[part][2]) for side in (left, right) for part in ("ankle", "heel", "big_toe"))
    height = float(middle["hip"][2]) - feet
    if max(shins) < LEVEL_SHIN and min(float(side["knee"][2]) for side in (left, right)) < feet + 0.35 * height:
        if min(thighs) > LEVEL_THIGH:
            return "kneeling"
        return "sitting on the floor"
    if sum(thighs) / 2 > LEVEL_THIGH:
        return "standing"
    away = float((middle["hip"] - middle["ankle"])[:2].norm())
    if away < OVER_FEET and sum(thighs) / 2 < LEVEL and min(shins) > LEVEL_SHIN and height > ON_GROUND * legs:
        return "squatting"
    crossed = max(shins) < LEVEL_SHIN  # or stretched out
    return "sitting on the floor" if crossed or height < LOW * legs else "sitting"


def _slope(direction: Tensor) -> float:
    """Radians above the horizontal."""
    return math.atan2(float(direction[2]), float(direction[:2].norm()))
