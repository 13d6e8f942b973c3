"""A scene's triangles as a file: `python -m backend.evaluation.blender.geometry SCENE OUT.npz`."""

from __future__ import annotations

import sys
from pathlib import Path

# Before anything else that bpy loads.
import bpy  # noqa: F401
import numpy as np

from backend.evaluation.blender.ending import run_and_leave
from backend.evaluation.blender.scene import open_scene, world_triangles


def write_geometry(scene: Path, out: Path) -> None:
    """`names`, `corners` (T, 3, 3) metres, world, `object_index` (T,) of everything visible."""
    open_scene(scene)
    names, corners, owners = world_triangles()
    np.savez(out, names=np.array(names), corners=corners, object_index=owners)


if __name__ == "__main__":
    run_and_leave(lambda: write_geometry(Path(sys.argv[1]), Path(sys.argv[2])), "the scene was not read")
