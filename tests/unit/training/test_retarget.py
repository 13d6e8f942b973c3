"""Recorded people and our body point the same ways, whatever the recorded skeleton calls its zero pose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from backend.body.posing import forward_kinematics
from backend.training.motion import Retargeter, read_clip
from backend.training.motion.clip import axis_rotations
from backend.training.motion.roles import Roles
from tests.mocap import MOCAP, needs_mocap

pytestmark = needs_mocap
NAMES = ("01_06.amc.gz", "02_05.amc.gz", "02_03.amc.gz", "03_03.amc.gz", "005_06.bvh.gz", "006_14.bvh.gz",
         "007_02.bvh.gz")  # fmt: skip
SEGMENTS = (
    ("upperarm01", "lowerarm01", "shoulder", "elbow"), ("lowerarm01", "wrist", "elbow", "wrist"),
    ("upperleg01", "lowerleg01", "hip", "knee"), ("lowerleg01", "foot", "knee", "ankle"),
)  # fmt: skip


@pytest.fixture(scope="module")
def clips():
    found = [read_clip(MOCAP / name) for name in NAMES]
    return [clip.taken(slice(0, 60)) for clip in found]


@pytest.fixture(scope="module")
def motions(anny, woman, clips):
    return Retargeter(anny.skeleton, woman).all(clips)


def _placed(anny, woman, motion):
    heads = woman.heads.expand(len(motion), -1, -1)
    return forward_kinematics(anny.skeleton, heads, motion.rotations, torch.zeros(len(motion), 3))


def _unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


@pytest.mark.parametrize("index", range(len(NAMES)), ids=NAMES)
def test_limbs_point_where_the_recorded_ones_do(anny, woman, motions, index):
    motion = motions[index]
    roles = Roles(motion.clip)
    positions = _placed(anny, woman, motion)[1].numpy()
    for start, end, first, last in SEGMENTS:
        for side, suffix in (("left", ".L"), ("right", ".R")):
            here, there = anny.skeleton.index(start + suffix), anny.skeleton.index(end + suffix)
            ours = positions[:, there] - positions[:, here]
            recorded = motion.clip.positions
            theirs = recorded[:, roles[f"{side}_{last}"]] - recorded[:, roles[f"{side}_{first}"]]
            angle = np.degrees(np.arccos((_unit(ours) * _unit(theirs)).sum(-1).clip(-1, 1)))
            # A large twist shared by two bones that do not lie exactly in line moves the segment a little.
            assert np.median(angle) < 1.2, (start, side, np.median(angle))
            assert angle.max() < 5, (start, side, angle.max())


@pytest.mark.parametrize("index", range(len(NAMES)), ids=NAMES)
def test_hinges_bend_the_human_way_and_nothing_is_wrung(anny, woman, motions, index):
    motion = motions[index]
    orientations, positions = _placed(anny, woman, motion)
    for suffix in (".L", ".R"):
        hip, knee, foot = (anny.skeleton.index(n + suffix) for n in ("upperleg02", "lowerleg01", "foot"))
        thigh = positions[:, knee] - positions[:, anny.skeleton.index("upperleg01" + suffix)]
        thigh = thigh / thigh.norm(dim=-1, keepdim=True)
        shin = positions[:, foot] - positions[:, knee]
        cap = orientations[:, hip] @ torch.tensor([0.0, -1.0, 0.0])
        backwards = ((shin - (shin * thigh).sum(-1, keepdim=True) * thigh) * cap).sum(-1)
        assert backwards.max() < 0.04, (suffix, float(backwards.max()))
        # From one bone to the next no twist comes near half a turn.
        for bone in ("upperarm01", "upperarm02", "lowerarm02", "upperleg01", "upperleg02"):
            turns = motion.rotations[:, anny.skeleton.index(bone + suffix)]
            cosine = 0.5 * (turns.diagonal(dim1=1, dim2=2).sum(-1) - 1)
            assert cosine.min() > -0.95, (bone, suffix, float(cosine.min()))


def test_walkers_stand_upright_with_flat_feet(anny, woman, motions):
    motion = motions[NAMES.index("007_02.bvh.gz")]
    orientations, _ = _placed(anny, woman, motion)
    up = torch.tensor([0.0, 0.0, 1.0])
    for bone, least in (("root", 0.97), ("spine01", 0.97), ("head", 0.93)):
        cosine = (orientations[:, anny.skeleton.index(bone)] @ up)[:, 2]
        assert cosine.mean() > least, (bone, float(cosine.mean()))
    for suffix in (".L", ".R"):
        # While one foot stands the other swings: about half of the time each is level.
        cosine = (orientations[:, anny.skeleton.index("foot" + suffix)] @ up)[:, 2]
        assert cosine.quantile(0.6) > 0.97, (suffix, cosine)


def test_the_zero_pose_of_a_file_does_not_matter(anny, woman, clips):
    """The same motion with other axes in every joint, as another program would have bound it."""
    clip = clips[NAMES.index("02_05.amc.gz")]
    generator = np.random.default_rng(5)
    angles = generator.uniform(-180, 180, (3, len(clip.joints)))
    turns = axis_rotations("x", angles[0]) @ axis_rotations("y", angles[1]) @ axis_rotations("z", angles[2])
    rebound = replace(clip, orientations=clip.orientations @ turns)
    retargeter = Retargeter(anny.skeleton, woman)
    ours, theirs = retargeter.all([clip])[0], retargeter.all([rebound])[0]
    assert torch.allclose(ours.rotations, theirs.rotations, atol=1e-4)


def test_a_body_of_other_proportions_takes_the_same_pose(anny, clips):
    clip = clips[NAMES.index("005_06.bvh.gz")]
    small, tall = (anny.shape({"age": age, "height": height}) for age, height in ((0.33, 0.3), (0.7, 0.8)))
    first, second = (Retargeter(anny.skeleton, body).all([clip])[0] for body in (small, tall))
    for start, end, *_ in SEGMENTS:
        directions = []
        for motion, body in ((first, small), (second, tall)):
            positions = _placed(anny, body, motion)[1]
            part = positions[:, anny.skeleton.index(end + ".L")] - positions[:, anny.skeleton.index(start + ".L")]
            directions.append(part / part.norm(dim=-1, keepdim=True))
        assert (directions[0] * directions[1]).sum(-1).min() > 0.998
