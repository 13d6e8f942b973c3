"""Trilinear reading of a grid at points, with the exact gradient. Points outside read the border's value."""

from __future__ import annotations

import torch


class _Trilinear(torch.autograd.Function):
    """Value and gradient in one pass: on a CPU as fast as grid_sample where points lie close together, else faster."""

    @staticmethod
    def forward(ctx, points, values, origin, inverse_voxel):  # type: ignore[no-untyped-def]
        size_x, size_y, size_z = values.shape
        place = (points - origin) * inverse_voxel
        limit = torch.tensor([size_x - 1, size_y - 1, size_z - 1], dtype=place.dtype, device=place.device)
        inside = torch.minimum(place.clamp(min=0), limit)
        cell = torch.minimum(inside.floor(), limit - 1)
        fx, fy, fz = (inside - cell).unbind(-1)
        cell = cell.long()
        first = ((cell[..., 0] * size_y + cell[..., 1]) * size_z + cell[..., 2]).reshape(-1)
        flat = values.reshape(-1)

        def pair(offset: int) -> tuple[torch.Tensor, torch.Tensor]:
            """Value and slope along z on one edge of the cell."""
            # index_select on flat indices: a quarter of the time that plain indexing takes.
            low = flat.index_select(0, first + offset).view(fz.shape)
            slope = flat.index_select(0, first + (offset + 1)).view(fz.shape) - low
            return torch.addcmul(low, slope, fz), slope

        a00, s00 = pair(0)
        a01, s01 = pair(size_z)
        a10, s10 = pair(size_y * size_z)
        a11, s11 = pair(size_y * size_z + size_z)
        dy0, dy1 = a01 - a00, a11 - a10
        b0, b1 = torch.addcmul(a00, dy0, fy), torch.addcmul(a10, dy1, fy)
        gx = b1 - b0
        if ctx.needs_input_grad[0]:
            gy = torch.lerp(dy0, dy1, fx)
            gz = torch.lerp(torch.lerp(s00, s01, fy), torch.lerp(s10, s11, fy), fx)
            gradient = torch.stack([gx, gy, gz], dim=-1) * inverse_voxel
            ctx.save_for_backward(torch.where(inside == place, gradient, 0.0))
        return torch.addcmul(b0, gx, fx)

    @staticmethod
    def backward(ctx, upstream):  # type: ignore[no-untyped-def]
        (gradient,) = ctx.saved_tensors
        return upstream[..., None] * gradient, None, None, None


def trilinear(points: torch.Tensor, values: torch.Tensor, origin: torch.Tensor, voxel: float) -> torch.Tensor:
    """Read `values` ((X, Y, Z) float32, nodes at origin + voxel · index) at `points` ((…, 3), metres, world) → (…).

    Differentiable once, with respect to the points only.
    """
    return _Trilinear.apply(points.to(values.dtype), values, origin.to(values.dtype), 1.0 / voxel)
