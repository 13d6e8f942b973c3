"""The codebook's poses are real ones that a body can take: in range, unlike each other, on the ground they claim."""

from __future__ import annotations

import pytest
import torch

from backend.body import codebook
from backend.body.anchors import ANCHORS, anchors_of
from backend.body.interactions import BY_NAME
from backend.body.pose_joints import JointReader
from backend.body.posing import pose
from backend.body.posture import Leg, resolve
from backend.training.anchors.describe import Describer
from backend.training.anchors.select import ALIKE, Rules, clusters, distance

ENTRIES = codebook.entries()
MOVING = ("walking", "running", "jumping", "dancing", "climbing stairs", "standing at ease")


@pytest.fixture(scope="module")
def rotations(anny, woman):
    return torch.stack([entry.rotations(anny.skeleton, woman) for entry in ENTRIES])


def test_every_moving_interaction_has_variants_that_casting_can_use():
    for name in MOVING:
        found = codebook.variants(name)
        assert len(found) >= 3, name
        for anchor in found:
            assert anchor.action == BY_NAME[name].action
            assert anchor.name.startswith(anchors_of(anchor.action)[0].name)
            assert bool(anchor.contacts) != bool(anchor.clearance), "on the ground or in the air"
            assert anchor.mirrored.mirrored.posture.left_leg == anchor.posture.left_leg
    assert codebook.variants("sitting upright") == ()
    assert len({entry.anchor.name for entry in ENTRIES}) == len(ENTRIES)
    assert codebook.WEIGHTS.stat().st_size < 1e6


def test_no_two_are_alike_and_none_breaks_a_rule(anny, woman, rotations):
    joints = JointReader(anny.skeleton.bone_names)(rotations)
    # The codebook was thinned on another body: allow for its proportions.
    rules = Rules(anny, woman)
    assert (rules.depth(rotations) < 0.035).all()
    for name in MOVING:
        mine = torch.tensor([k for k, entry in enumerate(ENTRIES) if entry.interaction == name])
        apart = distance(joints[mine], joints[mine]) + torch.eye(len(mine))
        assert apart.min() > 0.9 * ALIKE, name


def test_what_is_said_to_be_on_the_ground_is(anny, woman, regions, rotations):
    for entry, turns in zip(ENTRIES, rotations, strict=True):
        if entry.interaction == "climbing stairs":  # the upper foot is on a step
            continue
        vertices = pose(anny, woman, turns, torch.zeros(3)).vertices
        ground = vertices[anny.topology.outer, 2].min()
        for contact in entry.anchor.contacts:
            if contact.to == "touch":  # what a fitted pose reaches for
                continue
            assert vertices[regions[contact.region], 2].min() - ground < 0.05, (entry.anchor.name, contact.region)


def test_fits_on_supports_became_entries_that_keep_their_anchors_contacts():
    fitted = [entry for entry in ENTRIES if codebook.FITTED in entry.anchor.name]
    assert fitted
    for entry in fitted:
        (base,) = [a for a in anchors_of(entry.anchor.action) if entry.anchor.name.split(codebook.FITTED)[0] == a.name]
        assert entry.anchor.contacts in (base.contacts, base.mirrored.contacts)
        assert entry.described and entry.support == BY_NAME[entry.interaction].support


def test_packing_keeps_a_posture(anny, woman, tmp_path):
    anchor = next(a for a in ANCHORS if a.name == "jogging")
    entry = codebook.Entry(anchor, "running", ("run",), "by hand", "floor", "any", 50.0)
    codebook.save([entry], tmp_path / "a.safetensors")
    (found,) = codebook.entries(tmp_path / "a.safetensors")
    assert found.anchor.contacts == anchor.contacts
    assert found.described == ("run",)
    ours = resolve(anchor.posture, anny.skeleton, woman)
    assert torch.allclose(found.rotations(anny.skeleton, woman), ours, atol=6e-3)
    assert codebook.entries(tmp_path / "missing.safetensors") == ()


def test_describing_a_pose_gives_its_posture_back(anny, woman, regions):
    describe = Describer(anny, woman, regions)
    read = JointReader(anny.skeleton.bone_names)
    for name in ("standing straight", "jogging", "sitting upright", "kneeling on one knee"):
        anchor = next(a for a in ANCHORS if a.name == name)
        ours = resolve(anchor.posture, anny.skeleton, woman)
        again = resolve(describe(ours).posture, anny.skeleton, woman)
        assert distance(read(ours[None]), read(again[None])) < 0.03, name
    straight = next(a for a in ANCHORS if a.name == "standing straight")
    grounded = describe(resolve(straight.posture, anny.skeleton, woman)).grounded
    assert set(grounded) == {"left_soles", "right_soles"}
    lifted = straight.posture.but(left_leg=Leg((0.1, -1, -0.1), (0, 0.1, -1)))
    assert set(describe(resolve(lifted, anny.skeleton, woman)).grounded) == {"right_soles"}


def test_clusters_are_found_where_they_are():
    generator = torch.Generator().manual_seed(1)
    centers = torch.tensor([[0.0, 0.0], [5.0, 0.0], [0.0, 5.0]])
    sizes = (30, 20, 10)
    points = torch.cat([c + 0.1 * torch.randn(n, 2, generator=generator) for c, n in zip(centers, sizes, strict=True)])
    chosen = clusters(points, 3, generator)
    assert torch.cdist(points[chosen], centers).argmin(1).tolist() == [0, 1, 2]  # largest first
    assert len(clusters(points[:2], 5, generator)) == 2
