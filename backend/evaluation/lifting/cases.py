"""Known bodies in poses of recorded motion that nothing was trained on, and what a detector would see of them.

Cameras stand around a point as GenZI's do: 2 m away, 60° of view, 512² pixels, 0 to 30° above the horizon. A view can
be of somebody else: another body, pose, heading and place. Keypoints outside the picture are missing, and some at
random.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from backend.body.model import BodyModel
from backend.body.posing import pose
from backend.body.rotations import about_z
from backend.body.shaping import shaped_people
from backend.fitting.lifting import Views2D
from backend.language.people import PersonSpec
from backend.place.camera import Camera, looking_at
from backend.training.motion import Retargeter, read_folder
from backend.training.pose_prior.data import split_of
from backend.vision.keypoints import NAMES

DISTANCE, FIELD_OF_VIEW, SIZE = 2.0, math.radians(60), 512
ELEVATIONS = (0.0, math.radians(30))
TARGET = np.array([0.0, 0.0, 0.9])  # metres, world
SHAKEN = 0.15  # metres that a pelvis is off the target
STRANGER_OFF = 0.4  # metres that a wrong person is off it
MISSING = 0.1  # share of the keypoints that are not found
_FRAMES = 24  # taken evenly from each clip


@dataclass(frozen=True)
class Sample:
    """What N detectors saw of N people."""

    truth: Tensor  # (N, 23, 3) metres, world
    views: Views2D
    wrong: Tensor  # (N, V) bool: views of somebody else


def held_out_poses(folder: Path, model: BodyModel) -> Tensor:
    """Local rotations (F, B, 3, 3) of frames of the clips that the pose prior has not seen."""
    clips = read_folder(folder)
    split = split_of([clip.name for clip in clips])
    # All clips of a skeleton calibrate it, the held-out ones are kept.
    thinned = [clip.taken(slice(0, None, max(1, len(clip) // _FRAMES))) for clip in clips]
    motions = Retargeter(model.skeleton, model.shape({})).all(thinned)
    return torch.cat([motion.rotations for motion in motions if split[motion.clip.name] == "held-out"])


def people(model: BodyModel, poses: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """Keypoints (count, 23, 3) of different people in different poses, pelvis at the origin, any heading."""
    chosen = torch.randperm(len(poses), generator=generator)[:count]
    if len(chosen) < count:
        chosen = torch.randint(len(poses), (count,), generator=generator)
    shaped = shaped_people([PersonSpec()] * count, model, generator)
    turns = about_z(2 * math.pi * torch.rand(count, generator=generator))
    found = []
    for body, index, turn in zip(shaped, chosen.tolist(), turns, strict=True):
        rotations = poses[index].clone()
        rotations[0] = turn @ rotations[0]
        found.append(model.keypoints(pose(model, body, rotations, torch.zeros(3)).vertices))
    return torch.stack(found)


def around(count: int, generator: torch.Generator) -> tuple[Camera, ...]:
    """Cameras evenly around the target, at drawn elevations, the first anywhere."""
    first = 2 * math.pi * float(torch.rand((), generator=generator))
    low, high = ELEVATIONS
    elevations = low + (high - low) * torch.rand(count, generator=generator)
    cameras = []
    for k, elevation in enumerate(elevations.tolist()):
        azimuth = first + 2 * math.pi * k / count
        toward = np.array([math.cos(azimuth) * math.cos(elevation), math.sin(azimuth) * math.cos(elevation),
                           math.sin(elevation)])  # fmt: skip
        cameras.append(looking_at(TARGET + DISTANCE * toward, TARGET, FIELD_OF_VIEW, SIZE, SIZE))
    return tuple(cameras)


def sample(
    crowd: Tensor, count: int, views: int, noise: float, wrong_share: float, generator: torch.Generator
) -> Sample:
    """`count` people of `crowd` (C, 23, 3) seen by `views` cameras, keypoints with `noise` pixels.

    The others of the crowd are who the wrong views show, somebody else in each.
    """
    cameras = around(views, generator)
    target = torch.tensor(TARGET, dtype=torch.float32)
    right = crowd[:count] + target + SHAKEN * _in_ball(count, generator)
    order = torch.stack([torch.randperm(views, generator=generator) for _ in range(count)])
    wrong = order < round(wrong_share * views)
    pixels = torch.zeros(count, views, len(NAMES), 2)
    for v, camera in enumerate(cameras):
        strangers = crowd[count + torch.randint(len(crowd) - count, (count,), generator=generator)]
        strangers = strangers + target + STRANGER_OFF * _in_ball(count, generator)
        shown = torch.where(wrong[:, v, None, None], strangers, right)
        pixels[:, v] = torch.as_tensor(camera.project(shown.double().numpy())[0], dtype=torch.float32)
    inside = ((pixels >= 0) & (pixels < SIZE)).all(-1)
    pixels = pixels + noise * torch.randn(pixels.shape, generator=generator)
    confidences = 0.6 + 0.4 * torch.rand(inside.shape, generator=generator)
    kept = inside & (torch.rand(inside.shape, generator=generator) >= MISSING)
    return Sample(right, Views2D(cameras, pixels, confidences * kept), wrong)


def _in_ball(count: int, generator: torch.Generator) -> Tensor:
    """(count, 1, 3) points of a unit ball."""
    direction = torch.randn(count, 3, generator=generator)
    radius = torch.rand(count, 1, generator=generator) ** (1 / 3)
    return (radius * direction / direction.norm(dim=1, keepdim=True))[:, None]
