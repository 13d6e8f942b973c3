"""Blender to arrays (snapshot, region, meshes; survey, photo) and arrays to Blender (people, rig, body, materials;
preview, thumbnails).
"""

from __future__ import annotations

from . import preview, thumbnails


def register() -> None:
    """Nothing is drawn before there is a preview."""


def unregister() -> None:
    preview.clear()
    thumbnails.close()
