"""The command line: help, versions, doctor, and what is left for the extension to find."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from backend import __version__, doctor, installation
from protocol.connection import backend_record_file

ROOT = Path(__file__).resolve().parents[2]


def backend(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "backend", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_lists_the_commands_without_loading_torch():
    ended = backend("--help")
    assert ended.returncode == 0
    assert "serve" in ended.stdout and "doctor" in ended.stdout


def test_the_version_is_that_of_the_package():
    assert backend("--version").stdout.strip() == __version__


@pytest.mark.parametrize("arguments", [[], ["dance"], ["serve", "--port", "x"]])
def test_a_wrong_command_is_told_how_to_use_it(arguments):
    ended = backend(*arguments)
    assert ended.returncode == 2 and "usage:" in ended.stderr and "Traceback" not in ended.stderr


def test_every_command_leaves_word_where_the_backend_is():
    backend("doctor", "--json")
    record = json.loads(backend_record_file().read_text())
    assert record == {"python": sys.executable, "version": __version__, "folder": str(ROOT)}


def test_a_data_folder_that_cannot_be_written_is_no_obstacle(monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.touch()
    monkeypatch.setenv("STAFFAGE_DATA_DIR", str(blocked / "below"))
    installation.record()


def test_doctor_says_what_works_and_what_would_need_what(tmp_path):
    ended = backend("doctor", ANNY_CACHE_DIR=str(tmp_path))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    for words in ("torch", "Anny", "minute", "needs:", "Ready"):
        assert words in ended.stdout
    assert max(map(len, ended.stdout.splitlines())) < 160


def test_doctor_fails_when_something_that_is_needed_cannot_be_loaded(tmp_path):
    (tmp_path / "scipy.py").write_text("raise ImportError('libscipy.so: no such file')")
    ended = backend("doctor", PYTHONPATH=str(tmp_path))
    assert ended.returncode == 1
    assert "!!  scipy" in ended.stdout and "libscipy.so" in ended.stdout and "Does not work yet: scipy" in ended.stdout


def test_doctor_survives_a_check_that_fails():
    rows = list(doctor.examine())
    assert {row.state for row in rows} <= {doctor.GOOD, doctor.ABSENT, doctor.BAD}

    def broken(group):
        raise RuntimeError("driver and library do not match")

    try:
        doctor.CHECKS, kept = (("GPU", broken),), doctor.CHECKS
        (row,) = doctor.examine()
    finally:
        doctor.CHECKS = kept
    assert row.state == doctor.BAD and "driver" in row.found
