"""A photographer's studio for one group of people and what they are on: a seamless backdrop, three soft lights, a view.

The camera stands where most of the people can be seen, and of them what touches; from a little aside of the front,
from eye height or just above, with a long lens. Blender units are metres here; Z up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix, Vector
from mathutils.bvhtree import BVHTree

from backend.evaluation.living_room import materials
from backend.evaluation.living_room.materials import plain
from backend.evaluation.living_room.room import place as put
from backend.evaluation.living_room.shapes import sheet

Array = np.ndarray
LENS = np.radians(24.0)  # vertical field of view
FILL = 0.84  # the share of the picture that people and things take
LEAST_HEIGHT = 1.55  # metres that the picture shows at least, so that sitters do not look like giants
TOUCHING = 0.02  # metres
WORN = 0.05  # metres of cloth or hair that do not count as hiding what they cover
LARGE = 2.15  # metres: of larger things, walls and shelves, only what is near the people is framed
NEAR = 0.3  # metres
BACKDROP = "studio_backdrop"

MATERIALS = {
    BACKDROP: plain((0.60, 0.52, 0.43), 0.95),
    "sheet_white": materials.fabric((0.70, 0.67, 0.62)),
    "paint_teal": plain((0.02, 0.13, 0.14), 0.3),
    "paint_red": plain((0.30, 0.025, 0.015), 0.25),
    "steel": plain((0.52, 0.51, 0.49), 0.32, Metallic=1.0),
    "chrome": plain((0.75, 0.74, 0.72), 0.12, Metallic=1.0),
    "rubber": plain((0.018, 0.018, 0.019), 0.75),
    "leather": plain((0.13, 0.052, 0.023), 0.5),
    "grip_tape": plain((0.03, 0.03, 0.032), 0.95),
    "coat_bay": plain((0.155, 0.058, 0.022), 0.42, **{"Sheen Weight": 0.15}),
    "coat_dark": plain((0.018, 0.012, 0.010), 0.55),
    "glass_white": plain((0.75, 0.75, 0.72), 0.08),
    "wicker": materials.wood((0.20, 0.11, 0.045), (0.42, 0.26, 0.12), roughness=0.7),
}


def use_studio_materials() -> None:
    """Let `living_room.materials.material` know ours, too."""
    materials.MAKERS.update(MATERIALS)


@dataclass(frozen=True)
class Shot:
    """What is to be seen: things, bodies (V, 3) metres, world, and where each of them faces, (2,)."""

    things: list[bpy.types.Object]
    bodies: list[Array]
    fronts: list[Array]

    @property
    def front(self) -> Array:
        """(2,) where the group looks; two who face each other are seen from their side."""
        if not self.fronts:
            return np.array([0.0, -1.0])
        total = np.sum(self.fronts, axis=0)
        if np.linalg.norm(total) > 0.5:
            return total / np.linalg.norm(total)
        return np.array([-self.fronts[0][1], self.fronts[0][0]])


@dataclass(frozen=True)
class Eye:
    place: Array  # (3,)
    target: Array  # (3,)


def choose_view(shot: Shot, aspect: float) -> Eye:
    """The best of some 40 cameras around the people."""
    trees = [_tree(own) for own in shot.things]
    framed = _framed(shot)
    bodies = np.concatenate(shot.bodies) if shot.bodies else framed
    seen = bodies[:: max(1, len(bodies) // 110)]
    touching = _touching(shot, trees)
    views = [(_worth(shot, eye, trees, seen, touching), eye) for eye in _eyes(shot, framed, aspect)]
    return max(views, key=lambda view: view[0])[1]


def _framed(shot: Shot) -> Array:
    """Points (N, 3) that the picture must hold: bodies, small things, and of large things what is near the bodies."""
    found = [body[::7] for body in shot.bodies]
    bodies = np.concatenate(found) if found else np.zeros((0, 3))
    for own in shot.things:
        matrix = np.array(own.matrix_world)
        points = np.array([vertex.co for vertex in own.data.vertices]) @ matrix[:3, :3].T + matrix[:3, 3]
        if np.ptp(points, axis=0).max() > LARGE and len(bodies):
            low, high = bodies.min(axis=0) - NEAR, bodies.max(axis=0) + NEAR
            points = points[((points >= low) & (points <= high)).all(axis=1)]
        found.append(points[:: max(1, len(points) // 800)])
    points = np.concatenate(found) if found else np.zeros((0, 3))
    return points if len(points) else np.array([[-0.4, 0.0, 0.0], [0.4, 0.0, 1.7]])


def _tree(own: bpy.types.Object) -> BVHTree:
    """Of an object's faces in world."""
    vertices = [own.matrix_world @ vertex.co for vertex in own.data.vertices]
    return BVHTree.FromPolygons(vertices, [tuple(face.vertices) for face in own.data.polygons])


def _touching(shot: Shot, trees: list[BVHTree]) -> Array:
    """Points (N, 3) of the bodies that touch a thing or another body; few, spread out."""
    found = []
    for number, body in enumerate(shot.bodies):
        points = body[::5]
        others = [other[::3] for k, other in enumerate(shot.bodies) if k != number]
        near = np.zeros(len(points), bool)
        for tree in trees:
            near |= np.array([tree.find_nearest(Vector(p), TOUCHING)[0] is not None for p in points])
        for other in others:
            near |= np.array([np.abs(other - p).max(axis=1).min() < TOUCHING for p in points])
        found.append(points[near])
    every = np.concatenate(found) if found else np.zeros((0, 3))
    return every[:: max(1, len(every) // 50)]


def _eyes(shot: Shot, framed: Array, aspect: float) -> Iterator[Eye]:
    around = np.arctan2(shot.front[1], shot.front[0])
    for elevation in np.radians([7.0, 15.0, 26.0]):
        for turn in np.radians([-135, -110, -90, -70, -52, -35, -20, 20, 35, 52, 70, 90, 110, 135]):
            flat = np.array([np.cos(around + turn), np.sin(around + turn), 0.0])
            away = np.cos(elevation) * flat + np.array([0.0, 0.0, np.sin(elevation)])
            yield _fit(framed, away, aspect)


def _fit(framed: Array, away: Array, aspect: float) -> Eye:
    """The camera in direction `away` from which the framed points just fill the picture."""
    right = np.cross([0.0, 0.0, 1.0], away)
    right /= np.linalg.norm(right)
    up = np.cross(away, right)
    target, slope = (framed.min(axis=0) + framed.max(axis=0)) / 2, np.tan(LENS / 2)
    distance = 0.0
    for _ in range(4):
        offset = framed - target
        across, high, towards = offset @ right, offset @ up, offset @ away
        needed = np.maximum(np.abs(across) / aspect, np.abs(high)) / (slope * FILL) + towards
        distance = max(float(needed.max()), 0.5 * LEAST_HEIGHT / (slope * FILL))
        depth = distance - towards
        middle = [((values / depth).max() + (values / depth).min()) / 2 * distance for values in (across, high)]
        target = target + middle[0] * right + middle[1] * up
    return Eye(target + distance * away, target)


def _worth(shot: Shot, eye: Eye, trees: list[BVHTree], seen: Array, touching: Array) -> float:
    away = (eye.place - eye.target) / np.linalg.norm(eye.place - eye.target)
    flat = away[:2] / np.linalg.norm(away[:2])
    turn = np.degrees(np.arccos(np.clip(flat @ shot.front, -1, 1)))
    taste = -0.0022 * abs(turn - 38) - 0.0015 * max(0.0, turn - 95) - 0.35 * max(0.0, away[2] - 0.2)
    # What people hide of themselves is no fault of the place, but what furniture hides is lost.
    unhidden = float(np.mean([not _behind(trees, eye, point) for point in seen]))
    return 1.4 * unhidden**2 + 0.9 * _visible(eye, seen) + 0.6 * _visible(eye, touching) + taste


def _behind(trees: list[BVHTree], eye: Eye, point: Array) -> bool:
    """Whether a thing stands between the camera and a point."""
    ray = point - eye.place
    length = float(np.linalg.norm(ray))
    return any(tree.ray_cast(Vector(eye.place), Vector(ray / length), length - WORN)[0] is not None for tree in trees)


def _visible(eye: Eye, points: Array) -> float:
    """The share of points that nothing hides, not even the people themselves."""
    scene, graph = bpy.context.scene, bpy.context.evaluated_depsgraph_get()
    clear = 0
    for point in points:
        ray = point - eye.place
        length = float(np.linalg.norm(ray))
        hit, at, *_ = scene.ray_cast(graph, Vector(eye.place), Vector(ray / length), distance=length)
        clear += not hit or (Vector(point) - at).length < WORN
    return clear / max(1, len(points))


def render_tile(eye: Eye, path: Path, width: int, height: int, samples: int) -> None:
    scene = bpy.context.scene
    camera = _camera(scene, eye)
    _backdrop(scene, eye)
    _lights(scene, eye)
    scene.camera = camera
    scene.render.engine, scene.cycles.device = "CYCLES", "CPU"
    scene.cycles.samples, scene.cycles.use_denoising = samples, True
    scene.cycles.max_bounces, scene.cycles.diffuse_bounces, scene.cycles.glossy_bounces = 4, 3, 2
    scene.cycles.caustics_reflective = scene.cycles.caustics_refractive = False
    scene.cycles.sample_clamp_indirect = 4.0
    scene.view_settings.view_transform, scene.view_settings.look = "AgX", "AgX - Medium High Contrast"
    scene.view_settings.exposure = 0.1
    scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = width, height, 100
    scene.render.image_settings.file_format, scene.render.image_settings.color_mode = "PNG", "RGB"
    scene.render.dither_intensity = 0.0  # noise that no PNG can pack
    scene.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)


def _camera(scene: bpy.types.Scene, eye: Eye) -> bpy.types.Object:
    data = bpy.data.cameras.new("view")
    data.sensor_fit, data.angle = "VERTICAL", LENS
    camera = bpy.data.objects.new("view", data)
    camera.matrix_world = _looking(eye.place, eye.target - eye.place)
    scene.collection.objects.link(camera)
    return camera


def _backdrop(scene: bpy.types.Scene, eye: Eye) -> None:
    """A floor that rises to a wall behind the people in one sweep, square to the camera."""
    back, radius, half = 3.2, 1.6, 9.0
    angles = np.radians(np.linspace(0, 90, 16))
    sweep = [(back - radius + radius * np.sin(a), radius - radius * np.cos(a)) for a in angles]
    profile = [(-9.0, 0.0), *sweep, (back, 9.0)]
    rows = [[(x, y, z) for x in np.linspace(half, -half, 5)] for y, z in profile]
    ahead = eye.target - eye.place
    turn = np.degrees(np.arctan2(-ahead[0], ahead[1]))
    put(scene, "backdrop", [sheet(np.array(rows), BACKDROP)], (eye.target[0], eye.target[1], 0.0), turn)


def _lights(scene: bpy.types.Scene, eye: Eye) -> None:
    """A large warm key high on the left, a weak fill from the right, a rim from behind, even light from all around."""
    ahead = eye.target - eye.place
    ahead[2] = 0.0
    ahead /= np.linalg.norm(ahead)
    right = np.array([ahead[1], -ahead[0], 0.0])
    target = np.array([eye.target[0], eye.target[1], max(0.7, eye.target[2])])
    for name, place, energy, size, colour in (
        ("key", -2.2 * right - 1.9 * ahead + [0, 0, 2.3], 260.0, 1.5, (1.0, 0.93, 0.85)),
        ("fill", 2.6 * right - 1.6 * ahead + [0, 0, 0.9], 55.0, 2.6, (0.92, 0.96, 1.0)),
        ("rim", 1.7 * right + 2.0 * ahead + [0, 0, 2.2], 110.0, 0.9, (1.0, 0.96, 0.9)),
    ):
        data = bpy.data.lights.new(name, "AREA")
        data.energy, data.size, data.color = energy, size, colour
        lamp = bpy.data.objects.new(name, data)
        lamp.matrix_world = _looking(target + place, -place)
        scene.collection.objects.link(lamp)
    world = bpy.data.worlds.new("studio")
    world.use_nodes = True
    world.node_tree.nodes["Background"].inputs["Color"].default_value = (1.0, 0.95, 0.88, 1.0)
    world.node_tree.nodes["Background"].inputs["Strength"].default_value = 0.35
    scene.world = world


def _looking(place: Array, direction: Array) -> Matrix:
    turn = Vector(direction).to_track_quat("-Z", "Y")
    return Matrix.Translation(Vector(place)) @ turn.to_matrix().to_4x4()
