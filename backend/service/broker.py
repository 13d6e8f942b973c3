"""The process that listens: it answers at once, keeps the jobs, and leaves computing to the worker. Never torch here.

Clients reach a ROUTER on 127.0.0.1. Workers reach another one and are known by a token that only they were given. The
loop wakes for messages and ten times a second for everything that depends on time.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import time
from typing import Any

import zmq

from backend import __version__
from backend.pipelines.registry import offered
from backend.service import internal
from backend.service.crew import Crew
from backend.service.jobs import Job, JobTable, State, mesh_names
from backend.service.lifetime import Parent, keep_log_small
from backend.service.meshes import MeshStore
from backend.service.options import Options
from backend.service.peers import Peers, address, router
from backend.service.questions import Questions
from backend.service.status import status
from backend.service.telling import Telling
from protocol import codec
from protocol.connection import Connection, remove_connection, write_connection
from protocol.errors import (
    BackendLost,
    ErrorInfo,
    InternalError,
    MalformedMessage,
    MessageTooLarge,
    ProtocolMismatch,
    RequestInvalid,
    StaffageError,
    WorkerDied,
)
from protocol.messages import (
    Accepted,
    Bye,
    Cancel,
    CancelledJob,
    Chosen,
    Failed,
    Hello,
    Imagined,
    NeedMeshes,
    Picture,
    Preview,
    Progress,
    Refused,
    Rejected,
    Result,
    Review,
    Shutdown,
    Status,
    StatusRequest,
    Submit,
    Survey,
    SurveyFailed,
    Upload,
    Welcome,
)
from protocol.version import PROTOCOL_VERSION, require_compatible

TICK_S = 0.1
_MESSAGES_PER_TURN = 64  # from one socket before the other has its turn
# Messages per client and direction. Few, because previews and pieces of meshes are large, and neither a client that
# does not read nor one that sends faster than we read should fill our memory.
_QUEUE = 16
_KEEP_LOG_EVERY_S = 60.0
_JOB_ID = re.compile(r"[0-9a-f]{32}")

log = logging.getLogger(__name__)


class Broker:
    """`run` returns when the backend is to end."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._context = zmq.Context()
        self._front = router(
            self._context,
            f"tcp://127.0.0.1:{options.port or '*'}",
            linger_ms=300,
            ROUTER_HANDOVER=1,  # a client that comes back takes its own place
            MAXMSGSIZE=options.max_message_bytes,
            SNDHWM=_QUEUE,
            RCVHWM=_QUEUE,
        )
        self._back = router(self._context, "tcp://127.0.0.1:*", linger_ms=0, SNDHWM=0, RCVHWM=0)
        self.endpoint = address(self._front)
        self._peers = Peers(self._front)
        self._questions = Questions(self._peers)
        self._jobs = JobTable()
        self._meshes = MeshStore()
        self._crew = Crew(self._back, address(self._back))
        self._telling = Telling(self._peers)
        self._parent = Parent(options.parent_pid)
        self._parent_missed = 0.0  # when we last looked who is left without it
        self._unwanted = False  # whoever started it has left it to the others
        self._log_kept = 0.0
        self._end_reason = ""

    def run(self) -> int:
        for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), lambda number, _: self._end(signal.Signals(number).name))
        try:
            self._crew.start()
            connection = Connection(self.endpoint, os.getpid(), PROTOCOL_VERSION)
            write_connection(self._options.connection_file, connection)
            log.info("listening on %s, connection file %s", self.endpoint, self._options.connection_file)
            self._loop()
            log.info("ending: %s", self._end_reason)
        finally:
            self._end("an error")
            remove_connection(self._options.connection_file, os.getpid())
            for job in self._jobs.unfinished():
                self._finish(job, State.FAILED, Failed(job.id, BackendLost("The backend was stopped.").info))
            self._crew.end()
            self._front.close()
            self._back.close()
            self._context.term()
        return 0

    def _end(self, reason: str) -> None:
        self._end_reason = self._end_reason or reason

    def _loop(self) -> None:
        poller = zmq.Poller()
        poller.register(self._front, zmq.POLLIN)
        poller.register(self._back, zmq.POLLIN)
        next_tick = 0.0
        while not self._end_reason:
            ready = dict(poller.poll(max(0, 1000 * (next_tick - time.monotonic()))))
            if self._back in ready:
                self._drain(self._back, self._from_worker)
            if self._front in ready:
                self._drain(self._front, self._from_client)
            now = time.monotonic()
            if now >= next_tick:
                next_tick = now + TICK_S
                try:
                    self._tick(now)
                except Exception:
                    log.exception("tick")

    def _drain(self, socket: zmq.Socket, handle: Any) -> None:
        for _ in range(_MESSAGES_PER_TURN):
            try:
                identity, *frames = socket.recv_multipart(zmq.NOBLOCK, copy=False)
            except zmq.Again:
                return
            try:
                handle(identity.bytes, frames)
            except Exception as error:  # our mistake; the backend goes on for everybody else
                log.exception("a message could not be dealt with")
                if socket is self._front:
                    answer = Rejected(InternalError(f"{type(error).__name__}: {error}"[:500]).info)
                    self._peers.send(identity.bytes, answer, in_reply_to=codec.message_id(frames))

    # --- from clients -----------------------------------------------------------------------------------------------

    def _from_client(self, identity: bytes, frames: list) -> None:
        now = time.monotonic()
        try:
            limit = self._options.max_message_bytes
            message = codec.decode(frames, their_side="extension", limit=limit).message
            if isinstance(message, Hello):
                require_compatible(message.protocol, their_side="extension")
                self._hello(identity, message, now)
                return
            if identity not in self._peers:
                raise MalformedMessage("The first message must be a hello.")
        except StaffageError as error:
            refuse = isinstance(error, ProtocolMismatch) or identity not in self._peers
            log.warning("%s: %s", error.code, error.detail)
            answer = Refused(error.info) if refuse else Rejected(error.info)
            self._peers.send(identity, answer, in_reply_to=codec.message_id(frames))
            return
        self._peers.heard(identity, now)
        match message:
            case StatusRequest():
                self._peers.send_optional(identity, codec.encode(self._status()))
            case Submit():
                self._submit(identity, message)
            case Upload():
                self._upload(identity, message)
            case Picture() | SurveyFailed() | Chosen():
                self._answer(identity, message)
            case Cancel(job):
                found = self._jobs.get(job)
                if found and found.client == identity:
                    self._cancel(found, now)
            case Bye():
                self._bye(identity, now)
            case Shutdown(unless_used):
                self._shutdown(identity, unless_used, now)
            case _:
                error = MalformedMessage(f"A client does not send {type(message).__name__.lower()}.")
                self._peers.send(identity, Rejected(error.info), in_reply_to=codec.message_id(frames))

    def _hello(self, identity: bytes, hello: Hello, now: float) -> None:
        log.info("hello from %s %s %s", hello.client, hello.client_version, hello.blender_version)
        self._peers.welcome(identity, hello.client, now)
        self._peers.send(identity, self._welcome())
        for job in self._jobs.finished(identity):  # it may have missed them
            self._peers.send_frames(identity, job.final)
        for job in self._jobs.unfinished(identity):
            self._questions.repeat(job)

    def _welcome(self) -> Welcome:
        limit = self._options.max_message_bytes
        return Welcome(PROTOCOL_VERSION, __version__, os.getpid(), limit, self._crew.actions, offered())

    def _bye(self, identity: bytes, now: float) -> None:
        for job in self._jobs.unfinished(identity):
            self._cancel(job, now)
        self._meshes.abandon(identity)
        self._peers.forget(identity)

    def _shutdown(self, identity: bytes, unless_used: bool, now: float) -> None:
        if unless_used:
            self._peers.probe(self._status, now, silent_for=0.0)
            if any(peer.identity != identity for peer in self._peers.connected):
                self._peers.send_optional(identity, codec.encode(self._status()))
                self._bye(identity, now)
                self._unwanted = True
                return
        self._end("asked to")

    def _submit(self, identity: bytes, message: Submit) -> None:
        if not _JOB_ID.fullmatch(message.job):
            error = RequestInvalid(f"{message.job[:40]!r} is no job id.")
            self._peers.send(identity, Rejected(error.info), in_reply_to=message.job[:64])
            return
        job = self._jobs.get(message.job)
        if job is None and self._jobs.is_full:
            error = RequestInvalid("Too many jobs are waiting.", remedy="Wait until some of them are done.")
            self._peers.send(identity, Failed(message.job, error.info))
            return
        if job is None:
            meshes = mesh_names(message.request.snapshot.objects)
            missing = {name for name in meshes if name not in self._meshes}
            job = Job(message.job, identity, message.request, meshes, missing)
            self._jobs.add(job)
            self._crew.revive()
        # Submitted again, by a client that came back: whoever knows the id is its owner.
        job.client = identity
        if job.is_final:
            self._peers.send_frames(identity, job.final)
        elif job.missing:
            self._peers.send(identity, NeedMeshes(job.id, tuple(sorted(job.missing))), in_reply_to=job.id)
        else:
            self._accept(job)
            self._questions.repeat(job)

    def _accept(self, job: Job) -> None:
        self._peers.send(job.client, Accepted(job.id, self._jobs.ahead_of(job)), in_reply_to=job.id)
        self._dispatch()

    def _upload(self, identity: bytes, upload: Upload) -> None:
        waiting = self._jobs.waiting_for(identity, upload.hash)
        if not waiting and upload.hash not in self._meshes:
            return  # of a job that was cancelled meanwhile
        try:
            complete = self._meshes.receive(identity, upload, self._jobs.pinned_meshes())
        except (MalformedMessage, MessageTooLarge) as error:
            for job in waiting:
                self._finish(job, State.FAILED, Failed(job.id, error.info))
            return
        if complete:
            for job in self._jobs.mesh_arrived(upload.hash):
                self._accept(job)

    def _answer(self, identity: bytes, message: Picture | SurveyFailed | Chosen) -> None:
        job = self._jobs.get(message.job)
        # Of a job that has ended meanwhile, or a question asked twice: nothing that anybody did wrong.
        if job and job.client == identity and self._questions.answered(message):
            self._crew.send(message)

    def _cancel(self, job: Job, now: float) -> None:
        if self._jobs.cancel(job, now):
            self._finish(job, State.CANCELLED, CancelledJob(job.id))
        elif job.state is State.CANCELLING:
            self._crew.send(Cancel(job.id))

    def _status(self) -> Status:
        return status(self._crew, self._jobs, self._telling.latest, len(self._peers.connected))

    # --- from the worker --------------------------------------------------------------------------------------------

    def _from_worker(self, identity: bytes, frames: list) -> None:
        if not self._crew.is_from_current(identity):
            return  # an earlier worker's last words, or somebody who is no worker
        message = internal.decode(frames)
        if isinstance(message, (internal.WarmUp, internal.Ready, internal.NotReady)):
            self._crew.on_message(message)
            if isinstance(message, internal.Ready):
                for peer in self._peers:
                    self._peers.send(peer.identity, self._welcome())
            self._dispatch()
            return
        job = self._jobs.get(message.job)
        if job is None or job is not self._jobs.running:
            return
        match message:
            case Progress():
                self._telling.hear(message, frames)
                self._telling.pass_on(job, time.monotonic())
            case Preview():
                self._peers.send_optional(job.client, frames)
            case Imagined(_, view):
                self._questions.shown(job, view, frames)
            case Survey() | Review():
                self._questions.ask(job, message, frames)
            case Result() | Failed() if job.state is State.CANCELLING:
                # It was done before it heard: the user has been told that it ends, and gets what they asked for.
                self._finish(job, State.CANCELLED, CancelledJob(job.id))
            case Result():
                self._finish(job, State.DONE, frames)
            case Failed():
                self._finish(job, State.FAILED, frames)
            case CancelledJob():
                self._finish(job, State.CANCELLED, frames)

    # --- jobs -------------------------------------------------------------------------------------------------------

    def _dispatch(self) -> None:
        """Give the worker the next job, or tell those who wait that there is no worker."""
        if self._end_reason:
            return
        if self._crew.state == "failed":
            self._fail_all_waiting(self._crew.error)
        job = self._jobs.next_queued()
        if job is None or self._crew.state != "ready" or self._jobs.running:
            return
        self._jobs.start(job)
        self._telling.forget()
        meshes = {name: self._meshes.get(name) for name in job.meshes}
        self._crew.run(job.id, job.request, meshes, self._meshes.names())

    def _finish(self, job: Job, state: State, final: Any) -> None:
        """End a job; `final` is its last message or that message's frames. Does nothing if it has ended before."""
        frames = final if isinstance(final, list) else codec.encode(final, in_reply_to=job.id)
        was_running = job is self._jobs.running
        if not self._jobs.finish(job, state, frames, time.monotonic()):
            return
        log.info("job %s: %s", job.id, state.value)
        if was_running:
            self._telling.forget()
            self._questions.ended(job)
        self._peers.send_frames(job.client, frames)
        self._meshes.abandon(job.client, wanted=set().union(*(j.missing for j in self._jobs.unfinished(job.client))))
        self._dispatch()

    def _fail_all_waiting(self, error: ErrorInfo) -> None:
        for job in self._jobs.unfinished():
            if job.state is not State.RUNNING:
                self._finish(job, State.FAILED, Failed(job.id, error))

    # --- time -------------------------------------------------------------------------------------------------------

    def _tick(self, now: float) -> None:
        self._telling.pass_on(self._jobs.running, now)
        self._peers.flush()
        self._jobs.forget_old(now)
        self._watch_worker(now)
        self._peers.probe(self._status, now)
        for peer in self._peers.lost(now):
            self._bye(peer.identity, now)
        if (job := self._jobs.running) and job.state is State.RUNNING and self._questions.deserted(job, now):
            self._cancel(job, now)
        self._watch_users(now)
        if now - self._log_kept > _KEEP_LOG_EVERY_S:
            self._log_kept = now
            keep_log_small()

    def _watch_worker(self, now: float) -> None:
        job = self._jobs.running
        if obituary := self._crew.watch(now, busy=job is not None):
            if job:
                self._lose(job, obituary)
            self._dispatch()
        elif job and job.state is State.CANCELLING and now - job.cancelled_at > self._options.cancel_patience_s:
            self._crew.kill(now)
            self._lose(job, "")

    def _lose(self, job: Job, obituary: str) -> None:
        """The running job's worker is gone."""
        if job.state is State.CANCELLING:
            self._finish(job, State.CANCELLED, CancelledJob(job.id))
        else:
            self._finish(job, State.FAILED, Failed(job.id, WorkerDied(obituary).info))

    def _watch_users(self, now: float) -> None:
        """End when the process that started us is gone or does not want us, unless another client is still there."""
        if self._unwanted and not self._peers.connected:
            self._end("nobody uses it any more")
        if not self._parent.is_gone:
            return
        if not self._parent_missed:
            log.info("the parent process %d is gone", self._parent.pid)
        elif now - self._parent_missed < 1.0:
            return
        self._parent_missed = now
        self._peers.probe(self._status, now, silent_for=0.0)
        if not self._peers.connected:
            self._end("the parent process is gone")
