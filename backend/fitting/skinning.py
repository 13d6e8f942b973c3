"""Linear blend skinning of a batch, with its gradient in one pass: most of what a fit computes.

Same convention as body/posing.py: x ↦ Σ_k w_k (Q_k (x − h_k) + p_k). Coordinates lie one after the other (x of all
points, then y…), so that every step is a sum over long rows; 3×3 products point by point cost three times as much.
"""

from __future__ import annotations

import torch
from torch import Tensor


class _Skin(torch.autograd.Function):
    """Vertices from transforms and shape slack; differentiable once with respect to both."""

    @staticmethod
    def forward(ctx, transforms, slack, rest, ways, weights):  # type: ignore[no-untyped-def]
        count, points = rest.shape[0], rest.shape[2]
        shape = torch.baddbmm(rest.reshape(count, 1, -1), slack[:, None], ways.reshape(count, slack.shape[1], -1))
        shape = shape.reshape(count, 1, 3, points)
        blended = (transforms @ weights).reshape(count, 3, 4, points)
        posed = (blended[:, :, :3] * shape).sum(2) + blended[:, :, 3]
        ctx.save_for_backward(shape, blended, ways, weights)
        return posed.mT.contiguous()

    @staticmethod
    def backward(ctx, upstream):  # type: ignore[no-untyped-def]
        shape, blended, ways, weights = ctx.saved_tensors
        count, points = shape.shape[0], shape.shape[3]
        pull = upstream.mT.contiguous()[:, :, None]  # (N, 3, 1, P)
        of_blended = torch.cat((pull * shape, pull), 2).reshape(count, 12, points)
        of_shape = (blended[:, :, :3] * pull).sum(1).reshape(count, -1, 1)
        of_slack = (ways.reshape(count, ways.shape[1], -1) @ of_shape)[..., 0]
        return of_blended @ weights.mT, of_slack, None, None, None


def skin_batch(transforms: Tensor, slack: Tensor, rest: Tensor, ways: Tensor, weights: Tensor) -> Tensor:
    """(N, P, 3) posed vertices.

    `transforms` (N, 12, M): rows of [Q | p − Q h] of each bone; `slack` (N, K); `rest` (N, 3, P) with its changes per
    unit of slack `ways` (N, K, 3, P), metres; `weights` (M, P), columns sum to 1.
    """
    return _Skin.apply(transforms, slack, rest, ways, weights)
