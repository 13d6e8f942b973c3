"""The tree's promises to its reader: who may import what, that set-up is pinned, that the README does not lie."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

from backend.providers import ROLES, TOOLS

PROVIDERS = {*TOOLS, *(module for role in ROLES for provider in role.providers for module in provider.modules)}
ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("place", "body", "language", "fitting")


def sources(folder):
    return sorted(path for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts)


def imports(path):
    """Top-level names of absolute imports, and full dotted names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module
        elif isinstance(node, ast.ImportFrom):  # relative: one dot is the module's own package
            package = path.relative_to(ROOT).parent.parts
            yield ".".join((*package[: len(package) - node.level + 1], *((node.module or "").split("."))))


def tops(path):
    return {name.split(".")[0] for name in imports(path)}


def at_once(path):
    """Top-level names that importing the module itself imports: those outside functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    later = {id(inner) for function in functions for inner in ast.walk(function)}
    found = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom) and id(n) not in later]
    names = [a.name for n in found if isinstance(n, ast.Import) for a in n.names]
    names += [n.module for n in found if isinstance(n, ast.ImportFrom) and n.level == 0]
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize(
    ("folder", "forbidden"),
    [
        ("protocol", {"bpy", "torch", "backend", "scipy"}),
        ("blender_addon", {"torch", "backend", "scipy", "anny"}),
        ("backend", {"blender_addon"}),
    ],
)
def test_nobody_imports_what_is_not_theirs(folder, forbidden):
    assert sources(folder)
    for path in sources(folder):
        assert not tops(path) & forbidden, f"{path} imports {tops(path) & forbidden}"


def test_only_what_runs_inside_blender_imports_bpy():
    inside = ("evaluation/blender", "evaluation/living_room", "training/shapes/blender")
    allowed = [ROOT / "backend" / folder for folder in inside]
    for path in sources("backend"):
        if "bpy" in tops(path):
            assert any(folder in path.parents for folder in allowed), path


def test_rooms_call_neither_pipelines_nor_the_service():
    for room in ROOMS:
        for path in sources(f"backend/{room}"):
            called = {name for name in imports(path) if name.startswith(("backend.pipelines", "backend.service"))}
            assert not called, f"{path} imports {called}"


def test_the_protocol_imports_itself_relatively_because_the_extension_carries_a_copy():
    for folder in ("protocol", "blender_addon"):
        for path in sources(folder):
            absolute = [
                node.module
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module.split(".")[0] == "protocol"
            ]
            assert not absolute, path


def test_no_file_is_longer_than_a_reader_can_hold():
    for folder in ("backend", "protocol", "blender_addon"):
        for path in sources(folder):
            count = len(path.read_text(encoding="utf-8").splitlines())
            assert count <= 450, f"{path} has {count} lines"


def test_every_module_says_its_role():
    for folder in ("backend", "protocol", "blender_addon"):
        for path in sources(folder):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            assert ast.get_docstring(tree) or not tree.body, path


def requirement_names(lines):
    return {re.match(r"[A-Za-z0-9_.-]+", line)[0].lower().replace("_", "-") for line in lines}


def test_data_lies_in_packages_because_only_these_are_installed():
    kinds = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"]
    data = [path for kind in kinds["*"] for path in (ROOT / "backend").rglob(kind)]
    assert any(path.suffix == ".safetensors" for path in data)
    for path in data:
        assert (path.parent / "__init__.py").is_file(), path


def test_constraints_pin_every_requirement_and_carry_no_build_tag():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        wanted += extra
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][^+]*", line) for line in lines), lines
    assert requirement_names(wanted) <= requirement_names(lines)


def test_the_backend_imports_nothing_that_the_project_does_not_install():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module = {"pyzmq": "zmq", "warp-lang": "warp"}
    declared = {module.get(name, name) for name in requirement_names(project["dependencies"])}
    blender = {"bpy", "bpy_extras", "mathutils", "addon_utils"}  # all from the extra “blender”
    known = declared | blender | {"backend", "protocol"} | set(sys.stdlib_module_names)
    for path in sources("backend") + sources("protocol"):
        unknown = tops(path) - known
        # A provider's package may be imported where it is used: there, never with the module.
        assert unknown <= PROVIDERS and not unknown & at_once(path), f"{path} imports {unknown}"


def test_the_readmes_commands_exist():
    from backend.cli import build_parser

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^    make (\w+)", readme, re.M):
        assert re.search(rf"^{target}:", makefile, re.M), target
    known = build_parser()._subparsers._group_actions[0].choices
    for command in re.findall(r"-m backend (\w+)", readme):
        assert command in known, command
    for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", readme):
        assert (ROOT / picture).is_file(), picture


def test_no_path_of_one_machine_stands_anywhere():
    """Data beside the checkout is found from the file that asks, so that every machine runs the same tests."""
    own = re.compile(r"""["'(](/work|/root|/home|/Users)/""")
    for folder in ("protocol", "blender_addon", "backend", "tests"):
        for path in sources(folder):
            assert not own.search(path.read_text(encoding="utf-8")), path
