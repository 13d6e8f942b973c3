"""Renders the contact sheet of the library: `python -m backend.evaluation.blender.tiles TASK.json`, inside Blender.

A task (JSON, written by `evaluation.library.sheet`): `extension` (zip), `tiles` (each with `name`, `label`, `answer` or
null, `picture`), `size` (width, height in pixels), `samples`, `columns`, `title`, `sheet` (path or null), and `render`,
the names whose pictures are to be made anew. People come into the scene by the extension's own code.
"""

from __future__ import annotations

import importlib
import json
import logging
import sys
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from backend.body.interactions import BY_NAME
from backend.evaluation.blender.ending import run_and_leave
from backend.evaluation.blender.extension import MODULE, Extension
from backend.evaluation.blender.montage import montage
from backend.evaluation.blender.scene import posed_body
from backend.evaluation.blender.studio import Shot, choose_view, render_tile, use_studio_materials
from backend.evaluation.library.answers import read_frames
from backend.evaluation.library.places import place_for
from backend.evaluation.living_room.room import place as put

log = logging.getLogger(__name__)


def main(path: Path) -> None:
    task = json.loads(path.read_text(encoding="utf-8"))
    Extension.install(Path(task["extension"]))
    use_studio_materials()
    for tile in task["tiles"]:
        if tile["name"] in task["render"]:
            _picture(tile, task)
            log.info("drawn: %s", tile["name"])
    if task["sheet"]:
        montage(task["tiles"], task["columns"], tuple(task["size"]), task["title"], Path(task["sheet"]))


def _picture(tile: dict[str, Any], task: dict[str, Any]) -> None:
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)
    scene = bpy.context.scene
    things = [put(scene, own.name, own.pieces, own.at, own.turn) for own in place_for(BY_NAME[tile["name"]]).things]
    bodies = _insert(Path(tile["answer"])) if tile["answer"] else []
    bpy.context.view_layer.update()
    shot = Shot(things, [posed_body(own)[0] for own in bodies], _fronts(bodies))
    width, height = task["size"]
    render_tile(choose_view(shot, width / height), Path(tile["picture"]), width, height, task["samples"])


def _insert(path: Path) -> list[bpy.types.Object]:
    """Put an answer's best candidate into the scene; the bodies, without what they wear."""
    codec = importlib.import_module(f"{MODULE}.protocol.codec")
    people = importlib.import_module(f"{MODULE}.scene.people")
    result = codec.decode(read_frames(path)).message
    what = people.Insertion(
        result="library", request={"prompt": "library", "seed": 0}, rigs=result.rigs, patterns=result.patterns,
        candidate=result.candidates[0], index=0,
    )  # fmt: skip
    made = people.insert(bpy.context.scene, what)
    return [own for own in made if own.type == "MESH" and own["staffage_part"].endswith("/body")]


def _fronts(bodies: list[bpy.types.Object]) -> list[np.ndarray]:
    """Which way each faces, (2,) unit."""
    fronts = [-np.array(own.matrix_world)[:2, 1] for own in bodies]
    return [front / max(1e-9, float(np.linalg.norm(front))) for front in fronts]


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    log.setLevel(logging.INFO)
    run_and_leave(lambda: main(Path(sys.argv[1])), "the sheet was not finished")
