"""Two Blenders on one backend, and the backend's end when the last of them leaves."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

from protocol.connection import process_alive
from tests.blender import blenders


def test_two_blenders_on_one_backend(extension, tmp_path):
    """The one that started it quits; the other goes on working with it; without either it ends."""
    with blenders.user_folder() as environment:
        python = blenders.python_of(blenders.OWN)
        running = {}
        for role in ("first", "second"):
            own = {**environment, "BLENDER_USER_RESOURCES": str(tmp_path / role)}
            command = [python, "-m", "tests.blender.inside.pair", role, str(extension), str(tmp_path)]
            log = (tmp_path / f"{role}.log").open("wb")
            running[role] = subprocess.Popen(command, env=own, cwd=blenders.REPOSITORY, stdout=log, stderr=log)
        try:
            wait(lambda: (tmp_path / "first generated").exists() or not all(map(alive, running.values())), 90)
            assert (tmp_path / "first generated").exists(), [path.read_text("utf-8") for path in tmp_path.glob("*.txt")]
            found = json.loads(Path(environment["STAFFAGE_DATA_DIR"], "connection.json").read_text("utf-8"))
            (tmp_path / "first may go").touch()
            running["first"].wait(20)
            (tmp_path / "first is gone").touch()
            running["second"].wait(60)
            assert (tmp_path / "second.txt").read_text("utf-8") == "done", (tmp_path / "second.log").read_text("utf-8")
            wait(lambda: not process_alive(found["pid"]), 20)
        finally:
            for process in running.values():
                process.kill()
                process.wait()


def alive(process: subprocess.Popen) -> bool:
    return process.poll() is None


def wait(done, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.05)
