"""A pinhole camera as Blender has it: looks along −Z with +Y up, square pixels, principal point in the middle.

World: metres, right-handed, Z up. Pixel (0, 0) is the top left corner of the picture; a pixel's centre is at +0.5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Camera:
    camera_to_world: Array  # (4, 4) float64, rotation and translation
    field_of_view: float  # radians, vertical
    width: int = 512  # pixels
    height: int = 512

    @property
    def eye(self) -> Array:
        """(3,) metres, world."""
        return self.camera_to_world[:3, 3]

    @property
    def focal_length(self) -> float:
        """Pixels."""
        return 0.5 * self.height / math.tan(0.5 * self.field_of_view)

    def project(self, points: Array) -> tuple[Array, Array]:
        """Points (…, 3) in metres, world → pixels (…, 2) and depth (…) in metres along the viewing axis.

        What is behind the camera has a negative depth, and pixels without meaning.
        """
        local = (points - self.eye) @ self.camera_to_world[:3, :3]
        depth = -local[..., 2]
        scale = self.focal_length / np.where(np.abs(depth) < 1e-9, 1e-9, depth)
        x, y = local[..., 0] * scale + 0.5 * self.width, -local[..., 1] * scale + 0.5 * self.height
        return np.stack((x, y), -1), depth

    def rays(self) -> Array:
        """(height, width, 3) float32: unit directions, world, through the pixels' centres."""
        x = (np.arange(self.width) + 0.5 - 0.5 * self.width) / self.focal_length
        y = -(np.arange(self.height) + 0.5 - 0.5 * self.height) / self.focal_length
        local = np.stack((*np.meshgrid(x, y), np.full((self.height, self.width), -1.0)), -1)
        local /= np.linalg.norm(local, axis=-1, keepdims=True)
        return (local @ self.camera_to_world[:3, :3].T).astype(np.float32)


def looking_at(
    eye: Array, target: Array, field_of_view: float = math.radians(60), width: int = 512, height: int = 512
) -> Camera:
    """A camera at `eye` that looks at `target`, upright. Both (3,) metres, world; not straight up or down."""
    back = (eye - target) / np.linalg.norm(eye - target)
    right = np.cross((0.0, 0.0, 1.0), back)
    if np.linalg.norm(right) < 1e-6:
        raise ValueError("a camera that looks straight up or down has no upright")
    right /= np.linalg.norm(right)
    pose = np.eye(4)
    pose[:3, :4] = np.stack((right, np.cross(back, right), back, eye), 1)
    return Camera(pose, field_of_view, width, height)
