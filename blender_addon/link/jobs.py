"""One request on its way, and the results that are kept. No bpy."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

import numpy as np

from ..protocol import messages
from ..protocol.messages import Accepted, Candidate, Imagined, Progress, Result, Review, Snapshot, Survey
from .photo_file import Photo, reading
from .shape_options import ShapeOptions

# How much of the bar is ours: reading the scene and sending it. The rest is the backend's.
_READING, _SENDING = 0.05, 0.05
_KEPT_RESULTS = 24
_KEPT_BYTES = 768 * 2**20
_NO_PIXELS = np.empty((0, 0, 3), np.uint8)


@dataclass(frozen=True)
class Request:
    """What the user asked; kept with the results and written into the scene. Each kind uses its own of the options."""

    prompt: str
    where: str
    candidates: int
    seed: int
    scene: str
    view_layer: str
    clothes: bool = True
    hair: bool = True
    kind: str = "humans"  # one of KINDS
    views: int = 12
    imaginations: int = 2
    engine: str = "eevee"
    review: bool = False
    photo: Photo | None = None
    photo_name: str = ""
    shape: ShapeOptions = field(default_factory=ShapeOptions)

    def as_json(self) -> dict[str, Any]:
        """What is worth keeping in the file."""
        kept = {"kind": self.kind} | {name: getattr(self, name) for name in _KEPT + _KEPT_OF[self.kind]}
        return kept | (self.shape.as_json() if self.kind == "shape" else {})

    def without_pictures(self) -> Request:
        """What is worth keeping until Blender closes."""
        return replace(self, photo=None, shape=self.shape.without_pictures())

    @property
    def needs(self) -> frozenset[str] | None:
        """Names of the objects that the backend needs to know; None for all."""
        if self.kind != "shape" or self.where == "active":
            return None
        return frozenset({self.shape.like} - {""})

    @property
    def title(self) -> str:
        """What the user would call it."""
        return self.prompt or self.photo_name

    def message(self, snapshot: Snapshot) -> Generator[None, None, messages.Request]:
        """As the backend wants it, in steps of a millisecond or so. Raises `PhotoUnusable`."""
        common = {name: getattr(self, name) for name in _KEPT} | {"snapshot": snapshot}
        match self.kind:
            case "imagine":
                return messages.ImagineRequest(
                    **common, views=self.views, imaginations=self.imaginations, engine=self.engine, review=self.review
                )
            case "photo":
                pixels, file = yield from reading(self.photo)
                return messages.PhotoRequest(pixels, **common, file=file)
            case "shape":
                shared = {name: common[name] for name in ("where", "candidates", "seed")}
                return (yield from self.shape.message(snapshot, **shared))
        return messages.HumansRequest(**common)


KINDS = ("humans", "imagine", "photo", "shape")
_KEPT = ("prompt", "where", "candidates", "seed", "clothes", "hair")
_KEPT_OF = {
    "humans": (), "imagine": ("views", "imaginations", "engine"), "photo": ("photo_name",), "shape": ("photo_name",),
}  # fmt: skip


@dataclass
class Job:
    """The request that is being worked on. `id` is empty until it is sent."""

    request: Request
    reading: Generator[float, None, Any] | None
    id: str = ""
    stage: str = "Reading the scene"
    fraction: float = 0.0
    seconds_left: float | None = None
    cancelling: bool = False
    survey: Survey | None = None  # what the backend waits for
    rendered: int = 0  # of its pictures are made
    imagined: dict[int, Imagined] = field(default_factory=dict)  # the latest of each view, without its pixels
    unseen: dict[int, Imagined] = field(default_factory=dict)  # those that are still to be shown
    review: Review | None = None  # what it asks the user
    asked: Review | None = None  # the last one, answered or not
    shown: int = 0  # how often a picture was

    def read(self, fraction: float) -> None:
        self.fraction = _READING * fraction

    def sent(self, job: str) -> None:
        self.id, self.reading = job, None
        self._show("Sending the scene", _READING)

    def accepted(self, message: Accepted) -> None:
        waiting = f"Waiting for {message.position} other request" + ("s" if message.position > 1 else "")
        self._show(waiting if message.position else "Working", _READING + _SENDING)

    def progressed(self, message: Progress) -> None:
        self._show(message.stage, _READING + _SENDING + (1.0 - _READING - _SENDING) * message.fraction)
        self.seconds_left = message.seconds_left

    def surveyed(self, survey: Survey) -> None:
        self.survey, self.rendered = survey, 0

    def reviewed(self, review: Review) -> bool:
        """Whether this is new to the user. A backend that is not sure of that asks again, and the ticks stay."""
        known, self.asked, self.review = self.asked == review, review, review
        return not known

    def pictured(self, imagined: Imagined) -> None:
        self.imagined[imagined.view] = replace(imagined, pixels=_NO_PIXELS)
        self.unseen[imagined.view] = imagined

    def next_unseen(self) -> Imagined:
        self.shown += 1
        return self.unseen.pop(next(iter(self.unseen)))

    def waits(self, reason: str) -> None:
        """Nothing can be rendered now."""
        self.stage, self.seconds_left = f"{reason}: waiting with the pictures", None

    def _show(self, stage: str, fraction: float) -> None:
        if not self.cancelling:
            self.stage = stage
        self.fraction = max(self.fraction, min(fraction, 1.0))

    def cancel(self) -> None:
        self.cancelling, self.stage, self.seconds_left = True, "Cancelling", None


@dataclass(frozen=True)
class StoredResult:
    """A result with what was asked for it."""

    id: str
    request: Request
    result: Result

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        return self.result.candidates

    @property
    def reading(self) -> str:
        """How the prompt was understood."""
        return self.result.reading


class Results:
    """The latest results with all their candidates, until Blender closes; the oldest go when it is too much."""

    def __init__(self, kept: int = _KEPT_RESULTS, kept_bytes: int = _KEPT_BYTES) -> None:
        self._stored: OrderedDict[str, StoredResult] = OrderedDict()
        self._kept, self._kept_bytes = kept, kept_bytes

    def add(self, stored: StoredResult) -> None:
        self._stored[stored.id] = stored
        while len(self._stored) > 1 and (
            len(self._stored) > self._kept or sum(map(_size, self._stored.values())) > self._kept_bytes
        ):
            self._stored.popitem(last=False)

    def get(self, result: str) -> StoredResult | None:
        return self._stored.get(result)

    def __getitem__(self, result: str) -> StoredResult:
        return self._stored[result]

    @property
    def newest(self) -> StoredResult | None:
        return next(reversed(self._stored.values()), None)

    def __len__(self) -> int:
        return len(self._stored)

    def __iter__(self) -> Iterator[StoredResult]:
        return iter(self._stored.values())


def _size(value: Any) -> int:
    """Bytes of all arrays in a message."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, tuple):
        return sum(map(_size, value))
    if is_dataclass(value):
        return sum(_size(getattr(value, each.name)) for each in fields(value))
    return 0
