"""Runs in a real Blender window: `blender --python window_script.py -- EXTENSION.zip OUT_FOLDER`.

Nothing here ticks by hand: the extension's own timer does, and Blender's event loop draws. Every function `scene_…`
yields conditions to wait for; OUT_FOLDER gets pictures and results.json.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import addon_utils
import bpy

MODULE = "bl_ext.user_default.staffage"
ARCHIVE, OUT = Path(sys.argv[-2]), Path(sys.argv[-1])
RESULTS: dict = {"problem": "did not end", "draws": {}}
RESULTS |= {f"{what}_ms": [] for what in ("ticks", "insertions", "renders", "previews")}

Condition = Callable[[], bool]


def part(name: str):
    return importlib.import_module(f"{MODULE}.{name}")


def session():
    return part("link.pump").session


def window():
    return bpy.context.window_manager.windows[0]


def view():
    return next(area for area in window().screen.areas if area.type == "VIEW_3D")


def pause(seconds: float) -> Condition:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def picture(name: str) -> Iterator[Condition]:
    view().tag_redraw()
    yield pause(0.7)
    os.system(f"import -window root {OUT / name}.png")


# --- the story ------------------------------------------------------------------------------------------------------


def scene_install() -> Iterator[Condition]:
    addon_utils.enable("bl_pkg")
    bpy.ops.extensions.package_install_files(
        filepath=str(ARCHIVE), repo="user_default", enable_on_install=True, overwrite=True
    )
    view().spaces.active.show_region_ui = True
    yield pause(0.5)
    next(region for region in view().regions if region.type == "UI").active_panel_category = "Staffage"
    _measure_ticks()
    _measure_previews()
    _count_draws()
    yield from picture("stopped")


def scene_start() -> Iterator[Condition]:
    bpy.ops.staffage.start_backend()
    yield lambda: session().state != "starting"
    assert session().state == "ready", session().error
    yield from picture("ready")


def scene_generate() -> Iterator[Condition]:
    drawn = RESULTS["draws"].get("STAFFAGE_PT_people", 0)
    _ask("a woman slow 3 preview warn triangles 27000")
    yield lambda: session().progress is not None and session().progress.fraction > 0.5
    assert part("scene.preview")._state["handle"] is not None, "no preview is drawn"
    yield from picture("working")
    yield lambda: session().job is None
    assert RESULTS["draws"]["STAFFAGE_PT_people"] - drawn > 3, "the panel was not drawn again while the bar moved"
    assert part("scene.preview")._state["handle"] is None
    yield from picture("result")
    assert _bodies() == 1
    with bpy.context.temp_override(window=window()):
        bpy.ops.ed.undo()
        yield pause(0.3)
        assert _bodies() == 0, "undo did not take it back"
        bpy.ops.ed.redo()
    yield pause(0.3)
    assert _bodies() == 1, "redo did not bring it back"


def scene_sources() -> Iterator[Condition]:
    """The panel in each of its modes."""
    settings = window().scene.staffage
    path = OUT / "photo.png"
    image = bpy.data.images.new("photo", 300, 450)
    image.pixels[:] = [0.2, 0.5, 0.7, 1.0] * (300 * 450)
    image.file_format, image.filepath_raw = "PNG", str(path)
    image.save()
    bpy.data.images.remove(image)
    settings.source = "IMAGINE"
    yield from picture("imagine")
    settings.source, settings.photo_path = "PHOTO", str(path)
    yield from picture("photo_of_a_file")
    settings.photo = bpy.data.images.load(str(path))
    yield from picture("photo_of_the_file")
    bpy.data.images.remove(settings.photo)
    settings.source, settings.photo_path = "HUMANS", ""


def scene_imagine() -> Iterator[Condition]:
    """The views are rendered between ticks, the pictures are shown, the user chooses."""
    settings = window().scene.staffage
    settings.source, settings.engine, settings.views, settings.review = "IMAGINE", "WORKBENCH", 6, True
    _ask("a woman still")
    yield lambda: session().job is not None and len(session().job.imagined) == 6
    yield from picture("imagining")
    yield lambda: session().job is not None and session().job.review is not None
    choice = bpy.context.window_manager.staffage
    choice.of(2).keep = choice.of(5).keep = False
    yield from picture("review")
    undo_steps = _bodies()
    assert bpy.ops.staffage.go_on() == {"FINISHED"}
    yield lambda: session().job is None
    yield pause(0.5)
    assert json.loads(session().newest.reading)["kept"] == [0, 1, 3, 4]
    assert _bodies() == undo_steps + 1
    assert [scene.name for scene in bpy.data.scenes] == ["Scene"]
    assert window().scene.render.engine != "BLENDER_WORKBENCH"
    with bpy.context.temp_override(window=window()):
        bpy.ops.ed.undo()
    yield pause(0.3)
    assert _bodies() == undo_steps
    window().scene.staffage.source = "HUMANS"


def scene_wait_for_the_user() -> Iterator[Condition]:
    """A transform under way is not disturbed."""
    cube = bpy.data.objects["Cube"]
    window().view_layer.objects.active = cube
    cube.select_set(True)
    region = next(region for region in view().regions if region.type == "WINDOW")
    with bpy.context.temp_override(window=window(), area=view(), region=region):
        bpy.ops.transform.translate("INVOKE_DEFAULT")
    yield pause(0.3)
    assert len(window().modal_operators) == 1
    _ask("another woman")  # no button can be pressed now, but a script can
    yield lambda: session().job is None
    yield pause(0.5)
    assert session().waiting
    assert session().obstacle == "Finish the running operation first"
    assert _bodies() == 1
    yield from picture("waiting")
    os.system("xdotool key Escape")
    yield lambda: not session().waiting
    assert _bodies() == 2


def scene_error() -> Iterator[Condition]:
    _ask("a man unknown")
    yield lambda: session().job is None
    assert session().error.code == "unknown_object"
    yield from picture("error")


def scene_killed() -> Iterator[Condition]:
    _ask("a man slow 20")
    yield lambda: session().job is not None and session().job.id != ""
    os.kill(session().link.process.pid, 9)
    begun = time.monotonic()
    yield lambda: session().state == "lost"
    RESULTS["noticed_after_s"] = time.monotonic() - begun
    yield from picture("killed")
    bpy.ops.staffage.restart_backend()
    yield lambda: session().state == "ready"


def scene_disable() -> Iterator[Condition]:
    tick = part("link.pump").tick
    addon_utils.disable(MODULE)
    assert not bpy.app.timers.is_registered(tick)
    yield pause(0.3)


SCENES = (
    scene_install,
    scene_start,
    scene_generate,
    scene_sources,
    scene_imagine,
    scene_wait_for_the_user,
    scene_error,
    scene_killed,
    scene_disable,
)


def _ask(prompt: str) -> None:
    window().scene.staffage.prompt = prompt
    assert bpy.ops.staffage.generate() == {"FINISHED"}


def _bodies() -> int:
    return sum(str(thing.get("staffage_part", "")).endswith("/body") for thing in bpy.data.objects)


def _measure_ticks() -> None:
    """Insertion is an operator of Blender's, rendering its own work: both are measured apart."""
    current, host = session(), session()._host
    tick, insert, render = current.tick, host.insert, host.render
    inside = [0.0]

    def timed_insert(result: str) -> None:
        begun = time.perf_counter()
        insert(result)
        inside[0] += time.perf_counter() - begun
        RESULTS["insertions_ms"].append(1e3 * (time.perf_counter() - begun))

    def timed_render(*arguments):
        begun = time.perf_counter()
        shots = render(*arguments)
        inside[0] += time.perf_counter() - begun
        RESULTS["renders_ms"].append(1e3 * (time.perf_counter() - begun))
        return shots

    def timed_tick() -> float:
        inside[0] = 0.0
        begun = time.perf_counter()
        wait = tick()
        RESULTS["ticks_ms"].append(1e3 * (time.perf_counter() - begun - inside[0]))
        return wait

    current.tick, host.insert, host.render = timed_tick, timed_insert, timed_render


def _measure_previews() -> None:
    preview = part("scene.preview")
    draw = preview._draw

    def timed_draw() -> None:
        begun = time.perf_counter()
        draw()
        RESULTS["previews_ms"].append(1e3 * (time.perf_counter() - begun))
        RESULTS["preview_bodies"] = len(preview._state["batches"])

    preview._draw = timed_draw


def _count_draws() -> None:
    def counting(name: str, drawn: Callable) -> Callable:
        def draw(self, context):
            RESULTS["draws"][name] = RESULTS["draws"].get(name, 0) + 1
            drawn(self, context)

        return draw

    for name in dir(bpy.types):
        if name.startswith("STAFFAGE_PT_"):
            panel = getattr(bpy.types, name)
            panel.draw = counting(name, panel.draw)


def _play() -> Iterator[Condition]:
    for scene in SCENES:
        RESULTS["scene"] = scene.__name__
        yield from scene()


def _end(problem: str) -> None:
    RESULTS["problem"] = problem
    (OUT / "results.json").write_text(json.dumps(RESULTS), "utf-8")
    bpy.ops.wm.quit_blender()


def main() -> None:
    bpy.context.preferences.view.show_splash = False
    story, waiting_for, deadline = _play(), pause(0.5), [time.monotonic() + 60]
    state = {"condition": waiting_for}

    def step() -> float | None:
        try:
            assert time.monotonic() < deadline[0], "waited for a minute"
            if state["condition"]():
                state["condition"] = next(story)
                deadline[0] = time.monotonic() + 60
            return 0.05
        except StopIteration:
            _end("")
        except BaseException:
            _end(traceback.format_exc())
        return None

    bpy.app.timers.register(step, first_interval=0.5, persistent=True)


main()
