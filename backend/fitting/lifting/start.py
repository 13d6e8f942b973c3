"""Where a lifting begins: usual poses laid onto what the views show, each candidate in several ways.

With two views and more, triangulated keypoints are met by every usual pose (rigidly, least squares: Kabsch), which
gives place, orientation (people lie, too) and pose at once. The ways differ in the proposal, in what is left and right,
and in the heading. With one view the poses are tried at sixteen headings, upright and lying, by their shadows: weak
perspective gives depth and place, since bodies have a size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import torch
from torch import Tensor

from backend.body.rotations import about_z, exp

from .reduced import ReducedBody
from .robust import Seen
from .shape_space import ShapePrior
from .triangulate import Consensus, mirrored, triangulate
from .views2d import Lenses, Views2D

_HEADINGS = 16
_LYING = ((0.0, 0.0), (math.pi / 2, 0.0), (-math.pi / 2, 0.0), (0.0, math.pi / 2), (0.0, -math.pi / 2))  # about x, y
_LYING_COST = 0.3  # of the error, on top: of two shadows alike the upright one is meant
_TURNED = 1.2  # radians between headings that are different ways to begin
_BELIEF = 3.0  # logit of a view that agrees exactly
_DOUBT = -2.0  # of one that does not


@dataclass(frozen=True)
class Starts:
    """N candidates × R ways, candidate by candidate."""

    position: Tensor  # (N·R, 3) metres, world, of the root's head
    orientation: Tensor  # (N·R, 3, 3) of the root
    latent: Tensor  # (N·R, D)
    logits: Tensor  # (N·R, V) of the views' weights
    swapped: Tensor  # (N·R,) bool: begins with the labels' sides exchanged throughout

    @staticmethod
    def joined(parts: list[Starts]) -> Starts:
        return Starts(*(torch.cat([getattr(part, f.name) for part in parts]) for f in fields(Starts)))

    def taken(self, rows: Tensor) -> Starts:
        return Starts(*(getattr(self, f.name)[rows] for f in fields(Starts)))


class Templates:
    """Usual poses as keypoints of a body of the expected shape, root at the origin, facing −Y."""

    def __init__(self, body: ReducedBody, prior: ShapePrior) -> None:
        self.latent = body.poses.starts()
        count = len(self.latent)
        decoded = body.poses.decode(self.latent)
        upright = torch.eye(3).expand(count, 1, 3, 3)
        weights = body.shapes.weights(prior.mean.expand(count, -1))
        frames = body.frames(weights, torch.cat((upright, decoded.bones), 1), torch.zeros(count, 3))
        self.points = body.keypoints(weights, frames)  # (S, 23, 3)


@torch.no_grad()
def starts(body: ReducedBody, lenses: Lenses, views: Views2D, prior: ShapePrior, ways: int) -> Starts:
    templates = Templates(body, prior)
    return Starts.joined([_of_one(templates, lenses, views, index, ways) for index in range(len(views))])


def _of_one(templates: Templates, lenses: Lenses, views: Views2D, index: int, ways: int) -> Starts:
    found = triangulate(lenses, views, index, 3) if len(lenses) > 1 else None
    options: list[Starts] = []
    if found is not None and (found.certainty[0] > 0).sum() >= 4:
        if found.flipped[0].sum() * 2 > ((views.confidences[index] > 0).any(-1)).sum():
            found = mirrored(found)
        twin = mirrored(found)
        options.append(_met(templates, found, 0, 0))
        options.append(_met(templates, twin, 0, 0))
        for other in range(1, len(found.points)):
            if (found.certainty[other] > 0).sum() >= 4:
                options.append(_met(templates, found, other, 0))
        options.append(_met(templates, found, 0, 1))
    if len(options) < ways:
        options.append(_shadows(templates, lenses, views, index, ways - len(options)))
    return Starts.joined(options).taken(torch.arange(ways))


def kabsch(points: Tensor, target: Tensor, weights: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Rotations (S, 3, 3) and shifts (S, 3) that lay `points` (S, J, 3) onto `target` (J, 3), and the errors (S,).

    Errors are weighted means of squared distances; `weights` (J,).
    """
    share = weights / weights.sum().clamp_min(1e-9)
    middle, goal = share @ points, share @ target
    spread = points - middle[:, None]
    u, _, vh = torch.linalg.svd((spread * share[:, None]).mT @ (target - goal))
    sign = torch.linalg.det(u @ vh).sign()
    flip = torch.stack((torch.ones_like(sign), torch.ones_like(sign), sign), -1)
    turn = (vh.mT * flip[:, None]) @ u.mT
    shift = goal - (turn @ middle[..., None])[..., 0]
    error = ((points @ turn.mT + shift[:, None] - target).square().sum(-1) * share).sum(-1)
    return turn, shift, error


def _met(templates: Templates, found: Consensus, proposal: int, place: int) -> Starts:
    """The usual pose nearest to a proposal; `place` 1: the nearest of those that face elsewhere."""
    turn, shift, error = kabsch(templates.points, found.points[proposal], found.certainty[proposal])
    best = int(error.argmin())
    if place:
        cosine = (((turn[best].mT @ turn).diagonal(dim1=-2, dim2=-1).sum(-1) - 1) / 2).clamp(-1, 1)
        error = torch.where(cosine.acos() > _TURNED, error, torch.inf)
        best = int(error.argmin()) if bool(error.isfinite().any()) else best
    logits = (_BELIEF * found.agreement[proposal]).clamp(_DOUBT, _BELIEF)
    # "Swapped" is relative to the labels that most views carry.
    swapped = found.flipped[proposal].float().mean() > 0.5
    return Starts(shift[best][None], turn[best][None], templates.latent[best][None], logits[None], swapped[None])


def _shadows(templates: Templates, lenses: Lenses, views: Views2D, index: int, ways: int) -> Starts:
    """The usual poses, headings and sides that fit the best single view, most different first."""
    view = int(views.confidences[index].sum(-1).argmax())
    one = Views2D(views.cameras, views.pixels[[index]], views.confidences[[index]])
    seen = Seen.of(lenses.normalised(one.pixels), one.confidences)
    turns = _orientations()
    local = torch.einsum("hij,spj->hspi", lenses.axes[view].T @ turns, templates.points)  # (H, S, J, 3) in the camera
    flat = torch.stack((local[..., 0], -local[..., 1]), -1)
    errors, scales, shifts = [], [], []
    for observed, trust in ((seen.plain[0, view], seen.plain_trust[0, view]),
                            (seen.swapped[0, view], seen.swapped_trust[0, view])):  # fmt: skip
        share = trust / trust.sum().clamp_min(1e-6)
        middle, goal = torch.einsum("j,hsjc->hsc", share, flat), share @ observed
        spread, wanted = flat - middle[..., None, :], observed - goal
        variance = (spread.square().sum(-1) * share).sum(-1).clamp_min(1e-6)
        scale = ((spread * wanted).sum(-1) * share).sum(-1) / variance
        off = (scale[..., None, None] * spread - wanted).square().sum(-1)
        size = (wanted.square().sum(-1) * share).sum().clamp_min(1e-6)
        errors.append((off * share).sum(-1) / size + torch.where(scale > 0, 0.0, 10.0))
        scales.append(scale.clamp_min(1e-3))
        shifts.append(goal - scale[..., None] * middle)
    upright = torch.arange(len(turns)) < _HEADINGS
    error = torch.stack(errors) * torch.where(upright, 1.0, 1 + _LYING_COST)[None, :, None]
    error[1] += 0.02  # the labelled sides, if in doubt
    chosen = _picked(error, turns, ways)
    flip, turn, template = chosen.T
    depth = lenses.focal[view] / torch.stack(scales)[flip, turn, template]
    place = (torch.stack(shifts)[flip, turn, template] - lenses.middle[view]) / lenses.focal[view] * depth[:, None]
    position = lenses.eyes[view] + torch.stack((place[:, 0], -place[:, 1], -depth), -1) @ lenses.axes[view].T
    logits = torch.zeros(ways, len(lenses))
    return Starts(position, turns[turn], templates.latent[template], logits, flip.bool())


def _orientations() -> Tensor:
    """(5 · headings, 3, 3): upright at every heading, then lying on back, front and sides."""
    headings = about_z(torch.arange(_HEADINGS) * (2 * math.pi / _HEADINGS))
    tilts = exp(torch.tensor([(x, y, 0.0) for x, y in _LYING]))
    return (headings[None] @ tilts[:, None]).flatten(0, 1)


def _picked(error: Tensor, turns: Tensor, ways: int) -> Tensor:
    """(ways, 3) indices of the least errors (2, H, S), of which each makes like orientations and sides dearer."""
    error = error.clone()
    apart = (((turns[:, None].mT @ turns[None]).diagonal(dim1=-2, dim2=-1).sum(-1) - 1) / 2).clamp(-1, 1).acos()
    chosen = []
    for _ in range(ways):
        best = torch.unravel_index(error.argmin(), error.shape)
        chosen.append(torch.stack(best))
        near = apart[best[1]] < 0.6
        error[best[0], near] = error[best[0], near] * 1.5 + 0.01
        error[best[0], :, best[2]] += 0.02
    return torch.stack(chosen)
