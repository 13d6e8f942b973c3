"""One backend for several programs: nobody starts a second one, and nobody takes it away from the others."""

import subprocess
import sys
import time

import pytest
import zmq

from backend.service import lifetime, peers
from backend.service.blocking import connect, knock
from protocol.messages import Accepted, Result, StatusRequest
from tests.service.processes import ROOT, connection_in, serve, wait_for
from tests.service.talking import PATIENCE_S, Talk

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


def test_two_backends_started_at_the_same_moment_are_one(tmp_path):
    path = tmp_path / "connection.json"
    processes = [serve("--connection", path) for _ in range(3)]
    try:
        wait_for(lambda: sum(process.poll() is None for process in processes) == 1, "the others' end")
        (left,) = [process for process in processes if process.poll() is None]
        assert sorted(process.poll() or 0 for process in processes) == [0, 3, 3]
        connection = connection_in(path)
        assert connection.pid == left.pid and knock(connection.endpoint)
    finally:
        for process in processes:
            process.terminate()
            process.wait(PATIENCE_S)


def test_a_frozen_backend_does_not_keep_another_from_starting(tmp_path, monkeypatch):
    monkeypatch.setattr(lifetime, "CLAIM_PATIENCE_S", 0.2)
    path = tmp_path / "connection.json"
    holder = path.with_name("connection.json.lock").open("ab")
    assert lifetime._lock(holder)
    with lifetime.claim(path):
        assert not path.exists()
    holder.close()


def test_the_log_begins_anew_when_it_is_long(tmp_path):
    path = tmp_path / "backend.log"
    path.write_bytes(b"x" * 5000)
    code = "import os; from backend.service.lifetime import keep_log_small; keep_log_small(10_000);"
    code += "keep_log_small(4_000); os.write(2, b'on')"
    with path.open("ab") as log:
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, stderr=log, check=True)
    assert path.read_bytes() == b"on"


# --- shared -----------------------------------------------------------------------------------------------------------


def test_a_backend_that_is_shared_ends_with_the_last_of_its_users(tmp_path):
    path = tmp_path / "connection.json"
    process = serve("--connection", path)
    endpoint = connection_in(path).endpoint
    with connect(endpoint) as ours, connect(endpoint) as theirs:
        us, them = Talk(ours), Talk(theirs)
        them.until(lambda: theirs.status and theirs.status.clients == 2)
        job, lost = them.ask("sleep 1"), us.ask("sleep 60")
        them.until(lambda: them.of(job, Accepted))
        us.until(lambda: us.of(lost, Accepted))
        ours.shutdown(unless_used=True)
        before = ours.status
        assert us.until(lambda: ours.status if ours.status is not before else None).clients == 2
        assert isinstance(them.end_of(job), Result)
        them.until(lambda: theirs.status.clients == 1 and theirs.status.jobs == ())
        assert process.poll() is None
    assert process.wait(PATIENCE_S) == 0


def test_a_backend_that_is_not_shared_ends_when_asked_to_end_unless_used(tmp_path):
    process = serve("--connection", tmp_path / "connection.json")
    with connect(connection_in(tmp_path / "connection.json").endpoint) as client:
        client.shutdown(unless_used=True)
        assert process.wait(PATIENCE_S) == 0


def test_a_silent_client_counts_as_long_as_its_connection_stands():
    """A Blender that renders for an hour sends no heartbeat."""
    context = zmq.Context()
    front = peers.router(context, "tcp://127.0.0.1:*", linger_ms=0)
    renders, crashed = (context.socket(zmq.DEALER) for _ in range(2))
    known = peers.Peers(front)
    for socket in (renders, crashed):
        socket.connect(peers.address(front))
        socket.send(b"hello")
        known.welcome(front.recv_multipart()[0], "test", 0.0)
    crashed.close(linger=0)
    gone = wait_for(lambda: known.probe(StatusRequest, time.monotonic(), 0.0) or len(known.connected) == 1, "the probe")
    assert gone and not known.lost(peers.FORGET_AFTER_S)
    assert len(known.lost(peers.FORGET_AFTER_S + 1.0)) == 1
    renders.close(linger=0)
    front.close()
    context.term()
