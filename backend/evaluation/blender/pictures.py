"""The open scene as the extension reads it, and its survey of it: empty, or with people in it who are none of its own.

`cameras` is .npz: poses (N, 4, 4), angles (N,) vertical radians, size (2,) width and height. `people` holds the frames
of a `Result` message, inserted as the extension inserts it and removed again.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from contextlib import contextmanager

import bpy
import numpy as np

from backend.evaluation.blender.extension import MODULE
from protocol.codec import decode
from protocol.messages import Camera, Survey

Array = np.ndarray
RESULT = "hidden"


def snapshot(out: str) -> None:
    """The extension's own reading of the scene."""
    module = importlib.import_module(f"{MODULE}.scene.snapshot")
    budget = importlib.import_module(f"{MODULE}.link.budget").Budget()
    budget.start(1e9)
    work = module.gather(module.Place(bpy.context.scene.name, bpy.context.view_layer.name, "prompt", ""), budget)
    while True:
        try:
            next(work)
        except StopIteration as stop:
            found = stop.value
            break
    keys = list(found.meshes)
    objects = found.snapshot.objects
    arrays = {f"vertices_{k}": found.meshes[key].vertices for k, key in enumerate(keys)}
    arrays |= {f"triangles_{k}": found.meshes[key].triangles for k, key in enumerate(keys)}
    np.savez(
        out, **arrays, keys=np.array(keys), cursor=found.snapshot.cursor,
        names=np.array([item.name for item in objects]),
        mesh=np.array([keys.index(item.mesh) for item in objects]),
        matrices=np.array([item.object_to_world for item in objects]),
        colors=np.array([item.base_color for item in objects]),
        collections=np.array([json.dumps(item.collections) for item in objects]),
    )  # fmt: skip


def render(cameras: str, people: str | None, candidate: int, engine: str, out: str) -> None:
    """The extension's survey from these cameras, as .npy (N, H, W, 3) uint8 sRGB; `engine` as in `Survey`."""
    survey = importlib.import_module(f"{MODULE}.scene.survey")
    with np.load(cameras) as found:
        width, height = (int(side) for side in found["size"])
        asked = tuple(
            Camera(pose, float(angle), width, height)
            for pose, angle in zip(found["poses"], found["angles"], strict=True)
        )
    wanted = Survey("0" * 32, 0, asked, True, engine)
    pictures: list[Array] = []
    with _inserted(people, candidate):
        while len(pictures) < len(asked):
            shots = survey.render(bpy.context.scene.name, bpy.context.view_layer.name, wanted, len(pictures))
            pictures += [shot.pixels for shot in shots]
    np.save(out, np.stack(pictures))


@contextmanager
def _inserted(path: str | None, candidate: int) -> Iterator[None]:
    if path is None:
        yield
        return
    people = importlib.import_module(f"{MODULE}.scene.people")
    with np.load(path) as found:
        frames = [found[f"frame_{k}"].tobytes() for k in range(len(found.files))]
    result = decode(frames).message
    own = result.candidates[candidate]
    what = people.Insertion(RESULT, {"prompt": RESULT, "seed": 0}, result.rigs, result.patterns, own, 0)
    people.insert(bpy.context.scene, what)
    bpy.context.view_layer.update()
    try:
        yield
    finally:
        people.remove(bpy.context.scene, RESULT)
        bpy.context.view_layer.update()
