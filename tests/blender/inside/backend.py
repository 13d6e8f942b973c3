"""The backend as the panel shows it: starting, failing, being killed, being shared."""

from __future__ import annotations

import logging
import os
import signal
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import bpy

from tests.blender.inside import stage


@contextmanager
def _environment(**values: str):
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _start_and_see() -> list:
    bpy.ops.staffage.start_backend()
    seen = []
    stage.tick_until(lambda: (seen.append(stage.session().progress), stage.session().state != "starting")[1], 60)
    return [bar for bar in seen if bar]


def check_warming_up_is_shown() -> None:
    stage.stop()
    with _environment(RIGGED_PIPELINE_WARM_UP="5"):
        bars = _start_and_see()
    assert stage.session().state == "ready"
    fractions = [bar.fraction for bar in bars if bar.stage == "Building the body"]
    assert len(set(fractions)) >= 2
    assert fractions == sorted(fractions)
    assert stage.session().link.own


def check_python_that_is_none() -> None:
    stage.stop()
    stage.preferences().python = "/nowhere/python"
    try:
        _start_and_see()
        assert stage.session().state == "failed"
        error = stage.session().error
        assert error.code == "backend_start_failed"
        assert "/nowhere/python" in error.detail
        assert "preferences" in error.remedy
        assert "Restart" in stage.refusal("staffage.generate")
    finally:
        stage.preferences().python = ""


def check_python_without_the_backend() -> None:
    """Found, working, but without the packages: named by the user, so no other is tried."""
    stage.stop()
    with tempfile.TemporaryDirectory() as folder, _environment(PYTHONPATH="", STAFFAGE_DATA_DIR=folder):
        stage.preferences().python = sys.executable
        try:
            # Blender's own Python; installed into it there may be a backend, then this is no test.
            _start_and_see()
            error = stage.session().error
            if error is not None:
                assert stage.session().state == "failed"
                assert "does not have the staffage package" in error.detail or "lacks" in error.detail
            stage.stop()
        finally:
            stage.preferences().python = ""


def check_process_that_ends_at_once_shows_its_log() -> None:
    stage.stop()
    with _environment(STAFFAGE_PIPELINES="HumansRequest=no.such.module"):
        _start_and_see()
        stage.tick_until(lambda: stage.session().state == "failed", 30)
        assert "No module named 'no'" in stage.session().error.detail, stage.session().error
        bpy.ops.staffage.dismiss_error()
        deadline = time.monotonic() + 1.5  # longer than the backend takes to say once more that it does not work
        stage.tick_until(lambda: time.monotonic() > deadline)
        assert stage.session().error is None
        assert stage.session().state == "failed"
    stage.stop()
    process = stage.part("link.backend_process")
    python = stage.part("link.python_finder").Python(sys.executable)
    with tempfile.TemporaryDirectory() as folder:
        started = process.BackendProcess(python, Path(folder, "c.json"), Path(folder, "log", "b.log"), folder)
        end = time.monotonic() + 20
        with _environment(PYTHONPATH=""):
            broken = process.BackendProcess(
                stage.part("link.python_finder").Python(sys.executable), Path(folder, "d.json"),
                Path(folder, "log", "d.log"), folder)  # fmt: skip
            while broken.exit_code is None and time.monotonic() < end:
                time.sleep(0.05)
        if broken.exit_code is not None:
            assert "exit code 1" in broken.ending()
            assert "No module named" in broken.ending()
        else:
            broken.kill()
        started.end_soon()
        stage.tick_until(lambda: started.exit_code is not None, 10)


def check_log_file_that_cannot_be_written() -> None:
    stage.stop()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "file").write_text("")
        stage.preferences().log_path = str(Path(folder, "file", "log.txt"))
        try:
            _start_and_see()
            assert stage.session().state == "failed"
            assert "log file" in stage.session().error.remedy
        finally:
            stage.preferences().log_path = ""


def check_killed_backend_is_noticed_and_restarted() -> None:
    stage.start()
    stage.ask("a woman slow 20")
    stage.tick_until(lambda: stage.session().progress and stage.session().progress.stage == "Fitting contact")
    os.kill(stage.session().link.process.pid, signal.SIGKILL)
    begun = time.monotonic()
    stage.tick_until(lambda: stage.session().state == "lost", 6)
    assert time.monotonic() - begun < 6
    session = stage.session()
    assert session.job is None
    assert session.error.code == "backend_lost"
    assert "Restart" in session.error.remedy
    assert "signal 9" in session.error.detail
    assert "Restart" in stage.refusal("staffage.generate")
    bpy.ops.staffage.restart_backend()
    assert session.error is None
    stage.tick_until(lambda: session.state != "starting", 30)
    stage.generate("a woman")
    assert stage.bodies()


def check_frozen_backend_is_noticed() -> None:
    """The process lives and says nothing."""
    if not hasattr(signal, "SIGSTOP"):
        return
    stage.start()
    process = stage.session().link.process
    os.kill(process.pid, signal.SIGSTOP)
    begun = time.monotonic()
    try:
        stage.tick_until(lambda: stage.session().state == "lost", 10)
        assert time.monotonic() - begun < 6.5
    finally:
        os.kill(process.pid, signal.SIGCONT)
    bpy.ops.staffage.restart_backend()
    stage.tick_until(lambda: stage.session().state != "starting", 30)
    assert process.exit_code is not None, "the frozen one was left behind"
    stage.generate("a woman")


def check_worker_that_dies_is_an_error_of_the_request() -> None:
    stage.ask("a woman crash")
    stage.tick_until(lambda: stage.session().job is None)
    session = stage.session()
    assert session.error.code == "worker_died"
    assert session.error.retryable
    stage.tick_until(lambda: session.state == "ready")
    stage.generate("a woman")
    assert session.error is None


def check_error_has_title_and_remedy() -> None:
    stage.ask("a woman unknown")
    stage.tick_until(lambda: stage.session().job is None)
    error = stage.session().error
    assert (error.code, error.detail, error.remedy) == ("unknown_object", "There is no sofa here.", "Try “chair”.")
    assert not stage.bodies()
    report = stage.part("operators.copy_report").report()
    assert "There is no sofa here." in report
    assert bpy.app.version_string in report
    bpy.ops.staffage.dismiss_error()
    assert stage.session().error is None


def check_cancel() -> None:
    stage.ask("a woman slow 20")
    session = stage.session()
    assert session.state == "busy"
    stage.tick_until(lambda: session.progress.stage == "Fitting contact")
    bpy.ops.staffage.cancel()
    begun = time.monotonic()
    stage.tick_until(lambda: session.job is None, 5)
    assert time.monotonic() - begun < 2
    assert session.error is None
    assert session.notice == "Cancelled"
    assert not stage.bodies()
    stage.ask("a woman slow 20")
    bpy.ops.staffage.cancel()  # before anything was sent
    session.tick()
    assert session.job is None
    stage.generate("a woman")


def check_another_file_during_a_job() -> None:
    """What was asked in one file never lands in another."""
    stage.ask("a woman slow 0.7")
    stage.tick_until(lambda: stage.session().progress.fraction > 0.15)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    assert stage.session().job is None
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        stage.session().tick()
        time.sleep(0.01)
    assert not stage.bodies()
    stage.generate("a woman")


def check_tick_survives_our_own_mistakes() -> None:
    session = stage.session()
    host = session._host
    logged, logger = [], logging.getLogger(f"{stage.MODULE}.link.session")
    logger.addFilter(logged.append)  # which also keeps the traceback from the output
    stage.ask("a woman")
    before, host_class = host.obstacle, type(host)

    def broken(self) -> str:
        raise ZeroDivisionError("a mistake of ours")

    host_class.obstacle, kept = broken, host_class.obstacle
    try:
        stage.tick_until(lambda: session.job is None)
        session.tick()
        assert session.error.code == "internal"
        assert "a mistake of ours" in session.error.detail
        assert stage.part("link.pump").tick() > 0
    finally:
        host_class.obstacle = kept
        logger.removeFilter(logged.append)
    assert logged[0].exc_info[0] is ZeroDivisionError
    assert before() == ""
    stage.generate("a woman")


def check_joining_and_leaving_a_backend_of_somebody_else() -> None:
    """The backend outlives us; Stop only leaves it."""
    stage.start()
    session = stage.session()
    process, session.link.process = session.link.process, None  # as if another Blender had started it
    try:
        bpy.ops.staffage.stop_backend()
        stage.tick_until(lambda: not session.link.active)
        assert process.exit_code is None
        stage.start()
        assert not session.link.own
        assert session.link._pid == process.pid
        session.link.process = SimpleNamespace(exit_code=3, ending=str)  # the one we had started gives way to it
        deadline = time.monotonic() + 0.8
        stage.tick_until(lambda: time.monotonic() > deadline)
        assert session.state == "ready"
        assert not session.link.own
        stage.generate("a woman")
        process.kill()
        stage.tick_until(lambda: session.state == "lost", 6)
    finally:
        process.kill()
    bpy.ops.staffage.restart_backend()
    stage.tick_until(lambda: session.state == "ready", 30)
    assert session.link.own


def check_not_sharing() -> None:
    stage.start()
    shared = stage.session().link.process
    stage.session().link.process = None
    stage.stop()
    stage.preferences().reuse = False
    try:
        stage.start()
        own = stage.session().link.process
        assert own is not None
        assert own.pid != shared.pid
        stage.generate("a woman")
        stage.stop()
        assert own.exit_code is not None
    finally:
        stage.preferences().reuse = True
        shared.kill()
