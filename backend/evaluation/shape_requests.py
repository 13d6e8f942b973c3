"""What a single run asks for when it is about a shape, read from JSON and checked.

    picture     file of a picture of one object, from the request file's folder; or
    like        name of an object in the scene
    second      file of a second picture, to be mixed with the first; optional
    mix         0…1, from the first to the second; default 0.5
    sketch      true if the pictures are drawings
    crop        [left, top, right, bottom] of the first picture, 0…1; optional
    at          the 3D cursor, [x, y, z] metres, world; optional
    where       "cursor" or "active"; default "active" if `active` is given and not `like`, else "cursor"
    active      name of the active object; optional
    candidates  1…8; default 4
    seed, faces, size (metres, the longest side; without it as things of its kind usually are)
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from protocol.errors import RequestInvalid

_KINDS = {
    "picture": str, "like": str, "second": str, "mix": float, "sketch": bool, "crop": list, "at": list, "where": str,
    "active": str, "candidates": int, "seed": int, "faces": int, "size": float,
}  # fmt: skip
_WORDS = {str: "text", float: "a number", int: "a whole number", bool: "true or false", list: "a list of numbers"}


@dataclass(frozen=True)
class ShapeRun:
    picture: str = ""  # absolute
    like: str = ""
    second: str = ""  # absolute
    mix: float = 0.5
    sketch: bool = False
    crop: tuple[float, ...] = ()
    at: tuple[float, ...] = ()
    where: str = "cursor"
    active: str = ""
    candidates: int = 4
    seed: int = 0
    faces: int = 8000
    size: float = 0.0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def is_about_a_shape(path: Path) -> bool:
    """Whether a request file asks for a shape rather than for people; a file that cannot be read does not."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError):
        return False
    return isinstance(data, dict) and ("picture" in data or "like" in data)


def read_shape_request(path: Path) -> ShapeRun:
    """Raises `RequestInvalid` naming the field."""
    return parse(json.loads(path.read_text(encoding="utf-8")), path.parent)


def parse(data: dict[str, Any], folder: Path) -> ShapeRun:
    """From decoded JSON; pictures' files are looked for from `folder`."""
    if unknown := sorted(set(data) - set(_KINDS)):
        raise RequestInvalid(f"Unknown field “{unknown[0]}”; known are {', '.join(_KINDS)}.")
    values = dict(data)
    for name, value in values.items():
        kind = _KINDS[name]
        fits = isinstance(value, (int, float) if kind is float else kind)
        if not fits or (isinstance(value, bool) and kind is not bool):
            raise RequestInvalid(f"“{name}” must be {_WORDS[kind]}.")
    for name, count in (("crop", 4), ("at", 3)):
        if name in values:
            numbers = values[name]
            if len(numbers) != count or not all(isinstance(one, int | float) for one in numbers):
                raise RequestInvalid(f"“{name}” must be {count} numbers.")
            values[name] = tuple(map(float, numbers))
    for name in ("picture", "second"):
        if values.get(name):
            values[name] = str((folder / values[name]).resolve())
    if not values.get("picture") and not values.get("like"):
        raise RequestInvalid("“picture” or “like” must be given.")
    values.setdefault("where", "active" if values.get("active") and not values.get("like") else "cursor")
    if values["where"] not in ("cursor", "active"):
        raise RequestInvalid("“where” must be “cursor” or “active”.")
    return ShapeRun(**values)
