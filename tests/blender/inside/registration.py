"""Enabling and disabling: what appears goes away again."""

from __future__ import annotations

import threading

import addon_utils
import bpy

from tests.blender.inside import stage
from tests.blender.inside.stage import MODULE


def _traces() -> dict[str, object]:
    handlers = {
        name: len(getattr(bpy.app.handlers, name))
        for name in dir(bpy.app.handlers)
        if isinstance(getattr(bpy.app.handlers, name), list)
    }
    keymaps = bpy.context.window_manager.keyconfigs.addon
    return {
        "types": set(dir(bpy.types)),
        "groups": {cls.__name__ for cls in bpy.types.PropertyGroup.__subclasses__() if cls.is_registered},
        "preferences": {cls.__name__ for cls in bpy.types.AddonPreferences.__subclasses__() if cls.is_registered},
        "scene": set(bpy.types.Scene.bl_rna.properties.keys()),
        "operators": set(dir(bpy.ops.staffage)),
        "handlers": handlers,
        "keymaps": {item.name: len(item.keymap_items) for item in keymaps.keymaps} if keymaps else {},
        "threads": {thread.name for thread in threading.enumerate()},
        "native threads": {name for name in stage.native_threads() if "zmq" in name.lower()},
        "sockets": stage.open_sockets(),
        "timer": bpy.app.timers.is_registered(stage.part("link.pump").tick),
    }


def check_disabling_leaves_nothing_behind() -> None:
    stage.stop()
    addon_utils.disable(MODULE)
    before = _traces()
    assert not before["timer"]
    for _ in range(2):
        addon_utils.enable(MODULE)
        enabled = _traces()
        assert "STAFFAGE_PT_people" in enabled["types"] - before["types"]
        assert enabled["timer"]
        assert "staffage" in enabled["scene"]
        stage.start()
        assert stage.native_threads() == set() or any("ZMQ" in name for name in stage.native_threads())
        stage.generate("a woman")
        process = stage.session().link.process
        addon_utils.disable(MODULE)
        after = _traces()
        assert after == before, {name: (before[name], after[name]) for name in before if after[name] != before[name]}
        assert process.exit_code is not None, "the backend runs on"
    addon_utils.enable(MODULE, default_set=True)
    stage.generate("a woman")


def check_no_python_thread_while_working() -> None:
    stage.ask("a woman slow 0.5 triangles 200000")
    while stage.session().job:
        stage.session().tick()
        assert threading.enumerate() == [threading.main_thread()]


def check_timer_survives_loading_a_file() -> None:
    assert bpy.app.timers.is_registered(stage.part("link.pump").tick)


def check_everything_has_a_description() -> None:
    """Blender shows it as a tooltip; ours have no full stop at the end, as its own."""
    for name in dir(bpy.types):
        if name.startswith("STAFFAGE_OT_"):
            operator = getattr(bpy.types, name)
            described = getattr(operator, "bl_description", "")
            assert described or "description" in vars(operator), name
            assert not described.endswith("."), name


def check_every_disabled_button_says_why() -> None:
    stage.stop()
    bpy.context.scene.staffage.prompt = "a woman"
    words = {name: stage.refusal(f"staffage.{name}") for name in (
        "generate", "cancel", "stop_backend", "restart_backend", "show_candidate", "remove_result"
    )}  # fmt: skip
    assert words["generate"] == "Start the backend first"
    assert all(words.values()), words
    stage.start()
    assert stage.refusal("staffage.start_backend") == "The backend runs already"
    bpy.context.scene.staffage.prompt = "  "
    assert "prompt" in stage.refusal("staffage.generate")
    bpy.context.scene.staffage.prompt = "a woman"
    bpy.context.scene.staffage.where = "ACTIVE"
    assert "No object is active" in stage.refusal("staffage.generate")
    bpy.context.scene.staffage.where = "PROMPT"
    stage.ask("a woman slow 5")
    assert "One request at a time" in stage.refusal("staffage.generate")
    bpy.ops.staffage.cancel()
    assert stage.refusal("staffage.cancel") in ("Cancelled already", "Nothing to cancel")
    stage.tick_until(lambda: stage.session().job is None)


def check_seed_button_gives_another_seed() -> None:
    seeds = set()
    for _ in range(3):
        stage.press("staffage.randomise_seed")
        seeds.add(bpy.context.scene.staffage.seed)
    assert len(seeds) > 1
