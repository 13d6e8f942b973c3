"""Backends as processes of their own, for tests that kill, stop and orphan them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from protocol.connection import read_connection
from protocol.errors import BackendMissing
from tests.service.conftest import PIPELINE
from tests.service.talking import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]


def wait_for(condition, what):
    deadline = time.monotonic() + PATIENCE_S
    while not (value := condition()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)
    return value


def worker_of(broker_pid):
    """The broker's only child."""
    children = Path(f"/proc/{broker_pid}/task/{broker_pid}/children")
    if not children.exists():
        pytest.skip("this kernel does not list children")
    return int(wait_for(lambda: children.read_text().split(), "a worker")[0])


def serve(*arguments, **options):
    """`python -m backend serve` as a process of its own."""
    command = [sys.executable, "-m", "backend", "serve", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | PIPELINE, stderr=subprocess.DEVNULL, **options)


def connection_in(path):
    def read():
        try:
            return read_connection(path)
        except BackendMissing:
            return None

    return wait_for(read, "the connection file")
