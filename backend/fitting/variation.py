"""How candidates of one anchor differ on purpose: what no contact and no word fixes is drawn anew for each of them.

Head, trunk, free arms, free hands and, on seats, the legs are turned a little from the anchor; of a few such draws one
is chosen by the pose prior, so that what comes out is as usual as the anchor is. Where the prompt leaves both ways open
the whole pose may be mirrored. All this is before the fit, which brings the new pose to its contacts; the first
candidate keeps the anchor as it is. Directions are in the person's frame (see body/posture.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from backend.body.anchors import Anchor
from backend.body.model import BodyModel, ShapedBody
from backend.body.overlays import OVERLAYS
from backend.body.posture import Arm, Direction, Leg, Posture, resolve
from backend.body.prior import PosePrior
from backend.language.prompt import Reading

from .conduct import conduct_of
from .stage import Stage

DRAWS = 3
IMPLAUSIBLE = 10.0  # percentile of the prior below which no draw is taken, unless its anchor is as rare
NATS = 3.0  # by which a draw may be rarer than another one and still be chosen every third time
_OF_ARMS = ("palms", "fingertips", "forearms", "elbows")
_OF_HEAD = ("head", "chin", "ears")
_FREE_HANDS = ("relaxed", "open", "loose", "half closed")
_LYING_HANDS = ("relaxed", "open")  # on a thigh or a table


@dataclass(frozen=True)
class Spread:
    """Standard deviations, in radians (of directions that are about one long)."""

    gaze: float = 0.38  # to the sides
    nod: float = 0.1
    trunk: float = 0.06
    upper: float = 0.16
    fore: float = 0.22
    palm: float = 0.15
    leg: float = 0.07
    in_motion: float = 0.5  # a walker's arms belong to the step: share of all this


SPREAD = Spread()


@dataclass(frozen=True)
class Freedom:
    """What of an anchor nothing fixes."""

    head: bool
    arms: tuple[str, ...]  # sides
    trunk: bool
    legs: bool
    sides: bool  # the mirror image is as good


def freedom(anchor: Anchor, reading: Reading, stage: Stage) -> Freedom:
    """What neither a contact nor a word of the prompt fixes when `anchor` is what it asks for."""
    conduct = conduct_of(reading.action)
    overlays = [OVERLAYS[name] for name in reading.overlays]
    changed = {part for overlay in overlays for part in overlay.changes}
    touching = [c.region for c in anchor.contacts] + [r for touch in reading.touches for r in touch.regions]
    upright = anchor.carried_by in ("floor", "seat") and not conduct.along and reading.action in _AT_EASE
    watching = stage.gaze is not None or reading.together or (conduct.looks_at_touched and bool(stage.touches))
    head = upright and not watching and not changed & {"head_front", "head_up"} and not _any(touching, _OF_HEAD)
    arms = tuple(
        side for side in ("left", "right")
        if upright and reading.action != "raise arms" and f"{side}_arm" not in changed
        and not any(region.startswith(side) and region.endswith(_OF_ARMS) for region in touching)
    )  # fmt: skip
    sides = head and not overlays and not reading.touches and not reading.manner and not conduct.sided
    held = any(c.to in ("backrest", "touch") or c.to.startswith("touch") for c in anchor.contacts)
    return Freedom(head, arms, upright and not held, upright and conduct.carried_by == "seat" and not overlays, sides)


# In everything else the trunk and the limbs that carry nothing still are part of what is done.
_AT_EASE = ("stand", "sit", "walk", "run", "raise arms", "sit on the floor", "kneel", "squat", "lean back")


def _any(regions: list[str], ends: tuple[str, ...]) -> bool:
    return any(region.endswith(ends) for region in regions)


def varied(
    anchor: Anchor, reading: Reading, stage: Stage, person: ShapedBody, model: BodyModel, generator: torch.Generator
) -> tuple[Anchor, Tensor]:
    """The anchor in another way, with its local rotations (B, 3, 3) on `person`."""
    free = freedom(anchor, reading, stage)
    if free.sides and float(torch.rand((), generator=generator)) < 0.5:
        anchor = anchor.mirrored
    own = resolve(anchor.posture, model.skeleton, person)
    scale = 1.0 if anchor.still else SPREAD.in_motion
    drawn = [_drawn(anchor, free, scale, generator) for _ in range(DRAWS)]
    poses = torch.stack([own, *(resolve(posture, model.skeleton, person) for posture in drawn)])
    prior = PosePrior.load()
    joints = prior.reader(model.skeleton.bone_names)(poses.float())
    energies, shares = prior.energy(joints), prior.percentile(joints)
    weights = torch.softmax(-energies[1:] / NATS, 0) * (shares[1:] >= min(IMPLAUSIBLE, float(shares[0])))
    if not float(weights.sum()) > 0:
        return anchor, own
    chosen = int(torch.multinomial(weights, 1, generator=generator))
    return replace(anchor, posture=drawn[chosen]), poses[chosen + 1]


def _drawn(anchor: Anchor, free: Freedom, scale: float, generator: torch.Generator) -> Posture:
    """One draw of everything that is free."""
    posture = anchor.posture

    def off(direction: Direction, spread: float) -> Direction:
        x, y, z = (spread * scale * torch.randn(3, generator=generator)).tolist()
        return direction[0] + x, direction[1] + y, direction[2] + z

    def arm(own: Arm) -> Arm:
        hand = own.hand and off(own.hand, SPREAD.palm)
        return replace(own, upper=off(own.upper, SPREAD.upper), fore=off(own.fore, SPREAD.fore),
                       palm=off(own.palm, SPREAD.palm), hand=hand)  # fmt: skip

    def leg(own: Leg) -> Leg:
        return replace(own, thigh=off(own.thigh, SPREAD.leg), shin=off(own.shin, SPREAD.leg))

    changes: dict[str, object] = {}
    if free.trunk:
        changes |= {"pelvis_up": off(posture.pelvis_up, SPREAD.trunk / 2),
                    "chest_up": off(posture.chest_up, SPREAD.trunk),
                    "chest_front": off(posture.chest_front, SPREAD.trunk)}  # fmt: skip
    if free.head:
        side, nod = (scale * torch.randn(2, generator=generator)).tolist()
        x, y, z = posture.head_front
        up = posture.head_up
        nod *= SPREAD.nod
        changes |= {"head_front": (x + SPREAD.gaze * side, y, z + nod), "head_up": (up[0], up[1] + 0.6 * nod, up[2])}
    for name in free.arms:
        changes[f"{name}_arm"] = arm(getattr(posture, f"{name}_arm"))
    if free.legs:
        changes |= {"left_leg": leg(posture.left_leg), "right_leg": leg(posture.right_leg)}
    for name in ("left", "right"):
        if getattr(posture, f"{name}_hand") == "relaxed":
            touching = any(c.region == f"{name}_palms" for c in anchor.contacts)
            shapes = _LYING_HANDS if touching else _FREE_HANDS
            changes[f"{name}_hand"] = shapes[int(torch.randint(len(shapes), (), generator=generator))]
    return posture.but(**changes)
