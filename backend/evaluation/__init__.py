"""Measuring what an artist would get: Blender is driven from outside, with the built and installed extension.

The only room of the backend that may import `bpy`, and only in modules under `blender/` and `living_room/`, which run
in a Blender process of their own. `protocol` tells the story of one evaluation; `metrics` judges bodies in places from
Blender's own geometry, with exact distances and none of the fitter's fields.
"""
