"""The clients that the broker knows, and sending to them without ever waiting for one of them."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import zmq

from protocol import codec
from protocol.client import tune

# A client sends a heartbeat each second, but a Blender that renders says nothing for hours: whoever was not heard for
# this long is there as long as its connection stands.
HEARD_WITHIN_S = 10.0
FORGET_AFTER_S = 600.0  # without a connection
_OUTBOX = 128  # messages kept for a client that cannot be reached: all pictures that imagining usually shows

log = logging.getLogger(__name__)


def router(context: zmq.Context, address: str, *, linger_ms: int, **options: int) -> zmq.Socket:
    """A bound ROUTER that says when somebody is gone; `options` are socket options by name."""
    socket = context.socket(zmq.ROUTER)
    socket.setsockopt(zmq.LINGER, linger_ms)
    socket.setsockopt(zmq.ROUTER_MANDATORY, 1)
    for name, value in options.items():
        socket.setsockopt(getattr(zmq, name), value)
    tune(socket)
    socket.bind(address)
    return socket


def address(socket: zmq.Socket) -> str:
    return socket.getsockopt(zmq.LAST_ENDPOINT).decode().rstrip("\0")


@dataclass
class Peer:
    identity: bytes
    name: str
    heard: float
    probed: float = 0.0
    connected: bool = True
    # Messages that wait, each with what it shows, of which only the latest is of use; None for one that stands alone.
    outbox: deque[tuple[Any, list]] = field(default_factory=lambda: deque(maxlen=_OUTBOX))


class Peers:
    """`ROUTER` socket with an outbox for each client. The socket must have ROUTER_MANDATORY set."""

    def __init__(self, socket: zmq.Socket) -> None:
        self._socket = socket
        self._peers: dict[bytes, Peer] = {}

    def __contains__(self, identity: bytes) -> bool:
        return identity in self._peers

    def __iter__(self):
        return iter(list(self._peers.values()))

    def welcome(self, identity: bytes, name: str, now: float) -> None:
        """A client says hello; one that came back starts with an empty outbox."""
        self._peers[identity] = Peer(identity, name, now)

    def heard(self, identity: bytes, now: float) -> None:
        peer = self._peers[identity]
        peer.heard, peer.connected = now, True

    def forget(self, identity: bytes) -> None:
        self._peers.pop(identity, None)

    def send(self, identity: bytes, message: Any, in_reply_to: str = "") -> list:
        """Send what must arrive: it waits in the outbox while it cannot be delivered. Returns the frames."""
        frames = codec.encode(message, in_reply_to=in_reply_to)
        self.send_frames(identity, frames)
        return frames

    def send_frames(self, identity: bytes, frames: list) -> None:
        self.send_latest(identity, None, frames)

    def send_latest(self, identity: bytes, what: Any, frames: list) -> None:
        """Send what must arrive; one that still waits and shows the same, as `what` says, is left out."""
        peer = self._peers.get(identity)
        if peer is None:
            self._try(identity, frames)
            return
        if what is not None:
            for waiting in [entry for entry in peer.outbox if entry[0] == what]:
                peer.outbox.remove(waiting)
        peer.outbox.append((what, frames))
        self._flush(peer)

    def send_optional(self, identity: bytes, frames: list) -> None:
        """Send what is only of use now, or drop it."""
        peer = self._peers.get(identity)
        if peer is None or not peer.outbox:
            self._try(identity, frames)

    @property
    def connected(self) -> list[Peer]:
        """Those who are there; `probe` keeps this true."""
        return [peer for peer in self if peer.connected]

    def probe(self, message: Callable[[], Any], now: float, silent_for: float = HEARD_WITHIN_S) -> None:
        """Find out whether the connections of those not heard for so long stand, by sending them a message."""
        for peer in self:
            if now - max(peer.heard, peer.probed) > silent_for:
                peer.probed = now
                peer.connected = self._try(peer.identity, codec.encode(message())) is not None

    def absent(self, identity: bytes, now: float, seconds: float) -> bool:
        """Whether this client has been without a connection for so long, or is not known."""
        peer = self._peers.get(identity)
        return peer is None or (not peer.connected and now - peer.heard > seconds)

    def lost(self, now: float) -> list[Peer]:
        """Clients without a connection for so long that they will not come back."""
        return [peer for peer in self if not peer.connected and now - peer.heard > FORGET_AFTER_S]

    def flush(self) -> None:
        for peer in self:
            self._flush(peer)

    def _flush(self, peer: Peer) -> None:
        while peer.outbox and self._try(peer.identity, peer.outbox[0][1]):
            peer.outbox.popleft()

    def _try(self, identity: bytes, frames: list) -> bool | None:
        """True: sent. False: the client's queue is full. None: there is no such connection."""
        try:
            self._socket.send_multipart([identity, *frames], zmq.NOBLOCK, copy=False)
            return True
        except zmq.Again:
            return False
        except zmq.ZMQError as error:
            if error.errno == zmq.EHOSTUNREACH:
                return None
            log.error("cannot send: %s", error)
            return None
