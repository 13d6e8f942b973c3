"""Every difference between Blender 4.2 and 5.2, only here.

Also the few differences between a window and `blender -b` (or bpy as a module) that callers should not have to know.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

import bpy


def enable_nodes(material: bpy.types.Material) -> None:
    """Give the material its node tree. From 5.0 on it has one from the start and the switch is deprecated."""
    if bpy.app.version < (5, 0, 0):
        material.use_nodes = True


def principled(material: bpy.types.Material) -> bpy.types.Node | None:
    """The material's Principled BSDF; by type, because node names are translated in localised Blenders."""
    tree = material.node_tree
    return next((node for node in tree.nodes if node.type == "BSDF_PRINCIPLED"), None) if tree else None


def text_field(
    layout: bpy.types.UILayout, settings: Any, name: str, placeholder: str, label: str | None = None
) -> None:
    """A text field with a hint while it is empty, where Blender has such hints."""
    if "placeholder" in layout.bl_rna.functions["prop"].parameters:
        layout.prop(settings, name, text=label, placeholder=placeholder)
    else:
        layout.prop(settings, name, text=label)


def progress_bar(layout: bpy.types.UILayout, fraction: float, text: str) -> None:
    layout.progress(factor=min(max(fraction, 0.0), 1.0), type="BAR", text=text)


def modal_operators() -> frozenset[str]:
    """The operators that hold the user's input now: a transform, a stroke, or an add-on's that never ends."""
    windows = bpy.context.window_manager.windows if bpy.context.window_manager else ()
    return frozenset(operator.bl_idname for window in windows for operator in window.modal_operators)


def rendering() -> bool:
    """A final render or a bake reads the scene from another thread; changing it meanwhile crashes Blender."""
    return bpy.app.is_job_running("RENDER") or bpy.app.is_job_running("OBJECT_BAKE")


def engine(name: str) -> str:
    """Blender's own name of an engine of `protocol.messages.ENGINES`. Eevee, rewritten in 4.2, is itself since 5.0."""
    eevee = "BLENDER_EEVEE" if bpy.app.version >= (5, 0, 0) else "BLENDER_EEVEE_NEXT"
    return {"workbench": "BLENDER_WORKBENCH", "eevee": eevee, "cycles": "CYCLES"}[name]


def without_shadow(light: bpy.types.Light) -> None:
    """Cycles had a switch of its own until 4.x."""
    light.use_shadow = False
    if hasattr(getattr(light, "cycles", None), "cast_shadow"):
        light.cycles.cast_shadow = False


def as_png(settings: bpy.types.ImageFormatSettings) -> None:
    """8-bit RGB in the scene's colours. From 5.0 on, formats are grouped by what they hold."""
    set_known(settings, media_type="IMAGE")
    settings.file_format = "PNG"
    set_known(settings, color_mode="RGB", color_depth="8", compression=15, color_management="FOLLOW_SCENE")


@contextlib.contextmanager
def copied(scene: bpy.types.Scene) -> Iterator[bpy.types.Scene]:
    """A copy of the scene that shares its objects, collections and world, for the duration of a `with` block.

    Blender 4.2 counts what lies directly in a copied scene once more than it discounts when the copy goes; such an
    object would stay behind when its user deletes it. There the copy is a new scene made to look like the other one.
    """
    copy = scene.copy() if bpy.app.version >= (4, 5, 0) else _similar(scene)
    try:
        yield copy
    finally:
        bpy.data.scenes.remove(copy)


def _similar(scene: bpy.types.Scene) -> bpy.types.Scene:
    made = bpy.data.scenes.new(scene.name)
    for thing in scene.collection.objects:
        made.collection.objects.link(thing)
    for child in scene.collection.children:
        made.collection.children.link(child)
    made.world = scene.world
    _adopt(made, scene, ("frame_current", "frame_subframe", "use_gravity", "gravity"))
    for name in ("render", "eevee", "cycles", "display", "view_settings", "display_settings", "unit_settings"):
        if hasattr(scene, name):
            _adopt(getattr(made, name), getattr(scene, name))
    for number, layer in enumerate(scene.view_layers):
        twin = made.view_layers.new(layer.name) if number else made.view_layers[0]
        twin.name = layer.name
        twin.material_override = layer.material_override
        _adopt_collections(twin.layer_collection, layer.layer_collection)
    return made


def _adopt_collections(twin: bpy.types.LayerCollection, layer: bpy.types.LayerCollection) -> None:
    _adopt(twin, layer, ("exclude", "holdout", "indirect_only"))
    for child in layer.children:
        if child.name in twin.children:
            _adopt_collections(twin.children[child.name], child)


def _adopt(target: Any, source: Any, names: Iterable[str] = ()) -> None:
    """Set these properties, or all plain ones that rendering depends on, as they are in `source`."""
    for name in names or source.bl_rna.properties.keys():
        kind = source.bl_rna.properties[name]
        plain = kind.type not in ("POINTER", "COLLECTION") and not kind.is_readonly
        if plain and not name.startswith("preview") and getattr(target, name) != getattr(source, name):
            with contextlib.suppress(TypeError, ValueError):  # a choice that is none at the moment
                setattr(target, name, getattr(source, name))


def set_known(target: Any, **values: Any) -> None:
    """Set those of the properties that this Blender has."""
    for name, value in values.items():
        if name in target.bl_rna.properties:
            setattr(target, name, value)


def persistent_uid(block: bpy.types.ID) -> int:
    """A number that grows with every new datablock of this Blender session."""
    return block.session_uid


def extension_folder(package: str, path: str, *, create: bool = False) -> str:
    """The folder for this extension's own files."""
    return bpy.utils.extension_path_user(package, path=path, create=create)
