"""How the backend is, in the words of `messages.Status`."""

from __future__ import annotations

import os

from backend.service.crew import Crew
from backend.service.jobs import JobTable
from backend.service.process import resident_bytes
from protocol.messages import Progress, Status


def status(crew: Crew, table: JobTable, progress: Progress | None, clients: int) -> Status:
    """`progress`: the running job's latest, if it has said anything yet."""
    state, stage, fraction, seconds_left = "ready", "", 1.0, None
    if crew.state != "ready":
        state, stage, fraction = crew.state, crew.stage, crew.fraction
    elif table.running and progress:
        state, stage, fraction, seconds_left = "busy", progress.stage, progress.fraction, progress.seconds_left
    elif table.running:
        state, stage, fraction = "busy", "Starting", 0.0
    return Status(
        state=state,
        stage=stage,
        fraction=fraction,
        seconds_left=seconds_left,
        jobs=tuple(job.id for job in table.unfinished()),
        resident_bytes=resident_bytes(os.getpid()) + (resident_bytes(crew.pid) if crew.pid else 0),
        error=crew.error,
        clients=clients,
    )
