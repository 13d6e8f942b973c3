"""What of the scene reaches the backend."""

from __future__ import annotations

import bpy
import numpy as np
from mathutils import Matrix

from tests.blender.inside import stage


def gather(where: str = "prompt", prompt: str = "a woman"):
    """Read the scene as Generate does, with a budget that is always used up."""
    snapshot, budget = stage.part("scene.snapshot"), stage.part("link.budget").Budget()
    place = snapshot.Place(bpy.context.scene.name, bpy.context.view_layer.name, where, prompt)
    work = snapshot.gather(place, budget)
    steps = 0
    while True:
        try:
            fraction = next(work)
        except StopIteration as stop:
            return stop.value, steps
        assert 0 <= fraction < 1
        steps += 1


def world(gathered, name: str) -> np.ndarray:
    """(T, 3, 3) world corners of an object."""
    (thing,) = [item for item in gathered.snapshot.objects if item.name == name]
    mesh = gathered.meshes[thing.mesh]
    corners = mesh.vertices[mesh.triangles].astype(np.float64)
    return corners @ thing.object_to_world[:3, :3].T + thing.object_to_world[:3, 3]


def _area(corners: np.ndarray) -> float:
    return float(
        np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1).sum() / 2
    )


def _names(gathered) -> list[str]:
    return sorted(item.name for item in gathered.snapshot.objects)


def check_hashes_are_the_protocols() -> None:
    stage.furnish()
    gathered, steps = gather()
    assert steps > 1, "it was not read in slices"
    for name, mesh in gathered.meshes.items():
        assert stage.part("protocol.codec").mesh_hash(mesh.vertices, mesh.triangles) == name == mesh.hash


def check_modifiers_and_transforms() -> None:
    chair = stage.furnish()
    chair.modifiers.new("Array", "ARRAY").count = 3
    chair.scale = (2, -1, 0.5)
    chair.rotation_euler = (0.3, 0.2, 0.1)
    corners = world(gather()[0], "chair")
    assert len(corners) == 36
    evaluated = chair.evaluated_get(bpy.context.evaluated_depsgraph_get())
    wanted = np.array([evaluated.matrix_world @ vertex.co for vertex in evaluated.data.vertices])
    assert np.allclose(
        np.unique(corners.reshape(-1, 3).round(4), axis=0), np.unique(wanted.round(4), axis=0), atol=2e-4
    )


def check_instances_share_a_mesh() -> None:
    chair = stage.furnish()
    group = bpy.data.collections.new("chairs")
    bpy.context.scene.collection.children.link(group)
    group.objects.link(chair)
    bpy.context.scene.collection.objects.unlink(chair)
    for index in range(3):
        empty = bpy.data.objects.new(f"place {index}", None)
        empty.instance_type, empty.instance_collection = "COLLECTION", group
        empty.matrix_world = Matrix.Translation((0, index, 0)) @ Matrix.Scale(1 + index, 4)
        bpy.context.scene.collection.objects.link(empty)
    linked = bpy.data.objects.new("armchair", chair.data)
    bpy.context.scene.collection.objects.link(linked)
    gathered, _ = gather()
    chairs = [item for item in gathered.snapshot.objects if item.name in ("chair", "armchair")]
    assert len(chairs) == 5
    assert len({item.mesh for item in chairs}) == 1
    assert len(gathered.meshes) == 2
    scales = sorted(round(float(np.linalg.norm(item.object_to_world[:3, 0])), 4) for item in chairs)
    assert scales == [1, 1, 1, 2, 3]
    assert "chairs" in next(item.collections for item in chairs if item.name == "chair")


def check_what_is_hidden_or_not_solid_is_left_out() -> None:
    stage.furnish()
    for name in ("eye", "viewport", "collection", "cutter", "empty mesh", "wire only"):
        mesh = bpy.data.meshes.new(name)
        if name == "wire only":
            mesh.from_pydata([(0, 0, 0), (1, 0, 0)], [(0, 1)], [])
        elif name != "empty mesh":
            mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
        bpy.context.scene.collection.objects.link(bpy.data.objects.new(name, mesh))
    bpy.data.objects["eye"].hide_set(True)
    bpy.data.objects["viewport"].hide_viewport = True
    bpy.data.objects["cutter"].display_type = "WIRE"
    hidden = bpy.data.collections.new("hidden")
    bpy.context.scene.collection.children.link(hidden)
    hidden.objects.link(bpy.data.objects["collection"])
    bpy.context.scene.collection.objects.unlink(bpy.data.objects["collection"])
    bpy.context.view_layer.layer_collection.children["hidden"].hide_viewport = True
    bpy.ops.object.empty_add()
    bpy.ops.object.camera_add()
    bpy.ops.object.light_add()
    found = _names(gather()[0])
    assert found == ["chair", "floor"], found


def check_curves_and_texts_count() -> None:
    bpy.ops.object.text_add()
    bpy.context.object.data.extrude = 0.1
    bpy.ops.curve.primitive_bezier_circle_add()
    bpy.context.object.data.bevel_depth = 0.1
    bpy.ops.object.metaball_add()
    assert _names(gather()[0]) == ["BézierCircle" if "BézierCircle" in bpy.data.objects else "BezierCircle",
                                    "Mball", "Text"]  # fmt: skip


def check_concave_polygons_keep_their_shape() -> None:
    """An L-shaped floor, an arrow-shaped quad, a reversed one, and one of them with broken coordinates."""
    shapes = {
        "ell": ([(0, 0), (4, 0), (4, 1), (1, 1), (1, 4), (0, 4)], 7.0),
        "arrow": ([(0, 0), (2, 2), (0, 1), (-2, 2)], 2.0),
        "turned arrow": ([(2, 2), (0, 1), (-2, 2), (0, 0)], 2.0),
        "backwards": ([(0, 4), (1, 4), (1, 1), (4, 1), (4, 0), (0, 0)], 7.0),
    }
    for name, (points, _) in shapes.items():
        mesh = bpy.data.meshes.new(name)
        mesh.from_pydata([(x, y, 0) for x, y in points], [], [range(len(points))])
        bpy.context.scene.collection.objects.link(bpy.data.objects.new(name, mesh))
    gathered, _ = gather()
    for name, (_, area) in shapes.items():
        corners = world(gathered, name)
        assert np.isclose(_area(corners), area), name
        normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        up = bpy.data.objects[name].data.polygons[0].normal
        assert (normal @ np.array(up) > 0).all(), f"{name} faces the wrong way"


def check_broken_coordinates_travel() -> None:
    """The backend has the words for them; here they must neither crash nor vanish."""
    mesh = bpy.data.meshes.new("broken")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0), (float("nan"), 2, 0)], [], [range(5)])
    bpy.context.scene.collection.objects.link(bpy.data.objects.new("broken", mesh))
    assert np.isnan(world(gather()[0], "broken")).any()


def check_colours_and_names() -> None:
    chair = stage.furnish()
    chair.name = "Stuhl “grün” №1"
    material = bpy.data.materials.new("paint")
    stage.part("compat").enable_nodes(material)
    shader = next(node for node in material.node_tree.nodes if node.type == "BSDF_PRINCIPLED")
    shader.inputs["Base Color"].default_value = (0.2158605, 0, 1, 1)
    chair.data.materials.append(material)
    gathered, _ = gather()
    (thing,) = [item for item in gathered.snapshot.objects if item.name == chair.name]
    assert np.allclose(thing.base_color, (0.5029, 0, 1), atol=2e-3)
    assert gathered.snapshot.active_object == chair.name


def check_mesh_in_edit_mode_is_read() -> None:
    stage.furnish()
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.select_all(action="SELECT")
    bpy.ops.transform.translate(value=(0, 0, 5))
    try:
        assert world(gather()[0], "chair")[..., 2].min() > 4.9
    finally:
        bpy.ops.object.mode_set(mode="OBJECT")


def check_scene_may_change_while_it_is_read() -> None:
    for index in range(30):
        mesh = bpy.data.meshes.new(f"thing {index}")
        mesh.from_pydata([(0, 0, 0), (1, 0, index), (0, 1, 0)], [], [(0, 1, 2)])
        bpy.context.scene.collection.objects.link(bpy.data.objects.new(f"thing {index}", mesh))
    snapshot, budget = stage.part("scene.snapshot"), stage.part("link.budget").Budget()
    work = snapshot.gather(snapshot.Place("Scene", "ViewLayer", "prompt", "a woman"), budget)
    for step, _ in enumerate(work):
        if step % 3 == 0 and len(bpy.data.objects) > 3:
            bpy.data.objects.remove(bpy.data.objects[-1])
    work = snapshot.gather(snapshot.Place("Scene", "ViewLayer", "prompt", "a woman"), budget)
    next(work)
    bpy.data.scenes.new("Left")
    bpy.data.scenes.remove(bpy.data.scenes["Scene"])
    try:
        for _ in work:
            pass
        raise AssertionError("a scene that is gone was read to its end")
    except snapshot.SceneChanged as error:
        assert "no scene" in error.detail


def check_order_and_content_do_not_depend_on_the_time_there_was() -> None:
    for number in range(60):
        bpy.ops.mesh.primitive_cube_add(size=0.1, location=(number, 0, 0))
        bpy.context.object.name = f"cube {number}"
        bpy.context.object.data.vertices[0].co.x += 0.01 * (number // 2)  # every second one looks like another
    hurried, steps = gather()
    assert steps > 30
    snapshot, budget = stage.part("scene.snapshot"), stage.part("link.budget").Budget()
    budget.start(60.0)
    try:
        next(snapshot.gather(snapshot.Place(bpy.context.scene.name, bpy.context.view_layer.name, "prompt", ""), budget))
        raise AssertionError("it paused although there was time")
    except StopIteration as stop:
        unhurried = stop.value
    told = [[(item.name, item.mesh) for item in found.snapshot.objects] for found in (hurried, unhurried)]
    assert told[0] == told[1]
    assert hurried.meshes.keys() == unhurried.meshes.keys()
