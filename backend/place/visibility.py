"""What a camera sees of the scene's geometry: depth, and where a person is in the picture. Warp's rays, no renderer.

Depth is metres along the viewing axis, infinite where nothing is. Pixel (0, 0) is top left.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import ndimage

from backend.place.box import Box
from backend.place.camera import Camera
from backend.place.nearest import SurfaceTree
from backend.place.scene import Scene

Array = np.ndarray
FAR = 1e4  # metres that rays go
TRIANGLES_MAX = 2_000_000
TOUCHING = 0.03  # metres that a body may be behind a surface and still be seen: it sinks into cushions
DILATION, TIMES = 11, 8  # GenZI's growth of a silhouette into a mask: pixels, repetitions


def scene_tree(scene: Scene, box: Box | None = None) -> SurfaceTree:
    """What rays are shot at: all triangles, or those in a box. Make it once for several cameras."""
    low, high = scene.bounds
    return SurfaceTree(scene.triangles_in(box or Box(low, high), limit=TRIANGLES_MAX).corners)


def render_depth(
    scene: Scene, camera: Camera, tree: SurfaceTree | None = None, check: Callable[[], None] | None = None
) -> Array:
    """(H, W) float32 metres along the viewing axis, infinite where nothing is."""
    rays = camera.rays()
    return _depth(tree or scene_tree(scene), camera, rays.reshape(-1, 3), check).reshape(rays.shape[:2])


def silhouette(
    vertices: Array, triangles: Array, camera: Camera, scene_depth: Array | None, tolerance: float = TOUCHING
) -> Array:
    """(H, W) bool: pixels in which a mesh is seen. vertices (V, 3) metres, world; triangles (T, 3).

    `scene_depth` (H, W) metres hides what is more than `tolerance` behind it; None hides nothing.
    """
    mask = np.zeros((camera.height, camera.width), bool)
    rows, columns = _window(np.asarray(vertices, np.float64), camera)
    if rows.stop <= rows.start or columns.stop <= columns.start:
        return mask
    rays = camera.rays()[rows, columns]
    corners = np.ascontiguousarray(np.asarray(vertices)[np.asarray(triangles)], np.float32)
    depth = _depth(SurfaceTree(corners), camera, rays.reshape(-1, 3), None).reshape(rays.shape[:2])
    behind = np.inf if scene_depth is None else scene_depth[rows, columns] + tolerance
    mask[rows, columns] = np.isfinite(depth) & (depth <= behind)
    return mask


def dilated(mask: Array, size: int = DILATION, times: int = TIMES) -> Array:
    """(H, W) bool: the mask grown by a square of `size` pixels (odd), `times` times; the same as one large square."""
    whole = times * (size - 1) + 1
    return ndimage.maximum_filter(mask.astype(np.uint8), size=whole, mode="constant") > 0


def _window(vertices: Array, camera: Camera) -> tuple[slice, slice]:
    """Rows and columns of the picture that hold all vertices; all of it where some are beside or behind the camera."""
    pixels, depth = camera.project(vertices)
    if depth.min() < 0.05:
        return slice(0, camera.height), slice(0, camera.width)
    low = np.floor(pixels.min(0)).astype(int)
    high = np.ceil(pixels.max(0)).astype(int) + 1
    return (
        slice(max(0, low[1]), min(camera.height, high[1])),
        slice(max(0, low[0]), min(camera.width, high[0])),
    )


def _depth(tree: SurfaceTree, camera: Camera, rays: Array, check: Callable[[], None] | None) -> Array:
    """(N,) float32 metres along the viewing axis of rays (N, 3) from the camera's eye."""
    starts = np.broadcast_to(camera.eye.astype(np.float64), rays.shape)
    distance, face = tree.first_hit(starts, rays, FAR, check)
    ahead = -camera.camera_to_world[:3, 2].astype(np.float32)
    return np.where(face >= 0, distance * (rays @ ahead), np.inf).astype(np.float32)
