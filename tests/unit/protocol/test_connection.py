"""Finding each other: the connection file, the data folder, and whether a process lives."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from protocol.connection import (
    Connection,
    default_connection_file,
    process_alive,
    read_connection,
    remove_connection,
    write_connection,
)
from protocol.errors import BackendMissing

HERE = Connection("tcp://127.0.0.1:5555", os.getpid(), (1, 0))


def test_what_is_written_is_read(tmp_path):
    path = tmp_path / "new" / "folder" / "connection.json"
    write_connection(path, HERE)
    assert read_connection(path) == HERE
    assert os.listdir(path.parent) == ["connection.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_nobody_else_can_read_it(tmp_path):
    path = tmp_path / "connection.json"
    path.touch(0o644)
    write_connection(path, HERE)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"pid": 1}',
        '{"endpoint": 1, "pid": "x", "protocol": [1, 0]}',
        "[" * 100_000,
        '{"endpoint": "x", "pid": 1e400, "protocol": [1, 0]}',
    ],
)
def test_a_file_that_cannot_be_understood_is_a_missing_backend(tmp_path, text):
    path = tmp_path / "connection.json"
    path.write_text(text)
    with pytest.raises(BackendMissing) as caught:
        read_connection(path)
    assert str(path) in caught.value.detail and caught.value.remedy


def test_no_file_is_a_missing_backend(tmp_path):
    with pytest.raises(BackendMissing):
        read_connection(tmp_path / "connection.json")


def test_a_file_left_over_by_a_dead_process_is_a_missing_backend(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    path = tmp_path / "connection.json"
    write_connection(path, Connection(HERE.endpoint, process.pid, (1, 0)))
    with pytest.raises(BackendMissing, match="has ended"):
        read_connection(path)


def test_only_the_own_file_is_removed(tmp_path):
    path = tmp_path / "connection.json"
    write_connection(path, HERE)
    remove_connection(path, HERE.pid + 1)
    assert path.exists()
    remove_connection(path, HERE.pid)
    assert not path.exists()
    remove_connection(path, HERE.pid)  # and once more does no harm


def test_a_reader_never_sees_half_a_file(tmp_path):
    path = tmp_path / "connection.json"
    write_connection(path, HERE)
    stop = threading.Event()

    def write():
        while not stop.is_set():
            write_connection(path, HERE)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(500):
            assert json.loads(path.read_text())["pid"] == HERE.pid
    finally:
        stop.set()
        writer.join()


def test_a_process_that_was_killed_is_gone_even_before_its_parent_has_noticed():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert process_alive(process.pid)
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT) if sys.platform != "win32" else process.wait()
    assert not process_alive(process.pid)
    process.wait()
    process.stdin.close()
    assert not process_alive(process.pid)


@pytest.mark.parametrize("pid", [0, -1, 2**40])
def test_numbers_that_are_no_process_are_not_alive(pid):
    assert not process_alive(pid)


def test_the_data_folder_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("STAFFAGE_DATA_DIR", str(tmp_path))
    assert default_connection_file() == tmp_path / "connection.json"


@pytest.mark.parametrize("platform, variable", [("linux", "XDG_DATA_HOME"), ("win32", "LOCALAPPDATA")])
def test_the_data_folder_is_where_the_platform_keeps_such_things(monkeypatch, tmp_path, platform, variable):
    monkeypatch.delenv("STAFFAGE_DATA_DIR", raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv(variable, str(tmp_path))
    assert default_connection_file() == tmp_path / "staffage" / "connection.json"
    monkeypatch.delenv(variable)
    assert default_connection_file().is_relative_to(Path.home())
