"""Run checks in this Blender: `python -m tests.blender.inside OUT.json EXTENSION.zip MODULE…`.

The extension is installed from its zip into the user folder that BLENDER_USER_RESOURCES names. Every function
`check_…` of the modules runs in a freshly loaded empty scene; what it raises becomes its entry in OUT.json.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import traceback
from pathlib import Path

import bpy

from tests.blender.inside import stage


def main(out: Path, archive: Path, modules: list[str]) -> None:
    results = {}

    def record(name: str, begun: float, problem: str) -> None:
        results[name] = {"problem": problem, "seconds": time.monotonic() - begun}
        out.write_text(json.dumps({"blender": bpy.app.version_string, "results": results}), "utf-8")

    stage.install(archive)
    for module in modules:
        for name, check in vars(importlib.import_module(f"tests.blender.inside.{module}")).items():
            if not name.startswith("check_"):
                continue
            begun, problem = time.monotonic(), ""
            record(name, begun, "Blender ended during this check")
            try:
                stage.new_scene()
                check()
            except BaseException:
                problem = traceback.format_exc()
            record(name, begun, problem)
    stage.strike()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
    sys.stdout.flush()
    os._exit(0)  # bpy's own exit may crash after all is done
