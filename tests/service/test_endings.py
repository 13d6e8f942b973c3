"""Processes that are killed, stopped, orphaned or never get ready: all are told, once, and nothing is left over."""

import os
import signal
import subprocess
import sys
import time

import pytest

from backend.service.blocking import connect, knock, run
from protocol.client import LOST_AFTER_S, Client
from protocol.connection import Connection, default_connection_file, process_alive, read_connection, write_connection
from protocol.errors import BackendLost, BackendMissing, Cancelled, UnknownObject, WorkerDied
from protocol.messages import Accepted, CancelledJob, Failed, Hello, HumansRequest, Progress, Result
from protocol.version import PROTOCOL_VERSION
from tests.service.conftest import PIPELINE
from tests.service.processes import ROOT, connection_in, serve, wait_for, worker_of
from tests.service.talking import PATIENCE_S, Talk, mesh, reading, scene

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


# --- the worker -------------------------------------------------------------------------------------------------------


def test_a_killed_worker_is_told_and_replaced(start, join):
    connection = start()
    talk = join(connection)
    item = mesh(1000)
    job, waiting = talk.ask("burn 60", item), talk.ask("sleep 0", item)
    talk.until(lambda: talk.of(job, Progress))
    os.kill(worker_of(connection.pid), signal.SIGKILL)
    failed = talk.end_of(job)
    assert isinstance(failed, Failed) and failed.error.code == "worker_died" and failed.error.retryable
    assert "SIGKILL" in failed.error.detail
    assert talk.end_of(waiting).reading == reading("sleep 0", item)  # the new worker was given the mesh again
    assert len(talk.finals(job)) == 1


@pytest.mark.parametrize("prompt, word", [("crash", "SIGKILL"), ("exit 7", "code 7")])
def test_a_worker_that_crashes_fails_its_job_only(start, join, prompt, word):
    talk = join(start())
    failed = talk.end_of(talk.ask(prompt))
    assert failed.error.code == "worker_died" and word in failed.error.detail
    assert isinstance(talk.end_of(talk.ask("sleep 0")), Result)


def test_a_worker_killed_while_it_waits_is_replaced(start, join):
    connection = start()
    talk = join(connection)
    talk.until_state("ready")
    first = worker_of(connection.pid)
    os.kill(first, signal.SIGKILL)
    talk.until(lambda: talk.client.status.state == "starting" or worker_of(connection.pid) != first)
    assert isinstance(talk.end_of(talk.ask("sleep 0")), Result)


def test_a_cancelled_job_whose_worker_is_killed_was_cancelled(start, join):
    connection = start()
    talk = join(connection)
    job = talk.ask("deaf 60")
    talk.until_state("busy")
    talk.client.cancel(job)
    talk.listen(0.3)
    os.kill(worker_of(connection.pid), signal.SIGKILL)
    assert isinstance(talk.end_of(job), CancelledJob)


def test_a_worker_that_never_gets_ready_is_given_up_and_tried_again_when_asked(start, join, tmp_path):
    attempts = tmp_path / "attempts"
    talk = join(start(SLOW_PIPELINE_CRASH="1", SLOW_PIPELINE_IN_WARM_UP=str(attempts)))
    job = talk.ask("sleep 0")
    failed = talk.end_of(job)
    assert failed.error.code == "worker_died" and "doctor" in failed.error.remedy
    status = talk.until_state("failed")
    assert status.error == failed.error and status.jobs == ()
    assert len(attempts.read_text().split()) == 3
    assert talk.end_of(talk.ask("sleep 0")).error.code == "worker_died"
    assert len(attempts.read_text().split()) == 4


def test_a_worker_that_ends_as_soon_as_it_is_ready_is_given_up(start, join, tmp_path):
    attempts = tmp_path / "attempts"
    talk = join(start(SLOW_PIPELINE_DIES_WHEN_READY="1", SLOW_PIPELINE_IN_WARM_UP=str(attempts)))
    talk.until_state("ready")
    assert "SIGALRM" in talk.until_state("failed").error.detail
    assert len(attempts.read_text().split()) == 3


def test_a_warm_up_that_says_why_it_fails_is_not_repeated(start, join, log):
    talk = join(start(SLOW_PIPELINE_BROKEN="1"))
    failed = talk.end_of(talk.ask("sleep 0"))
    assert "no module named torch" in failed.error.detail
    assert talk.until_state("failed").error == failed.error
    assert log.read_text().count("Traceback") == 1


# --- the broker -------------------------------------------------------------------------------------------------------


def test_a_killed_broker_is_noticed_and_takes_its_worker_along(start, join):
    connection = start()
    talk = join(connection)
    job = talk.ask("deaf 60")
    talk.until_state("busy")
    worker = worker_of(connection.pid)
    os.kill(connection.pid, signal.SIGKILL)
    failed = talk.end_of(job)
    assert failed.error.code == "backend_lost" and failed.error.retryable
    assert talk.client.state == "lost" and talk.client.error.code == "backend_lost"
    with pytest.raises(BackendLost):
        talk.ask("sleep 0")
    wait_for(lambda: not process_alive(worker), "the worker's end")


def test_a_stopped_broker_is_noticed(start, join):
    connection = start()
    talk = join(connection)
    talk.until_state("ready")
    os.kill(connection.pid, signal.SIGSTOP)
    try:
        talk.until(lambda: talk.client.state == "lost")
    finally:
        os.kill(connection.pid, signal.SIGCONT)


def test_a_computer_that_slept_has_not_lost_its_backend(start, join):
    """Nobody polls and nobody answers for longer than a backend may be silent, with a question under way."""
    connection = start()
    talk = join(connection)
    job = talk.ask("sleep 1")
    talk.until(lambda: talk.of(job, Accepted))
    os.kill(connection.pid, signal.SIGSTOP)
    try:
        talk.listen(1.5)
        time.sleep(LOST_AFTER_S + 1.0)
        talk.client.poll()
    finally:
        os.kill(connection.pid, signal.SIGCONT)
    assert isinstance(talk.end_of(job), Result)
    assert talk.client.state == "ready"


@pytest.mark.parametrize("way", ["SIGTERM", "SIGINT", "shutdown"])
def test_a_backend_that_is_asked_to_end_says_so_and_cleans_up(tmp_path, way):
    path = tmp_path / "connection.json"
    process = serve("--connection", path)
    connection = connection_in(path)
    with connect(connection.endpoint) as client:
        talk = Talk(client)
        job, waiting = talk.ask("deaf 60"), talk.ask("sleep 0")
        talk.until_state("busy")
        worker = worker_of(connection.pid)
        if way == "shutdown":
            client.shutdown()
        else:
            process.send_signal(getattr(signal, way))
        for each in (job, waiting):
            assert talk.end_of(each).error.code == "backend_lost"
    assert process.wait(PATIENCE_S) == 0
    assert not path.exists() and not process_alive(worker)


def test_the_backend_ends_with_the_process_that_started_it(tmp_path):
    path = tmp_path / "connection.json"
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    process = serve("--connection", path, "--parent-pid", parent.pid)
    worker = worker_of(connection_in(path).pid)
    parent.kill()  # and nobody collects it yet
    assert process.wait(PATIENCE_S) == 0
    assert not path.exists() and not process_alive(worker)
    parent.wait()
    parent.stdin.close()


def test_the_backend_stays_for_another_client_until_that_leaves_too(tmp_path):
    path = tmp_path / "connection.json"
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    process = serve("--connection", path, "--parent-pid", parent.pid)
    connection = connection_in(path)
    with connect(connection.endpoint) as client:
        talk = Talk(client)
        job = talk.ask("sleep 1.5")
        talk.until(lambda: talk.of(job, Accepted))
        parent.kill()
        assert isinstance(talk.end_of(job), Result)
        talk.listen(1.0)
        assert process.poll() is None and client.state == "ready"
    assert process.wait(PATIENCE_S) == 0
    parent.wait()
    parent.stdin.close()


def test_a_client_that_crashed_does_not_keep_an_orphaned_backend(tmp_path):
    """The parent itself is the client, as Blender is, and dies without a good-bye."""
    path = tmp_path / "connection.json"
    code = (
        "import os, subprocess, sys, time, pathlib\n"
        "from backend.service.blocking import connect\n"
        "from protocol.connection import read_connection\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "subprocess.Popen([sys.executable, '-m', 'backend', 'serve', '--connection', path,\n"
        "                  '--parent-pid', str(os.getpid())], stderr=subprocess.DEVNULL)\n"
        "while not path.exists(): time.sleep(0.02)\n"
        "with connect(read_connection(path).endpoint) as client:\n"
        "    print('there', flush=True)\n"
        "    while True: client.wait(0.1); client.poll()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, path], cwd=ROOT, env=os.environ | PIPELINE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout.readline() == "there\n"
    backend = read_connection(path).pid
    parent.kill()
    wait_for(lambda: not process_alive(backend), "the backend's end")
    assert not path.exists()
    parent.communicate()


def test_one_backend_per_connection_file(start, tmp_path):
    path = default_connection_file()
    first = serve()
    connection = connection_in(path)
    second = serve()
    assert second.wait(PATIENCE_S) == 3
    assert read_connection(path) == connection
    first.terminate()
    first.wait(PATIENCE_S)


def test_a_connection_file_left_over_does_not_keep_a_backend_from_starting(tmp_path):
    path = tmp_path / "connection.json"
    write_connection(path, Connection("tcp://127.0.0.1:9", os.getpid(), (1, 0)))  # alive, but no backend
    process = serve("--connection", path)
    wait_for(lambda: '127.0.0.1:9"' not in path.read_text(), "a new connection file")
    assert knock(connection_in(path).endpoint)
    process.terminate()
    process.wait(PATIENCE_S)


def test_a_port_that_is_taken_is_an_error_and_no_traceback(start, tmp_path):
    port = start().endpoint.rpartition(":")[2]
    command = [sys.executable, "-m", "backend", "serve", "--connection", tmp_path / "other.json", "--port", port]
    ended = subprocess.run(command, cwd=ROOT, env=os.environ | PIPELINE, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert port in ended.stderr and "Traceback" not in ended.stderr


def test_nobody_there_is_a_missing_backend():
    client = Client("tcp://127.0.0.1:9", Hello(PROTOCOL_VERSION, "cli", "test"), connect_timeout=0.3)
    talk = Talk(client)
    job = talk.ask("sleep 0")
    talk.until(lambda: client.state == "lost")
    assert client.error.code == "backend_missing"
    assert talk.end_of(job).error.code == "backend_missing"
    with pytest.raises(BackendMissing):
        talk.ask("sleep 0")
    client.close()
    client.close()
    assert client.poll() == []


def test_an_address_that_is_none_is_a_missing_backend():
    client = Client("gopher://somewhere", Hello(PROTOCOL_VERSION, "cli", "test"))
    assert client.state == "lost" and client.error.code == "backend_missing"
    client.close()


# --- waiting for a result ---------------------------------------------------------------------------------------------


def test_errors_are_raised_on_this_side_as_what_they_were(start):
    with connect(start().endpoint) as client:
        assert run(client, HumansRequest("sleep 0", scene()), {}).reading == reading("sleep 0")
        with pytest.raises(UnknownObject) as caught:
            run(client, HumansRequest("unknown", scene()), {})
        assert caught.value.remedy == "Try “chair”."
        with pytest.raises(WorkerDied):
            run(client, HumansRequest("crash", scene()), {})

        def cancel(message):
            if isinstance(message, Accepted):
                client.cancel(message.job)

        with pytest.raises(Cancelled):
            run(client, HumansRequest("sleep 30", scene()), {}, on_message=cancel)
