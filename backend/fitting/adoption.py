"""A body that comes from pictures as a stance that the contact fit begins from, like one that the search has found.

Nobody wrote down what such a body touches, so that is read from where it is: what the action means to touch and nearly
does, what else is close to a surface, and in any case the skin that must carry it. Metres, world.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from backend.body.anchors import Anchor, Contact
from backend.body.model import BodyModel
from backend.body.posing import PosedBody
from backend.body.posture import Posture
from backend.body.regions import Regions
from backend.body.rotations import about_z

from .casting import Cast
from .conduct import conduct_of
from .manners import surface_key
from .placement import CARRYING, Stance, coarse_body
from .stage import Stage
from .surfaces import Surroundings

MEANT = 0.25  # metres: a contact of the action's counts from here, since pictures tell places to some centimetres
WISHED = 0.05  # metres: any other skin
OWN = 0.05  # metres between skin and skin
LEVEL = 0.35  # least horizontal part of the pelvis's front for the body to face somewhere
# Skin that touches what it is close to; the trunk and the head do so only when one lies.
_LIMBS = (
    "buttocks", "left_soles", "right_soles", "left_knees", "right_knees", "left_palms", "right_palms", "left_forearms",
    "right_forearms",
)  # fmt: skip
_TRUNK = ("back", "belly", "chest", "back_of_head", "calves")
LYING = 0.5  # the upward part of the spine's direction up to which a body lies


def adopted(
    body: PosedBody, action: str, meant: Anchor, stage: Stage, place: Surroundings, model: BodyModel,
    regions: Regions, preference: float = 0.0,
) -> Cast:  # fmt: skip
    """One body as a cast of its own. `meant`: the action in the library, with what it touches and holds.

    `preference`: what speaks against this body before contact is looked at, as a cost; 0 is best.
    """
    contacts = _contacts(body, meant.contacts, stage, place, regions)
    conduct = conduct_of(action)
    posture = _hands(meant, contacts)
    anchor = Anchor(f"imagined: {action}", action, posture, contacts, conduct.carried_by, arms_free=False)
    yaw = heading(body)
    turn = about_z(torch.tensor(yaw))
    rotations = body.rotations.clone()
    rotations[0] = turn.mT @ rotations[0]
    coarse = coarse_body(model, regions, body.shaped, anchor, rotations, lambda contact: None)
    stance = Stance(coarse, body.root_position, body.root_position - turn @ coarse.root, yaw, 0.0, preference)
    return Cast((body.shaped,), (stance,))


def _hands(meant: Anchor, contacts: Sequence[Contact]) -> Posture:
    """Fingers, which no keypoints show: hands that have come to what they are to hold will hold it."""
    kept = {contact.region for contact in contacts}

    def shape(side: str, meant_shape: str, otherwise: str) -> str:
        return meant_shape if f"{side}_palms" in kept or "palms" in kept else otherwise

    plain = Posture()
    return replace(
        plain,
        left_hand=shape("left", meant.posture.left_hand, plain.left_hand),
        right_hand=shape("right", meant.posture.right_hand, plain.right_hand),
    )


def heading(body: PosedBody) -> float:
    """Radians: where the pelvis faces, 0 is −Y; of a body on its back or front where its head lies."""
    front = -body.rotations[0][:, 1]
    if float(front[:2].norm()) < LEVEL:
        front = body.rotations[0][:, 2]
    return math.atan2(float(front[0]), -float(front[1]))


def _contacts(
    body: PosedBody, meant: Sequence[Contact], stage: Stage, place: Surroundings, regions: Regions
) -> tuple[Contact, ...]:
    found: dict[tuple[str, str], Contact] = {}
    for contact in meant:
        if contact.to == "self":
            near = _apart(body, regions[contact.region], regions[contact.partner]) < OWN
        elif contact.to.startswith("partner"):
            near = False
        else:
            key = surface_key(contact, stage, place, backrest=True)
            near = key is not None and _gap(body, regions[contact.region], place, key) < MEANT
        if near:
            found[contact.region, contact.to] = contact
    taken = {region for region, to in found if to != "self"}
    for region in _near(body):
        for to in ("support", "floor"):
            key = surface_key(Contact(region, to), stage, place, backrest=True)
            if region not in taken and key is not None and _gap(body, regions[region], place, key) < WISHED:
                found[region, to] = Contact(region, to, 0.6)
                break
    if not any(c.to in CARRYING and c.weight >= 0.99 for c in found.values()):
        region, to = _carrying(body, stage, place, regions)
        found[region, to] = Contact(region, to)
    return tuple(found.values())


def _near(body: PosedBody) -> tuple[str, ...]:
    """The regions that may touch something in this pose."""
    spine = body.rotations[0][:, 2]  # the pelvis's up at rest
    return (*_LIMBS, *_TRUNK) if abs(float(spine[2])) < LYING else _LIMBS


def _carrying(body: PosedBody, stage: Stage, place: Surroundings, regions: Regions) -> tuple[str, str]:
    """The skin that is nearest to what may carry the body."""
    gaps = {
        (region, to): _gap(body, regions[region], place, key)
        for region in _near(body)
        for to in ("support", "floor")
        if (key := surface_key(Contact(region, to), stage, place, backrest=True)) is not None
    }
    return min(gaps, key=gaps.__getitem__)


def _gap(body: PosedBody, vertices: Tensor, place: Surroundings, key: str) -> float:
    """Metres between the nearer quarter of some skin and a surface."""
    distance = place.surfaces[key].sample(body.vertices[vertices])
    return float(distance.topk(max(1, len(distance) // 4), largest=False).values.mean())


def _apart(body: PosedBody, first: Tensor, second: Tensor) -> float:
    return float(torch.cdist(body.vertices[first[::3]], body.vertices[second[::3]]).min())

