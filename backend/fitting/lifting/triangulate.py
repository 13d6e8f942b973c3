"""Keypoints in space from many views of which some are wrong: pairs of views propose, all views vote.

A point is where it is nearest to its rays (weighted least squares: Σ w (I − d dᵀ) (x − o) = 0). Every pair of views,
with their sides labelled alike or opposite, proposes 23 points; a proposal is as good as the views are many and close
that agree with it. The best ones are refined from all the views that agree, by reweighted least squares.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from backend.vision.keypoints import MIRRORED

from .robust import Seen, ViewErrors, crossed, geman_mcclure, view_errors
from .views2d import Lenses, Views2D

RHO = 0.06  # parts of the picture: what agrees
_FLIP_COST, _SOFTNESS = 0.01, 1e-4
_NARROW = 0.985  # cosine between two views' axes beyond which their rays meet nowhere in particular
_LEAST_POINTS = 6  # that a pair must have in common
AGREES = 0.5  # of the greatest error per keypoint: below it a view agrees
_ROUNDS = 4


@dataclass(frozen=True)
class Consensus:
    """H proposals for one candidate, best first."""

    points: Tensor  # (H, 23, 3) metres, world
    certainty: Tensor  # (H, 23) 0…1; 0 for what fewer than two agreeing views show
    agreement: Tensor  # (H, V) 1 for a view that fits exactly, 0 or less for one that does not
    flipped: Tensor  # (H, V) bool: whose sides are exchanged altogether
    score: Tensor  # (H,) lower is better: mean error of a keypoint in a view, robust, 0…1


def nearest_to_rays(origins: Tensor, directions: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    """Points (…, 3) least far from rays, and how well the rays determine them.

    `origins`, unit `directions` (…, R, 3), `weights` (…, R). The second is the least eigenvalue of the normal matrix
    over the weights' sum: 0 for parallel rays.
    """
    identity = torch.eye(3)
    across = weights[..., None, None] * (identity - directions[..., :, None] * directions[..., None, :])
    normal = across.sum(-3)
    right = (across @ origins[..., None]).sum(-3)[..., 0]
    total = weights.sum(-1).clamp_min(1e-6)
    determined = torch.linalg.eigvalsh(normal)[..., 0] / total
    floor = 1e-6 * total[..., None, None] * identity
    return torch.linalg.solve(normal + floor, right), determined


def triangulate(
    lenses: Lenses, views: Views2D, index: int, count: int, most_pairs: int = 96
) -> Consensus | None:
    """Up to `count` different proposals for candidate `index` from pairs of views; None without two usable ones."""
    seen = Seen.of(lenses.normalised(views.pixels[index])[None], views.confidences[index][None])
    pairs = _pairs(lenses, views.confidences[index] > 0, most_pairs)
    if not len(pairs):
        return None
    rays = (lenses.rays(seen.plain[0]), lenses.rays(seen.swapped[0]))
    trust = (seen.plain_trust[0], seen.swapped_trust[0])
    proposals = []
    for flip in (0, 1):
        first, second = pairs.T
        directions = torch.stack((rays[0][first], rays[flip][second]), -2)  # (P, J, 2, 3)
        weights = torch.stack((trust[0][first], trust[flip][second]), -1)
        both = (weights > 0).all(-1)
        origins = lenses.eyes[pairs][:, None].expand(-1, directions.shape[1], -1, -1)
        points, determined = nearest_to_rays(origins, directions, weights.clamp_min(1e-3))
        proposals.append((points, both & (determined > 1e-4)))
    points = torch.cat([p for p, _ in proposals])
    valid = torch.cat([v for _, v in proposals]).float()
    score, _ = _judged(lenses, seen, points, valid)
    best = [int(k) for k in _different(points, valid, score, count)]
    refined = [_refined(lenses, seen, rays, points[k], valid[k]) for k in best]
    found = Consensus(*(torch.stack(parts) for parts in zip(*refined, strict=True)))
    order = found.score.argsort()
    return Consensus(*(value[order] for value in vars(found).values()))


def mirrored(found: Consensus) -> Consensus:
    """The same with left and right exchanged throughout."""
    order = list(MIRRORED)
    return replace(
        found, points=found.points[:, order], certainty=found.certainty[:, order], flipped=~found.flipped
    )


def _pairs(lenses: Lenses, found: Tensor, most: int) -> Tensor:
    """(P, 2) views that look from different sides and have keypoints in common; found: (V, J) bool."""
    first, second = torch.triu_indices(len(lenses), len(lenses), 1)
    back = lenses.axes[:, :, 2]
    different = (back[first] * back[second]).sum(-1) < _NARROW
    common = (found[first] & found[second]).sum(-1) >= _LEAST_POINTS
    pairs = torch.stack((first, second), 1)[different & common]
    if len(pairs) > most:  # evenly chosen, so that every view has its turn
        pairs = pairs[torch.linspace(0, len(pairs) - 1, most).round().long()]
    return pairs


def _judged(lenses: Lenses, seen: Seen, points: Tensor, valid: Tensor) -> tuple[Tensor, ViewErrors]:
    """Scores (P,) of proposals: each view's robust error per keypoint, 0…1, averaged over the views."""
    projected = lenses.project(points)
    count = len(points)
    spread = Seen(*(value.expand(count, *value.shape[1:]) for value in vars(seen).values()))
    masked = replace(
        spread, plain_trust=spread.plain_trust * valid[:, None], swapped_trust=spread.swapped_trust * valid[:, None]
    )
    errors = view_errors(masked, projected, RHO, _FLIP_COST, _SOFTNESS)
    shown = masked.plain_trust.sum(-1)
    relative = _relative(errors.total, shown)
    # Few points in common prove little: what is not shown counts as half wrong.
    proof = shown / (shown + _LEAST_POINTS)
    return (proof * relative + (1 - proof) * 0.75).mean(1), errors


def _relative(total: Tensor, shown: Tensor) -> Tensor:
    """Robust error per keypoint in parts of the greatest possible one."""
    return total / (2 * RHO**2 * shown).clamp_min(1e-6)


def _different(points: Tensor, valid: Tensor, score: Tensor, count: int) -> list[int]:
    """Indices of the best proposals, each at least 15 cm from the better ones in the median keypoint."""
    chosen: list[int] = []
    for index in score.argsort().tolist():
        if len(chosen) == count:
            break
        if valid[index].sum() < _LEAST_POINTS:
            continue
        apart = [
            (points[index] - points[other]).norm(dim=-1)[(valid[index] * valid[other]) > 0] for other in chosen
        ]
        if all(len(d) == 0 or float(d.median()) > 0.15 for d in apart):
            chosen.append(index)
    return chosen or [int(score.argmin())]


def _refined(
    lenses: Lenses, seen: Seen, rays: tuple[Tensor, Tensor], points: Tensor, valid: Tensor
) -> tuple[Tensor, ...]:
    """One proposal, from all the views that agree with it: the fields of `Consensus`."""
    origins = lenses.eyes[None].expand(points.shape[0], -1, -1)  # (J, V, 3)
    flipped = torch.zeros(len(lenses), dtype=torch.bool)
    agreement = torch.zeros(len(lenses))
    score = torch.ones(1)
    for _ in range(_ROUNDS):
        score, errors = _judged(lenses, seen, points[None], valid[None])
        shown = (seen.plain_trust[0] * valid).sum(-1)
        agreement = (1 - _relative(errors.total[0], shown) / AGREES) * (shown > 0)
        flipped = errors.swapped[0].mean(-1) > 0.5
        flip = crossed(errors.swapped[0])  # (V, J)
        observed = torch.where(flip[..., None], seen.swapped[0], seen.plain[0])
        trust = torch.where(flip, seen.swapped_trust[0], seen.plain_trust[0])
        directions = torch.where(flip[..., None], rays[1], rays[0])
        off = (lenses.project(points[None])[0] - observed).square().sum(-1)
        closeness = (geman_mcclure(off, RHO) / off.clamp_min(1e-12)).square()  # (1 + r²/ρ²)⁻², flat near zero
        closeness = torch.where(valid[None] > 0, closeness, torch.ones(()))
        weights = (trust * closeness * agreement.clamp(0, 1)[:, None]).T  # (J, V)
        points, determined = nearest_to_rays(origins, directions.transpose(0, 1), weights.clamp_min(1e-9))
        valid = ((weights > 0.02).sum(1) >= 2).float() * (determined > 1e-4)
    certainty = valid * (weights.sum(1) / 2).clamp(0, 1)
    return points, certainty, agreement, flipped, score[0]
