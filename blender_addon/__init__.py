"""Staffage's extension: the sidebar in, people out. Everything heavy happens in the backend's own process."""

from __future__ import annotations


def _parts() -> tuple:
    # Imported late, so that a missing library gives the message of `require` and not a half-imported package.
    from . import requirements

    requirements.require()
    from . import link, operators, panels, preferences, properties, scene, shape_properties

    return preferences, properties, shape_properties, operators, panels, scene, link


def register() -> None:
    for part in _parts():
        part.register()


def unregister() -> None:
    for part in reversed(_parts()):
        part.unregister()
