"""Rotations as 3×3 matrices acting on column vectors; axis-angle vectors in radians where something is optimised."""

from __future__ import annotations

import torch
from torch import Tensor


def exp(vector: Tensor) -> Tensor:
    """Axis-angle (…, 3) → (…, 3, 3), Rodrigues' formula, smooth at zero."""
    # A series-safe angle: the square root's gradient is infinite at zero.
    angle = (vector.square().sum(-1, keepdim=True) + 1e-12).sqrt()
    x, y, z = vector.unbind(-1)
    zero = torch.zeros_like(x)
    cross = torch.stack((zero, -z, y, z, zero, -x, -y, x, zero), -1).reshape(*vector.shape[:-1], 3, 3)
    sine = (angle.sin() / angle)[..., None]
    # 1 − cos loses all its digits at small angles.
    cosine = (2 * (angle / 2).sin().square() / angle.square())[..., None]
    return torch.eye(3, dtype=vector.dtype, device=vector.device) + sine * cross + cosine * (cross @ cross)


def log(matrix: Tensor) -> Tensor:
    """(…, 3, 3) → axis-angle (…, 3) with angle in [0, π]."""
    from scipy.spatial.transform import Rotation

    flat = matrix.detach().reshape(-1, 3, 3).double().numpy()
    vectors = Rotation.from_matrix(flat).as_rotvec()
    return torch.as_tensor(vectors, dtype=matrix.dtype).reshape(*matrix.shape[:-2], 3)


def about_z(angle: Tensor) -> Tensor:
    """Yaw (…) radians → (…, 3, 3); positive turns +X towards +Y."""
    c, s, o = angle.cos(), angle.sin(), torch.zeros_like(angle)
    return torch.stack((c, -s, o, s, c, o, o, o, torch.ones_like(angle)), -1).reshape(*angle.shape, 3, 3)


def fraction(matrix: Tensor, share: float) -> Tensor:
    """The rotation about the same axis by `share` of the angle."""
    return exp(share * log(matrix))


def unit(vector: Tensor) -> Tensor:
    return vector / vector.norm(dim=-1, keepdim=True).clamp_min(1e-9)


def frame(primary: Tensor, secondary: Tensor) -> Tensor:
    """Orthonormal frame (…, 3, 3) whose first column is `primary` and whose second is `secondary`'s part across it."""
    first = unit(primary)
    second = unit(secondary - (secondary * first).sum(-1, keepdim=True) * first)
    return torch.stack((first, second, torch.linalg.cross(first, second)), -1)


def align(source: Tensor, target: Tensor) -> Tensor:
    """The smallest rotation that takes direction `source` (3,) to `target` (3,)."""
    a, b = unit(source), unit(target)
    axis = torch.linalg.cross(a, b)
    cosine = (a * b).sum().clamp(-1, 1)
    if axis.norm() < 1e-6:
        if cosine > 0:
            return torch.eye(3, dtype=a.dtype)
        helper = a.new_tensor([1.0, 0, 0]) if a[0].abs() < 0.9 else a.new_tensor([0, 1.0, 0])
        return exp(unit(torch.linalg.cross(a, helper)) * torch.pi)
    return exp(unit(axis) * torch.acos(cosine))
