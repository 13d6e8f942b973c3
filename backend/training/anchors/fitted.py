"""Poses that the contact fitter itself found on procedural supports: what authored anchors become when they must hold.

An authored anchor is drawn on an average body and no furniture. Fitted to supports of several sizes it learns where
thighs, backs and hands end up; the postures that differ from the authored ones enter the codebook beside the recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from backend.body.anchors import Anchor, anchors_of
from backend.body.interactions import INTERACTIONS, Interaction
from backend.body.model import BodyModel
from backend.evaluation.library.places import as_snapshot, place_for
from backend.evaluation.library.readings import reading_of
from backend.language.people import PersonSpec
from backend.place.scene import Scene
from backend.service.context import LocalContext
from protocol.errors import StaffageError
from protocol.messages import HumansRequest, Snapshot

SIZES = (0.88, 1.0, 1.12)  # of the support, the floor excepted
CANDIDATES = 3
# What a viewer would accept without a second look; metres, and the share of the skin's vertices.
DEEPEST, GAP, LEAST_FREE = 0.02, 0.01, 0.992
PEOPLE = (PersonSpec("Woman", female=True), PersonSpec("Man", female=False), PersonSpec("Person"))


@dataclass(frozen=True)
class Fitted:
    """One pose on one support."""

    base: Anchor  # the authored one it began as, or its mirror image
    rotations: Tensor  # (B, 3, 3) local, the root's in world
    yaw: float  # radians of the person's heading
    source: str


def fitted(model: BodyModel, *, say: Callable[[str], None], seed: int) -> Iterator[tuple[Interaction, list[Fitted]]]:
    """Every interaction that one person does and that is no authored pose with an overlay, with its fits."""
    for number, interaction in enumerate(INTERACTIONS):
        if interaction.people > 1 or interaction.overlays:
            continue
        found: list[Fitted] = []
        for size, who in zip(SIZES, PEOPLE, strict=True):
            try:
                found += _fits(interaction, size, who, model, seed + number)
            except StaffageError as error:
                say(f"{interaction.name} on a support of size {size}: {error}")
        yield interaction, found


def _fits(interaction: Interaction, size: float, who: PersonSpec, model: BodyModel, seed: int) -> list[Fitted]:
    from backend.pipelines.group import place_group  # pipelines are used here as a tool, not imported by the room

    snapshot, meshes = as_snapshot(place_for(interaction))
    snapshot = _scaled(snapshot, size)
    request = HumansRequest(interaction.name, snapshot, candidates=CANDIDATES, seed=seed)
    reading = replace(reading_of(interaction), people=(who,))
    scene, generator = Scene.from_snapshot(snapshot, meshes), torch.Generator().manual_seed(seed)
    placements = place_group(reading, scene, request, CANDIDATES, model, generator, LocalContext())
    found = []
    for placement in placements:
        verdict, stance, body = placement.verdict, placement.stances[0], placement.bodies[0]
        base = _base(stance.body.anchor)
        good = (
            verdict.deepest_penetration < DEEPEST and verdict.non_collision > LEAST_FREE
            and max(verdict.support_gap, verdict.touch_gap) < GAP and verdict.limit_excess < 0.01
        )  # fmt: skip
        if good and base is not None:
            found.append(Fitted(base, body.rotations, stance.yaw, f"fit, support ×{size}"))
    return found


def _scaled(snapshot: Snapshot, size: float) -> Snapshot:
    scale = np.diag([size, size, size, 1.0])
    things = tuple(o if o.name == "floor" else replace(o, object_to_world=scale @ o.object_to_world)
                   for o in snapshot.objects)  # fmt: skip
    return replace(snapshot, objects=things)


def _base(used: Anchor) -> Anchor | None:
    """The authored anchor, or its mirror image, that the fit began with."""
    for authored in anchors_of(used.action):
        if authored.name == used.name:
            sides = {contact.region for contact in used.contacts}
            return max((authored, authored.mirrored), key=lambda a: len(sides & {c.region for c in a.contacts}))
    return None
