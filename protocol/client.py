"""The client's side of the conversation, for the extension and the command line alike.

Nothing here blocks and there are no threads: ZeroMQ's own threads receive and send, `poll` is called from a timer and
returns within its budget. Sends copy (`copy=True`), because pyzmq's copy-free send would start a Python thread, which
Blender does not want; receives do not copy.
"""

from __future__ import annotations

import logging
import secrets
import struct
import time
from collections import deque
from collections.abc import Generator, Mapping, Sequence
from typing import Any

import zmq

from . import codec
from .arrays import Array
from .errors import (
    BackendLost,
    BackendMissing,
    ErrorInfo,
    MalformedMessage,
    ProtocolMismatch,
    StaffageError,
    error_from,
)
from .messages import (
    SINCE,
    Accepted,
    Bye,
    Cancel,
    CancelledJob,
    Chosen,
    Failed,
    Hello,
    Mesh,
    NeedMeshes,
    Picture,
    Refused,
    Rejected,
    Request,
    Result,
    Review,
    Shutdown,
    Status,
    StatusRequest,
    Submit,
    Survey,
    SurveyFailed,
    Welcome,
)
from .uploads import Uploads

HEARTBEAT_S = 1.0
LOST_AFTER_S = 4.5  # without an answer; with the heartbeat's second the user knows within six
GONE_AFTER_S = 1.5  # without a connection, which is lost at once when the other process ends

# A timer that did not fire (a long render, a sleeping laptop) is our silence, not the backend's: so much of it counts.
_LONGEST_GAP_S = 1.0
# Whole messages queued inside ZeroMQ. Few on the way out, so that a heartbeat waits behind 16 MiB of meshes at most.
_SEND_QUEUE = 4
_RECEIVE_QUEUE = 64
# What may go missing without anybody waiting for it for ever.
_OPTIONAL_KINDS = (b"progress", b"preview", b"imagined", b"status", b"rejected")

_REPLACED = "Another one has taken its place, or it has forgotten this Blender."

# Measured on loopback: a megabyte moves large messages in two thirds of the time that the system's own choice takes,
# because what is written is still in the processor's cache when it is read.
_SYSTEM_BUFFER_BYTES = 2**20

log = logging.getLogger(__name__)


def tune(socket: zmq.Socket) -> None:
    """Settings that both sides' sockets share, for large messages; before binding or connecting."""
    socket.setsockopt(zmq.SNDBUF, _SYSTEM_BUFFER_BYTES)
    socket.setsockopt(zmq.RCVBUF, _SYSTEM_BUFFER_BYTES)


class Client:
    """One conversation with one backend.

    `state` goes from "connecting" to "ready", or to "refused" or "lost", which are final: make a new client then. Every
    job ends with exactly one of Result, Failed and CancelledJob, also when the backend is lost.
    """

    def __init__(
        self,
        endpoint: str,
        hello: Hello,
        context: zmq.Context | None = None,
        *,
        identity: bytes | None = None,
        connect_timeout: float = 10.0,
    ) -> None:
        """`identity`: that of an earlier client, to receive what its jobs have produced since."""
        self.state = "connecting"
        self.error: ErrorInfo | None = None
        self.welcome: Welcome | None = None
        self.status: Status | None = None
        self.identity = identity or secrets.token_bytes(16)
        self._own_context = context is None
        self._context = context or zmq.Context()
        self._socket = self._context.socket(zmq.DEALER)
        self._socket.setsockopt(zmq.ROUTING_ID, b"\x01" + self.identity)  # may not start with a zero byte
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.IMMEDIATE, 1)  # nothing is queued to somebody who is not there
        self._socket.setsockopt(zmq.SNDHWM, _SEND_QUEUE)
        self._socket.setsockopt(zmq.RCVHWM, _RECEIVE_QUEUE)
        self._socket.setsockopt(zmq.MAXMSGSIZE, codec.MAX_MESSAGE_BYTES)
        tune(self._socket)
        # Connections made and lost, as messages on a socket of their own.
        events = zmq.EVENT_HANDSHAKE_SUCCEEDED | zmq.EVENT_DISCONNECTED
        self._monitor = self._socket.get_monitor_socket(events, f"inproc://{secrets.token_hex(8)}")
        self._connected = False
        self._outbox: deque[list] = deque()
        self._jobs: dict[str, None] = {}  # unfinished, in order
        self._uploads = Uploads()
        self._ended: deque[str] = deque(maxlen=256)  # so that a repeated final message is seen once
        self._pending: list[Any] = []  # for the next poll to return
        self._timeout = connect_timeout
        self._silence = 0.0  # seconds in which an answer was due
        self._awaiting = True  # an answer is due
        self._polled = time.monotonic()
        self._beat = 0.0  # when the backend was last asked how it is
        try:
            self._socket.connect(endpoint)
        except zmq.ZMQError as error:
            self._end("lost", BackendMissing(f"{endpoint!r} is no address: {error}.").info)
            return
        self._send(hello)

    # --- asking -----------------------------------------------------------------------------------------------------

    @property
    def jobs(self) -> tuple[str, ...]:
        """The jobs that have not ended."""
        return tuple(self._jobs)

    def submit(self, request: Request, meshes: Mapping[str, Mesh]) -> str:
        """Ask; returns the job's id. From `meshes` the backend gets what it lacks; do not change them meanwhile.

        Raises `MessageTooLarge` or `MalformedMessage`, `BackendMissing` or `BackendLost` without a conversation, and
        `ProtocolMismatch` if the backend is known to be too old for such a request.
        """
        steps = self.submitting(request, meshes)
        while True:
            try:
                next(steps)
            except StopIteration as done:
                return done.value

    def submitting(self, request: Request, meshes: Mapping[str, Mesh]) -> Generator[None, None, str]:
        """`submit` in steps of less than a millisecond, for a thread that must not be held; nothing is sent before."""
        self._require_conversation()
        self._require_support(type(request))
        job = secrets.token_hex(16)
        limit = self.welcome.max_message_bytes if self.welcome else codec.MAX_MESSAGE_BYTES
        steps = codec.encoding(Submit(job, request), message_id=job, limit=limit)
        while (frames := next(steps)) is None:
            yield
        self._require_conversation()  # it may have ended meanwhile
        self._jobs[job] = None
        self._uploads.hold(job, meshes)
        self._outbox.append(frames)
        self._flush()
        return job

    def _require_conversation(self) -> None:
        if self.state in ("refused", "lost", "closed"):
            raise error_from(self.error) if self.error else BackendMissing()

    def _require_support(self, request: type) -> None:
        since = SINCE.get(request, (0, 0))
        if self.welcome and tuple(self.welcome.protocol) < since:
            theirs = ".".join(map(str, self.welcome.protocol))
            needed = ".".join(map(str, since))
            raise ProtocolMismatch(
                f"The backend speaks protocol {theirs}; this needs {needed}.",
                remedy="Update the backend, then restart it.",
            )

    # --- answering --------------------------------------------------------------------------------------------------

    def picture(self, survey: Survey, index: int, pixels: Array, *, filled: bool = False) -> None:
        """One of the pictures that a survey asks for: (H, W, 3) uint8, sRGB, of its camera's size."""
        if survey.job in self._jobs:
            self._send(Picture(survey.job, survey.number, index, pixels, filled))

    def survey_failed(self, survey: Survey, reason: str) -> None:
        """The pictures cannot be made; the job fails for this reason."""
        if survey.job in self._jobs:
            self._send(SurveyFailed(survey.job, survey.number, reason))

    def choose(self, review: Review, kept: Sequence[int]) -> None:
        """Which of a review's pictures to go on with."""
        if review.job in self._jobs:
            self._send(Chosen(review.job, review.number, tuple(kept)))

    def cancel(self, job: str) -> None:
        """Ask for the end of a job. The job's one final message follows, usually CancelledJob."""
        if job in self._jobs:
            self._uploads.release(job)
            self._send(Cancel(job))

    def shutdown(self, *, unless_used: bool = False) -> None:
        """Ask the backend to end; see `messages.Shutdown`."""
        self._send(Shutdown(unless_used))

    def close(self) -> None:
        """Say good-bye, which cancels this client's jobs, and let go of the sockets: in a tenth of a second at most."""
        if self._socket.closed:
            return
        self._socket.disable_monitor()
        self._monitor.close(linger=0)
        if self.state == "ready":
            self._send(Bye())
            self._socket.close(linger=100)  # for the good-bye to leave
        else:
            self._socket.close(linger=0)
        if self.state in ("connecting", "ready"):
            self.state = "closed"
        self._jobs.clear()
        self._uploads.clear()
        if self._own_context:
            self._context.term()

    def put_back(self, messages: list[Any]) -> None:
        """Have the next `poll` return these first."""
        self._pending = [*messages, *self._pending]

    # --- the pump ---------------------------------------------------------------------------------------------------

    def poll(self, budget_s: float = 0.004) -> list[Any]:
        """Do what can be done within about `budget_s` seconds; return the messages that arrived, in order.

        Those are Accepted, Progress, Preview, Survey, Imagined, Review, Result, Failed, CancelledJob and Status; the
        rest is dealt with here.
        """
        deadline = time.monotonic() + budget_s
        messages, self._pending = self._pending, []
        if self._socket.closed or self.state in ("refused", "lost"):
            return messages
        self._flush()
        while self.state in ("connecting", "ready"):
            try:
                frames = self._socket.recv_multipart(zmq.NOBLOCK, copy=False)
            except zmq.Again:
                break
            messages += self._receive(frames)
            if time.monotonic() >= deadline:
                break
        if self.state in ("connecting", "ready"):
            self._beat_and_listen()
            self._upload(deadline)
        messages += self._pending
        self._pending = []
        return messages

    def wait(self, seconds: float) -> None:
        """Block until something arrives or the time is up: for the command line, never for Blender."""
        if not self._pending and not self._socket.closed:
            busy = self._outbox or self._uploads
            self._socket.poll(int(1000 * (min(seconds, 0.005) if busy else seconds)))

    def _receive(self, frames: list) -> list[Any]:
        self._silence, self._awaiting = 0.0, False
        try:
            envelope = codec.decode(frames, their_side="backend")
        except StaffageError as error:
            log.error("unreadable message: %s", error.detail)
            if frames[0].bytes not in _OPTIONAL_KINDS:
                self._end("refused" if self.state == "connecting" else "lost", error.info)
            return []
        message = envelope.message
        match message:
            case Welcome():
                self.welcome, self.state = message, "ready"
                self._beat = 0.0  # ask for the status now: whoever presses Start waits for it
            case Refused():
                # Once welcomed, a refusal means that another backend has taken this one's place.
                refused = self.state == "connecting"
                self._end("refused" if refused else "lost", message.error if refused else BackendLost(_REPLACED).info)
            case Rejected(error):
                log.error("the backend could not read a message: %s", error.detail)
                if envelope.in_reply_to in self._jobs:
                    return self._final(Failed(envelope.in_reply_to, error))
            case NeedMeshes(job, hashes):
                self._need(job, hashes)
            case Accepted(job, _):
                if job in self._jobs:
                    self._uploads.release(job)
                    return [message]
            case Result() | Failed() | CancelledJob():
                return self._final(message)
            case Status():
                self.status = message
                return [message]
            case _ if getattr(message, "job", "") not in self._ended:
                return [message]
        return []

    def _final(self, message: Result | Failed | CancelledJob) -> list[Any]:
        self._uploads.release(message.job)
        self._jobs.pop(message.job, None)
        if message.job in self._ended:
            return []
        self._ended.append(message.job)
        return [message]

    def _end(self, state: str, error: ErrorInfo) -> None:
        """No more conversation: every job that is still open fails for this reason."""
        self.state, self.error = state, error
        for job in self.jobs:
            self._pending += self._final(Failed(job, error))
        self._outbox.clear()

    # --- liveness ---------------------------------------------------------------------------------------------------

    def _beat_and_listen(self) -> None:
        now = time.monotonic()
        gap, self._polled = min(now - self._polled, _LONGEST_GAP_S), now
        self._watch_connection()
        if self._awaiting:
            self._silence += gap
        if self.state == "connecting":
            if self._silence > self._timeout:
                self._end("lost", BackendMissing("No backend answers.").info)
        elif not self._connected and self._silence > GONE_AFTER_S:
            self._end("lost", BackendLost("The connection broke.").info)
        elif self._silence > LOST_AFTER_S:
            self._end("lost", BackendLost("No answer for several seconds.").info)
        elif now - self._beat >= HEARTBEAT_S:
            self._beat, self._awaiting = now, True
            self._send(StatusRequest())

    def _watch_connection(self) -> None:
        while self._monitor.poll(0):
            event, _ = self._monitor.recv_multipart(zmq.NOBLOCK)
            self._connected = struct.unpack_from("=H", event)[0] == zmq.EVENT_HANDSHAKE_SUCCEEDED
            self._awaiting |= not self._connected

    # --- sending ----------------------------------------------------------------------------------------------------

    def _send(self, message: Any) -> None:
        self._outbox.append(codec.encode(message))
        self._flush()

    def _flush(self) -> bool:
        """Send what waits; whether all of it could be handed over."""
        while self._outbox:
            if not self._try(self._outbox[0]):
                return False
            self._outbox.popleft()
        return True

    def _try(self, frames: list) -> bool:
        try:
            self._socket.send_multipart(frames, zmq.NOBLOCK, copy=True)
        except zmq.Again:  # not connected, or the other side is slow; only the first frame can meet this
            return False
        return True

    # --- meshes -----------------------------------------------------------------------------------------------------

    def _need(self, job: str, hashes: tuple[str, ...]) -> None:
        if missing := self._uploads.need(job, hashes):
            self._send(Cancel(job))
            self._pending += self._final(Failed(job, MalformedMessage(f"Nobody has the mesh {missing[0]}.").info))

    def _upload(self, deadline: float) -> None:
        """Send pieces while there is time for one more, at least one; messages that wait go first."""
        while self._uploads and self._flush():
            begun = time.monotonic()
            if (frames := self._uploads.next()) is None:
                continue
            if not self._try(frames):
                self._outbox.append(frames)
                return
            now = time.monotonic()
            if now + (now - begun) > deadline:
                return

