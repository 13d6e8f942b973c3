"""Bodies from keypoints in many views: all candidates, all ways to begin and all views in one graph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import torch
from torch import Tensor

from backend.body.model import BodyModel
from backend.body.posing import PosedBody, pose

from .adamw import BatchedAdamW
from .energy import Energy, Evaluated
from .parts import reduced_body
from .problem import Lifted, LiftingProblem, State
from .robust import Seen
from .schedule import OUTDOOR, Parameters
from .start import Starts, starts
from .threads import one_thread
from .views2d import Lenses, Views2D

REPORT_EVERY = 20
NOTHING_KNOWN = LiftingProblem()
# Relative step sizes. Whitened codes and spreads are larger numbers than metres; logits start at a third of theirs.
_RATES = {"position": 1.0, "orientation": 1.0, "latent": 5.0, "shape": 5.0, "logits": 4.0, "focal": 1.0}
_DECAYING = ("latent", "shape")  # zero means something there: AdamW's decay draws to the usual


def lift(
    model: BodyModel, views: Views2D, problem: LiftingProblem = NOTHING_KNOWN, parameters: Parameters = OUTDOOR, *,
    start: State | None = None, focal_known: bool = True,
    report: Callable[[float, Tensor | None], None] = lambda fraction, vertices: None,
) -> Lifted:  # fmt: skip
    """One body for each of the N candidates, best first.

    `start`: the states (N, …) of an earlier stage instead of looking for ways to begin. `focal_known` False: all
    cameras' focal lengths are guesses, a common factor of them is found. `report(fraction, thinned skin (N, P, 3)
    or None)` is called every few iterations and may raise to cancel.
    """
    body, default_prior = reduced_body(model, parameters.skin_points)
    prior = problem.shape or default_prior
    lenses = Lenses(views.cameras)
    if start is None:
        ways = parameters.restarts
        state = _state(starts(body, lenses, views, prior, ways), prior.mean.numel())
    else:
        ways, state = 1, start.detached()
    owner = torch.arange(len(views)).repeat_interleave(ways)
    seen = Seen.of(lenses.normalised(views.pixels), views.confidences).taken(owner)
    energy = Energy(body, lenses, seen, problem, prior, parameters, focal_known=focal_known)
    with one_thread():
        state, skipped = _optimised(energy, state, parameters, prior.limits(body.shapes), ways, report)
    with torch.no_grad():
        found = energy(state, parameters.weights.at(1.0))
        rows = _best(found.rank, ways)
        return _lifted(model, energy, state, found, rows, owner, skipped)


def _state(begun: Starts, shape_size: int) -> State:
    count = len(begun.position)
    orientation = begun.orientation[:, :, :2].transpose(1, 2).flatten(1)
    return State(
        begun.position, orientation.contiguous(), begun.latent, torch.zeros(count, shape_size), begun.logits,
        torch.zeros(count, 1),
    )  # fmt: skip


def _optimised(
    energy: Energy, state: State, parameters: Parameters, limits: tuple[Tensor, Tensor], ways: int,
    report: Callable[[float, Tensor | None], None],
) -> tuple[State, int]:  # fmt: skip
    names = [f.name for f in fields(State)]
    sizes = [getattr(state, name).shape[1] for name in names]

    def columns(numbers: dict[str, float]) -> Tensor:
        return torch.cat([torch.full((size,), numbers[name]) for name, size in zip(names, sizes, strict=True)])

    value = torch.cat([getattr(state, name) for name in names], 1).requires_grad_()
    decays = {name: parameters.weight_decay if name in _DECAYING else 0.0 for name in names}
    optimiser = BatchedAdamW(value, columns(_RATES), columns(decays))
    without_logits = columns({name: float(name != "logits") for name in names})
    shape = value.detach().split(sizes, 1)[names.index("shape")]  # a view of the same numbers
    for step in range(parameters.iterations):
        progress = step / max(1, parameters.iterations)
        value.grad = None
        current = State(*value.split(sizes, 1))
        found = energy(current, parameters.weights.at(progress))
        found.total.sum().backward()
        ending = min(1.0, (1 - progress) / parameters.fall) if parameters.fall else 1.0
        rate = parameters.learning_rate * (0.1 + 0.9 * ending)
        optimiser.step(rate, without_logits if progress < parameters.frozen else 1.0)
        shape.clamp_(*limits)
        if step % REPORT_EVERY == 0:
            best = _best(found.rank.detach(), ways)
            report(progress, energy.skin(current.detached(), best))
    report(1.0, None)
    return State(*value.detach().split(sizes, 1)), optimiser.skipped


def _best(rank: Tensor, ways: int) -> Tensor:
    """Rows of the best way of each candidate, the best candidate first; what is not finite comes last."""
    rank = torch.where(rank.isfinite(), rank, torch.inf).reshape(-1, ways)
    least, way = rank.min(1)
    order = least.argsort()
    return order * ways + way[order]


def _lifted(
    model: BodyModel, energy: Energy, state: State, found: Evaluated, rows: Tensor, owner: Tensor, skipped: int
) -> Lifted:
    prior_values = energy.shape_values(state.shape)
    names = energy.body.shapes.names
    rotations = energy.body.full_rotations(found.local)
    bodies: list[PosedBody] = []
    for row in rows.tolist():
        shaped = model.shape({name: float(v) for name, v in zip(names, prior_values[row], strict=True)})
        bodies.append(pose(model, shaped, rotations[row], state.position[row]))
    return Lifted(
        bodies=tuple(bodies),
        candidate=owner[rows],
        view_weights=found.weights[rows],
        energy=found.total[rows],
        energies={name: part[rows] for name, part in found.parts.items()},
        reprojection=energy.reprojection(found, state)[rows],
        swapped=found.views.swapped[rows],
        keypoints=found.keypoints[rows],
        state=state.taken(rows),
        skipped=skipped,
    )
