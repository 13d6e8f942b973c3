"""A bicycle of tubes for tests, riding to −Y; metres. The rider's left is +X."""

from __future__ import annotations

import numpy as np
import trimesh

SADDLE, LEFT_GRIP, LEFT_PEDAL = np.array([0, 0.25, 0.95]), np.array([0.27, -0.32, 1.05]), np.array([0.15, 0.02, 0.2])
RIGHT_GRIP, RIGHT_PEDAL = LEFT_GRIP * [-1, 1, 1], np.array([-0.15, -0.02, 0.46])


def tube(start, end, radius=0.015):
    return trimesh.creation.cylinder(radius, segment=[start, end], sections=10)


def bicycle():
    """Riding to −Y; metres. The left is +X, as for a person who faces −Y."""
    frame = [
        ([0, -0.3, 0.85], [0, 0.1, 0.3]), ([0, 0.1, 0.3], [0, 0.25, 0.9]), ([0, 0.1, 0.3], [0, 0.55, 0.34]),
        ([0, -0.3, 0.85], [0, 0.22, 0.8]), ([0, -0.28, 1.05], [0, -0.5, 0.34]),
        ([-0.3, -0.32, 1.05], [0.3, -0.32, 1.05]),
    ]  # fmt: skip
    parts = [tube(start, end) for start, end in frame]
    for side, pedal in ((1, LEFT_PEDAL), (-1, RIGHT_PEDAL)):
        parts.append(tube([side * 0.07, pedal[1] / 2, 0.33], [side * 0.07, pedal[1], pedal[2]], 0.01))
        parts.append(trimesh.creation.box([0.1, 0.08, 0.02], trimesh.transformations.translation_matrix(pedal)))
    saddle = trimesh.creation.box([0.15, 0.26, 0.06])
    parts.append(saddle.apply_translation([0, 0.25, 0.92]))
    for y in (-0.5, 0.55):
        wheel = trimesh.creation.torus(0.31, 0.025, 32, 8)
        wheel.apply_transform(trimesh.transformations.rotation_matrix(np.pi / 2, [0, 1, 0]))
        parts.append(wheel.apply_translation([0, y, 0.335]))
    return trimesh.util.concatenate(parts)
