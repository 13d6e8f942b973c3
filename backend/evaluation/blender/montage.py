"""Puts tiles together to one picture with a label beneath each: text is set by Blender in a sans that it brings along.

Pixels are rows from the bottom, as Blender has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np

Array = np.ndarray
GAP, LABEL, HEAD, MARGIN = 6, 30, 66, 14  # pixels: between tiles, of a label, of the title, around all
PAPER, INK, FADED = (244, 240, 234), (52, 46, 40), (170, 60, 40)  # sRGB
TEXT_SIZE, TITLE_SIZE = 21.0, 36.0  # pixels, of an em


@dataclass(frozen=True)
class Line:
    """Words on a baseline, pixels from the left and from the top."""

    words: str
    x: float
    baseline: float
    size: float
    centred: bool = False
    faded: bool = False


def montage(tiles: list[dict[str, Any]], columns: int, size: tuple[int, int], title: str, path: Path) -> None:
    """Write the sheet of `tiles` (each with `label`, `picture`, `answer`) to a PNG."""
    width, height = size
    rows = -(-len(tiles) // columns)
    step = height + LABEL + GAP
    whole = np.empty((2 * MARGIN + HEAD + rows * step, 2 * MARGIN + columns * (width + GAP) - GAP, 3))
    whole[:] = np.array(PAPER) / 255
    # All text is set in one low strip, line below line, for most of the sheet has none.
    lines = [Line(title, MARGIN, 0.66 * HEAD, TITLE_SIZE)]
    for number, tile in enumerate(tiles):
        row, column = divmod(number, columns)
        left, top = MARGIN + column * (width + GAP), MARGIN + HEAD + row * step
        picture = _pixels(Path(tile["picture"]))
        if picture is not None and picture.shape[:2] == (height, width):
            start = len(whole) - top - height
            whole[start : start + height, left : left + width] = picture
        baseline = HEAD + row * LABEL + 0.66 * LABEL
        lines.append(Line(tile["label"], left + width / 2, baseline, TEXT_SIZE, centred=True, faded=not tile["answer"]))
    strip = _text(lines, whole.shape[1], HEAD + rows * LABEL)[::-1]  # from the top
    _lay(whole[::-1][MARGIN : MARGIN + HEAD], strip[:HEAD])
    for row in range(rows):
        top = MARGIN + HEAD + row * step + height
        _lay(whole[::-1][top : top + LABEL], strip[HEAD + row * LABEL : HEAD + (row + 1) * LABEL])
    _save(whole, path)


def _lay(under: Array, over: Array) -> None:
    """Put premultiplied RGBA over RGB, in place."""
    under *= 1 - over[..., 3:]
    under += over[..., :3]


def _pixels(path: Path) -> Array | None:
    """(H, W, 3) as displayed, 0…1; None without a file."""
    if not path.exists():
        return None
    image = bpy.data.images.load(str(path), check_existing=False)
    pixels = np.empty(len(image.pixels), np.float32)
    image.pixels.foreach_get(pixels)
    pixels = pixels.reshape(image.size[1], image.size[0], -1)[..., :3]
    bpy.data.images.remove(image)
    return pixels


def _text(lines: list[Line], width: int, height: int) -> Array:
    """(H, W, 4) premultiplied."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)
    scene = bpy.context.scene
    fonts = Path(bpy.utils.system_resource("DATAFILES"), "fonts")
    # Inter, the interface's own, has overlapping strokes, which fill with holes.
    sans = next(fonts.glob("Noto Sans CJK Regular.*"), None)
    font = bpy.data.fonts.load(str(sans)) if sans else None
    inks = {False: _ink(INK), True: _ink(FADED)}
    for line in lines:
        curve = bpy.data.curves.new("text", "FONT")
        curve.body, curve.size, curve.align_x = line.words, line.size, "CENTER" if line.centred else "LEFT"
        if font:
            curve.font = font
        curve.materials.append(inks[line.faded])
        own = bpy.data.objects.new("text", curve)
        own.location = (line.x, height - line.baseline, 0.0)
        scene.collection.objects.link(own)
    data = bpy.data.cameras.new("above")
    data.type, data.ortho_scale, data.sensor_fit = "ORTHO", float(max(width, height)), "AUTO"
    camera = bpy.data.objects.new("above", data)
    camera.location = (width / 2, height / 2, 10.0)
    scene.collection.objects.link(camera)
    scene.camera = camera
    scene.render.engine, scene.cycles.device, scene.cycles.samples = "CYCLES", "CPU", 32
    scene.cycles.use_denoising, scene.cycles.use_adaptive_sampling = False, True
    scene.render.film_transparent = True
    scene.view_settings.view_transform = "Raw"
    scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = width, height, 100
    scene.render.image_settings.file_format, scene.render.image_settings.color_mode = "PNG", "RGBA"
    scratch = Path(bpy.app.tempdir, "text.png")
    scene.render.filepath = str(scratch)
    bpy.ops.render.render(write_still=True)
    image = bpy.data.images.load(str(scratch), check_existing=False)
    image.colorspace_settings.name, image.alpha_mode = "Non-Color", "CHANNEL_PACKED"
    pixels = np.empty(len(image.pixels), np.float32)
    image.pixels.foreach_get(pixels)
    pixels = pixels.reshape(height, width, 4).copy()
    pixels[..., :3] *= pixels[..., 3:]
    return pixels


def _ink(colour: tuple[int, int, int]) -> bpy.types.Material:
    ink = bpy.data.materials.new("ink")
    ink.use_nodes = True
    nodes = ink.node_tree.nodes
    nodes.clear()
    light, out = nodes.new("ShaderNodeEmission"), nodes.new("ShaderNodeOutputMaterial")
    light.inputs["Color"].default_value = (*(value / 255 for value in colour), 1.0)
    ink.node_tree.links.new(light.outputs["Emission"], out.inputs["Surface"])
    return ink


def _save(pixels: Array, path: Path) -> None:
    """(H, W, 3) as displayed, 0…1, to a PNG, as small as lossless gets."""
    height, width = pixels.shape[:2]
    image = bpy.data.images.new("sheet", width, height, alpha=False)
    image.colorspace_settings.name = "Non-Color"
    full = np.ones((height, width, 4), np.float32)
    full[..., :3] = pixels
    image.pixels.foreach_set(full.reshape(-1))
    settings = bpy.context.scene.render.image_settings
    bpy.context.scene.render.dither_intensity = 0.0
    settings.file_format, settings.color_mode, settings.color_depth, settings.compression = "PNG", "RGB", "8", 100
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save_render(str(path), scene=bpy.context.scene)
