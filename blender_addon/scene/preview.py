"""Bodies while they are being fitted, drawn over the 3D view. Drawing only: nothing in the scene changes.

Without a GPU (blender -b, bpy as a module) nothing is drawn.
"""

from __future__ import annotations

import logging
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix

from ..protocol.messages import Preview
from .snapshot import unit_scale

log = logging.getLogger(__name__)

_VERTEX = """
void main()
{
  place = pos;
  gl_Position = toClip * vec4(pos, 1.0);
}
"""
# Faces are lit from both sides: which way the derivatives' normal points depends on the graphics system.
_FRAGMENT = """
void main()
{
  vec3 normal = normalize(cross(dFdx(place), dFdy(place)));
  float light = abs(dot(normal, normalize(vec3(0.35, -0.5, 0.8))));
  fragColor = vec4(vec3(1.0, 0.62, 0.28) * (0.35 + 0.65 * light), 0.55);
}
"""

_state: dict[str, Any] = {"preview": None, "batches": None, "handle": None, "shader": None, "indices": None}


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
    _state.update(dict.fromkeys(_state))


def _draw() -> None:
    import gpu

    try:
        if _state["shader"] is None:
            _state["shader"] = _shader()
        if _state["batches"] is None:
            _state["batches"] = _batches(_state["preview"])
    except Exception:  # a drawing callback that raises would do so at every redraw
        log.exception("preview")
        _state["batches"] = []
    if not _state["batches"]:
        return
    shader = _state["shader"]
    gpu.state.blend_set("ALPHA")
    gpu.state.depth_test_set("LESS_EQUAL")
    gpu.state.depth_mask_set(True)
    scale = Matrix.Diagonal((*[1.0 / unit_scale(bpy.context.scene)] * 3, 1.0))
    shader.bind()
    shader.uniform_float("toClip", gpu.matrix.get_projection_matrix() @ gpu.matrix.get_model_view_matrix() @ scale)
    for batch in _state["batches"]:
        batch.draw(shader)
    gpu.state.depth_mask_set(False)
    gpu.state.depth_test_set("NONE")
    gpu.state.blend_set("NONE")


def _shader() -> Any:
    """Shades faces by themselves: computing normals here would hold the main thread for 8 ms and more per body."""
    import gpu

    passed = gpu.types.GPUStageInterfaceInfo("staffage_preview")
    passed.smooth("VEC3", "place")
    info = gpu.types.GPUShaderCreateInfo()
    info.push_constant("MAT4", "toClip")
    info.vertex_in(0, "VEC3", "pos")
    info.vertex_out(passed)
    info.fragment_out(0, "VEC4", "fragColor")
    info.vertex_source(_VERTEX)
    info.fragment_source(_FRAGMENT)
    return gpu.shader.create_from_info(info)


def _batches(preview: Preview) -> list[Any]:
    import gpu

    layout = gpu.types.GPUVertFormat()
    position = layout.attr_add(id="pos", comp_type="F32", len=3, fetch_mode="FLOAT")
    indices = _indices(preview.triangles)
    batches = []
    for vertices in preview.bodies:
        buffer = gpu.types.GPUVertBuf(layout, len(vertices))
        buffer.attr_fill(position, np.ascontiguousarray(vertices))
        batches.append(gpu.types.GPUBatch(type="TRIS", buf=buffer, elem=indices))
    return batches


def _indices(triangles: np.ndarray) -> Any:
    """All bodies' and mostly all previews' triangles are the same."""
    import gpu

    if _state["indices"] is None or not np.array_equal(_state["indices"][0], triangles):
        _state["indices"] = triangles, gpu.types.GPUIndexBuf(type="TRIS", seq=np.ascontiguousarray(triangles))
    return _state["indices"][1]
