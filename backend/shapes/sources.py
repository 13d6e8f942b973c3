"""What a shape is to be like: a picture's object, or an object of the scene, as a condition and all else it tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from backend.vision.segmenter import default_segmenter
from protocol.errors import RequestInvalid, SceneInvalid, UnknownObject
from protocol.messages import Mesh, ObjectPicture, Snapshot

from .cutout import cut_out, for_network, resized
from .model import Condition, ShapeModel
from .pictures import cropped, read
from .solids import volume_of
from .viewing import View

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Source:
    condition: Condition
    kinds: Mapping[str, float] = field(default_factory=dict)  # category → probability; nothing for objects
    view: View | None = None  # from where the picture shows it
    pixels: Array | None = None  # (S, S, 4) uint8: the cut-out whose colours can be taken
    drawing: Array | None = None  # (S, S, 4) uint8: a sketch, which has none
    name: str = ""  # of an object
    size: float = 0.0  # metres: the object's longest side
    turn: float = 0.0  # radians about Z: how the object is turned in the scene
    color: Array | None = None  # (3,) sRGB: the object's
    warnings: tuple[str, ...] = ()

    def shown(self, side: int) -> Array:
        """(side, side, 3) uint8: what was found in the picture, on grey."""
        pixels = self.pixels if self.pixels is not None else self.drawing
        values = pixels.astype(np.float32)
        flat = values[..., :3] * values[..., 3:] / 255 + 90 * (1 - values[..., 3:] / 255)
        return np.clip(resized(flat, side, side) + 0.5, 0, 255).astype(np.uint8)


def from_picture(picture: ObjectPicture, sketch: bool, model: ShapeModel) -> Source:
    """Raises `PictureUnusable`, `NothingInPicture`, and what a configured segmentation model raises."""
    if picture.file is not None and picture.file.size:
        pixels = read(picture.file.tobytes(), picture.crop)
    elif picture.pixels is not None:
        pixels = cropped(picture.pixels, picture.crop)
    else:
        raise RequestInvalid("A picture has neither pixels nor a file.")
    segmenter = None if sketch else default_segmenter()
    found = cut_out(pixels, sketch=sketch, outline=segmenter.outline if segmenter else None)
    code = model.encode_pictures(for_network(found.pixels)[None])
    kinds = {kind: float(share) for kind, share in zip(model.categories, code.category[0], strict=True)}
    view = View(float(code.azimuth[0]), float(np.clip(code.elevation[0], -1.2, 1.4)))
    condition = code.condition()
    if sketch:
        return Source(condition, kinds, drawing=found.pixels, warnings=found.warnings)
    return Source(condition, kinds, view, found.pixels, warnings=found.warnings)


def from_object(name: str, snapshot: Snapshot, meshes: Mapping[str, Mesh], model: ShapeModel) -> Source:
    """Raises `UnknownObject`, `SceneInvalid`, `NoShape`."""
    found = next((item for item in snapshot.objects if item.name == name), None)
    if found is None:
        raise UnknownObject(f"There is no visible object “{name}”.", remedy="Click the object that is meant.")
    mesh = meshes.get(found.mesh)
    if mesh is None or not len(mesh.triangles):
        raise SceneInvalid(f"“{name}” has no faces.")
    if mesh.triangles.min() < 0 or mesh.triangles.max() >= len(mesh.vertices):
        raise SceneInvalid(f"“{name}” has faces without vertices.")
    linear = np.asarray(found.object_to_world, np.float64)[:3, :3]
    turn = float(np.arctan2(linear[1, 0], linear[0, 0]))
    c, s = np.cos(turn), np.sin(turn)
    upright = mesh.vertices @ (np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]) @ linear).T
    if not np.isfinite(upright).all():
        raise SceneInvalid(f"“{name}” has coordinates that are not finite.")
    volume = volume_of(upright[mesh.triangles])
    embedding = model.encode_volumes(volume[None])[0]
    size = float(np.ptp(upright, axis=0).max())
    return Source(Condition(embedding), name=name, size=size, turn=turn, color=np.asarray(found.base_color))
