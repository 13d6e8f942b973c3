"""Which of the library's interactions a recorded frame shows: what its clip is said to show, and how the body moves.

A clip named "jump, balance" is mostly standing: words alone label whole clips, so each interaction also has a test of
the frame. Frames that pass none are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from backend.training.motion import Clip
from backend.training.motion.anatomy import normal
from backend.training.motion.roles import Roles


@dataclass(frozen=True)
class Movement:
    """Of every frame of a clip (T,)."""

    speed: np.ndarray  # metres a second of the pelvis over the ground
    turning: np.ndarray  # metres a second of the fastest limb end relative to the pelvis
    air: np.ndarray  # metres of the lowest joint above the ground nearby in time
    upright: np.ndarray  # cosine of the trunk with the vertical
    knees: np.ndarray  # (T, 2) cosine of thigh with downwards: 1 straight down, 0 level
    lift: np.ndarray  # metres between the ankles' heights
    shin: np.ndarray  # cosine with the vertical of the shin whose ankle is higher
    hands: np.ndarray  # metres of the higher hand above the shoulders' height


def movement(clip: Clip) -> Movement:
    roles, positions = Roles(clip), clip.positions
    window = max(1, round(0.2 / clip.interval))
    pelvis = positions[:, roles["pelvis"]]
    ends = positions[:, [roles[f"{s}_{r}"] for s in ("left", "right") for r in ("wrist", "ankle")]]
    feet = [roles.get(f"{s}_{r}") for s in ("left", "right") for r in ("toe", "ankle")]
    low = positions[:, [k for k in feet if k is not None], 2].min(1)
    near = round(1.0 / clip.interval)
    floor = np.array([low[max(0, t - near) : t + near + 1].min() for t in range(len(low))])
    hips = (positions[:, roles["left_hip"]] + positions[:, roles["right_hip"]]) / 2
    shoulders = (positions[:, roles["left_shoulder"]] + positions[:, roles["right_shoulder"]]) / 2
    thighs = [positions[:, roles[f"{s}_hip"]] - positions[:, roles[f"{s}_knee"]] for s in ("left", "right")]
    ankles = [positions[:, roles[f"{s}_ankle"], 2] for s in ("left", "right")]
    shins = [normal(positions[:, roles[f"{s}_knee"]] - positions[:, roles[f"{s}_ankle"]])[:, 2]
             for s in ("left", "right")]  # fmt: skip
    hands = np.maximum(*(positions[:, roles[f"{s}_wrist"], 2] for s in ("left", "right")))
    return Movement(
        _speed(pelvis[:, :2], clip.interval, window),
        np.max([_speed(ends[:, k] - pelvis, clip.interval, 1) for k in range(4)], axis=0),
        low - floor,
        normal(shoulders - hips)[:, 2],
        np.stack([normal(thigh)[:, 2] for thigh in thighs], -1),
        np.abs(ankles[0] - ankles[1]),
        np.where(ankles[0] > ankles[1], *shins),
        hands - shoulders[:, 2],
    )


def _speed(points: np.ndarray, interval: float, window: int) -> np.ndarray:
    """(T,) metres a second over `window` frames to either side."""
    count = len(points)
    first, last = np.maximum(np.arange(count) - window, 0), np.minimum(np.arange(count) + window, count - 1)
    return np.linalg.norm(points[last] - points[first], axis=-1) / np.maximum((last - first) * interval, 1e-9)


@dataclass(frozen=True)
class Label:
    interaction: str
    words: str  # regular expression that the clip's description must contain; empty: any clip
    test: Callable[[Movement], np.ndarray]
    unless: str = r"$^"  # … and must not contain


def _stands(m: Movement) -> np.ndarray:
    return (m.speed < 0.15) & (m.turning < 0.5) & (m.upright > 0.96) & (m.knees.min(1) > 0.93) & (m.hands < -0.3)


def _walks(m: Movement) -> np.ndarray:
    return (m.speed > 0.45) & (m.speed < 2.2) & (m.upright > 0.93) & (m.air < 0.06) & (m.hands < 0)


def _runs(m: Movement) -> np.ndarray:
    return (m.speed > 2.0) & (m.upright > 0.85)


def _jumps(m: Movement) -> np.ndarray:
    return (m.air > 0.15) & (m.upright > 0.7) & (m.hands < 0.5)


def _dances(m: Movement) -> np.ndarray:
    return (m.lift > 0.25) | ((m.hands > -0.15) & (m.turning > 0.5))


def _steps_up(m: Movement) -> np.ndarray:
    level = m.knees.min(1)
    # Hands at the height of the chest are on a ladder; a shin that trails has not reached the step.
    bent = (level > 0.1) & (level < 0.8) & (m.shin > 0.9)
    return (m.lift > 0.15) & (m.lift < 0.45) & bent & (m.upright > 0.9) & (m.hands < -0.22)


LABELS: tuple[Label, ...] = (
    Label("running", r"\b(run|jog|sprint)", _runs),
    Label("jumping", r"\b(jump|leap|hop|jete)s?\b", _jumps, r"climb|hang"),
    Label("dancing", r"\b(dance|ballet|waltz)", _dances),
    Label("climbing stairs", r"\b(climb|stair|uneven)", _steps_up),
    Label("walking", r"\b(walk|stroll|march)", _walks),
    Label("standing at ease", "", _stands),
)


def labelled(clip: Clip) -> dict[str, np.ndarray]:
    """Interaction → indices of the frames that show it; a frame goes to the first label that it passes."""
    motion = movement(clip)
    free = np.ones(len(clip), dtype=bool)
    found = {}
    for label in LABELS:
        shown = clip.described.lower()
        if (label.words and not re.search(label.words, shown)) or re.search(label.unless, shown):
            continue
        frames = label.test(motion) & free
        free &= ~frames
        if frames.any():
            found[label.interaction] = np.flatnonzero(frames)
    return found
