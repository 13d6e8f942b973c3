"""One of two Blenders on one backend: `python -m tests.blender.inside.pair ROLE EXTENSION.zip FOLDER`.

`first` starts the backend and quits; `second` joins it and must not notice. They wait for each other through files in
FOLDER; what each writes into its own file at the end is "done" or a traceback.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from pathlib import Path

import addon_utils

from tests.blender.inside import stage


def wait_for(path: Path, seconds: float = 60) -> None:
    """Keep ticking meanwhile, as a window would."""
    stage.tick_until(path.exists, seconds)


def first(folder: Path) -> None:
    stage.start()
    assert stage.session().link.own
    (folder / "started").touch()
    wait_for(folder / "joined")
    stage.generate("a woman slow 0.5")
    (folder / "first generated").touch()
    wait_for(folder / "first may go")
    assert stage.session().link.others == 1
    addon_utils.disable(stage.MODULE)  # the user's click or Blender's end: for us there is no difference


def second(folder: Path) -> None:
    wait_for(folder / "started")
    stage.start()
    assert not stage.session().link.own
    assert stage.session().link.others == 1
    (folder / "joined").touch()
    stage.generate("a man slow 0.5")
    wait_for(folder / "first is gone")
    time.sleep(0.2)
    stage.generate("a man slow 2.5")  # longer than the backend takes to see that its parent is gone
    assert len(stage.bodies()) == 2
    assert stage.session().link.others == 0
    stage.stop()
    stage.tick_until(lambda: stage.session().state == "stopped")


if __name__ == "__main__":
    role, archive, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    try:
        stage.install(archive)
        stage.new_scene()
        {"first": first, "second": second}[role](folder)
        verdict = "done"
    except BaseException:
        verdict = traceback.format_exc()
    (folder / f"{role}.txt").write_text(verdict, "utf-8")
    os._exit(0)
