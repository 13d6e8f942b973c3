"""A candidate in the scene: a collection per result, in it an armature, a body and what is worn for every person, and
a mesh for every thing.

Evaluated, a body's vertices are where the formula of `messages.Person` puts them. Called by operators only, which make
the undo step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import bpy
from mathutils import Matrix

from ..protocol.messages import Candidate, Pattern, Person, Rig, Thing
from . import body, identity, materials, rig, things
from .snapshot import unit_scale

_ROOT_NAME = "Staffage"
_LONGEST_NAME = 48  # Blender cuts at 63 bytes, and numbers are appended


@dataclass(frozen=True)
class Insertion:
    """What to insert: a candidate of a result, and what was asked for it."""

    result: str
    request: dict[str, Any]
    rigs: tuple[Rig, ...]
    patterns: tuple[Pattern, ...]
    candidate: Candidate
    index: int


def insert(scene: bpy.types.Scene, what: Insertion) -> list[bpy.types.Object]:
    """Put a candidate into its result's collection, in place of another candidate of the same result.

    Objects that are there already stay and get new data: their names, selection, constraints and children survive.
    """
    collection = identity.collection_of(scene, what.result) or _new_collection(scene, what)
    identity.tag(collection, what.result, what.request, what.index)
    before = {thing[identity.PART]: thing for thing in identity.parts(collection)}
    made = []
    for number, person in enumerate(what.candidate.people):
        made += _insert_person(scene, collection, what, number, person, before)
    for number, thing in enumerate(what.candidate.things):
        made.append(_insert_thing(scene, collection, what, number, thing, before))
    _remove([thing for thing in before.values() if thing not in made])
    return made


def remove(scene: bpy.types.Scene, result: str) -> bool:
    """Take a result out of the scene. What the user has put into its collection stays, one level up."""
    collection = identity.collection_of(scene, result)
    if collection is None:
        return False
    _remove(identity.parts(collection))
    parent = next((item for item in scene.collection.children_recursive if collection.name in item.children), None)
    parent = parent or scene.collection
    for thing in list(collection.objects):
        if thing.name not in parent.objects:
            parent.objects.link(thing)
    for child in list(collection.children):
        if child.name not in parent.children:
            parent.children.link(child)
    bpy.data.collections.remove(collection)
    for root in list(identity.roots(scene)):
        if not root.objects and not root.children:
            bpy.data.collections.remove(root)
    return True


def _insert_person(
    scene: bpy.types.Scene,
    collection: bpy.types.Collection,
    what: Insertion,
    number: int,
    person: Person,
    before: dict[str, bpy.types.Object],
) -> list[bpy.types.Object]:
    scale = 1.0 / unit_scale(scene)
    shared = what.rigs[person.rig]
    things = {
        "armature": rig.new_armature(person.name, shared, person, scale),
        "body": body.new_body(f"{person.name} Body", shared, person, scale),
    }
    for garment in person.garments:
        cut = what.patterns[garment.pattern]
        things[f"worn {garment.name}"] = body.new_garment(
            f"{person.name} {garment.name}", shared, cut, garment, scale
        )  # fmt: skip
    for part, thing in things.items():
        if old := before.get(f"{number}/{part}"):
            things[part] = _replace_data(old, thing)
        else:
            collection.objects.link(thing)
            identity.tag_part(thing, number, part)
        identity.tag(things[part], what.result, what.request, what.index)
        things[part]["staffage_action"] = what.candidate.action
        things[part]["staffage_support"] = what.candidate.support
    armature, *meshes = things.values()
    placed = person.object_to_world.copy()
    placed[:3, 3] *= scale
    armature.matrix_basis = Matrix(placed.tolist())
    rig.pose(armature, shared, person, scale)
    for mesh in meshes:
        body.mask(mesh)
        _bind(mesh, armature)
    return [armature, *meshes]


def _insert_thing(
    scene: bpy.types.Scene,
    collection: bpy.types.Collection,
    what: Insertion,
    number: int,
    thing: Thing,
    before: dict[str, bpy.types.Object],
) -> bpy.types.Object:
    """Exchanged for another candidate, it stays where the user has moved it."""
    scale = 1.0 / unit_scale(scene)
    made, part = things.new_thing(thing, scale), f"{number}/thing"
    if old := before.get(part):
        made = _replace_data(old, made)
    else:
        collection.objects.link(made)
        identity.tag_part(made, number, "thing")
        placed = thing.object_to_world.copy()
        placed[:3, 3] *= scale
        made.matrix_basis = Matrix(placed.tolist())
    identity.tag(made, what.result, what.request, what.index)
    made["staffage_support"] = what.candidate.support
    return made


def _bind(mesh: bpy.types.Object, armature: bpy.types.Object) -> None:
    mesh.parent = armature
    mesh.matrix_parent_inverse.identity()
    mesh.matrix_basis.identity()
    modifier = next((item for item in mesh.modifiers if item.type == "ARMATURE"), None)
    modifier = modifier or mesh.modifiers.new("Armature", "ARMATURE")
    modifier.object = armature
    modifier.use_deform_preserve_volume = False  # the backend's formula blends linearly


def _replace_data(old: bpy.types.Object, new: bpy.types.Object) -> bpy.types.Object:
    """Let `old` have the data of `new`, which is dropped."""
    previous, old.data = old.data, new.data
    bpy.data.objects.remove(new)
    _remove_data(previous)
    return old


def _new_collection(scene: bpy.types.Scene, what: Insertion) -> bpy.types.Collection:
    root = next(identity.roots(scene), None)
    if root is None:
        root = bpy.data.collections.new(_ROOT_NAME)
        root[identity.ROOT] = True
        scene.collection.children.link(root)
    title = what.candidate.things[0].name if what.candidate.things else str(what.request.get("prompt", ""))
    name = " ".join(title.split()).encode()[:_LONGEST_NAME].decode("utf-8", "ignore")
    collection = bpy.data.collections.new(name or "People")
    root.children.link(collection)
    return collection


def _remove(things: list[bpy.types.Object]) -> None:
    for thing in things:
        data = thing.data
        bpy.data.objects.remove(thing)
        _remove_data(data)


def _remove_data(data: bpy.types.ID) -> None:
    """Meshes and armatures go with their objects, unless somebody else uses them."""
    if data is not None and data.users == 0:
        looks = [] if isinstance(data, bpy.types.Armature) else [one for one in data.materials if one]
        owner = bpy.data.armatures if isinstance(data, bpy.types.Armature) else bpy.data.meshes
        owner.remove(data)
        materials.forget(looks)
