"""Who paints people into pictures: the configured inpainting model, loaded once; tests and evaluations bring their own.

Another process is told of one by the environment variable STAFFAGE_PAINTER, `module:function`; the function is called
without arguments and returns a `Painter`.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from backend import providers
from backend.vision.inpainting import Painter, load_painter

OVERRIDE = "STAFFAGE_PAINTER"
_BROUGHT: ContextVar[Painter | None] = ContextVar("painter", default=None)


def the_painter() -> Painter:
    """Raises `ModelsMissing` where none is configured, `ModelUnusable` where it cannot be loaded."""
    if brought := _BROUGHT.get():
        return brought
    if named := os.environ.get(OVERRIDE, ""):
        module, _, function = named.partition(":")
        return getattr(importlib.import_module(module), function)()
    return _loaded(providers.required_folder("inpainting"))


@contextmanager
def painting_with(painter: Painter) -> Iterator[None]:
    """Within the block, in this thread, `painter` is the one."""
    token = _BROUGHT.set(painter)
    try:
        yield
    finally:
        _BROUGHT.reset(token)


@cache
def _loaded(folder: Path) -> Painter:
    return load_painter(folder)
