"""The running job's progress, passed on to its client ten times a second at most, the latest only."""

from __future__ import annotations

from backend.service.jobs import Job
from backend.service.peers import Peers
from protocol.messages import Progress

EVERY_S = 0.1


class Telling:
    def __init__(self, peers: Peers) -> None:
        self.latest: Progress | None = None  # of the running job, if it has said anything yet
        self._peers = peers
        self._frames: list | None = None  # the same, not yet passed on
        self._sent = 0.0

    def hear(self, progress: Progress, frames: list) -> None:
        self.latest, self._frames = progress, frames

    def pass_on(self, job: Job | None, now: float) -> None:
        """`job`: the running one."""
        if job and self._frames and now - self._sent >= EVERY_S:
            self._peers.send_optional(job.client, self._frames)
            self._frames, self._sent = None, now

    def forget(self) -> None:
        """Another job begins, or this one has ended."""
        self.latest = self._frames = None
