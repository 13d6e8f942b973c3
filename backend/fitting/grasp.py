"""Fingers on things: after the fit they close around what the hand holds and give way where they would go through.

Each finger is a chain of its own, so all are tried at every curl at once and each keeps the one that suits it. A
gripping finger closes from open until it meets something; any other stays as near to its shape as the place allows.
During the fit a hand that will hold is half open: what it holds has to get past the fingers to the palm.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from backend.body.anchors import Anchor
from backend.body.hands import SHAPES, finger_rotations
from backend.body.model import BodyModel, ShapedBody
from backend.body.posing import PosedBody, forward_kinematics, pose, skin

from .surfaces import Surroundings

LEVELS = 11
OPEN, CLOSED = (2.0, 3.0, 2.0), (50.0, 62.0, 32.0)  # degrees of flexion, base to tip
HALF_OPEN = (24.0, 28.0, 14.0)
INSIDE = 0.003  # metres that a finger's skin may be pressed
HOLDING = ("grip", "cupped")
FINGERS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class _Hand:
    side: str  # ".L" or ".R"
    shape: str
    holds: bool  # its palm is to touch something


def opened(model: BodyModel, shaped: ShapedBody, anchor: Anchor, rotations: Tensor) -> Tensor:
    """Local `rotations` (B, 3, 3) with the hands that will hold something half open."""
    result = rotations.clone()
    for hand in _hands(anchor):
        shape = SHAPES[hand.shape]
        if hand.holds and shape.curl > HALF_OPEN:
            half = replace(shape, curl=HALF_OPEN)
            for bone, turn in finger_rotations(model.skeleton, shaped.heads, hand.side, half).items():
                result[bone] = turn.to(result.dtype)
    return result


def close_hands(model: BodyModel, body: PosedBody, anchor: Anchor, place: Surroundings) -> PosedBody:
    """`body` with its fingers around or on what they are at; unchanged if they are at nothing."""
    rotations = body.rotations.clone()
    for hand in _hands(anchor):
        vertices, owners = _finger_skin(model, hand.side)
        near = place.signed_distance(body.vertices[vertices]) < INSIDE + 0.02 * hand.holds
        if hand.holds or near.any():
            rotations = _closed(model, body, rotations, hand, vertices, owners, place)
    return body if torch.equal(rotations, body.rotations) else pose(model, body.shaped, rotations, body.root_position)


def _hands(anchor: Anchor) -> tuple[_Hand, ...]:
    def touching(side: str) -> bool:
        return any(
            c.region in (f"{side}_palms", "palms") and c.to != "self" and not c.to.startswith("partner")
            for c in anchor.contacts
        )

    p = anchor.posture
    return (
        _Hand(".L", p.left_hand, touching("left") and p.left_hand in HOLDING),
        _Hand(".R", p.right_hand, touching("right") and p.right_hand in HOLDING),
    )


def _finger_skin(model: BodyModel, side: str) -> tuple[Tensor, Tensor]:
    """Vertices (n,) that mostly follow a finger of that hand, and which finger (n,) each follows, 1 … 5."""
    names = model.skeleton.bone_names
    finger_of = torch.zeros(len(names), dtype=torch.long)
    for index, name in enumerate(names):
        if name.startswith("finger") and name.endswith(side):
            finger_of[index] = int(name[len("finger")])
    dominant = model.topology.weight_bones.gather(1, model.topology.weights.argmax(1, keepdim=True))[:, 0]
    vertices = (finger_of[dominant] > 0).nonzero()[:, 0]
    return vertices, finger_of[dominant[vertices]]


def _closed(
    model: BodyModel, body: PosedBody, rotations: Tensor, hand: _Hand, vertices: Tensor, owners: Tensor,
    place: Surroundings,
) -> Tensor:  # fmt: skip
    """Local rotations (B, 3, 3) with each finger of `hand` at the curl that suits it."""
    heads = body.shaped.heads
    shape = SHAPES[hand.shape]
    shares = torch.linspace(0, 1, LEVELS)
    tried = rotations.repeat(LEVELS, 1, 1, 1)
    for level, share in enumerate(shares.tolist()):
        curl = tuple(a + share * (b - a) for a, b in zip(OPEN, CLOSED, strict=True))
        for bone, turn in finger_rotations(model.skeleton, heads, hand.side, replace(shape, curl=curl)).items():
            tried[level, bone] = turn.to(tried.dtype)
    posed = _skinned(model, body, tried, vertices)
    depth = -place.signed_distance(posed)  # (levels, n)
    deepest = torch.stack([depth[:, owners == finger].amax(1) for finger in FINGERS], 1)  # (levels, 5)
    usual = int((shares * CLOSED[0] - shape.curl[0]).abs().argmin())
    result = rotations.clone()
    for column, finger in enumerate(FINGERS):
        level = _choice(deepest[:, column], usual, hand.holds)
        if level is None:
            continue
        for index, name in enumerate(model.skeleton.bone_names):
            if name.startswith(f"finger{finger}-") and name.endswith(hand.side):
                result[index] = tried[level, index]
    return result


def _choice(deepest: Tensor, usual: int, holds: bool) -> int | None:
    """The level (of depths (levels,), metres) for one finger; None to leave it as it is."""
    free = deepest <= INSIDE
    if not free.any():
        return int(deepest.argmin())
    if holds:
        first = int(free.int().argmax())
        blocked = (~free[first:]).nonzero()
        # Around a thing it closes until it meets it; around nothing it keeps its shape.
        return first + int(blocked[0]) - 1 if len(blocked) else usual
    if free[usual]:
        return None
    levels = free.nonzero()[:, 0]
    return int(levels[(levels - usual).abs().argmin()])


def _skinned(model: BodyModel, body: PosedBody, rotations: Tensor, vertices: Tensor) -> Tensor:
    """(levels, n, 3) of the given vertices for local rotations (levels, B, 3, 3)."""
    count = len(rotations)
    heads = body.shaped.heads.repeat(count, 1, 1)
    root = body.root_position.repeat(count, 1)
    orientations, positions = forward_kinematics(model.skeleton, heads, rotations, root)
    weights = model.topology.dense_weights(len(model.skeleton.bone_names))[vertices]
    return skin(body.shaped.vertices[vertices].repeat(count, 1, 1), heads, orientations, positions, weights)
