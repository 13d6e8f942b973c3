"""Every interaction of the library can be acted out: its anchors and overlays exist, and people can take the poses."""

from __future__ import annotations

import math

import pytest
import torch

from backend.body.anchors import ACTIONS, ANCHORS, anchors_of
from backend.body.anchors.base import swap
from backend.body.interactions import BY_NAME, INTERACTIONS, SUPPORTS
from backend.body.overlays import OVERLAYS, with_overlay
from backend.body.posing import PosedBody, pose
from backend.body.posture import Posture, resolve
from backend.body.rotations import log, unit

# Where a contact may be, besides "partner:<region>".
_TARGETS = {"support", "floor", "touch", "self", "backrest", "saddle", "handlebar", "pegs", "left_pedal", "right_pedal"}
_PARTNER = "partner:"
# Degrees. Sitting on the heels folds a knee to 165; a palm on the ground bends a wrist to 95; a forearm turns by some
# 90 either way of its middle, and the shoulder adds to that.
_LARGEST_KNEE, _LARGEST_ELBOW, _LARGEST_WRIST, _LARGEST_ROLL = 166, 152, 100, 128


def _anchors(name: str):
    """The anchors that act out an interaction, with its overlays."""
    interaction = BY_NAME[name]
    found = [a for a in anchors_of(interaction.action) if interaction.manner in a.name]
    if any(OVERLAYS[o].uses_arms for o in interaction.overlays):
        found = [a for a in found if a.arms_free]
    for overlay in interaction.overlays:
        found = [with_overlay(a, OVERLAYS[overlay]) for a in found]
    return found


def _pose(anny, body, posture: Posture) -> PosedBody:
    return pose(anny, body, resolve(posture, anny.skeleton, body), torch.zeros(3))


def _angle(anny, posed: PosedBody, *joints: str) -> float:
    """Degrees by which the second of two segments turns from the first; joints start, middle, end."""
    a, b, c = (posed.bone_poses[anny.skeleton.index(j), :3, 3] for j in joints)
    return math.degrees(float(torch.acos((unit(b - a) @ unit(c - b)).clamp(-1, 1))))


@pytest.mark.parametrize("name", [i.name for i in INTERACTIONS])
def test_every_interaction_resolves(name):
    interaction = BY_NAME[name]
    assert interaction.action in ACTIONS
    assert interaction.support in SUPPORTS
    assert set(interaction.overlays) <= set(OVERLAYS)
    anchors = _anchors(name)
    assert anchors, f"no anchor of “{interaction.action}” is “{interaction.manner}” and leaves the arms to the overlays"
    for overlay in interaction.overlays:
        needs = OVERLAYS[overlay].needs
        assert not needs or interaction.action in needs, (name, overlay)


def test_names_are_unique():
    assert len({i.name for i in INTERACTIONS}) == len(INTERACTIONS)
    assert len({(a.action, a.name) for a in ANCHORS}) == len(ANCHORS)


@pytest.mark.parametrize("anchor", ANCHORS, ids=lambda a: a.name)
def test_contacts_are_between_things_that_exist(anchor, regions):
    for contact in (*anchor.contacts, *anchor.mirrored.contacts):
        assert contact.region in regions
        assert contact.to in _TARGETS or contact.to.removeprefix(_PARTNER) in regions
        assert contact.to != "self" or contact.partner in regions
        assert 0 < contact.weight <= 1
    together = any(c.to.startswith(_PARTNER) for c in anchor.contacts)
    assert not together or anchor.partner_distance is not None
    # Whoever is not carried by anything is in the air.
    carried = any(c.to in ("support", "floor", "saddle") and c.weight >= 0.99 for c in anchor.contacts)
    assert carried != (anchor.clearance > 0)


def _every_posture() -> list:
    postures = {anchor.name: anchor.posture for anchor in ANCHORS}
    for name, overlay in OVERLAYS.items():
        base = anchors_of(overlay.needs[0] if overlay.needs else "stand")[0]
        postures[f"overlay {name}"] = with_overlay(base, overlay).posture
    return [pytest.param(posture, id=name) for name, posture in postures.items()]


@pytest.mark.parametrize("posture", _every_posture())
def test_joints_stay_within_their_range(anny, woman, posture):
    posed = _pose(anny, woman, posture)
    for side in (".L", ".R"):
        assert _angle(anny, posed, f"upperleg01{side}", f"lowerleg01{side}", f"foot{side}") < _LARGEST_KNEE
        assert _angle(anny, posed, f"upperarm01{side}", f"lowerarm01{side}", f"wrist{side}") < _LARGEST_ELBOW
        assert _angle(anny, posed, f"lowerarm01{side}", f"wrist{side}", f"finger3-1{side}") < _LARGEST_WRIST
        # How far the hand is turned about the forearm, from where the elbow would have it: a wrung wrist.
        bones = [anny.skeleton.index(f"{b}{side}") for b in ("lowerarm01", "lowerarm02", "wrist")]
        forearm = unit(woman.heads[bones[2]] - woman.heads[bones[0]])
        roll = math.degrees(float((log(posed.rotations[bones]) @ forearm).sum()))
        assert abs(roll) < _LARGEST_ROLL


@pytest.mark.parametrize("anchor", ANCHORS, ids=lambda a: a.name)
def test_mirrored_anchors_are_twins(anchor):
    twin = anchor.mirrored
    assert twin.mirrored.posture == anchor.posture
    assert [c.weight for c in twin.contacts] == [c.weight for c in anchor.contacts]
    assert [swap(c.to) for c in twin.contacts] == [c.to for c in anchor.contacts]


def test_swapping_sides_reaches_pedals_and_partners():
    assert swap("left_pedal") == "right_pedal"
    assert swap("partner:right_palms") == "partner:left_palms"
    assert swap("partner:chest") == "partner:chest"


def _lowest(posed: PosedBody, vertices: torch.Tensor) -> float:
    return float(posed.vertices[vertices, 2].min())


@pytest.mark.parametrize("anchor", [a for a in ANCHORS if a.carried_by == "floor" and a.action != "climb"],
                         ids=lambda a: a.name)  # fmt: skip
@pytest.mark.parametrize("age", [0.3, 0.68])
def test_what_stands_on_the_floor_is_what_is_lowest(anny, regions, anchor, age):
    """No heel, hand or knee is far below what carries: the fit starts on the floor, not in it."""
    body = anny.shape({"age": age, "gender": 0.7})
    posed = _pose(anny, body, anchor.posture)
    outer = _lowest(posed, anny.topology.outer)
    carrying = [c.region for c in anchor.contacts if c.to in ("support", "floor") and c.weight >= 0.99]
    if carrying:
        assert min(_lowest(posed, regions[r]) for r in carrying) < outer + 0.04 * body.height / 1.7
        assert max(_lowest(posed, regions[r]) for r in carrying) < outer + 0.16 * body.height / 1.7


@pytest.mark.parametrize("name", ["shaking hands", "hugging"])
def test_partners_meet(anny, woman, regions, name):
    """The same pose turned by half a circle about the point between the two touches where its contacts say."""
    anchor = next(a for a in ANCHORS if a.name == name)
    posed = _pose(anny, woman, anchor.posture)
    hips = posed.bone_poses[0, :3, 3]
    distance = anchor.partner_distance * woman.height / 1.72
    partner = posed.vertices * torch.tensor([-1.0, -1.0, 1.0])
    partner = partner + torch.stack((2 * hips[0], 2 * hips[1] - distance, hips[2] * 0))
    for contact in anchor.contacts:
        if contact.to.startswith(_PARTNER):
            theirs = partner[regions[contact.to.removeprefix(_PARTNER)]]
            gap = torch.cdist(posed.vertices[regions[contact.region]], theirs).amin(1)
            assert gap.min() < 0.06, contact


def test_riders_of_boards_look_where_they_go(anny, woman):
    for anchor in anchors_of("ride a skateboard"):
        posed = _pose(anny, woman, anchor.posture)
        head = anny.skeleton.index("head")
        turn = posed.bone_poses[head, :3, :3] @ woman.bone_poses[head, :3, :3].T
        assert (turn @ torch.tensor([0.0, -1.0, 0.0]))[1] < -0.85
        feet = posed.bone_poses[[anny.skeleton.index("foot.L"), anny.skeleton.index("foot.R")], :3, 3]
        assert feet[0, 1] < feet[1, 1] - 0.25


def test_jumpers_say_how_high():
    assert all(0.2 <= a.clearance <= 0.5 for a in anchors_of("jump"))
