"""The process that computes: one job at a time, told by the broker over a socket of its own. No threads.

While a pipeline computes, the socket is read from within the pipeline's own calls to its context. Never print here, and
expect nothing of stdout: libraries write banners on it.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import signal
import sys
import time
from collections import deque
from dataclasses import replace
from types import ModuleType
from typing import Any

import zmq

from backend.pipelines import registry
from backend.service import internal
from backend.service.jobs import mesh_names
from backend.service.process import TOKEN, die_with_parent
from backend.service.worker_context import WorkerContext
from protocol import codec
from protocol.client import tune
from protocol.connection import process_alive
from protocol.errors import Cancelled, InternalError, StaffageError
from protocol.messages import CancelledJob, Failed, Mesh

# Of a job's progress goes to loading what it needs, the first time.
_LOADING_SHARE = 0.1

# What of a request concerns its context only.
_ASKING = ("engine", "review")

log = logging.getLogger(__name__)


class Link:
    """The worker's end of the broker's socket."""

    def __init__(self, endpoint: str, token: str, parent: int) -> None:
        self._parent = parent
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.DEALER)
        self._socket.setsockopt(zmq.ROUTING_ID, token.encode())
        self._socket.setsockopt(zmq.LINGER, 1000)
        self._socket.setsockopt(zmq.SNDHWM, 0)  # what is sent is thinned out here; a Result must never be dropped
        tune(self._socket)
        self._socket.connect(endpoint)

    def send(self, message: Any) -> None:
        self._socket.send_multipart(codec.encode(message), copy=True)

    def send_frames(self, frames: list) -> None:
        """Send without copying: for arrays that never change again."""
        self._socket.send_multipart(frames, copy=False)

    def receive(self, wait_s: float = 0.0) -> Any | None:
        """The next message, or None if there is none in time. Ends the process when the broker is gone."""
        if not self._socket.poll(int(1000 * wait_s)):
            self.end_if_orphaned()
            return None
        return internal.decode(self._socket.recv_multipart(copy=False))

    def end_if_orphaned(self) -> None:
        orphaned = not process_alive(self._parent) if sys.platform == "win32" else os.getppid() != self._parent
        if orphaned:
            log.warning("the broker is gone")
            raise SystemExit(0)

    def close(self) -> None:
        self._socket.close()
        self._context.term()


class Worker:
    """Warm up, then compute what comes."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._inbox: deque = deque()
        self._meshes: dict[str, Mesh] = {}
        self._pipelines: dict[str, ModuleType] = {}  # those that are loaded

    def run(self) -> None:
        if not self._warm_up():
            return
        while True:
            message = self._inbox.popleft() if self._inbox else self._link.receive(wait_s=0.5)
            match message:
                case internal.Store(mesh):
                    self._meshes[mesh.hash] = mesh
                case internal.Run():
                    self._meshes = {name: mesh for name, mesh in self._meshes.items() if name in message.keep}
                    self._link.send_frames(self._compute(message))
                case internal.Stop():
                    return

    def _warm_up(self) -> bool:
        """Load the pipelines that most requests are for; a failure here is told, not raised."""
        modules = {request: path for request, path in registry.pipelines().items() if request in registry.AT_START}
        try:
            for number, (request, path) in enumerate(modules.items()):
                report = _Report(self._link, number / len(modules), 1 / len(modules))
                report("Loading", 0.0)
                self._pipelines[request] = importlib.import_module(path)
                self._pipelines[request].warm_up(report)
        except Exception as error:
            self._link.send(internal.NotReady(_told(error, "warm-up").info))
            return False
        actions = [action for module in self._pipelines.values() for action in getattr(module, "ACTIONS", ())]
        self._link.send(internal.Ready(tuple(actions)))
        return True

    def _compute(self, order: internal.Run) -> list:
        """The job's final message, encoded here so that a result that cannot be sent is the job's failure."""
        options = {name: getattr(order.request, name) for name in _ASKING if hasattr(order.request, name)}
        context = WorkerContext(order.job, self._link, self._inbox, **options)
        log.info("job %s starts", order.job)
        try:
            context.check()
            pipeline = self._pipeline(type(order.request).__name__, context)
            # Of the store, the meshes that this request speaks of: the others are of earlier scenes.
            meshes = {name: self._meshes[name] for name in mesh_names(order.request.snapshot.objects)}
            result = pipeline.run(order.request, meshes, context)
            return codec.encode(replace(result, job=order.job, seconds=time.monotonic() - context.started))
        except Cancelled:
            return codec.encode(CancelledJob(order.job))
        except Exception as error:
            return codec.encode(Failed(order.job, _told(error, f"job {order.job}").info))
        finally:
            log.info("job %s ends after %.2f s", order.job, time.monotonic() - context.started)

    def _pipeline(self, request: str, context: WorkerContext) -> ModuleType:
        """The pipeline for requests of this class; its first job waits for what it loads."""
        if request not in self._pipelines:
            context.progress("Loading", 0.0)
            module = importlib.import_module(registry.pipelines()[request])
            module.warm_up(lambda stage, fraction: context.progress(stage, _LOADING_SHARE * fraction))
            self._pipelines[request] = module
        return self._pipelines[request]


class _Report:
    """Warm-up progress of one pipeline among several, at most ten times a second."""

    def __init__(self, link: Link, start: float, share: float) -> None:
        self._link, self._start, self._share = link, start, share
        self._stage, self._told = "", 0.0

    def __call__(self, stage: str, fraction: float) -> None:
        now = time.monotonic()
        if stage != self._stage or now - self._told >= 0.1:
            self._stage, self._told = stage, now
            fraction = self._start + self._share * min(max(float(fraction), 0.0), 1.0)
            self._link.send(internal.WarmUp(stage, fraction))
            self._link.end_if_orphaned()


def _told(error: Exception, where: str) -> StaffageError:
    """The error as the user gets it. What we did wrong leaves a traceback in the log; what they did wrong does not."""
    if isinstance(error, StaffageError) and not isinstance(error, InternalError):
        log.info("%s: %s: %s", where, error.code, error.detail)
        return error
    log.error("%s failed", where, exc_info=error)
    return InternalError(f"{type(error).__name__}: {error}"[:500])


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Started by the broker.")
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--parent", required=True, type=int)
    arguments = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s worker %(levelname)s %(name)s: %(message)s")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the broker decides what it means
    die_with_parent()
    link = Link(arguments.endpoint, os.environ.pop(TOKEN), arguments.parent)
    Worker(link).run()
    link.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
