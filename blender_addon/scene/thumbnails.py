"""Pictures as icons for panels: those that are imagined, and the chosen photo. Nothing of them is in the file."""

from __future__ import annotations

from typing import Any

import bpy
import bpy.utils.previews
import numpy as np

_SIDE = 256  # pixels at most

_state: dict[str, Any] = {"previews": None}


def show(name: str, pixels: np.ndarray) -> None:
    """Keep a picture, (H, W, 3) uint8 with the first row at the top, under a name."""
    previews = _previews()
    preview = previews[name] if name in previews else previews.new(name)
    step = -(-max(pixels.shape[:2]) // _SIDE)
    small = pixels[::step, ::step][::-1]
    rgba = np.ones((*small.shape[:2], 4), np.float32)
    np.multiply(small, np.float32(1 / 255), out=rgba[..., :3])
    preview.image_size = small.shape[1], small.shape[0]
    preview.image_pixels_float.foreach_set(rgba.ravel())


def show_file(name: str, path: str) -> None:
    """Keep a picture's file under a name; Blender reads it beside what the user does, once it is drawn."""
    clear(name)
    _previews().load(name, path, "IMAGE")


def icon(name: str) -> int:
    """For `template_icon`; 0 if there is no such picture."""
    previews = _state["previews"]
    return previews[name].icon_id if previews is not None and name in previews else 0


def clear(prefix: str = "") -> None:
    """Forget the pictures whose names begin so."""
    previews = _state["previews"]
    if previews is not None:
        for name in [name for name in previews if name.startswith(prefix)]:
            del previews[name]


def keep(prefix: str, wanted: set[str]) -> None:
    """Forget the pictures whose names begin with the prefix, but for those whose names begin with one of `wanted`."""
    previews = _state["previews"]
    if previews is not None:
        gone = [name for name in previews if name.startswith(prefix) and not name.startswith(tuple(wanted))]
        for name in gone:
            del previews[name]


def close() -> None:
    if _state["previews"] is not None:
        bpy.utils.previews.remove(_state["previews"])
        _state["previews"] = None


def _previews() -> Any:
    if _state["previews"] is None:
        _state["previews"] = bpy.utils.previews.new()
    return _state["previews"]
