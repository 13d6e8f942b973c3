"""Poses to learn from: recorded ones split by clip, their mirror images, and the authored anchors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from backend.body.anchors import ANCHORS
from backend.body.interactions import INTERACTIONS
from backend.body.model import BodyModel, ShapedBody
from backend.body.overlays import OVERLAYS, with_overlay
from backend.body.pose_joints import JointReader, mirrored
from backend.body.posture import resolve
from backend.training.motion import Motion

SPLITS = ("train", "validation", "held-out")
# Of every seven clips of a subject, in order of name, the third is for validation and the sixth held out.
_PERIOD, _VALIDATION, _HELD_OUT = 7, 2, 5


@dataclass(frozen=True)
class Poses:
    """Joint rotations (N, 16, 3, 3) of every split, the clip of each, and the authored ones (A, 16, 3, 3)."""

    joints: dict[str, Tensor]
    clips: dict[str, tuple[str, ...]]
    anchors: Tensor

    def training(self) -> tuple[Tensor, Tensor]:
        """Poses and mirror images (N, 16, 3, 3), and their weights (N,), which sum to 1."""
        recorded = torch.cat((self.joints["train"], mirrored(self.joints["train"])))
        authored = torch.cat((self.anchors, mirrored(self.anchors)))
        weights = torch.cat((
            torch.full((len(recorded),), (1 - ANCHOR_SHARE) / len(recorded)),
            torch.full((len(authored),), ANCHOR_SHARE / max(1, len(authored))),
        ))  # fmt: skip
        return torch.cat((recorded, authored)), weights / weights.sum()


ANCHOR_SHARE = 0.12  # of what is learned from: sitting and lying are rare in recordings, common in requests


def split_of(clips: Sequence[str]) -> dict[str, str]:
    """Clip → split, by its place among the clips of its subject (the name up to the underscore)."""
    found = {}
    subjects: dict[str, list[str]] = {}
    for clip in sorted(clips):
        subjects.setdefault(clip.partition("_")[0], []).append(clip)
    for members in subjects.values():
        for place, clip in enumerate(members):
            kind = {_VALIDATION: "validation", _HELD_OUT: "held-out"}.get(place % _PERIOD, "train")
            found[clip] = kind
    return found


def collect(motions: Sequence[Motion], model: BodyModel, shaped: ShapedBody) -> Poses:
    """The data set of some retargeted clips."""
    read = JointReader(model.skeleton.bone_names)
    split = split_of([motion.clip.name for motion in motions])
    joints: dict[str, list[Tensor]] = {name: [] for name in SPLITS}
    clips: dict[str, list[str]] = {name: [] for name in SPLITS}
    for motion in motions:
        part = split[motion.clip.name]
        joints[part].append(read(motion.rotations))
        clips[part].extend([motion.clip.name] * len(motion))
    empty = torch.zeros(0, 16, 3, 3)
    return Poses(
        {name: torch.cat(parts) if parts else empty for name, parts in joints.items()},
        {name: tuple(names) for name, names in clips.items()},
        read(authored(model, shaped)),
    )


def authored(model: BodyModel, shaped: ShapedBody) -> Tensor:
    """Local rotations (A, B, 3, 3) of the anchors, plain and as the library's interactions overlay them."""
    wanted = {anchor.name: anchor for anchor in ANCHORS}
    for interaction in INTERACTIONS:
        for anchor in ANCHORS:
            if anchor.action != interaction.action or interaction.manner not in anchor.name:
                continue
            for name in interaction.overlays:
                if name in OVERLAYS:
                    anchor = with_overlay(anchor, OVERLAYS[name])
            wanted[anchor.name] = anchor
    return torch.stack([resolve(anchor.posture, model.skeleton, shaped) for anchor in wanted.values()])
