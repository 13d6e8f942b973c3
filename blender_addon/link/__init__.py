"""The connection to the backend and the one timer that pumps it."""

from __future__ import annotations

from . import pump


def register() -> None:
    pump.register()


def unregister() -> None:
    pump.unregister()
