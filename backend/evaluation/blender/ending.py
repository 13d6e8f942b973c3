"""How a process with Blender in it ends: its work done or the failure in the log, and the exit code says which."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from typing import NoReturn

log = logging.getLogger(__name__)


def run_and_leave(work: Callable[[], object], failure: str) -> NoReturn:
    """Do `work`, then end the process: with 1 and a traceback under the title `failure` if it raised, else with 0."""
    code = 0
    try:
        work()
    except Exception:
        log.exception(failure)
        code = 1
    logging.shutdown()
    sys.stdout.flush()
    os._exit(code)  # bpy's own exit may crash after the work is done
