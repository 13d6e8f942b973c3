"""A fitted body as the message that the extension inserts."""

from __future__ import annotations

import math

import torch

from backend.body.model import BodyModel
from backend.body.posing import PosedBody
from backend.fitting.placement import Stance
from backend.language.people import PersonSpec
from protocol.messages import Person

from .looks import Wardrobe, materials_for


def person_message(model: BodyModel, spec: PersonSpec, body: PosedBody, stance: Stance, wardrobe: Wardrobe) -> Person:
    """The body as the extension inserts it: an object on the ground below the pelvis, turned as the person faces."""
    origin = body.root_position.clone()
    origin[2] = body.vertices[model.topology.outer][:, 2].min()
    object_to_world = torch.eye(4, dtype=torch.float64)
    object_to_world[:3, :3] = turn(stance.yaw)
    object_to_world[:3, 3] = origin.double()
    garments, hidden = wardrobe.dressed(spec, body)
    bone_poses = torch.linalg.inv(object_to_world) @ body.bone_poses.double()
    return Person(
        spec.name,
        0,
        object_to_world.numpy(),
        body.shaped.vertices.numpy(),
        body.shaped.bone_poses.numpy(),
        bone_poses.float().contiguous().numpy(),
        materials_for(body.shaped),
        dict(body.shaped.phenotype),
        garments,
        hidden,
    )


def turn(yaw: float) -> torch.Tensor:
    c, s = math.cos(yaw), math.sin(yaw)
    return torch.tensor([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]], dtype=torch.float64)
