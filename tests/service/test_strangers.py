"""Handshakes, other versions, nonsense and too much of everything: told, and nobody else is disturbed."""

import subprocess
import sys
import time

import numpy as np
import pytest
import zmq

from backend.service import peers
from protocol import client as client_module
from protocol import codec
from protocol.client import Client
from protocol.errors import MessageTooLarge, StaffageError
from protocol.messages import (
    Hello,
    HumansRequest,
    Mesh,
    Refused,
    Rejected,
    Result,
    Status,
    StatusRequest,
    Submit,
    Upload,
    Welcome,
)
from protocol.version import PROTOCOL_VERSION
from tests.service.talking import HELLO, Raw, scene

# --- handshake --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step, outdated", [(-1, "extension"), (+1, "backend")])
def test_another_major_version_is_refused_and_told_which_side_to_update(start, step, outdated):
    theirs = (PROTOCOL_VERSION[0] + step, 3)
    client = Client(start().endpoint, Hello(theirs, "blender", "9.9"))
    try:
        job = client.submit(HumansRequest("sleep 0", scene()), {})
        messages = []
        deadline = time.monotonic() + 20
        while client.state == "connecting" and time.monotonic() < deadline:
            client.wait(0.02)
            messages += client.poll()
        assert client.state == "refused" and client.error.code == "protocol_mismatch"
        assert f"Update the {outdated}" in client.error.remedy
        assert [(message.job, message.error.code) for message in messages] == [(job, "protocol_mismatch")]
        with pytest.raises(StaffageError, match="protocol"):
            client.submit(HumansRequest("sleep 0", scene()), {})
    finally:
        client.close()


def test_a_message_of_another_major_version_is_refused_even_if_it_cannot_be_read(start):
    with Raw(start().endpoint) as raw:
        raw.socket.send_multipart([b"ahoy", b'{"v": [7, 0], "cargo": []}'])
        assert raw.hear(Refused).message.error.code == "protocol_mismatch"


def test_the_first_thing_after_the_welcome_is_to_ask_how_the_backend_is(monkeypatch):
    """Whoever presses Start waits for the answer, and not for a heartbeat."""
    monkeypatch.setattr(client_module, "HEARTBEAT_S", 10.0)
    context = zmq.Context()
    front = peers.router(context, "tcp://127.0.0.1:*", linger_ms=0)
    client = Client(peers.address(front), HELLO)
    for heard in (HELLO, StatusRequest(), StatusRequest()):  # the second question: the worker is ready, which is news
        deadline = time.monotonic() + 20.0
        while not front.poll(10) and time.monotonic() < deadline:
            client.poll()
        identity, *frames = front.recv_multipart(zmq.NOBLOCK)
        assert codec.decode(frames).message == heard
        front.send_multipart([identity, *codec.encode(Welcome(PROTOCOL_VERSION, "test", 1, 2**20, ()))])
    client.close()
    front.close()
    context.term()


def test_whoever_does_not_greet_is_refused(start):
    with Raw(start().endpoint) as raw:
        raw.say(StatusRequest())
        assert "hello" in raw.hear(Refused).message.error.detail


# --- nonsense ---------------------------------------------------------------------------------------------------------


def test_nonsense_is_rejected_and_the_conversation_goes_on(start, join):
    with Raw(start().endpoint) as raw:
        raw.say(HELLO)
        assert raw.hear(Welcome)
        header = b'{"v": [1, 0], "id": "the second", "re": "", "arrays": [], "body": {}}'
        for frames in ([b""], [b"gossip", header], [b"submit", header], [b"\xff" * 100] * 50, [b"status", header]):
            raw.socket.send_multipart(frames)
            answer = raw.hear(Rejected)
            assert answer.message.error.code == "malformed_message"
            assert answer.in_reply_to == ("the second" if header in frames else "")
        raw.say(Submit("no id", HumansRequest("sleep 0", scene())))
        assert raw.hear(Rejected).message.error.code == "request_invalid"
        raw.say(Upload("nobody asked", 1, 1, 0, np.zeros(24, np.uint8)))
        raw.say(StatusRequest())
        assert raw.hear(Status).message.state in ("starting", "ready")


def test_random_bytes_do_not_disturb_other_clients(start, join):
    connection = start()
    talk = join(connection)
    job = talk.ask("sleep 1")
    rng = np.random.default_rng(0)
    with Raw(connection.endpoint) as raw:
        raw.say(HELLO)
        for _ in range(300):
            frames = [rng.bytes(int(rng.integers(0, 200))) for _ in range(rng.integers(1, 8))]
            raw.socket.send_multipart(frames)
        assert isinstance(talk.end_of(job), Result)


def test_a_frame_over_the_limit_ends_that_connection_only(start, join):
    connection = start("--max-message-bytes", 200_000)
    talk = join(connection)
    job = talk.ask("sleep 0.5")
    with Raw(connection.endpoint) as raw:
        raw.say(HELLO)
        assert raw.hear(Welcome)
        raw.socket.send_multipart([b"upload", b"x" * 300_000])
        # The backend hangs up; pyzmq connects anew, and from then on we are somebody to be greeted again or not at all.
        raw.say(StatusRequest())
        raw.hear(Status, Refused, patience=2.0)
    assert isinstance(talk.end_of(job), Result)


def test_many_frames_that_are_too_large_together_are_rejected(start):
    with Raw(start("--max-message-bytes", 200_000).endpoint) as raw:
        raw.say(HELLO)
        raw.socket.send_multipart([b"upload"] + [b"x" * 50_000] * 5)
        assert raw.hear(Rejected).message.error.code == "message_too_large"


def test_the_client_keeps_the_backends_limit(start, join):
    talk = join(start("--max-message-bytes", 50_000))
    objects = scene(
        *(Mesh(f"{index:032x}", np.zeros((3, 3), np.float32), np.zeros((1, 3), np.int32)) for index in range(400))
    )
    with pytest.raises(MessageTooLarge):
        talk.client.submit(HumansRequest("sleep 0", objects), {})
    assert talk.client.jobs == ()


def test_nothing_listens_beyond_this_computer(start):
    endpoint = start().endpoint
    assert endpoint.startswith("tcp://127.0.0.1:")


def test_the_broker_does_not_load_torch():
    code = "import sys, backend.cli, backend.service.broker as b; b.Broker; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
