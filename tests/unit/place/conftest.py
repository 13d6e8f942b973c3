"""Real scenes for tests of the place, read in a Blender of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from backend.place.scene import Scene
from protocol.messages import Mesh, SceneObject, Snapshot

SCENES = Path(__file__).resolve().parents[4] / "shared" / "scenes"

# Blender in a process of its own: bpy keeps global state and is not needed for anything else here.
READ = """
import sys
import bpy
import numpy as np

source, target = sys.argv[1:]
bpy.ops.wm.read_factory_settings(use_empty=True)
bpy.ops.import_scene.gltf(filepath=source)
arrays, names = {}, []
for instance in bpy.context.evaluated_depsgraph_get().object_instances:
    if instance.object.type != "MESH":
        continue
    mesh = instance.object.to_mesh()
    mesh.calc_loop_triangles()
    vertices = np.empty(3 * len(mesh.vertices), np.float32)
    mesh.vertices.foreach_get("co", vertices)
    triangles = np.empty(3 * len(mesh.loop_triangles), np.int32)
    mesh.loop_triangles.foreach_get("vertices", triangles)
    arrays[f"v{len(names)}"], arrays[f"t{len(names)}"] = vertices.reshape(-1, 3), triangles.reshape(-1, 3)
    arrays[f"m{len(names)}"] = np.array(instance.matrix_world)
    names.append(instance.object.name)
np.savez(target, names=np.array(names), **arrays)
"""


def _real_scene(name: str, folder: Path) -> Scene:
    source = SCENES / f"{name}.glb"
    if not source.exists():
        pytest.skip(f"no {source.name} beside this checkout")
    pytest.importorskip("bpy", reason="bpy reads the scenes")
    target = folder / f"{name}.npz"
    subprocess.run([sys.executable, "-c", READ, str(source), str(target)], check=True, capture_output=True, timeout=120)
    with np.load(target) as arrays:
        meshes, objects = {}, []
        for index, title in enumerate(arrays["names"]):
            meshes[str(index)] = Mesh(str(index), arrays[f"v{index}"], arrays[f"t{index}"])
            color = np.full(3, 0.8, np.float32)
            objects.append(SceneObject(str(title), str(index), arrays[f"m{index}"], color))
    return Scene.from_snapshot(Snapshot(tuple(objects), np.zeros(3, np.float32)), meshes)


@pytest.fixture(scope="session")
def living_room(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return _real_scene("living_room", tmp_path_factory.mktemp("scenes"))


@pytest.fixture(scope="session")
def park(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return _real_scene("park", tmp_path_factory.mktemp("scenes"))
