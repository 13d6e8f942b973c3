"""How our objects are known again after renaming, duplicating, undoing, saving: by custom properties.

A result's collection and objects carry its id. A user's duplicate carries it too; the original is then the one that
bears the name it was made with, or else the one that Blender made first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import bpy

from .. import compat

ID = "staffage_id"
REQUEST = "staffage_request"
SEED = "staffage_seed"
CANDIDATE = "staffage_candidate"
PART = "staffage_part"  # "0/armature", "0/body", "1/armature" …: person and part
NAME = "staffage_name"  # the name it was made with
ROOT = "staffage_root"


def tag(block: bpy.types.ID, result: str, request: dict[str, Any], candidate: int) -> None:
    block[ID] = result
    block[REQUEST] = json.dumps(request, ensure_ascii=False, sort_keys=True)
    # Blender's integers have 32 bits, and seeds are allowed to be larger elsewhere.
    seed = int(request.get("seed", 0))
    block[SEED] = seed if abs(seed) < 2**31 else str(seed)
    block[CANDIDATE] = candidate


def tag_part(thing: bpy.types.Object, person: int, part: str) -> None:
    thing[PART] = f"{person}/{part}"
    thing[NAME] = thing.name


def collection_of(scene: bpy.types.Scene, result: str) -> bpy.types.Collection | None:
    """The collection of a result within this scene."""
    found = [item for item in scene.collection.children_recursive if item.get(ID) == result and not item.library]
    return min(found, key=compat.persistent_uid, default=None)


def results_in(scene: bpy.types.Scene) -> list[str]:
    """Ids of the results in this scene, in the order of their collections."""
    ids = (item.get(ID) for item in scene.collection.children_recursive)
    return list(dict.fromkeys(item for item in ids if item))


def parts(collection: bpy.types.Collection) -> list[bpy.types.Object]:
    """Our own objects of a result, without the user's duplicates of them."""
    result = collection.get(ID)
    by_part: dict[str, list[bpy.types.Object]] = {}
    for thing in collection.all_objects:
        if thing.get(ID) == result and thing.get(PART) and not thing.library:
            by_part.setdefault(thing[PART], []).append(thing)
    return [min(same, key=_originality) for same in by_part.values()]


def _originality(thing: bpy.types.Object) -> tuple[bool, int]:
    return thing.name != thing.get(NAME), compat.persistent_uid(thing)


def current_result(context: bpy.types.Context) -> str:
    """The result that the user means: that of the active object, else the newest in the scene; empty if none."""
    active = context.view_layer.objects.active if context.view_layer else None
    present = results_in(context.scene)
    if active is not None and active.get(ID) in present:
        return active[ID]
    return present[-1] if present else ""


def roots(scene: bpy.types.Scene) -> Iterator[bpy.types.Collection]:
    return (item for item in scene.collection.children_recursive if item.get(ROOT))
