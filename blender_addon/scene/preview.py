"""Bodies while they are being fitted, drawn over the 3D view. Drawing only: nothing in the scene changes.

Without a GPU (blender -b, bpy as a module) nothing is drawn.
"""

from __future__ import annotations

import logging
from typing import Any

import bpy
import numpy as np

from ..protocol.messages import Preview
from .snapshot import unit_scale

log = logging.getLogger(__name__)

_COLOR = np.array([1.0, 0.62, 0.28])
_OPACITY = 0.55
_LIGHT = np.array([0.35, -0.5, 0.8])

_state: dict[str, Any] = {"preview": None, "batches": None, "handle": None}


def show(preview: Preview) -> None:
    """Draw these bodies from the next redraw on."""
    if bpy.app.background:
        return
    _state.update(preview=preview, batches=None)
    if _state["handle"] is None:
        _state["handle"] = bpy.types.SpaceView3D.draw_handler_add(_draw, (), "WINDOW", "POST_VIEW")


def clear() -> None:
    if _state["handle"] is not None:
        bpy.types.SpaceView3D.draw_handler_remove(_state["handle"], "WINDOW")
    _state.update(preview=None, batches=None, handle=None)


def _draw() -> None:
    import gpu

    try:
        if _state["batches"] is None:
            _state["batches"] = _batches(_state["preview"])
    except Exception:  # a drawing callback that raises would do so at every redraw
        log.exception("preview")
        _state["batches"] = []
    shader = gpu.shader.from_builtin("SMOOTH_COLOR")
    gpu.state.blend_set("ALPHA")
    gpu.state.depth_test_set("LESS_EQUAL")
    gpu.state.depth_mask_set(True)
    scale = 1.0 / unit_scale(bpy.context.scene)
    with gpu.matrix.push_pop():
        gpu.matrix.scale_uniform(scale)
        for batch in _state["batches"]:
            batch.draw(shader)
    gpu.state.depth_mask_set(False)
    gpu.state.depth_test_set("NONE")
    gpu.state.blend_set("NONE")


def _batches(preview: Preview) -> list[Any]:
    import gpu
    from gpu_extras.batch import batch_for_shader

    shader = gpu.shader.from_builtin("SMOOTH_COLOR")
    batches = []
    for vertices in preview.bodies:
        colors = np.empty((len(vertices), 4), np.float32)
        colors[:, :3] = _COLOR * _shade(vertices, preview.triangles)[:, None]
        colors[:, 3] = _OPACITY
        content = {"pos": np.ascontiguousarray(vertices), "color": colors}
        batches.append(batch_for_shader(shader, "TRIS", content, indices=np.ascontiguousarray(preview.triangles)))
    return batches


def _shade(vertices: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """(V,) 0.35…1: how much each vertex faces the light."""
    a, b, c = (vertices[triangles[:, k]] for k in range(3))
    normals = np.cross(b - a, c - a)
    sums = np.zeros((len(vertices), 3))
    for axis in range(3):
        for corner in range(3):
            sums[:, axis] += np.bincount(triangles[:, corner], normals[:, axis], len(vertices))
    lengths = np.maximum(np.linalg.norm(sums, axis=1), 1e-12)
    return 0.35 + 0.65 * np.clip((sums / lengths[:, None]) @ (_LIGHT / np.linalg.norm(_LIGHT)), 0.0, 1.0)
