"""Blenders to test in: bpy from the package index, each in a virtual environment of its own under build/venvs.

They are made on demand, once. Where an interpreter or a package is missing the tests say so and are skipped.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
VENVS = REPOSITORY / "build" / "venvs"

# Blender's version → the Python it is built against.
VERSIONS = {"4.5.15": "3.11", "4.2.23": "3.11", "5.0.1": "3.11", "5.2.3": "3.13"}
OWN = "4.5.15"  # the one that the project's own environment has
NEWEST = "5.2.3"

PIPELINE = ",".join(
    f"{request}=tests.blender.{module}"
    for request, module in {
        "HumansRequest": "rigged_pipeline",
        "ImagineRequest": "imagining_pipeline",
        "PhotoRequest": "imagining_pipeline",
        "ShapeRequest": "shaping_pipeline",
    }.items()
)


@functools.cache
def python_of(version: str) -> str:
    """The Python in which `import bpy` gives this Blender; skips the test if there is none."""
    if version == OWN:
        if importlib.util.find_spec("bpy") is None:
            pytest.skip("bpy is not installed: pip install -e .[blender]")
        return sys.executable
    folder = VENVS / f"bpy-{version}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (folder / "complete").exists():
        _make(folder, python, version)
    return str(python)


def _make(folder: Path, python: Path, version: str) -> None:
    command, environment = _interpreter(VERSIONS[version])
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([*command, "-m", "venv", str(folder)], env=environment, check=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*pip, f"bpy=={version}"], capture_output=True, text=True, check=False)
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"bpy {version} cannot be installed: {done.stderr.strip()[-300:]}")
    (folder / "complete").touch()


def _interpreter(version: str) -> tuple[list[str], dict[str, str]]:
    """A command that runs Python `version`, and its environment; skips the test if there is none."""
    environments = [dict(os.environ)]
    if shutil.which("pyenv"):
        listed = subprocess.run(["pyenv", "versions", "--bare"], capture_output=True, text=True, check=False).stdout
        chosen = [name for name in listed.split() if name.startswith(f"{version}.")]
        environments += [{**os.environ, "PYENV_VERSION": name} for name in chosen]
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    for command in ([f"python{version}"], ["py", f"-{version}"], [sys.executable]):
        for environment in environments:
            with contextlib.suppress(OSError):
                asked = subprocess.run([*command, "-c", question], env=environment, capture_output=True, text=True)
                if asked.stdout.strip() == version:
                    return command, environment
    pytest.skip(f"there is no Python {version}")


@contextlib.contextmanager
def user_folder() -> Iterator[dict[str, str]]:
    """An environment in which nothing of the person who runs the tests is touched."""
    with tempfile.TemporaryDirectory(prefix="staffage-test-", ignore_cleanup_errors=True) as folder:
        yield {
            **os.environ,
            "BLENDER_USER_RESOURCES": str(Path(folder, "blender")),
            "STAFFAGE_DATA_DIR": str(Path(folder, "data")),
            "STAFFAGE_PYTHON": sys.executable,
            "STAFFAGE_PIPELINES": PIPELINE,
            "PYTHONPATH": str(REPOSITORY),
            "PYTHONDONTWRITEBYTECODE": "1",
        }


def run_checks(version: str, archive: Path, modules: tuple[str, ...], seconds: float = 300) -> dict:
    """{check: {"problem", "seconds"}} of a Blender process; a crash is the problem of the check it happened in."""
    python = python_of(version)
    with user_folder() as environment:
        folder = Path(environment["BLENDER_USER_RESOURCES"]).parent
        out, log = folder / "results.json", folder / "output.log"
        command = [python, "-m", "tests.blender.inside", str(out), str(archive), *modules]
        with log.open("wb") as output:
            try:
                code = subprocess.run(
                    command, env=environment, cwd=REPOSITORY, stdout=output, stderr=output, timeout=seconds, check=False
                ).returncode
            except subprocess.TimeoutExpired:
                code = "none: it took too long"
        text = log.read_text("utf-8", "replace")
        results = json.loads(out.read_text("utf-8"))["results"] if out.exists() else {}
    return {"code": code, "output": text, "results": results}
