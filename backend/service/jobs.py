"""The jobs and their states. No sockets and no clocks of its own: the broker tells it what happened and when.

    UPLOADING → QUEUED → RUNNING → DONE | FAILED | CANCELLED
         └────────┴──────────┴──→ CANCELLING (only from RUNNING) → CANCELLED

A job has exactly one final state: `finish` says whether this was it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

MAX_UNFINISHED = 64
# A finished job is remembered this long, with its final message for a client that comes back. (Keeping it until it is
# acknowledged needs a journal, which would take this table's place.)
KEEP_FINISHED_S = 120.0
KEEP_FINISHED_COUNT = 16
KEEP_FINISHED_BYTES = 256 * 2**20  # but the newest, however large


class State(Enum):
    UPLOADING = "uploading"
    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINAL = (State.DONE, State.FAILED, State.CANCELLED)


@dataclass
class Job:
    """One request on its way."""

    id: str
    client: bytes  # whom to answer
    request: Any
    meshes: frozenset[str]  # hashes that it needs
    missing: set[str] = field(default_factory=set)  # of those, what is still to be uploaded
    state: State = State.QUEUED
    cancelled_at: float = 0.0
    finished_at: float = 0.0
    final: list | None = None  # frames of the final message

    @property
    def is_final(self) -> bool:
        return self.state in FINAL


class JobTable:
    """All jobs, in the order in which they came."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}

    def get(self, job_id: str) -> Job | None:
        return self._jobs.get(job_id)

    def add(self, job: Job) -> None:
        job.state = State.UPLOADING if job.missing else State.QUEUED
        self._jobs[job.id] = job

    def unfinished(self, client: bytes | None = None) -> list[Job]:
        """Running first, then in order; of one client or of all."""
        jobs = [job for job in self._jobs.values() if not job.is_final and client in (None, job.client)]
        return sorted(jobs, key=lambda job: job.state not in (State.RUNNING, State.CANCELLING))

    def finished(self, client: bytes) -> list[Job]:
        return [job for job in self._jobs.values() if job.is_final and job.client == client]

    @property
    def is_full(self) -> bool:
        return len(self.unfinished()) >= MAX_UNFINISHED

    @property
    def running(self) -> Job | None:
        return next((job for job in self._jobs.values() if job.state in (State.RUNNING, State.CANCELLING)), None)

    def next_queued(self) -> Job | None:
        return next((job for job in self._jobs.values() if job.state is State.QUEUED), None)

    def ahead_of(self, job: Job) -> int:
        """How many jobs are to be computed before this one."""
        waiting = [other for other in self.unfinished() if other.state is not State.UPLOADING]
        return waiting.index(job) if job in waiting else len(waiting)

    def pinned_meshes(self) -> set[str]:
        """Hashes that unfinished jobs need."""
        return set().union(*(job.meshes for job in self.unfinished()))

    def mesh_arrived(self, name: str) -> list[Job]:
        """Note that a mesh is there; the jobs that waited for nothing else are now queued."""
        complete = []
        for job in self._jobs.values():
            if job.state is State.UPLOADING:
                job.missing.discard(name)
                if not job.missing:
                    job.state = State.QUEUED
                    complete.append(job)
        return complete

    def waiting_for(self, client: bytes, name: str) -> list[Job]:
        return [job for job in self.unfinished(client) if job.state is State.UPLOADING and name in job.missing]

    def start(self, job: Job) -> None:
        assert job.state is State.QUEUED
        job.state = State.RUNNING

    def cancel(self, job: Job, now: float) -> bool:
        """Cancel an unfinished job. Whether it can end at once; otherwise the worker has to let go of it first."""
        if job.state in (State.RUNNING, State.CANCELLING):
            if job.state is State.RUNNING:
                job.state, job.cancelled_at = State.CANCELLING, now
            return False
        return not job.is_final

    def finish(self, job: Job, state: State, final: list, now: float) -> bool:
        """Give the job its final state and message. False if it had one already: then nothing may be sent."""
        assert state in FINAL
        if job.is_final:
            return False
        job.state, job.final, job.finished_at = state, final, now
        job.request, job.missing = None, set()  # the request's arrays are not needed any more
        return True

    def forget_old(self, now: float) -> None:
        """Drop finished jobs that are too old, too many, or too large together; the newest stays for its time."""
        finished = sorted((job for job in self._jobs.values() if job.is_final), key=lambda job: -job.finished_at)
        size = 0
        for number, job in enumerate(finished):
            size += sum(map(len, job.final))
            too_many = number >= KEEP_FINISHED_COUNT or (number > 0 and size > KEEP_FINISHED_BYTES)
            if too_many or now - job.finished_at > KEEP_FINISHED_S:
                del self._jobs[job.id]


def mesh_names(objects: Iterable[Any]) -> frozenset[str]:
    """The hashes that a snapshot's objects need."""
    return frozenset(item.mesh for item in objects)
