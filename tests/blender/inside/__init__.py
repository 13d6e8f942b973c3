"""Checks that run inside a Blender process, against the installed extension: see `__main__`."""

import bpy  # noqa: F401  before anything imports addon_utils, which lies in the folders that it adds
