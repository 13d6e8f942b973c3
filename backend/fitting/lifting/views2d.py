"""What a lifting sees: cameras, and in each camera's picture one person's keypoints for every candidate.

Pictures are measured in parts of their larger side, so that parameters do not depend on the resolution (GenZI divides
its 512² pixels by 512). Camera convention: see place/camera.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from backend.place.camera import Camera
from backend.vision.keypoints import MIRRORED, NAMES, PersonKeypoints

KEYPOINTS = len(NAMES)
NEAREST = 0.05  # metres in front of a camera: what is nearer, or behind, is projected as if it were here


@dataclass(frozen=True)
class Views2D:
    """N candidates seen by V cameras."""

    cameras: tuple[Camera, ...]
    pixels: Tensor  # (N, V, 23, 2) float32; anything where the confidence is 0
    confidences: Tensor  # (N, V, 23) float32, 0…1

    def __post_init__(self) -> None:
        shape = (len(self.cameras), KEYPOINTS)
        if not self.cameras or self.pixels.shape[1:] != (*shape, 2) or self.confidences.shape[1:] != shape:
            raise ValueError(f"{len(self.cameras)} cameras, pixels {tuple(self.pixels.shape)}, "
                             f"confidences {tuple(self.confidences.shape)}")  # fmt: skip
        # A detector's NaN is a keypoint that it did not find.
        finite = torch.isfinite(self.pixels).all(-1) & torch.isfinite(self.confidences)
        pixels = torch.where(finite[..., None], self.pixels.float(), torch.zeros(()))
        object.__setattr__(self, "cameras", tuple(self.cameras))
        object.__setattr__(self, "pixels", pixels)
        confidences = torch.where(finite, self.confidences.float(), torch.zeros(())).clamp(0, 1)
        object.__setattr__(self, "confidences", confidences)

    def __len__(self) -> int:
        return len(self.pixels)

    @staticmethod
    def of(cameras: Sequence[Camera], people: Sequence[Sequence[PersonKeypoints | None]]) -> Views2D:
        """`people[n][v]`: who candidate n is in view v, None where nobody was found."""
        empty = PersonKeypoints(np.zeros((KEYPOINTS, 2), np.float32), np.zeros(KEYPOINTS, np.float32))
        found = [[person or empty for person in row] for row in people]
        pixels = np.stack([np.stack([p.pixels for p in row]) for row in found])
        confidences = np.stack([np.stack([p.confidences for p in row]) for row in found])
        return Views2D(tuple(cameras), torch.as_tensor(pixels), torch.as_tensor(confidences))

    def taken(self, candidates: Tensor) -> Views2D:
        """The candidates with these indices (M,), repeated as they are."""
        return Views2D(self.cameras, self.pixels[candidates], self.confidences[candidates])

    def mirrored(self, flipped: Tensor) -> Views2D:
        """With left and right exchanged in the views marked in `flipped` (N, V) bool."""
        order = list(MIRRORED)
        pixels = torch.where(flipped[..., None, None], self.pixels[:, :, order], self.pixels)
        return Views2D(
            self.cameras, pixels, torch.where(flipped[..., None], self.confidences[:, :, order], self.confidences)
        )


class Lenses:
    """The cameras as tensors."""

    def __init__(self, cameras: Sequence[Camera]) -> None:
        poses = torch.as_tensor(np.stack([c.camera_to_world for c in cameras]), dtype=torch.float32)
        self.axes, self.eyes = poses[:, :3, :3].contiguous(), poses[:, :3, 3].contiguous()  # (V, 3, 3), (V, 3)
        self.sizes = torch.tensor([float(max(c.width, c.height)) for c in cameras])  # pixels
        self.focal = torch.tensor([c.focal_length for c in cameras], dtype=torch.float32) / self.sizes
        self.middle = torch.tensor([[c.width / 2, c.height / 2] for c in cameras]) / self.sizes[:, None]

    def __len__(self) -> int:
        return len(self.eyes)

    def normalised(self, pixels: Tensor) -> Tensor:
        """(…, V, J, 2) pixels → parts of the picture's larger side."""
        return pixels / self.sizes[:, None, None]

    def project(self, points: Tensor, focal_scale: Tensor | None = None) -> Tensor:
        """Points (N, J, 3) in world → (N, V, J, 2) parts of the picture; `focal_scale` (N,) is for focal lengths."""
        local = torch.einsum("nvjc,vck->nvjk", points[:, None] - self.eyes[:, None], self.axes)
        depth = (-local[..., 2:]).clamp_min(NEAREST)
        focal = self.focal[:, None, None] if focal_scale is None else (
            self.focal[:, None, None] * focal_scale[:, None, None, None])  # fmt: skip
        right_down = torch.stack((local[..., 0], -local[..., 1]), -1)
        return focal * right_down / depth + self.middle[:, None]

    def rays(self, normalised: Tensor) -> Tensor:
        """(…, V, J, 2) parts of the picture → unit directions (…, V, J, 3) in world."""
        plane = (normalised - self.middle[:, None]) / self.focal[:, None, None]
        local = torch.stack((plane[..., 0], -plane[..., 1], -torch.ones_like(plane[..., 0])), -1)
        world = torch.einsum("...vjk,vck->...vjc", local, self.axes)
        return world / world.norm(dim=-1, keepdim=True)
