"""The pose prior tells recorded poses from impossible ones, restores better than a Gaussian, and keeps the root out."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.body.anchors import ANCHORS
from backend.body.pose_joints import (
    POSE_JOINTS,
    JointReader,
    OrientationReader,
    mirrored,
    smooth_log,
    to_bones,
    twist_about,
)
from backend.body.posing import forward_kinematics
from backend.body.posture import resolve
from backend.body.prior import WEIGHTS, PosePrior
from backend.body.rotations import exp, log
from tests.mocap import MOCAP, needs_mocap


@pytest.fixture(scope="module")
def prior():
    return PosePrior.load()


@pytest.fixture(scope="module")
def authored(anny, woman):
    return torch.stack([resolve(a.posture, anny.skeleton, woman) for a in ANCHORS])


@pytest.fixture(scope="module")
def held_out(anny, woman):
    """Recorded poses (N, 16, 3, 3) that were not trained on, and their clips' split by the recipe's own rule."""
    from backend.training.motion import Retargeter, read_folder
    from backend.training.pose_prior.data import split_of

    clips = read_folder(MOCAP)
    split = split_of([clip.name for clip in clips])
    motions = Retargeter(anny.skeleton, woman).all(clips)
    read = JointReader(anny.skeleton.bone_names)
    return torch.cat([read(m.rotations) for m in motions if split[m.clip.name] == "held-out"])


def _random_joints(count, spread, seed=0):
    return exp(spread * torch.randn(count, 16, 3, generator=torch.Generator().manual_seed(seed)))


def test_joints_do_not_depend_on_how_bones_share_them(anny, woman, authored):
    names = anny.skeleton.bone_names
    joints = JointReader(names)(authored)
    assert torch.allclose(JointReader(names)(to_bones(joints, names, woman.heads)), joints, atol=2e-6)
    # Postures share them the same way, so going there and back leaves every bone where it was.
    shared = to_bones(joints, names, woman.heads, authored[0])
    spine = [k for k, name in enumerate(names) if name.startswith(("spine", "neck", "upper", "lower", "foot"))]
    assert torch.allclose(shared[:, spine], authored[:, spine], atol=2e-3)
    heads = woman.heads.expand(len(authored), -1, -1)
    turns, _ = forward_kinematics(anny.skeleton, heads, authored, torch.zeros(len(authored), 3))
    assert torch.allclose(OrientationReader(names)(turns), joints, atol=1e-5)


def test_mirroring_is_that_of_the_postures(anny, woman):
    read = JointReader(anny.skeleton.bone_names)
    for anchor in ANCHORS[:12]:
        ours, twin = (read(resolve(a.posture, anny.skeleton, woman)[None]) for a in (anchor, anchor.mirrored))
        assert torch.allclose(mirrored(ours), twin, atol=5e-3), anchor.name


@given(st.integers(0, 10_000), st.floats(0.0, 3.1))
@settings(max_examples=40, deadline=None)
def test_logarithm_and_twist_are_exact(seed, angle):
    generator = torch.Generator().manual_seed(seed)
    axis = torch.nn.functional.normalize(torch.randn(3, generator=generator), dim=0)
    turn = exp((angle * axis)[None])
    assert torch.allclose(smooth_log(turn), log(turn), atol=3e-3)
    across = torch.linalg.cross(axis, torch.tensor([0.3, -0.5, 0.8]))
    swing = exp((0.7 * torch.nn.functional.normalize(across, dim=0))[None])
    assert torch.allclose(twist_about(swing @ turn, axis), torch.tensor([angle]), atol=2e-3)


def test_energy_has_the_gradient_it_claims(prior):
    joints = _random_joints(4, 0.2)
    step = torch.zeros(4, 16, 3, requires_grad=True)
    prior.raw_energy(joints @ exp(step)).sum().backward()
    direction = torch.randn(4, 16, 3, generator=torch.Generator().manual_seed(3))
    size = 2e-3
    with torch.no_grad():
        ahead, behind = (prior.raw_energy(joints @ exp(s * size * direction)) for s in (1, -1))
    slope = (ahead - behind) / (2 * size)
    assert torch.allclose((step.grad * direction).sum((1, 2)), slope, rtol=0.03, atol=2.0)


def test_energy_is_never_negative_and_bodies_do_not_mix(prior, authored, anny):
    joints = JointReader(anny.skeleton.bone_names)(authored)
    together = prior.energy(joints)
    assert (together >= 0).all()
    apart = torch.cat([prior.energy(joints[k : k + 1]) for k in range(0, len(joints), 7)])
    assert torch.allclose(apart, together[::7], rtol=1e-3, atol=1e-2)


def test_which_way_up_does_not_matter(prior, anny, woman):
    handstand = next(a for a in ANCHORS if a.name == "handstand")
    rotations = resolve(handstand.posture, anny.skeleton, woman)[None]
    turned = rotations.clone()
    turned[:, 0] = exp(torch.tensor([[1.0, 2.0, 0.5]])) @ rotations[:, 0]
    read = JointReader(anny.skeleton.bone_names)
    assert torch.equal(prior.energy(read(rotations)), prior.energy(read(turned)))


def test_impossible_poses_are_told_from_the_authored_ones(prior, authored, anny):
    joints = JointReader(anny.skeleton.bone_names)(authored)
    assert prior.percentile(joints).median() > 40
    assert (prior.percentile(_random_joints(50, 0.8)) < 1).all()
    # A knee bent forwards is worse than the same knee straight, whatever the rest does.
    broken = joints.clone()
    broken[:, POSE_JOINTS.index("left_knee")] = exp(torch.tensor([-0.9, 0, 0]))
    assert (prior.raw_energy(broken) > prior.raw_energy(joints)).float().mean() > 0.97


def test_samples_are_plausible_and_come_from_the_generator_alone(prior):
    first, again = (prior.sample(40, torch.Generator().manual_seed(5)) for _ in range(2))
    assert torch.equal(first, again)
    assert prior.percentile(first).median() > 20
    assert torch.allclose(first @ first.mT, torch.eye(3).expand_as(first), atol=1e-4)
    assert not torch.equal(first, prior.sample(40, torch.Generator().manual_seed(6)))


def test_restoring_keeps_what_is_known_and_fills_the_rest(prior, authored, anny):
    joints = JointReader(anny.skeleton.bone_names)(authored)
    known = torch.ones(len(joints), 16, dtype=torch.bool)
    known[:, POSE_JOINTS.index("left_shoulder")] = False
    garbled = joints.clone()
    garbled[:, POSE_JOINTS.index("left_shoulder")] = _random_joints(len(joints), 1.5)[:, 0]
    restored = prior.restore(garbled, known)
    assert torch.equal(restored[known], joints[known])
    # What stood in the hidden place must not be looked at.
    assert torch.allclose(restored, prior.restore(joints, known), atol=1e-5)


def test_weights_are_small_and_their_card_is_beside_them():
    assert WEIGHTS.stat().st_size < 10e6
    card = WEIGHTS.with_suffix(".md").read_text(encoding="utf-8")
    for words in ("mocap.cs.cmu.edu", "Held-out", "Limits", "Gaussian", "PCA"):
        assert words in card


@needs_mocap
def test_percentiles_are_calibrated_on_held_out_poses(prior, held_out):
    percentiles = prior.percentile(held_out)
    for share in (10, 50, 90):
        assert float((percentiles <= share).float().mean()) == pytest.approx(share / 100, abs=0.06)
    assert float(prior.raw_energy(held_out).median()) == pytest.approx(0, abs=4)


@needs_mocap
def test_restoring_hidden_joints_beats_gaussian_and_pca_on_held_out_clips(prior, held_out):
    from backend.training.pose_prior import masks
    from backend.training.pose_prior.classical import principal
    from backend.training.pose_prior.compare import NOISE, angles

    poses = held_out[::3]
    generator = torch.Generator().manual_seed(2)
    gone = masks.hidden(len(poses), masks.SHARE, generator)
    assert (gone.sum(1) == 5).all()

    def gaussian(space, noise, seen, known):
        entries = masks.entries(known)
        gains = space.completion(entries, torch.full((len(poses),), noise))
        gap = (space.vectors(seen) - space.mean) * entries
        return space.joints(space.mean + (gains @ gap[..., None])[..., 0])

    ours = angles(prior.restore(poses, ~gone), poses)[gone].mean()
    plain = angles(gaussian(prior.space, 0.0, poses, ~gone), poses)[gone].mean()
    reduced = angles(gaussian(principal(prior.space), 0.0, poses, ~gone), poses)[gone].mean()
    assert ours < 0.88 * plain
    assert ours < 0.88 * reduced
    shaken = poses @ exp(NOISE * torch.randn(len(poses), 16, 3, generator=generator))
    everything = torch.ones_like(gone)
    freed = angles(prior.restore(shaken, everything, NOISE), poses).mean()
    assert freed < angles(gaussian(prior.space, NOISE, shaken, everything), poses).mean()
    assert freed < 0.75 * angles(shaken, poses).mean()
