"""What people wear: where the backend says, over what it hides, gone and back with its person."""

from __future__ import annotations

import bpy
import numpy as np

from tests.blender.inside import stage

CLOSE = 1e-5  # metres


def worn(name: str) -> list[bpy.types.Object]:
    things = bpy.context.scene.objects
    found = [thing for thing in things if str(thing.get("staffage_part", "")).endswith(f"/worn {name}")]
    return sorted(found, key=lambda thing: thing["staffage_part"])


def masks(thing: bpy.types.Object) -> list[bpy.types.Modifier]:
    return [modifier for modifier in thing.modifiers if modifier.type == "MASK"]


def evaluated_count(thing: bpy.types.Object) -> int:
    return len(thing.evaluated_get(bpy.context.evaluated_depsgraph_get()).data.vertices)


def check_garments_are_where_the_formula_says() -> None:
    stored = stage.generate("dressed two bones 24")
    for candidate in (0, 2):
        stage.press("staffage.show_candidate", index=candidate)
        for number in (0, 1):
            who = stored.candidates[candidate].people[number]
            for garment in who.garments:
                thing = worn(garment.name)[number]
                for modifier in masks(thing):
                    modifier.show_viewport = False
                wanted = stage.formula(stored.result.patterns[garment.pattern], who, garment.rest_vertices)
                assert np.abs(stage.world_vertices(thing) - wanted).max() < CLOSE


def check_garments_are_separate_named_objects_of_their_person() -> None:
    stage.generate("dressed two", candidates=1)
    assert [thing.name for thing in worn("Shirt")] == ["Woman Shirt", "Woman 2 Shirt"]
    for number, thing in enumerate(worn("Coat")):
        assert thing.parent == stage.armatures()[number]
        assert thing.find_armature() == stage.armatures()[number]
        assert thing.users_collection == stage.bodies()[number].users_collection
        assert all(polygon.use_smooth for polygon in thing.data.polygons)
        assert [material.name for material in thing.data.materials] == ["Coat Cloth"]
        assert not thing.data.validate(), "Blender had to repair the mesh"
    assert len({thing.data.materials[0] for thing in worn("Coat")}) == 1, "who wears the same shares the material"


def check_what_lies_beneath_is_masked_and_can_be_shown() -> None:
    stored = stage.generate("dressed", candidates=1)
    who = stored.candidates[0].people[0]
    body, (shirt,), (coat,) = stage.bodies()[0], worn("Shirt"), worn("Coat")
    assert evaluated_count(body) == len(who.rest_vertices) - len(who.hidden)
    assert evaluated_count(shirt) == len(who.rest_vertices) - len(who.hidden)
    assert not masks(coat), "nothing lies over it"
    (modifier,) = masks(body)
    modifier.show_viewport = False
    assert evaluated_count(body) == len(who.rest_vertices)
    group = body.vertex_groups[modifier.vertex_group]
    hidden = [v.index for v in body.data.vertices if any(entry.group == group.index for entry in v.groups)]
    assert hidden == who.hidden.tolist()


def check_candidates_do_not_pile_up_masks() -> None:
    stage.generate("dressed")
    for index in (1, 2, 0, 1):
        stage.press("staffage.show_candidate", index=index)
    assert len(masks(stage.bodies()[0])) == 1
    assert len(stage.bodies()) == len(worn("Shirt")) == len(worn("Coat")) == 1


def check_garments_go_and_come_back_with_their_person() -> None:
    stage.furnish()
    before = stage.fingerprint()
    stage.generate("dressed")
    stage.press("staffage.remove_result")
    assert not worn("Shirt")
    assert stage.fingerprint() == before
    assert not [mesh for mesh in bpy.data.meshes if mesh.name.startswith("Woman")]
    bpy.ops.ed.undo()
    assert len(worn("Shirt")) == len(worn("Coat")) == 1
    assert len(masks(stage.bodies()[0])) == 1
    bpy.ops.ed.undo()
    assert not worn("Shirt")
    assert stage.fingerprint() == before


def check_the_options_reach_the_backend() -> None:
    stage.generate("a woman", candidates=1)
    assert (stage.arrived()["clothes"], stage.arrived()["hair"]) == (True, True)
    stage.generate("a woman", candidates=1, clothes=False, hair=False)
    assert (stage.arrived()["clothes"], stage.arrived()["hair"]) == (False, False)
    bpy.context.scene.staffage.clothes = bpy.context.scene.staffage.hair = True
