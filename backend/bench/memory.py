"""Resident size of the whole backend, broker and worker, after it has answered a request."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from backend.bench.places import living_room
from backend.service.blocking import connect, local_backend
from backend.service.blocking import run as run_job
from protocol.client import Client
from protocol.messages import HumansRequest


def run() -> dict[str, Any]:
    snapshot, meshes = living_room()
    with (
        tempfile.TemporaryDirectory() as folder,
        local_backend(log=Path(folder) / "log") as connection,
        connect(connection.endpoint) as client,
    ):
        ready = _status_bytes(client)
        run_job(client, HumansRequest("a woman sitting on the sofa", snapshot, candidates=4), meshes)
        after = _status_bytes(client)
    return {
        "resident_ready_mb": round(ready / 1e6),
        "resident_after_job_mb": round(after / 1e6),
        "growth": round(after / ready, 3),
        "targets": {"resident_after_job_mb": ["<", 2000]},
    }


def _status_bytes(client: Client) -> int:
    """Bytes as the backend reports them once it is ready; the first start builds the body's cache."""
    client.status = None
    while client.status is None or client.status.state != "ready":
        client.wait(0.2)
        client.poll()
        if client.state != "ready":
            raise RuntimeError(f"the backend is {client.state}")
    time.sleep(1.1)  # one more heartbeat, so that the figure is of now
    client.poll()
    return client.status.resident_bytes
