"""Leaves word where the backend is installed, so that the extension finds its Python without asking the user."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

from backend import __version__
from protocol.connection import backend_record_file, write_private_json

log = logging.getLogger(__name__)


def record() -> None:
    """Write `{"python", "version", "folder"}` for the extension; a folder that cannot be written is no obstacle.

    `folder` is where the packages lie: started from it, `python -m backend` works without being installed.
    """
    path = backend_record_file()
    content = {
        "python": sys.executable,
        "version": __version__,
        "folder": str(Path(__file__).resolve().parents[1]),
    }
    try:
        if json.loads(path.read_text("utf-8")) == content:
            return
    except (OSError, ValueError):
        pass
    try:
        write_private_json(path, content)
    except OSError as error:
        log.warning("cannot write %s: %s", path, error)
