"""The sample room and the automatic camera, in a Blender process of their own."""

import importlib.util
import json
import subprocess
import sys

import numpy as np
import pytest

from backend.evaluation.process import REPOSITORY

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("bpy") is None, reason="Blender as a module is not installed: pip install -e .[blender]"
)

SCRIPT = """
import json, sys
import bpy, numpy as np
from backend.evaluation.blender.camera import best_view
from backend.evaluation.blender.scene import open_scene, posed_body, world_triangles
from backend.evaluation.blender.picture import render_view
from backend.evaluation.living_room.room import place
from backend.evaluation.living_room.shapes import rounded_box

open_scene(None)
scene = bpy.context.scene
names, corners, owners = world_triangles()
before = sorted(own.name for own in bpy.data.objects), scene.render.engine, scene.view_settings.exposure
person = place(scene, "person", [rounded_box(0.4, 0.3, 1.7, "oak", radius=0.1)], (2.1, 0.4, 0.9))
bpy.context.view_layer.update()
body, triangles, bones = posed_body(person)
view = best_view([person], body[::20], np.array([-1.0, 0.0, 0.0]))
from pathlib import Path
picture = Path(sys.argv[1])
render_view(view, body[::20], picture, height=48, samples=2)
image = bpy.data.images.load(str(picture))
pixels = np.array(image.pixels[:]).reshape(-1, 4)[:, :3]
bpy.data.images.remove(image)
bpy.data.objects.remove(person)
after = sorted(own.name for own in bpy.data.objects), scene.render.engine, scene.view_settings.exposure
print("RESULT " + json.dumps({
    "names": names, "finite": bool(np.isfinite(corners).all()), "triangles": len(corners),
    "low": corners.min((0, 1)).tolist(), "high": corners.max((0, 1)).tolist(), "without": "person" not in names,
    "body": [len(body), len(triangles), len(bones)], "eye": view.eye.tolist(), "visible": view.visible,
    "angle": view.field_of_view, "brightness": float(np.median(pixels.mean(axis=1))), "unchanged": before == after,
    "cameras": len(bpy.data.cameras), "worlds": len(bpy.data.worlds),
}))
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    folder = tmp_path_factory.mktemp("views")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder / "view.png")],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    line = next((line for line in done.stdout.splitlines() if line.startswith("RESULT ")), None)
    assert line, done.stderr[-2000:]
    return json.loads(line.removeprefix("RESULT "))


def test_the_room_has_what_the_demo_asks_for(seen):
    assert {"sofa", "armchair", "rug", "coffee_table", "floor", "floor_lamp", "plant", "bookshelf"} <= set(
        seen["names"]
    )
    assert seen["finite"] and 20_000 < seen["triangles"] < 400_000


def test_a_body_comes_in_world_metres(seen):
    assert seen["body"][0] == seen["body"][2] > 0


def test_the_camera_stays_in_the_room_and_sees_the_person(seen):
    """The person stands 0.4 m from the east wall, facing into the room: cameras beyond the wall see nothing of it."""
    x, y, z = seen["eye"]
    assert x < 2.6 and y < 2.2 and 0.1 < z < 2.6
    assert seen["visible"] > 0.95
    assert np.degrees(seen["angle"]) < 75


def test_the_picture_is_neither_dark_nor_burnt(seen):
    assert 0.25 < seen["brightness"] < 0.75


def test_rendering_leaves_the_scene_as_it_was(seen):
    assert seen["unchanged"] and seen["cameras"] == 1 and seen["worlds"] == 1
