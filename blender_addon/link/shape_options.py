"""What a request for a shape asks besides what all requests do. No bpy."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Any

from ..protocol.messages import ObjectPicture, ShapeRequest, Snapshot
from .photo_file import Photo, reading

Crop = tuple[float, float, float, float]
WHOLE: Crop = (0.0, 0.0, 1.0, 1.0)
_KEPT = ("like", "mix", "sketch", "faces", "size", "crop")


@dataclass(frozen=True)
class ShapeOptions:
    """Pictures as on their way, with four channels where they are pixels; see `messages.ShapeRequest`."""

    picture: Photo | None = None
    second: Photo | None = None
    crop: Crop = WHOLE  # of the first picture: left, top, right, bottom
    like: str = ""
    mix: float = 0.5
    sketch: bool = False
    faces: int = 8000
    size: float = 0.0  # metres

    def as_json(self) -> dict[str, Any]:
        """What is worth keeping in the file."""
        return {name: getattr(self, name) for name in _KEPT}

    def without_pictures(self) -> ShapeOptions:
        return replace(self, picture=None, second=None)

    def message(self, snapshot: Snapshot, **common: Any) -> Generator[None, None, ShapeRequest]:
        """As the backend wants it, in steps of a millisecond or so. Raises `PhotoUnusable`."""
        picture = yield from _sent(self.picture, self.crop)
        second = yield from _sent(self.second, WHOLE)
        return ShapeRequest(
            snapshot, picture, second, self.like, self.mix, self.sketch, faces=self.faces, size=self.size, **common
        )


def _sent(picture: Photo | None, crop: Crop) -> Generator[None, None, ObjectPicture | None]:
    if picture is None:
        return None
    pixels, file = yield from reading(picture)
    return ObjectPicture(pixels, None, crop) if picture.pixels is not None else ObjectPicture(None, file, crop)
