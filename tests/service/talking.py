"""A client that tests can wait with, and scenes to send."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import zmq

from protocol import codec
from protocol.client import Client
from protocol.messages import CancelledJob, Failed, Hello, HumansRequest, Mesh, Result, SceneObject, Snapshot
from protocol.version import PROTOCOL_VERSION

FINAL = (Result, Failed, CancelledJob)
PATIENCE_S = 30.0  # a test that waits longer has failed; no test asserts that something is fast


class Talk:
    """All messages that came, and waiting for more."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.seen: list[Any] = []

    def ask(self, prompt: str, *meshes: Mesh) -> str:
        return self.client.submit(HumansRequest(prompt, scene(*meshes)), {mesh.hash: mesh for mesh in meshes})

    def until(self, condition: Callable[[], Any], patience: float = PATIENCE_S) -> Any:
        """Poll until `condition()` is true; its value."""
        deadline = time.monotonic() + patience
        while not (value := condition()):
            if time.monotonic() > deadline:
                raise AssertionError(f"waited in vain; seen: {[type(message).__name__ for message in self.seen]}")
            self.client.wait(0.02)
            self.seen += self.client.poll(0.05)
        return value

    def end_of(self, job: str, patience: float = PATIENCE_S) -> Any:
        return self.until(lambda: next(iter(self.finals(job)), None), patience)

    def finals(self, job: str) -> list[Any]:
        return [message for message in self.of(job) if isinstance(message, FINAL)]

    def of(self, job: str, *kinds: type) -> list[Any]:
        return [
            message
            for message in self.seen
            if getattr(message, "job", None) == job and isinstance(message, kinds or object)
        ]

    def listen(self, seconds: float) -> None:
        """Keep the conversation going for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.client.wait(0.02)
            self.seen += self.client.poll(0.05)

    def until_state(self, state: str) -> Any:
        return self.until(
            lambda: self.client.status if self.client.status and self.client.status.state == state else None
        )


HELLO = Hello(PROTOCOL_VERSION, "cli", "test")


class Raw:
    """A peer that says what it likes."""

    def __init__(self, endpoint: str, identity: bytes = b"\x01raw") -> None:
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.setsockopt(zmq.ROUTING_ID, identity)
        self.socket.connect(endpoint)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def say(self, message, **ids):
        self.socket.send_multipart(codec.encode(message, **ids))

    def hear(self, *kinds, patience=20.0):
        """The next message of these kinds, or None."""
        deadline = time.monotonic() + patience
        while self.socket.poll(max(0, int(1000 * (deadline - time.monotonic())))):
            envelope = codec.decode(self.socket.recv_multipart(copy=False))
            if isinstance(envelope.message, kinds or object):
                return envelope
        return None


def mesh(triangles: int, seed: int = 0) -> Mesh:
    rng = np.random.default_rng(seed)
    vertices = rng.random((max(3, triangles // 2), 3), np.float32)
    faces = rng.integers(0, len(vertices), (triangles, 3)).astype(np.int32)
    return Mesh(codec.mesh_hash(vertices, faces), vertices, faces)


def scene(*meshes: Mesh) -> Snapshot:
    objects = tuple(
        SceneObject(f"object {index}", item.hash, np.eye(4), np.ones(3, np.float32))
        for index, item in enumerate(meshes)
    )
    return Snapshot(objects, np.zeros(3, np.float32))


def reading(prompt: str, *meshes: Mesh) -> str:
    """What slow_pipeline answers once it has these meshes, unharmed."""
    return f"{prompt} {sum(int(item.triangles.sum()) for item in meshes)}"
