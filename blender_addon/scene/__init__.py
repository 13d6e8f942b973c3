"""Blender to arrays (snapshot, region, meshes) and arrays to Blender (people, rig, body, materials, preview)."""

from __future__ import annotations

from . import preview


def register() -> None:
    """Nothing is drawn before there is a preview."""


def unregister() -> None:
    preview.clear()
