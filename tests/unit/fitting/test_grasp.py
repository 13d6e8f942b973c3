"""Fingers close around a bar until they meet it, open where they would go through, and otherwise stay as they are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
import torch

from backend.body.anchors import Anchor, Contact
from backend.body.hands import SHAPES, finger_rotations
from backend.body.posing import pose
from backend.body.posture import Arm, Posture, resolve
from backend.fitting.grasp import HALF_OPEN, _finger_skin, close_hands, opened

TOUCHING = (Contact("right_palms", "touch0"),)
FORWARD = Arm((-0.2, -1, -0.3), (0, -1, 0), (0, 0, -1))


@dataclass(frozen=True)
class Bar:
    """The distance to a horizontal bar along X."""

    at: torch.Tensor
    radius: float

    def sample(self, points):
        return (points - self.at)[..., 1:].norm(dim=-1) - self.radius


@dataclass(frozen=True)
class Around:
    bar: Bar

    def signed_distance(self, points):
        return self.bar.sample(points)


def holding(hand, contacts=TOUCHING):
    return Anchor("holding", "stand", Posture(right_arm=FORWARD, right_hand=hand), contacts)


@pytest.fixture(scope="module")
def posed(anny, woman):
    def make(anchor):
        return pose(anny, woman, resolve(anchor.posture, anny.skeleton, woman), torch.zeros(3))

    return make


def under_the_palm(anny, body, radius, ahead=0.02):
    """A bar that runs across the hand right under the fingers' first joints."""
    knuckle = body.bone_poses[anny.skeleton.index("finger3-1.R"), :3, 3]
    return Around(Bar(knuckle + torch.tensor([0.0, -ahead, -0.03 - radius]), radius))


def depths(anny, body, place):
    vertices, owners = _finger_skin(anny, ".R")
    return -place.signed_distance(body.vertices[vertices]), owners


@pytest.mark.parametrize("radius", [0.012, 0.02])
def test_a_grip_closes_around_a_bar_and_not_into_it(anny, posed, radius):
    anchor = holding("grip")
    body = posed(anchor)
    place = under_the_palm(anny, body, radius)
    held = close_hands(anny, body, anchor, place)
    depth, owners = depths(anny, held, place)
    for finger in (2, 3, 4, 5):
        assert depth[owners == finger].max() < 0.006
    reaching = sum(bool(depth[owners == finger].max() > -0.012) for finger in (2, 3, 4, 5))
    assert reaching >= 3, "most fingers lie on the bar"


def test_a_relaxed_hand_is_opened_only_where_it_would_go_through(anny, posed):
    anchor = holding("fist", contacts=())
    body = posed(anchor)
    free = close_hands(anny, body, anchor, Around(Bar(torch.tensor([0.0, 0, -5.0]), 0.1)))
    assert free is body
    place = under_the_palm(anny, body, 0.02, ahead=0.0)
    opened = close_hands(anny, body, anchor, place)
    before, owners = depths(anny, body, place)
    after, _ = depths(anny, opened, place)
    fingers = owners > 1  # a bar right under the palm is in the thumb's way however it turns
    assert before[fingers].max() > 0.006 > 0.004 > after[fingers].max()
    arm = anny.skeleton.index("lowerarm01.R")
    assert torch.equal(opened.rotations[arm], body.rotations[arm])


@pytest.mark.parametrize("hand", ["grip", "cupped"])
def test_a_hand_that_will_hold_is_half_open_during_the_fit(anny, woman, hand):
    anchor = holding(hand)
    start = resolve(anchor.posture, anny.skeleton, woman)
    ready = opened(anny, woman, anchor, start)
    right = [k for k, name in enumerate(anny.skeleton.bone_names) if name.startswith("finger") and name.endswith(".R")]
    changed = [k for k in range(len(start)) if not torch.equal(ready[k], start[k])]
    assert changed and set(changed) <= set(right)
    half = finger_rotations(anny.skeleton, woman.heads, ".R", replace(SHAPES[hand], curl=HALF_OPEN))
    for bone, turn in half.items():
        assert torch.allclose(ready[bone], turn.to(start.dtype), atol=1e-6)


@pytest.mark.parametrize(("hand", "contacts"), [("grip", ()), ("fist", TOUCHING), ("relaxed", TOUCHING)])
def test_hands_that_will_hold_nothing_keep_their_shape_during_the_fit(anny, woman, hand, contacts):
    anchor = holding(hand, contacts)
    start = resolve(anchor.posture, anny.skeleton, woman)
    assert torch.equal(opened(anny, woman, anchor, start), start)
