"""The library's key poses of people who sit, lie, lean and stay low: human, consistent, and what the table promises."""

from __future__ import annotations

import pytest
import torch

from backend.body.anchors import ACTIONS, ANCHORS, Anchor, anchors_of
from backend.body.interactions import INTERACTIONS
from backend.body.medial import medial_spheres
from backend.body.model import ShapedBody
from backend.body.overlays import OVERLAYS, with_overlay
from backend.body.posing import PosedBody, pose
from backend.body.posture import resolve
from backend.body.rotations import log

FAMILIES = ("sit", "sit astride", "sit on the floor", "lie", "lean back", "lean on one hand", "lean on hands",
            "lean on elbows", "lean out", "kneel", "squat", "crouch", "crawl", "bend down")  # fmt: skip
OURS = [a for a in ANCHORS if a.action in FAMILIES]
SEATED_OVERLAYS = ("reading", "typing", "eating", "driving", "guitar", "chin in hand", "legs crossed", "leaning back")
DRESSED = [with_overlay(anchors_of("sit")[0], OVERLAYS[name]) for name in SEATED_OVERLAYS]
DRESSED.append(with_overlay(anchors_of("stand")[0], OVERLAYS["guitar"]))

# Degrees, a little beyond clinical active ranges of healthy adults (the spine's without the hips' share).
SPINE, NECK, WRIST, KNEE, ELBOW, ANKLE = 60, 80, 95, 165, 152, 85
LEVEL = 0.03  # metres that the ends of the body which share a plane may differ in height
DEEPEST = 0.035  # metres that two medial spheres of different limbs may overlap: flesh gives way


@pytest.fixture(scope="module")
def people(anny):
    return {
        "adult": anny.shape({"age": 0.67}),
        "man": anny.shape({"gender": 0.0, "age": 0.67, "height": 0.4}),
        "woman": anny.shape({"gender": 1.0, "age": 0.68, "height": 0.4}),
        "child": anny.shape({"gender": 0.4, "age": 0.3}),
        "heavy": anny.shape({"gender": 0.1, "age": 0.69, "weight": 0.95, "height": 0.45}),
    }


def _posed(anny, anchor: Anchor, body: ShapedBody) -> PosedBody:
    return pose(anny, body, resolve(anchor.posture, anny.skeleton, body), torch.zeros(3))


def _low(posed: PosedBody, region: torch.Tensor) -> float:
    """Height of the lowest third of a region, metres."""
    heights = posed.vertices[region, 2].sort().values
    return float(heights[: max(1, len(heights) // 3)].mean())


@pytest.mark.parametrize("interaction", [i for i in INTERACTIONS if i.action in FAMILIES], ids=lambda i: i.name)
def test_every_interaction_of_the_table_can_be_posed(interaction):
    assert interaction.action in ACTIONS
    assert any(interaction.manner in a.name for a in anchors_of(interaction.action))
    assert set(interaction.overlays) <= set(OVERLAYS)
    for name in interaction.overlays:
        overlay = OVERLAYS[name]
        assert not overlay.needs or interaction.action in overlay.needs
        able = [a for a in anchors_of(interaction.action) if a.arms_free or not overlay.uses_arms]
        assert any(not any(part in a.name for part in overlay.excludes) for a in able)


def test_names_are_unique():
    assert len({(a.action, a.name) for a in ANCHORS}) == len(ANCHORS)


@pytest.mark.parametrize("anchor", [*OURS, *DRESSED], ids=lambda a: a.name)
def test_joints_stay_within_human_ranges(anny, people, anchor):
    posed = _posed(anny, anchor, people["man"])
    body = posed.shaped
    turns = posed.bone_poses[:, :3, :3] @ body.bone_poses[:, :3, :3].transpose(1, 2)
    places = posed.bone_poses[:, :3, 3]

    def between(first, second):
        relative = turns[anny.skeleton.index(first)].T @ turns[anny.skeleton.index(second)]
        return float(log(relative).norm().rad2deg())

    def bend(first, second, third):
        a, b, c = (places[anny.skeleton.index(n)] for n in (first, second, third))
        return float(torch.acos(torch.cosine_similarity(b - a, c - b, dim=0).clamp(-1, 1)).rad2deg())

    assert between("root", "spine01") < SPINE
    assert between("spine01", "head") < NECK
    for side in (".L", ".R"):
        assert bend(f"lowerarm01{side}", f"wrist{side}", f"finger3-1{side}") < WRIST
        assert bend(f"upperleg01{side}", f"lowerleg01{side}", f"foot{side}") < KNEE
        assert bend(f"upperarm01{side}", f"lowerarm01{side}", f"wrist{side}") < ELBOW
        assert between(f"lowerleg01{side}", f"foot{side}") < ANKLE


@pytest.mark.parametrize("anchor", [*OURS, *DRESSED], ids=lambda a: a.name)
@pytest.mark.parametrize("who", ["man", "woman", "child"])
def test_limbs_do_not_pass_through_each_other(anny, people, anchor, who):
    posed = _posed(anny, anchor, people[who])
    body = posed.shaped
    spheres = medial_spheres(anny, body)
    turns = posed.bone_poses[:, :3, :3] @ body.bone_poses[:, :3, :3].transpose(1, 2)
    centers = spheres.posed(body.heads[None], turns[None], posed.bone_poses[None, :, :3, 3])[0]
    apart_at_rest = torch.cdist(spheres.centers, spheres.centers) - spheres.radii[:, None] - spheres.radii > 0.02
    differ = torch.tensor([[a != b for b in spheres.groups] for a in spheres.groups])
    overlap = spheres.radii[:, None] + spheres.radii - torch.cdist(centers, centers)
    worst = torch.where(apart_at_rest & differ, overlap, torch.zeros(())).max()
    assert worst < DEEPEST * body.height / 1.7


@pytest.mark.parametrize("anchor", [*OURS, *DRESSED], ids=lambda a: a.name)
@pytest.mark.parametrize("who", ["man", "woman"])
def test_what_should_touch_itself_is_near(anny, people, regions, anchor, who):
    posed = _posed(anny, anchor, people[who])
    for contact in anchor.contacts:
        if contact.to == "self" and contact.weight >= 0.5:
            gaps = torch.cdist(posed.vertices[regions[contact.region]], posed.vertices[regions[contact.partner]])
            assert float(gaps.amin(1).quantile(0.15)) < 0.06, contact


@pytest.mark.parametrize("anchor", [a for a in OURS if a.carried_by == "floor"], ids=lambda a: a.name)
@pytest.mark.parametrize(("who", "share"), [("adult", 1.0), ("man", 2.0), ("woman", 2.0)])
def test_what_the_floor_carries_is_in_one_plane(anny, people, regions, anchor, who, share):
    """On the average adult; other proportions are what the fitting is for."""
    posed = _posed(anny, anchor, people[who])
    ground = float(posed.vertices[anny.topology.outer, 2].min())
    for contact in anchor.contacts:
        if contact.to in ("floor", "support") and contact.weight >= 0.6:
            # Buttocks are soft and give way.
            allowed = share * LEVEL + (LEVEL if contact.region == "buttocks" else 0)
            assert _low(posed, regions[contact.region]) - ground < allowed, contact


@pytest.mark.parametrize("anchor", [a for a in OURS if a.carried_by == "seat"], ids=lambda a: a.name)
def test_seats_have_the_height_of_seats(anny, people, regions, anchor):
    posed = _posed(anny, anchor, people["man"])
    ground = float(posed.vertices[anny.topology.outer, 2].min())
    assert 0.35 < _low(posed, regions["buttocks"]) - ground < 0.55
    feet = [_low(posed, regions[f"{side}_{part}"]) for side, part in (("left", "soles"), ("right", "toes"))]
    assert max(feet) - ground < LEVEL


def test_leaners_lean_on_one_level(anny, people, regions):
    for action, region in (("lean on hands", "palms"), ("lean out", "palms"), ("lean on elbows", "forearms")):
        anchor = anchors_of(action)[0]
        posed = _posed(anny, anchor, people["woman"])
        sides = [_low(posed, regions[f"{side}_{region}"]) for side in ("left", "right")]
        assert abs(sides[0] - sides[1]) < LEVEL
        ground = float(posed.vertices[anny.topology.outer, 2].min())
        assert 0.6 < min(sides) - ground < 1.15  # tables, sills and counters


def test_nobody_buries_the_face(anny, people, regions):
    for anchor in (a for a in anchors_of("lie") if "on the front" in a.name):
        posed = _posed(anny, anchor, people["woman"])
        head = anny.skeleton.index("head")
        turn = posed.bone_poses[head, :3, :3] @ posed.shaped.bone_poses[head, :3, :3].T
        face = turn @ torch.tensor([0.0, -1.0, 0.0])
        assert face[2] > -0.5


def test_overlays_undo_the_contacts_of_what_they_move():
    crossed = with_overlay(anchors_of("sit")[0], OVERLAYS["legs crossed"])
    assert not any(c.region == "left_soles" for c in crossed.contacts)
    assert any(c.region == "right_soles" for c in crossed.contacts)
    typing = with_overlay(anchors_of("sit")[0], OVERLAYS["typing"])
    assert not any("palms" in c.region for c in typing.contacts)
    dangling = with_overlay(anchors_of("sit")[0], OVERLAYS["legs dangling"])
    assert not any("soles" in c.region for c in dangling.contacts)
