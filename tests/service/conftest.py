"""Real brokers and workers with a pipeline that does what its prompt says (slow_pipeline)."""

from __future__ import annotations

import contextlib

import pytest

from backend.service.blocking import connect, local_backend
from tests.service.talking import Talk

PIPELINE = {
    "STAFFAGE_PIPELINES": "HumansRequest=tests.service.slow_pipeline,ImagineRequest=tests.service.asking_pipeline"
}


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path, monkeypatch):
    """Nothing of the person who runs the tests is touched."""
    monkeypatch.setenv("STAFFAGE_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def log(tmp_path):
    """The backend's log, shown when a test fails."""
    path = tmp_path / "backend.log"
    yield path
    if path.exists():
        print(path.read_text("utf-8", "replace"))


@pytest.fixture
def start(log):
    """`start(*arguments, **environment)` runs a backend until the test ends; returns its Connection."""
    with contextlib.ExitStack() as stack:

        def start(*arguments, **environment):
            return stack.enter_context(
                local_backend(log=log, environment=PIPELINE | environment, arguments=tuple(map(str, arguments)))
            )

        yield start


@pytest.fixture
def join():
    """`join(connection)` is a welcomed client in a `Talk`."""
    with contextlib.ExitStack() as stack:

        def join(connection, **options):
            return Talk(stack.enter_context(connect(connection.endpoint, **options)))

        yield join
