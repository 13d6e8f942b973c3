"""Meshes of more than a million triangles: cut to the region where the people will be, in bounded memory."""

from __future__ import annotations

import contextlib
import sys

import bpy

from tests.blender.inside import stage
from tests.blender.inside.snapshot import gather, world


def check_giant_meshes_are_cut_to_the_region() -> None:
    bpy.ops.mesh.primitive_grid_add(x_subdivisions=720, y_subdivisions=720, size=200)
    bpy.context.object.name = "Landscape"
    bpy.context.object.location = (50, 0, 0)
    bpy.ops.mesh.primitive_cube_add(size=1, location=(40, 30, 0.5))
    bpy.context.object.name = "garden_bench"
    bpy.context.scene.cursor.location = (-20, 10, 0)
    region = stage.part("scene.region")
    for where, prompt, middle in (
        ("cursor", "a woman", (-20, 10)),
        ("active", "a woman", (40, 30)),
        ("prompt", "a woman on the bench", (40, 30)),
        ("prompt", "a woman in the landscape", (-20, 10)),
    ):
        gathered, _ = gather(where, prompt)
        corners = world(gathered, "Landscape")
        assert len(corners) < 10_000
        cell = 200 / 720
        reach = region.MARGIN_M + (0.5 if middle == (40, 30) else 0)
        for axis in range(2):
            assert abs(corners[..., axis].min() - (middle[axis] - reach)) < 2 * cell
            assert abs(corners[..., axis].max() - (middle[axis] + reach)) < 2 * cell
        assert len(world(gathered, "garden_bench")) == 12


def check_large_triangles_of_giant_meshes_are_kept() -> None:
    """A triangle that spans the region has no corner in it."""
    bpy.ops.mesh.primitive_grid_add(x_subdivisions=750, y_subdivisions=750, size=10, location=(100, 0, 0))
    grid = bpy.context.object
    bpy.ops.mesh.primitive_plane_add(size=400)
    plane = bpy.context.object
    grid.select_set(True)
    bpy.context.view_layer.objects.active = plane
    bpy.ops.object.join()
    plane.name = "terrain"
    gathered, _ = gather("cursor")
    assert len(world(gathered, "terrain")) == 2


def check_twenty_million_triangles_in_bounded_memory() -> None:
    """What is kept beside Blender's own copy is a few arrays at most, and what is sent is small."""
    bpy.ops.mesh.primitive_grid_add(x_subdivisions=708, y_subdivisions=708, size=70)
    scan = bpy.context.object
    scan.name = "scan"
    scan.modifiers.new("Array", "ARRAY").count = 20  # side by side
    evaluated = scan.evaluated_get(bpy.context.evaluated_depsgraph_get())
    assert stage.part("scene.meshes").triangle_count(evaluated.data) > 20_000_000
    before = _peak()
    gathered, _ = gather("cursor")
    assert 5_000 < len(world(gathered, "scan")) < 20_000
    assert _peak() - before < 1.5 * 2**30, f"{(_peak() - before) / 2**20:.0f} MiB"


def _peak() -> int:
    """Bytes of this process' largest resident size so far; 0 where that cannot be told."""
    with contextlib.suppress(ImportError):
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else 1024 * peak
    return 0
