"""A body from one photo: lifted with a camera that is only guessed, then set upright.

World of the answer: metres, Z up, the camera looked along +Y; where the body stands in it means nothing. One view
leaves depth to the pose prior, which therefore counts from the beginning.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor

from backend.body.model import BodyModel
from backend.body.posing import PosedBody, pose
from backend.place.camera import Camera
from backend.vision.keypoints import PersonKeypoints

from .levelling import about_x, tilt_of
from .lifting import Lifted, LiftingProblem, Parameters, ShapePrior, Views2D, Weights, lift

FIELD_OF_VIEW = math.radians(55)  # of the photo's longer side: between a phone's lens and a portrait's
EYE = 1.5  # metres above the ground
PARAMETERS = Parameters(
    Weights(
        prior=(0.003,),
        shape=(0.02,),
        penetration=(0.0,),
        no_contact=(0.0,),
        self_penetration=(0.0, 0.0, 0.0, 0.5, 1.0),
        angles=(0.0, 0.0, 0.5, 1.0, 1.0),
    ),
    threshold=0.0,
)


@dataclass(frozen=True)
class Portrait:
    body: PosedBody  # upright
    keypoints: Tensor  # (23, 3) metres
    tilt: float  # radians that the camera looked down
    reprojection: float  # pixels: mean distance of the keypoints from those in the photo


def portray(
    model: BodyModel, person: PersonKeypoints, width: int, height: int, shape: ShapePrior | None = None,
    report: Callable[[float], None] = lambda fraction: None, lifted_by: Callable[..., Lifted] | None = None,
) -> Portrait:  # fmt: skip
    """The body of somebody found in a photo of `width` × `height` pixels. `report` may raise to cancel.

    `lifted_by`: what finds it instead of `lift` with `model`, with the same arguments after that one.
    """
    views = Views2D.of((_camera(width, height),), [[person]])
    found = (lifted_by or partial(lift, model))(
        views, LiftingProblem(shape=shape), PARAMETERS, focal_known=False,
        report=lambda fraction, skin: report(fraction),
    )  # fmt: skip
    tilt = tilt_of(found.keypoints[0])
    turn = about_x(torch.tensor(-tilt))
    lifted = found.bodies[0]
    rotations = lifted.rotations.clone()
    rotations[0] = turn @ rotations[0]
    body = pose(model, lifted.shaped, rotations, turn @ lifted.root_position)
    return Portrait(body, found.keypoints[0] @ turn.mT, tilt, float(found.reprojection[0]))


def _camera(width: int, height: int) -> Camera:
    """At eye level, looking along +Y."""
    focal = 0.5 * max(width, height) / math.tan(0.5 * FIELD_OF_VIEW)
    camera_to_world = np.eye(4)
    camera_to_world[:3, :3] = ((1, 0, 0), (0, 0, -1), (0, 1, 0))
    camera_to_world[2, 3] = EYE
    return Camera(camera_to_world, 2 * math.atan(0.5 * height / focal), width, height)
