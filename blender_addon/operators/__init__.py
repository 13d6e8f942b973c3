"""What the buttons do: one module per verb."""

from __future__ import annotations

import bpy

from . import (
    backend,
    cancel,
    copy_report,
    dismiss_error,
    generate,
    generate_shape,
    go_on,
    insert_result,
    open_log,
    open_preferences,
    randomise_seed,
    remove_result,
    show_candidate,
)

_CLASSES = (
    *backend.CLASSES,
    cancel.STAFFAGE_OT_cancel,
    copy_report.STAFFAGE_OT_copy_report,
    dismiss_error.STAFFAGE_OT_dismiss_error,
    generate.STAFFAGE_OT_generate,
    *generate_shape.CLASSES,
    go_on.STAFFAGE_OT_go_on,
    insert_result.STAFFAGE_OT_insert_result,
    open_log.STAFFAGE_OT_open_log,
    open_preferences.STAFFAGE_OT_open_preferences,
    randomise_seed.STAFFAGE_OT_randomise_seed,
    remove_result.STAFFAGE_OT_remove_result,
    show_candidate.STAFFAGE_OT_show_candidate,
)


def register() -> None:
    for cls in _CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    for cls in reversed(_CLASSES):
        bpy.utils.unregister_class(cls)
