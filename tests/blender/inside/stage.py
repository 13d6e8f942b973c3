"""What the checks share: the installed extension, its session, requests, Blender's undo, scenes to look at."""

from __future__ import annotations

import importlib
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import addon_utils
import bpy
import numpy as np

MODULE = "bl_ext.user_default.staffage"


def install(archive: Path) -> None:
    addon_utils.enable("bl_pkg")
    bpy.ops.extensions.package_install_files(
        filepath=str(archive), repo="user_default", enable_on_install=True, overwrite=True
    )
    assert MODULE in bpy.context.preferences.addons, "the extension could not be enabled"


def part(name: str) -> ModuleType:
    """A module of the installed extension, as `link.pump`."""
    return importlib.import_module(f"{MODULE}.{name}")


def session() -> Any:
    return part("link.pump").session


def preferences() -> Any:
    return bpy.context.preferences.addons[MODULE].preferences


def new_scene() -> None:
    """An empty file, the extension at rest, and a first undo step to go back to."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    if MODULE not in bpy.context.preferences.addons:  # a check that failed half-way
        addon_utils.enable(MODULE, default_set=True)
    session().cancel()
    tick_until(lambda: session().job is None)
    session().waiting = ""
    session().dismiss_error()
    bpy.ops.ed.undo_push(message="Start")


def strike() -> None:
    if MODULE in bpy.context.preferences.addons:
        stop()
        addon_utils.disable(MODULE)


# --- the session ----------------------------------------------------------------------------------------------------


def tick_until(done: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, f"not within {seconds} s: {session().state}, {session().error}"
        session().tick()
        time.sleep(0.005)


def start() -> None:
    """Have a backend that is ready, whatever the check before has left."""
    if session().state != "ready":
        if session().state == "stopped":
            bpy.ops.staffage.start_backend()
        elif session().state != "starting":
            bpy.ops.staffage.restart_backend()
        tick_until(lambda: session().state not in ("starting",), 60)
    assert session().state == "ready", (session().state, session().error)


def stop() -> None:
    if session().state != "stopped":
        bpy.ops.staffage.stop_backend()
    tick_until(lambda: not session().link.active)


def ask(prompt: str, **settings: Any) -> None:
    """Fill in the panel and press Generate."""
    start()
    asked = bpy.context.scene.staffage
    asked.prompt = prompt
    for name, value in {"where": "PROMPT", "candidates": 3, "seed": 5, **settings}.items():
        setattr(asked, name, value)
    assert bpy.ops.staffage.generate() == {"FINISHED"}


def generate(prompt: str = "a woman", **settings: Any) -> Any:
    """Press Generate and wait; the stored result. It is inserted by then, if nothing stands in the way."""
    known = {stored.id for stored in session().results}
    ask(prompt, **settings)
    tick_until(lambda: session().job is None)
    assert session().error is None, session().error
    stored = session().newest
    assert stored.id not in known
    return stored


def arrived() -> dict[str, Any]:
    """What of the scene reached the backend, as its answer tells."""
    return json.loads(session().newest.reading)


def press(operator: str, **arguments: Any) -> set[str]:
    """Call an operator as a button does: with its undo step."""
    group, name = operator.split(".")
    return getattr(getattr(bpy.ops, group), name)("EXEC_DEFAULT", True, **arguments)


def refusal(operator: str) -> str:
    """What the disabled button says."""
    group, name = operator.split(".")
    try:
        getattr(getattr(bpy.ops, group), name)()
    except RuntimeError as error:
        return str(error).partition("poll()")[2].strip()
    return ""


# --- looking at the scene -------------------------------------------------------------------------------------------


def bodies() -> list[bpy.types.Object]:
    found = [thing for thing in bpy.context.scene.objects if str(thing.get("staffage_part", "")).endswith("/body")]
    return sorted(found, key=lambda thing: thing["staffage_part"])


def armatures() -> list[bpy.types.Object]:
    found = [thing for thing in bpy.context.scene.objects if str(thing.get("staffage_part", "")).endswith("/armature")]
    return sorted(found, key=lambda thing: thing["staffage_part"])


def world_vertices(thing: bpy.types.Object) -> np.ndarray:
    """(V, 3) float64 as evaluated, Blender units."""
    evaluated = thing.evaluated_get(bpy.context.evaluated_depsgraph_get())
    vertices = np.empty(3 * len(evaluated.data.vertices), np.float32)
    evaluated.data.vertices.foreach_get("co", vertices)
    matrix = np.array(evaluated.matrix_world)
    return vertices.reshape(-1, 3).astype(np.float64) @ matrix[:3, :3].T + matrix[:3, 3]


def expected_vertices(stored: Any, candidate: int, person: int = 0) -> np.ndarray:
    """(V, 3) float64, metres, world."""
    who = stored.candidates[candidate].people[person]
    return formula(stored.result.rigs[who.rig], who, who.rest_vertices)


def formula(shape: Any, who: Any, vertices: np.ndarray) -> np.ndarray:
    """(V, 3) float64, metres, world: the formula in `messages.Person`, in other words than the extension's."""
    moved = np.einsum("bij,bjk->bik", who.bone_poses.astype(np.float64),
                      np.linalg.inv(who.rest_bone_poses.astype(np.float64)))  # fmt: skip
    rest = np.concatenate([vertices.astype(np.float64), np.ones((len(vertices), 1))], 1)
    posed = np.einsum("vk,vkij,vj->vi", shape.weights.astype(np.float64), moved[shape.weight_bones], rest)
    return (posed @ who.object_to_world.T)[:, :3]


def fingerprint() -> dict[str, Any]:
    """Everything in the scene that is not ours and must not change."""
    scene, layer = bpy.context.scene, bpy.context.view_layer
    return {
        "objects": {
            thing.name: (
                [list(row) for row in thing.matrix_world],
                thing.hide_get(),
                thing.mode,
                [c.name for c in thing.users_collection],
            )
            for thing in scene.objects
            if "staffage_id" not in thing
        },
        "selected": sorted(thing.name for thing in layer.objects if thing.select_get()),
        "active": layer.objects.active.name if layer.objects.active else None,
        "mode": bpy.context.mode,
        "scenes": [item.name for item in bpy.data.scenes],
        "cursor": list(scene.cursor.location),
        "frame": scene.frame_current,
        "actions": len(bpy.data.actions),
        "window scene": bpy.context.window_manager.windows[0].scene.name,
    }


def furnish() -> bpy.types.Object:
    """A floor, and a chair that is active and selected."""
    bpy.ops.mesh.primitive_plane_add(size=6)
    bpy.context.object.name = "floor"
    bpy.ops.mesh.primitive_cube_add(size=0.5, location=(1, 0, 0.25))
    bpy.context.object.name = "chair"
    bpy.ops.ed.undo_push(message="Furniture")
    return bpy.context.object


def open_sockets() -> int:
    """Of this process; −1 where that cannot be told."""
    folder = Path("/proc/self/fd")
    if not folder.is_dir():
        return -1
    links = []
    for entry in folder.iterdir():
        try:
            links.append(os.readlink(entry))
        except OSError:
            continue
    return sum(link.startswith("socket:") for link in links)


def native_threads() -> set[str]:
    """Names of this process' threads, those of libraries included; empty where that cannot be told."""
    folder = Path("/proc/self/task")
    return {(task / "comm").read_text().strip() for task in folder.iterdir()} if folder.is_dir() else set()
