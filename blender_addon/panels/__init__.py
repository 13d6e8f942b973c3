"""The sidebar tab "Staffage": one module per panel, from top to bottom."""

from __future__ import annotations

import bpy

from . import backend, error, imagined, people, result, shapes

_CLASSES = (
    error.STAFFAGE_PT_error,
    backend.STAFFAGE_PT_backend,
    people.STAFFAGE_PT_people,
    shapes.STAFFAGE_PT_shapes,
    imagined.STAFFAGE_PT_imagined,
    result.STAFFAGE_PT_result,
)


def register() -> None:
    for cls in _CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    for cls in reversed(_CLASSES):
        bpy.utils.unregister_class(cls)
