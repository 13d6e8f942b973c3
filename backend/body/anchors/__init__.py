"""The library of anchor poses: one file per family, collected here. See base.py for what an anchor is."""

from __future__ import annotations

from .base import Anchor, Contact
from .leaning import lean
from .low import low
from .lying import lie
from .moving import move
from .reaching import reach
from .riding import ride
from .sitting import sit, sit_astride, sit_floor
from .standing import stand
from .together import together

ANCHORS: tuple[Anchor, ...] = (
    *stand(), *sit(), *sit_astride(), *sit_floor(), *lie(), *lean(), *low(), *move(), *reach(), *ride(), *together(),
)  # fmt: skip
ACTIONS: tuple[str, ...] = tuple(dict.fromkeys(a.action for a in ANCHORS)) + ("raise arms",)


def anchors_of(action: str) -> tuple[Anchor, ...]:
    return tuple(a for a in ANCHORS if a.action == action)


__all__ = ["ACTIONS", "ANCHORS", "Anchor", "Contact", "anchors_of"]
