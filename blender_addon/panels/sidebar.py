"""What all panels of the tab share: where they are, and text that wraps at the sidebar's width."""

from __future__ import annotations

from functools import lru_cache

import blf
import bpy

# Pixels at 100 % interface scale: of the sidebar beside a label's text, of an icon, of a box's borders.
_PADDING = 54
_ICON = 26
_BOX = 18
_FONT = 0


class Sidebar:
    """Mixed into panels of the tab."""

    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Staffage"


def paragraph(
    layout: bpy.types.UILayout,
    context: bpy.types.Context,
    text: str,
    icon: str = "NONE",
    *,
    boxed: bool = False,
    most: int = 12,
) -> None:
    """Text over several lines, the first with the icon. What goes beyond `most` lines is left out."""
    scale = context.preferences.system.ui_scale
    points = context.preferences.ui_styles[0].widget.points
    width = context.region.width / scale - _PADDING - (_ICON if icon != "NONE" else 0) - (_BOX if boxed else 0)
    lines = wrap(text, max(60.0, width) * scale, points * scale)
    if len(lines) > most:
        lines = [*lines[:most], "…"]
    column = layout.column(align=True)
    column.scale_y = 0.8
    for number, line in enumerate(lines):
        first = icon if number == 0 else "BLANK1"
        column.label(text=line, icon=first if icon != "NONE" else "NONE", translate=False)


@lru_cache(maxsize=256)
def wrap(text: str, width: float, size: float) -> list[str]:
    """Lines no wider than `width` pixels, in Blender's own font at `size` pixels."""
    blf.size(_FONT, size)
    lines = []
    for whole in text.splitlines():
        line = ""
        for word in whole.split(" "):  # not at spaces that hold a number and its unit together
            longer = f"{line} {word}" if line else word
            if blf.dimensions(_FONT, longer)[0] <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            *full, line = _split(word, width)
            lines += full
        if line:
            lines.append(line)
    return lines


def _split(word: str, width: float) -> list[str]:
    """A word that is wider than a line, such as a path, in pieces that fit."""
    pieces, piece = [], ""
    for letter in word:
        if piece and blf.dimensions(_FONT, piece + letter)[0] > width:
            pieces.append(piece)
            piece = ""
        piece += letter
    return [*pieces, piece]


def duration(seconds: float | None) -> str:
    """“12 s left”, “2 min left”, or nothing."""
    if seconds is None:
        return ""
    return f"{seconds:.0f} s left" if seconds < 90 else f"{seconds / 60:.0f} min left"
