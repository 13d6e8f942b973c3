"""Postures mean the same on every body, hinges bend the human way, regions and shapes are what their names say."""

from __future__ import annotations

import pytest
import torch

from backend.body.anchors import ANCHORS, anchors_of
from backend.body.medial import medial_spheres
from backend.body.overlays import OVERLAYS, with_overlay
from backend.body.posing import pose
from backend.body.posture import Arm, Leg, Posture, both_arms, resolve
from backend.body.rotations import unit
from backend.body.shaping import shaped_people
from backend.language.prompt import read
from backend.place.field import Field  # noqa: F401  (the package must import without Blender)


def _direction(anny, posed, start, end):
    positions = posed.bone_poses[:, :3, 3]
    return unit(positions[anny.skeleton.index(end)] - positions[anny.skeleton.index(start)])


@pytest.mark.parametrize("age", [0.3, 0.69, 0.97])
def test_segments_point_where_the_posture_says(anny, age):
    body = anny.shape({"age": age})
    arm = Arm((0.5, -1, 0.3), (-0.4, -0.6, 0.8), (0, 1, 0))
    leg = Leg((0.2, -1, 0.1), (0.1, 0.2, -1), (0.3, -1, 0))
    posture = Posture(left_arm=arm, left_leg=leg)
    posed = pose(anny, body, resolve(posture, anny.skeleton, body), torch.zeros(3))
    for start, end, wanted in (
        ("upperarm01.L", "lowerarm01.L", arm.upper), ("lowerarm01.L", "wrist.L", arm.fore),
        ("upperleg01.L", "lowerleg01.L", leg.thigh), ("lowerleg01.L", "foot.L", leg.shin),
    ):  # fmt: skip
        cosine = _direction(anny, posed, start, end) @ unit(torch.tensor(wanted, dtype=torch.float32))
        assert cosine > 0.9995, (start, cosine)


@pytest.mark.parametrize("anchor", ANCHORS, ids=lambda a: a.name)
def test_knees_and_elbows_bend_the_human_way(anny, woman, anchor):
    posed = pose(anny, woman, resolve(anchor.posture, anny.skeleton, woman), torch.zeros(3))
    for side in (".L", ".R"):
        thigh = _direction(anny, posed, f"upperleg01{side}", f"lowerleg01{side}")
        shin = _direction(anny, posed, f"lowerleg01{side}", f"foot{side}")
        bone = anny.skeleton.index(f"upperleg02{side}")
        turn = posed.bone_poses[bone, :3, :3] @ woman.bone_poses[bone, :3, :3].T
        cap = turn @ torch.tensor([0.0, -1.0, 0.0])  # where the kneecap faces
        bend = torch.acos((thigh @ shin).clamp(-1, 1))
        assert bend < 0.12 or (shin - (shin @ thigh) * thigh) @ cap < 0, (anchor.name, side, float(bend))


def test_mirrored_posture_is_the_mirror_image(anny, woman):
    anchor = anchors_of("reach")[0]
    ours = pose(anny, woman, resolve(anchor.posture, anny.skeleton, woman), torch.zeros(3))
    twin = pose(anny, woman, resolve(anchor.mirrored.posture, anny.skeleton, woman), torch.zeros(3))
    left = ours.bone_poses[anny.skeleton.index("wrist.L"), :3, 3] * torch.tensor([-1.0, 1.0, 1.0])
    assert torch.allclose(left, twin.bone_poses[anny.skeleton.index("wrist.R"), :3, 3], atol=5e-3)
    assert anchor.mirrored.contacts[-1].region == "left_fingertips"


@pytest.mark.parametrize("name", list(OVERLAYS))
def test_overlays_apply_where_they_fit(anny, woman, name):
    overlay = OVERLAYS[name]
    anchor = anchors_of(overlay.needs[0] if overlay.needs else "stand")[0]
    changed = with_overlay(anchor, overlay)
    assert changed.posture != anchor.posture
    rotations = resolve(changed.posture, anny.skeleton, woman)
    assert torch.allclose(rotations @ rotations.transpose(1, 2), torch.eye(3).expand_as(rotations), atol=1e-4)


def test_raised_arms_are_above_the_head(anny, woman):
    posture = Posture(**both_arms(Arm((0.3, 0, 1), (0.1, 0, 1), (0, -1, 0))))
    posed = pose(anny, woman, resolve(posture, anny.skeleton, woman), torch.zeros(3))
    heights = posed.bone_poses[:, 2, 3]
    assert heights[anny.skeleton.index("wrist.L")] > posed.vertices[:, 2].max() - 0.35
    assert heights[anny.skeleton.index("wrist.R")] > heights[anny.skeleton.index("head")] + 0.15


def test_regions_are_on_the_right_side_of_the_body(regions, anny):
    body = anny.shape({"age": 0.67})
    assert (body.vertices[regions["soles"], 2] < 0.03).all()
    assert (body.vertices[regions["left_palms"], 0] > 0.3).all()
    assert (regions.normals[regions["back"], 1] > 0.5).all()
    assert (regions.normals[regions["buttocks"], 1] > 0.2).all()
    assert all(len(regions[name]) >= 8 for name in regions.names)


def test_every_contact_names_a_region(regions):
    for anchor in ANCHORS:
        for contact in (*anchor.contacts, *anchor.mirrored.contacts):
            assert contact.region in regions
            assert contact.to != "self" or contact.partner in regions


def test_medial_spheres_are_inside_the_body(anny, woman):
    spheres = medial_spheres(anny, woman)
    skin = woman.vertices[anny.topology.outer]
    nearest = torch.cdist(spheres.centers, skin).min(1).values
    assert (nearest >= spheres.radii - 1e-6).all()
    assert (spheres.radii > 0.004).all()
    thigh = spheres.radii[[g.endswith("leg") for g in spheres.groups]].max()
    assert 0.04 < thigh < 0.12


@pytest.mark.parametrize(
    ("prompt", "low", "high"),
    [("a tall man", 1.82, 1.98), ("a woman", 1.57, 1.70), ("a child", 1.15, 1.35), ("a toddler", 0.8, 1.05),
     ("a short old woman", 1.38, 1.52)],
)  # fmt: skip
def test_words_give_heights_in_metres(anny, prompt, low, high):
    spec = read(prompt + " standing").people[0]
    body = shaped_people([spec], anny, torch.Generator().manual_seed(5))[0]
    assert low < body.height < high


def test_heavy_is_wider_than_thin(anny):
    def waist(word):
        spec = read(f"a {word} man standing").people[0]
        body = shaped_people([spec], anny, torch.Generator().manual_seed(1))[0]
        near = (body.vertices[:, 2] / body.height - 0.6).abs() < 0.01
        band = body.vertices[near & (body.vertices[:, 0].abs() < 0.22)]
        return float(band[:, 1].max() - band[:, 1].min())

    assert waist("heavy") > 1.1 * waist("thin")
