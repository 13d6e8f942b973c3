"""The scene as the backend needs it: what is visible, evaluated, in metres, each mesh once.

Read in slices: between two slices no reference into Blender is kept, because the user may change anything meanwhile.
Lengths: Blender units × the scene's unit scale = metres. Meshes stay in Blender units; the scale is in the transforms.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import bpy
import numpy as np

from .. import compat
from ..link.budget import Budget
from ..protocol.errors import StaffageError
from ..protocol.messages import Mesh, SceneObject, Snapshot
from . import meshes, region

# Cutters of boolean modifiers and guides look like this; nobody sits on them.
_NOT_SOLID = {"WIRE", "BOUNDS"}

_COPY_AT_ONCE = 200_000  # corners: copying them takes about a millisecond


class SceneChanged(StaffageError):
    """The scene that was being read is gone."""

    code = "scene_changed"
    title = "The scene was closed"
    remedy = "Press Generate again."
    retryable = True


@dataclass(frozen=True)
class Place:
    """What to read, by name: a scene's view layer and where the people are wanted."""

    scene: str
    view_layer: str
    where: str  # prompt | cursor | active
    prompt: str
    only: frozenset[str] | None = None  # names of the objects to read; None for all


@dataclass(frozen=True)
class Gathered:
    snapshot: Snapshot
    meshes: dict[str, Mesh]


def unit_scale(scene: bpy.types.Scene) -> float:
    """Metres per Blender unit."""
    return scene.unit_settings.scale_length or 1.0


def gather(place: Place, budget: Budget) -> Generator[float, None, Gathered]:
    """Yields the fraction done whenever the budget is used up."""
    reader = _Reader(place, budget)
    while not reader.at_end:
        reader.look()
        while reader.queue:
            pending = reader.queue.popleft()
            reader.keep(pending.key, (yield from _with_fraction(_convert(pending, budget), reader.fraction)))
        if budget.over():
            yield reader.fraction
    objects = []
    for entry, key in reader.found:
        if reader.hashes[key]:
            objects.append(entry.named(reader.hashes[key]))
        if budget.over():
            yield reader.fraction
    return Gathered(_snapshot(place, tuple(objects)), reader.meshes)


@dataclass(frozen=True)
class _Pending:
    """A mesh that was copied out of Blender and is still to be converted."""

    key: tuple
    polygons: meshes.Polygons
    object_to_world: np.ndarray
    regions: list[np.ndarray] | None  # of a giant


class _Reader:
    """What was read so far: plain data, no references into Blender."""

    def __init__(self, place: Place, budget: Budget) -> None:
        self.found: list[tuple[_Entry, tuple]] = []  # visible things in Blender's order, each with its mesh's key
        self.queue: deque[_Pending] = deque()
        self.hashes: dict[tuple, str] = {}  # empty for a mesh without triangles
        self.meshes: dict[str, Mesh] = {}
        self.at_end = False
        self._place, self._budget = place, budget
        self._known: set[tuple] = set()
        self._regions: list[np.ndarray] | None = None
        self._position, self._total = 0, 1

    @property
    def fraction(self) -> float:
        return min(0.99, self._position / self._total)

    def keep(self, key: tuple, mesh: Mesh) -> None:
        self.hashes[key] = mesh.hash if len(mesh.triangles) else ""
        if len(mesh.triangles):
            self.meshes[mesh.hash] = mesh

    def look(self) -> None:
        """Go on through Blender's list of things until the time is up or there is enough to convert.

        The list can only be gone through from its start, and nothing of it may be kept until the next tick. What is
        passed over again takes a microsecond each; going on for a share of that time keeps the whole from becoming
        quadratic in scenes of very many instances.
        """
        depsgraph, scene, layer = _evaluated(self._place)
        scale = unit_scale(scene)
        self._total = max(1, len(depsgraph.objects))
        begun, until, copied = time.perf_counter(), None, 0
        for instance in islice(depsgraph.object_instances, self._position, None):
            if until is None:
                passed = time.perf_counter()
                until = passed + 0.3 * (passed - begun)
            self._position += 1
            if _wanted(instance, self._place.only) and _solid(instance, layer):
                entry = _describe(instance, scale)
                key = entry.source
                if key not in self._known:
                    mesh = instance.object.to_mesh()
                    giant = meshes.triangle_count(mesh) > region.GIANT_TRIANGLES
                    polygons = meshes.read(mesh)
                    instance.object.to_mesh_clear()
                    if giant:  # each instance of it is cut elsewhere
                        self._regions = self._regions or _regions(self._place, scene, layer, depsgraph)
                        key = (*key, self._position)
                    copied += len(polygons.corner_vertices)
                    regions = self._regions if giant else None
                    self._known.add(key)
                    self.queue.append(_Pending(key, polygons, entry.object_to_world, regions))
                self.found.append((entry, key))
            if copied > _COPY_AT_ONCE or (self._budget.over() and time.perf_counter() > until):
                return
        self.at_end = True


@dataclass(frozen=True)
class _Entry:
    """A visible object or instance, without its mesh."""

    name: str
    source: tuple
    object_to_world: np.ndarray  # (4, 4) float64, Blender units of the object → metres
    base_color: np.ndarray
    collections: tuple[str, ...]

    def named(self, mesh: str) -> SceneObject:
        return SceneObject(self.name, mesh, self.object_to_world, self.base_color, self.collections)


def _evaluated(place: Place) -> tuple[bpy.types.Depsgraph, bpy.types.Scene, bpy.types.ViewLayer]:
    scene = bpy.data.scenes.get(place.scene)
    layer = scene.view_layers.get(place.view_layer) if scene else None
    if layer is None:
        raise SceneChanged(f"There is no scene “{place.scene}” with the view layer “{place.view_layer}” any more.")
    with bpy.context.temp_override(scene=scene, view_layer=layer):
        return bpy.context.evaluated_depsgraph_get(), scene, layer


def _wanted(instance: Any, only: frozenset[str] | None) -> bool:
    """Instances have their object's name."""
    return only is None or (instance.instance_object or instance.object).original.name in only


def _solid(instance: Any, layer: bpy.types.ViewLayer) -> bool:
    """Curves, texts and metaballs count too: what they look like appears as an instance of type MESH."""
    if instance.object.type != "MESH" or not instance.show_self or instance.object.display_type in _NOT_SOLID:
        return False
    # The dependency graph knows hidden objects, but not collections that are closed by the eye in the outliner.
    shown = instance.parent if instance.is_instance else instance.object
    return shown is None or shown.original.visible_get(view_layer=layer)


def _describe(instance: Any, scale: float) -> _Entry:
    evaluated = instance.instance_object if instance.is_instance else instance.object
    original = evaluated.original
    data = instance.object.data
    to_world = np.array(instance.matrix_world, np.float64)
    to_world[:3] *= scale
    return _Entry(
        name=original.name,
        source=(data.as_pointer(), data.name, len(data.vertices), len(data.loops)),
        object_to_world=to_world,
        base_color=_base_color(instance.object),
        collections=tuple(collection.name for collection in original.users_collection),
    )


def _base_color(source: bpy.types.Object) -> np.ndarray:
    """(3,) float32 sRGB of the first material, as the surface shader or the solid view shows it."""
    material = source.active_material
    if material is None:
        return np.full(3, 0.8, np.float32)
    shader = compat.principled(material)
    linear = shader.inputs["Base Color"].default_value if shader else material.diffuse_color
    color = np.clip(np.array(linear[:3], np.float32), 0.0, 1.0)
    return np.where(color <= 0.0031308, 12.92 * color, 1.055 * color ** (1 / 2.4) - 0.055).astype(np.float32)


def _convert(pending: _Pending, budget: Budget) -> Generator[None, None, Mesh]:
    polygons = pending.polygons
    if budget.over():
        yield
    if pending.regions is not None:
        polygons = yield from region.cut(polygons, pending.object_to_world, pending.regions, budget)
    triangles = yield from meshes.triangulate(polygons, budget)
    return (yield from meshes.finish(polygons.vertices, triangles, budget))


def _with_fraction(work: Generator[None, None, Mesh], fraction: float) -> Generator[float, None, Mesh]:
    while True:
        try:
            next(work)
        except StopIteration as stop:
            return stop.value
        yield fraction


def _regions(
    place: Place, scene: bpy.types.Scene, layer: bpy.types.ViewLayer, depsgraph: bpy.types.Depsgraph
) -> list[np.ndarray]:
    scale = unit_scale(scene)
    active = layer.objects.active
    bounds = []
    for evaluated in depsgraph.objects:
        if evaluated.type == "EMPTY" or not evaluated.bound_box:
            continue
        corners = np.array(evaluated.bound_box) @ np.array(evaluated.matrix_world)[:3, :3].T
        corners = (corners + np.array(evaluated.matrix_world.translation)) * scale
        bounds.append((evaluated.original.name, evaluated.original == active, corners))
    return region.boxes(place.where, place.prompt, _cursor(scene), bounds)


def _cursor(scene: bpy.types.Scene) -> np.ndarray:
    return np.array(scene.cursor.location, np.float32) * np.float32(unit_scale(scene))


def _snapshot(place: Place, objects: tuple[SceneObject, ...]) -> Snapshot:
    _, scene, layer = _evaluated(place)
    active = layer.objects.active
    camera = None
    if scene.camera:
        camera = np.array(scene.camera.matrix_world.normalized(), np.float64)
        camera[:3, 3] *= unit_scale(scene)
    return Snapshot(objects, _cursor(scene), active.name if active else "", camera)
