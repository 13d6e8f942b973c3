"""Who paints people into pictures: the configured inpainting model, loaded once; tests and evaluations bring their own.

The environment variable STAFFAGE_PAINTER names one of theirs as `module:function`; the function is called without
arguments and returns a `Painter`.
"""

from __future__ import annotations

import importlib
import os
from functools import cache
from pathlib import Path

from backend import providers
from backend.vision.inpainting import Painter, load_painter

OVERRIDE = "STAFFAGE_PAINTER"


def the_painter() -> Painter:
    """Raises `ModelsMissing` where none is configured, `ModelUnusable` where it cannot be loaded."""
    if named := os.environ.get(OVERRIDE, ""):
        module, _, function = named.partition(":")
        return getattr(importlib.import_module(module), function)()
    return _loaded(providers.required_folder("inpainting"))


@cache
def _loaded(folder: Path) -> Painter:
    return load_painter(folder)
