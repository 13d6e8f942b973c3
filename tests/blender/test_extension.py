"""The extension as users have it, in every Blender: built, installed, enabled, driven, disabled, enabled again."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

import pytest

from tests.blender import blenders

INSIDE = Path(__file__).with_name("inside")
# What meets Blender itself is checked in every version; what mostly waits for processes, in the first and the last.
EVERYWHERE = ("registration", "people", "garments", "snapshot", "survey", "imagining", "photos", "shapes")
MODULES = dict.fromkeys(blenders.VERSIONS, EVERYWHERE) | {
    blenders.OWN: (*EVERYWHERE, "giants", "backend"),
    blenders.NEWEST: (*EVERYWHERE, "backend"),
}


def checks(module: str) -> list[str]:
    """Names of a module's checks; read, not imported, for this process has no Blender."""
    tree = ast.parse((INSIDE / f"{module}.py").read_text("utf-8"))
    return [item.name for item in tree.body if isinstance(item, ast.FunctionDef) and item.name.startswith("check_")]


CASES = [(version, check) for version in MODULES for module in MODULES[version] for check in checks(module)]


@pytest.fixture(scope="session")
def outcome(extension):
    """`outcome(version)`: what the checks found there; one Blender process per version runs them all."""
    return functools.cache(lambda version: blenders.run_checks(version, extension, MODULES[version]))


@pytest.mark.parametrize(("version", "check"), CASES)
def test_inside(version, check, outcome):
    found = outcome(version)
    entry = found["results"].get(check)
    assert entry is not None, f"not run; Blender's exit code {found['code']}:\n{found['output'][-4000:]}"
    assert not entry["problem"], f"{entry['problem']}\n{found['output'][-2000:]}"


@pytest.mark.parametrize("version", blenders.VERSIONS)
def test_blender_ends_well(version, outcome):
    found = outcome(version)
    assert found["code"] == 0, found["output"][-4000:]
    assert "Traceback" not in found["output"], found["output"]
