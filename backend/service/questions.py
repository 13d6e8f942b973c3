"""What the running job has asked its client: pictures of the scene, or a choice. Kept until it is answered, so that a
client that comes back is asked again, a choice together with the pictures to choose from; a client that stays away
gives its place up to those who wait.
"""

from __future__ import annotations

from backend.service.jobs import Job
from backend.service.peers import Peers
from protocol.messages import Chosen, Picture, Review, Survey, SurveyFailed

# Without a connection. A client that renders is silent, but its connection stands.
ABSENT_S = 30.0


class Questions:
    """The open question, if there is one; a worker asks one at a time and waits."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers
        self._job = ""
        self._frames: list = []
        self._number = 0
        self._open: set[int] = set()  # views of a survey that are still to come; one 0 for a review
        self._shown: dict[int, list] = {}  # frames of the pictures that a review is or will be about, by their numbers

    def shown(self, job: Job, view: int, frames: list) -> None:
        """Show the client a picture, which it may have to choose by."""
        if getattr(job.request, "review", False):
            self._shown[view] = frames
        self._peers.send_latest(job.client, (job.id, view), frames)

    def ask(self, job: Job, question: Survey | Review, frames: list) -> None:
        self._job, self._number, self._frames = job.id, question.number, frames
        self._open = set(range(len(question.cameras))) if isinstance(question, Survey) else {0}
        self._peers.send_frames(job.client, frames)

    def repeat(self, job: Job) -> None:
        """The job's client has come back and may have missed what it was asked."""
        if not self._open or self._job != job.id:
            return
        for view, frames in self._shown.items():
            self._peers.send_latest(job.client, (job.id, view), frames)
        self._peers.send_frames(job.client, self._frames)

    def answered(self, answer: Picture | SurveyFailed | Chosen) -> bool:
        """Note an answer; False if nobody waits for it (any more)."""
        if not self._open or (answer.job, answer.number) != (self._job, self._number):
            return False
        if isinstance(answer, Picture):
            self._open.discard(answer.index)
        else:
            self._open.clear()
        if isinstance(answer, Chosen):
            self._shown.clear()
        return True

    def ended(self, job: Job) -> None:
        """The running job has."""
        self._shown.clear()
        if job.id == self._job:
            self._open.clear()

    def deserted(self, job: Job, now: float) -> bool:
        """Whether the job waits for a client that is not there any more."""
        return bool(self._open) and self._job == job.id and self._peers.absent(job.client, now, ABSENT_S)
