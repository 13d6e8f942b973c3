"""Places the furniture, lights the room and sets the camera: the scene that `make demo` puts people into.

Runs inside Blender: `build(bpy.context.scene)` fills an empty scene. World: Z up, metres; the room spans
x −2.6…2.6, y −2.2…2.2, z 0…2.6.
"""

from __future__ import annotations

from collections.abc import Sequence

import bpy
import numpy as np
from mathutils import Matrix, Vector

from . import furniture
from .materials import material
from .shapes import Piece, box

WIDTH, DEPTH, HEIGHT = 5.2, 4.4, 2.6
WINDOW = (0.15, 1.42, 1.9, 1.55)  # centre y, centre z, width, height, in the west wall


def build(scene: bpy.types.Scene) -> None:
    """Fill `scene` with the living room, its light and its camera."""
    rng = np.random.default_rng(7)
    _shell(scene)
    west, north = -WIDTH / 2, DEPTH / 2
    place(scene, "window", furniture.window(WINDOW[2], WINDOW[3]), (west - 0.05, WINDOW[0], WINDOW[1]), 90)
    for name, y, phase in (("curtain_left", -1.08, 0.4), ("curtain_right", 1.38, 1.9)):
        place(scene, name, furniture.curtain(0.52, 2.42, phase), (west + 0.12, y, 0.0), 90)
    rod_pieces = [box(0.022, 3.1, 0.022, "brass", radius=0.01)]
    place(scene, "curtain_rod", rod_pieces, (west + 0.12, WINDOW[0], 2.44))
    place(scene, "rug", [box(3.0, 2.2, 0.012, "rug_wool", radius=0.005)], (0.0, -0.05, 0.006))
    place(scene, "sofa", furniture.sofa(), (-0.35, north - 0.50, 0.0))
    place(scene, "cushion_ochre", furniture.cushion("cushion_ochre"), (-1.03, north - 0.60, 0.62), 8, tilt=-68)
    place(scene, "cushion_blue", furniture.cushion("cushion_blue", 0.38), (-1.13, north - 0.72, 0.60), 22, tilt=-60)
    place(scene, "armchair", furniture.armchair(), (-1.78, -0.28, 0.0), 72)
    place(scene, "coffee_table", furniture.coffee_table(), (-0.3, 0.42, 0.012))
    place(scene, "table_things", furniture.table_things(), (-0.3, 0.42, 0.412))
    place(scene, "bookshelf", furniture.bookshelf(rng), (1.95, north - 0.16, 0.0))
    place(scene, "floor_lamp", furniture.floor_lamp(), (1.05, north - 0.32, 0.0))
    place(scene, "plant", furniture.plant(rng), (-2.12, north - 0.42, 0.0))
    place(scene, "picture_large", furniture.picture(0.72, 0.95, 0), (-0.72, north, 1.58))
    place(scene, "picture_small", furniture.picture(0.5, 0.66, 1), (0.12, north, 1.50))
    _light(scene)
    _camera(scene)


def place(
    scene: bpy.types.Scene,
    name: str,
    pieces: Sequence[Piece],
    location: tuple[float, float, float],
    turn: float = 0.0,
    *,
    tilt: float = 0.0,
) -> bpy.types.Object:
    """One object from `pieces` (front −Y), tilted about X, then turned about Z by degrees, at `location`."""
    names = list(dict.fromkeys(piece.material for piece in pieces))
    offsets = np.cumsum([0, *(len(piece.vertices) for piece in pieces)])
    vertices = np.concatenate([piece.vertices for piece in pieces])
    faces, slots = [], []
    for piece, offset in zip(pieces, offsets[:-1], strict=True):
        for face in piece.faces + offset:
            faces.append([int(index) for index in dict.fromkeys(face.tolist())])
            slots.append(names.index(piece.material))
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(vertices.tolist(), [], faces)
    for used in names:
        mesh.materials.append(material(used))
    mesh.polygons.foreach_set("material_index", slots)
    mesh.polygons.foreach_set("use_smooth", np.ones(len(faces), bool))
    mesh.validate()
    _weigh_normals_by_area(mesh)
    result = bpy.data.objects.new(name, mesh)
    result.rotation_euler = (np.radians(tilt), 0.0, np.radians(turn))
    result.location = location
    scene.collection.objects.link(result)
    return result


def _weigh_normals_by_area(mesh: bpy.types.Mesh) -> None:
    """Large flat faces keep their shading flat; the round edges between them carry the change."""
    normals = np.zeros((len(mesh.vertices), 3))
    for polygon in mesh.polygons:
        normals[list(polygon.vertices)] += np.array(polygon.normal) * polygon.area
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    mesh.normals_split_custom_set_from_vertices((normals / np.maximum(lengths, 1e-12)).tolist())


def _shell(scene: bpy.types.Scene) -> None:
    """Floor, ceiling and three walls as slabs; the west wall leaves the window open."""
    west, east, north, south, thick = -WIDTH / 2, WIDTH / 2, DEPTH / 2, -DEPTH / 2, 0.12
    front = 2.0  # the floor goes on towards the camera
    floor = box(WIDTH, DEPTH + front, thick, "floor_oak", radius=0.001)
    place(scene, "floor", [floor], (0, -front / 2, -thick / 2))
    place(scene, "ceiling", [box(WIDTH, DEPTH, thick, "ceiling_white", radius=0.001)], (0, 0, HEIGHT + thick / 2))
    wall = box(WIDTH + 2 * thick, thick, HEIGHT, "wall_sage", radius=0.001)
    place(scene, "wall_north", [wall], (0, north + thick / 2, HEIGHT / 2))
    wall = box(thick, DEPTH, HEIGHT, "wall_plaster", radius=0.001)
    place(scene, "wall_east", [wall], (east + thick / 2, 0, HEIGHT / 2))
    y, z, width, height = WINDOW
    below, above = z - height / 2, HEIGHT - z - height / 2
    before, behind = (y - width / 2) - south, north - (y + width / 2)
    pieces = [
        box(thick, DEPTH, below, "wall_plaster", radius=0.001).at(z=below / 2),
        box(thick, DEPTH, above, "wall_plaster", radius=0.001).at(z=HEIGHT - above / 2),
        box(thick, before, height, "wall_plaster", radius=0.001).at(y=south + before / 2, z=z),
        box(thick, behind, height, "wall_plaster", radius=0.001).at(y=north - behind / 2, z=z),
    ]
    place(scene, "wall_west", pieces, (west - thick / 2, 0, 0))
    for name, size, at in (
        ("skirting_north", (WIDTH, 0.015, 0.09), (0, north - 0.0075, 0.045)),
        ("skirting_west", (0.015, DEPTH, 0.09), (west + 0.0075, 0, 0.045)),
        ("skirting_east", (0.015, DEPTH, 0.09), (east - 0.0075, 0, 0.045)),
    ):
        place(scene, name, [box(*size, "trim_white", radius=0.003)], at)


def _light(scene: bpy.types.Scene) -> None:
    """A low sun through the window, sky behind it, the reading lamp, and soft light from the open side."""
    _lamp(scene, "sun", "SUN", 9.0, (1.0, 0.76, 0.52), angle=np.radians(1.2), towards=(0.80, 0.06, -0.58))
    y, z, width, height = WINDOW
    _lamp(scene, "window_light", "AREA", 80, (0.86, 0.93, 1.0), at=(-WIDTH / 2 - 0.2, y, z), towards=(1, 0, -0.1),
          size=width, size_y=height)  # fmt: skip
    _lamp(scene, "open_side_light", "AREA", 34, (1.0, 0.93, 0.84), at=(0.6, -3.6, 2.3), towards=(-0.15, 1, -0.35),
          size=4.5, size_y=2.2)  # fmt: skip
    _lamp(scene, "lamp_bulb", "POINT", 28, (1.0, 0.66, 0.36), at=(1.05, DEPTH / 2 - 0.32, 1.45), shadow_soft_size=0.05)
    world = bpy.data.worlds.new("living_room")
    world.use_nodes = True
    background = world.node_tree.nodes["Background"]
    background.inputs["Color"].default_value = (0.80, 0.88, 1.0, 1.0)
    background.inputs["Strength"].default_value = 0.9
    scene.world = world


def _lamp(
    scene: bpy.types.Scene,
    name: str,
    kind: str,
    energy: float,
    colour: tuple[float, float, float],
    *,
    at: tuple[float, float, float] = (0.0, 0.0, 4.0),
    towards: tuple[float, float, float] = (0.0, 0.0, -1.0),
    **settings: float,
) -> None:
    light = bpy.data.lights.new(name, kind)
    light.energy, light.color = energy, colour
    if kind == "AREA":
        light.shape = "RECTANGLE"
    for key, value in settings.items():
        setattr(light, key, value)
    lamp = bpy.data.objects.new(name, light)
    lamp.matrix_world = Matrix.Translation(at) @ Vector(towards).to_track_quat("-Z", "Y").to_matrix().to_4x4()
    scene.collection.objects.link(lamp)


def _camera(scene: bpy.types.Scene) -> None:
    data = bpy.data.cameras.new("camera")
    data.lens, data.sensor_width = 30.0, 36.0
    camera = bpy.data.objects.new("camera", data)
    eye, target = Vector((1.70, -4.1, 1.50)), Vector((-0.25, 0.35, 0.88))
    camera.matrix_world = Matrix.Translation(eye) @ (target - eye).to_track_quat("-Z", "Y").to_matrix().to_4x4()
    scene.collection.objects.link(camera)
    scene.camera = camera
    scene.view_settings.view_transform = "AgX"
    scene.view_settings.look = "AgX - Medium High Contrast"
    scene.view_settings.exposure = 0.25
    scene.cycles.max_bounces, scene.cycles.diffuse_bounces, scene.cycles.glossy_bounces = 5, 3, 2
    scene.cycles.sample_clamp_indirect, scene.cycles.use_light_tree = 4.0, False
    scene.cycles.caustics_reflective = scene.cycles.caustics_refractive = False
    scene.render.resolution_x, scene.render.resolution_y = 1280, 800
