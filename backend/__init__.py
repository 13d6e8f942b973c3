"""Everything that thinks. Never bpy, but for backend/evaluation, which drives Blender from outside."""

__version__ = "0.1.0"
