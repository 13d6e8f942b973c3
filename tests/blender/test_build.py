"""The zips themselves: Blender's validator takes them, they hold what they must and nothing else."""

from __future__ import annotations

import ast
import zipfile

import pytest

import build_addon
from tests.blender.test_wheels import manifest


def files(path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_blender_takes_them(zips):
    for path in zips.values():
        assert build_addon.validate(path) == "validated by Blender"


def test_blender_refuses_a_broken_one(zips, tmp_path):
    """So that the test above can fail."""
    path = tmp_path / "broken.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files(zips[""]).items():
            archive.writestr(name, content.replace(b"tagline", b"slogan") if name.endswith(".toml") else content)
    with pytest.raises(SystemExit, match="Blender refuses"):
        build_addon.validate(path)


def test_the_same_sources_give_the_same_bytes(zips, tmp_path):
    again = build_addon.build(build_addon.SYSTEM_PYTHON, build_addon.SYSTEM_PYTHON.platforms, tmp_path)
    assert again.read_bytes() == zips[build_addon.SYSTEM_PYTHON.suffix].read_bytes()


def test_content(zips):
    for path in zips.values():
        content = files(path)
        assert {"__init__.py", "blender_manifest.toml", "LICENSE", "protocol/client.py"} <= set(content)
        assert not [name for name in content if "__pycache__" in name or name.endswith(".pyc")]
        for wheel in manifest(path)["wheels"]:
            assert wheel.removeprefix("./") in content
        assert len(path.read_bytes()) < 12 * 2**20


def test_version_is_the_projects(zips):
    import backend

    assert manifest(zips[""])["version"] == backend.__version__


SOURCES = sorted([*build_addon.SOURCE.rglob("*.py"), *build_addon.PROTOCOL.rglob("*.py")])


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(build_addon.HERE).as_posix())
def test_sources_obey_the_rules_of_extensions(path):
    """Relative imports only, no threads, no print, no pickle, no path tricks, no pip; protocol without bpy."""
    tree = ast.parse(path.read_text("utf-8"))
    allowed = {"bpy", "blf", "gpu", "gpu_extras", "mathutils", "numpy", "zmq"}
    protocol = build_addon.PROTOCOL in path.parents
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module]
            if isinstance(node, ast.ImportFrom) and node.level:
                continue
            for name in names:
                root = name.partition(".")[0]
                assert root not in {"backend", "protocol", "blender_addon", "torch", "threading", "pickle", "socket",
                                    "marshal", "shelve", "ensurepip", "pip"}, name  # fmt: skip
                assert root in allowed or _standard(root), name
                assert not (protocol and root in {"bpy", "blf", "gpu", "mathutils"}), name
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"print", "eval", "exec"}, f"line {node.lineno}"
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "sys":
            assert node.attr not in {"path", "modules"}, f"line {node.lineno}"


def test_version_differences_are_only_in_compat():
    for path in build_addon.SOURCE.rglob("*.py"):
        if path.name != "compat.py":
            text = path.read_text("utf-8")
            assert "app.version " not in text and "app.version)" not in text and "app.version[" not in text, path


def _standard(name: str) -> bool:
    import sys

    return name in sys.stdlib_module_names
