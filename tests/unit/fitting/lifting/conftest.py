"""People whose pose is known, seen by cameras all around: what every test of lifting starts from."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from backend.body.posing import pose
from backend.fitting.lifting import Views2D
from backend.fitting.lifting.parts import reduced_body
from backend.fitting.lifting.schedule import OUTDOOR
from backend.place.camera import looking_at

CENTER = np.array([0.5, -1.0, 0.9])


@pytest.fixture(scope="session")
def reduced(anny):
    return reduced_body(anny, OUTDOOR.skin_points)[0]


@pytest.fixture(scope="session")
def crowd(anny, reduced):
    """Six people (6, 23, 3) about the centre: poses drawn from the prior, different shapes and headings."""
    from backend.body.pose_joints import to_bones
    from backend.body.prior import PosePrior
    from backend.body.rotations import about_z

    generator = torch.Generator().manual_seed(3)
    joints = PosePrior.load().sample(6, generator, 0.7)
    found = []
    for k in range(6):
        shaped = anny.shape({"gender": k % 2, "age": 0.68, "height": 0.3 + 0.08 * k, "weight": 0.4 + 0.04 * k})
        turns = to_bones(joints[[k]], anny.skeleton.bone_names, shaped.heads, reduced.poses.held)[0]
        turns[0] = about_z(torch.tensor(1.1 * k))
        body = pose(anny, shaped, turns, torch.tensor(CENTER, dtype=torch.float32))
        found.append(anny.keypoints(body.vertices))
    return torch.stack(found)


def cameras(count, distance=2.2):
    found = []
    for k in range(count):
        azimuth, elevation = 2 * math.pi * k / count, math.radians(10 + 15 * (k % 2))
        toward = np.array([math.cos(azimuth) * math.cos(elevation), math.sin(azimuth) * math.cos(elevation),
                           math.sin(elevation)])  # fmt: skip
        found.append(looking_at(CENTER + distance * toward, CENTER))
    return tuple(found)


def seen(people, eyes):
    """`people` (N, V, 23, 3): who stands before each camera."""
    pixels = np.stack([eyes[v].project(people[:, v].double().numpy())[0] for v in range(len(eyes))], 1)
    return Views2D(eyes, torch.as_tensor(pixels), torch.ones(pixels.shape[:-1]))
