"""Which folder or model id fills which role: one small file of the user's, and variables that override it.

    {"models": {"inpainting": "D:/models/sd-inpainting", "pose2d": "owner/name"}}

The file lies in the platform's folder for configuration; STAFFAGE_CONFIG names another one. STAFFAGE_<ROLE>, such as
STAFFAGE_CLIP, overrides the file for one role.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from functools import cache
from pathlib import Path

from protocol.connection import write_private_json
from protocol.errors import RequestInvalid

FILE = "STAFFAGE_CONFIG"
log = logging.getLogger(__name__)


def config_file() -> Path:
    if chosen := os.environ.get(FILE):
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        base = os.environ.get("APPDATA") or "~/AppData/Roaming"
    elif sys.platform == "darwin":
        base = "~/Library/Application Support"
    else:
        base = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(base).expanduser() / "staffage" / "config.json"


def variable(role: str) -> str:
    """The environment variable that overrides the file for a role."""
    return f"STAFFAGE_{role.upper()}"


def configured(role: str) -> str:
    """A folder or a model's id, or nothing."""
    return os.environ.get(variable(role), "") or models().get(role, "")


def models() -> dict[str, str]:
    """What the file says, role by role; a file that cannot be read says nothing, which the log tells once."""
    try:
        return read_models()
    except RequestInvalid as error:
        _warn_once(error.detail)
        return {}


def read_models() -> dict[str, str]:
    """What the file says, role by role. Raises `RequestInvalid` where it cannot be read."""
    return _models(_read())


@cache
def _warn_once(words: str) -> None:
    """Every role asks; who reads the log needs to be told once."""
    log.warning("%s", words)


def configure(role: str, value: str) -> None:
    """Write a role's folder or id into the file; an empty value takes it out. What else is there stays.

    Raises `RequestInvalid` rather than writing over a file that cannot be read.
    """
    content = _read()
    chosen = _models(content)
    if value:
        chosen[role] = value
    else:
        chosen.pop(role, None)
    write_private_json(config_file(), content | {"models": chosen})


def _read() -> dict:
    path = config_file()
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable(path, str(error)) from None
    if not isinstance(content, dict):
        raise _unreadable(path, "it is not an object of JSON")
    return content


def _models(content: dict) -> dict[str, str]:
    found = content.get("models", {})
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise _unreadable(config_file(), "“models” must map roles to folders or ids")
    return dict(found)


def _unreadable(path: Path, why: str) -> RequestInvalid:
    return RequestInvalid(f"The configuration {path} cannot be read: {why}.", remedy="Repair the file or remove it.")
