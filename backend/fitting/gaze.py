"""Where people look: at each other when they talk, at what they reach for; the rest keeps its anchor's gaze."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from backend.body.model import BodyModel, ShapedBody
from backend.body.posture import resolve
from backend.body.rotations import about_z, unit
from backend.language.prompt import Reading

from .conduct import conduct_of
from .placement import Stance
from .stage import Stage

FARTHEST_TURN = 1.1  # radians that head and neck turn away from the chest
FARTHEST_NOD = 0.7
LARGE = 2.5  # metres: of larger things people look at a part


def looking(
    stances: Sequence[Stance], reading: Reading, stage: Stage, people: Sequence[ShapedBody], model: BodyModel
) -> tuple[Stance, ...]:
    """The stances with heads turned to what holds their attention."""
    targets = [_target(k, stances, reading, stage) for k in range(len(stances))]
    return tuple(
        stance if target is None else _turned(stance, target, person, model)
        for stance, target, person in zip(stances, targets, people, strict=True)
    )


def _target(index: int, stances: Sequence[Stance], reading: Reading, stage: Stage) -> Tensor | None:
    """(3,) world point to look at, or None."""
    if stage.gaze is not None:
        return _seen_point(stage, eyes_of(stances[index]))
    if reading.together and len(stances) > 1:
        others = [s for k, s in enumerate(stances) if k != index]
        nearest = min(others, key=lambda s: float((s.position - stances[index].position).norm()))
        return eyes_of(nearest)
    if conduct_of(reading.action).looks_at_touched and stage.touches:
        return torch.tensor(stage.scene.box_of(stage.touches[0].match.objects).center, dtype=torch.float32)
    return None


def eyes_of(stance: Stance) -> Tensor:
    """(3,) metres, world."""
    return stance.carried_at + about_z(torch.tensor(stance.yaw)) @ stance.body.gaze


def _seen_point(stage: Stage, eyes: Tensor) -> Tensor:
    """(3,) world: the middle of a small thing; of something large the part that is nearest to being ahead."""
    box = stage.scene.box_of(stage.gaze.objects)
    center = torch.tensor(box.center, dtype=torch.float32)
    if max(box.size) > LARGE:
        low, high = (torch.tensor(v, dtype=torch.float32) for v in (box.minimum, box.maximum))
        nearest = torch.minimum(torch.maximum(eyes, low), high)
        center = (center + nearest) / 2
    return center


def _turned(stance: Stance, target: Tensor, person: ShapedBody, model: BodyModel) -> Stance:
    """The head faces the target as far as a neck can."""
    turn = about_z(torch.tensor(stance.yaw))
    eyes = eyes_of(stance)
    x, y, z = (turn.T @ unit(target - eyes)).tolist()  # in the person's frame, front −Y
    side = max(-FARTHEST_TURN, min(FARTHEST_TURN, float(torch.atan2(torch.tensor(x), torch.tensor(-y)))))
    nod = max(-FARTHEST_NOD, min(FARTHEST_NOD, float(torch.asin(torch.tensor(z)))))
    s, c, rise = torch.tensor(side).sin().item(), torch.tensor(side).cos().item(), torch.tensor(nod).tan().item()
    up = stance.body.anchor.posture.chest_up
    head_up = (up[0] * 0.4 - rise * s * 0.6, up[1] * 0.4 + rise * c * 0.6, 1.0)
    posture = stance.body.anchor.posture.but(head_front=(s, -c, rise), head_up=head_up)
    anchor = replace(stance.body.anchor, posture=posture)
    rotations = resolve(posture, model.skeleton, person)
    return replace(stance, body=replace(stance.body, anchor=anchor, rotations=rotations))
