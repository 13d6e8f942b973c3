"""People drawn into empty pictures by rays, shaded and plainly dressed: enough for a detector without a Blender."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from backend.body.model import BodyModel
from backend.place.box import Box
from backend.place.camera import Camera
from backend.place.nearest import SurfaceTree
from backend.place.scene import Scene
from backend.vision.inpainting.painter import Painted, Report, Show, unseen

Whom = Callable[[int, int], str | None]
SKIN, SHIRT, TROUSERS, SHOES, HAIR = (205, 160, 135), (70, 100, 170), (60, 60, 70), (40, 30, 30), (60, 40, 30)
_WORN = {
    TROUSERS: ("root", "pelvis", "upperleg", "lowerleg", "spine05"), SHOES: ("foot", "toe"),
    SHIRT: ("spine", "clavicle", "shoulder", "upperarm", "breast"),
}  # fmt: skip
LIGHT = np.array([0.35, -0.45, 0.82])


def draw_scene(scene: Scene, camera: Camera) -> tuple[np.ndarray, np.ndarray]:
    """(H, W, 3) uint8 picture and (H, W) float32 metres along the rays."""
    corners = scene.triangles_in(Box(*scene.bounds)).corners
    return _draw(SurfaceTree(corners), corners, np.full((len(corners), 3), 170.0), camera)


def draw_body(
    model: BodyModel, vertices: np.ndarray, camera: Camera, under: np.ndarray, distance: np.ndarray
) -> np.ndarray:
    """The picture `under` with a body (V, 3) in it where nothing at `distance` (H, W) hides it."""
    triangles = model.topology.triangles.numpy()
    corners = np.ascontiguousarray(vertices[triangles], np.float32)
    picture, away = _draw(SurfaceTree(corners), corners, _colors(model, triangles), camera)
    seen = away < distance + 0.02
    return np.where(seen[..., None], picture, under)


def _draw(
    tree: SurfaceTree, corners: np.ndarray, colors: np.ndarray, camera: Camera
) -> tuple[np.ndarray, np.ndarray]:
    rays = camera.rays()
    flat = rays.reshape(-1, 3)
    away, face = tree.first_hit(np.broadcast_to(camera.eye, flat.shape), flat, 100.0)
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    own = normals[face]
    own = own * -np.sign(np.einsum("ij,ij->i", own, flat))[:, None]  # towards the camera
    shade = 0.45 + 0.55 * np.clip(own @ (LIGHT / np.linalg.norm(LIGHT)), 0, 1)
    pixels = np.where((face >= 0)[:, None], colors[face] * shade[:, None], (200.0, 215.0, 235.0))
    away = np.where(face >= 0, away, np.inf)
    return pixels.astype(np.uint8).reshape(rays.shape), away.reshape(rays.shape[:2])


def _colors(model: BodyModel, triangles: np.ndarray) -> np.ndarray:
    """(T, 3) by the bone that moves a triangle most."""
    topology = model.topology
    strongest = topology.weight_bones.gather(1, topology.weights.argmax(1, keepdim=True))[:, 0].numpy()
    names = [model.skeleton.bone_names[k] for k in strongest]
    colors = np.array([
        next((color for color, bones in _WORN.items() if name.startswith(bones)), SKIN) for name in names
    ], float)  # fmt: skip
    rest = model.shape({}).vertices.numpy()
    head = np.array([name == "head" for name in names])
    top, back = rest[head, 2].max(), np.median(rest[head, 1])
    colors[head & ((rest[:, 2] > top - 0.06) | (rest[:, 1] > back + 0.02))] = HAIR
    return colors[triangles[:, 0]]


class Painter:
    """A double of the painter that draws bodies (V, 3) into the survey's pictures; also what makes the survey.

    `whom(view, turn)` names the body for a view's picture the so-manieth time that it is painted; None paints nobody.
    """

    name = "rays"

    def __init__(self, model: BodyModel, scene: Scene, bodies: dict[str, np.ndarray], whom: Whom) -> None:
        self._model, self._scene, self._bodies, self._whom = model, scene, bodies, whom
        self.present: np.ndarray | None = None  # somebody who is in the scene all along, but not in its geometry
        self.masks: list[np.ndarray | None] = []
        self.seeds: list[int] = []
        self.warnings: tuple[str, ...] = ()
        self._turns: dict[int, int] = {}

    def survey(self, cameras: Sequence[Any], fill_light: bool) -> list[np.ndarray]:
        self.cameras = [Camera(np.array(c.camera_to_world), c.field_of_view, c.width, c.height) for c in cameras]
        drawn = [draw_scene(self._scene, camera) for camera in self.cameras]
        self._distances = [distance for _, distance in drawn]
        self._empty = [picture for picture, _ in drawn]
        if self.present is not None:
            self._empty = [self._with(self.present, view) for view in range(len(drawn))]
        return self._empty

    def paint(
        self, pictures: np.ndarray, prompt: str, *, person: str, masks: np.ndarray | None = None, seeds: Sequence[int],
        report: Report, show: Show = unseen, cameras: Sequence[Camera] = (),
    ) -> Painted:  # fmt: skip
        assert person in prompt.split() and len(seeds) == len(pictures) == len(cameras)
        known = [camera.camera_to_world.tobytes() for camera in self.cameras]
        self.masks.append(masks)
        self.seeds += seeds
        painted = []
        for index, (picture, camera) in enumerate(zip(pictures, cameras, strict=True)):
            report(index / len(pictures))
            view = known.index(camera.camera_to_world.tobytes())
            turn = self._turns[view] = self._turns.get(view, -1) + 1
            who = self._whom(view, turn)
            painted.append(picture if who is None else self._with(self._bodies[who], view))
            show(index, painted[-1])
        report(1.0)
        return Painted(np.stack(painted), np.zeros(pictures.shape[:3], bool), self.warnings)

    def _with(self, body: np.ndarray, view: int) -> np.ndarray:
        return draw_body(self._model, body, self.cameras[view], self._empty[view], self._distances[view])
