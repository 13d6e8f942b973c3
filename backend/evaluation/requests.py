"""What an evaluation or a single run asks for, read from JSON and checked.

A request file holds one object, a scene's file beside its `.glb` a list of them:

    prompt      what the user types
    at          the 3D cursor, [x, y, z] metres, world; optional
    where       "prompt", "cursor" or "active"; default "cursor" if `at` is given, else "prompt"
    active      name of the active object, for "active"; optional
    candidates  1…16; default 4
    seed        default 0
    support     the object that must carry the person; optional, for judging only
    touch       {body part: object} that must touch; optional, for judging only
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from protocol.errors import RequestInvalid
from protocol.messages import WHERE


@dataclass(frozen=True)
class EvaluationRequest:
    prompt: str
    at: tuple[float, float, float] | None = None
    where: str = "prompt"
    active: str = ""
    candidates: int = 4
    seed: int = 0
    support: str = ""
    touch: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def parse_request(data: object) -> EvaluationRequest:
    """One request from decoded JSON; raises `RequestInvalid` naming the field."""
    if not isinstance(data, dict):
        raise RequestInvalid("A request must be an object with at least a “prompt”.")
    known = {entry.name for entry in fields(EvaluationRequest)}
    if unknown := sorted(set(data) - known):
        raise RequestInvalid(f"Unknown field “{unknown[0]}”; known are {', '.join(sorted(known))}.")
    values = {"where": "cursor" if data.get("at") is not None else "prompt", **data}
    for name, kind in (
        ("prompt", str),
        ("where", str),
        ("active", str),
        ("support", str),
        ("candidates", int),
        ("seed", int),
    ):
        if name in values and (not isinstance(values[name], kind) or isinstance(values[name], bool)):
            raise RequestInvalid(f"“{name}” must be {'a number' if kind is int else 'text'}.")
    if "prompt" not in values:
        raise RequestInvalid("“prompt” is missing.")
    if values["where"] not in WHERE:
        raise RequestInvalid(f"“where” must be one of {', '.join(WHERE)}.")
    if values.get("at") is not None:
        values["at"] = _point(values["at"])
    touch = values.get("touch", {})
    if not isinstance(touch, dict) or not all(isinstance(text, str) for text in [*touch, *touch.values()]):
        raise RequestInvalid("“touch” must map body parts to object names.")
    return EvaluationRequest(**values)


def read_request(path: Path) -> EvaluationRequest:
    return parse_request(_load(path))


def read_requests(path: Path) -> tuple[EvaluationRequest, ...]:
    """The list beside a scene."""
    data = _load(path)
    if not isinstance(data, list):
        raise RequestInvalid(f"{path.name} must hold a list of requests.")
    return tuple(parse_request(entry) for entry in data)


def _load(path: Path) -> object:
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise RequestInvalid(f"{path} cannot be read: {error}") from error


def _point(value: object) -> tuple[float, float, float]:
    if not isinstance(value, list) or len(value) != 3 or not all(isinstance(v, int | float) for v in value):
        raise RequestInvalid("“at” must be three numbers: x, y, z in metres.")
    x, y, z = (float(v) for v in value)
    return x, y, z
