"""Lifting with one body model for people of another: the first reads the pictures, the second takes on what it found.

SMPL-X with VPoser reads pictures as most research does; all that comes after lifting (contact, clothes, the rig that
Blender gets) is made for the product's own body. The 23 keypoints are common to all models: the second body is lifted
to where the first one has them, as a ring of cameras that do not exist would see them, sure of every one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from backend.body.model import BodyModel
from backend.place.camera import Camera, looking_at

from .optimise import NOTHING_KNOWN, lift
from .problem import Lifted, LiftingProblem, State
from .schedule import INDOOR, OUTDOOR, Parameters
from .views2d import Lenses, Views2D

CAMERAS = 6
AWAY = 3.0  # metres from the nearest of the keypoints
RAISED = math.radians(15)
SECOND = replace(INDOOR, restarts=2, iterations=250)  # the second one has nothing to doubt
READING = 0.6  # share of the time that the first one takes


def relayed(
    model: BodyModel, reader: BodyModel, views: Views2D, problem: LiftingProblem = NOTHING_KNOWN,
    parameters: Parameters = OUTDOOR, *, start: State | None = None, focal_known: bool = True,
    report: Callable[[float, Tensor | None], None] = lambda fraction, vertices: None,
) -> Lifted:  # fmt: skip
    """As `optimise.lift`, with bodies and keypoints of `model`; all else is the `reader`'s, `start` and `state`, too.

    `problem.shape` is about `model`'s people; the reader takes them for anybody.
    """
    read = lift(
        reader, views, replace(problem, shape=None), parameters, start=start, focal_known=focal_known,
        report=lambda fraction, skin: report(READING * fraction, skin),
    )  # fmt: skip
    own = lift(
        model, _seen(read.keypoints), problem, SECOND,
        report=lambda fraction, skin: report(READING + (1 - READING) * fraction, skin),
    )  # fmt: skip
    order = own.candidate.argsort()
    return replace(read, bodies=tuple(own.bodies[k] for k in order.tolist()), keypoints=own.keypoints[order])


def _seen(keypoints: Tensor) -> Views2D:
    """Keypoints (N, 23, 3) in metres, world, from all around."""
    cameras = _ring(keypoints.reshape(-1, 3).double().numpy())
    lenses = Lenses(cameras)
    pixels = lenses.project(keypoints) * lenses.sizes[:, None, None]
    return Views2D(cameras, pixels, torch.ones(pixels.shape[:3]))


def _ring(points: np.ndarray) -> tuple[Camera, ...]:
    """Cameras around points (P, 3)."""
    middle = (points.min(0) + points.max(0)) / 2
    distance = AWAY + float(np.linalg.norm(points - middle, axis=1).max())
    cameras = []
    for azimuth in 2 * math.pi * np.arange(CAMERAS) / CAMERAS:
        level = math.cos(RAISED)
        toward = np.array([level * math.cos(azimuth), level * math.sin(azimuth), math.sin(RAISED)])
        cameras.append(looking_at(middle + distance * toward, middle))
    return tuple(cameras)
