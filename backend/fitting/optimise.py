"""The fit: Adam over placement, joints and shape slack of a whole batch, first the whole body, then its joints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from . import terms
from .flesh import Flesh
from .plausible import Plausibility
from .problem import Problem
from .rig import FittingRig, Pose


@dataclass(frozen=True)
class Schedule:
    """Iterations and step sizes. `settle` moves only the placement; then joints join in."""

    settle: int = 30
    bend: int = 110
    # Adam moves every joint by about this much per step, needed or not: twice as much leaves standing legs bent.
    learning_rate: float = 0.006
    preview_every: int = 35


@dataclass(frozen=True)
class Weights:
    penetration: float = 60.0
    spheres: float = 25.0
    contact: float = 14.0
    skin_contact: float = 8.0
    self_penetration: float = 30.0
    flesh: float = 60.0
    collision: float = 40.0
    anchor: float = 0.0016
    prior: float = 0.0008  # per nat
    limits: float = 2.0
    balance: float = 6.0
    turn: float = 0.06
    slack: float = 0.002
    stay: float = 0.0  # per squared metre that the root leaves its start


ANCHORED = Weights()  # of bodies whose pose comes from the library and whose place is one of many
# Of bodies that were seen in pictures, place and pose are known but for some centimetres and degrees.
SEEN = Weights(anchor=0.02, stay=4.0)


@dataclass(frozen=True)
class Fit:
    pose: Pose
    cost: Tensor  # (N,)
    parts: dict[str, Tensor]  # (N,) each term, weighted
    gaps: Tensor  # (G,) metres, one per contact group
    limit_excess: Tensor  # (N,) radians beyond a hinge's range


def fit(
    rig: FittingRig, start: Tensor, problem: Problem, *, schedule: Schedule = Schedule(), weights: Weights = Weights(),
    report: Callable[[float, Pose | None], None] = lambda fraction, pose: None,
) -> Fit:  # fmt: skip
    """Fit N bodies from root positions `start` (N, 3). `report(fraction, pose or None)` may raise to cancel."""
    measures = _Measures(terms.JointLimits(rig), Plausibility(rig), Flesh(rig), start)
    pose = Pose.zeros(start.clone())
    parameters = [value.requires_grad_() for value in vars(pose).values()]
    position, turn, joints, slack = parameters
    rate = schedule.learning_rate
    optimiser = torch.optim.Adam(
        [{"params": [position], "lr": rate}, {"params": [turn], "lr": rate}, {"params": [joints], "lr": 0.0},
         {"params": [slack], "lr": 0.0}],
        betas=(0.9, 0.95),
    )  # fmt: skip
    total = schedule.settle + schedule.bend
    for step in range(total):
        bending = step >= schedule.settle
        progress = max(0.0, (step - schedule.settle) / schedule.bend)
        # The last third anneals: contact ends within a millimetre instead of trembling about it.
        decay = 1.0 if progress < 0.6 else 1.0 - 0.9 * (progress - 0.6) / 0.4
        for group, share in zip(optimiser.param_groups, (1.0, 1.0, 1.6 * bending, 2.0 * bending), strict=True):
            group["lr"] = rate * decay * share
        optimiser.zero_grad(set_to_none=True)
        parts, _ = _energy(rig, pose, problem, measures, weights, bending=bending)
        sum(parts.values()).sum().backward()
        _clip(parameters)
        optimiser.step()
        with torch.no_grad():
            slack.clamp_(-1, 1)
        shown = pose if step % schedule.preview_every == 0 else None
        report((step + 1) / total, shown)
    with torch.no_grad():
        parts, gaps = _energy(rig, pose, problem, measures, weights)
        return Fit(pose.detach(), sum(parts.values()), parts, gaps, measures.limits.violations(pose))


def _clip(parameters: list[Tensor], largest: float = 0.6) -> None:
    """Bound each body's gradient: one deep start would fill Adam's second moment and freeze the body for the rest."""
    for value in parameters:
        if value.grad is not None:
            norm = value.grad.flatten(1).norm(dim=1).clamp_min(1e-12)
            scale = (largest / norm).clamp(max=1)
            value.grad *= scale.reshape(-1, *[1] * (value.grad.dim() - 1))


@dataclass(frozen=True)
class _Measures:
    """The terms that keep something from iteration to iteration."""

    limits: terms.JointLimits
    plausible: Plausibility
    flesh: Flesh
    start: Tensor  # (N, 3) metres, world: root positions


def _energy(
    rig: FittingRig, pose: Pose, problem: Problem, measures: _Measures, weights: Weights, *, bending: bool = True
) -> tuple[dict[str, Tensor], Tensor]:
    bodies = rig.pose(pose)
    limits = measures.limits
    skin, squeeze = terms.penetration(bodies, rig, problem)
    touching, gaps, open_by = terms.contact(bodies, problem)
    parts = {
        "penetration": weights.penetration * skin,
        "spheres": weights.spheres * squeeze,
        "contact": weights.contact * touching,
        "self_penetration": weights.self_penetration * terms.self_penetration(bodies, rig),
        "anchor": weights.anchor * limits.anchor(pose),
        "prior": weights.prior * measures.plausible(bodies),
        "limits": weights.limits * limits.limits(pose),
        "balance": weights.balance * terms.balance(bodies, rig, problem, open_by),
        "turn": weights.turn * pose.turn.square().sum(1),
        "slack": weights.slack * pose.slack.square().sum(1),
    }
    if weights.stay:
        parts["stay"] = weights.stay * (pose.position - measures.start).square().sum(1)
    if bending:  # before that limbs do not move against each other
        parts["flesh"] = weights.flesh * measures.flesh.penetration(bodies)
    if problem.skin_contacts:
        parts["skin_contact"] = weights.skin_contact * terms.skin_contact(bodies, problem)
    if problem.companions:
        parts["collision"] = weights.collision * terms.collision(bodies, rig, problem)
    return parts, gaps
