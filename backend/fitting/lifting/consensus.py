"""Which findings belong together, when every view was imagined several times.

GenZI lifts the k-th pictures of all views together, whether they show the same pose or not. Here all findings of all
views vote at once: a proposal from two of them is as good as the others that agree with it, and a candidate takes from
every view the finding that agrees best with its proposal.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from backend.place.camera import Camera

from .triangulate import triangulate
from .views2d import KEYPOINTS, Lenses, Views2D

_PROPOSALS = 480  # pairs of findings tried


def candidates(
    cameras: Sequence[Camera], pixels: Tensor, confidences: Tensor, count: int
) -> tuple[Views2D, Tensor]:
    """`count` candidates from K findings in each of V views, the one on which most views agree first.

    `pixels` (K, V, 23, 2), `confidences` (K, V, 23), 0 for all keypoints of a finding that is none. Returns the views,
    and which finding (count, V) each candidate took. Where there are fewer different proposals than candidates, the
    others are made as GenZI makes them, of the k-th finding of every view; where these are too few, all come again.
    """
    findings, views = pixels.shape[:2]
    everything = Views2D(
        tuple(cameras) * findings, pixels.reshape(1, -1, KEYPOINTS, 2), confidences.reshape(1, -1, KEYPOINTS)
    )
    found = triangulate(Lenses(everything.cameras), everything, 0, count, _PROPOSALS) if views > 1 else None
    taken = torch.zeros(0, views, dtype=torch.long)
    if found is not None:
        there = (confidences > 0).any(-1)
        agreement = found.agreement.reshape(-1, findings, views)
        taken = torch.where(there, agreement, -torch.inf).argmax(1)
    plain = torch.arange(findings)[:, None].expand(-1, views)
    taken = _different(torch.cat((taken, plain)), count)
    column = torch.arange(views)
    return Views2D(tuple(cameras), pixels[taken, column], confidences[taken, column]), taken


def _different(rows: Tensor, count: int) -> Tensor:
    """The first `count` different ones of rows (R, V), repeated in their order if there are fewer."""
    known = list(dict.fromkeys(tuple(row) for row in rows.tolist()))
    return torch.tensor([known[k % len(known)] for k in range(count)])
